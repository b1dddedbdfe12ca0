"""Invites an admin to set the workspace up, right after the app was installed."""

from __future__ import annotations

from dataclasses import dataclass, replace

from slack_app.features.dependencies import Dependencies
from slack_app.features.setup import SetupOffer
from slack_app.model.jobs import Job
from slack_app.model.tasks import Permission, Reply, Task
from slack_app.model.workspaces import Change, KeyMode
from slack_app.ports.jobs import Progress

INVITE_ADMIN = Task("setup.invite", Permission.SYSTEM, reply=Reply.NONE, former_kinds=("installed",))


@dataclass(frozen=True, slots=True)
class InviteAdmin:
    """The use case with what it needs."""

    deps: Dependencies

    @INVITE_ADMIN.handler
    def invite(self, job: Job, _progress: Progress) -> str:
        """Invite an admin to set the workspace up: who installed the app, if that is one."""
        by = job.person
        installed = Change(self.deps.clock(), by.team_id, by.user_id, "installed", id=f"{job.id}:setup")
        self.deps.audit.note(installed)
        self.deps.setups.restore(job.person.team_id)
        setup = self.deps.setups.for_user(job.person)
        if setup and (setup.key_mode is not KeyMode.SHARED or self.deps.keys.shared(setup)):
            return "set_up_already"
        is_admin = self.deps.people.role_of(job.person).is_admin
        is_of_grid = job.person.team_id == job.person.enterprise_id  # which has no one list of admins
        others = [] if is_of_grid else self.deps.people.admins_of(job.person)[:1]
        invited = [job.person.user_id] if is_admin else others
        for user_id in invited:
            admin = replace(job.person, user_id=user_id)
            self.deps.messenger.post_dm(admin, SetupOffer(is_invited=True))
            self.deps.homes.claim_welcome(admin, job.id)  # and no welcome comes below it
        return "invited" if invited else "nobody_to_invite"
