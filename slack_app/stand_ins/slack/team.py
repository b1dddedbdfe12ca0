"""The workspace and the app, as Slack's payloads name them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

APP_ID, BOT_ID = "A0FREDDY", "B0FREDDY"
ORGANIZATION = "Freddy Grid"
"""The name of the organization, where there is one."""


@dataclass(frozen=True, slots=True)
class Naming:
    """How payloads name who did something, and where: on an Enterprise Grid that is not always the workspace.

    Each is an id in the place of the workspace's, None for null; empty for the workspace's own. `team` stands in
    `team.id` (a direct message with the app can be read in each workspace of the Grid), `person` in
    `user.team_id` and `event.team`, `installed` in `view.app_installed_team_id`, `granted` in the first authorization.
    https://github.com/slackapi/bolt-js/issues/1875, https://docs.slack.dev/enterprise/developing-for-enterprise-orgs
    """

    person: str | None = ""
    user_team: str | None = None
    team: str | None = ""
    has_enterprise: bool = True
    view: str | None = ""
    installed: str | None = ""
    envelope: str | None = ""
    granted: str | None = ""
    context: str | None = ""
    is_shared: bool = False


@dataclass(frozen=True, slots=True)
class Team:
    """A workspace, and whether the app was installed in it or in its whole organization."""

    team_id: str
    enterprise_id: str | None
    name: str
    is_org_wide: bool
    naming: Naming = Naming()

    def named(self, id_: str | None) -> str | None:
        """Return what stands in the place of the workspace's id."""
        return self.team_id if id_ == "" else id_

    @property
    def domain(self) -> str:
        """Return the name as addresses have it."""
        return self.name.lower().replace(" ", "-")

    @property
    def payload(self) -> dict[str, Any] | None:
        """Return the workspace as interactions name it; null where an org-wide app does not hear of it."""
        team_id = self.named(self.naming.team)
        if team_id is None:
            return None
        is_told = self.enterprise_id and self.naming.has_enterprise
        grid = {"enterprise_id": self.enterprise_id, "enterprise_name": ORGANIZATION} if is_told else {}
        return {"id": team_id, "domain": self.domain, **grid}

    @property
    def enterprise(self) -> dict[str, Any] | None:
        """Return the organization, or none."""
        return {"id": self.enterprise_id, "name": ORGANIZATION} if self.enterprise_id else None

    @property
    def view_ids(self) -> dict[str, Any]:
        """Return where a view is, as payloads name it."""
        return {"team_id": self.named(self.naming.view), "app_installed_team_id": self.named(self.naming.installed)}
