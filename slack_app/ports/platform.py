"""The connector platform, and what it said last."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from slack_app.model.links import Authorization, Completion
from slack_app.model.tools import Connection, Connector, Ownership
from slack_app.model.users import SlackUser
from slack_app.model.workspaces import Credentials


class Platform(Protocol):
    """The connector platform; each call raises UpstreamError, also while the organization's budget is used up."""

    def authorize(self, credentials: Credentials, connector_type: str, parameters: Mapping[str, Any]) -> Authorization:
        """Start a connection; what is connected of the tool may be asked for beside it, and is counted with it.

        Not idempotent: every call makes a new state.
        """
        ...

    def complete(self, credentials: Credentials, state: str) -> Completion:
        """Return how far the person is with a link; a state that the platform no longer knows is an expired one."""
        ...

    def catalogue(self, credentials: Credentials) -> Sequence[Connector]:
        """List the connectors that the organization can use, all pages of them."""
        ...

    def check(self, credentials: Credentials) -> None:
        """Ask whether the key is accepted for the organization.

        It is no part of the organization's budget: whoever tries keys must use up nothing of a stranger's.
        """
        ...

    def accounts(self, credentials: Credentials) -> Sequence[Connection]:
        """List everything that is connected, in one call, and so without the ids that change a connection."""
        ...

    def connections_of(
        self, credentials: Credentials, tool_key: str, *, is_for_link: bool = False, is_counted: bool = True
    ) -> Sequence[Connection]:
        """List what is connected of one tool; first in the budget where a link depends on it.

        Not counted in it beside `authorize`, which counts for both.
        """
        ...

    def is_healthy(self, credentials: Credentials, credential_id: str) -> bool | None:
        """Return whether a connection works; None when the platform does not know."""
        ...

    def switch(self, credentials: Credentials, credential_id: str, *, is_active: bool) -> None:
        """Turn a connection on or off."""
        ...

    def rename(self, credentials: Credentials, credential_id: str, label: str) -> None:
        """Rename a connection to what the person calls it."""
        ...

    def disconnect(self, credentials: Credentials, credential_id: str) -> bool:
        """Remove a connection; False when there was none."""
        ...


class Catalogue(Protocol):
    """What the platform said last: each organization's connectors, each person's accounts; raises UpstreamError."""

    def connectors(self, organization_id: str) -> Sequence[Connector] | None:
        """Return the connectors; None when they never were read."""
        ...

    def save(self, organization_id: str, connectors: Sequence[Connector]) -> None:
        """Keep the connectors, read just now."""
        ...

    def claim_refresh(self, organization_id: str) -> bool:
        """Return True once in ten minutes: the caller fetches the connectors anew."""
        ...

    def accounts(self, person: SlackUser) -> Sequence[Connection] | None:
        """Return what the person had connected; None when it never was read."""
        ...

    def connections(
        self,
        credentials: Credentials,
        tool_key: str,
        ask: Callable[[], Sequence[Connection]],
        is_current: Callable[[Sequence[Connection]], bool],
    ) -> Sequence[Connection]:
        """Return what is connected of one tool: what was kept where that `is_current`, else what `ask` says now.

        What was read before something of the tool was changed is not kept.
        """
        ...

    def keep_connections(
        self, credentials: Credentials, tool_key: str, before: str, connections: Sequence[Connection]
    ) -> None:
        """Keep what is connected of one tool, unless that was changed since `before` was kept."""
        ...

    def forget_connections(self, credentials: Credentials, tool_key: str) -> None:
        """Keep it no longer, nor what is being read now: something of the tool was changed."""
        ...

    def health(self, credential_id: str, ask: Callable[[], bool | None]) -> bool | None:
        """Return whether a connection works: what `ask` said within the last minute, or says now; None for unknown."""
        ...

    def save_accounts(self, person: SlackUser, accounts: Sequence[Connection]) -> None:
        """Keep what the person has connected, read just now."""
        ...


class Owners(Protocol):
    """Who made which connection through the app; each method raises UpstreamError."""

    def of(self, organization_id: str) -> Mapping[str, Ownership]:
        """Return the owners by the digests of their connections; what cannot be read counts as nobody's."""
        ...

    def save(self, organization_id: str, owned: Mapping[str, Ownership]) -> None:
        """Keep these owners, too."""
        ...

    def forget(self, organization_id: str, digests: Sequence[str]) -> None:
        """Keep the owners of these connections no longer."""
        ...
