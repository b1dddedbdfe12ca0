"""Asks the admins for what only they can solve, once a day and problem; pending_requests.py tells who waited."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import structlog

from slack_app.errors import RetryLater, UpstreamError, UserError
from slack_app.features.credentials import setup_here
from slack_app.features.dependencies import Dependencies
from slack_app.features.details import draft_of
from slack_app.features.names import Names
from slack_app.features.pending_requests import NEEDS_ADMIN, PendingRequests, problem_key
from slack_app.features.policy import NOT_OFFERED
from slack_app.features.respond import respond, update_or_respond
from slack_app.model.facts import MessageFact, MessageOrModalFact
from slack_app.model.jobs import Draft, Job
from slack_app.model.messages import AdminPost, MessageRef
from slack_app.model.tasks import Permission, Task
from slack_app.model.tool_names import proper_name
from slack_app.model.users import Role, SlackUser
from slack_app.model.workspaces import Change
from slack_app.ports.jobs import Progress

MOST_ASKED = 5
PERSON_ASKS, PERSON_SECONDS = 5, 3600.0
WORKSPACE_ASKS, WORKSPACE_SECONDS = 30, 24 * 3600.0
DRAFT_SECONDS = 7 * 24 * 3600

ASK_ADMIN = Task("admins.ask", Permission.CONNECT, is_awaited=True, former_kinds=("ask",))
OFFER_TOOL = Task("admins.offer_tool", Permission.ADMIN, is_awaited=True, former_kinds=("offer",))
CONFIRM_FIXED = Task("admins.confirm_fixed", Permission.ADMIN, is_awaited=True, former_kinds=("allowed",))

OPEN_DECLINE = Task("admins.open_decline", Permission.ADMIN)


@dataclass(frozen=True, slots=True)
class DeclineReason:
    """Why the admin declines."""

    reason: str


DECLINE = Task("admins.decline", Permission.ADMIN, payload=DeclineReason, is_awaited=True)

log = structlog.get_logger("slack_app.ask_admin")


@dataclass(frozen=True, slots=True)
class AdminRequest(MessageFact):
    """What an admin is asked: by whom, why, about which tool (its name, empty for none to tell), and the problem.

    `is_own` when it is their own request: an admin needs no other. `reference` leads to what was refused.
    """

    person: SlackUser
    reason: str
    cause: str
    tool_key: str
    tool: str
    organization_id: str
    is_own: bool = False
    reference: str = ""


@dataclass(frozen=True, slots=True)
class AdminsAsked(MessageFact):
    """Whom the app has asked for the person; `is_first` when it was just now, and not earlier today."""

    admins: Sequence[str]
    is_first: bool


@dataclass(frozen=True, slots=True)
class ProblemResolved(MessageFact):
    """The admin has solved it, and `told` others hear of it. `tool` is what is offered now, if that was it."""

    told: int
    tool: str = ""


@dataclass(frozen=True, slots=True)
class AskReason(MessageOrModalFact):
    """Why does the admin decline the request? In a message, Slack did not let us ask: the button asks again."""

    cause: str
    draft_id: str


@dataclass(frozen=True, slots=True)
class ProblemDeclined(MessageFact):
    """The admin has declined it, and `told` others hear why: what the person wanted with the tool (its name)."""

    told: int
    reason: str
    person: SlackUser | None = None
    tool: str = ""


@dataclass(frozen=True, slots=True)
class AskAdmin:
    """The use cases with what they need."""

    deps: Dependencies
    names: Names
    pending_requests: PendingRequests

    @ASK_ADMIN.handler
    def ask_admin(self, job: Job, progress: Progress) -> str:
        """Ask the admins for the person."""
        draft = draft_of(self.deps.drafts, job)
        reason, facts = draft.reason, draft.facts
        if reason not in NEEDS_ADMIN:
            raise UserError("button_outdated")
        cause, team_id = problem_key(reason, facts), job.person.team_id
        for waiting in [draft, self.deps.drafts.get(draft.job.target_id, job.person)]:  # what was filled in
            if waiting is not None:
                self.deps.drafts.save(waiting, DRAFT_SECONDS)
        self.deps.asks.wait(cause, job.person, job.target_id)
        role = self.deps.people.role_of(job.person)
        question = self._question(draft, role, cause)
        if role.is_admin:
            update_or_respond(self.deps.messenger, job, replace(question, is_own=True))
            return "requester_is_admin"
        admins = self._admins(job.person)
        is_first = self.deps.asks.claim_notification(team_id, cause, job.id)
        if is_first and progress.dm is None:
            reached = self._tell(job.person, admins, question)
            admins = list(reached)
            progress.record_dm(reached[admins[0]])
        if not is_first:
            admins = list(dict.fromkeys(post.admin.user_id for post in self.deps.asks.posts(team_id, cause))) or admins
        update_or_respond(self.deps.messenger, job, AdminsAsked(admins, is_first))
        return "admins_asked" if is_first else "admins_were_asked"

    def _question(self, draft: Draft, role: Role, cause: str) -> AdminRequest:
        """Return what the admins are asked; of a guest's or a stranger's words they read only a tool's own name.

        Where connections can't be seen at all, it is no matter of one tool.
        """
        person, facts = draft.job.person, draft.facts
        tool_key = str(facts.get("connector_type") or draft.job.connector_type)
        typed = "" if role in (Role.GUEST, Role.NONE) else str(facts.get("name") or proper_name(tool_key))
        tool = "" if draft.reason.startswith("account_") else self._name(person, tool_key) or typed
        organization_id, reference = str(facts.get("organization_id", "")), draft.job.reference
        return AdminRequest(person, draft.reason, cause, tool_key, tool, organization_id, reference=reference)

    @OFFER_TOOL.handler
    def offer_tool(self, job: Job, _progress: Progress) -> str:
        """Offer the tool from now on, and tell who waits for it."""
        setup = setup_here(self.deps.setups, job.person)
        if not setup.organization_id:
            raise UserError("button_outdated")
        if setup.allowed_connectors and job.connector_type not in setup.allowed_connectors:
            change = Change(
                self.deps.clock(), setup.workspace_id, job.person.user_id, "offered", job.connector_type, job.id
            )
            self.deps.audit.note(change)  # before: a repeated job finds the tool offered
            if not self.deps.setups.save(
                replace(setup, allowed_connectors=(*setup.allowed_connectors, job.connector_type)), job.id
            ):
                raise RetryLater(1.0)  # somebody else has changed the set-up just now
        cause = problem_key(NOT_OFFERED, {"connector_type": job.connector_type})
        tool = self._name(job.person, job.connector_type)
        update_or_respond(self.deps.messenger, job, ProblemResolved(self._resolve(job, cause), tool))
        return "offered"

    @CONFIRM_FIXED.handler
    def confirm_fixed(self, job: Job, _progress: Progress) -> str:
        """Tell who waits for it that it was solved elsewhere."""
        update_or_respond(self.deps.messenger, job, ProblemResolved(self._resolve(job, job.target_id)))
        return "resolved"

    @OPEN_DECLINE.handler
    def open_decline(self, job: Job, _progress: Progress) -> str:
        """Ask the admin why; nobody is told before they have said it."""
        question = AskReason(job.target_id, self.deps.drafts.save(Draft(job)))
        try:
            self.deps.messenger.open_modal(job.person, job.trigger_id, question)
        except UpstreamError as exc:
            if exc.service != "slack":
                raise
            log.info("ask.no_modal", code=exc.code)
            respond(self.deps.messenger, job, question)
        return "reason_asked"

    @DECLINE.handler
    def decline(self, job: Job[DeclineReason], _progress: Progress) -> str:
        """Tell who waits for it that it was declined, and why; whoever asks after that is asked for anew."""
        asked, reason = draft_of(self.deps.drafts, job).job, job.payload.reason
        posts = self.deps.asks.posts(asked.person.team_id, asked.target_id)
        wanted = [(post.person, post.tool) for post in posts if post.dm == asked.message]
        told = self.pending_requests.resolve(
            asked.person, [asked.target_id], job.reference, seen_in=asked.message, declined=reason
        )
        update_or_respond(
            self.deps.messenger,
            replace(job, message=asked.message),
            ProblemDeclined(told, reason, *wanted[0] if wanted else ()),
        )
        return "declined"

    def _resolve(self, job: Job, cause: str) -> int:
        return self.pending_requests.resolve(job.person, [cause], job.reference, seen_in=job.message)

    def _name(self, person: SlackUser, tool_key: str) -> str:
        """Return what the tool is called, empty for one that nobody knows."""
        setup = self.deps.setups.for_user(person)
        return self.names.name_of(setup.organization_id, tool_key) if setup else ""

    def _admins(self, person: SlackUser) -> Sequence[str]:
        """Return who can help now: of those whom the set-up names, else of all admins."""
        setup = self.deps.setups.for_user(person)
        named = [user_id for user_id in (setup.admin_contacts if setup else ()) if user_id != person.user_id]
        admins = [user_id for user_id in named if self.deps.people.role_of(replace(person, user_id=user_id)).is_admin]
        others = [user_id for user_id in admins or self.deps.people.admins_of(person) if user_id != person.user_id]
        return others[:MOST_ASKED]

    def _tell(self, person: SlackUser, admins: Sequence[str], question: AdminRequest) -> Mapping[str, MessageRef]:
        """Send it to each; returns whom it reached, and where.

        Raises UserError for a limit, or when that is nobody, and UpstreamError when it may be somebody later.
        """
        try:
            self._count_one(person)
            posted = {user_id: self._posted(replace(person, user_id=user_id), question) for user_id in admins}
            reached = {user_id: dm for user_id, dm in posted.items() if isinstance(dm, MessageRef)}
            if not reached:
                self.deps.limits.give_back("ask_workspace", person.team_id)
                self.deps.limits.give_back("ask_person", person.id)
                for refusal in posted.values():
                    if isinstance(refusal, UpstreamError) and refusal.retryable:
                        self.deps.asks.reset_notification(person.team_id, question.cause)
                        raise refusal
                raise UserError("admins_unreachable")
        except UserError:
            self.deps.asks.reset_notification(person.team_id, question.cause)
            raise
        return reached

    def _count_one(self, person: SlackUser) -> None:
        """Count one question, of the person's and of the workspace's. Raises UserError when there are too many."""
        again_at = self.deps.limits.take("ask_person", person.id, PERSON_ASKS, PERSON_SECONDS)
        if again_at is None:
            again_at = self.deps.limits.take("ask_workspace", person.team_id, WORKSPACE_ASKS, WORKSPACE_SECONDS)
            if again_at is not None:
                self.deps.limits.give_back("ask_person", person.id)
        if again_at is not None:
            raise UserError("limit_asks", again_at=again_at)

    def _posted(self, admin: SlackUser, question: AdminRequest) -> MessageRef | UpstreamError:
        try:
            posted = self.deps.messenger.post_dm(admin, question)
            self.deps.homes.claim_welcome(admin, "asked")  # and no welcome comes below it
        except UpstreamError as exc:
            if exc.service != "slack":
                raise
            log.info("ask.undelivered", team_id=admin.team_id, user_id=admin.user_id, code=exc.code)
            return exc
        self.deps.asks.save_post(question.cause, AdminPost(admin, posted, question.person, question.tool))
        return posted
