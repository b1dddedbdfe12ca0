"""Lets a request wait for what must be mended first, by its person or by an admin, and goes on when that is done."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from itertools import chain
from typing import Any

import structlog

from slack_app.errors import UpstreamError, UserError
from slack_app.features.details import draft_of
from slack_app.features.key import NEEDS_KEY
from slack_app.features.policy import NOT_OFFERED
from slack_app.model.facts import MessageFact
from slack_app.model.jobs import Job
from slack_app.model.messages import Failure, MessageRef
from slack_app.model.users import SlackUser
from slack_app.model.workspaces import Setup
from slack_app.ports import Clock
from slack_app.ports.jobs import Drafts, JobQueue, Progress
from slack_app.ports.slack import Messenger
from slack_app.ports.workspaces import Asks, Setups

NEEDS_ADMIN = frozenset(
    """
    workspace_unmapped workspace_key_missing platform_unauthorized platform_forbidden account_unauthorized
    account_forbidden connector_not_offered
    """.split()
)
"""The reasons that an admin of the workspace can mend."""

LATER = {"key_keep": "key_open", "renew": "connect"}
"""What is done later instead: a key is asked for again, and the link that a new one was asked for may be forgotten."""

log = structlog.get_logger("slack_app.pending_requests")


@dataclass(frozen=True, slots=True)
class YouCanRetry(MessageFact):
    """What the person waited for is mended, by `admin_id`; empty where the operator did it.

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


def failure_message(job: Job, error: UserError, drafts: Drafts) -> Failure:
    """Give what the person is told; what they wanted waits where it can be mended. Raises UpstreamError.

    A key that was typed does not wait with it.
    """
    draft_id = ""
    if error.reason in NEEDS_ADMIN | NEEDS_KEY:
        details = {name: value for name, value in job.details.items() if name != "sealed"}
        details |= {"reason": error.reason, "facts": error.facts}
        draft_id = drafts.keep(replace(job, kind=LATER.get(job.kind, job.kind), details=details))
    return Failure(error.reason, error.facts, job.reference, draft_id)


def problem_key(reason: str, facts: Mapping[str, Any]) -> str:
    """Name what is to be mended; the same for everybody who meets it."""
    kind = reason.replace("platform_", "").replace("account_", "")
    is_of_tool = reason in ("platform_forbidden", NOT_OFFERED)
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

    setups: Setups
    asks: Asks
    drafts: Drafts
    queue: JobQueue
    messenger: Messenger
    clock: Clock

    def resolve_by_setup(self, person: SlackUser, setup: Setup, *, is_new_credentials: bool) -> int:
        """Tell who waits for what the set-up mends, in the person's workspace; gives how many others are told."""
        causes = self.asks.causes(person.team_id)
        return self.resolve(
            person, [c for c in causes if is_solved_by(c, setup, is_new_credentials=is_new_credentials)]
        )

    def resolve(self, person: SlackUser, causes: Iterable[str], *, seen_in: MessageRef | None = None) -> int:
        """Tell who waits for one of these that the person has mended it; gives how many others are told.

        Each is told by a job of its own, so that none is forgotten. The admins' messages say that it is done, but for
        the one in which the person was `seen_in`.
        """
        found = {cause: self.asks.waiting(person.team_id, cause) for cause in causes}
        waiting = {
            (who, _tool_of(draft)): draft_id
            for who, draft_id in chain.from_iterable(found.values())
            if (draft := self.drafts.get(draft_id, who))
        }
        for (who, tool), draft_id in waiting.items():
            self._hand_over(who, "helped", draft_id, {"about": draft_id, "tool": tool, "by": person.user_id})
        for cause in found:
            for post in self.asks.posts(person.team_id, cause):
                if post.dm != seen_in:
                    about = {"dm": asdict(post.dm), "person": asdict(post.person), "tool": post.tool}
                    self._hand_over(post.admin, "seen_to", post.dm.ts, about | {"by": person.user_id})
            self.asks.close(person.team_id, cause, [draft_id for _, draft_id in found[cause]])
        return len({who for who, _ in waiting} - {person})

    def resolve_all(self, job: Job, _progress: Progress) -> str:
        """Tell everybody who waits that the workspace, or its Enterprise Grid, is set up: the operator did it."""
        place = job.person.team_id
        for team_id in [place, *self.asks.workspaces_of(place)]:
            enterprise_id = None if team_id == place else place
            member = SlackUser(enterprise_id, team_id, "")
            setup = self.setups.for_user(member)
            if setup and (setup.workspace_id == place or setup.is_inherited):  # not one of its own
                self.resolve_by_setup(member, setup, is_new_credentials=True)
        return "mended"

    def notify_requester(self, job: Job, _progress: Progress) -> str:
        """Tell the person that what they wait for is mended."""
        by = job.details["by"]
        fact = YouCanRetry(job.details["about"], job.details["tool"], by, is_own=by == job.person.user_id)
        return self._brought(lambda: self.messenger.post_dm(job.person, fact))

    def notify_admin(self, job: Job, _progress: Progress) -> str:
        """Say in an admin's message that it is done."""
        by = job.details["by"]
        fact = HandledByAdmin(
            SlackUser(**job.details["person"]), job.details["tool"], by, is_own=by == job.person.user_id
        )
        return self._brought(lambda: self.messenger.edit_dm(job.person, MessageRef(**job.details["dm"]), fact))

    def retry(self, job: Job, _progress: Progress) -> str:
        """Do once more what the person wanted, in the place of the message whose button they pressed."""
        draft = draft_of(self.drafts, job)
        details = {
            name: value for name, value in draft.details.items() if name not in ("reason", "facts", "trigger_id")
        }
        details |= {name: job.details[name] for name in ("dm", "trigger_id") if name in job.details}
        again = replace(draft, id=f"{job.id}:again", accepted_at=self.clock(), response_url=job.response_url)
        self.queue.enqueue(replace(again, channel_id=job.channel_id, details=details))
        return "repeated_for_person"

    def _hand_over(self, person: SlackUser, kind: str, name: str, details: Mapping[str, Any]) -> None:
        job_id = f"{person.team_id}:{person.user_id}:{kind}:{name}"
        self.queue.enqueue(Job(job_id, person, "", "", "", {}, self.clock(), kind, details))

    def _brought(self, bring: Callable[[], object]) -> str:
        try:
            bring()
        except UpstreamError as exc:
            if exc.retryable or exc.service != "slack":
                raise
            log.info("request.undelivered", code=exc.code)
            return "undelivered"
        return "requester_notified"


def _tool_of(draft: Job) -> str:
    facts = draft.details.get("facts", {})
    return str(facts.get("name") or facts.get("connector_type") or draft.connector_type)
