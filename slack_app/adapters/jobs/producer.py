"""Writes jobs into the queue: the acknowledgement's one round trip to Redis (layout in __init__.py)."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import structlog

from slack_app.adapters.jobs import BACKGROUND, DEAD, OUTCOMES, PERSON, SCHEDULED, STREAM, WAITING, job_key
from slack_app.adapters.jobs.lines import COUNT, ENQUEUE
from slack_app.adapters.redis import Client, redis_errors
from slack_app.instruments import milliseconds_since
from slack_app.model.jobs import Job
from slack_app.model.stored import read_number
from slack_app.model.tasks import is_awaited, is_background
from slack_app.ports.figures import QueueFigures
from slack_app.ports.jobs import JobQueue
from slack_app.tracing import SpanKind, span, traceparent

TO_DO_SECONDS = 24 * 3600
NOTIFY_AFTER_SECONDS = 15.0
PROBE = "probe"
"""The id and the lane of what is written to see whether a job could be: no worker takes anything from that lane."""


log = structlog.get_logger("slack_app.jobs")


class JobProducer(JobQueue):
    """The web process's side: writes jobs, one round trip each."""

    def __init__(self, redis: Client) -> None:
        self._redis = redis
        self._enqueue = redis.register_script(ENQUEUE)
        self._count = redis.register_script(COUNT)
        self._has_worker = True

    def enqueue(self, job: Job[Any]) -> bool:
        began = time.perf_counter()
        notify_at = job.accepted_at + NOTIFY_AFTER_SECONDS if is_awaited(job.kind) else ""
        lane, tenant = BACKGROUND if is_background(job) else PERSON, job.person.enterprise_id or job.person.team_id
        with redis_errors(), span("enqueue", SpanKind.PRODUCER, task=job.kind, reference=job.reference):
            if trace := traceparent():
                job = replace(job, trace=trace)
            args = [job.id, job.to_json(), notify_at, TO_DO_SECONDS, lane, tenant]
            is_new, workers, _ = self._enqueue(keys=[job_key(job.id), WAITING], args=args)
        self._has_worker = workers > 0
        log.info(
            "job.accepted" if is_new else "job.repeated",
            reference=job.reference, kind=job.kind, team_id=job.person.team_id, user_id=job.person.user_id,
            ms=milliseconds_since(began),
        )  # fmt: skip
        return bool(is_new)

    def has_worker(self) -> bool:
        """Return whether any worker lived when this process last wrote a job; True where it has written none."""
        return self._has_worker

    def probe(self) -> tuple[int, int]:
        """Try what writing a job takes, by the same script; nothing stays. Raises UpstreamError.

        Return how many workers live, and for how many tenants jobs wait.
        """
        with redis_errors():
            _, workers, waiting = self._enqueue(
                keys=[job_key(PROBE), WAITING], args=[PROBE, "", 0.0, TO_DO_SECONDS, PROBE, ""]
            )
        return int(workers), int(waiting)

    def facts(self) -> QueueFigures:
        """Count what is to be done, and what was. Raises UpstreamError."""
        with redis_errors(), self._redis.pipeline(transaction=False) as pipe:
            pipe.xlen(DEAD)
            pipe.hgetall(OUTCOMES)
            dead, outcomes = pipe.execute()
            waiting, in_hand, retrying, workers, oldest, silent = self._count(keys=[STREAM, SCHEDULED])
        return QueueFigures(
            to_do=waiting + in_hand + retrying,
            dead=dead,
            outcomes={name: int(read_number(count) or 0) for name, count in outcomes.items()},
            waiting=waiting,
            in_hand=in_hand,
            retrying=retrying,
            oldest=float(oldest),
            workers=workers,
            silent=silent,
        )
