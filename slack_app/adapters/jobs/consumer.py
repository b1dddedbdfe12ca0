"""The worker's side of the queue: take, hold, finish, schedule again, dead-letter (layout in __init__.py)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from typing import Any

import structlog
from redis.exceptions import ResponseError

from slack_app.adapters.jobs import (
    BACKGROUND,
    DEAD,
    OUTCOMES,
    PERSON,
    SCHEDULED,
    STREAM,
    WAITING,
    WAKE,
    dead_job_key,
    job_key,
    line_key,
    ring_key,
)
from slack_app.adapters.jobs.delivery import Delivery, read_delivery
from slack_app.adapters.jobs.lines import PUT_BACK, REJOIN, REQUEUE_DUE, REQUEUE_STALE, TAKE
from slack_app.adapters.jobs.scripts import DEAD_LETTER, FINISH, RETRY_AT
from slack_app.adapters.redis import Client, redis_errors
from slack_app.errors import BROKEN_RECORD, UpstreamError
from slack_app.model.jobs import Job

LEASE_SECONDS = 10.0
BLOCK_SECONDS = 1.0
GROUP = "workers"
DONE_SECONDS = 3600
DEAD_SECONDS = 7 * 24 * 3600
"""Longer than a weekend: so long an operator may have the job done after all."""
FORGET_CONSUMER_SECONDS = 3600
BACKGROUND_EVERY = 8
"""One job in so many is of the background, where one waits: people go before it, and yet it is done some day."""
_RINGS = {ring_key(lane): lane for lane in (PERSON, BACKGROUND)}
_TYPES = {
    **dict.fromkeys([SCHEDULED, WAITING, *_RINGS], "zset"),
    **dict.fromkeys([STREAM, DEAD], "stream"),
    OUTCOMES: "hash",
    WAKE: "list",
}

log = structlog.get_logger("slack_app.jobs")

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
    ) -> None:
        self._blocking = blocking
        self._redis = redis
        self._consumer = consumer
        self._lease_ms = int(lease_seconds * 1000)
        self._takes = 0
        self._stale_from = "0-0"
        self._take = redis.register_script(TAKE)
        self._finish = redis.register_script(FINISH)
        self._dead_letter = redis.register_script(DEAD_LETTER)
        self._retry_at = redis.register_script(RETRY_AT)
        self._requeue_due = redis.register_script(REQUEUE_DUE)
        self._requeue_stale = redis.register_script(REQUEUE_STALE)
        self._put_back = redis.register_script(PUT_BACK)
        self._rejoin = redis.register_script(REJOIN)
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

    def wait(self) -> None:
        """Return when a job may have come, after a second at the latest. Raises UpstreamError."""
        with redis_errors():
            self._blocking.blpop([WAKE], BLOCK_SECONDS)

    def take(self, held: Collection[str] = ()) -> Delivery | None:
        """Take the next job, of any tenant that is not `held`; None where there is none. Raises UpstreamError.

        Its start is counted. Tenants take turns; what a person waits for comes first, but for one in eight.
        """
        self._takes += 1
        lanes = [BACKGROUND, PERSON] if self._takes % BACKGROUND_EVERY == 0 else [PERSON, BACKGROUND]
        with redis_errors():
            left, *taken = self._take(keys=[STREAM], args=[GROUP, self._consumer, *lanes, *held])
        if not taken:
            return None
        tenant, entry_id, job_id, stored = taken
        fields = dict(zip(stored[::2], stored[1::2], strict=True))
        return read_delivery(self._redis, entry_id, job_id, fields, tenant=tenant, are_more_waiting=left > 0)

    def put_back(self, delivery: Delivery) -> None:
        """Put a job that was not begun back to the head of its line. Raises UpstreamError."""
        with redis_errors():
            self._put_back(keys=[STREAM], args=[GROUP, delivery.entry_id, delivery.job_id])

    def requeue_stale(self) -> int:
        """Put jobs whose worker let the lease run out back into their lines; return how many. Raises UpstreamError."""
        with redis_errors():
            found, self._stale_from = self._requeue_stale(
                keys=[STREAM], args=[GROUP, self._consumer, self._lease_ms, self._stale_from]
            )
        return int(found)

    def set_aside_broken_keys(self) -> None:
        """Move what stands under a key of the queue, and is of another type, out of the way. Raises UpstreamError."""
        with redis_errors():
            for key, kind in _TYPES.items():
                if self._redis.type(key) not in (kind, "none"):
                    log.error("queue.broken_record", kind=key)
                    self._redis.rename(key, f"{key}:broken")
                    if key in _RINGS:
                        self._fill_ring(_RINGS[key])

    def _fill_ring(self, lane: str) -> None:
        start = line_key(lane, "")
        for line in self._redis.scan_iter(f"{start}*"):
            self._rejoin(keys=[line], args=[lane, line.removeprefix(start)])

    def finish(self, delivery: Delivery, outcome: str) -> None:
        """Take the job off the queue for good. Raises UpstreamError."""
        with redis_errors():
            self._finish(
                keys=[job_key(delivery.job_id), STREAM, WAITING, OUTCOMES],
                args=[GROUP, delivery.entry_id, delivery.job_id, DONE_SECONDS, f"{delivery.kind} {outcome}"],
            )

    def retry_at(self, delivery: Delivery, due: float, *, has_failed: bool = True) -> None:
        """Have the job come again at `due`; its person is told now if that is late. Raises UpstreamError."""
        is_counted = delivery.progress.was_counted
        args = [GROUP, delivery.entry_id, delivery.job_id, due, int(has_failed), int(is_counted)]
        with redis_errors():
            self._retry_at(keys=[job_key(delivery.job_id), STREAM, SCHEDULED, WAITING], args=args)

    def dead_letter(self, delivery: Delivery, reason: str) -> None:
        """Take the job off the queue, in one step, and keep it for the operator. Raises UpstreamError."""
        job_id, job = delivery.job_id, delivery.job
        body = replace(job, response_url="", trigger_id="", can_replace=False).to_json() if job else ""
        keys = [job_key(job_id), STREAM, WAITING, OUTCOMES, dead_job_key(job_id), DEAD]
        counted = f"{delivery.kind} {reason}"
        args = [GROUP, delivery.entry_id, job_id, DONE_SECONDS, counted, DEAD_SECONDS, body, reason]
        with redis_errors():
            is_noted = self._dead_letter(keys=keys, args=args)
        if not is_noted:
            log.error("job.not_dead_lettered", job=job_id, reason=reason)  # better than for ever

    def stop_waiting(self, job_id: str) -> None:
        """Note that the person is being answered: "it takes longer" must not come after that. Raises UpstreamError."""
        with redis_errors():
            self._redis.zrem(WAITING, job_id)

    def requeue_due(self, now: float) -> int:
        """Put what is due back into its line; return how many. Raises UpstreamError."""
        with redis_errors():
            return int(self._requeue_due(keys=[SCHEDULED], args=[now]))

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
