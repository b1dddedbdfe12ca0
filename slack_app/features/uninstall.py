"""Forgets what belonged to a workspace, or to a whole Enterprise Grid, that has removed the app.

How it was set up is remembered for a while (adapters/setups.py). Slack's events may come late and twice: one that is
older than the installation removes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

import structlog

from slack_app.model.jobs import Job
from slack_app.model.links import Outcome
from slack_app.model.workspaces import Change
from slack_app.ports import Clock
from slack_app.ports.jobs import Progress
from slack_app.ports.keys import Secrets
from slack_app.ports.links import Links, Schedule, States
from slack_app.ports.workspaces import Audit, Installations

log = structlog.get_logger("slack_app.uninstall")


@dataclass(frozen=True, slots=True)
class Uninstall:
    """The use case with what it needs."""

    installations: Installations
    links: Links
    schedule: Schedule
    states: States
    secrets: Secrets
    audit: Audit
    clock: Clock

    def run(self, job: Job, _progress: Progress) -> str:
        """Forget tokens, keys, and the links that are out; in a Grid, of the workspaces that nothing else serves."""
        place, enterprise_id, event_at = job.person.team_id, job.person.enterprise_id, float(job.details["event_at"])
        is_org_wide = bool(job.details["is_org_wide"])
        if not self.installations.remove(enterprise_id, None if is_org_wide else place, event_at):
            log.info("uninstall.stale_event", team_id=place, enterprise_id=enterprise_id)
            return "stale_event"

        def is_gone(team_id: str) -> bool:
            return not self.installations.serves(enterprise_id, team_id)

        for live in self.links.of_workspace(place):
            if is_gone(live.person.team_id):
                if self.links.mark_finished(live, Outcome.REVOKED):
                    self.states.take(live.link.state)
                self.schedule.forget(live)
        for team_id in filter(is_gone, self.secrets.workspaces_of(place) if is_org_wide else [place]):
            self.secrets.forget(team_id)
        self.audit.note(Change(self.clock(), place, "slack", "uninstalled", id=job.id))
        log.info("uninstall.done", team_id=place, enterprise_id=enterprise_id)
        return "left"
