"""Whatever somebody writes into Redis, a record of it ends: no worker spins or falls over it (security.md 16)."""

from __future__ import annotations

import json
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from structlog.testing import capture_logs

from slack_app.adapters.heartbeat import RedisHeartbeat
from slack_app.adapters.jobs import DEAD, OUTCOMES, PERSON, SCHEDULED, STREAM, WAITING, job_key, line_key
from slack_app.adapters.links.pending import ENDED
from slack_app.adapters.links.schedule import ORDER
from slack_app.adapters.redis import open_patient
from slack_app.features.deliver_link import LinkAnswer
from slack_app.model.stored import read_json, read_number
from slack_app.model.tools import Connection
from slack_app.model.workspaces import KeyMode, Setup
from slack_app.worker import Worker
from tests.stage import stretched
from tests.worker_harness import JOB, WorkerHarness

GARBAGE = [
    "",
    "garbage",
    "null",
    "7",
    "[]",
    "{}",
    '{"person": 7}',
    "[" * 100_000,
    '{"a":' * 100_000,
    '"\\ud800"',
    '{"query": "\\udfff", "category": ""}',
    '{"query": NaN, "category": Infinity}',
    '{"query": 7, "category": null}',
    '{"v": 2, "id": "x", "person": {}, "word": []}',
    '{"made": []}',
    "\x00\xff",
]
NO_TEXT = b"\xff\xfe{"


@pytest.fixture
def worker() -> WorkerHarness:
    """A worker that has something under every key."""
    return with_records(None)


def with_records(redis: Any) -> WorkerHarness:
    """Return a worker that has something under every key."""
    worker = WorkerHarness(redis=redis)
    worker.enqueue(JOB)
    worker.run()
    worker.enqueue(replace(JOB, id="T1:U1:home", kind="home.publish", connector_type="", response_url=""))
    worker.enqueue(replace(JOB, id="T1:U1:details", connector_type="sharepoint"))
    worker.run()
    shared = Setup("T1", "org_a", KeyMode.SHARED)
    worker.setups.save(shared, "set up", sealed_key=worker.keys.seal_shared(shared, "ak_shared_0123456789"))
    worker.keys.save(JOB.person, "ak_person_0123456789")
    worker.catalogue.save("org_a", worker.platform.connectors)
    worker.catalogue.save_accounts(JOB.person, [Connection("", "github", "GitHub")])
    worker.asks.wait("unauthorized", JOB.person, "d1")
    return worker


@pytest.mark.parametrize("garbage", GARBAGE, ids=range(len(GARBAGE)))
def test_a_job_that_is_none_ends_in_the_stream_of_the_dead(worker: WorkerHarness, garbage: str) -> None:
    worker.enqueue(replace(JOB, id="T1:U1:broken"))
    worker.redis.hset(job_key("T1:U1:broken"), "body", garbage)

    worker.run()

    assert worker.redis.xlen(STREAM) == 0
    reasons = [fields["reason"] for _, fields in worker.redis.xrange(DEAD)]
    assert reasons == ([] if garbage == "" else ["unreadable"])  # the empty mark is that of a job that is done


@pytest.mark.parametrize("field", ["attempts", "retries", "dm", "notified", "link_id"])
@pytest.mark.parametrize("garbage", GARBAGE, ids=range(len(GARBAGE)))
def test_what_is_noted_of_a_job_and_broken_keeps_nobody_busy(worker: WorkerHarness, field: str, garbage: str) -> None:
    worker.enqueue(replace(JOB, id="T1:U1:broken"))
    worker.redis.hset(job_key("T1:U1:broken"), field, garbage)

    worker.run()

    assert worker.redis.xlen(STREAM) == 0


def test_a_job_whose_record_is_of_another_kind_ends(worker: WorkerHarness) -> None:
    worker.enqueue(replace(JOB, id="T1:U1:broken"))
    worker.redis.delete(job_key("T1:U1:broken"))
    worker.redis.set(job_key("T1:U1:broken"), "a string")

    worker.run()

    assert worker.redis.xlen(STREAM) == 0
    assert [fields["reason"] for _, fields in worker.redis.xrange(DEAD)] == ["unreadable"]


KINDS = ["connect", "status.show", "home.publish", "menu.show", "key.show", "setup.open", "whoami.show"]


def ask_for_everything(worker: WorkerHarness) -> list[Any]:
    """Have somebody ask for each kind of thing, and whoever waits be served; return what was logged."""
    with capture_logs() as logged:
        for number, kind in enumerate(KINDS):
            worker.enqueue(replace(JOB, id=f"T1:U1:after-{number}", kind=kind))
        for _ in range(3):
            worker.run()
            worker.now += 31
    return logged


def assert_everything_ended(worker: WorkerHarness, logged: list[Any]) -> None:
    """No job is left, and none was a defect of the code: that would be a traceback."""
    assert worker.redis.xlen(STREAM) == 0
    assert [line for line in logged if "exc_info" in line] == []


