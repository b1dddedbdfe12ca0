"""The states of installs that somebody has begun (security.md 14)."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from slack_app.adapters.oauth_states import RedisOAuthStates
from slack_app.adapters.redis import open_fast, open_patient
from slack_app.errors import UpstreamError

SECRET = "canary-cl1ent"


def test_a_state_is_good_once(client: Any) -> None:
    """security.md 14"""
    states = RedisOAuthStates(client, SECRET)
    state = states.issue()

    assert [states.consume(state), states.consume(state)] == [True, False]


def test_states_are_random_and_nothing_is_kept_of_them_before_they_come_back(client: Any) -> None:
    """security.md 14, 27"""
    states = RedisOAuthStates(client, SECRET)

    assert len({states.issue() for _ in range(50)}) == 50
    assert client.keys("*") == []

    states.consume(states.issue())
    [taken] = client.keys("*")
    assert 719 <= client.ttl(taken) <= 720


def test_a_state_lives_ten_minutes(client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """security.md 14"""
    states = RedisOAuthStates(client, SECRET)
    early, late = states.issue(), states.issue()
    now = time.time()

    monkeypatch.setattr(time, "time", lambda: now + 599)
    assert states.consume(early)
    monkeypatch.setattr(time, "time", lambda: now + 602)
    assert not states.consume(late)


def test_a_state_is_known_as_taken_for_as_long_as_any_clock_lets_it_live(
    client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """security.md 14: the web server that issued it is a minute ahead."""
    states, now = RedisOAuthStates(client, SECRET), time.time()
    monkeypatch.setattr(time, "time", lambda: now + 60)
    taken, other = states.issue(), states.issue()
    monkeypatch.setattr(time, "time", lambda: now)
    assert states.consume(taken)
    [mark] = client.keys("*")
    marked_until = now + client.ttl(mark)

    monkeypatch.setattr(time, "time", lambda: marked_until)

    assert not states.consume(other)


def test_a_state_that_was_altered_or_is_another_apps_is_none(client: Any) -> None:
    """security.md 14"""
    states = RedisOAuthStates(client, SECRET)
    state = states.issue()

    altered = [state[:-1], state + "A", state[:40] + ("A" if state[40] != "A" else "B") + state[41:], state.swapcase()]
    assert [states.consume(other) for other in altered] == [False] * 4
    assert not RedisOAuthStates(client, "another").consume(state)
    assert states.consume(state)


def test_of_twenty_who_bring_the_same_state_at_once_one_gets_on(redis_url: str) -> None:
    """security.md 14"""
    stores = [RedisOAuthStates(open_patient(redis_url), SECRET) for _ in range(2)]
    state = stores[0].issue()

    with ThreadPoolExecutor(20) as pool:
        taken = list(pool.map(lambda n: stores[n % 2].consume(state), range(20)))

    assert sorted(taken) == [False] * 19 + [True]


@pytest.mark.parametrize("state", ["", "x", "*", "x" * 43 + "\n", "é" * 43, "x" * 10_000])
def test_what_is_no_state_of_ours_is_not_even_looked_up(state: str) -> None:
    """security.md 14"""
    assert RedisOAuthStates(open_fast("redis://127.0.0.1:1/0"), SECRET).consume(state) is False


def test_without_redis_no_install_is_finished() -> None:
    states = RedisOAuthStates(open_fast("redis://127.0.0.1:1/0"), SECRET)

    with pytest.raises(UpstreamError):
        states.consume(states.issue())
