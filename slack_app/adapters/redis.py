"""Opens Redis, alone, behind Sentinel or as a Cluster, with time-outs for the two places it is used from.

redis-py's defaults wait a minute for a frozen server; on the way of an acknowledgement nobody has a minute.
Every key of the app is built with the prefix below.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import unquote, urlsplit

import structlog
from redis import Redis, RedisCluster, RedisError
from redis.backoff import ExponentialBackoff, NoBackoff
from redis.cluster import ClusterNode
from redis.exceptions import BusyLoadingError, ReadOnlyError
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError
from redis.retry import Retry
from redis.sentinel import Sentinel

from slack_app.errors import BROKEN_RECORD, UpstreamError
from slack_app.model.users import SlackUser

PREFIX = "slack_app:"

_WRONG_TYPE = ("WRONGTYPE", "not an integer", "not a valid float")

log = structlog.get_logger("slack_app.redis")

Client = Any
"""A `redis.Redis` or `redis.RedisCluster` with text answers (their types share no usable base)."""


def key_of(person: SlackUser) -> str:
    """Return the part of a key that names the person where they are: what is kept may be of that workspace's."""
    return f"{person.enterprise_id or ''}:{person.team_id}:{person.user_id}"


def keys_of(person: SlackUser) -> list[str]:
    """Return what `key_of` may have been: first that of now, then that of before the workspace joined its Grid."""
    return list(dict.fromkeys([key_of(person), f":{person.team_id}:{person.user_id}"]))


def open_fast(url: str) -> Client:
    """Open the client for the way of the acknowledgement: 1 s at worst (connect 0.3 s, answer 0.5 s, 1 retry)."""
    return _open(url, connect=0.3, answer=0.5, retry=Retry(NoBackoff(), 1))


def open_patient(url: str) -> Client:
    """Open the client for a worker's writes: what was done outside must be noted, so it rides out a short outage."""
    return _open(url, connect=2, answer=5, retry=Retry(ExponentialBackoff(cap=1, base=0.05), 6))


def open_blocking(url: str, block_seconds: float) -> Client:
    """Open the client for a worker's blocking read, which must outlast its own BLOCK; the loop around it retries."""
    return _open(url, connect=2, answer=block_seconds + 5, retry=Retry(NoBackoff(), 0))


@contextmanager
def redis_errors() -> Iterator[None]:
    """Translate redis-py's errors; an outage is retryable, a wrong command is a defect and stays as it is."""
    try:
        yield
    except (RedisConnectionError, RedisTimeoutError, BusyLoadingError, ReadOnlyError) as exc:
        raise UpstreamError("redis", retryable=True, code=type(exc).__name__) from exc
    except RedisError as exc:
        code = BROKEN_RECORD if is_broken_record(exc) else type(exc).__name__
        raise UpstreamError("redis", retryable=False, code=code) from exc


def is_broken_record(exc: RedisError) -> bool:
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


def _open(url: str, *, connect: float, answer: float, retry: Retry) -> Client:
    options: dict[str, Any] = {
        "socket_connect_timeout": connect,
        "socket_timeout": answer,
        "retry": retry,
        "decode_responses": True,
    }
    scheme = urlsplit(url).scheme
    if scheme == "redis+sentinel":
        return _behind_sentinel(url, options)
    if scheme == "redis+cluster":
        parts = urlsplit(url)
        nodes = [ClusterNode(host, port) for host, port in _nodes(parts.netloc, 6379)]
        return RedisCluster(startup_nodes=nodes, **{**options, **_credentials(url)})
    return Redis.from_url(url, **options)


def _behind_sentinel(url: str, options: dict[str, Any]) -> Client:
    parts = urlsplit(url)
    service, _, database = parts.path.strip("/").partition("/")
    sentinel = Sentinel(_nodes(parts.netloc, 26379), sentinel_kwargs=dict(options))
    return sentinel.master_for(service, db=int(database or 0), **_credentials(url), **options)


def _nodes(netloc: str, default_port: int) -> list[tuple[str, int]]:
    addresses = (urlsplit(f"//{address}") for address in netloc.rpartition("@")[2].split(","))
    return [(address.hostname or "localhost", address.port or default_port) for address in addresses]


def _credentials(url: str) -> dict[str, str]:
    name, _, password = urlsplit(url).netloc.rpartition("@")[0].partition(":")
    return {k: unquote(v) for k, v in (("username", name), ("password", password)) if v}
