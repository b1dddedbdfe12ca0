"""The workspaces: how they are set up, what their people wait for and may do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from slack_app.model.messages import AdminPost
from slack_app.model.users import SlackUser
from slack_app.model.workspaces import Change, Setup


class Setups(Protocol):
    """How workspaces are set up; each method raises UpstreamError."""

    def for_user(self, person: SlackUser) -> Setup | None:
        """Return the setup of the person's workspace, else of its Enterprise Grid, else None."""
        ...

    def get(self, workspace_id: str) -> Setup | None:
        """Return the setup of that very id."""
        ...

    def operator_default(self, person: SlackUser) -> Setup | None:
        """Return the operator's mapping that would hold without what is kept for the workspace."""
        ...

    def version_of(self, workspace_id: str) -> int:
        """Return the version of what is kept under that very id; 0 for nothing. What is read next is no older."""
        ...

    def save(self, setup: Setup, change: str, *, sealed_key: str | None = None) -> bool:
        """Keep the setup; False when it was changed since `setup.version`. `change` names what changes it.

        The same change again is the same. Without `sealed_key` the key that stands there stays, if the mode still
        needs one.
        """
        ...

    def sealed_key(self, workspace_id: str) -> str | None:
        """Return the key that is for all, as it is kept."""
        ...

    def remove(self, workspace_id: str, version: int | None = None) -> bool:
        """Forget the setup, or that `version` of it alone; False when there was none."""
        ...

    def restore(self, workspace_id: str) -> None:
        """Keep what is there for good: the app was installed again, in a workspace or a whole Grid."""
        ...


class Installations(Protocol):
    """The workspaces that installed the app."""

    def remove(self, enterprise_id: str | None, team_id: str | None, event_at: float) -> bool:
        """Forget the workspace's installation, or without a team all of the Grid's; raises UpstreamError.

        False when it was installed after the event (seconds, Slack's clock): nothing is removed then.
        """
        ...

    def grant(self, enterprise_id: str, team_id: str, event_at: float) -> None:
        """Note that a workspace joined its Grid's installation (seconds, Slack's clock); raises UpstreamError."""
        ...

    def is_granted_since(self, enterprise_id: str, team_id: str, event_at: float) -> bool:
        """Return whether the workspace joined, or its Grid installed, after the event; raises UpstreamError."""
        ...

    def serves(self, enterprise_id: str | None, team_id: str, *, by_grid: bool = True) -> bool:
        """Return whether its own installation, or `by_grid` its Grid's, serves a workspace; raises UpstreamError."""
        ...

    def grid_of(self, team_id: str) -> str | None:
        """Return the Grid under which the workspace's own installation is kept, if any; raises UpstreamError."""
        ...

    def serves_grid(self, enterprise_id: str) -> bool:
        """Return whether any installation is left in the Grid; raises UpstreamError."""
        ...


class Asks(Protocol):
    """Who waits for which help of their admins; each method raises UpstreamError."""

    def wait(self, cause: str, person: SlackUser, draft_id: str) -> None:
        """Note that the person waits for help."""
        ...

    def workspaces_of(self, grid_id: str) -> Sequence[str]:
        """Return the workspaces of an Enterprise Grid in which people wait, or have waited."""
        ...

    def claim_notification(self, workspace_id: str, cause: str, job_id: str) -> bool:
        """Return True to one job a day: it notifies the admins."""
        ...

    def reset_notification(self, workspace_id: str, cause: str) -> None:
        """Let the admins be told again: nobody could be reached."""
        ...

    def causes(self, workspace_id: str) -> Sequence[str]:
        """Return what people of the workspace wait for."""
        ...

    def waiting(self, workspace_id: str, cause: str) -> Sequence[tuple[SlackUser, str]]:
        """Return who waits for it, each with their draft."""
        ...

    def save_post(self, cause: str, post: AdminPost) -> None:
        """Note where an admin was asked."""
        ...

    def posts(self, workspace_id: str, cause: str) -> Sequence[AdminPost]:
        """Return where the admins were asked."""
        ...

    def close(self, workspace_id: str, cause: str, draft_ids: Sequence[str]) -> None:
        """Let these wait no more; the admins can be told of the cause again."""
        ...


class Limit(NamedTuple):
    """Somebody may have `most` of a kind in `seconds`."""

    kind: str
    whose: str
    most: int
    seconds: float


class Limits(Protocol):
    """How much people may have of something; never raises: without Redis nobody is limited."""

    def take(self, kind: str, whose: str, most: int, seconds: float) -> float | None:
        """Take one of `most` in `seconds`; None when there was one, else when there is one again (epoch seconds)."""
        ...

    def give_back(self, kind: str, whose: str) -> None:
        """Take one less: what it was taken for did not come about."""
        ...


class Audit(Protocol):
    """Who did what; raises UpstreamError."""

    def note(self, change: Change) -> None:
        """Note a change of a set-up or a key, once."""
        ...

    def note_use(self, change: Change) -> None:
        """Note what a person connected, disconnected or was refused, once."""
        ...
