"""Disconnects, turns on or off and renames what somebody typed: what of it is connected, or else what may be meant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from slack_app.features.credentials import CredentialResolver, platform_errors
from slack_app.features.dependencies import Dependencies
from slack_app.features.names import Names, log_known
from slack_app.features.ownership import OwnershipRules
from slack_app.features.respond import respond
from slack_app.features.search import alternatives, lookup
from slack_app.features.status import ASK_DISCONNECT, ConfirmDisconnect, ShowStatus, Status
from slack_app.features.understand import MOST_WORDS, said_in, tools_in
from slack_app.features.verbs import Said, Verb
from slack_app.model.facts import MessageFact
from slack_app.model.jobs import Job
from slack_app.model.tasks import Permission, Task
from slack_app.model.tools import Connection, Connector, Owner
from slack_app.model.workspaces import Credentials
from slack_app.ports.jobs import Progress

CHANGE = Task("connection.change", Permission.CONNECT, payload=Said, is_awaited=True)


@dataclass(frozen=True, slots=True)
class NotConnected(MessageFact):
    """The tool exists, and the person has not connected it; `can_connect`: that is what they want to hear next."""

    tool_key: str
    tool: str
    can_connect: bool


@dataclass(frozen=True, slots=True)
class DisconnectChoice(MessageFact):
    """What can be disconnected; `unknown` is what was typed where no tool is called so, `is_near` if these may be."""

    connections: Sequence[Connection]
    unknown: str = ""
    is_near: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """The use cases with what they need."""

    deps: Dependencies
    resolve_credentials: CredentialResolver
    names: Names
    ownership: OwnershipRules
    status: ShowStatus

    @ASK_DISCONNECT.handler
    def ask_disconnect(self, job: Job[Said], _progress: Progress) -> str:
        """Ask before anything is disconnected: of the tool that is meant, or what, where it is not clear."""
        said, credentials = said_in(job), self.resolve_credentials(job.person)
        accounts = platform_errors(credentials, self.deps.platform.accounts)
        seen = self.ownership.listed(credentials, job.person, accounts)
        tools = self._known(said, credentials, seen)
        if len(tools) == 1:
            return self._confirm(job, credentials, tools[0])
        typed = "" if tools else " ".join(said.name)
        own = [connection for connection in seen if connection.id]
        connected = _tools_of(own)
        near = alternatives(typed, connected) if typed and len(said.name) <= MOST_WORDS else {}
        shown = {tool.tool_key for tool in tools} or near.keys() or {tool.tool_key for tool in connected}
        found = [connection for connection in own if connection.tool_key in shown]
        choice = DisconnectChoice(found, typed, is_near=bool(near))
        respond(self.deps.messenger, job, choice)
        return "disconnect_asked"

    def _confirm(self, job: Job[Said], credentials: Credentials, tool: Connector) -> str:
        log_known(tool.tool_key)
        found = self._found(job, credentials, tool)
        fact: MessageFact = ConfirmDisconnect(tool.name, found)
        if not found:
            fact = NotConnected(tool.tool_key, tool.name, can_connect=False)
        respond(self.deps.messenger, job, fact)
        return "disconnect_asked"

    @CHANGE.handler
    def change(self, job: Job[Said], progress: Progress) -> str:
        """Turn a connection on or off, or rename it; where it is not clear which, show what is connected."""
        said, credentials = job.payload, self.resolve_credentials(job.person)
        accounts = platform_errors(credentials, self.deps.platform.accounts)
        tools = self._known(said, credentials, self.ownership.listed_as_member(credentials, job.person, accounts))
        bare: Job[Any] = job
        if len(tools) != 1:
            return self.status.show(bare, progress)
        [tool] = tools
        log_known(tool.tool_key)
        seen = self._found(job, credentials, tool)
        found = [connection for connection in seen if connection.owner is Owner.SELF]
        if not found:
            can_connect = said.verb is Verb.TURN_ON
            respond(self.deps.messenger, job, NotConnected(tool.tool_key, tool.name, can_connect))
            return "not_connected"
        is_clear = len(found) == 1 and not said.is_doubtful and bool(lookup(" ".join(said.name), tools))
        if not is_clear or (said.verb is Verb.RENAME and not job.trigger_id):
            respond(self.deps.messenger, job, Status(seen))
            return "status_shown"
        changes = {Verb.TURN_ON: self.status.turn_on, Verb.TURN_OFF: self.status.turn_off}
        change = changes.get(said.verb, self.status.open_rename)
        return change(replace(bare, connector_type=tool.tool_key, target_id=found[0].id, payload=None), progress)

    def _known(self, said: Said, credentials: Credentials, accounts: Sequence[Connection]) -> Sequence[Connector]:
        """Return the tools that are meant, of what is listed and of what is connected."""
        listed = self.deps.catalogue.connectors(credentials.organization_id)
        connected = _tools_of(accounts)
        tools, _ = tools_in(said, _merged(listed or [], connected))
        if not tools and said.name:
            tools, _ = tools_in(said, _merged(self.names.fetch_or_none(credentials) or listed or [], connected))
        return tools

    def _found(self, job: Job[Said], credentials: Credentials, tool: Connector) -> Sequence[Connection]:
        """Return what the person may see of the tool's connections."""
        connected = platform_errors(credentials, self.deps.platform.connections_of, tool.tool_key)
        return self.ownership.of_tool(credentials, job.person, connected)


def _tools_of(accounts: Sequence[Connection]) -> Sequence[Connector]:
    return [Connector(account.tool_key, account.name) for account in accounts]


def _merged(listed: Sequence[Connector], connected: Sequence[Connector]) -> Sequence[Connector]:
    return list({tool.tool_key: tool for tool in [*connected, *listed]}.values())
