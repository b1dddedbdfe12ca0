"""What stands before Bolt: forged, replayed, broken, large and slow requests (security.md 1 to 4)."""

from __future__ import annotations

import json
import socket
import statistics
import threading
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

import pytest
import redis
import requests
import structlog
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from slack_bolt import BoltResponse
from starlette.types import ASGIApp

from slack_app.adapters.links.pending import RedisLinks
from slack_app.app.web import build_web
from slack_app.config import Settings
from slack_app.demo.redis_server import free_port
from slack_app.demo.serving import serving as own_server
from slack_app.health import Health, Readiness
from slack_app.instruments import REFUSED, REGISTRY
from slack_app.model.links import Outcome
from slack_app.operator_pages import operator_routes
from slack_app.watchdog import Watchdog
from slack_app.web import PAGES_A_SECOND, build
from tests.half_sent import half_sent
from tests.sample_links import job, live, publish
from tests.serving import serving
from tests.signed_web import COMMAND, FORM, SECRET, Web, signed
from tests.stage import stretched, wait_for
from tests.workspaces import BROWSER


@pytest.fixture
def web(redis_url: str) -> Iterator[Web]:
    app = build_web(Settings(slack_signing_secret=SECRET, redis_url=redis_url), with_worker=False)
    with serving(app) as url:
        yield Web(url, redis.Redis.from_url(redis_url, decode_responses=True))


def test_a_signed_command_is_taken(web: Web) -> None:
    answer = web.command()

    assert answer.status_code == 200
    assert answer.json()["response_type"] == "ephemeral"
    assert web.jobs == 1


BODY = urlencode(COMMAND).encode()


def forged() -> Mapping[str, Mapping[str, str | bytes]]:
    """Return what is no signature of the body; made anew, for an old one would be refused for its age alone."""
    good = signed(BODY)
    return {
        "unsigned": {},
        "without a signature": {"X-Slack-Request-Timestamp": good["X-Slack-Request-Timestamp"]},
        "without a timestamp": {"X-Slack-Signature": good["X-Slack-Signature"]},
        "wrong": signed(BODY, "another secret"),
        "of another body": signed(BODY + b"x"),
        "old": signed(BODY, at=time.time() - 301),
        "of the future": signed(BODY, at=time.time() + 1000),
        "truncated": {**good, "X-Slack-Signature": good["X-Slack-Signature"][:-1]},
        "in capitals": {**good, "X-Slack-Signature": good["X-Slack-Signature"].upper()},
        "not ASCII": {**good, "X-Slack-Signature": "v0=\u00e9".encode("latin-1")},
        "with a timestamp that is a word": {**good, "X-Slack-Request-Timestamp": "abc"},
        "with a timestamp of other digits": {**good, "X-Slack-Request-Timestamp": "١٢٣".encode()},
        "with a timestamp without end": {**good, "X-Slack-Request-Timestamp": "1" * 400},
        "with a negative timestamp": {**good, "X-Slack-Request-Timestamp": "-1"},
    }


def calls(client: Any) -> Mapping[str, int]:
    """Return how often each command was called, but for the one that tells it."""
    return {name: stats["calls"] for name, stats in client.info("commandstats").items() if "info" not in name}


def calls_at_rest(client: Any) -> Mapping[str, int]:
    """Return the same once what checks Redis at the start of a process is over."""
    seen = [calls(client)]

    def is_at_rest() -> bool:
        time.sleep(0.15)
        seen.append(calls(client))
        return seen[-3:] == [seen[-1]] * 3

    wait_for(is_at_rest, what="nothing calls Redis any more")
    return seen[-1]


@pytest.mark.parametrize("kind", forged())
def test_what_slack_did_not_sign_is_refused_and_does_nothing(web: Web, kind: str) -> None:
    """security.md 1"""
    before = calls_at_rest(web.client)

    answer = requests.post(
        f"{web.url}/slack/events", data=BODY, headers={"Content-Type": FORM, **forged()[kind]}, timeout=10
    )

    assert answer.status_code == 401
    assert calls(web.client) == before


