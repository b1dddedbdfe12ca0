"""Reads the platform's list of tools, and keeps it: what people type is looked for in it (search.py).

The list is read behind an answer, not before one, where that can be: a cold or stalled platform costs nobody their
link.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass

import structlog

from slack_app.errors import UpstreamError, UserError
from slack_app.features.search import alternatives, exact
from slack_app.model.tools import Connector
from slack_app.model.workspaces import Credentials
from slack_app.ports.platform import Catalogue, Platform


@dataclass(frozen=True, slots=True)
class Names:
    """The use case with what it needs."""

    platform: Platform
    catalogue: Catalogue
    background: Executor

    def chosen(self, organization_id: str, tool_key: str) -> Connector:
        """Return the connector with that very key; where it is not listed, nothing but its key is known of it.

        Raises UpstreamError when Redis fails.
        """
        found = exact(tool_key, self.catalogue.connectors(organization_id) or [])
        if found is not None:
            log_known(tool_key)
        return found or Connector(tool_key, "")

    def name_of(self, organization_id: str, tool_key: str) -> str:
        """Return what the tool is called, empty for one that nobody knows. Raises UpstreamError when Redis fails."""
        known = exact(tool_key, self.catalogue.connectors(organization_id) or []) if tool_key else None
        return known.name if known else ""

    def fetch(self, credentials: Credentials) -> Sequence[Connector]:
        """Read the connectors now. Raises UpstreamError."""
        connectors = self.platform.catalogue(credentials)
        self.catalogue.save(credentials.organization_id, connectors)
        return connectors

    def fetch_or_none(self, credentials: Credentials) -> Sequence[Connector]:
        """Read the connectors now; none when the platform does not say. Raises UpstreamError when Redis fails."""
        try:
            return self.fetch(credentials)
        except UpstreamError as exc:
            if exc.service != "platform":
                raise
            return []

    def refresh_in_background(self, credentials: Credentials) -> None:
        """Have the connectors read anew, if that is due, while nobody waits for it. Raises UpstreamError."""
        if self.catalogue.claim_refresh(credentials.organization_id):
            self.fetch_in_background(credentials)

    def fetch_in_background(self, credentials: Credentials) -> None:
        """Have the connectors read now, while nobody waits for it."""
        self.background.submit(self.fetch_or_none, credentials)


def log_known(tool_key: str) -> None:
    """Name the tool in the log lines of this job: it exists. What people typed until then is none of the log's."""
    structlog.contextvars.bind_contextvars(connector_type=tool_key)


def unknown(typed: str, connectors: Sequence[Connector], **facts: object) -> UserError:
    """Return the refusal of a name that no connector has, with the tools that may be meant."""
    return UserError("connector_unknown", connector_type=typed, nearest=alternatives(typed, connectors), **facts)
