"""Polls a pending link until it has ended, and says how where it stands.

No event tells that a person has finished, so the platform is asked: 2 s after the link was sent, soon again when the
person has just opened it, else with growing pauses. How often at most is for `Schedule` to say
(adapters/links/schedule.py).

How far a link is, completion.py finds out. Whoever finishes within an hour after the end is told, too.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import structlog

from slack_app.errors import BROKEN_RECORD, UpstreamError, UserError
from slack_app.features.completion import CompletionCheck
from slack_app.features.dependencies import Dependencies
from slack_app.features.link_messages import Ended, LinkMessages, whose
from slack_app.model.jobs import RESPONSE_URL_SECONDS
from slack_app.model.links import LATE_SECONDS, Completion, Outcome, PendingLink
from slack_app.model.tools import Connection
from slack_app.ports.home import Refreshing

UNKNOWN_AFTER_SECONDS = 60.0
"""So long after a link expired the platform is asked for a last word; then we say that we do not know."""
LONGEST_PAUSE = 12.0
LONGEST_WANTED = 120.0
"""For longer no link waits for its next poll, whatever the platform asks for."""
LATE_LOOKS = (10.0, 50.0, 240.0, 600.0, 900.0, 1800.0)
"""The pauses between the looks after an end, LATE_SECONDS in all: whoever finished late is told."""
CORRECTABLE = frozenset([Outcome.DECLINED, Outcome.EXPIRED, Outcome.UNKNOWN, Outcome.CANCELLED])
ACCOUNT_LOOKS = 3
"""Of those: the list shows within minutes what the state says to be connected, and later it may be another's."""
TELL_AGAIN_SECONDS = 5.0
MENDED_SECONDS = 60.0
"""So long after nothing got through it is tried whether somebody has mended the installation."""

log = structlog.get_logger("slack_app.poll")


