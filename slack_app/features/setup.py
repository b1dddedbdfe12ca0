"""Lets the admins of a workspace set it up inside Slack: for which organization, with whose key, who may connect what.

A workspace id is public and proves nothing: an organization is had only by a key that the platform accepts for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Annotated, Any

import structlog
from pydantic import AliasChoices, Field

from slack_app.errors import UpstreamError
from slack_app.features.credentials import setup_here
from slack_app.features.dependencies import Dependencies
from slack_app.features.key import ending_of, refusal_of
from slack_app.features.names import Names
from slack_app.features.pending_requests import PendingRequests
from slack_app.features.respond import show_in_modal, update_or_respond
from slack_app.model.facts import MessageFact, MessageOrModalFact, ModalFact
from slack_app.model.jobs import Job
from slack_app.model.tasks import Permission, Reply, Task
from slack_app.model.tools import Connector
from slack_app.model.users import Role, SlackUser
from slack_app.model.workspaces import Change, Credentials, KeyMode, Setup
from slack_app.ports.home import Refreshing
from slack_app.ports.jobs import Progress

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


OPEN_SETUP = Task("setup.open", Permission.ADMIN, is_awaited=True, former_kinds=("setup",))
SAVE_SETUP = Task(
    "setup.save",
    Permission.ADMIN,
    payload=SetupInput,
    reply=Reply.MODAL,
    is_awaited=True,
    resumes_as="setup.open",  # a key that was typed does not wait with the request
    former_kinds=("set_up",),
)
REMOVE_SETUP = Task("setup.remove", Permission.ADMIN, former_kinds=("setup_remove",))
INVITE_ADMIN = Task("setup.invite", Permission.SYSTEM, reply=Reply.NONE, former_kinds=("installed",))


log = structlog.get_logger("slack_app.setup")


@dataclass(frozen=True, slots=True)
class SetupForm(MessageOrModalFact):
    """What is set up, and what can be: `setup` as it stands, or as it was filled in; `ending` is of the key for all.

    `problem` says why it was not saved; `connectors` are None when they never were read. `is_again`: in a modal that
    showed something before.
    """

    setup: Setup
    connectors: Sequence[Connector] | None
    ending: str | None = None
    problem: str = ""
    is_again: bool = False


@dataclass(frozen=True, slots=True)
class SetupOpening(MessageFact):
    """The request was taken on."""


@dataclass(frozen=True, slots=True)
class SetupOffer(MessageFact):
    """The set-up can be opened: after an install (`is_invited`), or where a modal could not be opened at once."""

    is_invited: bool


@dataclass(frozen=True, slots=True)
class SetupChecking(ModalFact):
    """What was filled in is being checked with the platform."""


@dataclass(frozen=True, slots=True)
class SetupDone(MessageOrModalFact):
    """It is saved, and so many who waited for it are told; `can_choose` when it is known which tools there are."""

    setup: Setup
    told: int
    can_choose: bool


@dataclass(frozen=True, slots=True)
class SetupRemoved(MessageOrModalFact):
    """What was set up here is forgotten; `left` is what the operator set, if anything."""

    left: Setup | None


@dataclass(frozen=True, slots=True)
class ManageSetup:
    """The use cases with what they need."""

    deps: Dependencies
    pending_requests: PendingRequests
    names: Names
    refresh: Refreshing

    @OPEN_SETUP.handler
    def open(self, job: Job, _progress: Progress) -> str:
        """Open the set-up for an admin."""
        form = self._form(setup_here(self.deps.setups, job.person))
        try:
            if job.view_id:
                self.deps.messenger.update_modal(job.person, job.view_id, replace(form, is_again=True))
            else:
                self.deps.messenger.open_modal(job.person, job.trigger_id, form)
        except UpstreamError as exc:
            if exc.retryable and job.view_id:
                raise
            log.info("setup.no_modal", code=exc.code)
            update_or_respond(self.deps.messenger, job, SetupOffer(is_invited=False))
        else:
            if job.can_replace:
                with suppress(UpstreamError):  # the button stands there still, which harms nobody
                    self.deps.messenger.delete_ephemeral(job)
        return "setup_shown"

    @SAVE_SETUP.handler
    def save(self, job: Job[SetupInput], _progress: Progress) -> str:
        """Check what was filled in, with the platform too, and keep it."""
        now = setup_here(self.deps.setups, job.person)
        wanted = _wanted(job, now)
        key, problem = self._checked(job, now, wanted)
        if not problem:
            sealed = self.deps.keys.seal_shared(wanted, key) if key and wanted.key_mode is KeyMode.SHARED else None
            if not self.deps.setups.save(wanted, job.id, sealed_key=sealed):
                now, problem = setup_here(self.deps.setups, job.person), "changed_meanwhile"
        if problem:
            shown = now if problem == "changed_meanwhile" else wanted
            if problem == "helper_no_admin":
                shown = replace(wanted, admin_contacts=self._admins_of(job.person, wanted))
            self._show_problem(job, self._form(shown, is_theirs=shown.organization_id == now.organization_id), problem)
            return problem
        if key and wanted.key_mode is KeyMode.PER_USER and job.payload.sealed_key:
            self.deps.keys.save(job.person, key)
            self._note(job, "key_kept")
        self._note(job, "changed" if now.organization_id else "set_up", _described(wanted))
        if not self.deps.is_installed(job.person):  # the app was removed while the key was being checked
            self.deps.secrets.forget(job.person.enterprise_id, job.person.team_id)
            raise UpstreamError("slack", code="not_installed")
        is_new_key = wanted.key_mode is KeyMode.SHARED and bool(job.payload.sealed_key)
        is_new_credentials = is_new_key or (wanted.organization_id, wanted.key_mode) != (
            now.organization_id,
            now.key_mode,
        )
        told = self.pending_requests.resolve_by_setup(
            job.person, wanted, job.reference, is_new_credentials=is_new_credentials
        )
        can_choose = bool(self._connectors(wanted, key))
        show_in_modal(self.deps.messenger, job, SetupDone(wanted, told, can_choose))
        self.refresh(job.person)
        return "set_up"

    @REMOVE_SETUP.handler
    def remove(self, job: Job, _progress: Progress) -> str:
        """Forget what was set up; pressed again it does no harm."""
        now = setup_here(self.deps.setups, job.person)
        left = self.deps.setups.operator_default(job.person)
        gives_away = left is None or left.organization_id != now.organization_id
        if now.version and gives_away and not self._may_change(job.person, now):
            self._show_problem(job, self._form(now), "not_removed")
            return "not_removed"
        if now.version:
            self._note(job, "removed")  # before: a repeated job finds nothing
        self.deps.setups.remove(job.person.team_id)
        if left:
            self.pending_requests.resolve_by_setup(job.person, left, job.reference, is_new_credentials=True)
        show_in_modal(self.deps.messenger, job, SetupRemoved(left))
        self.refresh(job.person)
        return "setup_removed"

    @INVITE_ADMIN.handler
    def invite(self, job: Job, _progress: Progress) -> str:
        """Invite an admin to set the workspace up: who installed the app, if that is one."""
        self._note(job, "installed")
        self.deps.setups.restore(job.person.team_id)
        setup = self.deps.setups.for_user(job.person)
        if setup and (setup.key_mode is not KeyMode.SHARED or self.deps.keys.shared(setup)):
            return "set_up_already"
        is_admin = self.deps.people.role_of(job.person).is_admin
        is_of_grid = job.person.team_id == job.person.enterprise_id  # which has no one list of admins
        others = [] if is_of_grid else self.deps.people.admins_of(job.person)[:1]
        invited = [job.person.user_id] if is_admin else others
        for user_id in invited:
            admin = replace(job.person, user_id=user_id)
            self.deps.messenger.post_dm(admin, SetupOffer(is_invited=True))
            self.deps.homes.claim_welcome(admin, job.id)  # and no welcome comes below it
        return "invited" if invited else "nobody_to_invite"

    def _form(self, setup: Setup, *, is_theirs: bool = True) -> SetupForm:
        """Return the form; which tools an organization has that `is_theirs` not yet is nothing for them to see."""
        connectors = self._connectors(setup) if is_theirs else None
        key = self.deps.keys.shared(setup) if setup.key_mode is KeyMode.SHARED else None
        return SetupForm(setup, connectors, ending_of(key))

    def _connectors(self, setup: Setup, key: str | None = None) -> Sequence[Connector] | None:
        """Return the tools of the organization as they are known; a key that was just checked can ask for them."""
        if not setup.organization_id:
            return None
        known = self.deps.catalogue.connectors(setup.organization_id)
        if known is None and key:
            return self.names.fetch_or_none(Credentials(setup.organization_id, key, setup.key_mode))
        return known

    def _checked(self, job: Job[SetupInput], now: Setup, wanted: Setup) -> tuple[str | None, str]:
        """Return the key that was brought, and what is wrong."""
        is_same = now.organization_id == wanted.organization_id
        if now.organization_id and not is_same and not self._may_change(job.person, now):
            return None, "owner_only"
        if self._admins_of(job.person, wanted) != wanted.admin_contacts:
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

    def _show_problem(self, job: Job[Any], form: SetupForm, problem: str) -> None:
        show_in_modal(self.deps.messenger, job, replace(form, problem=problem, is_again=True))

    def _admins_of(self, person: SlackUser, setup: Setup) -> tuple[str, ...]:
        """Return those of the contacts who are admins."""
        role_of = self.deps.people.role_of
        return tuple(c for c in setup.admin_contacts if role_of(replace(person, user_id=c)).is_admin)

    def _may_change(self, person: SlackUser, now: Setup) -> bool:
        """Return whether the person may give the workspace to another organization, or to none (security.md 8)."""
        return person.user_id == now.configured_by or self.deps.people.role_of(person) is Role.OWNER

    def _note(self, job: Job[Any], what: str, about: str = "") -> None:
        person, change_id = job.person, f"{job.id}:{'key' if what == 'key_kept' else 'setup'}"
        self.deps.audit.note(Change(self.deps.clock(), person.team_id, person.user_id, what, about, change_id))


def _wanted(job: Job[SetupInput], now: Setup) -> Setup:
    filled_in = job.payload
    chosen = filled_in.allowed_connectors
    is_same = filled_in.organization_id == now.organization_id
    return Setup(
        workspace_id=job.person.team_id,
        organization_id=filled_in.organization_id,
        enterprise_id=job.person.enterprise_id or "",
        configured_by=now.configured_by if is_same else job.person.user_id,
        key_mode=filled_in.key_mode,
        guests_allowed=filled_in.guests_allowed,
        allowed_connectors=now.allowed_connectors
        if chosen is None
        else (*chosen, *now.allowed_connectors[MOST_SHOWN:]),
        admin_contacts=tuple(filled_in.admin_contacts),
        version=filled_in.version,
        is_inherited=now.is_inherited and filled_in.key_mode is KeyMode.OPERATOR,
    )


def _described(setup: Setup) -> str:
    who = "guests too" if setup.guests_allowed else "no guests"
    return f"{setup.organization_id}, {setup.key_mode.value}, {who}, {len(setup.allowed_connectors) or 'all'} tools"
