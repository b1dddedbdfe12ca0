"""The figures that operators and alerts rely on, by name."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import redis
from prometheus_client.parser import text_string_to_metric_families
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from slack_app import __version__
from slack_app.adapters.breaker import Breaker
from slack_app.adapters.breakers import Breakers
from slack_app.adapters.freddy import Freddy, _pattern
from slack_app.adapters.heartbeat import ALIVE_SECONDS, WORKERS, RedisHeartbeat
from slack_app.adapters.http import Http
from slack_app.adapters.jobs import SCHEDULED, job_key
from slack_app.adapters.links.figures import BOUNDS, BROUGHT, RedisLinkFigures, bound_of
from slack_app.adapters.links.schedule import ORDER
from slack_app.adapters.redis import redis_errors
from slack_app.adapters.slack_errors import counted_code
from slack_app.errors import Meaning, UpstreamError
from slack_app.health import Readiness
from slack_app.instruments import REGISTRY
from slack_app.metrics import Metrics
from slack_app.model.users import SlackUser
from slack_app.model.workspaces import Credentials, KeyMode
from slack_app.stand_ins.freddy import Platform
from tests.serving import serving
from tests.worker_harness import DOWN, JOB, START, WorkerHarness

READY = Readiness()
Samples = dict[tuple[str, tuple[tuple[str, str], ...]], float]


def page_of(stage: WorkerHarness, readiness: Readiness = READY) -> Samples:
    figures = RedisLinkFigures(stage.redis, stage.links)
    return samples(Metrics(stage.queue.facts, figures, lambda: readiness).text().decode())


def samples(text: str) -> Samples:
    families = text_string_to_metric_families(text)
    return {(s.name, tuple(sorted(s.labels.items()))): s.value for family in families for s in family.samples}


def at(page: Samples, name: str, **labels: str) -> float | None:
    return page.get((f"slack_app_{name}", tuple(sorted(labels.items()))))


@pytest.fixture
def count() -> Callable[..., float]:
    """Tell by how much a figure of this process has grown since the test began."""
    before: dict[Any, float] = {}
    for family in REGISTRY.collect():
        before.update({(s.name, tuple(sorted(s.labels.items()))): s.value for s in family.samples})

    def grown(name: str, **labels: str) -> float:
        now = REGISTRY.get_sample_value(f"slack_app_{name}", labels) or 0.0
        return now - before.get((f"slack_app_{name}", tuple(sorted(labels.items()))), 0.0)

    return grown


def test_the_time_from_the_command_to_the_link_is_counted_once(client: Any) -> None:
    stage = WorkerHarness(client)
    stage.enqueue(replace(JOB, accepted_at=START - 2.5))
    stage.run()

    page = page_of(stage)

    assert (at(page, "link_seconds_count"), at(page, "link_seconds_sum")) == (1, 2.5)
    assert (at(page, "link_seconds_bucket", le="2.0"), at(page, "link_seconds_bucket", le="3.0")) == (0, 1)
    assert at(page, "jobs_finished_total", kind="connect", outcome="link_sent") == 1


def test_a_link_that_only_the_private_answer_brought_counts_and_one_that_nothing_brought_does_not() -> None:
    stage = WorkerHarness()
    stage.messenger.dm_error = UpstreamError("slack", status=200, meaning=Meaning.OTHER_WAY, code="cannot_dm_bot")
    stage.enqueue()
    stage.run()
    stage.messenger.answer_error = UpstreamError("slack", status=404, meaning=Meaning.OTHER_WAY)
    stage.enqueue(replace(JOB, id="T1:U2:1", person=SlackUser("E1", "T1", "U2")))
    stage.run()

    assert at(page_of(stage), "link_seconds_count") == 1


def test_a_count_that_is_broken_keeps_nobody_from_their_link(client: Any) -> None:
    stage = WorkerHarness(client)
    client.set(BROUGHT, "x")
    stage.enqueue()
    stage.run()

    assert len(stage.messenger.dms) == 1
    page = page_of(stage)
    assert at(page, "link_seconds_count") is None
    assert at(page, "jobs_to_do") == 0


@pytest.mark.parametrize(("seconds", "bound"), [(0, "0.25"), (3.0, "3.0"), (3.01, "5.0"), (1e9, "+Inf")])
def test_a_time_counts_under_the_first_bound_that_it_does_not_exceed(seconds: float, bound: str) -> None:
    assert bound_of(seconds) == bound
    assert 15.0 in BOUNDS


def test_what_waits_what_is_in_hand_and_what_is_tried_again_are_told_apart(client: Any) -> None:
    # given one job that is to be tried again, one in hand, and two that wait
    stage = WorkerHarness(client)
    now = float(client.time()[0])
    stage.platform.error = DOWN
    stage.enqueue(replace(JOB, accepted_at=now))
    stage.now = now
    stage.run()
    for number, seconds in enumerate([100, 30, 10]):
        stage.enqueue(replace(JOB, id=f"T1:U1:9{number}", accepted_at=now - seconds))
    assert stage.consumer.take()
    RedisHeartbeat(client, "a", "0.2.0", lambda: 1.0).beat()

    page = page_of(stage)

    figures = {name: at(page, name) for name in ("jobs_to_do", "jobs_waiting", "jobs_in_hand", "jobs_retrying")}
    assert figures == {"jobs_to_do": 4, "jobs_waiting": 2, "jobs_in_hand": 1, "jobs_retrying": 1}
    assert at(page, "oldest_job_seconds") == pytest.approx(30, abs=5)
    assert at(page, "workers") == 1


def test_a_worker_that_ended_is_gone_and_one_that_beats_no_more_is_seen(client: Any) -> None:
    stage = WorkerHarness(client)
    ended, hung, alive = (RedisHeartbeat(client, name, "0.2.0", lambda: 1.0) for name in ("ended", "hung", "alive"))
    for heartbeat in (ended, hung, alive):
        heartbeat.beat()
    member = next(one for one in client.zrange(WORKERS, 0, -1) if "hung" in one)
    client.zadd(WORKERS, {member: client.time()[0] - ALIVE_SECONDS})
    ended.end()

    page = page_of(stage)

    assert (at(page, "workers"), at(page, "workers_silent")) == (1, 1)


def test_what_is_missing_is_seen_while_nobody_asks_for_anything() -> None:
    stage = WorkerHarness()

    assert at(page_of(stage), "missing", what="redis memory") is None
    assert at(page_of(stage, Readiness(["redis memory"], ["no worker"])), "missing", what="redis memory") == 1


@pytest.mark.parametrize(
    ("name", "labels"),
    [
        ("acknowledgements_refused_total", {"reason": "clock"}),
        ("acknowledgements_refused_total", {"reason": "redis"}),
        ("direct_messages_failed_total", {"code": "token_revoked"}),
        ("direct_messages_failed_total", {"code": "messages_tab_disabled"}),
        ("jobs_finished_total", {"kind": "connect", "outcome": "installation_broken"}),
    ],
)
def test_what_an_alert_waits_for_is_there_before_it_happens(name: str, labels: dict[str, str]) -> None:
    """An increase is the difference of two values: the first of a figure that was not there is none."""
    assert at(page_of(WorkerHarness()), name, **labels) is not None


def test_what_is_due_again_and_nobody_takes_up_grows_old(client: Any) -> None:
    stage = WorkerHarness(client)
    client.zadd(SCHEDULED, {"T1:U1:1": float(client.time()[0]) - 60})

    page = page_of(stage)

    assert at(page, "oldest_job_seconds") == pytest.approx(60, abs=5)
    assert at(page, "workers") == 0


def test_what_stands_in_a_job_makes_it_no_older(client: Any) -> None:
    """A record that somebody wrote by hand, or what a person typed."""
    stage = WorkerHarness(client)
    now = float(client.time()[0])
    stage.enqueue(replace(JOB, accepted_at=now, parameters={"accepted_at": 1}))
    stage.enqueue(replace(JOB, id="T2:U1:1", person=SlackUser(None, "T2", "U1"), accepted_at=now))
    client.hset(job_key("T2:U1:1"), "body", "[[")

    assert at(page_of(stage), "oldest_job_seconds") == pytest.approx(0, abs=5)


def test_how_late_polls_are_is_seen(client: Any) -> None:
    stage = WorkerHarness(client)
    stage.enqueue()
    stage.run()
    assert at(page_of(stage), "links_polled") == 1
    assert at(page_of(stage), "poll_lag_seconds") == 0

    client.zadd(ORDER, {"org_a": float(client.time()[0]) - 20})

    assert at(page_of(stage), "poll_lag_seconds") == pytest.approx(20, abs=5)


def test_each_call_to_the_platform_is_counted_by_what_it_is_for_and_how_it_ended(count: Callable[..., float]) -> None:
    credentials = Credentials("org_demo", "ak_1", KeyMode.OPERATOR)
    with serving(Platform(keys={"ak_1": "org_demo"}).app) as url:
        Freddy(Http("platform", connections=1, deadline=5), url=url).connections_of(credentials, "github")
    nobody = Freddy(Http("platform", connections=1, deadline=5), url="http://127.0.0.1:1")
    with pytest.raises(UpstreamError):
        nobody.authorize(credentials, "github", {})

    called = {"service": "platform", "method": "GET /connections/…"}
    assert count("upstream_seconds_count", **called, status="200") == 1
    refused = {"service": "platform", "method": "POST /authorize"}
    assert count("upstream_seconds_count", **refused, status="NewConnectionError") == 1


def test_whatever_status_comes_the_figures_stay_a_few(count: Callable[..., float]) -> None:
    numbers = itertools.count(550)

    async def odd(_request: Request) -> Response:
        return Response(b"", next(numbers))

    with serving(Starlette(routes=[Route("/", odd)])) as url:
        http = Http("platform", connections=1, deadline=5)
        for _ in range(49):
            http.request("GET", url, name="odd")

    called = {"service": "platform", "method": "odd"}
    assert count("upstream_seconds_count", **called, status="5xx") == 49
    unknown = UpstreamError("slack", status=799, code="http_799")
    assert counted_code("chat.postMessage", unknown) == "http_7xx"


@pytest.mark.parametrize(
    ("path", "pattern"),
    [("", "/"), ("/connections/x y/active", "/connections/…/active"), ("/tcred_1/health", "/…/health")],
)
def test_no_name_of_a_tool_or_of_a_connection_is_a_label(path: str, pattern: str) -> None:
    assert _pattern(path) == pattern


@pytest.mark.parametrize(
    ("exc", "code"),
    [
        (UpstreamError("slack", status=200, code="messages_tab_disabled"), "messages_tab_disabled"),
        (UpstreamError("slack", status=502, code="http_502"), "http_502"),
        (UpstreamError("slack", code="not_installed"), "not_installed"),
        (UpstreamError("slack", status=200, code="a_word_of_next_year"), "other"),
    ],
)
def test_direct_messages_that_failed_are_counted_by_words_that_are_known(exc: UpstreamError, code: str) -> None:
    assert counted_code("chat.postMessage", exc) == code


def test_what_was_asked_of_redis_in_vain_is_counted(count: Callable[..., float]) -> None:
    with pytest.raises(UpstreamError), redis_errors():
        raise redis.exceptions.OutOfMemoryError

    assert count("redis_errors_total", code="OutOfMemoryError") == 1


def is_open(service: str) -> float | None:
    return REGISTRY.get_sample_value("slack_app_breakers_open", {"service": service})


def test_open_breakers_are_seen_until_they_close() -> None:
    now = [0.0]
    one, many = Breaker("test one", clock=lambda: now[0]), Breakers("test many", failures=1, clock=lambda: now[0])
    guards: list[Callable[[], Any]] = [one, lambda: many("key", "POST /authorize", 5.0)]
    for guard in guards:
        with pytest.raises(UpstreamError), guard():
            raise DOWN
    assert (is_open("test one"), is_open("test many")) == (1, 1)

    now[0] += 100
    for guard in guards:
        with guard():
            """It answers again."""
    assert (is_open("test one"), is_open("test many")) == (0, 0)


def test_which_version_runs_and_what_the_process_uses_is_seen() -> None:
    page = page_of(WorkerHarness())

    assert next(labels for name, labels in page if name == "slack_app_build_info")[1] == ("version", __version__)
    assert page["process_resident_memory_bytes", ()] > 1e6
    assert json.dumps(sorted(name for name, _ in page)).count("process_start_time_seconds") == 1
