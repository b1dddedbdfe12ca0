"""For which organization and with which key the platform is asked for a person, and what its refusals mean."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from slack_app.errors import UpstreamError, UserError
from slack_app.model import Access, Person, Setup
from slack_app.ports import Setups

Found = TypeVar("Found")


def setup_of(setups: Setups, person: Person) -> Setup:
    """Give how the person's workspace is set up. Raises UserError when nobody set it up, and UpstreamError."""
    setup = setups.of(person)
    if setup is None:
        raise UserError("workspace_unmapped", team_id=person.team_id)
    return setup


@dataclass(frozen=True, slots=True)
class AccessOf:
    """The use case with what it needs; `default_key` serves the mappings that the operator made, and no others."""

    setups: Setups
    default_key: str = field(repr=False)

    def __call__(self, person: Person) -> Access:
        """Give the person's access. Raises UserError when there is none yet, and UpstreamError."""
        setup = setup_of(self.setups, person)
        return Access(setup.organization_id, self.default_key, setup.way)


def explained(call: Callable[[], Found]) -> Found:
    """Turn a refusal that waiting does not mend into what the person can be told."""
    try:
        return call()
    except UpstreamError as exc:
        if exc.retryable:
            raise
        reason = {401: "account_unauthorized", 403: "account_forbidden"}.get(exc.status or 0, "account_fault")
        raise UserError(reason) from exc
