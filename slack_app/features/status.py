"""Shows a person what they have connected, and changes it: on, off, disconnected.

Everything is read from the platform at the moment it is shown or changed; what a button carries is input, and names a
connection only if it is among the person's own then.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from typing import TypeVar

from slack_app.errors import UpstreamError, UserError
from slack_app.features.answer import answer
from slack_app.features.names import Names
from slack_app.model import Connection, Job, Posted
from slack_app.ports import Messenger, Organizations, Platform, Progress

Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Looking:
    """The request was taken on: the connections are being looked up."""


@dataclass(frozen=True, slots=True)
class Changed:
    """What a press has just done to a connection: `removed`, `on`, `off`, or `gone` when there was none any more."""

    connection: Connection
    what: str


@dataclass(frozen=True, slots=True)
class Status:
    """Everything the person has connected, and what was just done to it."""

    connections: Sequence[Connection]
    changed: Changed | None = None


@dataclass(frozen=True, slots=True)
class ConfirmDisconnect:
    """What would be disconnected; several, where the person has several accounts of the tool."""

    tool: str
    connections: Sequence[Connection]


@dataclass(frozen=True, slots=True)
class Kept:
    """The person decided to keep the connection."""


@dataclass(frozen=True, slots=True)
class StatusOf:
    """The use cases with what they need."""

    organizations: Organizations
    platform: Platform
    messenger: Messenger
    names: Names
    background: Executor

    def show(self, job: Job, _progress: Progress) -> str:
        """List everything that is connected."""
        self._say(job, self._status(self._organization(job)))
        return "status_shown"

    def ask(self, job: Job, _progress: Progress) -> str:
        """Ask before anything of the tool is disconnected."""
        organization_id = self._organization(job)
        meant = self.names.meant(organization_id, job.connector_type)
        found = self._explained(lambda: self.platform.connections_of(organization_id, meant.tool_key))
        self._say(job, ConfirmDisconnect(meant.name, found))
        return "disconnect_asked"

    def keep(self, job: Job, _progress: Progress) -> str:
        """Leave everything as it is."""
        self._say(job, Kept())
        return "kept"

    def remove(self, job: Job, _progress: Progress) -> str:
        """Disconnect one; harmless when it is gone already."""
        organization_id = self._organization(job)
        connection = self._own(job, organization_id)
        what = "gone"
        if connection is not None and self._explained(lambda: self._disconnect(organization_id, connection)):
            what = "removed"
        self._say(job, self._status(organization_id, _changed(job, connection, what)))
        return "disconnected"

    def turn_on(self, job: Job, _progress: Progress) -> str:
        """Let the assistant use one again."""
        return self._turn(job, is_active=True)

    def turn_off(self, job: Job, _progress: Progress) -> str:
        """Let the assistant not use one; it stays connected."""
        return self._turn(job, is_active=False)

    def _turn(self, job: Job, *, is_active: bool) -> str:
        organization_id = self._organization(job)
        connection, what = self._own(job, organization_id), "gone"
        if connection is not None:
            self._explained(lambda: self._switch(organization_id, connection, is_active))
            what = "on" if is_active else "off"
        self._say(job, self._status(organization_id, _changed(job, connection, what)))
        return f"turned_{what}"

    def _organization(self, job: Job) -> str:
        organization_id = self.organizations.organization_of(job.person)
        if organization_id is None:
            raise UserError("workspace_unmapped", team_id=job.person.team_id)
        return organization_id

    def _own(self, job: Job, organization_id: str) -> Connection | None:
        """Give the connection that the button names, if it is one of the person's now."""
        own = self._explained(lambda: self.platform.connections_of(organization_id, job.connector_type))
        return next((connection for connection in own if connection.id == job.details.get("credential_id")), None)

    def _status(self, organization_id: str, changed: Changed | None = None) -> Status:
        found = self._explained(lambda: self.platform.connections(organization_id))
        healths = list(self.background.map(self._health, found))
        connections = [replace(c, is_healthy=health) for c, health in zip(found, healths, strict=True)]
        return Status(sorted(connections, key=lambda c: (c.name.lower(), c.account)), changed)

    def _health(self, connection: Connection) -> bool | None:
        try:
            return self.platform.is_healthy(connection.id)
        except UpstreamError:
            return None

    def _disconnect(self, organization_id: str, connection: Connection) -> bool:
        return self.platform.disconnect(organization_id, connection.id)

    def _switch(self, organization_id: str, connection: Connection, is_active: bool) -> bool:
        self.platform.switch(organization_id, connection.id, is_active=is_active)
        return True

    def _explained(self, call: Callable[[], Found]) -> Found:
        """Turn a refusal that waiting does not mend into what the person can be told."""
        try:
            return call()
        except UpstreamError as exc:
            if exc.retryable:
                raise
            reason = {401: "account_unauthorized", 403: "account_forbidden"}.get(exc.status or 0, "account_fault")
            raise UserError(reason) from exc

    def _say(self, job: Job, fact: object) -> None:
        """Put it where the button was pressed, else answer."""
        if "dm" in job.details:
            self.messenger.edit_dm(job.person, Posted(**job.details["dm"]), fact)
        else:
            answer(self.messenger, job, fact)


def _changed(job: Job, connection: Connection | None, what: str) -> Changed:
    return Changed(connection or Connection("", job.connector_type, job.connector_type), what)
