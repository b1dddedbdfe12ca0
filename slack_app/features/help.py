"""Says what can be typed, and what was wrong with what was typed, to people who wrote to the app."""

from __future__ import annotations

from dataclasses import dataclass

from slack_app.errors import UserError
from slack_app.features.respond import respond
from slack_app.model.facts import MessageFact
from slack_app.model.jobs import Job
from slack_app.ports.jobs import Progress
from slack_app.ports.slack import Messenger


@dataclass(frozen=True, slots=True)
class Help(MessageFact):
    """The person asked what they can do."""


@dataclass(frozen=True, slots=True)
class HelpHandler:
    """The use cases with what they need."""

    messenger: Messenger

    def help(self, job: Job, _progress: Progress) -> str:
        """Say what can be typed."""
        respond(self.messenger, job, Help())
        return "help_shown"

    def trouble(self, job: Job, _progress: Progress) -> str:
        """Raise what was wrong; it is told as everything that is raised."""
        raise UserError(str(job.details["reason"]), **job.details["facts"])
