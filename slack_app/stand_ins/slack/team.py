"""The workspace and the app, as Slack's payloads name them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

APP_ID, BOT_ID = "A0FREDDY", "B0FREDDY"
ORGANIZATION = "Freddy Grid"
"""The name of the organization, where there is one."""


@dataclass(frozen=True, slots=True)
class Team:
    """A workspace, and whether the app was installed in it or in its whole organization."""

    team_id: str
    enterprise_id: str | None
    name: str
    is_org_wide: bool

    @property
    def domain(self) -> str:
        """Return the name as addresses have it."""
        return self.name.lower().replace(" ", "-")

    @property
    def payload(self) -> dict[str, Any]:
        """Return the workspace as interactions name it."""
        return {"id": self.team_id, "domain": self.domain}

    @property
    def enterprise(self) -> dict[str, Any] | None:
        """Return the organization, or none."""
        return {"id": self.enterprise_id, "name": ORGANIZATION} if self.enterprise_id else None
