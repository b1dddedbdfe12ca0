"""Lets each person bring a key of their own for the connector platform, and goes on with what they wanted."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace

import structlog

from slack_app.errors import UpstreamError
from slack_app.features.credentials import setup_of
from slack_app.features.respond import show_in_modal, update_or_respond
from slack_app.model.facts import MessageFact, MessageOrModalFact, ModalFact
from slack_app.model.jobs import Job
from slack_app.model.messages import MessageRef
from slack_app.model.users import SlackUser
from slack_app.model.workspaces import Change, Credentials, KeyMode
from slack_app.ports import Clock
from slack_app.ports.home import Refreshing
from slack_app.ports.jobs import Drafts, JobQueue, Progress
from slack_app.ports.keys import Keys
from slack_app.ports.platform import Platform
from slack_app.ports.slack import Messenger
from slack_app.ports.workspaces import Audit, Setups

NEEDS_KEY = frozenset(["key_needed", "key_refused"])
"""The reasons that a person mends with a key of their own."""
SHOWN, LONG_ENOUGH = 4, 16
REFUSALS = {
    401: "key_not_accepted",
    403: "organization_not_allowed",
    **dict.fromkeys((400, 404, 422), "organization_unknown"),
}
"""What the platform means when it is asked about a key and an organization, by status."""

log = structlog.get_logger("slack_app.key")


@dataclass(frozen=True, slots=True)
class KeyShown(MessageFact):
    """Whether the person has a key, and how it ends; None for none."""

    organization_id: str
    ending: str | None


@dataclass(frozen=True, slots=True)
class KeyLooking(MessageFact):
    """The request was taken on."""


@dataclass(frozen=True, slots=True)
class NoKeyNeeded(MessageFact):
    """In this workspace nobody needs a key of their own."""


@dataclass(frozen=True, slots=True)
class AskKey(MessageOrModalFact):
    """The person is asked for a key; what they wanted waits under `draft_id`. `problem` says why the last was not good.

    `was_late` when Slack did not let us ask any more.
    """

    organization_id: str
    ending: str | None
    draft_id: str = ""
    problem: str = ""
    was_late: bool = False


@dataclass(frozen=True, slots=True)
class KeyChecking(ModalFact):
    """The key is being checked with the platform."""


@dataclass(frozen=True, slots=True)
class KeySaved(MessageOrModalFact):
    """The key was accepted and is kept; `goes_on` says that what the person wanted goes on by itself."""

    organization_id: str
    ending: str
    goes_on: bool


@dataclass(frozen=True, slots=True)
class KeyRemoved(MessageFact):
    """The key is forgotten."""


def ending_of(key: str | None) -> str | None:
    """Give as much of a key as tells it from another; nothing of a short one."""
    if key is None:
        return None
    return key[-SHOWN:] if len(key) >= LONG_ENOUGH else ""


def refusal_of(platform: Platform, credentials: Credentials) -> str:
    """Ask the platform whether it accepts the key for the organization; empty when it does, else why not."""
    try:
        platform.accounts(credentials)
    except UpstreamError as exc:
        if exc.service != "platform":
            raise
        log.info("key.refused", status=exc.status, code=exc.code, trace_id=exc.trace_id)
        if exc.retryable:
            return "platform_away"
        return REFUSALS.get(exc.status or 0, "platform_odd")
    return ""


@dataclass(frozen=True, slots=True)
class ManageKey:
    """The use cases with what they need."""

    setups: Setups
    keys: Keys
    is_installed: Callable[[SlackUser], bool]
    platform: Platform
    messenger: Messenger
    drafts: Drafts
    queue: JobQueue
    audit: Audit
    refresh: Refreshing
    clock: Clock

    def show(self, job: Job, _progress: Progress) -> str:
        """Say whether the person has a key, and offer to change it."""
        setup = setup_of(self.setups, job.person)
        if setup.key_mode is KeyMode.PER_USER:
            update_or_respond(
                self.messenger, job, KeyShown(setup.organization_id, ending_of(self.keys.get(job.person)))
            )
        else:
            update_or_respond(self.messenger, job, NoKeyNeeded())
        return "key_shown"

    def open(self, job: Job, _progress: Progress) -> str:
        """Open the modal that asks for a key."""
        setup = setup_of(self.setups, job.person)
        draft_id = str(job.details.get("about", ""))
        question = AskKey(setup.organization_id, ending_of(self.keys.get(job.person)), draft_id)
        draft = self.drafts.get(draft_id, job.person)
        if draft and "dm" in job.details:
            self.drafts.keep(replace(draft, details={**draft.details, "prompt": job.details["dm"]}))
        try:
            self.messenger.open_modal(job.person, str(job.details.get("trigger_id", "")), question)
        except UpstreamError as exc:
            log.info("key.no_modal", code=exc.code)
            update_or_respond(self.messenger, job, replace(question, was_late=True))
        return "key_asked"

    def save(self, job: Job, _progress: Progress) -> str:
        """Check the key that was filled in, keep it, and go on with what the person wanted."""
        setup = setup_of(self.setups, job.person)
        key, draft_id = self.keys.unseal(job.person, str(job.details["sealed"])), str(job.details["about"])
        question = AskKey(setup.organization_id, ending_of(self.keys.get(job.person)), draft_id)
        credentials = Credentials(setup.organization_id, key or "", KeyMode.PER_USER)
        problem = refusal_of(self.platform, credentials) if key else "key_unreadable"
        if not key or problem:
            show_in_modal(self.messenger, job, replace(question, problem=problem))
            return problem
        self.keys.keep(job.person, key)
        if not self.is_installed(job.person):  # the app was removed while the key was being checked
            self.keys.remove(job.person)
            raise UpstreamError("slack", code="not_installed")
        self._note(job, "key_changed" if question.ending is not None else "key_added")
        draft = self.drafts.get(draft_id, job.person)
        kept = KeySaved(setup.organization_id, ending_of(key) or "", goes_on=draft is not None)
        if draft is not None:
            self._go_on(job, draft, kept)
        show_in_modal(self.messenger, job, kept)
        self.refresh(job.person)
        return "key_kept"

    def remove(self, job: Job, _progress: Progress) -> str:
        """Forget the person's key; pressed again it does no harm."""
        if self.keys.get(job.person) is not None:
            self._note(job, "key_removed")  # before: a repeated job finds none
        self.keys.remove(job.person)
        update_or_respond(self.messenger, job, KeyRemoved())
        self.refresh(job.person)
        return "key_removed"

    def _note(self, job: Job, what: str) -> None:
        self.audit.note(Change(self.clock(), job.person.team_id, job.person.user_id, what, id=job.id))

    def _go_on(self, job: Job, draft: Job, kept: KeySaved) -> None:
        """Do what the person wanted; the message that asked for the key asks no more.

        It may stand far above by now, so what comes is the last message.
        """
        details = {name: value for name, value in draft.details.items() if name not in ("dm", "prompt")}
        self.queue.enqueue(replace(draft, id=f"{job.id}:again", accepted_at=self.clock(), details=details))
        if "prompt" in draft.details:
            with suppress(UpstreamError):  # the key is kept, and the modal says so
                self.messenger.edit_dm(job.person, MessageRef(**draft.details["prompt"]), kept)