@pytest.mark.parametrize("garbage", GARBAGE, ids=range(len(GARBAGE)))
def test_with_garbage_in_every_other_value_each_request_ends_without_a_traceback(
    worker: WorkerHarness, garbage: str
) -> None:
    """security.md 16"""
    write_into_every_value(worker.redis, garbage)

    assert_everything_ended(worker, ask_for_everything(worker))


def test_bytes_that_are_no_text_hold_up_nobody_and_end_too(redis_url: str) -> None:
    """security.md 16; the job came again every ten seconds for ever, and each time the worker stood still"""
    worker = with_records(open_patient(redis_url))
    worker.enqueue(replace(JOB, id="T1:U1:broken"))
    worker.redis.hset(job_key("T1:U1:broken"), "body", NO_TEXT)
    worker.redis.lpush(line_key(PERSON, "E1"), NO_TEXT)
    worker.run()
    assert [fields["reason"] for _, fields in worker.redis.xrange(DEAD)] == ["unreadable", "unreadable"]
    write_into_every_value(worker.redis, NO_TEXT)

    assert_everything_ended(worker, ask_for_everything(worker))


@pytest.mark.parametrize("kind", ["string", "list"])
def test_with_keys_of_the_wrong_type_each_request_ends_and_its_person_is_told(client: Any, kind: str) -> None:
    """security.md 16"""
    worker = with_records(client)
    for key in list(client.scan_iter()):
        if "{jobs}" not in key and client.type(key) != kind:
            client.delete(key)
            client.set(key, "x") if kind == "string" else client.rpush(key, "x")
    before = len(worker.messenger.answers)

    logged = ask_for_everything(worker)

    assert_everything_ended(worker, logged)
    told = worker.messenger.answers[before:] + worker.messenger.homes + worker.messenger.modals
    assert len(told) >= len(KINDS)


@pytest.mark.parametrize("held", ["garbage", '{"person": 7}', "link:", "job:", ["a list"]])
def test_what_stands_in_a_links_place_and_is_none_is_overwritten(client: Any, held: Any) -> None:
    """security.md 16; a worker asked for ever whose it was"""
    worker = WorkerHarness(redis=client)
    key = "slack_app:{links}:live:E1:T1:U1:github"
    client.set(key, held) if isinstance(held, str) else client.rpush(key, *held)
    worker.enqueue()

    with limited_to_seconds(5):
        worker.run()

    assert client.get(key).startswith("link:")
    assert worker.platform.links == 1


@pytest.mark.parametrize("number", ["x", "nan", "inf", "-inf", "1e999", "{}", ""])
def test_a_budget_that_is_none_stops_no_poll(client: Any, number: str) -> None:
    """security.md 16"""
    worker = WorkerHarness(redis=client)
    worker.enqueue()
    worker.run()
    client.hset("slack_app:{links}:budget:org_a", mapping=dict.fromkeys(["left", "at", "count"], number))
    worker.now += 3

    worker.run()

    assert len(worker.platform.completions) == 1


@pytest.mark.parametrize("garbage", ["x", "", "1.5", "-", None])
def test_a_broken_limit_keeps_nobody_from_the_link_that_they_have(client: Any, garbage: str | None) -> None:
    """security.md 16: whoever asks again gets back what the claim took, and that was a defect"""
    # given a link, and counters that cannot be counted on
    worker = WorkerHarness(redis=client)
    worker.enqueue()
    worker.run()
    for key in client.keys("slack_app:limit:*"):
        client.delete(key)
        if garbage is None:
            client.rpush(key, "x")
        else:
            client.set(key, garbage)

    # when the person asks again
    worker.enqueue(replace(JOB, id="T1:U1:again"))
    worker.run()

    # then they get the same link
    assert worker.is_idle
    assert [type(answer) for answer in worker.messenger.answers] == [LinkAnswer, LinkAnswer]
    assert worker.platform.links == 1


@pytest.mark.parametrize("name", ["budget", "hurried", "idle"])
def test_one_organizations_broken_schedule_holds_up_no_other(client: Any, name: str) -> None:
    """security.md 16"""
    worker = WorkerHarness(redis=client)
    worker.enqueue()
    worker.run()
    client.zadd(ORDER, {"org_broken": 0})
    client.set(f"slack_app:{{links}}:{name}:org_broken", "x")
    worker.now += 3

    with capture_logs() as logged:
        worker.run()

    assert len(worker.platform.completions) == 1
    assert [line["event"] for line in logged].count("schedule.broken_record") == 1
    assert not client.exists(f"slack_app:{{links}}:{name}:org_broken")


