"""What everything begins with that reads a person's accounts: whose organization it is, and what a refusal means."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from slack_app.errors import UpstreamError, UserError
from slack_app.model import Person
from slack_app.ports import Organizations

Found = TypeVar("Found")


def organization_of(organizations: Organizations, person: Person) -> str:
    """Give the organization of the person's workspace. Raises UserError when nobody set it up, and UpstreamError."""
    organization_id = organizations.organization_of(person)
    if organization_id is None:
        raise UserError("workspace_unmapped", team_id=person.team_id)
    return organization_id


def explained(call: Callable[[], Found]) -> Found:
    """Turn a refusal that waiting does not mend into what the person can be told."""
    try:
        return call()
    except UpstreamError as exc:
        if exc.retryable:
            raise
        reason = {401: "account_unauthorized", 403: "account_forbidden"}.get(exc.status or 0, "account_fault")
        raise UserError(reason) from exc
