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
from slack_app.adapters.round_trip import Command, RoundTrip, Script
from slack_app.errors import BROKEN_RECORD, UpstreamError
from slack_app.ports import Clock
from slack_app.ports.workspaces import Limit, Limits

BROKEN = -2
_TAKE = Script("""
-- The window begins with the first; a counter without a lifetime would limit for ever.
local count = redis.pcall('INCR', KEYS[1])
if type(count) == 'table' then
  local said = tostring(count.err)
  if string.find(said, 'WRONGTYPE') or string.find(said, 'not an integer') then return -2 end
  return count
end
if count == 1 or redis.call('PTTL', KEYS[1]) < 0 then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
if count <= tonumber(ARGV[1]) then return -1 end
redis.call('DECR', KEYS[1])
return redis.call('PTTL', KEYS[1])
""")
_GIVE_BACK = Script("""
-- What is no number gives nothing back, and keeps nobody from the link that they have.
local count = redis.pcall('GET', KEYS[1])
local is_number = type(count) == 'string' and string.match(count, '^%d+$')
if is_number and tonumber(count) > 0 then redis.call('DECR', KEYS[1]) end
""")

log = structlog.get_logger("slack_app.limits")


class RedisLimits(Limits):
    """The limits in Redis."""

    def __init__(self, redis: Client, clock: Clock) -> None:
        self._redis = redis
        self._clock = clock
        self._send = RoundTrip(redis)
        self._lock = threading.Lock()
        self._skipped = 0

    def take(self, kind: str, whose: str, most: int, seconds: float) -> float | None:
        try:
            [left_ms] = self._send(taking(Limit(kind, whose, most, seconds)))
        except UpstreamError as exc:
            self._skip(kind, exc.code)
            return None
        return self.again_at(kind, left_ms)

    def again_at(self, kind: str, left_ms: int) -> float | None:
        """Return what `take` does, by what Redis says to `taking`."""
        if left_ms == BROKEN:
            self._skip(kind, BROKEN_RECORD)
            return None
        self._count_skipped()
        return None if left_ms < 0 else self._clock() + left_ms / 1000

    def _skip(self, kind: str, code: str | None) -> None:
        log.warning("limit.skipped", reason=kind, code=code)
        with self._lock:
            self._skipped += 1

    def give_back(self, kind: str, whose: str) -> None:
        try:
            self._send(giving_back(kind, whose))
        except UpstreamError as exc:
            log.warning("limit.kept", reason=kind, code=exc.code)

    def _count_skipped(self) -> None:
        with self._lock:
            skipped, self._skipped = self._skipped, 0
        if skipped:
            with suppress(UpstreamError), redis_errors():
                self._redis.hincrby(OUTCOMES, "limit_skipped", skipped)


def taking(limit: Limit) -> Command:
    """Return the command that takes one; what it says `RedisLimits.again_at` reads."""
    return _TAKE([_key(limit.kind, limit.whose)], [limit.most, int(limit.seconds * 1000)])


def giving_back(kind: str, whose: str) -> Command:
    """Return the command that takes one less."""
    return _GIVE_BACK([_key(kind, whose)], [])


def _key(kind: str, whose: str) -> str:
    return f"{PREFIX}limit:{kind}:{whose}"
