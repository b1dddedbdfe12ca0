"""One try at one job: run the feature, then finish it, put it off, tell the person why not, or dead_letter it."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping
from contextlib import suppress

import structlog

from slack_app.adapters.work import Delivery, JobConsumer
from slack_app.errors import RetryLater, UpstreamError, UserError
from slack_app.features.connect import StillWorking
from slack_app.features.pending_requests import failure_message
from slack_app.features.respond import respond, show_in_modal
from slack_app.model.jobs import Job
from slack_app.model.messages import Failure
from slack_app.ports import Clock
from slack_app.ports.jobs import Drafts, Progress
from slack_app.ports.slack import Messenger

Feature = Callable[[Job, Progress], str]
"""Does one job and gives its outcome; raises UserError, RetryLater or UpstreamError."""

PATIENCE_SECONDS = {"platform": 600.0, "slack": 1800.0}
"""How long after the command a failing system is tried again; Slack as long as a response_url lives."""
LINKING = frozenset(["connect", "fill", "renew"])
INSTEAD = {"disown": "not_disconnected"} | dict.fromkeys(
    """
    menu open_menu status disconnect remove rename name turn_on turn_off
    key key_open key_keep key_remove setup set_up setup_remove ask offer allowed again
    """.split(),
    "account_unavailable",
)
"""What people are told when the platform never answered, of other things than links."""
UNTOLD = frozenset(["home", "installed", "fixed", "helped", "seen_to", "leave"])
"""Nobody waits for these: what comes of them is seen where they lead, or at the next time."""
IN_MODAL = frozenset(["set_up", "key_keep"])
"""Their modal says that it is being checked until they end."""
LONGEST_PAUSE = 60.0
MOST_ATTEMPTS = 10
"""A job that was started so often without an end takes its process down; it is not started again."""

log = structlog.get_logger("slack_app.job_runner")


class JobRunner:
    """Runs jobs, each with the feature that its word names; `chance` gives numbers from 0 to 1 for the jitter."""

    def __init__(
        self,
        *,
        work: JobConsumer,
        features: Mapping[str, Feature],
        messenger: Messenger,
        drafts: Drafts,
        clock: Clock = time.time,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._work = work
        self._features = features
        self._messenger = messenger
        self._drafts = drafts
        self._clock = clock
        self._chance = chance

    def run(self, entry_id: str, job_id: str) -> None:
        """Try the job once. Raises UpstreamError when Redis fails: the job then comes again by itself."""
        delivery = self._work.begin(entry_id, job_id)
        if delivery.is_done:
            self._work.finish(delivery, "repeated")
        elif delivery.job is None or delivery.job.kind not in self._features:
            log.error("job.unreadable", job=job_id)
            self._work.dead_letter(delivery, "unreadable")
        else:
            job = delivery.job
            with structlog.contextvars.bound_contextvars(
                reference=job.reference,
                team_id=job.person.team_id,
                user_id=job.person.user_id,
                connector_type=job.connector_type,
            ):
                self._run_once(delivery, job)

    def notify_overdue(self) -> None:
        """Tell those once whose job takes longer than a person expects. Raises UpstreamError when Redis fails."""
        for job in self._work.take_overdue(self._clock()):
            until = job.accepted_at + PATIENCE_SECONDS["platform"]
            try:
                respond(self._messenger, job, StillWorking(job.connector_type if job.kind in LINKING else "", until))
            except UpstreamError as exc:
                log.info("notice.failed", reference=job.reference, service=exc.service, code=exc.code)

    def _run_once(self, delivery: Delivery, job: Job) -> None:
        try:
            if delivery.attempts > MOST_ATTEMPTS:
                raise UserError("defect")
            outcome = self._features[job.kind](job, delivery.progress)
        except UserError as exc:
            self._refuse(delivery, job, exc)
        except RetryLater as exc:
            self._wait(delivery, job, exc)
        except UpstreamError as exc:
            self._retry_or_give_up(delivery, job, exc)
        except Exception:
            log.exception("job.defect")
            self._refuse(delivery, job, UserError("defect"))
        else:
            self._work.finish(delivery, outcome)
            log.info("job.done", outcome=outcome, seconds=round(self._clock() - job.accepted_at, 3))

    def _wait(self, delivery: Delivery, job: Job, exc: RetryLater) -> None:
        if exc.fact is not None and not delivery.progress.was_notified:
            try:
                respond(self._messenger, job, exc.fact)
            except UpstreamError as outage:
                self._retry_or_give_up(delivery, job, outage)
                return
            delivery.progress.record_notified()
        self._work.retry_at(delivery, self._clock() + exc.seconds)

    def _retry_or_give_up(self, delivery: Delivery, job: Job, exc: UpstreamError) -> None:
        if exc.service not in PATIENCE_SECONDS:
            raise exc
        if exc.code == "not_installed":  # the workspace has removed the app: a private answer needs no token
            log.info("job.app_uninstalled")
            if job.response_url:
                with suppress(UpstreamError):
                    self._messenger.respond(job, Failure("not_installed", {}, job.reference))
            self._work.finish(delivery, "not_installed")
            return
        pause = self._pause(delivery.retries, exc.retry_after)
        log.warning(
            "job.outage",
            service=exc.service, status=exc.status, code=exc.code, trace_id=exc.trace_id, pause=round(pause, 1),
        )  # fmt: skip
        if self._clock() + pause <= job.accepted_at + PATIENCE_SECONDS[exc.service]:
            self._work.retry_at(delivery, self._clock() + pause)
        elif exc.service == "platform":
            reason = "platform_busy" if exc.status == 429 else "platform_unavailable"
            reason = INSTEAD.get(job.kind, reason)
            self._refuse(delivery, job, UserError(reason, connector_type=job.connector_type))
        else:
            log.error("job.undeliverable")
            self._work.dead_letter(delivery, "undeliverable")

    def _refuse(self, delivery: Delivery, job: Job, error: UserError) -> None:
        """Tell the person why not; the log has it first, for whoever is asked about the reference."""
        cause = error.__cause__ if isinstance(error.__cause__, UpstreamError) else None
        log.info(
            "job.refused",
            reason=error.reason,
            status=cause and cause.status,
            code=cause and cause.code,
            trace_id=cause and cause.trace_id,
        )
        self._work.stop_waiting(job.id)
        try:
            if job.kind not in UNTOLD:
                bring = show_in_modal if job.kind in IN_MODAL else respond
                bring(self._messenger, job, failure_message(job, error, self._drafts))
        except UpstreamError as exc:
            self._retry_or_give_up(delivery, job, exc)
            return
        end = self._work.dead_letter if error.reason == "defect" else self._work.finish
        end(delivery, error.reason)

    def _pause(self, retries: int, retry_after: float | None) -> float:
        """Seconds until the next try: as asked, else growing; jittered, so that not all come back at once."""
        if retry_after is not None:
            return max(1.0, retry_after) * (1 + 0.2 * self._chance())
        return min(LONGEST_PAUSE, 2.0 ** min(retries, 6)) * (0.75 + 0.5 * self._chance())
