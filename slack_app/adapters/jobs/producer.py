"""Writes jobs into the queue: the acknowledgement's one round trip to Redis (layout in __init__.py)."""

from __future__ import annotations

from typing import Any

from slack_app.adapters.jobs import DEAD, OUTCOMES, SCHEDULED, STREAM, WAITING, job_key
from slack_app.adapters.redis import Client, redis_errors
from slack_app.model.jobs import Job
from slack_app.model.stored import read_number
from slack_app.model.tasks import is_awaited
from slack_app.ports.jobs import JobQueue

TO_DO_SECONDS = 24 * 3600
NOTIFY_AFTER_SECONDS = 15.0

_ENQUEUE = """
-- The same request again, from Slack or from somebody who captured it, is the same job: it is written once.
if redis.call('HSETNX', KEYS[1], 'body', ARGV[2]) == 0 then return 0 end
redis.call('EXPIRE', KEYS[1], ARGV[4])
redis.call('XADD', KEYS[2], '*', 'id', ARGV[1])
if ARGV[3] ~= '' then redis.call('ZADD', KEYS[3], ARGV[3], ARGV[1]) end
return 1
"""


class JobProducer(JobQueue):
    """The web process's side: writes jobs, one round trip each."""

    def __init__(self, redis: Client) -> None:
        self._redis = redis
        self._enqueue = redis.register_script(_ENQUEUE)

    def enqueue(self, job: Job[Any]) -> bool:
        notify_at = job.accepted_at + NOTIFY_AFTER_SECONDS if is_awaited(job.kind) else ""
        with redis_errors():
            return bool(
                self._enqueue(
                    keys=[job_key(job.id), STREAM, WAITING],
                    args=[job.id, job.to_json(), notify_at, TO_DO_SECONDS],
                )
            )

    def facts(self) -> tuple[int, int, dict[str, int]]:
        """Count the jobs to do, the dead ones, and the outcomes so far. Raises UpstreamError."""
        with redis_errors(), self._redis.pipeline(transaction=False) as pipe:
            pipe.xlen(STREAM)
            pipe.zcard(SCHEDULED)
            pipe.xlen(DEAD)
            pipe.hgetall(OUTCOMES)
            to_do, later, dead, outcomes = pipe.execute()
        return to_do + later, dead, {name: int(read_number(count) or 0) for name, count in outcomes.items()}
