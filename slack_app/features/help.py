"""Tells people what they can do, each by their role, and what was wrong with what was typed.

The answer to a command waits for nobody: whoever is not known yet gets the members' help, and an admin the rest below.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from slack_app.errors import UpstreamError, UserError
from slack_app.features.dependencies import Dependencies
from slack_app.features.policy import can_set_up
from slack_app.features.respond import respond
from slack_app.model.facts import MessageFact
from slack_app.model.jobs import Job
from slack_app.model.tasks import Permission, Reply, Task
from slack_app.model.users import Role
from slack_app.model.workspaces import KeyMode, Setup
from slack_app.ports.jobs import Progress


@dataclass(frozen=True, slots=True)
class Refusal:
    """What was wrong with what somebody wrote to the app, as a UserError says it."""

    reason: str
    facts: Mapping[str, Any]


SHOW_HELP = Task("help.show", Permission.ANYBODY, former_kinds=("help",))
ADD_ADMIN_HELP = Task("help.add_admin", Permission.ANYBODY, reply=Reply.NONE)
EXPLAIN_REFUSAL = Task("help.explain", Permission.ANYBODY, payload=Refusal, former_kinds=("trouble",))


@dataclass(frozen=True, slots=True)
class Help(MessageFact):
    """What the reader can do; `has_own_key` where each person connects with a key of their own.

    Of the roles it tells admins, guests who may not connect, and all others.
    """

    role: Role = Role.MEMBER
    has_own_key: bool = False


@dataclass(frozen=True, slots=True)
class AdminHelp(MessageFact):
    """What an admin can do beside that; the help was shown before it was known that they are one."""


def help_for(setup: Setup | None, role: Role | None) -> Help:
    """Return the help for whoever has that role, the members' where nobody knows it."""
    has_own_key = setup is not None and setup.key_mode is KeyMode.PER_USER
    if role and role.is_admin:
        return Help(Role.ADMIN, has_own_key)
    is_refused = setup is not None and not setup.guests_allowed and role in (Role.GUEST, Role.NONE)
    return Help(Role.GUEST) if is_refused else Help(Role.MEMBER, has_own_key)


@dataclass(frozen=True, slots=True)
class HelpHandler:
    """The use cases with what they need."""

    deps: Dependencies

    @SHOW_HELP.handler
    def help(self, job: Job, _progress: Progress) -> str:
        """Tell the person what they can do."""
        role: Role | None = Role.ADMIN
        if not can_set_up(self.deps.people, job.person):
            role = self._role(job)
        respond(self.deps.messenger, job, help_for(self.deps.setups.for_user(job.person), role))
        return "help_shown"

    @ADD_ADMIN_HELP.handler
    def add_admin_help(self, job: Job, _progress: Progress) -> str:
        """Tell an admin what only they can do; all others have read all that there is."""
        if not can_set_up(self.deps.people, job.person):
            return "no_admin"
        respond(self.deps.messenger, job, AdminHelp())
        return "admin_help_shown"

    def _role(self, job: Job) -> Role | None:
        try:
            return self.deps.people.known(job.person).role
        except (UserError, UpstreamError):
            return None

    @EXPLAIN_REFUSAL.handler
    def explain(self, job: Job[Refusal], _progress: Progress) -> str:
        """Raise what was wrong; it is told as everything that is raised."""
        raise UserError(job.payload.reason, **job.payload.facts)
