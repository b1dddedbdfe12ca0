"""Tells a person who they are to the platform: which organization, with whose key, in which role."""

from __future__ import annotations

from dataclasses import dataclass

from slack_app.features.dependencies import Dependencies
from slack_app.features.key import ending_of
from slack_app.features.respond import respond
from slack_app.model.facts import AcknowledgementFact, MessageFact
from slack_app.model.jobs import Job
from slack_app.model.tasks import Permission, Task
from slack_app.model.users import Role
from slack_app.model.workspaces import KeyMode
from slack_app.ports.jobs import Progress

SHOW_WHOAMI = Task("whoami.show", Permission.ANYBODY, is_awaited=True)


@dataclass(frozen=True, slots=True)
class WhoamiLoading(AcknowledgementFact):
    """The request was taken on."""


@dataclass(frozen=True, slots=True)
class Whoami(MessageFact):
    """The person's organization, empty where the workspace is not set up; whose key it is asked with; their role.

    `ending` is how their own key ends; None where they have none, or where nobody needs one.
    """

    organization_id: str
    key_mode: KeyMode
    ending: str | None
    role: Role


@dataclass(frozen=True, slots=True)
class ShowWhoami:
    """The use case with what it needs."""

    deps: Dependencies

    @SHOW_WHOAMI.handler
    def show(self, job: Job, _progress: Progress) -> str:
        """Tell the person who they are."""
        setup = self.deps.setups.for_user(job.person)
        organization_id, key_mode = (setup.organization_id, setup.key_mode) if setup else ("", KeyMode.OPERATOR)
        ending = ending_of(self.deps.keys.get(job.person)) if key_mode is KeyMode.PER_USER else None
        role = self.deps.people.role_of(job.person)
        respond(self.deps.messenger, job, Whoami(organization_id, key_mode, ending, role))
        return "whoami_shown"
