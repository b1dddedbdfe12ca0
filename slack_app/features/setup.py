"""Lets the admins of a workspace set it up inside Slack: for which organization, with whose key, who may connect what.

A workspace id is public and proves nothing: an organization is had only by a key that the platform accepts for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

import structlog

from slack_app.errors import UpstreamError
from slack_app.features.credentials import setup_here
from slack_app.features.dependencies import Dependencies
from slack_app.features.key import ending_of
from slack_app.features.names import Names
from slack_app.features.pending_requests import PendingRequests
from slack_app.features.policy import OWNER_ONLY, refusal
from slack_app.features.respond import show_in_modal, update_or_respond
from slack_app.features.setup_check import SetupCheck, SetupInput, wanted_setup
from slack_app.features.setup_effect import SetupEffect, SetupEffects
from slack_app.model.facts import AcknowledgementFact, MessageFact, MessageOrModalFact, ModalFact
from slack_app.model.jobs import Draft, Job
from slack_app.model.tasks import Permission, Reply, Task
from slack_app.model.tools import Connector
from slack_app.model.workspaces import Change, Credentials, KeyMode, Setup
from slack_app.ports.home import Refreshing
from slack_app.ports.jobs import Progress

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

CONFIRM = "setup_change"
"""What a form waits for that is to be submitted once more."""
KEEPS_KEY = frozenset("helper_no_admin operator_only organization_unknown platform_away platform_odd".split())
"""The problems in which a key that was typed may be right."""
KEPT_SECONDS = 900
"""So long what was typed waits, the key in it sealed, until the form is submitted once more."""

log = structlog.get_logger("slack_app.setup")


@dataclass(frozen=True, slots=True)
class SetupForm(MessageOrModalFact):
    """What is set up, and what can be: `setup` as it stands, or as it was filled in; `ending` is of the key for all.

    `problem` says why it was not saved; `connectors` are None when they never were read. `is_again`: in a modal that
    showed something before. Where it takes effect on what exists, `effect` says which, and it is saved only when it is
    submitted once more. What was typed waits under `draft_id`, and `ending` is of the key in it.
    """

    setup: Setup
    connectors: Sequence[Connector] | None
    ending: str | None = None
    problem: str = ""
    is_again: bool = False
    effect: SetupEffect | None = None
    draft_id: str = ""


@dataclass(frozen=True, slots=True)
class SetupOpening(AcknowledgementFact):
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
class ManageSetup:
    """The use cases with what they need."""

    deps: Dependencies
    check: SetupCheck
    effects: SetupEffects
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
        job, is_confirmed = self._as_asked(job, now)
        wanted = wanted_setup(job, now)
        key, problem = self.check(job, now, wanted)
        effect = None if problem or is_confirmed else self.effects(job.person, now, wanted, key)
        if effect and now.version != wanted.version:  # what it says would be of something else
            problem = "changed_meanwhile"
        elif effect:
            return self._ask(job, wanted, effect)
        if not problem:
            sealed = self.deps.keys.seal_shared(wanted, key) if key and wanted.key_mode is KeyMode.SHARED else None
            if not self.deps.setups.save(wanted, job.id, sealed_key=sealed):
                now, problem = setup_here(self.deps.setups, job.person), "changed_meanwhile"
        if problem == OWNER_ONLY:
            self.deps.audit.note_use(refusal(job.person, problem, "", self.deps.clock()))
        if problem:
            shown = now if problem == "changed_meanwhile" else wanted
            if problem == "helper_no_admin":
                shown = replace(wanted, admin_contacts=self.check.admins_of(job.person, wanted))
            form = replace(self._form(shown, is_theirs=shown.organization_id == now.organization_id), problem=problem)
            self._show_again(job, self._waiting(job, form, problem) if problem in KEEPS_KEY else form)
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

    def _form(self, setup: Setup, *, is_theirs: bool = True) -> SetupForm:
        """Return the form; which tools an organization has that `is_theirs` not yet is nothing for them to see."""
        if not is_theirs:  # nor is the key of before for it
            return SetupForm(setup, None)
        connectors = self._connectors(setup)
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

    def show_problem(self, job: Job[Any], setup: Setup, problem: str) -> str:
        """Show the form with the setup and why nothing was changed; return the problem."""
        self._show_again(job, replace(self._form(setup), problem=problem))
        return problem

    def _show_again(self, job: Job[Any], form: SetupForm) -> None:
        show_in_modal(self.deps.messenger, job, replace(form, is_again=True))

    def _ask(self, job: Job[SetupInput], wanted: Setup, effect: SetupEffect) -> str:
        """Ask whether it is to be saved, in view of what it does."""
        form = replace(self._form(wanted, is_theirs=not effect.is_elsewhere), effect=effect)
        self._show_again(job, self._waiting(job, form, CONFIRM))
        return "setup_confirmation_asked"

    def _waiting(self, job: Job[SetupInput], form: SetupForm, reason: str) -> SetupForm:
        """Return the form with what was typed, which waits until it is submitted once more."""
        ending = ending_of(self._typed(job)) if job.payload.sealed_key else form.ending
        return replace(form, draft_id=self.deps.drafts.save(Draft(job, reason), KEPT_SECONDS), ending=ending)

    def _as_asked(self, job: Job[SetupInput], now: Setup) -> tuple[Job[SetupInput], bool]:
        """Return the job with what waited for it and what the form could not show, and whether it confirms that.

        The same form goes on under the id of the job that asked: done again, that one finds it saved, and asks no more.
        """
        draft = self.deps.drafts.get(job.target_id, job.person) if job.target_id else None
        if draft is None or draft.job.kind != SAVE_SETUP.kind:
            return replace(job, payload=job.payload.with_unshown(now.allowed_connectors)), False
        asked = SAVE_SETUP.read_payload(draft.job)
        shown = asked.payload.allowed_connectors
        filled_in = job.payload.with_unshown(now.allowed_connectors if shown is None else shown)
        if filled_in.sealed_key and self._typed(job) != self._typed(asked):
            return replace(job, payload=filled_in), False
        is_confirmed = draft.reason == CONFIRM and filled_in.is_same_change(asked.payload)
        sealed_key, typed = asked.payload.sealed_key, self._typed(asked) if asked.payload.sealed_key else None
        if filled_in.is_same_form(asked.payload):
            job = replace(job, id=asked.id)
        elif typed:  # it was sealed for where the other request named its person
            sealed_key = self.deps.keys.seal(job.sent_by, typed)
        return replace(job, payload=replace(filled_in, sealed_key=sealed_key)), is_confirmed

    def _typed(self, job: Job[SetupInput]) -> str | None:
        return self.deps.keys.unseal(job.sent_by, job.payload.sealed_key)

    def _note(self, job: Job[Any], what: str, about: str = "") -> None:
        person, change_id = job.person, f"{job.id}:{'key' if what == 'key_kept' else 'setup'}"
        self.deps.audit.note(Change(self.deps.clock(), person.team_id, person.user_id, what, about, change_id))


def _described(setup: Setup) -> str:
    who = "guests too" if setup.guests_allowed else "no guests"
    return f"{setup.organization_id}, {setup.key_mode.value}, {who}, {len(setup.allowed_connectors) or 'all'} tools"
