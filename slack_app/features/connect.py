"""Gets a person the link that connects a tool, and brings it to them in private; poll.py follows it from there.

Each step looks first at what was already done of the job, so that a repeated job does only the rest. A person has at
most one live link to a tool: whoever asks again gets the same one, at the end of the conversation.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from slack_app.errors import DetailsNeeded, Meaning, RetryLater, UpstreamError, UserError
from slack_app.features.connections import with_health
from slack_app.features.create_link import AlreadyConnected, CreateLink, InTurn
from slack_app.features.credentials import CredentialResolver
from slack_app.features.dependencies import Dependencies
from slack_app.features.details import SUBMIT_DETAILS, AskDetails
from slack_app.features.names import Names
from slack_app.features.policy import Policy
from slack_app.features.respond import answer_beside, log_closed_way, respond
from slack_app.features.verbs import Said
from slack_app.model.facts import MessageFact, ModalFact
from slack_app.model.jobs import Job
from slack_app.model.links import EphemeralRef, Outcome, PendingLink
from slack_app.model.messages import MessageRef
from slack_app.model.tasks import Permission, Task
from slack_app.model.tools import Connection, Connector
from slack_app.model.workspaces import Credentials
from slack_app.ports.home import Refreshing
from slack_app.ports.jobs import Progress

FIRST_LOOK_SECONDS = 2.0
"""After the link was sent; nobody is through a consent page sooner."""
DM_PATIENCE_SECONDS = 10.0
"""So long Slack may ask us to wait with a direct message before the link is brought in the private answer alone."""

MOST_NAMED = 10
"""Accounts of one tool; nobody has more to choose from."""

CONNECT = Task("connect", Permission.CONNECT, payload=Said, is_awaited=True, makes_link=True, unavailable="")
"""What was typed, to be understood (understand.py)."""
CONNECT_CHOSEN = Task("connect.chosen", Permission.CONNECT, is_awaited=True, makes_link=True, unavailable="")
"""A tool that was chosen where it was shown: its key goes to the platform as the platform listed it."""


@dataclass(frozen=True, slots=True)
class Accepted(MessageFact):
    """The request was taken on; `connector_type` is empty where it may be no tool that the person wrote of."""

    connector_type: str


@dataclass(frozen=True, slots=True)
class StillWorking(MessageFact):
    """It takes longer than a person expects; the app keeps trying until `until` (epoch seconds)."""

    connector_type: str
    until: float


@dataclass(frozen=True, slots=True)
class ConnectedAlready(MessageFact):
    """The person has connected the tool that they ask for: as whom, and whether it works."""

    connections: Sequence[Connection]


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
class LinkLoading(ModalFact):
    """The tool was chosen in the modal, and its link is being made."""


@dataclass(frozen=True, slots=True)
class LinkInModal(ModalFact):
    """The link, in the modal where the tool was chosen; the direct message has it, too, and says how it ends."""

    live: PendingLink


@dataclass(frozen=True, slots=True)
class AnsweredInDm(ModalFact):
    """What came of the choice in the modal stands in the direct message."""


@dataclass(frozen=True, slots=True)
class Connect:
    """The use case with what it needs.

    `expire` ends a link that a newer one replaces, and says so where it stands; `revoke` one that nobody has seen;
    `tell` says of an ended one how it ended.
    """

    deps: Dependencies
    resolve_credentials: CredentialResolver
    policy: Policy
    create_link: CreateLink
    names: Names
    details: AskDetails
    refresh: Refreshing
    expire: Callable[[PendingLink], None]
    revoke: Callable[[PendingLink], None]
    tell: Callable[[PendingLink], None]

    @CONNECT_CHOSEN.handler
    def run(self, job: Job, progress: Progress) -> str:
        """Bring the link to the person; returns the outcome of the job.

        Raises UserError for what they are to be told, RetryLater when they have to wait, UpstreamError for the rest.
        """
        try:
            outcome = self._run(job, progress)
        except UserError:
            self._show_in_modal(job, None)
            raise
        link_id = progress.link_id if outcome == "link_sent" else None
        self._show_in_modal(job, self.deps.links.get(link_id) if link_id else None)
        return outcome

    def _show_in_modal(self, job: Job, live: PendingLink | None) -> None:
        """Show the link in the modal that waits for it; where that is closed, the direct message has it anyway."""
        if not job.view_id:
            return
        fact = LinkInModal(live) if live and not self._is_over(live) else AnsweredInDm()
        try:
            self.deps.messenger.update_modal(job.person, job.view_id, fact)
        except UpstreamError as exc:
            log_closed_way("modal", exc)

    def _run(self, job: Job, progress: Progress) -> str:
        try:
            live = self._begun(progress) or self._live_link(job, progress)
        except DetailsNeeded as needed:
            return self.details.request(job, needed)
        except AlreadyConnected as known:
            credentials = self.resolve_credentials(job.person)
            found = with_health(self.deps, credentials, known.connections[:MOST_NAMED])
            respond(self.deps.messenger, job, ConnectedAlready(found))
            return "already_connected"
        if live.outcome is None:
            self.deps.states.remember(live.link, job.person)
            if not self.deps.is_installed(job.person):  # the app was removed while the link was being made
                self.revoke(live)
                raise UpstreamError("slack", code="not_installed")
            try:
                self._deliver(job, progress, live)
            except UpstreamError:
                if live.reference == job.reference and progress.record_undelivered():
                    self.policy.give_back(job.person, live.link.organization_id)
                raise
            self.refresh(job.person)
        return "link_sent"

    @SUBMIT_DETAILS.handler
    def submit_details(self, job: Job, progress: Progress) -> str:
        """Go on with a request that waited for details."""
        return self.run(self.details.filled(job), progress)

    def _begun(self, progress: Progress) -> PendingLink | None:
        """Return the link of an earlier try at this job; an expired one is made anew while nobody has seen it."""
        live = self.deps.links.get(progress.link_id) if progress.link_id else None
        if live and progress.dm is None and self._is_over(live):
            return None
        return live

    def _is_over(self, live: PendingLink) -> bool:
        return live.outcome is not None or live.link.expires_at <= self.deps.clock()

    def _live_link(self, job: Job, progress: Progress) -> PendingLink:
        credentials = self._credentials(job)
        connector = self._allowed(job, credentials.organization_id)
        live = self._claimed(job, credentials, connector.name)
        progress.record_link(live.id)
        self.names.refresh_in_background(credentials)
        return live

    def _credentials(self, job: Job) -> Credentials:
        """Return the person's credentials; whoever lacks a key hears first what it would not help with."""
        try:
            return self.resolve_credentials(job.person)
        except UserError as exc:
            if exc.reason == "key_needed":
                self._allowed(job, str(exc.facts["organization_id"]))
            raise

    def _allowed(self, job: Job, organization_id: str) -> Connector:
        """Return the connector that was chosen, if the person may connect it."""
        connector = self.names.chosen(organization_id, job.connector_type)
        self.policy.check_connector(job.person, connector)
        return connector

    def _claimed(self, job: Job, credentials: Credentials, name: str) -> PendingLink:
        """Return the person's live link to the tool, or make one."""
        while link_id := self.deps.links.claim(job.person, job.connector_type, job.id):
            live = self.deps.links.get(link_id)
            if live and not self._is_over(live) and self._is_same(live, job, credentials):
                return live
            self.deps.links.release(job.person, job.connector_type, link_id)
            if live:
                self.expire(live)
        try:
            return self.create_link(job, credentials, name)
        except BaseException as exc:
            self.deps.links.release_claim(credentials.organization_id, job)
            if not (isinstance(exc, RetryLater) and isinstance(exc.fact, InTurn)):
                self.deps.links.leave_queue(credentials.organization_id, job)  # it may not come again
            raise

    def _is_same(self, live: PendingLink, job: Job, credentials: Credentials) -> bool:
        asks_for_other = job.parameters and json.dumps(job.parameters) != json.dumps(live.parameters)  # 1 is not True
        return live.link.is_made_with(credentials) and not asks_for_other

    def _deliver(self, job: Job, progress: Progress, live: PendingLink) -> None:
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
