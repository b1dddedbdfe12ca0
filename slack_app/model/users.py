"""Who somebody is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True, eq=False)
class SlackUser:
    """Who asked, and in which workspace: `team_id` says whose set-up counts, not who they are.

    A person of an Enterprise Grid has one id in all of its workspaces, and Slack may name any of them: two are equal
    whose Grid and user id are; and two of one workspace where one of them names no Grid, for it may have joined one.
    https://docs.slack.dev/enterprise/developing-for-enterprise-orgs
    """

    enterprise_id: str | None
    team_id: str
    user_id: str

    def __eq__(self, other: object) -> bool:
        """Return whether they are the same person, wherever each of them is."""
        if not isinstance(other, SlackUser):
            return NotImplemented
        if self.enterprise_id and other.enterprise_id:
            return (self.enterprise_id, self.user_id) == (other.enterprise_id, other.user_id)
        return (self.team_id, self.user_id) == (other.team_id, other.user_id)

    def __hash__(self) -> int:
        """Return the same for all that can be equal."""
        return hash(self.user_id)

    @property
    def id(self) -> str:
        """Return what tells the person from all others, wherever in their Grid they are."""
        return f"{self.enterprise_id or self.team_id}:{self.user_id}"

    def at(self, before: SlackUser) -> SlackUser:
        """Return the person as Slack names them now, where the same person was `before`.

        Of a Grid that their workspace has left, or joined, that was then, nothing is taken.
        """
        return before if self.enterprise_id == before.enterprise_id else self


class Membership(StrEnum):
    """Whether the request itself says that its person is one of ours, and not of a workspace that shares a channel."""

    STATED = "stated"
    """Only our own people can send such a request; of version 0.1, also: it names our workspace as theirs."""
    UNSTATED = "unstated"
    """It names nobody else's workspace: Slack is asked, and where it does not let us look, the person is served."""
    CONFLICTING = "conflicting"
    """It names another workspace, of the same Grid or of strangers: Slack is asked, and whoever is unknown is out."""


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


@dataclass(frozen=True, slots=True)
class Known:
    """Who somebody is, as was found out lately: their Grid, and their role; None where only their request said so.

    `team_ids` are the workspaces of their Grid that they are in.
    """

    enterprise_id: str | None
    role: Role | None
    team_ids: tuple[str, ...] = ()
