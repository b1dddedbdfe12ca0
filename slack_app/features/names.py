"""Finds the tool that a person means: names are forgiving about case, spaces and hyphens, and know what people say.

The list is read behind an answer, not before one: a cold or stalled platform costs nobody their link. But what is
rather a sentence than a name is asked for only if the list has it: people write to the app what is nobody's business.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass

import structlog

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
MOST_WORDS = 2
"""Of a name that is asked for although nobody knows it; what the list has may be longer."""


@dataclass(frozen=True, slots=True)
class Names:
    """The use case with what it needs."""

    platform: Platform
    catalogue: Catalogue
    background: Executor

    def resolve(self, credentials: Credentials, typed: str, *, has_details: bool = False) -> Connector:
        """Return the connector that is meant, as far as is known; a name that is not known is returned as typed.

        A sentence must be in the list, and so must what came with details, where the list can be read. Raises
        UserError for what is not, UpstreamError when the list cannot be read.
        """
        found = lookup(typed, self.catalogue.connectors(credentials.organization_id) or [])
        if found is None and (has_details or is_sentence(typed)):
            found = self._listed(credentials, typed)
        if found is not None:
            log_known(found.tool_key)
        return found or Connector(re.sub(r"[\s-]+", "_", ALIASES.get(normalized(typed), typed)), typed)

    def _listed(self, credentials: Credentials, typed: str) -> Connector | None:
        """Return the connector of that name in the list as it is now; None for a name where that cannot be read."""
        try:
            connectors = self.fetch(credentials)
        except UpstreamError as exc:
            if exc.service != "platform" or (exc.retryable and is_sentence(typed)):
                raise
            connectors = []
        found = lookup(typed, connectors)
        if found is None and is_sentence(typed):
            raise UserError("not_understood", nearest={c.tool_key: c.name for c in _named_in(typed, connectors)})
        if found is None and connectors:
            raise unknown(typed, connectors)
        return found

    def known(self, organization_id: str, typed: str) -> Connector | None:
        """Return the connector of that name in the list as it was last read. Raises UpstreamError when Redis fails."""
        return lookup(typed, self.catalogue.connectors(organization_id) or [])

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


def is_sentence(typed: str) -> bool:
    """Return whether it is too long for a name that nobody knows."""
    return len(typed.split()) > MOST_WORDS


def log_known(tool_key: str) -> None:
    """Name the tool in the log lines of this job: it exists. What people typed until then is none of the log's."""
    structlog.contextvars.bind_contextvars(connector_type=tool_key)


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


def _named_in(sentence: str, connectors: Sequence[Connector]) -> Sequence[Connector]:
    """Return up to three connectors that the sentence names."""
    words = sentence.split()
    runs = [normalized("".join(words[n:end])) for n in range(len(words)) for end in range(n + 1, n + 4)]
    known = (lookup(run, connectors) for run in runs if run)
    return list({c.tool_key: c for c in known if c}.values())[:3]


def search(typed: str, connectors: Sequence[Connector]) -> Sequence[Connector]:
    """Return the connectors whose name or category holds what was typed so far, else those with a similar name."""
    wanted = normalized(typed)
    holding = [c for c in connectors if wanted in normalized(f"{c.name} {c.tool_key} {c.category}")]
    return holding or nearest(typed, connectors)


def normalized(name: str) -> str:
    """Return the name without case, spaces, hyphens and dots."""
    return re.sub(r"[\W_]+", "", name).casefold()
