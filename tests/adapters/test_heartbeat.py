"""Who takes jobs is known to all, on fakeredis and on a real Redis."""

from __future__ import annotations

from typing import Any

import pytest
import redis

from slack_app.adapters.heartbeat import ALIVE_SECONDS, KEPT_SECONDS, WORKERS, RedisHeartbeat, RedisWorkers
from slack_app.adapters.redis import open_fast
from slack_app.demo.redis_server import RedisServer
from slack_app.errors import UpstreamError


def heart_of(client: Any, name: str, since: float = 1_900_000_000.0) -> RedisHeartbeat:
    return RedisHeartbeat(client, name, "0.2.0", lambda: since)


def redis_now(client: Any) -> float:
    return float(client.time()[0])


def test_workers_that_beat_live_the_oldest_first(client: Any) -> None:
    heart_of(client, "b", since=2.0).beat()
    first = heart_of(client, "a", since=1.0)
    first.beat()
    first.beat()

    assert [(one.name, one.version, one.since) for one in RedisWorkers(client).alive()] == [
        ("a", "0.2.0", 1.0),
        ("b", "0.2.0", 2.0),
    ]
    assert 0 < client.ttl(WORKERS) <= KEPT_SECONDS


def test_who_ends_in_order_is_gone_at_once_and_the_others_stay(client: Any) -> None:
    leaving = heart_of(client, "a")
    leaving.beat()
    heart_of(client, "b").beat()

    leaving.end()

    assert [one.name for one in RedisWorkers(client).alive()] == ["b"]


@pytest.mark.parametrize(("seconds", "lives"), [(ALIVE_SECONDS - 3, True), (ALIVE_SECONDS + 1, False)])
def test_who_beats_no_more_is_dead_after_some_seconds_of_rediss_time(client: Any, seconds: int, lives: bool) -> None:
    heart_of(client, "a").beat()
    [member] = client.zrange(WORKERS, 0, -1)

    client.zadd(WORKERS, {member: redis_now(client) - seconds})

    assert bool(RedisWorkers(client).alive()) is lives
    assert [one.name for one in RedisWorkers(client).silent()] == ([] if lives else ["a"])


def test_the_next_beat_forgets_who_is_long_dead_and_what_is_none_of_ours(client: Any) -> None:
    client.zadd(WORKERS, {"long dead": redis_now(client) - KEPT_SECONDS - 1, "no worker": redis_now(client)})
    assert RedisWorkers(client).alive() == []
    heart_of(client, "a").beat()
    assert client.zcard(WORKERS) == 2

    client.set(WORKERS, "x")
    assert RedisWorkers(client).alive() == []
    heart_of(client, "a").beat()
    assert [one.name for one in RedisWorkers(client).alive()] == ["a"]


def test_a_worker_lives_while_the_memory_of_redis_is_full(own_redis: RedisServer) -> None:
    client = redis.Redis.from_url(own_redis.url, decode_responses=True)
    client.config_set("maxmemory", 1)
    with pytest.raises(redis.ResponseError):
        client.set("x", "y")

    heart_of(client, "a").beat()

    assert [one.name for one in RedisWorkers(client).alive()] == ["a"]


def test_a_worker_beats_on_when_redis_is_there_again(own_redis: RedisServer) -> None:
    heart, workers = heart_of(open_fast(own_redis.url), "a"), RedisWorkers(open_fast(own_redis.url))
    heart.beat()
    own_redis.kill()
    with pytest.raises(UpstreamError):
        heart.beat()
    with pytest.raises(UpstreamError):
        workers.alive()

    own_redis.start()
    heart.beat()

    assert [one.name for one in workers.alive()] == ["a"]
