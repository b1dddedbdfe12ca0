"""Looks at what is to do, who does it, and what could not be done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from slack_app.adapters.heartbeat import RedisWorkers
from slack_app.adapters.jobs import OUTCOMES
from slack_app.adapters.jobs.inspection import JobInspection, State
from slack_app.adapters.noticed import Noticed, RedisNoticed
from slack_app.adapters.redis import Client, redis_errors
from slack_app.ports import Clock
from slack_app.ports.workers import LiveWorker

MOST_LOOKED_AT = 1000
LATELY_SECONDS = 24 * 3600.0


@dataclass(frozen=True, slots=True)
class WorkFacts:
    """`to_do` counts what is to be done, now or later, `oldest` is for how many seconds the first of it has waited.

    `retried` has, for each job that was tried in vain and is to be tried again, how many seconds ago it was accepted.
    `silent` are the workers that beat within the hour, and neither live nor have ended in order.
    `dead` counts, by reason, the jobs that could not be done within the last day; `older_dead` those of before.
    """

    to_do: int = 0
    oldest: float = 0.0
    retried: Sequence[float] = ()
    workers: Sequence[LiveWorker] = ()
    silent: Sequence[LiveWorker] = ()
    dead: Mapping[str, int] = field(default_factory=dict)
    older_dead: int = 0
    has_ever_worked: bool = False
    noticed: Noticed = field(default_factory=lambda: Noticed({}, {}))


def look_at_work(redis: Client, clock: Clock) -> WorkFacts:
    """Return how the work goes, of the first 1,000 jobs of each state. Raises UpstreamError."""
    jobs, now = JobInspection(redis, clock), clock()
    to_do, dead = jobs.waiting(MOST_LOOKED_AT), jobs.dead(MOST_LOOKED_AT)
    lately = [one for one in dead if (one.died_at or 0.0) >= now - LATELY_SECONDS]
    with redis_errors():
        has_outcomes = bool(redis.exists(OUTCOMES))
    workers = RedisWorkers(redis)
    return WorkFacts(
        to_do=len(to_do),
        oldest=max((now - one.job.accepted_at for one in to_do if one.job and one.state is State.WAITING), default=0.0),
        retried=[now - one.job.accepted_at for one in to_do if one.job and one.retries],
        workers=workers.alive(),
        silent=workers.silent(),
        dead=Counter(one.reason or "unknown" for one in lately),
        older_dead=len(dead) - len(lately),
        has_ever_worked=bool(has_outcomes or to_do or dead),
        noticed=RedisNoticed(redis).lately(),
    )
