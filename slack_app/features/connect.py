"""Gets a person the link that connects a tool: make it (create_link.py), bring it to them (deliver_link.py).

Each step looks first at what was already done of the job, so that a repeated job does only the rest. A person has at
most one live link to a tool: whoever asks again gets the same one, at the end of the conversation.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from slack_app.errors import DetailsNeeded, RetryLater, UpstreamError, UserError
from slack_app.features.connections import with_health
from slack_app.features.create_link import AlreadyConnected, CreateLink, InTurn
from slack_app.features.credentials import CredentialResolver
from slack_app.features.deliver_link import DeliverLink
from slack_app.features.dependencies import Dependencies
from slack_app.features.details import SUBMIT_DETAILS, AskDetails
from slack_app.features.key import ending_of
from slack_app.features.names import Names
from slack_app.features.policy import Policy
from slack_app.features.respond import channel_of, log_closed_way, respond
from slack_app.features.verbs import Said
from slack_app.model.facts import AcknowledgementFact, MessageFact, ModalFact
from slack_app.model.jobs import Job
from slack_app.model.links import PendingLink
from slack_app.model.parameters import canonical
from slack_app.model.tasks import Permission, Task
from slack_app.model.tools import Connection, Connector
from slack_app.model.workspaces import Credentials
from slack_app.ports.home import Refreshing
from slack_app.ports.jobs import Progress

Asked = TypeVar("Asked")

MOST_NAMED = 10
"""Accounts of one tool; nobody has more to choose from."""

CONNECT = Task("connect", Permission.CONNECT, payload=Said, is_awaited=True, makes_link=True, unavailable="")
"""What was typed, to be understood (understand.py)."""
CONNECT_CHOSEN = Task("connect.chosen", Permission.CONNECT, is_awaited=True, makes_link=True, unavailable="")
"""A tool that was chosen where it was shown: its key goes to the platform as the platform listed it."""


@dataclass(frozen=True, slots=True)
class Accepted(AcknowledgementFact):
    """The request was taken on; `connector_type` is empty where it may be no tool that the person wrote of."""

    connector_type: str


@dataclass(frozen=True, slots=True)
class AcceptedForLater(MessageFact):
    """The request was taken on while no worker lives: its answer may take longer."""

    accepted: AcknowledgementFact


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
class LinkLoading(ModalFact):
    """The tool was chosen in the modal, and its link is being made."""


@dataclass(frozen=True, slots=True)
class LinkInModal(ModalFact):
    """The link, in the modal that it was asked for in; the direct message has it, too, and says how it ends.

    `key_ending` is of the key that was just saved there; None where none was.
    """

    live: PendingLink
    key_ending: str | None = None


@dataclass(frozen=True, slots=True)
class AnsweredElsewhere(ModalFact):
    """What came of the request stands in the channel where it was made; empty for the direct message.

    `key_ending` is of the key that was just saved in the modal; None where none was.
    """

    channel_id: str = ""
    key_ending: str | None = None


@dataclass(frozen=True, slots=True)
class Connect:
    """The use case with what it needs.

    `expire` ends a link that a newer one replaces, and says so where it stands; `revoke` one that nobody has seen.
    """

    deps: Dependencies
    resolve_credentials: CredentialResolver
    policy: Policy
    create_link: CreateLink
    deliver_link: DeliverLink
    names: Names
    details: AskDetails
    refresh: Refreshing
    expire: Callable[[PendingLink], None]
    revoke: Callable[[PendingLink], None]

    @CONNECT_CHOSEN.handler
    def run(self, job: Job, progress: Progress) -> str:
        """Bring the link to the person; returns the outcome of the job.

        Raises UserError for what they are to be told, RetryLater when they have to wait, UpstreamError for the rest.
        """
        return self.with_modal(job, progress, self.bring)

    def with_modal(self, job: Job[Asked], progress: Progress, bring: Callable[[Job[Asked], Progress], str]) -> str:
        """Bring the link, or whatever there is to say, and show the link in the modal that waits for it."""
        try:
            outcome = bring(job, progress)
        except UserError:
            self._show_in_modal(job, None)
            raise
        if job.view_id:
            link_id = progress.link_id if outcome == "link_sent" else None
            self._show_in_modal(job, self.deps.links.get(link_id) if link_id else None)
        return outcome

    def _show_in_modal(self, job: Job[Any], live: PendingLink | None) -> None:
        """Show the link in the modal; where that is closed, or Slack took no direct message, it stands elsewhere."""
        if not job.view_id:
            return
        key_ending = ending_of(self.deps.keys.get(job.person)) if job.is_after_key else None
        fact: ModalFact = AnsweredElsewhere(channel_of(job), key_ending)
        if live and live.dm and not self._is_over(live):
            fact = LinkInModal(live, key_ending)
        try:
            self.deps.messenger.update_modal(job.person, job.view_id, fact)
        except UpstreamError as exc:
            log_closed_way("modal", exc)

    def bring(self, job: Job, progress: Progress) -> str:
        """Bring the link, or ask for what is missing; returns the outcome. Raises as `run` does."""
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
            if not self.deps.is_installed(job.person):  # the app was removed while the link was being made
                self.revoke(live)
                raise UpstreamError("slack", code="not_installed")
            try:
                has_home = self.deliver_link(job, progress, live)
            except UpstreamError:
                if live.reference == job.reference and progress.record_undelivered():
                    self.policy.give_back(job.person, live.link.organization_id)
                raise
            if has_home:
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
        if live and live.outcome is None:
            self.deps.states.remember(live.link, live.person)
        return live

    def _is_over(self, live: PendingLink) -> bool:
        return live.outcome is not None or live.link.expires_at <= self.deps.clock()

    def _live_link(self, job: Job, progress: Progress) -> PendingLink:
        credentials = self._credentials(job)
        connector = self._allowed(job, credentials.organization_id)
        return self._claimed(job, progress, credentials, connector.name)

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

    def _claimed(self, job: Job, progress: Progress, credentials: Credentials, name: str) -> PendingLink:
        """Return the person's live link to the tool, or make one."""
        limits = self.policy.link_limits(job.person, credentials.organization_id)
        while link_id := (begun := self.deps.link_steps.begin(job, credentials, limits)).link_id:
            live = self.deps.links.get(link_id)
            if live and not self._is_over(live) and self._is_same(live, job, credentials):
                self.deps.states.remember(live.link, job.person)  # whoever made it may have died before
                progress.record_link(live.id)
                self.names.refresh_in_background(credentials)
                return live
            self.deps.links.release(job.person, job.connector_type, link_id)
            if live:
                self.expire(live)
        try:
            return self.create_link(job, progress, credentials, name, begun)
        except BaseException as exc:
            self.deps.links.release_claim(credentials.organization_id, job)
            if not (isinstance(exc, RetryLater) and isinstance(exc.fact, InTurn)):
                self.deps.links.leave_queue(credentials.organization_id, job)  # it may not come again
            raise

    def _is_same(self, live: PendingLink, job: Job, credentials: Credentials) -> bool:
        asks_for_other = job.parameters and canonical(job.parameters) != canonical(live.parameters)
        return live.link.is_made_with(credentials) and not asks_for_other
