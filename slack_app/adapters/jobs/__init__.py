"""The durable queue: Redis Streams with one consumer group; what was accepted is here until it is done.

    slack_app:{jobs}:stream    the jobs to do; entries hold only the job's id, and leave when the job is done
    slack_app:{jobs}:later     sorted set: job id -> when it is to be tried again (epoch seconds)
    slack_app:{jobs}:waiting   sorted set: job id -> when its person is to be told that it takes longer
    slack_app:{jobs}:job:<id>  hash: body, attempts, retries, link_id, dm, dm_failed, counted, notified, undelivered; a
                               day while it is to be done, then an empty mark for an hour, so that Slack's repetitions
                               (and a replayed request) do nothing
    slack_app:{jobs}:dead      the ids of the last 1,000 jobs that could not be done, and why, for the operator
    slack_app:{jobs}:outcomes  hash: outcome -> how often, for /metrics

The first three, `dead` and `outcomes` have no lifetime: they hold only what is not finished, or are capped.
The braces keep all of it in one slot of a Redis Cluster, where one script may touch it:
https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec/#hash-tags

A job in hand is held by a lease that is renewed while it runs; when a worker dies, another claims its jobs once the
lease has run out. Writes come before acknowledgements, so a job is done twice at worst, never not at all.
https://redis.io/docs/latest/develop/data-types/streams/#consumer-groups
An outage fails closed: a job is promised to nobody before it is written.
"""

from __future__ import annotations

from slack_app.adapters.redis import PREFIX

KEYS = f"{PREFIX}{{jobs}}:"
STREAM, SCHEDULED, WAITING = f"{KEYS}stream", f"{KEYS}later", f"{KEYS}waiting"
DEAD, OUTCOMES = f"{KEYS}dead", f"{KEYS}outcomes"


def job_key(job_id: str) -> str:
    """Return the key of the job's hash."""
    return f"{KEYS}job:{job_id}"
