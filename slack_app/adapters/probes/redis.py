"""Looks at Redis as the app meets it: does it answer, take a write, and keep what it is given?

    slack_app:{probe}:<random>   what a look writes and removes at once; 10 s where it could not

What only tries whether a command is allowed may fail for any other reason: the permission is looked at first.
https://redis.io/docs/latest/operate/oss_and_stack/management/security/acl/
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from redis import RedisCluster, RedisError
from redis.exceptions import NoPermissionError, RedisClusterException

from slack_app.adapters.redis import PREFIX, Client
from slack_app.adapters.redis_states import word_for
from slack_app.ports import Clock

_KEY = " key"
"""Stands in a refusal that is about keys; those about commands name them in quotes."""
_TRY_OUT = """
local now = redis.call('TIME')
redis.call('SET', KEYS[1], '1', 'EX', 10)
redis.call('DEL', KEYS[1])
return now
"""
_COMMANDS = """
    SET _ 1 EX 10|GET _|GETDEL _|SET _ 1 EX 10|MGET _|EXISTS _|TYPE _|EXPIRE _ 10|EXPIREAT _ 9999999999|PEXPIRE _ 10000|
    PERSIST _|PTTL _|INCR _|DECR _|RENAME _ _|HSET _ a b|HSETNX _ a b|HGET _ a|HMGET _ a|HGETALL _|HKEYS _|HEXISTS _ a|
    HDEL _ a|HINCRBY _ a 1|HINCRBYFLOAT _ a 1|SADD _ a|SREM _ a|SMEMBERS _|SPOP _|
    RPUSH _ a|LPUSH _ a|LPOP _|RPOP _|LLEN _|LINDEX _ 0|LRANGE _ 0 1|
    LTRIM _ 0 1|LREM _ 1 a|BLPOP _ 1|ZADD _ 1 a|ZREM _ a|ZCARD _|ZCOUNT _ 0 1|ZSCORE _ a|ZRANGE _ 0 1|ZREVRANGE _ 0 1|
    ZRANGEBYSCORE _ 0 1|ZREMRANGEBYSCORE _ 0 1|ZREMRANGEBYRANK _ 0 1|XADD _ * a b|XLEN _|XDEL _ 1-1|XACK _ g 1-1|
    XREVRANGE _ + - COUNT 1|XRANGE _ - + COUNT 1|XTRIM _ MAXLEN 1|XGROUP CREATE _ g 0|
    XINFO CONSUMERS _ g|XGROUP DELCONSUMER _ g c|XPENDING _ g|
    XREADGROUP GROUP g c COUNT 1 STREAMS _ >|XAUTOCLAIM _ g c 0 0|XCLAIM _ g c 0 1-1|
    EVALSHA 0000000000000000000000000000000000000000 1 _|DEL _
