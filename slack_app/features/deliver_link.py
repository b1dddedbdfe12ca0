"""Brings a link to its person, in a direct message and in the private answer; poll.py follows it from there."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from slack_app.errors import Meaning, UpstreamError
from slack_app.features.dependencies import Dependencies
from slack_app.features.respond import answer_beside, log_closed_way
from slack_app.model.facts import MessageFact
from slack_app.model.jobs import Job
from slack_app.model.links import EphemeralRef, Outcome, PendingLink
from slack_app.model.messages import MessageRef
from slack_app.ports.jobs import Progress

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

    def __call__(self, job: Job, progress: Progress, live: PendingLink) -> None:
        """Post the direct message, which is followed from then on, and answer in private where they asked.

        The private answer has to do where Slack takes no direct message; one that fails for a moment is tried once more
        before the person is told that the link is only here. Raises UpstreamError when nothing reached the person.
        """
        dm = progress.dm
        if dm is None:
            try:
                dm = self._bring(job, live)
            except UpstreamError as exc:
                if exc.service != "slack":
                    raise
                if exc.retryable and (not job.response_url or self._is_worth_a_wait(exc, progress)):
                    raise
                self._answer_alone(job, live, exc)
                return
            progress.record_dm(dm)
            current = self.deps.links.get(live.id)
            if current is not None and current.outcome is not None:  # it was cancelled while it was on its way here
                self.tell(current)
                return
        self._follow(job, live)
        if job.response_url:
            try:
                answer_beside(self.deps.messenger, job, dm, LinkAnswer(live, in_dm=True))
            except UpstreamError as exc:  # the person has the link
                log_closed_way("private_answer", exc)

    def _follow(self, job: Job, live: PendingLink) -> None:
        """Have the link polled, and what becomes of it shown in the private message that was pressed."""
        if live.explains_key:
            self.deps.owners.note_told(live.link.organization_id, live.person)
        due = self.deps.clock() + FIRST_LOOK_SECONDS
        self.deps.schedule.put(live, due, is_prioritized=live.prioritized_at is not None)
        if job.can_replace:
            self.deps.links.add_ephemeral(live.id, EphemeralRef(job.response_url, job.channel_id, job.accepted_at))

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
            self.deps.homes.claim_welcome(job.person, job.id)  # who has a link there needs no welcome below it
        before = self.deps.links.set_message(live.id, dm)
        if before and before != dm:
            with suppress(UpstreamError):  # the link stands twice then, which harms nobody
                self.deps.messenger.delete_dm(job.person, before)
        return dm

    def _answer_alone(self, job: Job, live: PendingLink, refusal: UpstreamError) -> None:
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
                self._follow(job, live)
                return
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
