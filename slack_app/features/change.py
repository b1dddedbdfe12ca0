"""Disconnects, turns on or off and renames what somebody typed: what of it is connected, or else what may be meant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from slack_app.features.credentials import CredentialResolver, platform_errors
from slack_app.features.dependencies import Dependencies
from slack_app.features.names import Names, log_known
from slack_app.features.respond import respond
from slack_app.features.search import fitting, lookup
from slack_app.features.status import ASK_DISCONNECT, ConfirmDisconnect, ShowStatus, Status, with_ids
from slack_app.features.understand import MOST_WORDS, said_in, tools_in
from slack_app.features.verbs import Said, Verb
from slack_app.model.facts import MessageFact
from slack_app.model.jobs import Job
from slack_app.model.tasks import Permission, Task
from slack_app.model.tools import Connection, Connector
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
    status: ShowStatus

    @ASK_DISCONNECT.handler
    def ask_disconnect(self, job: Job[Said], _progress: Progress) -> str:
        """Ask before anything is disconnected: of the tool that is meant, or what, where it is not clear."""
        said, credentials = said_in(job), self.resolve_credentials(job.person)
        accounts = platform_errors(credentials, self.deps.platform.accounts)
        tools = self._known(said, credentials, accounts)
        if len(tools) == 1:
            return self._confirm(job, credentials, tools[0])
        typed = "" if tools else " ".join(said.name)
        connected = _tools_of(accounts)
        near = fitting(typed, connected) if typed and len(said.name) <= MOST_WORDS else {}
        shown = {tool.tool_key for tool in tools} or near.keys() or {tool.tool_key for tool in connected}
        found = [account for account in accounts if account.tool_key in shown]
        choice = DisconnectChoice(self._with_ids(credentials, found), typed, is_near=bool(near))
        respond(self.deps.messenger, job, choice)
        return "disconnect_asked"

    def _confirm(self, job: Job[Said], credentials: Credentials, tool: Connector) -> str:
        log_known(tool.tool_key)
        found = platform_errors(credentials, self.deps.platform.connections_of, tool.tool_key)
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
        tools = self._known(said, credentials, accounts)
        bare: Job[Any] = job
        if len(tools) != 1:
            return self.status.show(bare, progress)
        [tool] = tools
        log_known(tool.tool_key)
        found = platform_errors(credentials, self.deps.platform.connections_of, tool.tool_key)
        if not found:
            can_connect = said.verb is Verb.TURN_ON
            respond(self.deps.messenger, job, NotConnected(tool.tool_key, tool.name, can_connect))
            return "not_connected"
        is_clear = len(found) == 1 and not said.is_doubtful and bool(lookup(" ".join(said.name), tools))
        if not is_clear or (said.verb is Verb.RENAME and not job.trigger_id):
            respond(self.deps.messenger, job, Status(self._with_ids(credentials, found)))
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

    def _with_ids(self, credentials: Credentials, accounts: Sequence[Connection]) -> Sequence[Connection]:
        return with_ids(self.deps.platform, self.deps.catalogue, credentials, accounts)


def _tools_of(accounts: Sequence[Connection]) -> Sequence[Connector]:
    return [Connector(account.tool_key, account.name) for account in accounts]


def _merged(listed: Sequence[Connector], connected: Sequence[Connector]) -> Sequence[Connector]:
    return list({tool.tool_key: tool for tool in [*connected, *listed]}.values())