"""
"""Every command that the app uses on a key, each so that it leaves nothing; the key is a string for most of them."""


@dataclass(frozen=True, slots=True)
class RedisFacts:
    """How Redis is.

    `outage` says why it does not answer, `unwritable` why it takes no write, both in a word of ours, empty where it
    does. `forbidden` are the commands that the user may not run, `*` for all. `version` is None where Redis does not
    tell about itself, `has_append_only_file` where its host does not show how it is configured. `seconds_off` is how
    far the clock of this machine is before Redis's; None where it is not known.
    """

    outage: str = ""
    unwritable: str = ""
    forbidden: tuple[str, ...] = ()
    version: str | None = None
    has_append_only_file: bool | None = False
    policy: str = "noeviction"
    memory_used: float = 0.0
    """The part of `maxmemory` that is in use; 0 without such a limit."""
    seconds_off: float | None = None


def look_at_redis(redis: Client, local: Clock = time.time) -> RedisFacts:
    """Return how Redis is; never raises for what Redis does."""
    try:
        redis.ping()
    except (RedisError, RedisClusterException, OSError) as exc:
        return RedisFacts(outage=word_for(exc))
    told = _told_by(redis)
    key, unwritable, seconds_off = f"{PREFIX}{{probe}}:{secrets.token_hex(8)}", "", None
    try:
        before = local()
        seconds, microseconds = redis.register_script(_TRY_OUT)(keys=[key])
        seconds_off = (before + local()) / 2 - (int(seconds) + int(microseconds) / 1e6)
    except (RedisError, RedisClusterException, OSError) as exc:
        unwritable = word_for(exc)
    forbidden = tuple(dict.fromkeys(_forbidden(redis, key)))
    if not unwritable and _is_one_of_several(redis, told):
        unwritable = "cluster"
    return RedisFacts(
        unwritable=unwritable,
        forbidden=forbidden,
        version=min((str(one["redis_version"]) for one in told), key=_numbers, default=None),
        has_append_only_file=_has_append_only_file(redis, told),
        policy=next(
            (str(p) for one in told if (p := one.get("maxmemory_policy", "noeviction")) != "noeviction"), "noeviction"
        ),
        memory_used=max((_share(one) for one in told), default=0.0),
        seconds_off=seconds_off,
    )


def is_before(version: str, oldest: str) -> bool:
    """Return whether a version, such as 7.2.4, is before another."""
    return _numbers(version) < _numbers(oldest)


def _told_by(redis: Client) -> list[Mapping[str, Any]]:
    """Return what each primary tells about itself; nothing where INFO is not allowed."""
    try:
        if _is_cluster(redis):
            answers: Mapping[str, Any] = redis.info(target_nodes=RedisCluster.PRIMARIES)
        else:
            answers = redis.info()
    except (RedisError, RedisClusterException, OSError):
        return []
    each = [answers] if "redis_version" in answers else list(answers.values())
    return [one for one in each if isinstance(one, Mapping) and "redis_version" in one]


def _has_append_only_file(redis: Client, told: Sequence[Mapping[str, Any]]) -> bool | None:
    """Return whether each has one; None where that cannot be known: hosts keep what is given in ways of their own."""
    said = [one.get("aof_enabled") for one in told]
    if said and all(said):
        return True
    return None if None in said or _has_no_config(redis) else False


def _has_no_config(redis: Client) -> bool:
    """Return whether CONFIG was taken away, as hosts do; whom an ACL forbids it has a Redis that knows it."""
    try:
        redis.config_get("appendonly")
    except (RedisError, RedisClusterException, OSError) as exc:
        return "unknown command" in str(exc).lower()
    return False


def _is_one_of_several(redis: Client, told: Sequence[Mapping[str, Any]]) -> bool:
    """Return whether it is a node of a Cluster, asked for itself: most keys are the other nodes'."""
    if _is_cluster(redis) or not told or not told[0].get("cluster_enabled"):
        return False
    try:
        return int(redis.execute_command("CLUSTER INFO")["cluster_size"]) > 1
    except (RedisError, RedisClusterException, OSError, KeyError, ValueError):
        return False


def _is_cluster(redis: Client) -> bool:
    return getattr(redis, "nodes_manager", None) is not None


def _forbidden(redis: Client, key: str) -> Iterator[str]:
    """Yield the commands that the user may not run; `*` where it may not touch the key itself."""
    commands = [[key if word == "_" else word for word in line.split()] for line in _COMMANDS.split("|")]
    try:
        with redis.pipeline(transaction=False) as pipe:
            for command in commands:
                pipe.execute_command(*command)
            answers = pipe.execute(raise_on_error=False)
    except (RedisError, RedisClusterException, OSError):
        answers = []
    for command, answer in zip(commands, answers, strict=False):
        if isinstance(answer, NoPermissionError):
            yield "*" if _KEY in str(answer) else command[0]
    yield from _forbidden_without_key(redis, key)


def _forbidden_without_key(redis: Client, key: str) -> Iterator[str]:
    def transaction() -> None:
        with redis.pipeline(transaction=True) as pipe:
            pipe.exists(key)
            pipe.execute()

    attempts: Mapping[str, Callable[[], object]] = {
        "MULTI": transaction,
        "EVAL": lambda: redis.eval("return 1", 1, key),
        "SCRIPT": lambda: redis.script_load("return 1"),
        "SCAN": lambda: redis.scan(match=key, count=1),
    }
    for name, attempt in attempts.items():
        try:
            attempt()
        except NoPermissionError as exc:
            if f"'{name.lower()}" in str(exc):  # and not about a key, or what is asked beside it
                yield name
        except (RedisError, RedisClusterException, OSError) as exc:
            if "without MULTI" in str(exc):  # redis-py goes on after the refusal, and raises what comes of it
                yield name


def _share(told: Mapping[str, Any]) -> float:
    most = told.get("maxmemory") or 0
    return float(told.get("used_memory", 0)) / float(most) if most else 0.0


def _numbers(version: str) -> list[int]:
    return [int(part) if part.isdigit() else 0 for part in version.split(".")]
