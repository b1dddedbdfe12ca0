"""The worker's side of the queue: take, hold, finish, schedule again, dead-letter (layout in __init__.py)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import structlog
from redis.exceptions import ResponseError

from slack_app.adapters.jobs import (
    DEAD,
    OUTCOMES,
    SCHEDULED,
    STREAM,
    WAITING,
    job_key,
)
from slack_app.adapters.jobs.delivery import Delivery, begin
from slack_app.adapters.redis import Client, redis_errors
from slack_app.errors import BROKEN_RECORD, UpstreamError
from slack_app.model.jobs import Job

LEASE_SECONDS = 10.0
BLOCK_SECONDS = 1.0
GROUP = "workers"
DONE_SECONDS = 3600
FORGET_CONSUMER_SECONDS = 3600
_TYPES = {STREAM: "stream", SCHEDULED: "zset", WAITING: "zset", DEAD: "stream", OUTCOMES: "hash"}

log = structlog.get_logger("slack_app.jobs")

_FINISH = """
-- Everything known of the job goes; the empty mark that stays makes Slack's repetitions do nothing.
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], 'body', '')
redis.call('EXPIRE', KEYS[1], ARGV[4])
redis.call('ZREM', KEYS[3], ARGV[3])
redis.call('XACK', KEYS[2], ARGV[1], ARGV[2])
redis.call('XDEL', KEYS[2], ARGV[2])
-- Last, and allowed to fail: a count that is broken must not bring the job back for ever.
redis.pcall('HINCRBY', KEYS[4], ARGV[5], 1)
"""
_RETRY_AT = """
-- Another worker has claimed the job meanwhile, and schedules it itself: scheduled twice, it would be done twice.
if redis.call('XACK', KEYS[2], ARGV[1], ARGV[2]) == 0 then return end
redis.call('XDEL', KEYS[2], ARGV[2])
redis.call('ZADD', KEYS[3], ARGV[4], ARGV[3])
-- An orderly end: the attempts that are counted are those in which a worker died.
redis.call('HSET', KEYS[1], 'attempts', 0)
-- Whoever waits for their turn has not failed: the pause after the next failure does not grow by it.
if ARGV[5] == '1' and type(redis.pcall('HINCRBY', KEYS[1], 'retries', 1)) == 'table' then
  redis.call('HSET', KEYS[1], 'retries', 1)
end
-- It comes back only after its person is to be told that it takes longer: they are told at once.
local notify_at = redis.call('ZSCORE', KEYS[4], ARGV[3])
if notify_at and tonumber(ARGV[4]) > tonumber(notify_at) then redis.call('ZADD', KEYS[4], 0, ARGV[3]) end
"""
_REQUEUE_DUE = """
-- On the stream before it leaves the sorted set, in one script: a job is always in one of them, and never in both.
local due = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[1], 'LIMIT', 0, 100)
for _, id in ipairs(due) do
  redis.call('XADD', KEYS[2], '*', 'id', id)
  redis.call('ZREM', KEYS[1], id)
end
return #due
"""
_TAKE_OVERDUE = """
-- Taken by one worker only, so nobody is told twice that it takes longer.
local id = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[1], 'LIMIT', 0, 1)[1]
if id then redis.call('ZREM', KEYS[1], id) end
return id
"""
_RENEW = """
-- Only what is still this worker's: XCLAIM would take back a job that another has claimed since.
for i = 3, #ARGV do
  local held = redis.call('XPENDING', KEYS[1], ARGV[1], ARGV[i], ARGV[i], 1)
  if held[1] and held[1][2] == ARGV[2] then
    redis.call('XCLAIM', KEYS[1], ARGV[1], ARGV[2], 0, ARGV[i], 'JUSTID')
  end