@pytest.mark.parametrize("broken", ["record", "answers", "made", "polls"])
def test_a_link_whose_record_is_broken_is_not_polled_for_ever(broken: str) -> None:
    """security.md 16"""
    worker = WorkerHarness()
    client = worker.redis
    worker.enqueue()
    worker.run()
    [key] = client.scan_iter("slack_app:{links}:link:*")
    if broken == "record":
        client.delete(key)
        client.set(key, "x")
    elif broken == "answers":
        client.delete(key.replace(":link:", ":answers:"))
        client.set(key.replace(":link:", ":answers:"), "x")
    else:
        client.hset(key, broken, "NaN")

    worker.run_until(720)
    for _ in range(6):  # whoever finishes late is told for an hour
        worker.now += 1800
        worker.run()

    assert client.zcard("slack_app:{links}:idle:org_a") == client.zcard("slack_app:{links}:hurried:org_a") == 0


@pytest.mark.parametrize("key", [SCHEDULED, WAITING, DEAD, OUTCOMES])
def test_a_key_of_the_queue_that_is_of_another_type_is_moved_away(client: Any, key: str) -> None:
    """security.md 16"""
    worker = WorkerHarness(redis=client)
    client.set(key, "x")

    with capture_logs() as logged:
        worker.consumer.set_aside_broken_keys()
    worker.enqueue()
    worker.run()

    assert [line["kind"] for line in logged] == [key]
    assert client.get(f"{key}:broken") == "x"
    assert worker.is_idle


def test_a_worker_that_stumbles_over_a_broken_queue_mends_it_by_itself(client: Any) -> None:
    """security.md 16"""
    harness = WorkerHarness(redis=client)
    loop: Any = SimpleNamespace(start=lambda: None, stop=lambda _seconds: None)
    heart = RedisHeartbeat(client, "a", "0.2.0", lambda: harness.now)
    worker = Worker(
        consumer=harness.consumer, job_runner=harness.job_runner, threads=1, poll_loop=loop, heartbeat=heart
    )
    client.set(SCHEDULED, "x")

    worker.start()
    harness.enqueue()
    wait_until(lambda: harness.platform.links == 1 and client.exists(f"{SCHEDULED}:broken") and not client.xlen(STREAM))
    worker.stop()

    assert client.get(f"{SCHEDULED}:broken") == "x"
    assert harness.is_idle


@pytest.mark.parametrize("key", [DEAD, OUTCOMES])
def test_where_the_dead_or_the_outcomes_cannot_be_written_a_job_ends_all_the_same(client: Any, key: str) -> None:
    """security.md 16; its person was told again and again"""
    worker = WorkerHarness(redis=client)
    client.set(key, "x")
    worker.enqueue(replace(JOB, kind="rename.save", payload={"label": 7}))

    worker.run()

    assert client.xlen(STREAM) == 0
    assert len(worker.messenger.answers) == 1


def test_what_operators_see_leaves_out_what_is_no_number(client: Any) -> None:
    """security.md 16"""
    worker = WorkerHarness(redis=client)
    client.hset(OUTCOMES, mapping={"link_sent": "x", "refused": "NaN", "done": "2"})
    client.hset(ENDED, mapping={"connected": "x", "garbage": "1", "expired": "2"})

    assert worker.queue.facts()[2] == {"link_sent": 0, "refused": 0, "done": 2}
    assert dict(worker.links.ended()) == {"connected": 0, "expired": 2}


@contextmanager
def limited_to_seconds(seconds: int) -> Iterator[None]:
    """Fail what takes longer, instead of hanging."""

    def fail(_signal: int, _frame: object) -> None:
        raise AssertionError("it spins")

    before = signal.signal(signal.SIGALRM, fail)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def wait_until(condition: Callable[[], bool]) -> None:
    """Wait until it is so, ten seconds at most."""
    ends_at = time.monotonic() + stretched(10)
    while not condition():
        assert time.monotonic() < ends_at
        time.sleep(0.05)


def write_into_every_value(redis: Any, garbage: str | bytes) -> None:
    """Put the garbage into every string, and every field of every hash, but for the queue's own."""
    for key in list(redis.scan_iter()):
        kind = redis.type(key)
        if "{jobs}" in key:
            continue
        if kind == "string":
            redis.set(key, garbage)
        elif kind == "hash":
            for field in redis.hkeys(key):
                redis.hset(key, field, garbage)
        elif kind == "list":
            redis.lset(key, 0, garbage)


@pytest.mark.parametrize("text", ["NaN", "[Infinity]", '"\\ud800"', "[" * 100_000, "{", "\x00"])
def test_what_json_takes_and_nothing_can_be_done_with_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        read_json(text)


def test_whole_pairs_of_surrogates_are_text() -> None:
    assert read_json(json.dumps("\N{ROCKET}")) == "\N{ROCKET}"


@pytest.mark.parametrize(
    ("text", "number"), [("1.5", 1.5), ("", None), (None, None), ("nan", None), ("inf", None), ("x", None)]
)
def test_a_number_that_is_none_is_nothing(text: str | None, number: float | None) -> None:
    assert read_number(text) == number
