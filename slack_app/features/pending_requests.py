"""Lets a request wait until its person or an admin has solved what stands in its way, and goes on then."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

import structlog

from slack_app.errors import UpstreamError, UserError
from slack_app.features.dependencies import Dependencies
from slack_app.features.details import draft_of
from slack_app.features.key import NEEDS_KEY
from slack_app.features.policy import NOT_OFFERED, can_set_up
from slack_app.model.facts import MessageFact
from slack_app.model.jobs import Draft, Job
from slack_app.model.messages import Failure, MessageRef
from slack_app.model.tasks import Permission, Reply, Task, makes_link, task_of
from slack_app.model.tool_names import proper_name
from slack_app.model.users import SlackUser
from slack_app.model.workspaces import Setup
from slack_app.ports.jobs import Drafts, Progress
from slack_app.ports.slack import People
from slack_app.ports.workspaces import Asks

NEEDS_ADMIN = frozenset(
    """
    workspace_unmapped workspace_key_missing platform_unauthorized platform_forbidden account_unauthorized
    account_forbidden connector_not_offered request_rejected organization_unknown
    """.split()
)
"""The reasons that an admin of the workspace can solve."""
CAN_BE_RETRIED = frozenset("platform_fault platform_unavailable platform_busy turn_too_late account_fault".split())
"""The reasons that may be gone by now: one press does the same once more."""


@dataclass(frozen=True, slots=True)
class Solved:
    """Which tool the person waited for (its name; empty for none), and which admin solved it (empty: the operator).

    `reason` is the admin's where they declined it; empty for what is solved.
    """

    tool: str
    by: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Handled:
    """What an admin was asked: by whom, about which tool; and which admin solved it (empty: the operator)."""

    person: SlackUser
    tool: str
    by: str
    is_declined: bool = False


RESOLVE_REQUESTS = Task("requests.resolve", Permission.SYSTEM, reply=Reply.NONE, former_kinds=("fixed",))
NOTIFY_REQUESTER = Task(
    "requests.notify_requester", Permission.SYSTEM, payload=Solved, reply=Reply.NONE, former_kinds=("helped",)
)
NOTIFY_ADMIN = Task(
    "requests.notify_admin", Permission.SYSTEM, payload=Handled, reply=Reply.NONE, former_kinds=("seen_to",)
)
RETRY_REQUEST = Task("requests.retry", Permission.CONNECT, former_kinds=("again",))


log = structlog.get_logger("slack_app.pending_requests")


@dataclass(frozen=True, slots=True)
class YouCanRetry(MessageFact):
    """What the person waited for is solved, by `admin_id`; empty where the operator did it.

    What they wanted waits under `draft_id`. `is_own` where they did it themselves.
    """

    draft_id: str
    tool: str
    admin_id: str = ""
    is_own: bool = False


@dataclass(frozen=True, slots=True)
class HandledByAdmin(MessageFact):
    """What an admin was asked for somebody is done, by `admin_id`; empty where the operator did it.

    `is_own` where the admin who reads it did it.
    """

    person: SlackUser
    tool: str
    admin_id: str
    is_own: bool = False
    is_declined: bool = False


@dataclass(frozen=True, slots=True)
class RequestDeclined(MessageFact):
    """An admin has declined what the person waited for, and says why."""

    tool: str
    admin_id: str
    reason: str


def failure_message(job: Job[Any], error: UserError, drafts: Drafts, asks: Asks, people: People) -> Failure:
    """Return what the person is told; what they wanted waits where it can be solved. Raises UpstreamError.

    An admin, who solves it without asking anybody, is told as everybody is who waits for it.
    """
    draft_id, is_admin = "", can_set_up(people, job.person)
    task = task_of(job.kind)
    can_retry = error.reason in CAN_BE_RETRIED and task and task.reply is Reply.MESSAGE
    if error.reason in NEEDS_ADMIN | NEEDS_KEY or can_retry:
        waiting = replace(job, kind=task.resumes_as, payload=None) if task and task.resumes_as else job
        draft_id = drafts.save(Draft(waiting, error.reason, error.facts))
        if error.reason in NEEDS_KEY and task and task.reply is not Reply.HOME:  # that comes up to date by itself
            drafts.wait_for_key(draft_id, job.person)
        if error.reason in NEEDS_ADMIN and is_admin and task and task.reply is not Reply.HOME:
            asks.wait(problem_key(error.reason, error.facts), job.person, draft_id)
    return Failure(error.reason, error.facts, job.reference, draft_id, is_admin)


def problem_key(reason: str, facts: Mapping[str, Any]) -> str:
    """Return the key of the problem; the same for everybody who meets it."""
    kind = reason.replace("platform_", "").replace("account_", "")
    is_of_tool = reason in ("platform_forbidden", "request_rejected", NOT_OFFERED)
    return f"{kind}/{facts.get('connector_type', '')}" if is_of_tool else kind


def is_solved_by(cause: str, setup: Setup, *, is_new_credentials: bool) -> bool:
    """Return whether the setup solves it now; what the platform refused, only other credentials may solve."""
    kind, _, tool_key = cause.partition("/")
    if kind == NOT_OFFERED:
        return not setup.allowed_connectors or tool_key in setup.allowed_connectors
    return is_new_credentials or kind == "workspace_unmapped"


@dataclass(frozen=True, slots=True)
class PendingRequests:
    """The use cases with what they need."""

    deps: Dependencies

    def resolve_by_setup(self, person: SlackUser, setup: Setup, reference: str, *, is_new_credentials: bool) -> int:
        """Tell who waits for what the setup solves, in the person's workspace; return how many others are told."""
        causes = self.deps.asks.causes(person.team_id)
        solved = [c for c in causes if is_solved_by(c, setup, is_new_credentials=is_new_credentials)]
        return self.resolve(person, solved, reference)

    def resolve(
        self,
        person: SlackUser,
        causes: Iterable[str],
        reference: str,
        *,
        seen_in: MessageRef | None = None,
        declined: str = "",
    ) -> int:
        """Tell who waits for one of these that the person has solved it; return how many others are told.

        Or that they have `declined` it, for that reason.

        Each is told by a job of its own, so that none is forgotten. `reference` is of the job that solved it: repeated,
        it tells nobody twice; another that solves the same again tells everybody. The admins' messages say that it is
        done, but for the one in which the person was `seen_in`.
        """
        found = {cause: self.deps.asks.waiting(person.team_id, cause) for cause in causes}
        waiting = {
            (who.id, _tool_of(draft)): (who, draft_id)
            for who, draft_id in chain.from_iterable(found.values())
            if (draft := self.deps.drafts.get(draft_id, who))
        }
        for (_, tool), (who, draft_id) in waiting.items():
            self._enqueue(
                who,
                NOTIFY_REQUESTER,
                f"{draft_id}:{reference}",
                target_id=draft_id,
                payload=Solved(tool, person.user_id, declined),
            )
        for cause in found:
            for post in self.deps.asks.posts(person.team_id, cause):
                if post.dm != seen_in:
                    handled = Handled(post.person, post.tool, person.user_id, is_declined=bool(declined))
                    self._enqueue(
                        post.admin, NOTIFY_ADMIN, f"{post.dm.ts}:{reference}", message=post.dm, payload=handled
                    )
            self.deps.asks.close(person.team_id, cause, [draft_id for _, draft_id in found[cause]])
        return len({who_id for who_id, _ in waiting} - {person.id})

    @RESOLVE_REQUESTS.handler
    def resolve_all(self, job: Job, _progress: Progress) -> str:
        """Tell everybody who waits that the workspace, or its Enterprise Grid, is set up: the operator did it."""
        place = job.person.team_id
        self.deps.setups.version_of(place)  # read anew: it was just saved, by another process
        for team_id in [place, *self.deps.asks.workspaces_of(place)]:
            enterprise_id = None if team_id == place else place
            member = SlackUser(enterprise_id, team_id, "")
            setup = self.deps.setups.for_user(member)
            if setup and (setup.workspace_id == place or setup.is_inherited):  # not one of its own
                self.resolve_by_setup(member, setup, job.reference, is_new_credentials=True)
        return "resolved"

    @NOTIFY_REQUESTER.handler
    def notify_requester(self, job: Job[Solved], _progress: Progress) -> str:
        """Tell the person that what they wait for is solved."""
        tool, by = job.payload.tool, job.payload.by
        fact: MessageFact = YouCanRetry(job.target_id, tool, by, is_own=by == job.person.user_id)
        if job.payload.reason:
            fact = RequestDeclined(tool, by, job.payload.reason)
        told = self._brought(lambda: self.deps.messenger.post_dm(job.person, fact))
        if told != "undelivered":
            self.deps.homes.claim_welcome(job.person, job.id)  # and no welcome comes below it
        return told

    @NOTIFY_ADMIN.handler
    def notify_admin(self, job: Job[Handled], _progress: Progress) -> str:
        """Update the message of an admin to say that it is done."""
        handled, dm = job.payload, job.message
        if dm is None:
            raise UserError("button_outdated")
        is_own = handled.by == job.person.user_id
        fact = HandledByAdmin(handled.person, handled.tool, handled.by, is_own=is_own, is_declined=handled.is_declined)
        return self._brought(lambda: self.deps.messenger.edit_dm(job.person, dm, fact))

    @RETRY_REQUEST.handler
    def retry(self, job: Job, _progress: Progress) -> str:
        """Do once more what the person wanted, in the place of the message whose button they pressed."""
        draft = draft_of(self.deps.drafts, job)
        self.deps.queue.enqueue(draft.repeated(job, self.deps.clock()))
        return "repeated_for_person"

    def _enqueue(self, person: SlackUser, task: Task, name: str, **more: Any) -> None:
        job_id = f"{person.team_id}:{person.user_id}:{task.kind}:{name}"
        self.deps.queue.enqueue(task.job(job_id, person, self.deps.clock(), **more))

    def _brought(self, bring: Callable[[], object]) -> str:
        try:
            bring()
        except UpstreamError as exc:
            if exc.retryable or exc.service != "slack":
                raise
            log.info("request.undelivered", code=exc.code)
            return "undelivered"
        return "requester_notified"


def _tool_of(draft: Draft) -> str:
    """Return the name of the tool that was to be connected; empty where the person wanted something else."""
    if not makes_link(draft.job.kind):
        return ""
    tool_key = str(draft.facts.get("connector_type") or draft.job.connector_type)
    return str(draft.facts.get("name") or proper_name(tool_key))
