"""The time that all processes share, on fakeredis and on a real Redis."""

from __future__ import annotations

import time
from typing import Any

import pytest

from slack_app.adapters.breaker import Breaker
from slack_app.adapters.clock import ASK_AGAIN_SECONDS, RedisClock
from slack_app.adapters.links.budget import MOST_LOOKUPS, RedisBudget, Use
from slack_app.adapters.redis import open_fast
from slack_app.errors import UpstreamError

NOWHERE = "redis://127.0.0.1:1/0"


def local(seconds_off: float) -> Any:
    return lambda: time.time() + seconds_off


def redis_time(client: Any) -> float:
    seconds, microseconds = client.time()
    return float(seconds + microseconds / 1e6)


@pytest.mark.parametrize("seconds_off", [-900.0, 0.0, 61.0, 86_400.0])
def test_machines_whose_clocks_are_wrong_agree_on_the_time(client: Any, seconds_off: float) -> None:
    """reports.md B4: a worker whose clock was 15 minutes slow kept no state of a link."""
    clock = RedisClock(client, local=local(seconds_off))

    assert clock() == pytest.approx(redis_time(client), abs=1)


def test_a_clock_that_jumps_moves_nothing(client: Any) -> None:
    off = 0.0
    clock = RedisClock(client, local=lambda: time.time() + off)
    before = clock()

    off = 3600.0

    assert clock() == pytest.approx(before, abs=1)


def test_workers_whose_clocks_differ_keep_one_minute_of_requests(client: Any) -> None:
    """security.md 27: the later clock forgot what the other had just counted."""
    early = RedisBudget(client, RedisClock(client))
    late = RedisBudget(client, RedisClock(client, local=local(61)))
    for _ in range(MOST_LOOKUPS - 2):
        early.spend("org_a", Use.LOOKUP)
    for _ in range(2):
        late.spend("org_a", Use.LOOKUP)

    with pytest.raises(UpstreamError):
        late.spend("org_a", Use.LOOKUP)


def test_redis_is_asked_twice_a_minute(client: Any) -> None:
    now, asked = 0.0, list[float]()

    def monotonic() -> float:
        return now

    clock = RedisClock(client, monotonic=monotonic)
    script = clock._time

    def ask(**options: Any) -> Any:
        asked.append(now)
        return script(**options)

    clock._time = ask
    for _ in range(1200):
        clock()
        now += 0.1

    assert len(asked) == pytest.approx(120 / ASK_AGAIN_SECONDS, abs=1)


def test_while_redis_was_never_reached_the_machines_own_clock_serves() -> None:
    clock = RedisClock(open_fast(NOWHERE))

    assert clock() == pytest.approx(time.time(), abs=1)


def test_a_redis_that_goes_away_does_not_take_the_time_along(client: Any) -> None:
    clock = RedisClock(client, local=local(-900))
    clock()
    clock._ask_at = 0.0
    clock._time = open_fast(NOWHERE).register_script("return redis.call('TIME')")

    assert clock() == pytest.approx(redis_time(client), abs=1)


def test_who_waits_for_an_acknowledgement_waits_once_for_a_redis_that_is_away() -> None:
    breaker = Breaker("redis")
    RedisClock(open_fast(NOWHERE), breaker=breaker)()

    with pytest.raises(UpstreamError), breaker():
        raise AssertionError("asked although the clock has just found out")


class ComesLate:
    """Answers after seconds in which it was away and asked again and again."""

    now = 0.0

    def register_script(self, _text: str) -> Any:
        def ask(*, keys: list[str]) -> tuple[str, str]:
            self.now += 8.0
            return str(int(1000 + self.now)), "0"

        return ask


def test_the_seconds_in_which_redis_was_away_are_not_taken_for_the_way_of_its_answer() -> None:
    redis = ComesLate()

    assert RedisClock(redis, local=lambda: 1000 + redis.now, monotonic=lambda: redis.now)() == 1008.0
