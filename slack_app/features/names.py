"""Finds the tool that a person means: names are forgiving about case, spaces and hyphens, and know what people say.

The list is read behind an answer, never before one: a cold or stalled platform costs nobody their link.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass

from slack_app.errors import UpstreamError, UserError
from slack_app.model.tools import Connector
from slack_app.model.workspaces import Credentials
from slack_app.ports.platform import Catalogue, Platform

ALIASES = {
    "confluence": "atlassian",
    "gcal": "google_calendar",
    "gdrive": "google_drive",
    "gh": "github",
    "googlemail": "gmail",
    "jira": "atlassian",
    "sfdc": "salesforce",
}
"""What people say for a tool that is called otherwise."""


@dataclass(frozen=True, slots=True)
class Names:
    """The use case with what it needs."""

    platform: Platform
    catalogue: Catalogue
    background: Executor

    def resolve(self, organization_id: str, typed: str) -> Connector:
        """Return the connector that is meant, as far as is known; what is not known is asked for as it was typed."""
        found = lookup(typed, self.catalogue.connectors(organization_id) or [])
        return found or Connector(re.sub(r"[\s-]+", "_", ALIASES.get(normalized(typed), typed)), typed)

    def name_of(self, organization_id: str, tool_key: str) -> str:
        """Return what the tool is called, empty for one that nobody knows. Raises UpstreamError when Redis fails."""
        known = lookup(tool_key, self.catalogue.connectors(organization_id) or []) if tool_key else None
        return known.name if known else ""

    def lookup_or_read(self, credentials: Credentials, typed: str) -> tuple[Connector | None, Sequence[Connector]]:
        """Return the connector of that name, None for none, and all there are; the list is read if that may help."""
        connectors = self.catalogue.connectors(credentials.organization_id) or []
        if lookup(typed, connectors) is None:
            connectors = self.fetch_or_none(credentials)
        return lookup(typed, connectors), connectors

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
            self.background.submit(self.fetch_or_none, credentials)


def unknown(typed: str, connectors: Sequence[Connector], **facts: object) -> UserError:
    """Return the refusal of a name that no connector has, with what is nearly called so."""
    near = {connector.tool_key: connector.name for connector in nearest(typed, connectors)}
    return UserError("connector_unknown", connector_type=typed, nearest=near, **facts)


def lookup(typed: str, connectors: Sequence[Connector]) -> Connector | None:
    """Return the connector of that name, or None."""
    wanted = normalized(ALIASES.get(normalized(typed), typed))
    return next((c for c in connectors if wanted in (normalized(c.tool_key), normalized(c.name))), None)


def nearest(typed: str, connectors: Sequence[Connector]) -> Sequence[Connector]:
    """Return up to three connectors whose names are nearly that."""
    by_name = {normalized(name): c for c in connectors for name in (c.tool_key, c.name)}
    close = difflib.get_close_matches(normalized(typed), by_name, n=6, cutoff=0.5)
    return list({by_name[name].tool_key: by_name[name] for name in close}.values())[:3]


def search(typed: str, connectors: Sequence[Connector]) -> Sequence[Connector]:
    """Return the connectors whose name or category holds what was typed so far, else those with a similar name."""
    wanted = normalized(typed)
    holding = [c for c in connectors if wanted in normalized(f"{c.name} {c.tool_key} {c.category}")]
    return holding or nearest(typed, connectors)


def normalized(name: str) -> str:
    """Return the name without case, spaces, hyphens and dots."""
    return re.sub(r"[\W_]+", "", name).casefold()
