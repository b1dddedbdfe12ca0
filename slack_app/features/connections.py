"""Reads what is connected: the ids that change it, and whether it works, of as much as is shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from slack_app.errors import UpstreamError
from slack_app.features.credentials import platform_errors
from slack_app.features.dependencies import Dependencies
from slack_app.model.tools import Connection
from slack_app.model.workspaces import Credentials
from slack_app.ports.platform import Catalogue, Platform

MOST_SHOWN = 20
"""Two blocks each, of the 50 that a message may have: https://docs.slack.dev/reference/block-kit/blocks"""


def with_health(deps: Dependencies, credentials: Credentials, connections: Sequence[Connection]) -> list[Connection]:
    """Return the connections with whether they work. Raises UpstreamError when Redis fails."""
    healths = list(deps.background.map(partial(_health, deps, credentials), connections))
    return [replace(c, is_healthy=health) for c, health in zip(connections, healths, strict=True)]


def _health(deps: Dependencies, credentials: Credentials, connection: Connection) -> bool | None:
    def ask() -> bool | None:
        try:
            return deps.platform.is_healthy(credentials, connection.id)
        except UpstreamError:
            return None

    return deps.catalogue.health(connection.id, ask) if connection.id else None


def with_ids(
    platform: Platform, catalogue: Catalogue, credentials: Credentials, accounts: Sequence[Connection]
) -> Sequence[Connection]:
    """Return the accounts by their tools' names, those that are shown with the ids that change them.

    That is one request for each tool that is shown, and none where the list says the same of the tool as it did a
    moment ago. Raises UserError, UpstreamError.
    """
    by_name = sorted(accounts, key=lambda account: (account.name.lower(), account.account))
    found: list[Connection] = []
    for tool_key in dict.fromkeys(account.tool_key for account in by_name):
        listed = [account for account in by_name if account.tool_key == tool_key]
        if len(found) >= MOST_SHOWN:
            found += listed
            continue
        own = catalogue.connections(
            credentials,
            tool_key,
            partial(platform_errors, credentials, platform.connections_of, tool_key),
            partial(_is_listed_as, listed),
        )
        found += sorted(own, key=lambda connection: connection.account)
    return found


def _is_listed_as(listed: Sequence[Connection], kept: Sequence[Connection]) -> bool:
    return _as_listed(kept) == _as_listed(listed)


def _as_listed(connections: Sequence[Connection]) -> Sequence[tuple[str, bool]]:
    """Return what both of the platform's lists say of connections."""
    return sorted((connection.account, connection.is_active) for connection in connections)
