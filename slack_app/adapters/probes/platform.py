"""Looks at the connector platform as one organization is served by it."""

from __future__ import annotations

import time
from dataclasses import dataclass

from slack_app.errors import UpstreamError, UserError
from slack_app.model.workspaces import Credentials, Setup
from slack_app.ports.platform import Platform


@dataclass(frozen=True, slots=True)
class CatalogueAnswer:
    """What came of asking for an organization's connectors: how many, and after how many seconds; or why none came.

    `outcome` is None where no key is ours to ask with, a UserError where there should be one. A `setup` without an
    organization is nobody's: its question shows whether the platform is reached, and accepts the operator's key.
    """

    setup: Setup
    outcome: int | UpstreamError | UserError | None
    seconds: float = 0.0


def look_at_catalogue(platform: Platform, setup: Setup, credentials: Credentials) -> CatalogueAnswer:
    """Ask for the connectors of the organization."""
    began = time.monotonic()
    try:
        outcome: int | UpstreamError = len(platform.catalogue(credentials))
    except UpstreamError as exc:
        outcome = exc
    return CatalogueAnswer(setup, outcome, time.monotonic() - began)
