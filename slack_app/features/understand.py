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
from slack_app.features.names import Names, unknown
from slack_app.features.respond import respond
from slack_app.features.search import ALIASES, LONGEST_RUN, alternatives, labelled, lookup, named_in, normalized
from slack_app.features.verbs import FILLERS, Said, Verb
from slack_app.model.facts import MessageFact
from slack_app.model.jobs import Job
from slack_app.model.tasks import Permission, Task
from slack_app.model.tools import Connector
from slack_app.ports.jobs import Progress

MOST_WORDS = 2
"""Of a name that nobody knows; what is longer is a sentence. What the list has may be longer."""
_KEY = re.compile(r"\w[\w.:-]{0,63}")
"""One word that may be the key of a tool."""
ASK_WHICH = Task("which.ask", Permission.CONNECT, payload=Said, is_awaited=True)


@dataclass(frozen=True, slots=True)
class Which(MessageFact):
    """What was typed may mean each of these tools (their names by their keys), or the command's own word."""

    tools: Mapping[str, str]
    own_word: str = ""


@dataclass(frozen=True, slots=True)
class Understand:
    """The use cases with what they need."""

    deps: Dependencies
    resolve_credentials: CredentialResolver
    names: Names
    connect_tool: Connect

    @CONNECT.handler
    def connect(self, job: Job[Said], progress: Progress) -> str:
        """Bring the link to the tool that is meant; where that is not clear, ask.

        Raises UserError for what they are to be told, RetryLater, UpstreamError.
        """
        return self.connect_tool.with_modal(job, progress, self._connect)

    def _connect(self, job: Job[Said], progress: Progress) -> str:
        said = said_in(job)
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
        return self.connect_tool.bring(chosen, progress)

    def _is_guessed(self, job: Job[Said], said: Said) -> bool:
        """Return whether the word is tried before the list was read: with what else it can mean it is not."""
        is_alias = normalized(_guess(said)) in ALIASES
        has_details = bool(job.parameters) and _guess(said) not in self.deps.required_details
        allowed = setup_of(self.deps.setups, job.person).allowed_connectors
        is_offered = not allowed or _guess(said) in allowed
        return _can_be_guessed(said) and is_offered and not (is_alias or has_details)

    def _try(self, job: Job[Said], said: Said, progress: Progress) -> str:
        """Ask for the one word; a platform that knows no tool of that key has been asked for all it knows."""
        guess = _guess(said)
        if meant := ALIASES.get(normalized(guess)):
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
            if is_name:
                raise
        except UpstreamError as exc:
            if exc.service != "platform" or (is_name and not kept and not _can_be_guessed(said)):
                raise
        return kept

    def _not_found(self, job: Job[Said], said: Said, connectors: Sequence[Connector]) -> str:
        """Tell the person that no tool is called so, with what may be meant; answer all else in a friendly way."""
        typed = " ".join(said.name or said.rest)
        is_short = 0 < len(said.rest) <= MOST_WORDS
        may_be_near = is_short or (said.verb and 0 < len(said.name) <= MOST_WORDS)  # "please connect me to …"
        is_meant = (is_short and (said.is_command or said.verb)) or (may_be_near and alternatives(typed, connectors))
        if is_meant and kind_of(said.words) == UNCLEAR:
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


def said_in(job: Job[Said]) -> Said:
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
