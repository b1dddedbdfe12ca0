"""Shows where a link stands what is to be said of it: in its message, and in the private answers.

One of them never hides the other: what one does not take, the other may (slack-truth.md 1.2).
"""

from __future__ import annotations

from dataclasses import dataclass

import structlog

from slack_app.errors import Meaning, UpstreamError
from slack_app.features.deliver_link import LinkAnswer, LinkReady
from slack_app.features.dependencies import Dependencies
from slack_app.features.respond import log_closed_way
from slack_app.model.facts import MessageFact
from slack_app.model.jobs import RESPONSE_URL_SECONDS
from slack_app.model.links import EphemeralRef, PendingLink

log = structlog.get_logger("slack_app.link_messages")


@dataclass(frozen=True, slots=True)
class Ended(MessageFact):
    """The link has ended; its outcome and the connected account stand in it."""

    live: PendingLink


@dataclass(frozen=True, slots=True)
class LinkMessages:
    """The messages of a link, with what they need."""

    deps: Dependencies

    def show(self, live: PendingLink, fact: MessageFact) -> bool:
        """Put the fact where the link stands: in the message and in the private answers, whichever takes it.

        Return whether it is done with; else the installation is broken, and nothing takes it before that is mended.
        Raises UpstreamError when one of them may take it later: the message for as long as that lasts, a private answer
        beside a message that has taken it once more, for each try edits the message, too.
        """
        answers = [self._replace(live, number, ephemeral, fact) for number, ephemeral in enumerate(live.ephemerals)]
        is_unheard = bool(answers) and all(exc is not None and not exc.retryable for exc in answers)
        messages = [self._show_in_dm(live, fact)] if live.dm is not None or is_unheard else []
        failed = [*messages, *answers]
        passing = next((exc for exc in failed if exc is not None and exc.retryable), None)
        if passing is not None and (messages != [None] or self._is_first(live, fact, "failed")):
            raise passing
        if not failed or None in failed:
            return True
        if self._is_first(live, fact, "untold"):
            log.error("link.notify_failed", codes=[exc.code for exc in failed if exc], **whose(live))
        return not any(exc and _is_mendable(exc) for exc in failed)

    def _is_first(self, live: PendingLink, fact: MessageFact, failure: str) -> bool:
        return self.deps.links.claim_answer(live.id, f"{failure}:{type(fact).__name__}:{live.outcome}", 0)

    def show_checked(self, live: PendingLink) -> None:
        """Answer a press on *Check now* that found nothing: say when it was checked."""
        if live.check_requested_at is None or not self.deps.links.answer_check(live.id, live.check_requested_at):
            return
        known = self.deps.links.get(live.id)
        if known is None or known.outcome is not None:  # while the platform took its time
            return
        now = self.deps.clock()
        if live.dm is not None:
            try:
                self.deps.messenger.edit_dm(live.person, live.dm, LinkReady(live, checked_at=now))
            except UpstreamError as exc:
                log_closed_way("edit", exc, **whose(live))
        for ephemeral in live.ephemerals[-1:]:  # the message that was pressed last
            try:
                self.deps.messenger.respond(ephemeral, LinkAnswer(live, in_dm=live.dm is not None, checked_at=now))
            except UpstreamError as exc:
                log_closed_way("private_answer", exc, **whose(live))

    def _show_in_dm(self, live: PendingLink, fact: MessageFact) -> UpstreamError | None:
        """Put the fact into the link's message, or into a new one where that cannot be edited; return what failed."""
        way = "edit"
        try:
            if live.dm is not None:
                try:
                    self.deps.messenger.edit_dm(live.person, live.dm, fact)
                except UpstreamError as exc:
                    if exc.meaning in (Meaning.TRY_AGAIN, Meaning.BROKEN_INSTALLATION):
                        raise
                    log_closed_way(way, exc, **whose(live))
                else:
                    return None
            way = "direct_message"
            self.deps.links.set_message(live.id, self.deps.messenger.post_dm(live.person, fact))
        except UpstreamError as exc:
            if not _is_mendable(exc) or self._is_first(live, fact, "broken"):
                log_closed_way(way, exc, **whose(live))
            return exc
        return None

    def _replace(
        self, live: PendingLink, number: int, ephemeral: EphemeralRef, fact: MessageFact
    ) -> UpstreamError | None:
        """Put the fact into a private answer, once; return what failed."""
        what = f"{type(fact).__name__}:{live.outcome}"
        if self.deps.clock() > ephemeral.given_at + RESPONSE_URL_SECONDS:
            return UpstreamError("slack", meaning=Meaning.OTHER_WAY, code="expired_url")
        if not self.deps.links.claim_answer(live.id, what, number):
            return None
        try:
            self.deps.messenger.respond(ephemeral, fact)
        except UpstreamError as exc:
            log_closed_way("private_answer", exc, **whose(live))
            if exc.retryable:
                self.deps.links.release_answer(live.id, what, number)
            return exc
        return None


def _is_mendable(exc: UpstreamError) -> bool:
    """Return whether the way opens again when somebody installs or allows the app anew; who has removed it is gone."""
    return exc.meaning is Meaning.BROKEN_INSTALLATION and exc.code != "not_installed"


def whose(live: PendingLink) -> dict[str, str]:
    """Return what the log says of a link."""
    return {
        "reference": live.reference,
        "team_id": live.person.team_id,
        "user_id": live.person.user_id,
        "organization_id": live.link.organization_id,
        "connector_type": live.link.connector_type,
    }