end
"""


class JobConsumer:
    """The queue as one worker process sees it; `consumer` names the process."""

    def __init__(
        self,
        *,
        blocking: Client,
        redis: Client,
        consumer: str,
        lease_seconds: float = LEASE_SECONDS,
        block_seconds: float = BLOCK_SECONDS,
    ) -> None:
        self._blocking = blocking
        self._redis = redis
        self._consumer = consumer
        self._lease_ms = int(lease_seconds * 1000)
        self._block_ms = int(block_seconds * 1000)
        self._finish = redis.register_script(_FINISH)
        self._retry_at = redis.register_script(_RETRY_AT)
        self._requeue_due = redis.register_script(_REQUEUE_DUE)
        self._take_overdue = redis.register_script(_TAKE_OVERDUE)
        self._renew = redis.register_script(_RENEW)

    def open(self) -> None:
        """Create the group, from the stream's beginning: jobs may wait there already. Raises UpstreamError."""
        with redis_errors():
            try:
                self._redis.xgroup_create(STREAM, GROUP, id="0", mkstream=True)
            except ResponseError as exc:
                if not str(exc).startswith("BUSYGROUP"):
                    raise
        self.forget_idle_consumers()

    def take(self, count: int) -> list[tuple[str, str]]:
        """Wait up to a second for new jobs; return (entry id, job id) of each. Raises UpstreamError."""
        with redis_errors():
            streams = self._blocking.xreadgroup(GROUP, self._consumer, {STREAM: ">"}, count=count, block=self._block_ms)
        return [_ids(entry) for entries in _entries(streams) for entry in entries]

    def claim_stale(self, count: int) -> list[tuple[str, str]]:
        """Take jobs whose worker let the lease run out. Raises UpstreamError."""
        with redis_errors():
            claimed = self._redis.xautoclaim(STREAM, GROUP, self._consumer, self._lease_ms, count=count)
        return [_ids(entry) for entry in claimed[1] if entry]

    def begin(self, entry_id: str, job_id: str) -> Delivery:
        """Count one more start and read what is known of the job. Raises UpstreamError."""
        return begin(self._redis, entry_id, job_id)

    def set_aside_broken_keys(self) -> None:
        """Move what stands under a key of the queue, and is of another type, out of the way. Raises UpstreamError."""
        with redis_errors():
            for key, kind in _TYPES.items():
                if self._redis.type(key) not in (kind, "none"):
                    log.error("queue.broken_record", kind=key)
                    self._redis.rename(key, f"{key}:broken")

    def finish(self, delivery: Delivery, outcome: str) -> None:
        """Take the job off the queue for good. Raises UpstreamError."""
        with redis_errors():
            self._finish(
                keys=[job_key(delivery.job_id), STREAM, WAITING, OUTCOMES],
                args=[GROUP, delivery.entry_id, delivery.job_id, DONE_SECONDS, outcome],
            )

    def retry_at(self, delivery: Delivery, due: float, *, has_failed: bool = True) -> None:
        """Have the job come again at `due`; its person is told now if that is late. Raises UpstreamError."""
        with redis_errors():
            self._retry_at(
                keys=[job_key(delivery.job_id), STREAM, SCHEDULED, WAITING],
                args=[GROUP, delivery.entry_id, delivery.job_id, due, int(has_failed)],
            )

    def dead_letter(self, delivery: Delivery, reason: str) -> None:
        """Put the job's id and the reason on the stream of the dead and take it off the queue. Raises UpstreamError."""
        try:
            with redis_errors():
                self._redis.xadd(DEAD, {"id": delivery.job_id, "reason": reason}, maxlen=1000, approximate=True)
        except UpstreamError as exc:
            if exc.code != BROKEN_RECORD:
                raise
            log.error("job.not_dead_lettered", job=delivery.job_id, reason=reason)  # better than for ever
        self.finish(delivery, reason)

    def stop_waiting(self, job_id: str) -> None:
        """Note that the person is being answered: "it takes longer" must not come after that. Raises UpstreamError."""
        with redis_errors():
            self._redis.zrem(WAITING, job_id)

    def requeue_due(self, now: float) -> int:
        """Put what is due back on the stream; return how many. Raises UpstreamError."""
        with redis_errors():
            return int(self._requeue_due(keys=[SCHEDULED, STREAM], args=[now]))

    def take_overdue(self, now: float, most: int = 50) -> Iterator[Job[Any]]:
        """Yield the jobs whose people are to be told now that it takes longer, each once. Raises UpstreamError.

        Each is taken when the one before was told: a job that was done meanwhile must not be told of any more.
        """
        for _ in range(most):
            with redis_errors():
                job_id = self._take_overdue(keys=[WAITING], args=[now])
            if not job_id:
                return
            job = self._without_link(job_id)
            if job is not None:
                yield job

    def _without_link(self, job_id: str) -> Job[Any] | None:
        """Return the job; None when it has its link, is done, or cannot be read: that is said where it is begun."""
        try:
            with redis_errors():
                body, link_id = self._redis.hmget(job_key(job_id), "body", "link_id")
            return None if link_id else Job.from_json(body or "")
        except UpstreamError as exc:
            if exc.code != BROKEN_RECORD:
                raise
        except ValueError:
            pass
        return None

    def renew(self, entry_ids: Iterable[str]) -> None:
        """Prolong the leases of jobs in hand that are still this worker's. Raises UpstreamError."""
        held = list(entry_ids)
        if held:
            with redis_errors():
                self._renew(keys=[STREAM], args=[GROUP, self._consumer, *held])

    def forget_idle_consumers(self) -> None:
        """Delete consumers of dead processes that hold nothing. Raises UpstreamError."""
        with redis_errors():
            for consumer in self._redis.xinfo_consumers(STREAM, GROUP):
                if consumer["pending"] == 0 and consumer["idle"] > FORGET_CONSUMER_SECONDS * 1000:
                    self._redis.xgroup_delconsumer(STREAM, GROUP, consumer["name"])


def _entries(streams: Any) -> Sequence[Any]:
    """redis-py answers a list of pairs under RESP2, a dict of lists of lists under RESP3."""
    if isinstance(streams, dict):
        return [entries for lists in streams.values() for entries in lists]
    return [entries for _, entries in streams or []]


def _ids(entry: Any) -> tuple[str, str]:
    entry_id, fields = entry
    return entry_id, (fields or {}).get("id", "")