@pytest.mark.parametrize("seconds_off", [-301, 1000])
def test_a_request_that_slack_signed_at_another_time_is_told_apart_in_the_log(web: Web, seconds_off: int) -> None:
    """A clock that is off refuses everything, and must not look like a wrong SLACK_SIGNING_SECRET."""
    counted = REFUSED.labels("clock")._value.get()

    with structlog.testing.capture_logs() as logged:
        answer = web.send(BODY, at=time.time() + seconds_off)

    assert answer.status_code == 401
    assert REFUSED.labels("clock")._value.get() == counted + 1
    assert [(line["event"], line["reason"]) for line in logged if "reason" in line] == [
        ("request.refused", "signed more than 5 minutes ago or ahead")
    ]


def test_a_body_that_was_encoded_anew_is_not_what_was_signed(web: Web) -> None:
    """security.md 1"""
    body = urlencode({**COMMAND, "text": "git hub"}).encode()

    answer = requests.post(
        f"{web.url}/slack/events",
        data=body.replace(b"+", b"%20"),
        headers={"Content-Type": FORM, **signed(body)},
        timeout=10,
    )

    assert answer.status_code == 401


def test_a_captured_request_sent_again_does_nothing(web: Web) -> None:
    """security.md 2"""
    body = urlencode(COMMAND).encode()
    at = time.time()

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: web.send(body, at=at), range(16)))

    assert {answer.status_code for answer in answers} == {200}
    assert web.jobs == 1


def test_a_captured_request_sent_to_two_processes_at_once_is_one_job(web: Web, redis_url: str) -> None:
    """security.md 2"""
    other_app = build_web(Settings(slack_signing_secret=SECRET, redis_url=redis_url), with_worker=False)
    body, at = urlencode(COMMAND).encode(), time.time()

    with serving(other_app) as url, ThreadPoolExecutor(8) as pool:
        targets = [web, Web(url, web.client)] * 8
        answers = list(pool.map(lambda target: target.send(body, at=at), targets))

    assert {answer.status_code for answer in answers} == {200}
    assert web.jobs == 1


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"payload=not+json", FORM),
        (b"payload=%5B1%5D", FORM),
        (b"payload=", FORM),
        (b"payload=null", FORM),
        (b"payload=" + b"%5B" * 20000, FORM),
        (b"\xff\xfe", FORM),
        (b"text=%ff%fe", FORM),
        (b"[1, 2]", "application/json"),
        (b"{", "application/json"),
        (b'"text"', "application/json"),
        (b"\xff", "application/json"),
        (b"[" * 100_000, "application/json"),
        (b"", FORM),
        (b"", "application/json"),
        (b"command=%2Fconnect&text=github", FORM),
        (b"&".join(b"a%d=1" % n for n in range(200)), FORM),
        (b'{"type": "event_callback", "event": 3}', "application/json"),
        (b'{"type": ["x"], "event": {"type": {}}}', "application/json"),
        (b"payload=" + json.dumps({"type": "block_actions", "actions": 3}).encode(), FORM),
        (b"payload=" + json.dumps({"type": "block_actions", "user": "x", "team": 1}).encode(), FORM),
    ],
)
def test_what_cannot_be_read_is_the_senders_fault(web: Web, body: bytes, content_type: str) -> None:
    """security.md 3"""
    answer = web.send(body, content_type)

    assert 400 <= answer.status_code < 500
    assert "Traceback" not in answer.text
    assert web.jobs == 0


KEYS = st.sampled_from(
    ["type", "team", "team_id", "user", "user_id", "event", "actions", "action_id", "id", "view", "enterprise",
     "enterprise_id", "channel", "container", "authorizations", "is_enterprise_install", "callback_id", "challenge",
     "response_url", "trigger_id", "api_app_id", "event_id", "block_id", "app_unfurl", "message", "context"]
)  # fmt: skip
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda children: st.lists(children, max_size=3) | st.dictionaries(KEYS, children, max_size=6),
    max_leaves=15,
)
KINDS = st.sampled_from(
    ["block_actions", "view_submission", "view_closed", "block_suggestion", "shortcut", "message_action",
     "interactive_message", "dialog_submission", "event_callback", "url_verification", "app_rate_limited"]
)  # fmt: skip


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(kind=KINDS, content=st.dictionaries(KEYS, JSON, max_size=10), as_form=st.booleans())
def test_no_signed_body_brings_forth_a_server_error(
    web: Web, kind: str, content: dict[str, object], as_form: bool
) -> None:
    """security.md 3"""
    text = json.dumps({**content, "type": kind})

    answer = web.send(
        urlencode({"payload": text}).encode() if as_form else text.encode(), FORM if as_form else "application/json"
    )

    assert answer.status_code < 500
    assert "Traceback" not in answer.text


