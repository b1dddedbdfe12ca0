"""What becomes of a job that was not done: it is scheduled again, refused with a reason, or dead-lettered."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import structlog

from slack_app.adapters.jobs.consumer import JobConsumer
from slack_app.adapters.jobs.delivery import Delivery
from slack_app.errors import Meaning, RetryLater, UpstreamError, UserError
from slack_app.features.dependencies import Dependencies
from slack_app.features.pending_requests import failure_message
from slack_app.features.policy import AUDITED, NOT_OFFERED, UNTOLD, refusal
from slack_app.features.respond import log_closed_way, notify, respond, show_in_modal, tell_anyhow
from slack_app.model.jobs import Job
from slack_app.model.messages import Failure
from slack_app.model.tasks import Reply, Task

LONGEST_PAUSE = 60.0
REFUSED = {
    Meaning.OTHER_WAY: "unreachable",
    Meaning.BROKEN_INSTALLATION: "installation_broken",
    Meaning.DEFECT: "defect",
}
"""What the person is told when Slack refuses what we do for them, by what its error means."""

log = structlog.get_logger("slack_app.job_runner")


class JobEnds:
    """The ends of jobs, and the pauses between their tries."""

    def __init__(self, consumer: JobConsumer, deps: Dependencies) -> None:
        self._consumer = consumer
        self._messenger = deps.messenger
        self._drafts, self._asks, self._people = deps.drafts, deps.asks, deps.people
        self._audit, self._clock = deps.audit, deps.clock
        self._random = deps.random

    def wait(self, delivery: Delivery, job: Job[Any], task: Task, exc: RetryLater) -> None:
        """Schedule the job again for when its turn may come; its person is told the fact that it carries, once."""
        if exc.fact is not None and not delivery.progress.was_notified:
            try:
                notify(self._messenger, job, exc.fact)
            except UpstreamError as outage:
                if outage.retryable or outage.service != "slack":
                    self.retry_or_give_up(delivery, job, task, outage)
                    return
                log_closed_way("notice", outage)  # what the person waits for may find another way
            delivery.progress.record_notified()
        self._consumer.retry_at(delivery, self._clock() + exc.seconds, has_failed=False)

    def retry_or_give_up(
        self, delivery: Delivery, job: Job[Any], task: Task, exc: UpstreamError, untold: Failure | None = None
    ) -> None:
        """Schedule the job again while that may help; `untold` is what Slack did not let us tell the person."""
        seconds = {"platform": task.platform_seconds, "slack": task.slack_seconds}.get(exc.service)
        if seconds is None:
            raise exc
        if exc.code == "not_installed":  # the workspace has removed the app: a private answer needs no token
            log.info("job.app_uninstalled")
            if job.response_url:
                with suppress(UpstreamError):
                    self._messenger.respond(job, Failure("not_installed", {}, job.reference))
            self._consumer.finish(delivery, "not_installed")
            return
        if exc.service == "slack" and not exc.retryable:
            self._give_up(delivery, job, task, exc, untold)
            return
        pause = self._pause(delivery.retries, exc.retry_after)
        log.warning(
            "job.outage",
            service=exc.service, status=exc.status, code=exc.code, trace_id=exc.trace_id, pause=round(pause, 1),
        )  # fmt: skip
        if self._clock() + pause <= job.accepted_at + seconds:
            self._consumer.retry_at(delivery, self._clock() + pause)
        elif exc.service == "platform":
            reason = task.unavailable or ("platform_busy" if exc.status == 429 else "platform_unavailable")
            self.refuse(delivery, job, task, UserError(reason, connector_type=job.connector_type))
        else:
            log.error("job.undeliverable")
            self._consumer.dead_letter(delivery, "undeliverable")

    def _give_up(
        self, delivery: Delivery, job: Job[Any], task: Task, exc: UpstreamError, untold: Failure | None
    ) -> None:
        """End a job that Slack refuses, since waiting does not help; the person is told wherever a way is open."""
        self._consumer.stop_waiting(job.id)
        reason = REFUSED[exc.meaning]
        failure = untold if untold and exc.meaning is not Meaning.DEFECT else Failure(reason, {}, job.reference)
        is_for_home = job.is_from_home or task.reply is Reply.HOME
        if task.reply is not Reply.NONE and not tell_anyhow(
            self._messenger, job, failure, exc.meaning, is_for_home=is_for_home
        ):
            reason = "undeliverable"
        event = "job.undeliverable" if reason == "undeliverable" else "job.slack_refused"
        log.error(event, code=exc.code, status=exc.status, meaning=exc.meaning.name.lower())
        end = self._consumer.dead_letter if reason in ("defect", "undeliverable") else self._consumer.finish
        end(delivery, reason)

    def refuse(self, delivery: Delivery, job: Job[Any], task: Task, error: UserError) -> None:
        """Tell the person why not; the log has it first, for whoever is asked about the reference."""
        cause = error.__cause__ if isinstance(error.__cause__, UpstreamError) else None
        log.info(
            "job.refused",
            reason=error.reason,
            status=cause and cause.status,
            code=cause and cause.code,
            trace_id=cause and cause.trace_id,
        )
        self._consumer.stop_waiting(job.id)
        if error.reason in AUDITED:
            tool_key = str(error.facts["connector_type"]) if error.reason == NOT_OFFERED else ""  # else as typed
            self._audit.note_use(refusal(job.person, error.reason, tool_key, self._clock()))
        if error.reason in UNTOLD:
            self._consumer.finish(delivery, error.reason)
            return
        failure = None
        if task.reply is not Reply.NONE:
            failure = failure_message(job, error, self._drafts, self._asks, self._people)
        try:
            if failure and task.reply is Reply.MODAL:
                show_in_modal(self._messenger, job, failure)
            elif failure and task.reply is Reply.HOME:
                self._messenger.publish_home(job.person, failure)
            elif failure:
                respond(self._messenger, job, failure)
        except UpstreamError as exc:
            self.retry_or_give_up(delivery, job, task, exc, failure)
            return
        end = self._consumer.dead_letter if error.reason == "defect" else self._consumer.finish
        end(delivery, error.reason)

    def _pause(self, retries: int, retry_after: float | None) -> float:
        """Return the seconds until the next try: as asked, else growing; jittered, so that not all come at once."""
        if retry_after is not None:
            return max(1.0, retry_after) * (1 + 0.2 * self._random())
        return min(LONGEST_PAUSE, 2.0 ** min(retries, 6)) * (0.75 + 0.5 * self._random())
