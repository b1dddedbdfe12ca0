"""Shows a person what they have connected, and changes it: on, off, disconnected.

The list is read from the platform at the moment it is shown, and the tool's connections at the moment one is changed;
what a button carries is input, and names a connection only if it is among the person's own then.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import structlog

from slack_app.errors import UpstreamError
from slack_app.features.connections import MOST_SHOWN, with_health
from slack_app.features.credentials import CredentialResolver, platform_errors
from slack_app.features.dependencies import Dependencies
from slack_app.features.details import draft_of
from slack_app.features.names import log_known
from slack_app.features.ownership import OwnershipRules
from slack_app.features.respond import update_or_respond
from slack_app.features.verbs import Said
from slack_app.model.facts import AcknowledgementFact, MessageFact, ModalFact
from slack_app.model.jobs import Draft, Job
from slack_app.model.tasks import Permission, Reply, Task
from slack_app.model.tools import Connection, Owner
from slack_app.model.users import SlackUser
from slack_app.model.workspaces import Change, Credentials
from slack_app.ports.home import Refreshing
from slack_app.ports.jobs import Progress

log = structlog.get_logger("slack_app.status")


@dataclass(frozen=True, slots=True)
class NewName:
    """What the person wants to call a connection."""

    label: str


SHOW_STATUS = Task("status.show", Permission.CONNECT, is_awaited=True, former_kinds=("status",))
ASK_DISCONNECT = Task("disconnect.ask", Permission.CONNECT, payload=Said, is_awaited=True, former_kinds=("disconnect",))
DISCONNECT = Task("disconnect.confirm", Permission.CONNECT, is_awaited=True, former_kinds=("remove",))
CANCEL_DISCONNECT = Task("disconnect.cancel", Permission.ANYBODY, former_kinds=("keep",))
TURN_ON = Task("connection.turn_on", Permission.CONNECT, is_awaited=True, former_kinds=("turn_on",))
TURN_OFF = Task("connection.turn_off", Permission.CONNECT, is_awaited=True, former_kinds=("turn_off",))
OPEN_RENAME = Task("rename.open", Permission.CONNECT, former_kinds=("rename",))
SAVE_NAME = Task("rename.save", Permission.CONNECT, payload=NewName, is_awaited=True, former_kinds=("name",))


@dataclass(frozen=True, slots=True)
class StatusLoading(AcknowledgementFact):
    """The request was taken on: the connections are being looked up."""


@dataclass(frozen=True, slots=True)
class Changed:
    """What a press has just done to a connection: `removed`, `on`, `off`, `renamed`; `gone` when there was none.

    `late` when Slack did not let us ask for the name any more.
    """

    connection: Connection
    what: str


@dataclass(frozen=True, slots=True)
class Status(MessageFact):
    """Everything the person has connected, None where the platform does not say; and what was just done to it."""

    connections: Sequence[Connection] | None
    changed: Changed | None = None


@dataclass(frozen=True, slots=True)
class ConfirmDisconnect(MessageFact):
    """What would be disconnected; several, where the person has several accounts of the tool."""

    tool: str
    connections: Sequence[Connection]


@dataclass(frozen=True, slots=True)
class DisconnectCancelled(MessageFact):
    """The person decided to keep the connection."""


@dataclass(frozen=True, slots=True)
class RemovedByAdmin(MessageFact):
    """An admin disconnected what the person had connected; which of several, its number and age say."""

    connection: Connection
    admin_id: str


NOTIFY_OWNER = Task("disconnect.notify_owner", Permission.SYSTEM, payload=RemovedByAdmin, reply=Reply.NONE)


@dataclass(frozen=True, slots=True)
class AskName(ModalFact):
    """What is the connection to be called? The request to rename it waits under `draft_id`."""

    connection: Connection
    draft_id: str


@dataclass(frozen=True, slots=True)
class ShowStatus:
    """The use cases with what they need."""

    deps: Dependencies
    resolve_credentials: CredentialResolver
    ownership: OwnershipRules
    refresh: Refreshing

    @SHOW_STATUS.handler
    def show(self, job: Job, _progress: Progress) -> str:
        """List everything that is connected."""
        update_or_respond(self.deps.messenger, job, self._status(job, self.resolve_credentials(job.person)))
        return "status_shown"

    @CANCEL_DISCONNECT.handler
    def cancel_disconnect(self, job: Job, _progress: Progress) -> str:
        """Leave everything as it is."""
        update_or_respond(self.deps.messenger, job, DisconnectCancelled())
        return "kept"

    @DISCONNECT.handler
    def disconnect(self, job: Job, _progress: Progress) -> str:
        """Disconnect one; harmless when it is gone already. Whose it was is told when an admin did it."""
        credentials = self.resolve_credentials(job.person)
        connection = self._reachable(job, credentials, is_removal=True)
        what = "gone"
        if connection is not None and platform_errors(credentials, self.deps.platform.disconnect, connection.id):
            what = "removed"
            owner = self.ownership.release(credentials, connection)
            if connection.owner is Owner.SELF:
                self.deps.audit.note_use(self._removal(job, connection))
            else:
                self._note_removal(job, connection, owner)
        self._show(job, credentials, _changed(job, connection, what))
        return "disconnected"

    @TURN_ON.handler
    def turn_on(self, job: Job, _progress: Progress) -> str:
        """Let the assistant use one again."""
        return self._turn(job, is_active=True)

    @TURN_OFF.handler
    def turn_off(self, job: Job, _progress: Progress) -> str:
        """Let the assistant not use one; it stays connected."""
        return self._turn(job, is_active=False)

    @OPEN_RENAME.handler
    def open_rename(self, job: Job, _progress: Progress) -> str:
        """Ask what one is to be called."""
        credentials = self.resolve_credentials(job.person)
        connection, what = self._reachable(job, credentials), "gone"
        if connection is not None:
            try:
                question = AskName(connection, self.deps.drafts.save(Draft(job)))
                self.deps.messenger.open_modal(job.person, job.trigger_id, question)
            except UpstreamError as exc:
                if exc.service != "slack":
                    raise
                what = "late"
            else:
                return "name_asked"
        self._show(job, credentials, _changed(job, connection, what))
        return f"name_{what}"

    @SAVE_NAME.handler
    def save_name(self, job: Job[NewName], _progress: Progress) -> str:
        """Rename one to what was filled in, and show that where the button was pressed."""
        asked = draft_of(self.deps.drafts, job).job
        credentials = self.resolve_credentials(asked.person)
        connection, what = self._reachable(asked, credentials), "gone"
        if connection is not None:
            label = job.payload.label
            platform_errors(credentials, self.deps.platform.rename, connection.id, label)
            connection, what = replace(connection, label=label), "renamed"
        self._show(asked, credentials, _changed(asked, connection, what))
        return what

    def _turn(self, job: Job, *, is_active: bool) -> str:
        credentials = self.resolve_credentials(job.person)
        connection, what = self._reachable(job, credentials), "gone"
        if connection is not None:
            platform_errors(credentials, self.deps.platform.switch, connection.id, is_active=is_active)
            what = "on" if is_active else "off"
        self._show(job, credentials, _changed(job, connection, what))
        return f"turned_{what}"

    def _show(self, job: Job, credentials: Credentials, changed: Changed) -> None:
        """Tell the person what was done where the button was pressed, and bring the App Home up to date."""
        self.deps.catalogue.forget_connections(credentials, job.connector_type)
        if job.is_from_home:
            self.refresh(job.person, changed)
        else:
            try:
                status = self._status(job, credentials, changed)
            except UpstreamError as exc:
                if exc.service != "platform":
                    raise
                status = Status(None, changed)  # it is done: done again, it would be told as gone
            update_or_respond(self.deps.messenger, job, status)
            self.refresh(job.person)

    def _reachable(self, job: Job, credentials: Credentials, *, is_removal: bool = False) -> Connection | None:
        """Return what the button names, None when it is gone. Raises UserError where it is not theirs to change."""
        connected = platform_errors(credentials, self.deps.platform.connections_of, job.connector_type)
        found = self.ownership.reachable(credentials, job.person, connected, job.target_id, is_removal=is_removal)
        if found is not None:
            log_known(found.tool_key)
        return found

    def _note_removal(self, job: Job, connection: Connection, owner: SlackUser | None) -> None:
        """Note in the audit trail that an admin removed what is not theirs, and have whose it was told."""
        self.deps.audit.note(self._removal(job, connection))
        if owner is not None:
            unnamed = replace(connection, account="", label="")  # jobs name no account: they wait where Slack is away
            removed = RemovedByAdmin(unnamed, job.person.user_id)
            told = NOTIFY_OWNER.job(f"{job.id}:owner", owner, self.deps.clock(), payload=removed)
            self.deps.queue.enqueue(told)

    def _removal(self, job: Job, connection: Connection) -> Change:
        by = job.person
        return Change(self.deps.clock(), by.team_id, by.user_id, "disconnected", connection.tool_key, id=job.id)

    @NOTIFY_OWNER.handler
    def notify_owner(self, job: Job[RemovedByAdmin], _progress: Progress) -> str:
        """Tell the person that an admin disconnected what they had connected."""
        try:
            self.deps.messenger.post_dm(job.person, job.payload)
        except UpstreamError as exc:
            if exc.retryable or exc.service != "slack":
                raise
            log.info("owner.undelivered", code=exc.code)
            return "undelivered"
        self.refresh(job.person)
        return "owner_notified"

    def _status(self, job: Job, credentials: Credentials, changed: Changed | None = None) -> Status:
        accounts = platform_errors(credentials, self.deps.platform.accounts)
        found = self.ownership.listed(credentials, job.person, accounts)
        shown, rest = found[:MOST_SHOWN], found[MOST_SHOWN:]
        return Status([*with_health(self.deps, credentials, shown), *rest], changed)


def _changed(job: Job, connection: Connection | None, what: str) -> Changed:
    return Changed(connection or Connection("", job.connector_type, job.connector_type), what)