def test_a_word_that_bolts_own_parser_stumbles_over_is_one_like_any_other(web: Web) -> None:
    assert web.command(text="payload").json()["text"].startswith("I'm looking for *payload*.")


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=200))
def test_whatever_is_typed_gets_a_private_answer(web: Web, text: str) -> None:
    """security.md 9"""
    answer = web.command(text=text.encode("utf-8", "replace").decode())

    assert answer.status_code == 200
    assert answer.json()["response_type"] == "ephemeral"
    assert "<!channel>" not in answer.json()["text"]


@pytest.mark.parametrize(
    "name",
    ["../etc", "..%2fetc", "x" * 10_000, "a/b", "github?x=1", "É"],
)
def test_whatever_a_tool_may_be_called_is_looked_for(web: Web, name: str) -> None:
    """security.md 9: how it is looked for, tests/test_understanding.py says"""
    answer = web.command(text=name)

    assert answer.json()["text"].startswith("I'm looking for")
    assert len(answer.json()["text"]) < 200
    assert web.jobs == 1


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("git\x00hub", "I asked for your *GitHub* link."),
        ("\u202egithub", "I asked for your *GitHub* link."),
        ("<!channel>", "I asked which tools"),
        ("-", "I asked which tools"),
    ],
)
def test_what_cannot_be_part_of_a_name_is_left_out(web: Web, text: str, told: str) -> None:
    """security.md 9, reports.md A19b"""
    assert web.command(text=text).json()["text"].startswith(told)


@pytest.mark.parametrize("key", ["organization_id", "state", "State", "connector_type", "x" * 65])
def test_a_parameter_that_is_not_the_persons_to_set_is_refused(web: Web, key: str) -> None:
    """security.md 9"""
    answer = web.command(text=f"github {key}=1")

    assert answer.json()["text"].startswith("I can't pass on “")
    assert web.jobs == 0


def test_a_large_body_is_refused_by_its_announcement(web: Web) -> None:
    """security.md 4"""
    body = b"text=" + b"x" * (30 * 1024 * 1024)

    answer = web.send(body)

    assert answer.status_code == 413


def test_a_body_without_an_announced_length_is_refused_when_it_gets_too_large(web: Web) -> None:
    """security.md 4"""

    def chunks() -> Iterator[bytes]:
        for _ in range(100):
            yield b"x" * 10_000

    answer = requests.post(f"{web.url}/slack/events", data=chunks(), headers=signed(b""), timeout=10)

    assert answer.status_code == 413


def test_the_largest_body_that_is_allowed_is_read(web: Web) -> None:
    answer = web.send(urlencode({**COMMAND, "text": "help", "more": "x" * 250_000}).encode())

    assert answer.status_code == 200


@pytest.mark.processes  # it waits for the five seconds that a body has
def test_half_sent_bodies_hold_nobody_up(web: Web) -> None:
    """security.md 4"""

    def median() -> float:
        return statistics.median(
            web.command(trigger_id=f"{n}.{time.time()}").elapsed.total_seconds() for n in range(40)
        )

    alone = median()
    connections = [half_sent(web.url) for _ in range(64)]
    beside = median()

    assert beside < 3 * alone + stretched(0.005)
    answers = [connection.recv(100) for connection in connections]
    assert {answer.split(b" ")[1] for answer in answers} == {b"408"}


def test_slack_can_verify_the_address(web: Web) -> None:
    answer = web.send(json.dumps({"type": "url_verification", "challenge": "abc"}).encode(), "application/json")

    assert (answer.status_code, answer.json()) == (200, {"challenge": "abc"})


def test_slack_can_say_that_it_sends_too_many_events(web: Web, capsys: pytest.CaptureFixture[str]) -> None:
    """https://docs.slack.dev/apis/events-api/#rate-limiting: what it leaves out then, it does not send later."""
    limited = {"type": "app_rate_limited", "team_id": "T1", "minute_rate_limited": 1518467820, "api_app_id": "A1"}

    assert web.send(json.dumps(limited).encode(), "application/json").status_code == 200

    assert "request.events_left_out" in capsys.readouterr().out


