"""Whatever the other side does, a call ends, and nothing of it reaches the next (security.md 13)."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from typing import Any

import pytest

from slack_app.adapters.freddy import Freddy
from slack_app.adapters.http import Http
from slack_app.errors import UpstreamError
from slack_app.model.workspaces import Credentials
from slack_app.stand_ins.freddy import Fault, Platform
from tests.adapters.hostile import Behaviour, answering, once
from tests.serving import serving
from tests.stage import PATIENCE, stretched

KEY = "ak_test"
ACCESS = Credentials("org_a", KEY)
ASKING, TURNS = 5, 1000


@pytest.fixture
def platform() -> Platform:
    return Platform(keys={KEY: "org_a"})


@pytest.fixture
def url(platform: Platform) -> Iterator[str]:
    with serving(platform.app) as url:
        yield url


def freddy(url: str, deadline: float = PATIENCE, connections: int = 4) -> Freddy:
    return Freddy(Http("platform", connections=connections, deadline=deadline), url=url)


def failure(client: Freddy) -> UpstreamError:
    with pytest.raises(UpstreamError) as caught:
        client.authorize(ACCESS, "github", {})
    return caught.value


def test_an_answer_that_trickles_is_given_up_at_the_deadline(platform: Platform, url: str) -> None:
    platform.fault = Fault.TRICKLE
    began = time.monotonic()

    error = failure(freddy(url, deadline=1.0))

    assert time.monotonic() - began < stretched(1.5)
    assert (error.code, error.retryable) == ("answer_too_slow", True)


def test_an_answer_without_end_is_given_up_at_its_limit(platform: Platform, url: str) -> None:
    platform.fault = Fault.ENDLESS
    began = time.monotonic()

    error = failure(freddy(url))

    assert time.monotonic() - began < stretched(2)
    assert (error.code, error.retryable) == ("answer_too_large", False)


def test_a_platform_that_never_answers_is_given_up_at_the_deadline(platform: Platform, url: str) -> None:
    platform.fault = Fault.STALLED
    began = time.monotonic()

    error = failure(freddy(url, deadline=0.5))

    assert time.monotonic() - began < stretched(1.0)
    assert error.retryable


def test_a_redirect_is_not_followed(platform: Platform, url: str) -> None:
    platform.fault = Fault.REDIRECT

    error = failure(freddy(url))

    assert (error.status, error.retryable) == (302, False)
    assert len(platform.calls) == 1


def test_a_connection_that_is_dropped_is_a_failure_that_may_pass(platform: Platform, url: str) -> None:
    platform.fault = Fault.REFUSED

    assert failure(freddy(url)).retryable


async def breaks_off(scope: Any, _receive: Any, send: Any) -> None:
    """Announce 100 bytes, send ten and hang up."""
    assert scope["type"] in ("http", "lifespan")
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"100")]})
    await send({"type": "http.response.body", "body": b"{" + b" " * 9, "more_body": True})


def test_an_answer_that_breaks_off_is_not_taken_for_a_whole_one() -> None:
    with serving(breaks_off) as url:
        error = failure(freddy(url))

    assert (error.code, error.retryable) == ("ProtocolError", True)


def numbered(before: bytes) -> Behaviour:
    """Send this, and the number of the request a moment later: whoever asks next has asked by then."""
    numbers = count(1)

    def behave(client: socket.socket) -> None:
        while True:
            client.sendall(before)
            time.sleep(0.1)
            client.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n%d" % next(numbers))
            client.recv(65536)

    return behave


def test_an_answer_that_comes_behind_a_hint_is_not_the_next_ones() -> None:
    """Proxies send 103 ahead of an answer; http.client knows 100 only (RFC 9110, 15.2)."""
    hints = b"HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
    http = Http("platform", connections=1, deadline=PATIENCE)

    with answering(numbered(hints)) as url:
        answers = [http.request("POST", f"{url}/v1") for _ in range(3)]

    assert [(answer.status, answer.body) for answer in answers] == [(200, b"1"), (200, b"2"), (200, b"3")]


def test_what_comes_behind_a_switch_of_protocols_is_nobodys() -> None:
    http = Http("platform", connections=1, deadline=PATIENCE)
    switch = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n"

    with answering(numbered(switch)) as url:
        for _ in range(3):
            with pytest.raises(UpstreamError) as refused:
                http.request("POST", f"{url}/v1")
            assert (refused.value.code, refused.value.retryable) == ("not_http", True)


def test_nobody_listening_is_a_failure_that_may_pass() -> None:
    error = failure(freddy("http://127.0.0.1:1"))

    assert (error.service, error.status, error.retryable) == ("platform", None, True)


def test_proxies_and_netrc_of_the_environment_are_not_used(
    platform: Platform, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("NO_PROXY", "")

    assert freddy(url).authorize(ACCESS, "github", {}).host == "127.0.0.1"


def test_cookies_are_not_kept(platform: Platform, url: str) -> None:
    platform.fault = Fault.COOKIES
    client = freddy(url)

    for _ in range(3):
        client.authorize(ACCESS, "github", {})

    assert not [call for call in platform.calls if call.has_cookie]


def test_a_thousand_calls_need_no_more_connections_than_allowed(platform: Platform, url: str) -> None:
    platform.requests_a_minute = 1_000_000
    client = freddy(url, connections=16)
    local = threading.local()

    def call(number: int) -> None:
        local.number = number
        client.authorize(ACCESS, "github", {})

    with ThreadPoolExecutor(32) as pool:
        list(pool.map(call, range(1000)))

    assert len(platform.calls) == 1000
    assert len({call.peer for call in platform.calls}) <= 16


def test_who_waits_for_a_connection_comes_before_who_has_just_had_one(platform: Platform, url: str) -> None:
    """One in a hundred waited for its whole deadline, and failed, beside a Slack that answers in 0.1 s."""
    platform.requests_a_minute = 1_000_000
    client = freddy(url, connections=1)
    turns: Counter[int] = Counter()
    ready = threading.Barrier(ASKING)

    def keep_asking(number: int) -> None:
        ready.wait()
        while turns.total() < TURNS:
            client.authorize(ACCESS, "github", {})
            turns[number] += 1

    with ThreadPoolExecutor(ASKING) as pool:
        list(pool.map(keep_asking, range(ASKING)))

    assert min(turns[number] for number in range(ASKING)) >= TURNS / ASKING / 2


@pytest.mark.parametrize(
    ("fault", "status", "retryable", "code"),
    [
        (Fault.UNAUTHORIZED, 401, False, "INVALID_API_KEY"),
        (Fault.FORBIDDEN, 403, False, "ORGANIZATION_ACCESS_DENIED"),
        (Fault.RATE_LIMITED, 429, True, "RATE_LIMIT_EXCEEDED"),
        (Fault.DOWN, 503, True, "SERVICE_UNAVAILABLE"),
        (Fault.BROKEN, 500, True, "INTERNAL_ERROR"),
        (Fault.HTML, 502, True, "http_502"),
        (Fault.EMPTY, 200, True, "not_json"),
        (Fault.FIELDLESS, 200, True, "fields_missing"),
        (Fault.UNSAFE_LINK, 200, False, "unsafe_link"),
    ],
)
def test_each_refusal_is_known_for_what_it_is(
    platform: Platform, url: str, fault: Fault, status: int, retryable: bool, code: str
) -> None:
    platform.fault = fault

    error = failure(freddy(url))

    assert (error.status, error.retryable, error.code) == (status, retryable, code)
    assert error.retry_after == (3 if fault is Fault.RATE_LIMITED else None)
    assert fault in (Fault.HTML,) or error.trace_id


def test_the_catalogue_names_the_connectors(url: str) -> None:
    names = {connector.tool_key: connector.name for connector in freddy(url).catalogue(ACCESS)}

    assert names["github"] == "GitHub"
    assert {"gitlab", "sharepoint"} <= set(names)


@pytest.mark.parametrize("echo", [KEY, f"key.{KEY}.invalid", "ak_canary_3f9d2c", "oak_live_0123456789"])
def test_a_key_that_the_platform_echoes_is_not_kept_for_the_log(echo: str) -> None:
    """security.md 17"""
    error = {"code": echo, "trace_id": echo}
    answer = once(
        b"HTTP/1.1 401 No\r\nx-request-id: " + echo.encode() + b"\r\n\r\n" + json.dumps({"error": error}).encode()
    )

    with answering(answer) as url:
        caught = failure(freddy(url, deadline=0.5))

    assert echo not in repr(vars(caught))


@pytest.mark.parametrize("echo", [KEY, f"key.{KEY}.invalid", "oak_live_0123456789"])
def test_a_key_that_an_answer_of_no_use_echoes_is_not_kept_for_the_log(echo: str) -> None:
    """security.md 17"""
    answer = once(b"HTTP/1.1 200 OK\r\nx-request-id: " + echo.encode() + b"\r\nContent-Length: 2\r\n\r\n[]")

    with answering(answer) as url:
        caught = failure(freddy(url))

    assert caught.code == "not_an_object"
    assert echo not in repr(vars(caught))
