"""Reads what an admin wants from what they filled into the form of the setup, and checks whether it can be kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Annotated, Any

from pydantic import AliasChoices, Field

from slack_app.features.dependencies import Dependencies
from slack_app.features.key import refusal_of
from slack_app.features.policy import OWNER_ONLY
from slack_app.model.jobs import Job
from slack_app.model.users import Role, SlackUser
from slack_app.model.workspaces import Credentials, KeyMode, Setup

MOST_SHOWN = 100
"""So many of the tools that are offered stand in the form."""


def _was(name: str, former: str) -> Any:
    """Read the field under the name that version 0.1 wrote, too."""
    return Field(validation_alias=AliasChoices(name, former))


@dataclass(frozen=True, slots=True)
class SetupInput:
    """What an admin filled into the form; `allowed_connectors` is None where the form could not offer any.

    `version` is that of the setup that the form showed, `sealed_key` the key that was typed, sealed for the admin.
    """

    version: int
    organization_id: str
    key_mode: Annotated[KeyMode, _was("key_mode", "way")]
    guests_allowed: Annotated[bool, _was("guests_allowed", "may_guests")]
    allowed_connectors: Annotated[Sequence[str] | None, _was("allowed_connectors", "offered")]
    admin_contacts: Annotated[Sequence[str], _was("admin_contacts", "notify")]
    sealed_key: Annotated[str, _was("sealed_key", "sealed")] = field(repr=False)

    def is_same_change(self, other: SetupInput) -> bool:
        """Return whether both do the same to links and connections, but for the key."""
        mine, others = ((form.version, form.organization_id, form.key_mode) for form in (self, other))
        return mine == others

    def is_same_form(self, other: SetupInput) -> bool:
        """Return whether the same is filled in, but for the key."""
        mine, others = (
            (form.guests_allowed, sorted(form.allowed_connectors or ()), sorted(form.admin_contacts))
            for form in (self, other)
        )
        return mine == others and self.is_same_change(other)

    def with_unshown(self, offered: Sequence[str]) -> SetupInput:
        """Return it with those of the tools that were `offered` which did not fit into the form that showed them."""
        chosen = self.allowed_connectors
        kept = offered if chosen is None else dict.fromkeys([*chosen, *offered[MOST_SHOWN:]])
        return replace(self, allowed_connectors=list(kept))


@dataclass(frozen=True, slots=True)
class SetupCheck:
    """The checks with what they need; each raises UpstreamError."""

    deps: Dependencies

    def __call__(self, job: Job[SetupInput], now: Setup, wanted: Setup) -> tuple[str | None, str]:
        """Return the key that was brought, and what is wrong."""
        is_same = now.organization_id == wanted.organization_id
        if now.organization_id and not is_same and not self.may_change(job.person, now):
            return None, OWNER_ONLY
        if self.admins_of(job.person, wanted) != wanted.admin_contacts:
            return None, "helper_no_admin"
        if is_same and wanted.key_mode is now.key_mode is not KeyMode.SHARED and not job.payload.sealed_key:
            return None, ""
        if wanted.key_mode is KeyMode.OPERATOR:
            return None, "operator_only"
        if job.payload.sealed_key:
            key = self.deps.keys.unseal(job.sent_by, job.payload.sealed_key)
            if key is None:
                return None, "key_unreadable"
        else:
            of_before = self.deps.keys.shared(now) if is_same and now.key_mode is KeyMode.SHARED else None
            key = of_before or (self.deps.keys.get(job.person) if wanted.key_mode is KeyMode.PER_USER else None)
        if key is None:
            return None, "key_missing"
        return key, refusal_of(self.deps.platform, Credentials(wanted.organization_id, key, wanted.key_mode))

    def admins_of(self, person: SlackUser, setup: Setup) -> tuple[str, ...]:
        """Return those of the contacts who are admins."""
        role_of = self.deps.people.role_of
        return tuple(c for c in setup.admin_contacts if role_of(replace(person, user_id=c)).is_admin)

    def may_change(self, person: SlackUser, now: Setup) -> bool:
        """Return whether the person may give the workspace to another organization, or to none (security.md 8)."""
        return person.user_id == now.configured_by or self.deps.people.role_of(person) is Role.OWNER


def wanted_setup(job: Job[SetupInput], now: Setup) -> Setup:
    """Return what would be in force then."""
    filled_in = job.payload
    is_same = filled_in.organization_id == now.organization_id
    return Setup(
        workspace_id=job.person.team_id,
        organization_id=filled_in.organization_id,
        enterprise_id=job.person.enterprise_id or "",
        configured_by=now.configured_by if is_same else job.person.user_id,
        key_mode=filled_in.key_mode,
        guests_allowed=filled_in.guests_allowed,
        allowed_connectors=tuple(filled_in.allowed_connectors or ()),
        admin_contacts=tuple(filled_in.admin_contacts),
        version=filled_in.version,
        is_inherited=now.is_inherited and filled_in.key_mode is KeyMode.OPERATOR,
    )
