"""What the app met and cannot put right is kept for a day, for the doctor."""

from __future__ import annotations

from typing import Any

import pytest

from slack_app.adapters.noticed import MOST_KEPT, RedisNoticed
from slack_app.adapters.redis import open_fast


def test_what_was_met_is_known_with_how_long_ago(client: Any) -> None:
    noticed = RedisNoticed(client)
    noticed.command("/connect")
    noticed.host("github.com")
    client.zincrby("slack_app:{noticed}:hosts", -60, "github.com")

    lately = noticed.lately()

    assert list(lately.commands) == ["/connect"]
    assert lately.commands["/connect"] <= 2
    assert 60 <= lately.hosts["github.com"] <= 62


def test_only_the_last_are_kept_and_for_a_day(client: Any) -> None:
    noticed = RedisNoticed(client)
    for number in range(MOST_KEPT + 5):
        noticed.host(f"h{number}.example")

    assert len(noticed.lately().hosts) == MOST_KEPT
    assert 0 < client.ttl("slack_app:{noticed}:hosts") <= 86_400


def test_what_was_met_the_day_before_is_not_told(client: Any) -> None:
    noticed = RedisNoticed(client)
    noticed.command("/connect")
    client.zincrby("slack_app:{noticed}:commands", -90_000, "/connect")

    assert noticed.lately().commands == {}


def test_an_outage_of_redis_costs_nobody_their_answer() -> None:
    RedisNoticed(open_fast("redis://127.0.0.1:1/0")).command("/connect")


@pytest.mark.parametrize("value", ["text", "other"])
def test_what_somebody_else_wrote_there_disturbs_nobody(client: Any, value: str) -> None:
    client.set("slack_app:{noticed}:commands", value)

    RedisNoticed(client).command("/connect")
