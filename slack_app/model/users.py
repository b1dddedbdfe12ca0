"""Who somebody is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class SlackUser:
    """Who asked. Ids alone are ambiguous on Enterprise Grid, so the three always travel together."""

    enterprise_id: str | None
    team_id: str
    user_id: str


class Role(StrEnum):
    """What somebody is in their workspace; NONE is a bot, or somebody who was deactivated or is of another one."""

    OWNER = "owner"
    ADMIN = "admin"
    MEMBER = "member"
    GUEST = "guest"
    NONE = "none"

    @property
    def is_admin(self) -> bool:
        """Return whether they may set the app up."""
        return self in (Role.OWNER, Role.ADMIN)
