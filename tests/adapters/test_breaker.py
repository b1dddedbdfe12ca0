"""While a system does not answer, those who wait behind the first get their answer at once."""

from __future__ import annotations

import contextlib

import pytest

from slack_app.adapters.breaker import Breaker
from slack_app.errors import UpstreamError

OUTAGE = UpstreamError("redis", retryable=True)


class Now:
    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def fail(breaker: Breaker, error: Exception = OUTAGE) -> None:
    with contextlib.suppress(type(error)), breaker():
        raise error


def test_after_a_failure_nobody_asks_until_the_pause_is_over() -> None:
    now = Now()
    breaker = Breaker("redis", pause=1.0, clock=now)
    fail(breaker)
    now.seconds = 0.9

    with pytest.raises(UpstreamError) as caught, breaker():
        pytest.fail("the system was asked")

    assert caught.value.code == "breaker_open"


def test_after_the_pause_one_caller_asks_while_the_others_do_not_wait() -> None:
    now = Now()
    breaker = Breaker("redis", pause=1.0, clock=now)
    fail(breaker)
    now.seconds = 1.0

    with breaker(), pytest.raises(UpstreamError), breaker():
        pytest.fail("two asked at once")
    with breaker():
        pass  # the first one was answered, so the way is open again
    with breaker():
        pass


def test_a_probe_that_fails_starts_the_pause_anew() -> None:
    now = Now()
    breaker = Breaker("redis", pause=1.0, clock=now)
    fail(breaker)
    now.seconds = 1.0
    fail(breaker)
    now.seconds = 1.9

    with pytest.raises(UpstreamError), breaker():
        pytest.fail("the system was asked")


def test_what_waiting_does_not_mend_opens_nothing() -> None:
    breaker = Breaker("redis", clock=Now())
    fail(breaker, UpstreamError("redis", retryable=False))
    fail(breaker, KeyError())

    with breaker():
        pass
