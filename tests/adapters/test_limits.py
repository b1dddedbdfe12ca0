"""How much anybody may have of something; what they had and did not get is theirs again."""

from __future__ import annotations

from typing import Any

from slack_app.adapters.jobs import OUTCOMES
from slack_app.adapters.limits import RedisLimits
from slack_app.adapters.redis import open_fast
from slack_app.demo.redis_server import RedisServer

NOW = 1_900_000_000.0


def test_beyond_the_limit_it_is_said_when_to_restore(client: Any) -> None:
    """security.md 19"""
    limits = RedisLimits(client, lambda: NOW)

    assert [limits.take("link", "U1", 3, 600) for _ in range(3)] == [None, None, None]

    again_at = limits.take("link", "U1", 3, 600)
    assert again_at is not None
    assert NOW + 590 < again_at <= NOW + 600
    assert limits.take("link", "U2", 3, 600) is None
    assert limits.take("ask", "U1", 3, 600) is None


def test_what_is_given_back_can_be_taken_again(client: Any) -> None:
    limits = RedisLimits(client, lambda: NOW)
    limits.take("link", "U1", 1, 600)

    limits.give_back("link", "U1")

    assert limits.take("link", "U1", 1, 600) is None
    assert limits.take("link", "U1", 1, 600) is not None


def test_giving_back_more_than_was_taken_is_worth_nothing(client: Any) -> None:
    limits = RedisLimits(client, lambda: NOW)

    limits.give_back("link", "U1")
    limits.give_back("link", "U1")

    assert limits.take("link", "U1", 1, 600) is None
    assert limits.take("link", "U1", 1, 600) is not None


def test_every_limit_ends_by_itself(client: Any) -> None:
    limits = RedisLimits(client, lambda: NOW)

    limits.take("link", "U1", 1, 600)

    assert 0 < client.ttl("slack_app:limit:link:U1") <= 600


def test_while_redis_is_away_nobody_is_limited_and_it_is_counted(own_redis: RedisServer) -> None:
    limits = RedisLimits(open_fast(own_redis.url), lambda: NOW)
    limits.take("link", "U1", 1, 600)

    own_redis.kill()
    assert limits.take("link", "U1", 1, 600) is None
    limits.give_back("link", "U1")
    own_redis.start()
    assert limits.take("link", "U2", 1, 600) is None

    assert open_fast(own_redis.url).hget(OUTCOMES, "limit_skipped") == "1"
