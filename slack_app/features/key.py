"""Lets each person bring a key of their own for the connector platform, and goes on with what they wanted."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

import structlog

from slack_app.errors import UpstreamError
from slack_app.features.credentials import setup_of
from slack_app.features.dependencies import Dependencies
from slack_app.features.policy import can_set_up
from slack_app.features.respond import channel_of, show_in_modal, update_or_respond
from slack_app.model.facts import AcknowledgementFact, MessageFact, MessageOrModalFact, ModalFact
from slack_app.model.jobs import Draft, Job
from slack_app.model.parameters import canonical
from slack_app.model.tasks import Permission, Reply, Task, makes_link
from slack_app.model.tool_names import known_name
from slack_app.model.workspaces import Change, Credentials, KeyMode
from slack_app.ports.home import Refreshing
from slack_app.ports.jobs import Progress
from slack_app.ports.platform import Platform

NEEDS_KEY = frozenset(["key_needed", "key_refused"])
"""The reasons that a person mends with a key of their own."""
SHOWN, LONG_ENOUGH = 4, 16
REFUSALS = {
    401: "key_not_accepted",
    403: "organization_not_allowed",
    **dict.fromkeys((400, 404, 422), "organization_unknown"),
}
"""What the platform means when it is asked about a key and an organization, by status."""


@dataclass(frozen=True, slots=True)
class SealedKey:
    """The key that was filled in, sealed for the person."""

    sealed: str = field(repr=False)


SHOW_KEY = Task("key.show", Permission.CONNECT, is_awaited=True, former_kinds=("key",))
OPEN_KEY = Task("key.open", Permission.CONNECT, former_kinds=("key_open",))
SAVE_KEY = Task(
    "key.save",
    Permission.CONNECT,
    payload=SealedKey,
    reply=Reply.MODAL,
    is_awaited=True,
    resumes_as="key.open",  # a key that was typed does not wait with the request: it is asked for again
    former_kinds=("key_keep",),
)
REMOVE_KEY = Task("key.remove", Permission.ANYBODY, former_kinds=("key_remove",))


log = structlog.get_logger("slack_app.key")


@dataclass(frozen=True, slots=True)
class KeyShown(MessageFact):
    """Whether the person has a key, and how it ends; None for none."""

    organization_id: str
    ending: str | None


@dataclass(frozen=True, slots=True)
class KeyLoading(AcknowledgementFact):
    """The request was taken on."""


@dataclass(frozen=True, slots=True)
class NoKeyNeeded(MessageOrModalFact):
    """In this workspace nobody needs a key of their own."""


@dataclass(frozen=True, slots=True)
class AskKey(MessageOrModalFact):
    """The person is asked for a key; what they wanted waits under `draft_id`. `problem` says why the last was not good.

    `was_late` when Slack did not let us ask any more. `is_admin`: they can set the app up, as far as that is known.
    """

    organization_id: str
    ending: str | None
    draft_id: str = ""
    problem: str = ""
    was_late: bool = False
    is_admin: bool | None = None


@dataclass(frozen=True, slots=True)
class KeyChecking(ModalFact):
    """The key is being checked with the platform."""


@dataclass(frozen=True, slots=True)
class KeySaved(MessageOrModalFact):
    """The key was accepted and is kept; `goes_on` says that what the person wanted goes on by itself.

    `is_link_next`: the modal shows a link next, to `tool` (empty where its name is not known yet). `channel_id` is the
    channel where the person finds what they wanted, empty for their messages with the app.
    """

    organization_id: str
    ending: str
    goes_on: bool
    is_link_next: bool = False
    tool: str = ""
    channel_id: str = ""


@dataclass(frozen=True, slots=True)
class KeyRemoved(MessageFact):
    """The key is forgotten."""


def ending_of(key: str | None) -> str | None:
    """Return as much of a key as tells it from another; nothing of a short one."""
    if key is None:
        return None
    return key[-SHOWN:] if len(key) >= LONG_ENOUGH else ""


def refusal_of(platform: Platform, credentials: Credentials) -> str:
    """Ask the platform whether it accepts the key for the organization; empty when it does, else why not."""
    try:
        platform.check(credentials)
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

    deps: Dependencies
    refresh: Refreshing

    @SHOW_KEY.handler
    def show(self, job: Job, _progress: Progress) -> str:
        """Tell the person whether they have a key, and offer to change it."""
        setup = setup_of(self.deps.setups, job.person)
        if setup.key_mode is KeyMode.PER_USER:
            update_or_respond(
                self.deps.messenger, job, KeyShown(setup.organization_id, ending_of(self.deps.keys.get(job.person)))
            )
        else:
            update_or_respond(self.deps.messenger, job, NoKeyNeeded())
        return "key_shown"

    @OPEN_KEY.handler
    def open(self, job: Job, _progress: Progress) -> str:
        """Open the modal that asks for a key; a request for which one is there by now goes on instead."""
        job, draft = self._where_it_is_needed(job)
        setup = setup_of(self.deps.setups, job.person)
        ending = ending_of(self.deps.keys.get(job.person))
        question = AskKey(setup.organization_id, ending, job.target_id)
        is_needed = setup.key_mode is KeyMode.PER_USER  # an admin may have changed that since the button was shown
        is_waiting = job.target_id in self.deps.drafts.waiting_for_key(job.person)
        if draft and draft.reason in NEEDS_KEY and (not is_needed or (ending is not None and not is_waiting)):
            self.deps.queue.enqueue(draft.repeated(job, self.deps.clock()))
            self.deps.drafts.stop_waiting_for_key(job.person, [job.target_id])
            return "went_on"
        if not is_needed:
            return self.show(job, _progress)
        if draft and job.message:
            self.deps.drafts.save(replace(draft, prompt=job.message))
        try:
            self.deps.messenger.open_modal(job.person, job.trigger_id, question)
        except UpstreamError as exc:
            log.info("key.no_modal", code=exc.code)
            update_or_respond(self.deps.messenger, job, replace(question, was_late=True))
        return "key_asked"

    @SAVE_KEY.handler
    def save(self, job: Job[SealedKey], _progress: Progress) -> str:
        """Check the key that was filled in, keep it, and go on with what the person wanted."""
        key = self.deps.keys.unseal(job.sent_by, job.payload.sealed)
        job, _ = self._where_it_is_needed(job)
        setup = setup_of(self.deps.setups, job.person)
        if setup.key_mode is not KeyMode.PER_USER:  # it was changed while they typed: nothing is checked, nor kept
            show_in_modal(self.deps.messenger, job, NoKeyNeeded())
            self._go_on(job, self._waiting(job), NoKeyNeeded(), "")
            return "no_key_needed"
        question = AskKey(setup.organization_id, ending_of(self.deps.keys.get(job.person)), job.target_id)
        credentials = Credentials(setup.organization_id, key or "", KeyMode.PER_USER)
        problem = refusal_of(self.deps.platform, credentials) if key else "key_unreadable"
        if not key or problem:
            is_admin = can_set_up(self.deps.people, job.person)
            show_in_modal(self.deps.messenger, job, replace(question, problem=problem, is_admin=is_admin))
            return problem
        self.deps.keys.save(job.person, key)
        if not self.deps.is_installed(job.person):  # the app was removed while the key was being checked
            self.deps.keys.remove(job.person)
            raise UpstreamError("slack", code="not_installed")
        self._note(job, "key_changed" if question.ending is not None else "key_added")
        waiting = self._waiting(job)
        kept = KeySaved(setup.organization_id, ending_of(key) or "", goes_on=bool(waiting))
        links = [draft_id for draft_id, draft in waiting.items() if makes_link(draft.job.kind)]
        shown_id = next(iter([*links, *waiting]), "")
        # Before what goes on: its link is to take the place of this, and not this the place of the link.
        show_in_modal(self.deps.messenger, job, _with_way(kept, waiting.get(shown_id), is_link=bool(links)))
        self._go_on(job, waiting, kept, shown_id)
        self.refresh(job.person)
        return "key_kept"

    def _where_it_is_needed(self, job: Job[Any]) -> tuple[Job[Any], Draft | None]:
        """Return the job in the workspace of what waits for the key, and that; the person may be in another by now."""
        draft = self.deps.drafts.get(job.target_id, job.person)
        return (replace(job, person=job.person.at(draft.job.person)), draft) if draft else (job, None)

    @REMOVE_KEY.handler
    def remove(self, job: Job, _progress: Progress) -> str:
        """Forget the person's key; pressed again it does no harm."""
        if self.deps.keys.get(job.person) is not None:
            self._note(job, "key_removed")  # before: a repeated job finds none
        self.deps.keys.remove(job.person)
        update_or_respond(self.deps.messenger, job, KeyRemoved())
        self.refresh(job.person)
        return "key_removed"

    def _note(self, job: Job[Any], what: str) -> None:
        self.deps.audit.note(Change(self.deps.clock(), job.person.team_id, job.person.user_id, what, id=job.id))

    def _waiting(self, job: Job[SealedKey]) -> Mapping[str, Draft]:
        """Return what waits for a key of the person's, whichever message asked for it."""
        draft_ids = dict.fromkeys([job.target_id, *self.deps.drafts.waiting_for_key(job.person)])
        found = {draft_id: self.deps.drafts.get(draft_id, job.person) for draft_id in draft_ids}
        return {draft_id: draft for draft_id, draft in found.items() if draft}

    def _go_on(self, job: Job[SealedKey], waiting: Mapping[str, Draft], kept: MessageFact, shown_id: str) -> None:
        """Do what the person wanted, each thing once; the messages that asked for the key ask no more.

        They may stand far above by now, so what comes is the last message; one comes into the modal, too.
        """
        done: list[object] = []
        for draft_id, draft in waiting.items():
            asked = draft.job
            said = canonical([asked.parameters, asked.payload])
            wanted = (asked.kind, asked.connector_type, asked.target_id, said)
            if wanted not in done:
                done.append(wanted)
                again_id = f"{job.id}:again:{draft_id}"
                again = replace(asked, id=again_id, accepted_at=job.accepted_at, message=None)
                if draft_id == shown_id:
                    again = replace(again, view_id=job.view_id, is_after_key=True)
                self.deps.queue.enqueue(again)
            if draft.prompt is not None:
                with suppress(UpstreamError):  # the key is kept, and the modal says so
                    self.deps.messenger.edit_dm(job.person, draft.prompt, kept)
        self.deps.drafts.stop_waiting_for_key(job.person, list(waiting))  # after: a repeated job finds them again


def _with_way(kept: KeySaved, draft: Draft | None, *, is_link: bool) -> KeySaved:
    """Return what the modal says: what comes into it next, and where it can be found beside that."""
    if draft is None:
        return kept
    tool = known_name(draft.job.connector_type) if is_link else ""
    return replace(kept, is_link_next=is_link, tool=tool, channel_id=channel_of(draft.job))
