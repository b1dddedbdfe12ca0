"""Counts what people and organizations have had of something, and says when there is more.

    slack_app:limit:<kind>:<whose>   how many in this window; lives until the window ends

An outage fails open: a limit protects from flooding, and is not worth anybody's link. It is logged, and counted among
the outcomes of jobs (`limit_skipped`) as soon as Redis takes it.
"""

from __future__ import annotations

import threading
from contextlib import suppress

import structlog

from slack_app.adapters.jobs import OUTCOMES
from slack_app.adapters.redis import PREFIX, Client, redis_errors
from slack_app.errors import UpstreamError
from slack_app.ports import Clock
from slack_app.ports.workspaces import Limits

_TAKE = """
-- The window begins with the first; a counter without a lifetime would limit for ever.
local count = redis.call('INCR', KEYS[1])
if count == 1 or redis.call('PTTL', KEYS[1]) < 0 then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
if count <= tonumber(ARGV[1]) then return -1 end
redis.call('DECR', KEYS[1])
return redis.call('PTTL', KEYS[1])
"""
_GIVE_BACK = """
if tonumber(redis.call('GET', KEYS[1]) or 0) > 0 then redis.call('DECR', KEYS[1]) end
"""

log = structlog.get_logger("slack_app.limits")


class RedisLimits(Limits):
    """The limits in Redis."""

    def __init__(self, redis: Client, clock: Clock) -> None:
        self._redis = redis
        self._clock = clock
        self._take = redis.register_script(_TAKE)
        self._give_back = redis.register_script(_GIVE_BACK)
        self._lock = threading.Lock()
        self._skipped = 0

    def take(self, kind: str, whose: str, most: int, seconds: float) -> float | None:
        try:
            with redis_errors():
                left_ms = int(self._take(keys=[_key(kind, whose)], args=[most, int(seconds * 1000)]))
        except UpstreamError as exc:
            log.warning("limit.skipped", reason=kind, code=exc.code)
            with self._lock:
                self._skipped += 1
            return None
        self._count_skipped()
        return None if left_ms < 0 else self._clock() + left_ms / 1000

    def give_back(self, kind: str, whose: str) -> None:
        try:
            with redis_errors():
                self._give_back(keys=[_key(kind, whose)])
        except UpstreamError as exc:
            log.warning("limit.kept", reason=kind, code=exc.code)

    def _count_skipped(self) -> None:
        with self._lock:
            skipped, self._skipped = self._skipped, 0
        if skipped:
            with suppress(UpstreamError), redis_errors():
                self._redis.hincrby(OUTCOMES, "limit_skipped", skipped)


def _key(kind: str, whose: str) -> str:
    return f"{PREFIX}limit:{kind}:{whose}"
