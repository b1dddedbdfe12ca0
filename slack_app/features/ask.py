"""Asks the admins for what only they can mend, once a day and cause, and tells people when it is mended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import structlog

from slack_app.errors import UpstreamError, UserError
from slack_app.features.answer import say
from slack_app.features.details import draft_of
from slack_app.model import Change, Job, Person
from slack_app.ports import Clock
from slack_app.ports.jobs import Drafts, Progress, Queue
from slack_app.ports.slack import Messenger, People
from slack_app.ports.workspaces import Asks, Audit, Limits, Setups

NEEDS_ADMIN = frozenset(
    """
    workspace_unmapped workspace_key_missing platform_unauthorized platform_forbidden account_unauthorized
    account_forbidden connector_not_offered
    """.split()
)
"""The reasons that an admin of the workspace can mend."""
MOST_ASKED = 5
PERSON_ASKS, PERSON_SECONDS = 5, 3600.0
WORKSPACE_ASKS, WORKSPACE_SECONDS = 30, 24 * 3600.0
DRAFT_SECONDS = 7 * 24 * 3600

log = structlog.get_logger("slack_app.ask")


@dataclass(frozen=True, slots=True)
class AdminAsked:
    """What an admin is asked: by whom, why, about which tool, and under which name it is mended."""

    person: Person
    reason: str
    cause: str
    tool_key: str
    tool: str
    organization_id: str


@dataclass(frozen=True, slots=True)
class Asked:
    """Whom the app has asked for the person; `is_first` when it was just now, and not earlier today."""

    admins: Sequence[str]
    is_first: bool


@dataclass(frozen=True, slots=True)
class Helped:
    """What the person waited for is mended; what they wanted waits under `draft_id`."""

    draft_id: str
    tool: str


@dataclass(frozen=True, slots=True)
class Mended:
    """The admin has mended it; so many people were told. `tool` is what is offered now, if that was it."""

    told: int
    tool: str = ""


def cause_of(reason: str, facts: Mapping[str, Any]) -> str:
    """Name what is to be mended; the same for everybody who meets it."""
    kind = reason.replace("platform_", "").replace("account_", "")
    is_of_tool = reason in ("platform_forbidden", "connector_not_offered")
    return f"{kind}/{facts.get('connector_type', '')}" if is_of_tool else kind


def checked_admin(people: People, person: Person) -> None:
    """Raise UserError, which names the admins, when the person is none now; UpstreamError when Slack does not say."""
    if not people.role_of(person).is_admin:
        raise UserError("not_admin", admins=list(people.admins_of(person)))


@dataclass(frozen=True, slots=True)
class AskOf:
    """The use cases with what they need."""

    setups: Setups
    people: People
    asks: Asks
    limits: Limits
    drafts: Drafts
    queue: Queue
    messenger: Messenger
    audit: Audit
    clock: Clock

    def ask(self, job: Job, _progress: Progress) -> str:
        """Ask the admins for the person."""
        draft = draft_of(self.drafts, job)
        reason, facts = str(draft.details.get("reason", "")), draft.details.get("facts", {})
        if reason not in NEEDS_ADMIN:
            raise UserError("button_outdated")
        admins = self._admins(job.person)
        cause, team_id = cause_of(reason, facts), job.person.team_id
        self.drafts.keep(draft, DRAFT_SECONDS)
        self.asks.wait(cause, job.person, str(job.details["about"]))
        is_first = self.asks.may_tell(team_id, cause, job.id)
        if is_first:
            tool_key = str(facts.get("connector_type") or draft.connector_type)
            tool, organization_id = str(facts.get("name") or tool_key), str(facts.get("organization_id", ""))
            question = AdminAsked(job.person, reason, cause, tool_key, tool, organization_id)
            self._tell(job, cause, admins, question)
        say(self.messenger, job, Asked(admins, is_first))
        return "admins_asked" if is_first else "admins_were_asked"

    def offer(self, job: Job, _progress: Progress) -> str:
        """Offer the tool from now on, and tell who waits for it."""
        checked_admin(self.people, job.person)
        setup = self.setups.of(job.person)
        if setup is None:
            raise UserError("button_outdated")
        if setup.offered and job.connector_type not in setup.offered:
            offered = (*setup.offered, job.connector_type)
            if not self.setups.save(replace(setup, offered=offered), job.id):
                raise UpstreamError("redis", retryable=True, code="changed_meanwhile")
            change = Change(self.clock(), setup.workspace_id, job.person.user_id, "offered", job.connector_type)
            self.audit.note(change)
        cause = cause_of("connector_not_offered", {"connector_type": job.connector_type})
        say(self.messenger, job, Mended(self.mended(job.person, cause), job.connector_type))
        return "offered"

    def allowed(self, job: Job, _progress: Progress) -> str:
        """Tell who waits for it that it was mended elsewhere."""
        checked_admin(self.people, job.person)
        say(self.messenger, job, Mended(self.mended(job.person, str(job.details["about"]))))
        return "mended"

    def fixed(self, job: Job, _progress: Progress) -> str:
        """Tell everybody who waits that the workspace, or its Enterprise Grid, is set up: the operator did it."""
        place = job.person.team_id
        self.mended(job.person)
        for team_id in self.asks.workspaces_of(place):
            member = replace(job.person, enterprise_id=place, team_id=team_id)
            setup = self.setups.of(member)
            if setup and setup.workspace_id == place:  # not one of its own
                self.mended(member)
        return "mended"

    def again(self, job: Job, _progress: Progress) -> str:
        """Do once more what the person wanted, in the place of the message whose button they pressed."""
        draft = draft_of(self.drafts, job)
        details = {
            name: value for name, value in draft.details.items() if name not in ("reason", "facts", "trigger_id")
        }
        details |= {name: job.details[name] for name in ("dm", "trigger_id") if name in job.details}
        again = replace(draft, id=f"{job.id}:again", accepted_at=self.clock(), response_url=job.response_url)
        self.queue.add(replace(again, channel_id=job.channel_id, details=details))
        return "repeated_for_person"

    def mended(self, person: Person, only: str = "") -> int:
        """Tell who waits, for one cause or for all, in the person's workspace; gives how many were told."""
        told = 0
        for cause in [only] if only else self.asks.causes(person.team_id):
            for waiting, draft_id in self.asks.take(person.team_id, cause):
                draft = self.drafts.of(draft_id, waiting)
                facts = draft.details.get("facts", {}) if draft else {}
                tool = str(facts.get("name") or facts.get("connector_type") or (draft.connector_type if draft else ""))
                told += self._reached(waiting, Helped(draft_id, tool))
        return told

    def _admins(self, person: Person) -> Sequence[str]:
        setup = self.setups.of(person)
        admins = (setup.notify if setup else ()) or self.people.admins_of(person)
        return [user_id for user_id in admins if user_id != person.user_id][:MOST_ASKED]

    def _tell(self, job: Job, cause: str, admins: Sequence[str], question: AdminAsked) -> None:
        """Send it to each; raises UserError when there is a limit, or nobody can be reached."""
        person = job.person
        try:
            self._count("ask_person", f"{person.team_id}:{person.user_id}", PERSON_ASKS, PERSON_SECONDS)
            self._count("ask_workspace", person.team_id, WORKSPACE_ASKS, WORKSPACE_SECONDS)
            if not sum(self._reached(replace(person, user_id=user_id), question) for user_id in admins):
                self.limits.give_back("ask_workspace", person.team_id)
                self.limits.give_back("ask_person", f"{person.team_id}:{person.user_id}")
                raise UserError("admins_unreachable")
        except UserError:
            self.asks.forget_told(person.team_id, cause)
            raise

    def _count(self, reason: str, whose: str, most: int, seconds: float) -> None:
        again_at = self.limits.take(reason, whose, most, seconds)
        if again_at is not None:
            raise UserError("limit_asks", again_at=again_at)

    def _reached(self, person: Person, fact: object) -> bool:
        try:
            self.messenger.post_dm(person, fact)
        except UpstreamError as exc:
            if exc.service != "slack":
                raise
            log.info("ask.undelivered", team_id=person.team_id, user_id=person.user_id, code=exc.code)
            return False
        return True
