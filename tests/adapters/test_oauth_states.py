"""The states of installs that somebody has begun (security.md 14)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from slack_app.adapters.oauth_states import RedisOAuthStates
from slack_app.adapters.redis import open_fast, open_patient
from slack_app.errors import UpstreamError


def test_a_state_is_good_once(client: Any) -> None:
    """security.md 14"""
    states = RedisOAuthStates(client)
    state = states.issue()

    assert [states.consume(state), states.consume(state)] == [True, False]


def test_a_state_is_random_and_lives_ten_minutes(client: Any) -> None:
    """security.md 14"""
    states = RedisOAuthStates(client)

    issued = {states.issue() for _ in range(50)}

    assert len(issued) == 50
    assert all(len(state) == 43 for state in issued)
    assert {client.ttl(f"slack_app:install-state:{state}") for state in issued} <= {599, 600}


def test_of_twenty_who_bring_the_same_state_at_once_one_gets_on(redis_url: str) -> None:
    """security.md 14"""
    stores = [RedisOAuthStates(open_patient(redis_url)) for _ in range(2)]
    state = stores[0].issue()

    with ThreadPoolExecutor(20) as pool:
        taken = list(pool.map(lambda n: stores[n % 2].consume(state), range(20)))

    assert sorted(taken) == [False] * 19 + [True]


@pytest.mark.parametrize("state", ["", "x", "*", "x" * 43 + "\n", "é" * 43, "x" * 10_000])
def test_what_is_no_state_of_ours_is_not_even_looked_up(state: str) -> None:
    """security.md 14"""
    assert RedisOAuthStates(open_fast("redis://127.0.0.1:1/0")).consume(state) is False


def test_without_redis_no_install_is_begun_or_finished() -> None:
    states = RedisOAuthStates(open_fast("redis://127.0.0.1:1/0"))

    for step in (states.issue, lambda: states.consume("x" * 43)):
        with pytest.raises(UpstreamError):
            step()
