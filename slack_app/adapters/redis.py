"""Opens Redis, alone, behind Sentinel or as a Cluster, with time-outs for the two places it is used from.

No server is asked for anything here: one that is away when the process starts is found when it is there.

redis-py's defaults wait a minute for a frozen server; on the way of an acknowledgement nobody has a minute.
Every client has a bounded pool (redis_pools.py). Every key of the app is built with the prefix below.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import islice
from typing import Any, TypeVar

import structlog
from redis import Redis, RedisCluster, RedisError
from redis.backoff import ExponentialBackoff, NoBackoff
from redis.cluster import ClusterNode
from redis.exceptions import RedisClusterException
from redis.retry import Retry
from redis.sentinel import Sentinel

from slack_app.adapters import redis_addresses
from slack_app.adapters.network import code_of
from slack_app.adapters.redis_addresses import RedisAddress
from slack_app.adapters.redis_cluster import LateCluster
from slack_app.adapters.redis_pools import Pool, Repeating, SentinelPool, is_outage
from slack_app.errors import BROKEN_RECORD, UpstreamError
from slack_app.instruments import REDIS_ERRORS
from slack_app.model.users import SlackUser

PREFIX = "slack_app:"
FEW = 4
"""Connections of a client that is not a whole process's."""
BATCH = 500
"""So many are asked about in one round trip, where there are thousands."""
IDLE_SECONDS = 15
"""After which a connection is asked whether it still stands, before it is used: what stands between may forget it."""

_WRONG_TYPE = ("WRONGTYPE", "not an integer", "not a valid float")

log = structlog.get_logger("slack_app.redis")

Client = Any
"""A `redis.Redis` or `redis.RedisCluster` with text answers (their types share no usable base)."""
Item = TypeVar("Item")


def key_of(person: SlackUser) -> str:
    """Return the part of a key that names the person where they are: what is kept may be of that workspace's."""
    return f"{person.enterprise_id or ''}:{person.team_id}:{person.user_id}"


def keys_of(person: SlackUser) -> list[str]:
    """Return what `key_of` may have been: first that of now, then that of before the workspace joined its Grid."""
    return list(dict.fromkeys([key_of(person), f":{person.team_id}:{person.user_id}"]))


def open_fast(url: str, connections: int = FEW) -> Client:
    """Open the client for the way of the acknowledgement: 1 s at worst (connect 0.3 s, answer 0.5 s, 1 retry)."""
    return _open(url, connections, wait=0.3, connect=0.3, answer=0.5, retry=Repeating(NoBackoff(), 1))


def open_patient(url: str, connections: int = FEW) -> Client:
    """Open the client for a worker's writes: what was done outside must be noted, so it rides out a short outage."""
    retry = Repeating(ExponentialBackoff(cap=1, base=0.05), 6)
    return _open(url, connections, wait=5, connect=2, answer=5, retry=retry)


def open_blocking(url: str, block_seconds: float) -> Client:
    """Open the one connection with which a worker waits for jobs; an answer may outlast the wait.

    The loop around it retries.
    """
    answer = block_seconds + 5
    return _open(url, 1, wait=answer, connect=2, answer=answer, retry=Repeating(NoBackoff(), 0))


@contextmanager
def redis_errors() -> Iterator[None]:
    """Translate redis-py's errors; an outage is retryable, a wrong command is a defect and stays as it is."""
    try:
        yield
    except (RedisError, RedisClusterException) as exc:
        code = BROKEN_RECORD if is_broken_record(exc) else code_of(exc)
        REDIS_ERRORS.labels(code).inc()
        raise UpstreamError("redis", retryable=is_outage(exc), code=code) from exc


def is_broken_record(exc: Exception) -> bool:
    """Return whether the key, or the number in it, is of another type than the app writes."""
    return any(said in str(exc) for said in _WRONG_TYPE)


def read_text(redis: Client, key: str) -> str | None:
    """Return the text that is kept there; what is no text counts as nothing. Raises UpstreamError."""
    try:
        with redis_errors():
            text: str | None = redis.get(key)
    except UpstreamError as exc:
        if exc.code != BROKEN_RECORD:
            raise
        log.error("redis.broken_record", code=exc.code)
        return None
    return text


def each(redis: Client, items: Iterable[Item], ask: Callable[[Any, Item], object]) -> Iterator[tuple[Item, Any]]:
    """Yield each of what may be thousands with Redis's answer about it, in few round trips. Raises UpstreamError.

    `ask` asks of a pipeline one thing about one of them.
    """
    left = iter(items)
    while batch := list(islice(left, BATCH)):
        with redis_errors(), redis.pipeline(transaction=False) as pipe:
            for item in batch:
                ask(pipe, item)
            answers = pipe.execute()
        yield from zip(batch, answers, strict=True)


def _open(url: str, connections: int, *, wait: float, connect: float, answer: float, retry: Retry) -> Client:
    pool: dict[str, Any] = {
        "max_connections": connections,
        "timeout": wait,
        "health_check_interval": IDLE_SECONDS,
    }
    options: dict[str, Any] = {
        "socket_connect_timeout": connect,
        "socket_timeout": answer,
        "decode_responses": True,
        "encoding_errors": "replace",  # what is no text is none of ours: it is read, and found to be no record
    }
    address = redis_addresses.read(url)
    if address.kind == "sentinel":
        return _behind_sentinel(address, pool, {**options, "retry": retry})
    options |= address.options
    if address.kind == "cluster":
        return LateCluster(partial(_open_cluster, address, pool, options, retry))
    return Redis.from_pool(Pool(**pool, **options, retry=retry))


def _open_cluster(address: RedisAddress, pool: dict[str, Any], options: dict[str, Any], retry: Retry) -> RedisCluster:
    (host, port), *others = address.nodes
    scheme = "rediss" if address.is_tls else "redis"
    return RedisCluster(
        url=f"{scheme}://{host}:{port}",  # only a client that is given one takes a pool of another class
        startup_nodes=[ClusterNode(host, port) for host, port in others],
        connection_pool_class=partial(Pool, **pool),
        # Who is asked for the servers has connections apart: in a fail-over all others are held by threads that wait
        # for the answer. And a name leads to who has it now, where what the Cluster said may be gone.
        dynamic_startup_nodes=False,
        retry=retry,
        **{name: value for name, value in options.items() if name not in ("host", "port", "db", "connection_class")},
    )


def _behind_sentinel(address: RedisAddress, pool: dict[str, Any], options: dict[str, Any]) -> Client:
    once = Repeating(NoBackoff(), 0)  # a Sentinel that is away is asked again with what it was asked for
    for_sentinels = {**options, **address.for_sentinels, "ssl": address.is_tls, "retry": once}
    of_data = {n: value for n, value in address.options.items() if n not in ("host", "port", "connection_class")}
    return Sentinel(address.nodes, sentinel_kwargs=for_sentinels).master_for(
        address.service, connection_pool_class=SentinelPool, ssl=address.is_tls, **pool, **options, **of_data
    )
