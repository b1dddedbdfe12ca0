"""Shows a person what they have connected, and changes it: on, off, disconnected.

The list is read from the platform at the moment it is shown, and the tool's connections at the moment one is changed;
what a button carries is input, and names a connection only if it is among the person's own then.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

from slack_app.errors import UpstreamError
from slack_app.features.credentials import CredentialResolver, platform_errors
from slack_app.features.dependencies import Dependencies
from slack_app.features.details import draft_of
from slack_app.features.names import log_known
from slack_app.features.respond import update_or_respond
from slack_app.features.verbs import Said
from slack_app.model.facts import MessageFact, ModalFact
from slack_app.model.jobs import Draft, Job
from slack_app.model.tasks import Permission, Task
from slack_app.model.tools import Connection
from slack_app.model.workspaces import Credentials
from slack_app.ports.home import Refreshing
from slack_app.ports.jobs import Progress
from slack_app.ports.platform import Catalogue, Platform

MOST_SHOWN = 20
"""Two blocks each, of the 50 that a message may have: https://docs.slack.dev/reference/block-kit/blocks"""


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
class StatusLoading(MessageFact):
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
class AskName(ModalFact):
    """What is the connection to be called? The request to rename it waits under `draft_id`."""

    connection: Connection
    draft_id: str


@dataclass(frozen=True, slots=True)
class ShowStatus:
    """The use cases with what they need."""

    deps: Dependencies
    resolve_credentials: CredentialResolver
    refresh: Refreshing

    @SHOW_STATUS.handler
    def show(self, job: Job, _progress: Progress) -> str:
        """List everything that is connected."""
        update_or_respond(self.deps.messenger, job, self._status(self.resolve_credentials(job.person)))
        return "status_shown"

    @CANCEL_DISCONNECT.handler
    def cancel_disconnect(self, job: Job, _progress: Progress) -> str:
        """Leave everything as it is."""
        update_or_respond(self.deps.messenger, job, DisconnectCancelled())
        return "kept"

    @DISCONNECT.handler
    def disconnect(self, job: Job, _progress: Progress) -> str:
        """Disconnect one; harmless when it is gone already."""
        credentials = self.resolve_credentials(job.person)
        connection = self._own(job, credentials)
        what = "gone"
        if connection is not None and platform_errors(credentials, self.deps.platform.disconnect, connection.id):
            what = "removed"
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
        connection, what = self._own(job, credentials), "gone"
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
        connection, what = self._own(asked, credentials), "gone"
        if connection is not None:
            label = job.payload.label
            platform_errors(credentials, self.deps.platform.rename, connection.id, label)
            connection, what = replace(connection, label=label), "renamed"
        self._show(asked, credentials, _changed(asked, connection, what))
        return what

    def _turn(self, job: Job, *, is_active: bool) -> str:
        credentials = self.resolve_credentials(job.person)
        connection, what = self._own(job, credentials), "gone"
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
                status = self._status(credentials, changed)
            except UpstreamError as exc:
                if exc.service != "platform":
                    raise
                status = Status(None, changed)  # it is done: done again, it would be told as gone
            update_or_respond(self.deps.messenger, job, status)
            self.refresh(job.person)

    def _own(self, job: Job, credentials: Credentials) -> Connection | None:
        """Return the connection that the button names, if it is one of the person's now."""
        own = platform_errors(credentials, self.deps.platform.connections_of, job.connector_type)
        found = next((connection for connection in own if connection.id == job.target_id), None)
        if found is not None:
            log_known(found.tool_key)
        return found

    def _status(self, credentials: Credentials, changed: Changed | None = None) -> Status:
        accounts = platform_errors(credentials, self.deps.platform.accounts)
        found = with_ids(self.deps.platform, self.deps.catalogue, credentials, accounts)
        shown, rest = found[:MOST_SHOWN], found[MOST_SHOWN:]
        healths = list(self.deps.background.map(partial(self._health, credentials), shown))
        looked_at = [replace(c, is_healthy=health) for c, health in zip(shown, healths, strict=True)]
        return Status([*looked_at, *rest], changed)

    def _health(self, credentials: Credentials, connection: Connection) -> bool | None:
        return self.deps.catalogue.health(connection.id, partial(self._ask_health, credentials, connection.id))

    def _ask_health(self, credentials: Credentials, credential_id: str) -> bool | None:
        try:
            return self.deps.platform.is_healthy(credentials, credential_id)
        except UpstreamError:
            return None


def with_ids(
    platform: Platform, catalogue: Catalogue, credentials: Credentials, accounts: Sequence[Connection]
) -> Sequence[Connection]:
    """Return the accounts by their tools' names, those that are shown with the ids that change them.

    That is one request for each tool that is shown, and none where the list says the same of the tool as it did a
    moment ago. Raises UserError, UpstreamError.
    """
    by_name = sorted(accounts, key=lambda account: (account.name.lower(), account.account))
    found: list[Connection] = []
    for tool_key in dict.fromkeys(account.tool_key for account in by_name):
        listed = [account for account in by_name if account.tool_key == tool_key]
        if len(found) >= MOST_SHOWN:
            found += listed
            continue
        own = catalogue.connections(credentials, tool_key)
        if own is None or _as_listed(own) != _as_listed(listed):
            own = platform_errors(credentials, platform.connections_of, tool_key)
            catalogue.save_connections(credentials, tool_key, own)
        found += sorted(own, key=lambda connection: connection.account)
    return found


def _as_listed(connections: Sequence[Connection]) -> Sequence[tuple[str, bool]]:
    """Return what both of the platform's lists say of connections."""
    return sorted((connection.account, connection.is_active) for connection in connections)


def _changed(job: Job, connection: Connection | None, what: str) -> Changed:
    return Changed(connection or Connection("", job.connector_type, job.connector_type), what)
