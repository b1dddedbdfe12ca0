"""Tells people what can be typed, and what was wrong with what was typed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from slack_app.errors import UserError
from slack_app.features.dependencies import Dependencies
from slack_app.features.respond import respond
from slack_app.model.facts import MessageFact
from slack_app.model.jobs import Job
from slack_app.model.tasks import Permission, Task
from slack_app.ports.jobs import Progress


@dataclass(frozen=True, slots=True)
class Refusal:
    """What was wrong with what somebody wrote to the app, as a UserError says it."""

    reason: str
    facts: Mapping[str, Any]


SHOW_HELP = Task("help.show", Permission.ANYBODY, former_kinds=("help",))
EXPLAIN_REFUSAL = Task("help.explain", Permission.ANYBODY, payload=Refusal, former_kinds=("trouble",))


@dataclass(frozen=True, slots=True)
class Help(MessageFact):
    """The person asked what they can do."""


@dataclass(frozen=True, slots=True)
class HelpHandler:
    """The use cases with what they need."""

    deps: Dependencies

    @SHOW_HELP.handler
    def help(self, job: Job, _progress: Progress) -> str:
        """Tell the person what can be typed."""
        respond(self.deps.messenger, job, Help())
        return "help_shown"

    @EXPLAIN_REFUSAL.handler
    def explain(self, job: Job[Refusal], _progress: Progress) -> str:
        """Raise what was wrong; it is told as everything that is raised."""
        raise UserError(job.payload.reason, **job.payload.facts)
