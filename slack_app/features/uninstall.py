"""Forgets what belonged to a workspace, or to a whole Enterprise Grid, that has removed the app.

How it was set up is remembered for a while (adapters/setups.py). Slack's events may come late and twice: one that is
older than the installation removes nothing (adapters/secrets/installations.py says how that is told).
"""

from __future__ import annotations

from dataclasses import dataclass

import structlog

from slack_app.features.dependencies import Dependencies
from slack_app.model.jobs import Job
from slack_app.model.links import Outcome
from slack_app.model.tasks import Permission, Reply, Task
from slack_app.model.workspaces import Change
from slack_app.ports.jobs import Progress


@dataclass(frozen=True, slots=True)
class Uninstalled:
    """When Slack says that the app was removed (epoch seconds, Slack's clock), and whether from the whole Grid.

    Where `is_grid_kept` the workspace left its Grid's installation, and that stays for the others.
    """

    event_at: float
    is_org_wide: bool
    is_grid_kept: bool = False


@dataclass(frozen=True, slots=True)
class Granted:
    """When Slack says that the workspace joined its Grid's installation (epoch seconds, Slack's clock)."""

    event_at: float = 0.0


UNINSTALL = Task("uninstall", Permission.SYSTEM, payload=Uninstalled, reply=Reply.NONE, former_kinds=("leave",))
RESTORE = Task("uninstall.undo", Permission.SYSTEM, payload=Granted, reply=Reply.NONE)

log = structlog.get_logger("slack_app.uninstall")


@dataclass(frozen=True, slots=True)
class Uninstall:
    """The use case with what it needs."""

    deps: Dependencies

    @UNINSTALL.handler
    def run(self, job: Job[Uninstalled], _progress: Progress) -> str:
        """Forget tokens, keys, and the pending links; in a Grid, of the workspaces that nothing else serves.

        Not every event of a workspace names the Grid that it was installed in: it may have left it since.
        """
        place, event_at = job.person.team_id, job.payload.event_at
        enterprise_id = job.person.enterprise_id or self.deps.installations.grid_of(place)
        is_org_wide, is_grid_kept = job.payload.is_org_wide, job.payload.is_grid_kept
        if is_grid_kept:
            is_stale = self.deps.installations.is_granted_since(enterprise_id or "", place, event_at)
        else:
            is_stale = not self.deps.installations.remove(enterprise_id, None if is_org_wide else place, event_at)
        if is_stale:
            log.info("uninstall.stale_event", team_id=place, enterprise_id=enterprise_id)
            return "stale_event"

        def is_gone(team_id: str) -> bool:
            return not self.deps.installations.serves(enterprise_id, team_id, by_grid=not is_grid_kept)

        for live in self.deps.links.of_workspace(place):
            if is_gone(live.person.team_id):
                if self.deps.links.mark_finished(live, Outcome.REVOKED):
                    self.deps.states.take(live.link.state)
                self.deps.schedule.forget(live)
        workspaces = [*self.deps.secrets.workspaces_of(place)] if is_org_wide else [place]
        if enterprise_id and not is_org_wide and not self.deps.installations.serves_grid(enterprise_id):
            workspaces.append(
                enterprise_id
            )  # its people's keys for the whole Grid: nothing is left that could use them
        for team_id in filter(is_gone, workspaces):
            self.deps.secrets.forget(enterprise_id, team_id)
        self.deps.audit.note(Change(self.deps.clock(), place, "slack", "uninstalled", id=job.id))
        log.info("uninstall.done", team_id=place, enterprise_id=enterprise_id)
        return "left"

    @RESTORE.handler
    def restore(self, job: Job[Granted], _progress: Progress) -> str:
        """Keep for good how a workspace was set up that joined its Grid's installation again."""
        self.deps.installations.grant(job.person.enterprise_id or "", job.person.team_id, job.payload.event_at)
        self.deps.setups.restore(job.person.team_id)
        return "restored"