def test_slack_can_try_whether_the_address_is_served_over_tls(web: Web) -> None:
    assert web.send(b"ssl_check=1&token=x").status_code == 200


def test_a_pressed_link_button_is_acknowledged(web: Web) -> None:
    payload = {
        "type": "block_actions",
        "user": {"id": "U0MAYA"},
        "team": {"id": "T0DEMO"},
        "trigger_id": "1.x",
        "container": {"type": "message", "channel_id": "D0MAYA", "message_ts": "1.1"},
        "actions": [{"type": "button", "action_id": "connect_open_link", "block_id": "b"}],
    }

    answer = web.send(urlencode({"payload": json.dumps(payload)}).encode())

    assert (answer.status_code, answer.text) == (200, "")


def test_health_needs_nothing_and_readiness_needs_redis(web: Web) -> None:
    app = build_web(Settings(slack_signing_secret=SECRET, redis_url="redis://127.0.0.1:1/0"), with_worker=False)
    with serving(app) as url:
        alive, ready = requests.get(f"{url}/healthz", timeout=5), requests.get(f"{url}/readyz", timeout=5)

    assert alive.status_code == 200
    assert (ready.status_code, ready.json()) == (503, {"ready": False, "missing": ["redis"]})
    assert requests.get(f"{web.url}/readyz", timeout=5).status_code == 200


def test_installs_that_wait_for_slack_hold_nothing_else_up() -> None:
    class Slow:
        def finish(self, _query: str, _cookies: object) -> BoltResponse:
            waiting.wait(10)
            return BoltResponse(status=200, body="done")

    waiting = threading.Event()
    slow: Any = Slow()
    nothing: Any = SimpleNamespace(slack_events=None)
    health = Health(Readiness, tuple)
    app = build(
        front=nothing,
        install=slow,
        closed="",
        pages=operator_routes(health, None),
        watchdog=Watchdog(),
        start=lambda: None,
        stop=lambda: None,
    )
    with serving(app) as url, ThreadPoolExecutor(20) as pool:
        finishing = [pool.submit(requests.get, f"{url}/slack/oauth_redirect", timeout=20) for _ in range(20)]
        began = time.monotonic()
        assert requests.get(f"{url}/readyz", timeout=5).status_code == 200
        assert time.monotonic() - began < stretched(2)
        waiting.set()
        assert [page.result().status_code for page in finishing] == [200] * 20


def test_operators_see_answers_jobs_and_how_links_end(web: Web) -> None:
    answered = REGISTRY.get_sample_value("slack_app_answers_total", {"status": "200"}) or 0
    web.command()
    links = RedisLinks(web.client, time.time)
    publish(web.client, live(), job(), clock=time.time)
    links.mark_finished(live(), Outcome.CONNECTED)

    text = requests.get(f"{web.url}/metrics", timeout=5).text

    assert f'slack_app_answers_total{{status="200"}} {answered + 1}' in text
    assert "slack_app_jobs_to_do 1.0" in text
    assert 'slack_app_links_ended_total{outcome="connected"} 1.0' in text


def test_who_is_not_slack_moves_no_figure(web: Web) -> None:
    """security.md 28"""
    before = answers_in(web)
    for _ in range(5):
        requests.post(f"{web.url}/slack/events", data=b"x", timeout=5)
        web.send(b"x", secret="wrong")
    requests.post(f"{web.url}/slack/events", data=b"x" * 300_000, timeout=5)

    assert answers_in(web) == before
    assert web.send(b"signed, and no request of Slack's").status_code == 400
    assert answers_in(web) != before


def answers_in(web: Web) -> list[str]:
    text = requests.get(f"{web.url}/metrics", timeout=5).text
    return [line for line in text.splitlines() if "slack_app_answer" in line and "_created" not in line]


@pytest.mark.parametrize("path", ["/slack/install/", "/slack/oauth_redirect/", "/healthz/", "/metrics/"])
def test_no_answer_leads_to_the_host_that_the_sender_named(web: Web, path: str) -> None:
    answer = requests.get(
        f"{web.url}{path}", headers={**BROWSER, "Host": "evil.example"}, timeout=5, allow_redirects=False
    )

    assert answer.status_code == 404
    assert "Location" not in answer.headers
    assert "evil.example" not in answer.text


