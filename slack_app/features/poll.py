"""Polls a pending link until it has ended, and says how where it stands.

No event tells that a person has finished, so the platform is asked: 2 s after the link was sent, soon again when the
person has just opened it, else with growing pauses. How often at most is for `Schedule` to say
(adapters/links/schedule.py).
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

import structlog

from slack_app.errors import BROKEN_RECORD, UpstreamError, UserError
from slack_app.features.connect import LinkAnswer, LinkReady
from slack_app.features.credentials import CredentialResolver
from slack_app.features.dependencies import Dependencies
from slack_app.model.facts import MessageFact
from slack_app.model.jobs import RESPONSE_URL_SECONDS
from slack_app.model.links import Completion, EphemeralRef, Outcome, PendingLink
from slack_app.model.tools import Connection
from slack_app.ports.home import Refreshing

UNKNOWN_AFTER_SECONDS = 60.0
"""So long after a link expired the platform is asked for a last word; then we say that we do not know."""
LONGEST_PAUSE = 12.0

log = structlog.get_logger("slack_app.poll")


@dataclass(frozen=True, slots=True)
class Ended(MessageFact):
    """The link has ended; its outcome and the connected account stand in it."""

    live: PendingLink


@dataclass(frozen=True, slots=True)
class LinkPoller:
    """The use case with what it needs."""

    deps: Dependencies
    resolve_credentials: CredentialResolver
    refresh: Refreshing

    def poll(self, link_id: str) -> None:
        """Poll the link once. Raises UpstreamError when Redis fails: the link comes again then."""
        live = self.deps.links.get(link_id)
        if live is None:
            self.deps.schedule.forget_unreadable(link_id)
        elif live.outcome is not None:
            self._tell(live)  # a worker died, or Slack did not answer, after it had ended
        else:
            self._ask(live)

    def expire(self, live: PendingLink) -> None:
        """End a link that is over, or that a newer one replaces, and say so where it stands."""
        is_expired = live.link.expires_at <= self.deps.clock()
        self.finish(live, Outcome.EXPIRED if is_expired else Outcome.REPLACED)

    def cancel(self, live: PendingLink) -> None:
        """End a link that its person does not want any more; one that they were through with by then is connected."""
        try:
            completion = self._completion(live)
        except (UserError, UpstreamError):
            completion = Completion(None)  # the message does not claim that nothing was connected
        if completion.outcome is Outcome.CONNECTED:
            self.finish(live, Outcome.CONNECTED, completion.connection)
        else:
            self.finish(live, Outcome.CANCELLED)

    def revoke(self, live: PendingLink) -> None:
        """End a link whose credentials is gone, or whose workspace has removed the app."""
        self.finish(live, Outcome.REVOKED)

    def finish(self, live: PendingLink, outcome: Outcome, connection: Connection | None = None) -> None:
        """End the link and tell the person; does nothing when it had ended before."""
        finished = self.deps.links.mark_finished(live, outcome, connection)
        if finished is None:
            return
        self.deps.states.take(live.link.state)
        log.info("link.ended", outcome=outcome.value, **_whose(live))
        self._tell(finished)
        self.refresh(live.person)

    def _ask(self, live: PendingLink) -> None:
        polls = self.deps.links.count_poll(live.id)
        try:
            completion = self._completion(live)
        except UserError:
            self.revoke(live)
            return
        except UpstreamError as exc:
            if exc.service != "platform" and exc.code != BROKEN_RECORD:
                raise
            self._failed(live, exc, polls)
            return
        now = self.deps.clock()
        if completion.outcome is not None:
            self.finish(live, completion.outcome, completion.connection)
        elif now >= live.link.expires_at:
            self.finish(live, Outcome.EXPIRED)
        else:
            self._show_checked(live)
            self._again(live, now, polls)

    def _completion(self, live: PendingLink) -> Completion:
        """Ask the platform; an old connection that it takes for the new one counts as none.

        Raises UserError when the link was made with credentials that the person no longer has.
        """
        credentials = self.resolve_credentials(live.person)
        if not live.link.is_made_with(credentials):
            raise UserError("button_outdated")
        completion = self.deps.platform.complete(credentials, live.link.state)
        if completion.outcome is not Outcome.CONNECTED:
            return completion
        connection = completion.connection
        if connection is None and live.connections_before is not None:
            found = self.deps.platform.connections_of(credentials, live.link.connector_type, is_for_link=True)
            connection = next((c for c in found if not _is_old(c, live)), None)
        if connection is not None and _is_old(connection, live):
            return Completion(None)
        self.deps.catalogue.forget_connections(credentials, live.link.connector_type)  # the same account, a new id
        return Completion(Outcome.CONNECTED, connection)

    def _failed(self, live: PendingLink, exc: UpstreamError, polls: int) -> None:
        log.info("link.outage", status=exc.status, code=exc.code, trace_id=exc.trace_id, **_whose(live))
        now = self.deps.clock()
        if exc.retry_after is not None:
            self.deps.schedule.pause(live.link.organization_id, min(exc.retry_after, 120.0))
        if now >= live.link.expires_at + UNKNOWN_AFTER_SECONDS:
            self.finish(live, Outcome.UNKNOWN)
        else:
            self._again(live, now, polls)

    def _again(self, live: PendingLink, now: float, polls: int) -> None:
        prioritized_for = None if live.prioritized_at is None else now - live.prioritized_at
        pause = _pause(prioritized_for, polls) * (0.75 + 0.5 * self.deps.random())
        due = now + pause if now >= live.link.expires_at else min(now + pause, live.link.expires_at)
        self.deps.schedule.put(live, due, is_prioritized=prioritized_for is not None and prioritized_for < 180)

    def _show_checked(self, live: PendingLink) -> None:
        """Answer a press on *Check now* that found nothing: say when it was checked."""
        if live.check_requested_at is None or not self.deps.links.answer_check(live.id, live.check_requested_at):
            return
        now = self.deps.clock()
        if live.dm is not None:
            with suppress(UpstreamError):
                self.deps.messenger.edit_dm(live.person, live.dm, LinkReady(live, checked_at=now))
        for ephemeral in live.ephemerals[-1:]:  # the message that was pressed last
            with suppress(UpstreamError):
                self._replace(ephemeral, LinkAnswer(live, in_dm=live.dm is not None, checked_at=now))

    def show(self, live: PendingLink, fact: MessageFact) -> None:
        """Put the fact where the link stands: in the message, and in the private answers. Raises UpstreamError."""
        if live.dm is not None:
            self.deps.messenger.edit_dm(live.person, live.dm, fact)
        for ephemeral in live.ephemerals:
            self._replace(ephemeral, fact)

    def _tell(self, live: PendingLink) -> None:
        """Tell the person how it ended; again later where Slack does not answer."""
        try:
            self.show(live, Ended(live))
        except UpstreamError as exc:
            log.warning("link.notify_failed", service=exc.service, code=exc.code, **_whose(live))
            if exc.service != "slack":
                raise
            if exc.retryable and self.deps.clock() < live.link.expires_at + RESPONSE_URL_SECONDS:
                self.deps.schedule.put(live, self.deps.clock() + 5.0, is_prioritized=True)
                return
        self.deps.schedule.forget(live)

    def _replace(self, ephemeral: EphemeralRef, fact: MessageFact) -> None:
        if self.deps.clock() > ephemeral.given_at + RESPONSE_URL_SECONDS:
            return
        try:
            self.deps.messenger.respond(ephemeral, fact)
        except UpstreamError as exc:
            if exc.retryable:
                raise


def _pause(prioritized_for: float | None, polls: int) -> float:
    """Return the seconds until the next poll, before the jitter."""
    if prioritized_for is None or prioritized_for > 180:
        return min(LONGEST_PAUSE, 2.0 * 1.5 ** min(polls, 10))
    return 2.0 if prioritized_for < 60 else 4.0


def _is_old(connection: Connection, live: PendingLink) -> bool:
    """Return whether the person had the connection before the link was made."""
    return live.connections_before is not None and live.connections_before.get(connection.id) == connection.created_at


def _whose(live: PendingLink) -> dict[str, str]:
    return {
        "reference": live.reference,
        "team_id": live.person.team_id,
        "user_id": live.person.user_id,
        "connector_type": live.link.connector_type,
    }
