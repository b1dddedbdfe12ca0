"""Understands what somebody typed: finds the tool that is meant, and does with it what the verb says.

What was typed goes to the platform only as the key of a tool that exists. While the list of tools was never read, one
word after the command goes there as it is, so that a cold or stalled platform costs nobody their link.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from slack_app.errors import UpstreamError, UserError
from slack_app.features.connect import CONNECT, CONNECT_CHOSEN, Connect
from slack_app.features.credentials import CredentialResolver, platform_errors, setup_of
from slack_app.features.dependencies import Dependencies
from slack_app.features.greet import UNCLEAR, Greeting, kind_of
from slack_app.features.key import NEEDS_KEY
from slack_app.features.names import Names, log_known, unknown
from slack_app.features.respond import respond
from slack_app.features.search import LONGEST_RUN, NICKNAMES, fitting, labelled, lookup, named_in, normalized
from slack_app.features.status import ASK_DISCONNECT, ConfirmDisconnect, ShowStatus, Status, with_ids
from slack_app.features.verbs import FILLERS, Said, Verb
from slack_app.model.facts import MessageFact
from slack_app.model.jobs import Job
from slack_app.model.tasks import Permission, Task
from slack_app.model.tools import Connection, Connector
from slack_app.model.workspaces import Credentials
from slack_app.ports.jobs import Progress

MOST_WORDS = 2
"""Of a name that nobody knows; what is longer is a sentence. What the list has may be longer."""
_KEY = re.compile(r"\w[\w.:-]{0,63}")
"""One word that may be the key of a tool."""
CHANGE = Task("connection.change", Permission.CONNECT, payload=Said, is_awaited=True)
ASK_WHICH = Task("which.ask", Permission.CONNECT, payload=Said, is_awaited=True)


@dataclass(frozen=True, slots=True)
class Which(MessageFact):
    """What was typed may mean each of these tools (their names by their keys), or the command's own word."""

    tools: Mapping[str, str]
    own_word: str = ""


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
class Understand:
    """The use cases with what they need."""

    deps: Dependencies
    resolve_credentials: CredentialResolver
    names: Names
    connect_tool: Connect
    status: ShowStatus

    @CONNECT.handler
    def connect(self, job: Job[Said], progress: Progress) -> str:
        """Bring the link to the tool that is meant; where that is not clear, ask.

        Raises UserError for what they are to be told, RetryLater, UpstreamError.
        """
        said = _said(job)
        kept = self.deps.catalogue.connectors(setup_of(self.deps.setups, job.person).organization_id)
        tools, is_exact = tools_in(said, kept or [])
        connectors: Sequence[Connector] = kept or []
        if not tools and (kept is not None or not self._is_guessed(job, said)):
            connectors = self._read(job, said, connectors)
            tools, is_exact = tools_in(said, connectors)
        if not tools and not connectors and _can_be_guessed(said):
            return self._try(job, said, progress)
        offered = self.connect_tool.policy.allowed_connectors(job.person, connectors)
        if not tools:
            return self._not_found(job, said, offered)
        if len(tools) > 1 or not (is_exact or said.verb is Verb.CONNECT) or said.is_doubtful:
            respond(self.deps.messenger, job, Which(labelled(tools)))
            return "which_asked"
        [tool] = tools
        if not lookup(" ".join(said.rest), tools):  # of a sentence, only what the tool asks for goes on
            asked_for = self.deps.required_details.get(tool.tool_key, ())
            job = replace(job, parameters={key: job.parameters[key] for key in asked_for if key in job.parameters})
        return self._bring(job, tool.tool_key, progress)

    def _bring(self, job: Job[Said], tool_key: str, progress: Progress) -> str:
        said: Job[Any] = job
        chosen = replace(said, kind=CONNECT_CHOSEN.kind, connector_type=tool_key, payload=None)
        return self.connect_tool.run(chosen, progress)

    def _is_guessed(self, job: Job[Said], said: Said) -> bool:
        """Return whether the word is tried before the list was read: with what else it can mean it is not."""
        is_nickname = normalized(_guess(said)) in NICKNAMES
        has_details = bool(job.parameters) and _guess(said) not in self.deps.required_details
        allowed = setup_of(self.deps.setups, job.person).allowed_connectors
        is_offered = not allowed or _guess(said) in allowed
        return _can_be_guessed(said) and is_offered and not (is_nickname or has_details)

    def _try(self, job: Job[Said], said: Said, progress: Progress) -> str:
        """Ask for the one word; a platform that knows no tool of that key has been asked for all it knows."""
        guess = _guess(said)
        if meant := NICKNAMES.get(normalized(guess)):
            guess = meant[0]
        try:
            return self._bring(job, guess, progress)
        except UserError as exc:
            connectors = self.deps.catalogue.connectors(setup_of(self.deps.setups, job.person).organization_id) or []
            tools, _ = tools_in(said, connectors)
            if exc.reason != "connector_unknown" or len(tools) != 1:
                raise
            return self._bring(job, tools[0].tool_key, progress)

    def _read(self, job: Job[Said], said: Said, kept: Sequence[Connector]) -> Sequence[Connector]:
        """Return the list as it is now; as it was where it cannot be read, unless somebody waits for a tool's link."""
        is_name = said.verb is Verb.CONNECT or len(said.rest) <= (LONGEST_RUN if said.is_command else MOST_WORDS)
        try:
            return platform_errors(self.resolve_credentials(job.person), self.names.fetch)
        except UserError as exc:
            if _can_be_guessed(said) and exc.reason not in NEEDS_KEY:
                return kept
            if is_name and (said.is_command or said.verb):
                raise
        except UpstreamError as exc:
            if exc.service != "platform" or (is_name and not kept and not _can_be_guessed(said)):
                raise
        return kept

    def _not_found(self, job: Job[Said], said: Said, connectors: Sequence[Connector]) -> str:
        """Say that no tool is called so, with what may be meant; to all else there is a friendly answer."""
        typed = " ".join(said.name or said.rest)
        is_name = 0 < len(said.rest) <= MOST_WORDS
        if is_name and (said.is_command or said.verb or fitting(typed, connectors)) and kind_of(said.words) == UNCLEAR:
            raise unknown(typed, connectors)
        respond(self.deps.messenger, job, Greeting(kind_of(said.words)))
        return "not_understood"

    @ASK_WHICH.handler
    def which(self, job: Job[Said], _progress: Progress) -> str:
        """Ask whether a tool is meant, or the word of ours that it is called like."""
        said = job.payload
        organization_id = setup_of(self.deps.setups, job.person).organization_id
        tools = lookup(said.text, self.deps.catalogue.connectors(organization_id) or [])
        respond(self.deps.messenger, job, Which(labelled(tools), job.connector_type))
        return "which_asked"

    @ASK_DISCONNECT.handler
    def ask_disconnect(self, job: Job[Said], _progress: Progress) -> str:
        """Ask before anything is disconnected: of the tool that is meant, or what, where it is not clear."""
        said, credentials = _said(job), self.resolve_credentials(job.person)
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