def for_many_workspaces(redis_url: str) -> ASGIApp:
    settings = Settings(
        slack_signing_secret=SECRET,
        slack_client_id="1.2",
        slack_client_secret="x",
        encryption_keys=("A" * 43 + "=",),
        public_url="https://connect.example.com",
        redis_url=redis_url,
    )
    return build_web(settings, with_worker=False)


def test_whoever_only_looks_at_the_install_leaves_nothing_behind_and_takes_nobodys_time(
    redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """security.md 19, 27"""
    now = time.monotonic()
    with serving(for_many_workspaces(redis_url)) as url:
        monkeypatch.setattr("slack_app.web.time", SimpleNamespace(monotonic=lambda: now))
        statuses = [
            requests.get(f"{url}/slack/install", headers=BROWSER, timeout=5).status_code
            for _ in range(PAGES_A_SECOND + 2)
        ]
        back = requests.get(f"{url}/slack/oauth_redirect?error=access_denied&state=x", timeout=5)
        now += 1.0
        again = requests.get(f"{url}/slack/install", headers=BROWSER, timeout=5)

    assert statuses == [200] * PAGES_A_SECOND + [429] * 2
    assert back.status_code != 429
    assert again.status_code == 200
    assert redis.Redis.from_url(redis_url, decode_responses=True).keys("*") == []


def test_an_install_begins_with_a_slash_at_the_end_too(redis_url: str) -> None:
    with serving(for_many_workspaces(redis_url)) as url:
        answer = requests.get(
            f"{url}/slack/install/", headers={**BROWSER, "Host": "evil.example"}, timeout=5, allow_redirects=False
        )

    assert answer.status_code == 200
    assert "evil.example" not in answer.text


def test_with_a_port_of_their_own_the_figures_are_not_on_slacks(redis_url: str) -> None:
    """security.md 28"""
    port = free_port()
    settings = Settings(slack_signing_secret=SECRET, redis_url=redis_url, metrics_port=port)
    with own_server(build_web(settings, with_worker=False)) as url:
        wait_for(lambda: is_open(port))

        assert requests.get(f"{url}/metrics", timeout=5).status_code == 404
        assert requests.get(f"{url}/healthz", timeout=5).status_code == 200
        assert "slack_app_jobs_to_do" in requests.get(f"http://127.0.0.1:{port}/metrics", timeout=5).text
        assert requests.get(f"http://127.0.0.1:{port}/readyz", timeout=5).json() == {"ready": True, "missing": []}
        assert requests.post(f"http://127.0.0.1:{port}/slack/events", timeout=5).status_code == 404


def is_open(port: int) -> bool:
    with socket.socket() as connection:
        return connection.connect_ex(("127.0.0.1", port)) == 0


def test_a_port_of_the_figures_that_is_taken_keeps_nobody_from_connecting(redis_url: str) -> None:
    with socket.create_server(("0.0.0.0", 0)) as taken:
        port = taken.getsockname()[1]
        settings = Settings(slack_signing_secret=SECRET, redis_url=redis_url, metrics_port=port)
        with own_server(build_web(settings, with_worker=False)) as url:
            assert requests.get(f"{url}/readyz", timeout=5).status_code == 200
            assert requests.get(f"{url}/metrics", timeout=5).status_code == 404


def test_many_at_once_are_all_taken(web: Web) -> None:
    errors: list[Exception] = []

    def ask(number: int) -> None:
        try:
            assert web.command(trigger_id=str(number), user_id=f"U{number}").status_code == 200
        except Exception as exc:  # noqa: BLE001  (collected for the main thread)
            errors.append(exc)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(100)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert errors == []
    assert web.jobs == 100


def test_an_event_that_could_not_be_kept_is_not_acknowledged() -> None:
    event = {"type": "app_uninstalled"}
    body = {"type": "event_callback", "team_id": "T0DEMO", "event_id": "Ev1", "event_time": int(time.time())}
    app = build_web(Settings(slack_signing_secret=SECRET, redis_url="redis://127.0.0.1:1"), with_worker=False)

    with serving(app) as url:
        answer = Web(url, None).send(json.dumps({**body, "event": event}).encode(), "application/json")

    assert answer.status_code == 503
