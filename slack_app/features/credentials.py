"""For which organization and with whose key the platform is asked for a person, and what its refusals mean."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TypeVar

import structlog

from slack_app.errors import UpstreamError, UserError
from slack_app.model.users import SlackUser
from slack_app.model.workspaces import Credentials, KeyMode, Setup
from slack_app.ports.keys import Keys
from slack_app.ports.workspaces import Setups

Found = TypeVar("Found")


def setup_of(setups: Setups, person: SlackUser) -> Setup:
    """Return how the person's workspace is set up. Raises UserError when nobody set it up, and UpstreamError."""
    setup = setups.for_user(person)
    if setup is None:  # another process may have saved it a moment ago: read it anew
        for workspace_id in filter(None, [person.team_id, person.enterprise_id]):
            setups.version_of(workspace_id)
        setup = setups.for_user(person)
    if setup is None:
        raise UserError("workspace_unmapped", team_id=person.team_id)
    return setup


def setup_here(setups: Setups, person: SlackUser) -> Setup:
    """Return what is in force in the person's workspace, to be kept under its own id. Raises UpstreamError."""
    version = setups.version_of(person.team_id)  # before: what is saved in between must not be written over
    setup = setups.for_user(person)
    if setup is None:
        return Setup(person.team_id, "", KeyMode.PER_USER, version=version)
    if setup.workspace_id == person.team_id:
        return setup
    return replace(
        setup,
        workspace_id=person.team_id,
        enterprise_id=person.enterprise_id or "",
        version=version,
        is_inherited=True,
    )


@dataclass(frozen=True, slots=True)
class CredentialResolver:
    """The use case with what it needs; `default_key` serves the mappings that the operator made, and no others."""

    setups: Setups
    keys: Keys
    default_key: str = field(repr=False)

    def __call__(self, person: SlackUser) -> Credentials:
        """Return the person's credentials. Raises UserError when there are none yet, and UpstreamError."""
        setup = setup_of(self.setups, person)
        structlog.contextvars.bind_contextvars(organization_id=setup.organization_id)  # for the log lines that follow
        try:
            return self._of(person, setup)
        except UserError:
            self.setups.version_of(setup.workspace_id)  # another process may have saved it a moment ago: read it anew
            return self._of(person, setup_of(self.setups, person))

    def _of(self, person: SlackUser, setup: Setup) -> Credentials:
        if setup.key_mode is not KeyMode.PER_USER:
            return replace(self.shared(setup), asked_by=person.id)
        key = self.keys.get(person)
        if not key:
            raise UserError("key_needed", organization_id=setup.organization_id)
        return Credentials(setup.organization_id, key, setup.key_mode, asked_by=person.id)

    def shared(self, setup: Setup) -> Credentials:
        """Return the credentials that everybody shares. Raises UserError when there are none, and UpstreamError."""
        key = self.default_key if setup.key_mode is KeyMode.OPERATOR else self.keys.shared(setup)
        if not key:
            raise UserError("workspace_key_missing", organization_id=setup.organization_id)
        return Credentials(setup.organization_id, key, setup.key_mode)


def platform_errors(
    credentials: Credentials, call: Callable[..., Found], *arguments: object, **options: object
) -> Found:
    """Ask the platform; turn a refusal that waiting does not solve into what the person can be told.

    What is asked without `arguments` names the organization alone: only that can be what the platform does not know.
    """
    try:
        return call(credentials, *arguments, **options)
    except UpstreamError as exc:
        if exc.retryable:
            raise
        if exc.status == 401 and credentials.key_mode is KeyMode.PER_USER:
            raise UserError("key_refused", organization_id=credentials.organization_id) from exc
        if exc.status in (400, 404, 422) and not arguments:
            raise UserError("organization_unknown", organization_id=credentials.organization_id) from exc
        reason = {401: "account_unauthorized", 403: "account_forbidden"}.get(exc.status or 0, "account_fault")
        raise UserError(reason) from exc