def tools_in(said: Said, connectors: Sequence[Connector]) -> tuple[Sequence[Connector], bool]:
    """Return the tools that were named, and whether nothing else was said but what is to be done with it.

    What a verb is about counts before the whole text, which may be a name that looks like a verb and more, and that
    before the words between others.
    """
    names = [" ".join(said.rest)] if said.verb else []
    for name in [*names, said.text, " ".join(said.words), " ".join(said.name)]:
        if name and (found := lookup(name, connectors)):
            return found, True
    return named_in(said.rest, connectors, FILLERS), False


def _said(job: Job[Said]) -> Said:
    """Return what was typed; of a job of a former version its words."""
    if job.payload.words or job.payload.text or not job.connector_type:
        return job.payload
    words = job.connector_type.split()
    return Said(job.connector_type, words, rest=words, name=words, is_command=True)


def _can_be_guessed(said: Said) -> bool:
    is_word = len(said.rest) == 1 and _KEY.fullmatch(said.rest[0]) is not None
    return said.is_command and is_word and said.verb in (Verb.NONE, Verb.CONNECT)


def _guess(said: Said) -> str:
    return "_".join(said.rest).replace("-", "_").lower()


def _tools_of(accounts: Sequence[Connection]) -> Sequence[Connector]:
    return [Connector(account.tool_key, account.name) for account in accounts]


def _merged(listed: Sequence[Connector], connected: Sequence[Connector]) -> Sequence[Connector]:
    return list({tool.tool_key: tool for tool in [*connected, *listed]}.values())