@dataclass(frozen=True, slots=True)
class LinkPoller:
    """The use case with what it needs."""

    deps: Dependencies
    messages: LinkMessages
    check: CompletionCheck
    refresh: Refreshing

    def poll(self, link_id: str) -> None:
        """Poll the link once. Raises UpstreamError when Redis fails: the link comes again then."""
        live = self.deps.links.get(link_id)
        if live is None:
            self.deps.schedule.forget_unreadable(link_id)
        elif live.late_looks and _late_looks(live):
            self._look_late(live)
        elif live.outcome is not None:
            self.tell(live)  # a worker died, or Slack did not answer, after it had ended
        else:
            self._ask(live)

    def expire(self, live: PendingLink) -> None:
        """End a link that is over, or that a newer one replaces, and say so where it stands."""
        if live.link.expires_at > self.deps.clock():
            self.finish(live, Outcome.REPLACED)
        else:
            self._finish_unless_connected(live, Outcome.UNKNOWN)

    def cancel(self, live: PendingLink) -> None:
        """End a link that its person does not want any more; one that they were through with by then is connected."""
        self._finish_unless_connected(live, Outcome.CANCELLED)

    def revoke(self, live: PendingLink) -> None:
        """End a link whose credentials is gone, or whose workspace has removed the app."""
        self.finish(live, Outcome.REVOKED)

    def finish(self, live: PendingLink, outcome: Outcome, connection: Connection | None = None) -> None:
        """End the link and tell the person; does nothing when it had ended before."""
        finished = self.deps.links.mark_finished(live, outcome, connection)
        if finished is None:
            return
        self.deps.states.take(live.link.state)
        log.info("link.ended", outcome=outcome.value, **whose(live))
        self.tell(finished)
        self.refresh(live.person)

    def _ask(self, live: PendingLink) -> None:
        live = replace(live, polls=live.polls + 1)
        try:
            completion = self.check(live, live.polls)
        except UserError:
            self.revoke(live)
            return
        except UpstreamError as exc:
            if exc.service != "platform" and exc.code != BROKEN_RECORD:
                raise
            self._failed(live, exc)
            return
        now = self.deps.clock()
        if completion.outcome is not None:
            self.finish(live, completion.outcome, completion.connection)
        else:
            self.messages.show_checked(live)
            self._again(live, now)

    def _finish_unless_connected(self, live: PendingLink, outcome: Outcome) -> None:
        try:
            completion = self.check(live)
        except (UserError, UpstreamError):
            completion = Completion(None)  # no sentence of these ends claims that nothing was connected
        if completion.outcome is Outcome.CONNECTED:
            self.finish(live, Outcome.CONNECTED, completion.connection)
        else:
            self.finish(live, outcome)

    def _look_late(self, live: PendingLink) -> None:
        """Look once more after the end: whoever finished after our time was over is told so, in the same place."""
        try:
            listed = self.check.by_list(live)
        except UserError:
            self.deps.schedule.forget(live)
            return
        except UpstreamError as exc:
            if exc.service != "platform":
                raise
            listed = Completion(None)
        corrected = self.deps.links.correct(live, listed.connection) if listed.connection else None
        if corrected is None:
            self._follow_up(live)
            return
        log.info("link.corrected", outcome=Outcome.CONNECTED.value, **whose(live))
        self.tell(corrected)
        self.refresh(live.person)

    def _follow_up(self, live: PendingLink) -> None:
        """Have the link looked at after its end, as long as that may change what its person was told."""
        if live.late_looks < _late_looks(live):
            looks = self.deps.links.count_late_look(live.id)
            due = self.deps.clock() + LATE_LOOKS[min(looks, len(LATE_LOOKS)) - 1]
            self.deps.schedule.put(live, due, is_prioritized=False)
        else:
            self.deps.schedule.forget(live)

    def _failed(self, live: PendingLink, exc: UpstreamError) -> None:
        log.info("link.outage", status=exc.status, code=exc.code, trace_id=exc.trace_id, **whose(live))
        now = self.deps.clock()
        wanted = min(exc.retry_after or 0.0, LONGEST_WANTED)
        if wanted and not self.check.is_own_key(live):  # of one's own key nobody else's polls know anything
            self.deps.schedule.pause(live.link.organization_id, wanted)
        if now >= live.link.expires_at + UNKNOWN_AFTER_SECONDS:
            self.finish(live, Outcome.UNKNOWN)
        else:
            self._again(live, now, at_least=wanted)

    def _again(self, live: PendingLink, now: float, at_least: float = 0.0) -> None:
        is_prioritized = self.check.is_prioritized(live)
        prioritized_for = now - live.prioritized_at if live.prioritized_at and is_prioritized else None
        pause = max(at_least, _pause(prioritized_for, live.polls) * (0.85 + 0.3 * self.deps.random()))
        due = now + pause if now >= live.link.expires_at else min(now + pause, live.link.expires_at)
        self.deps.schedule.put(live, due, is_prioritized=is_prioritized)

    def tell(self, live: PendingLink) -> None:
        """Tell the person how it ended; again later where Slack does not answer, or lets nothing of ours through."""
        passing = None
        try:
            if self.messages.show(live, Ended(live)):
                self._follow_up(live)
                return
            pause = MENDED_SECONDS
        except UpstreamError as exc:
            if exc.service != "slack":
                raise
            passing, pause = exc, max(TELL_AGAIN_SECONDS, exc.retry_after or 0.0)
        now = self.deps.clock()
        late = LATE_SECONDS if live.late_looks else 0.0  # what was found late is told as long
        if now < live.link.expires_at + late + RESPONSE_URL_SECONDS:
            self.deps.schedule.put(live, now + pause * (1 + 0.2 * self.deps.random()), is_prioritized=True)
            return
        if passing is not None:
            log.error("link.notify_failed", codes=[passing.code], **whose(live))
        self._follow_up(live)


def _late_looks(live: PendingLink) -> int:
    """Return how often is looked after its end: a few times only for with which account the person is connected."""
    if live.outcome is Outcome.CONNECTED and live.connection is None:
        return ACCOUNT_LOOKS
    return len(LATE_LOOKS) if live.outcome in CORRECTABLE else 0


def _pause(prioritized_for: float | None, polls: int) -> float:
    """Return the seconds until the next poll, before the jitter."""
    if prioritized_for is None:
        return min(LONGEST_PAUSE, 2.0 * 1.5 ** min(polls, 10))
    return 2.0 if prioritized_for < 60 else 4.0
