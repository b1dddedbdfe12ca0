"""The keys that people and workspaces bring."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from slack_app.model.users import SlackUser
from slack_app.model.workspaces import Setup


class Keys(Protocol):
    """The keys that people and workspaces bring; what reads or writes raises UpstreamError."""

    def seal(self, person: SlackUser, key: str) -> str:
        """Seal what the person typed, for its way to the work. Raises UserError without an encryption key."""
        ...

    def unseal(self, person: SlackUser, sealed: str) -> str | None:
        """Return what the person typed; None when it does not open, or is not theirs."""
        ...

    def get(self, person: SlackUser) -> str | None:
        """Return the person's own key; None when they have none that opens."""
        ...

    def save(self, person: SlackUser, key: str) -> None:
        """Keep the person's own key. Raises UserError without an encryption key, too."""
        ...

    def shared(self, setup: Setup) -> str | None:
        """Return the key that the workspace has for all; None when it has none that opens."""
        ...

    def seal_shared(self, setup: Setup, key: str) -> str:
        """Seal the key that the workspace has for all, as its set-up keeps it. Raises UserError as `seal` does."""
        ...

    def count_own(self, person: SlackUser) -> int:
        """Count who has a key of their own where the person's would be kept."""
        ...

    def remove(self, person: SlackUser) -> bool:
        """Forget the person's key; False when there was none."""
        ...


class Secrets(Protocol):
    """The keys for the connector platform that workspaces and their people brought."""

    def workspaces_of(self, enterprise_id: str) -> Sequence[str]:
        """Return the workspaces of a Grid that brought keys or were set up, and the Grid itself."""
        ...

    def forget(self, enterprise_id: str | None, team_id: str) -> None:
        """Delete the workspace's key and its people's; repeating it changes nothing. Raises UpstreamError.

        What they brought while the workspace was part of another Grid stays.
        """
        ...
