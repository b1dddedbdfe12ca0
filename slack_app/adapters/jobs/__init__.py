"""The durable queue: lines of waiting jobs, and a Redis Stream with one consumer group for those in hand.

    slack_app:{jobs}:line:<lane>:<tenant>
                               list: the ids of the jobs that wait, of one tenant; the lanes are `person` (somebody
                               waits for it) and `background`; a tenant is an Enterprise Grid, or else a workspace
    slack_app:{jobs}:ring:<lane>
                               sorted set: the tenants that have jobs waiting -> when it is their turn, as a number
    slack_app:{jobs}:wake      list: a word for each job that came, 16 at most, for the workers that wait for one
    slack_app:{jobs}:stream    the jobs in hand; entries hold only the job's id, and leave when the job is done.
                               Jobs of version 0.1 waited here, too: such are taken first
    slack_app:{jobs}:later     sorted set: job id -> when it is to be tried again (epoch seconds)
    slack_app:{jobs}:waiting   sorted set: job id -> when its person is to be told that it takes longer
    slack_app:{jobs}:job:<id>  hash: body, line (<lane>:<tenant>), attempts, retries, link_id, dm, dm_failed, counted,
                               notified, undelivered; a day while it is to be done, then an empty mark for an hour, so
                               that Slack's repetitions (and a replayed request) do nothing
    slack_app:{jobs}:dead      the ids of the last 1,000 jobs that could not be done, and why, for the operator
    slack_app:{jobs}:dead-job:<id>  the hash of such a job, for seven days: the operator may have it done after all
    slack_app:{jobs}:outcomes  hash: "<kind> <outcome>" -> how often, for /metrics; without a kind until version 0.2

All but the hashes have no lifetime: they hold only what is not finished, or are capped.
The braces keep all of it in one slot of a Redis Cluster, where one script may touch it:
https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec/#hash-tags

A job goes from its line to the stream in the script that gives it to a worker, and back when it is to be tried again.
A job in hand is held by a lease that is renewed while it runs; when a worker dies, its jobs go back to the heads of
their lines once the lease has run out. Writes come before acknowledgements, so a job is done twice at worst, never not
at all. https://redis.io/docs/latest/develop/data-types/streams/#consumer-groups
An outage fails closed: a job is promised to nobody before it is written.
"""

from __future__ import annotations

from slack_app.adapters.redis import PREFIX

KEYS = f"{PREFIX}{{jobs}}:"
STREAM, SCHEDULED, WAITING, WAKE = f"{KEYS}stream", f"{KEYS}later", f"{KEYS}waiting", f"{KEYS}wake"
DEAD, OUTCOMES = f"{KEYS}dead", f"{KEYS}outcomes"
PERSON, BACKGROUND = "person", "background"


def job_key(job_id: str) -> str:
    """Return the key of the job's hash."""
    return f"{KEYS}job:{job_id}"


def dead_job_key(job_id: str) -> str:
    """Return the key of the hash of a job that could not be done."""
    return f"{KEYS}dead-job:{job_id}"


def ring_key(lane: str) -> str:
    """Return the key of the lane's tenants."""
    return f"{KEYS}ring:{lane}"


def line_key(lane: str, tenant: str) -> str:
    """Return the key of the tenant's jobs that wait in the lane."""
    return f"{KEYS}line:{lane}:{tenant}"
