"""The beats of the workers: who takes jobs, since when, and of which version.

    slack_app:{jobs}:workers   sorted set: JSON of name, version and since -> when it last beat, by Redis's own time;
                               an hour after the last beat of all

Each beats every 3 s, and lives for 15 s after a beat. One that ends in order leaves at once; one whose threads do not
come round beats no more (worker.py). An outage of Redis is an outage for whoever reads this, too: the next beat after
it puts everything right. It is in the slot of the jobs, so that the script that writes a job can count who is there.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict

from redis.commands.core import Script

from slack_app.adapters.jobs import KEYS
from slack_app.adapters.redis import Client, redis_errors
from slack_app.errors import BROKEN_RECORD, UpstreamError
from slack_app.model.stored import read_record
from slack_app.ports import Clock
from slack_app.ports.workers import Heartbeat, LiveWorker, Workers

WORKERS = f"{KEYS}workers"
BEAT_SECONDS = 3.0
ALIVE_SECONDS = 15
"""Five beats: a worker on a machine that is busy for a moment is not called dead."""
KEPT_SECONDS = 3600

COUNT_ALIVE = f"""
local function workers_alive()
  local found = redis.pcall('ZCOUNT', '{WORKERS}', '(' .. redis.call('TIME')[1] - {ALIVE_SECONDS}, '+inf')
  return type(found) == 'number' and found or 0
end
"""
COUNT_SILENT = f"""
local function workers_silent()
  local found = redis.pcall('ZCOUNT', '{WORKERS}', '-inf', redis.call('TIME')[1] - {ALIVE_SECONDS})
  return type(found) == 'number' and found or 0
end
"""
"""In Lua, for the scripts of the queue: how many workers live, and how many neither live nor have ended in order."""

_BEAT = f"""
-- What is old goes first, and something else than a sorted set with it. That is a write which a full Redis takes, and
-- once a script has written it is refused nothing more: workers live also while the memory is full.
local now = tonumber(redis.call('TIME')[1])
local removed = redis.pcall('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - {KEPT_SECONDS})
if type(removed) ~= 'number' then redis.call('DEL', KEYS[1]) end
redis.call('ZADD', KEYS[1], now, ARGV[1])
redis.call('EXPIRE', KEYS[1], {KEPT_SECONDS})
"""
_ALIVE = f"""
local now = tonumber(redis.call('TIME')[1])
return redis.call('ZRANGEBYSCORE', KEYS[1], '(' .. now - {ALIVE_SECONDS}, '+inf')
"""
_SILENT = f"""
local now = tonumber(redis.call('TIME')[1])
return redis.call('ZRANGEBYSCORE', KEYS[1], now - {KEPT_SECONDS}, now - {ALIVE_SECONDS})
"""


class RedisHeartbeat(Heartbeat):
    """The beats of one worker process."""

    def __init__(self, redis: Client, name: str, version: str, clock: Clock) -> None:
        self._redis = redis
        self._name = name
        self._version = version
        self._clock = clock
        self._member = ""
        self._beat = redis.register_script(_BEAT)

    def beat(self) -> None:
        if not self._member:
            self._member = json.dumps(asdict(LiveWorker(self._name, self._version, round(self._clock(), 3))))
        with redis_errors():
            self._beat(keys=[WORKERS], args=[self._member])

    def end(self) -> None:
        with redis_errors():
            self._redis.zrem(WORKERS, self._member)


class RedisWorkers(Workers):
    """All workers that beat in this Redis."""

    def __init__(self, redis: Client) -> None:
        self._alive = redis.register_script(_ALIVE)
        self._silent = redis.register_script(_SILENT)

    def alive(self) -> Sequence[LiveWorker]:
        return _found(self._alive)

    def silent(self) -> Sequence[LiveWorker]:
        """Return those that neither live nor have ended in order, of the last hour. Raises UpstreamError."""
        return _found(self._silent)


def _found(script: Script) -> Sequence[LiveWorker]:
    try:
        with redis_errors():
            members: Sequence[str] = script(keys=[WORKERS])
    except UpstreamError as exc:
        if exc.code != BROKEN_RECORD:
            raise
        return []  # the next beat puts it right
    return sorted(filter(None, map(_read, members)), key=lambda worker: worker.since)


def _read(member: str) -> LiveWorker | None:
    """Return the worker; None for what somebody else has written there."""
    try:
        return read_record(LiveWorker, member)
    except ValueError:
        return None
