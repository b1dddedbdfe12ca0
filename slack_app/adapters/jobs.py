"""The durable queue: Redis Streams with one consumer group; what was accepted is here until it is done.

    slack_app:{jobs}:stream    the jobs to do; entries hold only the job's id, and leave when the job is done
    slack_app:{jobs}:later     sorted set: job id -> when it is to be tried again (epoch seconds)
    slack_app:{jobs}:waiting   sorted set: job id -> when its person is to be told that it takes longer
    slack_app:{jobs}:job:<id>  hash: body, attempts, retries, link_id, dm, notified, undelivered; a day while it is to
                               be done, then an empty mark for an hour, so that Slack's repetitions (and a replayed
                               request) do nothing
    slack_app:{jobs}:dead      the last 1,000 jobs that could not be done, for the operator to look at
    slack_app:{jobs}:outcomes  hash: outcome -> how often, for /metrics

The first three, `dead` and `outcomes` have no lifetime: they hold only what is not finished, or are capped.
The braces keep all of it in one slot of a Redis Cluster, where one script may touch it:
https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec/#hash-tags
An outage fails closed: a job is promised to nobody before it is written.
"""

from __future__ import annotations

from typing import Any

from slack_app.adapters.redis import PREFIX, Client, redis_errors
from slack_app.model.jobs import Job
from slack_app.model.tasks import is_awaited

KEYS = f"{PREFIX}{{jobs}}:"
STREAM, SCHEDULED, WAITING = f"{KEYS}stream", f"{KEYS}later", f"{KEYS}waiting"
DEAD, OUTCOMES = f"{KEYS}dead", f"{KEYS}outcomes"
GROUP = "workers"
TO_DO_SECONDS = 24 * 3600
DONE_SECONDS = 3600
NOTIFY_AFTER_SECONDS = 15.0

_ENQUEUE = """
if redis.call('HSETNX', KEYS[1], 'body', ARGV[2]) == 0 then return 0 end
redis.call('EXPIRE', KEYS[1], ARGV[4])
redis.call('XADD', KEYS[2], '*', 'id', ARGV[1])
if ARGV[3] ~= '' then redis.call('ZADD', KEYS[3], ARGV[3], ARGV[1]) end
return 1
"""


def job_key(job_id: str) -> str:
    """Give the key of the job's hash."""
    return f"{KEYS}job:{job_id}"


class JobProducer:
    """The web process's side: writes jobs, one round trip each."""

    def __init__(self, redis: Client) -> None:
        self._redis = redis
        self._enqueue = redis.register_script(_ENQUEUE)

    def enqueue(self, job: Job[Any]) -> bool:
        """Write the job; False when the same job was written before. Raises UpstreamError: nothing was promised."""
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
        return to_do + later, dead, {name: int(count) for name, count in outcomes.items()}
