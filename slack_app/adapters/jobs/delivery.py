"""One job in hand: what is known of it, and what was already done of it, kept under its id."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any

import structlog

from slack_app.adapters.jobs import WAITING, job_key
from slack_app.adapters.redis import Client, redis_errors
from slack_app.model.jobs import Job, NewerVersionError
from slack_app.model.messages import MessageRef
from slack_app.model.stored import read_number, read_record
from slack_app.ports.jobs import Progress

log = structlog.get_logger("slack_app.jobs")


@dataclass(frozen=True, slots=True)
class Delivery:
    """One job in hand, of a tenant; `are_more_waiting`: after this one.

    `job` is None when what is stored cannot be read, `is_newer` when that is because a newer version wrote it;
    `is_done` says that it was finished before; `attempts` counts the attempts since the last orderly end, this one too;
    `retries` how often it was scheduled again.
    """

    entry_id: str
    job_id: str
    tenant: str
    job: Job[Any] | None
    is_newer: bool
    is_done: bool
    attempts: int
    retries: int
    progress: JobProgress
    are_more_waiting: bool

    @property
    def kind(self) -> str:
        """Return the kind of the job; empty for one that is done, or cannot be read."""
        return self.job.kind if self.job else ""


class JobProgress(Progress):
    """What was already done of a job, kept under its id."""

    def __init__(self, redis: Client, job_id: str, stored: dict[str, str]) -> None:
        self._redis = redis
        self._job_id = job_id
        self._link_id = stored.get("link_id")
        self._dm = read_record(MessageRef, stored["dm"]) if "dm" in stored else None
        self._was_notified = "notified" in stored or "told" in stored  # the latter is version 0.1's word
        # It is the first thing that is done of a job: one that was begun before, and has not ended, was counted.
        self._was_counted = "counted" in stored or (read_number(stored.get("attempts")) or 0) > 1

    @property
    def link_id(self) -> str | None:
        return self._link_id

    @property
    def dm(self) -> MessageRef | None:
        return self._dm

    @property
    def was_notified(self) -> bool:
        return self._was_notified

    @property
    def was_counted(self) -> bool:
        return self._was_counted

    def record_link(self, link_id: str) -> None:
        with redis_errors(), self._redis.pipeline(transaction=True) as pipe:
            pipe.hset(job_key(self._job_id), "link_id", link_id)
            pipe.zrem(WAITING, self._job_id)
            pipe.execute()
        self._link_id = link_id

    def record_dm(self, posted: MessageRef) -> None:
        with redis_errors():
            self._redis.hset(job_key(self._job_id), "dm", json.dumps(asdict(posted)))
        self._dm = posted

    def note_counted(self) -> None:
        self._was_counted = True

    def note_link(self, link_id: str) -> None:
        self._link_id = link_id

    def record_undelivered(self) -> bool:
        with redis_errors():
            return bool(self._redis.hsetnx(job_key(self._job_id), "undelivered", "1"))

    def record_dm_failed(self) -> bool:
        with redis_errors():
            return bool(self._redis.hsetnx(job_key(self._job_id), "dm_failed", "1"))

    def record_notified(self) -> None:
        with redis_errors(), self._redis.pipeline(transaction=True) as pipe:
            pipe.hset(job_key(self._job_id), "notified", "1")
            pipe.zrem(WAITING, self._job_id)
            pipe.execute()
        self._was_notified = True


def read_delivery(
    redis: Client, entry_id: str, job_id: str, stored: dict[str, str], *, tenant: str, are_more_waiting: bool
) -> Delivery:
    """Return the job that is stored so; its record is mended where its start could not be counted.

    Raises UpstreamError.
    """
    if "attempts" not in stored:
        with redis_errors():
            stored = _mended(redis, job_id)
    job, is_newer = None, False
    try:
        job = Job.from_json(stored.get("body") or "")
        progress = JobProgress(redis, job_id, stored)
    except (ValueError, TypeError) as exc:
        is_newer = isinstance(exc, NewerVersionError)
        progress = JobProgress(redis, job_id, {})
    retries = int(read_number(stored.get("retries") or stored.get("tries")) or 0)  # the latter is version 0.1's word
    return Delivery(
        entry_id=entry_id,
        job_id=job_id,
        tenant=tenant,
        job=job,
        is_newer=is_newer,
        is_done=stored.get("body") == "",
        attempts=int(stored["attempts"]),
        retries=retries,
        progress=progress,
        are_more_waiting=are_more_waiting,
    )


def _mended(redis: Client, job_id: str) -> dict[str, str]:
    """Make it possible to count attempts, count one, and return the record: what is no hash is no job, and goes."""
    log.error("job.broken_record", job=job_id)
    if redis.type(job_key(job_id)) == "hash":
        redis.hset(job_key(job_id), "attempts", 1)
    else:
        redis.delete(job_key(job_id))
    return {**redis.hgetall(job_key(job_id)), "attempts": "1"}
