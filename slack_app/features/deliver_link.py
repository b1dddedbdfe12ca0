"""Brings a link to its person, in a direct message and in the private answer; poll.py follows it from there."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

import structlog

from slack_app.errors import Meaning, UpstreamError
from slack_app.features.dependencies import Dependencies
from slack_app.features.respond import answer_beside, log_closed_way
from slack_app.model.facts import MessageFact
from slack_app.model.jobs import Job
from slack_app.model.links import Outcome, PendingLink
from slack_app.model.messages import MessageRef
from slack_app.ports.jobs import Progress
from slack_app.ports.links import Brought

log = structlog.get_logger("slack_app.links")

FIRST_LOOK_SECONDS = 2.0
"""After the link was sent; nobody is through a consent page sooner."""
DM_PATIENCE_SECONDS = 10.0
"""So long Slack may ask us to wait with a direct message before the link is brought in the private answer alone."""


@dataclass(frozen=True, slots=True)
class LinkReady(MessageFact):
    """The link, for the direct message; `checked_at` is when the person last had it checked, in vain."""

    live: PendingLink
    checked_at: float | None = None


@dataclass(frozen=True, slots=True)
class LinkAnswer(MessageFact):
    """The link, for the private answer; `in_dm` says whether it stands in the direct message too.

    `checked_at` is when the person last had it checked there, in vain.
    """

    live: PendingLink
    in_dm: bool
    checked_at: float | None = None


@dataclass(frozen=True, slots=True)
class DeliverLink:
    """The use case with what it needs; `tell` says of an ended link how it ended."""

    deps: Dependencies
    tell: Callable[[PendingLink], None]

    def __call__(self, job: Job, progress: Progress, live: PendingLink) -> bool:
        """Post the direct message, which is followed from then on, and answer in private where they asked.

        The private answer has to do where Slack takes no direct message; one that fails for a moment is tried once more
        before the person is told that the link is only here. Return whether they look at the App Home, where it is to
        be shown, too. Raises UpstreamError when nothing reached the person.
        """
        dm, is_new = progress.dm, False
        if dm is None:
            try:
                dm, is_new = self._bring(job, live), True
            except UpstreamError as exc:
                if exc.service != "slack":
                    raise
                if exc.retryable and (not job.response_url or self._is_worth_a_wait(exc, progress)):
                    raise
                return self._answer_alone(job, live, exc)
        brought = self._follow(job, live, dm, is_new=is_new)
        if is_new and brought.dm_before and brought.dm_before != dm:
            with suppress(UpstreamError):  # the link stands twice then, which harms nobody
                self.deps.messenger.delete_dm(job.person, brought.dm_before)
        if brought.has_ended:  # it was cancelled while it was on its way here
            if current := self.deps.links.get(live.id):
                self.tell(current)
        elif job.response_url:
            try:
                answer_beside(self.deps.messenger, job, dm, LinkAnswer(live, in_dm=True))
            except UpstreamError as exc:  # the person has the link
                log_closed_way("private_answer", exc)
        return brought.has_home

    def _follow(self, job: Job, live: PendingLink, dm: MessageRef | None, *, is_new: bool = False) -> Brought:
        """Have the link polled, and what becomes of it shown where it stands."""
        due = self.deps.clock() + FIRST_LOOK_SECONDS
        if is_new or dm is None:
            since = round(1000 * (self.deps.clock() - job.accepted_at))
            log.info("link.brought", way="direct_message" if dm else "private_answer", ms=since)
        return self.deps.link_steps.note_brought(live, job, dm, due, is_new=is_new)

    def _bring(self, job: Job, live: PendingLink) -> MessageRef:
        """Put the link into the message whose button asked for it, else at the end of the conversation."""
        dm = job.message
        if dm is not None:
            try:
                self.deps.messenger.edit_dm(job.person, dm, LinkReady(live))
            except UpstreamError as exc:
                if exc.meaning in (Meaning.TRY_AGAIN, Meaning.BROKEN_INSTALLATION):
                    raise
                log_closed_way("edit", exc)
                dm = None
            else:
                self.deps.links.leave_message(job.target_id)  # or what is still to be said of it would end this one
        if dm is None:
            dm = self.deps.messenger.post_dm(job.person, LinkReady(live), job.thread)
        return dm

    def _answer_alone(self, job: Job, live: PendingLink, refusal: UpstreamError) -> bool:
        """Bring the link in the private answer, since Slack refused the message. Raises UpstreamError."""
        if job.response_url:
            try:
                self.deps.messenger.respond(job, LinkAnswer(live, in_dm=False))
            except UpstreamError as exc:
                if exc.retryable:
                    raise
                log_closed_way("private_answer", exc)
            else:
                log_closed_way("direct_message", refusal)
                return self._follow(job, live, None).has_home
        if not refusal.retryable:
            self._abandon(live)
        raise refusal

    def _is_worth_a_wait(self, exc: UpstreamError, progress: Progress) -> bool:
        return (exc.retry_after or 0.0) <= DM_PATIENCE_SECONDS and progress.record_dm_failed()

    def _abandon(self, live: PendingLink) -> None:
        """End a link that Slack does not let us bring; one that stands somewhere else lives on.

        The App Home is not brought up to date: it tells the person why there is no link.
        """
        if live.dm is None and not live.ephemerals and self.deps.links.mark_finished(live, Outcome.REVOKED):
            self.deps.states.take(live.link.state)
            self.deps.schedule.forget(live)
