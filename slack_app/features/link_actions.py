"""What the buttons of a link's message do, each only for the person for whom the link was made (security.md 6)."""

from __future__ import annotations

from dataclasses import dataclass, replace

from slack_app.errors import UpstreamError, UserError
from slack_app.features.connect import CONNECT_CHOSEN
from slack_app.features.link_messages import Ended
from slack_app.features.ownership import OwnershipRules
from slack_app.features.poll import LinkPoller
from slack_app.features.respond import respond
from slack_app.model.facts import MessageFact
from slack_app.model.jobs import Job
from slack_app.model.links import EphemeralRef, PendingLink
from slack_app.model.tasks import Permission, Task
from slack_app.model.workspaces import Change
from slack_app.ports.jobs import Progress

RENEW_LINK = Task("link.renew", Permission.CONNECT, former_kinds=("renew",))
CANCEL_LINK = Task("link.cancel", Permission.ANYBODY, former_kinds=("cancel",))
WRONG_ACCOUNT = Task("link.wrong_account", Permission.CONNECT, unavailable="not_disconnected", former_kinds=("disown",))


@dataclass(frozen=True, slots=True)
class WrongAccountDisconnected(MessageFact):
    """The account that was connected through the link was somebody else's, and is disconnected."""

    live: PendingLink


@dataclass(frozen=True, slots=True)
class LinkActions:
    """The use cases with what they need."""

    poller: LinkPoller
    ownership: OwnershipRules

    @RENEW_LINK.handler
    def renew(self, job: Job, _progress: Progress) -> str:
        """Bring a new link into the message of the old one; a link that lives stays what it is."""
        old = self._own(job)
        again = replace(
            job,
            id=f"{job.id}:again",
            kind=CONNECT_CHOSEN.kind,  # which knows the tool and its details, should it have to wait for an admin
            connector_type=old.link.connector_type,
            parameters=old.parameters,
            message=old.dm,
            person=old.person,
            target_id=old.id,
        )
        self.poller.deps.queue.enqueue(again)
        return "renewed"

    @CANCEL_LINK.handler
    def cancel(self, job: Job, _progress: Progress) -> str:
        """End the link; a private message that still offers one that has ended says how, pressed again or late."""
        live = self._pressed(job)
        if live.outcome is None:
            self.poller.cancel(live)
        elif job.can_replace:
            respond(self.poller.deps.messenger, job, Ended(live))
        return "cancelled"

    @WRONG_ACCOUNT.handler
    def disconnect_wrong_account(self, job: Job, _progress: Progress) -> str:
        """Disconnect the account that was connected through the link; pressed again it does no harm."""
        live = self._pressed(job)
        if live.connection is None:
            raise UserError("button_outdated")
        credentials = self.poller.check.resolve_credentials(live.person)
        if not live.link.is_made_with(credentials):  # with others it would not be found, and stay connected
            raise UserError("not_disconnected", connector_type=live.link.connector_type)
        if self.ownership.is_of_colleague(credentials, live.person, live.connection):  # their own link said so since
            raise UserError("connection_not_yours")
        try:
            self.poller.deps.platform.disconnect(credentials, live.connection.id)
        except UpstreamError as exc:
            if exc.retryable:
                raise
            raise UserError("not_disconnected", connector_type=live.link.connector_type) from exc
        self.ownership.release(credentials, live.connection)
        by, tool_key = live.person, live.link.connector_type
        removed = Change(
            self.poller.deps.clock(), by.team_id, by.user_id, "disconnected", tool_key, f"{live.id}:removed"
        )
        self.poller.deps.audit.note_use(removed)
        self.poller.deps.schedule.forget(live)  # or "connected" is told again where Slack had not taken it yet
        self.poller.messages.show(live, WrongAccountDisconnected(live))
        self.poller.refresh(live.person)
        return "wrong_account_disconnected"

    def _pressed(self, job: Job) -> PendingLink:
        """Return the link; what becomes of it is shown in the private message that was pressed, too."""
        live = self._own(job)
        if not job.can_replace:
            return live
        self.poller.deps.links.add_ephemeral(live.id, EphemeralRef(job.response_url, job.channel_id, job.accepted_at))
        return self._own(job)

    def _own(self, job: Job) -> PendingLink:
        live = self.poller.deps.links.get(job.target_id)
        if live is None or live.person != job.person:
            raise UserError("button_outdated")
        return replace(live, person=job.person.at(live.person))
