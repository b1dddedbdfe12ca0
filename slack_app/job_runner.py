"""Runs one job once: what becomes of one that was not done, job_ends.py decides."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import structlog

from slack_app.adapters.jobs.consumer import JobConsumer
from slack_app.adapters.jobs.delivery import Delivery
from slack_app.errors import BROKEN_RECORD, RetryLater, UpstreamError, UserError
from slack_app.features.connect import StillWorking
from slack_app.features.dependencies import Dependencies
from slack_app.features.policy import STRANGER, Policy
from slack_app.features.respond import notify
from slack_app.handlers import Handler
from slack_app.instruments import milliseconds_since
from slack_app.job_ends import JobEnds
from slack_app.model.jobs import NEWER_VERSION_SECONDS, Job
from slack_app.model.tasks import Permission, Reply, Task, task_of
from slack_app.model.users import Membership, SlackUser
from slack_app.tracing import SpanKind, note, span

MOST_AT_ONCE = 2
"""Jobs of one person that one worker does at the same time, and as many that make a link."""
ACK_SECONDS = 1.0
"""So late the answer to a submission may come; what comes late takes the place of what a job shows in the modal.

Slack takes it for three seconds; ours leaves right after the job was written.

https://docs.slack.dev/interactivity/handling-user-interaction#acknowledgment_response,
https://github.com/slackapi/bolt-js/issues/304
"""
MOST_ATTEMPTS = 10
"""A job that was begun so often without an end takes its process down; it is not begun again."""

log = structlog.get_logger("slack_app.job_runner")


class JobRunner:
    """Runs jobs, each with the handler of its task."""

    def __init__(self, consumer: JobConsumer, handlers: Mapping[Task, Handler], deps: Dependencies) -> None:
        self._consumer = consumer
        self._handlers = handlers
        self._messenger = deps.messenger
        self._clock = deps.clock
        self._random = deps.random
        self._is_served = deps.is_served
        self._ends = JobEnds(consumer, deps)
        self._policy = Policy(deps.setups, deps.people, deps.limits)
        self._lock = threading.Lock()
        self._in_hand: Counter[tuple[str, bool]] = Counter()

    def run(self, delivery: Delivery) -> None:
        """Try the job once. Raises UpstreamError when Redis fails: the job then comes again by itself."""
        if delivery.is_done:
            self._consumer.finish(delivery, "repeated")
            return
        task = task_of(delivery.job.kind) if delivery.job else None
        if delivery.is_newer or (delivery.job and task is None):
            kind = delivery.job.kind if delivery.job else ""
            log.warning("job.unknown_kind", job=delivery.job_id, kind=kind, pause=NEWER_VERSION_SECONDS)
            self._consumer.retry_at(delivery, self._clock() + NEWER_VERSION_SECONDS)
            return
        if delivery.job is None or task is None:
            log.error("job.unreadable", job=delivery.job_id)
            self._consumer.dead_letter(delivery, "unreadable")
            return
        job = delivery.job
        with (
            structlog.contextvars.bound_contextvars(
                reference=job.reference, team_id=job.person.team_id, user_id=job.person.user_id
            ),
            span(job.kind, SpanKind.CONSUMER, parent=job.trace, reference=job.reference, attempts=delivery.attempts),
        ):
            waited = round(1000 * max(0.0, self._clock() - job.accepted_at))  # two looks at Redis's clock differ
            is_first = not delivery.progress.was_counted  # one that waits for its turn comes again twice a second
            begun = log.info if is_first or delivery.retries else log.debug
            begun("job.begun", kind=job.kind, attempts=delivery.attempts, retries=delivery.retries, ms=waited)
            try:
                self._run_once(delivery, job, task)
            finally:  # features name the tool as soon as it is known to exist, and whose credentials they use
                structlog.contextvars.unbind_contextvars("connector_type", "organization_id")

    def notify_overdue(self, moved: Callable[[], None] = lambda: None) -> None:
        """Tell those once whose job takes longer than a person expects. Raises UpstreamError when Redis fails.

        `moved` is called before each of them.
        """
        for job in self._consumer.take_overdue(self._clock()):
            moved()
            task = task_of(job.kind)
            if task is None:
                continue
            fact = StillWorking(job.connector_type if task.makes_link else "", job.accepted_at + task.platform_seconds)
            try:
                notify(self._messenger, self._identified(job, task), fact)
            except UserError as exc:
                log.info("notice.refused", reference=job.reference, reason=exc.reason)
            except UpstreamError as exc:
                log.info("notice.failed", reference=job.reference, service=exc.service, code=exc.code)
            except Exception:  # the others are to be told all the same
                log.exception("notice.defect", reference=job.reference)

    def _run_once(self, delivery: Delivery, job: Job[Any], task: Task) -> None:
        began = time.perf_counter()
        try:
            early = job.accepted_at + ACK_SECONDS - self._clock()
            is_for_modal = task.reply is Reply.MODAL or (task.makes_link and job.view_id)
            if is_for_modal and early > 0:
                raise RetryLater(min(early, ACK_SECONDS))
            job = self._identified(job, task)
            if delivery.attempts > MOST_ATTEMPTS:
                raise UserError("defect")
            self._count(delivery, job, task)  # before its turn: thousands that wait for it would keep others waiting
            with self._in_turn(job.person, task):
                self._policy.check(task, job.person)
                outcome = self._handlers[task](_with_payload(job, task), delivery.progress)
        except UserError as exc:
            self._ends.refuse(delivery, job, task, exc)
        except RetryLater as exc:
            self._ends.wait(delivery, job, task, exc)
        except UpstreamError as exc:
            if exc.code == BROKEN_RECORD:
                log.error("job.broken_record", service=exc.service)
                self._ends.refuse(delivery, job, task, UserError("defect"))
            else:
                self._ends.retry_or_give_up(delivery, job, task, exc)
        except Exception:
            log.exception("job.defect")
            self._ends.refuse(delivery, job, task, UserError("defect"))
        else:
            self._consumer.finish(delivery, outcome)
            note(outcome=outcome)
            log.info(
                "job.done",
                outcome=outcome,
                seconds=round(self._clock() - job.accepted_at, 3),
                ms=milliseconds_since(began),
            )

    def _identified(self, job: Job[Any], task: Task) -> Job[Any]:
        """Return the job with its person as Slack knows them. Raises UserError for whom we do not serve, UpstreamError.

        What counts under their id (limits, keys, links) counts under one, whatever the request names.
        """
        if task.permission is Permission.SYSTEM:
            return job
        person = self._policy.identify(job.person, job.membership, is_place_named=job.is_place_named)
        job = replace(job, person=person, membership=Membership.STATED, is_place_named=True)
        if not self._is_served(job.person):
            raise UserError(STRANGER)
        return job

    def _count(self, delivery: Delivery, job: Job[Any], task: Task) -> None:
        """Count the job once. Raises UserError, RetryLater when it is too much for one person."""
        if task.permission is Permission.SYSTEM or delivery.progress.was_counted:
            return
        self._policy.count_request(job.person, is_home=task.reply is Reply.HOME)
        delivery.progress.note_counted()

    @contextmanager
    def _in_turn(self, person: SlackUser, task: Task) -> Iterator[None]:
        """Do a few of a person's jobs at a time, so that the threads are there for others; links wait for links alone.

        Raises RetryLater.
        """
        if task.permission is Permission.SYSTEM:
            yield
            return
        whose = (person.id, task.makes_link)
        with self._lock:
            if self._in_hand[whose] >= MOST_AT_ONCE:
                raise RetryLater(0.5 + 0.5 * self._random())
            self._in_hand[whose] += 1
        try:
            yield
        finally:
            with self._lock:
                self._in_hand[whose] -= 1
                if not self._in_hand[whose]:
                    del self._in_hand[whose]


def _with_payload(job: Job[Any], task: Task) -> Job[Any]:
    """Return the job with its payload read. Raises UserError for one that no version of us wrote: a defect."""
    try:
        return task.read_payload(job)
    except ValueError as exc:
        log.error("job.unreadable", job=job.id)
        raise UserError("defect") from exc
