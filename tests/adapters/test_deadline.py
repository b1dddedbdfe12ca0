"""A deadline is a deadline: whatever a server does, its exchange ends (security.md 13 and 26)."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest

from slack_app.adapters.http import Http, HttpResponse
from slack_app.errors import UpstreamError
from tests.adapters.hostile import ANSWERS, CHUNKED, OK, answering, drip, once
from tests.stage import stretched

DEADLINE = 0.4


def ask(http: Http, url: str) -> HttpResponse | UpstreamError:
    try:
        return http.request("POST", f"{url}/v1", data=b"{}")
    except UpstreamError as exc:
        return exc


def seconds_until_the_end(name: str) -> float:
    """Ask somebody who answers so, and measure how long that takes."""
    http = Http("platform", connections=2, deadline=DEADLINE)
    with answering(ANSWERS[name]) as url:
        began = time.monotonic()
        ask(http, url)
        return time.monotonic() - began


@pytest.fixture(scope="module")
def measured() -> Mapping[str, float]:
    """The seconds that each answer took; they are waited for side by side."""
    with ThreadPoolExecutor(8) as pool:
        return dict(zip(ANSWERS, pool.map(seconds_until_the_end, ANSWERS), strict=True))


@pytest.mark.parametrize("name", ANSWERS)
def test_every_hostile_answer_ends_at_its_deadline(name: str, measured: Mapping[str, float]) -> None:
    """security.md 26"""
    assert measured[name] < DEADLINE + stretched(1.0)


def test_what_came_too_slowly_is_said_so_and_may_be_tried_again() -> None:
    http = Http("platform", connections=2, deadline=DEADLINE)

    with answering(drip(OK + b"X-A: ", b"a")) as url:
        error = ask(http, url)

    assert isinstance(error, UpstreamError)
    assert (error.code, error.retryable) == ("answer_too_slow", True)


def test_a_body_that_we_cut_off_is_not_taken_for_a_whole_one() -> None:
    http = Http("platform", connections=2, deadline=DEADLINE)

    with answering(drip(OK + b"\r\n{}", b" ")) as url:
        error = ask(http, url)

    assert isinstance(error, UpstreamError)


def test_twenty_of_them_keep_nobody_else_waiting() -> None:
    http = Http("platform", connections=32, deadline=2.0)
    good = once(OK + b"Content-Length: 2\r\n\r\n{}", stays_open=False)

    with answering(drip(CHUNKED + b"0\r\n", b"A")) as hostile, answering(good) as honest:
        asking = [threading.Thread(target=ask, args=[http, hostile]) for _ in range(20)]
        for thread in asking:
            thread.start()
        began = time.monotonic()
        answer = ask(http, honest)
        seconds = time.monotonic() - began
        for thread in asking:
            thread.join(5.0)

    assert isinstance(answer, HttpResponse)
    assert answer.body == b"{}"
    assert seconds < stretched(1.0)
    assert not any(thread.is_alive() for thread in asking)


def test_the_deadline_of_a_finished_exchange_ends_no_later_one_on_the_same_connection() -> None:
    http = Http("platform", connections=1, deadline=DEADLINE)
    slow = 0.3

    def keep_alive(client: object) -> None:
        while True:
            time.sleep(slow)
            client.sendall(OK + b"Content-Length: 2\r\n\r\n{}")  # type: ignore[attr-defined]
            with suppress(OSError):
                client.recv(65536)  # type: ignore[attr-defined]

    with answering(keep_alive) as url:
        answers = [ask(http, url) for _ in range(4)]

    assert [getattr(answer, "body", answer) for answer in answers] == [b"{}"] * 4


def test_who_waits_for_a_connection_waits_no_longer_than_for_an_answer() -> None:
    """A Slack that stalls: more threads speak with it than there are connections, and each waited for all before it."""
    http = Http("slack", connections=1, deadline=3.0)

    with answering(drip(OK + b"X-A: ", b"a")) as url:
        first = threading.Thread(target=ask, args=[http, url])
        first.start()
        time.sleep(0.1)  # it has the connection
        began = time.monotonic()
        with pytest.raises(UpstreamError) as refused:
            http.request("POST", f"{url}/v1", deadline=DEADLINE)
        seconds = time.monotonic() - began
        first.join()

    assert seconds < DEADLINE + stretched(1.0)
    assert refused.value.retryable
