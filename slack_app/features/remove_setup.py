"""Removes the setup of a workspace, after it was said what that does to links and connections."""

from __future__ import annotations

from dataclasses import dataclass

from slack_app.errors import RetryLater
from slack_app.features.credentials import setup_here
from slack_app.features.dependencies import Dependencies
from slack_app.features.pending_requests import PendingRequests
from slack_app.features.policy import OWNER_ONLY, refusal
from slack_app.features.respond import show_in_modal
from slack_app.features.setup import ManageSetup
from slack_app.features.setup_effect import SetupEffect
from slack_app.model.facts import MessageOrModalFact
from slack_app.model.jobs import Job
from slack_app.model.tasks import Permission, Task
from slack_app.model.users import SlackUser
from slack_app.model.workspaces import Change, Setup
from slack_app.ports.home import Refreshing
from slack_app.ports.jobs import Progress

ASK_REMOVE_SETUP = Task("setup.ask_remove", Permission.ADMIN, is_awaited=True)
REMOVE_SETUP = Task("setup.remove", Permission.ADMIN, former_kinds=("setup_remove",))


@dataclass(frozen=True, slots=True)
class ConfirmRemoval(MessageOrModalFact):
    """Is the setup to be removed? `effect` says what that does, None for nothing; `left` is what the operator set."""

    setup: Setup
    left: Setup | None
    effect: SetupEffect | None


@dataclass(frozen=True, slots=True)
class SetupRemoved(MessageOrModalFact):
    """What was set up here is forgotten; `left` is what the operator set, if anything."""

    left: Setup | None


@dataclass(frozen=True, slots=True)
class RemoveSetup:
    """The use cases with what they need."""

    deps: Dependencies
    setup: ManageSetup
    pending_requests: PendingRequests
    refresh: Refreshing

    @ASK_REMOVE_SETUP.handler
    def ask(self, job: Job, _progress: Progress) -> str:
        """Ask, with what removing it does; where it is removed already, show that."""
        now, left = setup_here(self.deps.setups, job.person), self.deps.setups.operator_default(job.person)
        if not now.version:
            show_in_modal(self.deps.messenger, job, SetupRemoved(left))
            return "setup_removed"
        if not self._may_remove(job.person, now, left):
            return self.setup.show_problem(job, now, "not_removed")
        effect = self.setup.effects(job.person, now, left, self.setup.effects.key_of(left))
        show_in_modal(self.deps.messenger, job, ConfirmRemoval(now, left, effect))
        return "removal_confirmation_asked"

    @REMOVE_SETUP.handler
    def remove(self, job: Job, _progress: Progress) -> str:
        """Forget the version that the button names; pressed again it does no harm."""
        now, left = setup_here(self.deps.setups, job.person), self.deps.setups.operator_default(job.person)
        if now.version and not self._may_remove(job.person, now, left):
            self.deps.audit.note_use(refusal(job.person, OWNER_ONLY, "", self.deps.clock()))
            return self.setup.show_problem(job, now, "not_removed")
        if now.version and job.target_id not in ("", str(now.version)):  # none: confirmed in a dialog of before
            return self.setup.show_problem(job, now, "changed_meanwhile")
        if now.version:
            by = job.person
            removed = Change(self.deps.clock(), by.team_id, by.user_id, "removed", id=f"{job.id}:setup")
            self.deps.audit.note(removed)  # before: a repeated job finds nothing
            if not self.deps.setups.remove(by.team_id, now.version):  # changed just now
                raise RetryLater(0.0)
        if left:
            self.pending_requests.resolve_by_setup(job.person, left, job.reference, is_new_credentials=True)
        show_in_modal(self.deps.messenger, job, SetupRemoved(left))
        self.refresh(job.person)
        return "setup_removed"

    def _may_remove(self, person: SlackUser, now: Setup, left: Setup | None) -> bool:
        gives_away = left is None or left.organization_id != now.organization_id
        return not gives_away or self.setup.check.may_change(person, now)
