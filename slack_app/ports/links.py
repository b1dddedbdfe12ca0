"""The pending links of people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from slack_app.model.jobs import Job
from slack_app.model.links import EphemeralRef, Link, Outcome, PendingLink
from slack_app.model.messages import MessageRef
from slack_app.model.tools import Connection
from slack_app.model.users import SlackUser
from slack_app.model.workspaces import Credentials
from slack_app.ports.workspaces import Limit


@dataclass(frozen=True, slots=True)
class Begun:
    """What is there when a link is to be made.

    `link_id` is of the link that the person has to the tool; None: the caller may make one, and nobody else for 30 s,
    and one of each limit is taken, but of those in `refused` (kind -> when there is one again). `known` is what was
    connected of the tool when it was last listed, None when that is long ago, `listed` the same as it is kept.
    """

    link_id: str | None = None
    refused: Mapping[str, float] = field(default_factory=dict)
    known: Sequence[Connection] | None = None
    listed: str = ""
    is_key_explained: bool = True


@dataclass(frozen=True, slots=True)
class Brought:
    """What was found when a link had been brought.

    That is the message in which it stood before, whether it has ended since it was made, and whether its person looks
    at the App Home.
    """

    dm_before: MessageRef | None
    has_ended: bool
    has_home: bool


class LinkSteps(Protocol):
    """The steps of a link: what belongs together goes to Redis at once; each method raises UpstreamError."""

    def begin(self, job: Job, credentials: Credentials, limits: Sequence[Limit]) -> Begun:
        """Claim the person's link to the tool, take one of each limit, and read what its making needs to know.

        Raises RetryLater while another job makes one.
        """
        ...

    def publish(
        self,
        live: PendingLink,
        job: Job,
        begun: Begun,
        connected: Sequence[Connection] | None,
        *,
        is_only: bool,
    ) -> bool:
        """Keep a new link with its state, as the job's, of which nobody is told any more that it takes longer.

        It is polled when it expires; what the job had claimed is the link's from now on. What is `connected` of the
        tool is kept, too. Return True once in ten minutes: the caller fetches the connectors anew.
        """
        ...

    def note_brought(self, live: PendingLink, job: Job, dm: MessageRef | None, due: float, *, is_new: bool) -> Brought:
        """Note where the link stands now, None for the private answer alone, and have it polled at `due`.

        The message counts as the job's and, if it `is_new`, as the link's; the person was welcomed with it, and told
        what it says of the key. A link that has ended meanwhile is not polled.
        """
        ...


class Links(Protocol):
    """The pending links of people; each method raises UpstreamError."""

    def take_turn(self, organization_id: str, connector_type: str, job: Job) -> bool:
        """Return whether it is this job's turn with a tool of which an organization may have one link out at a time.

        First come, first served; whoever has not asked for 30 s is no more before anybody.
        """
        ...

    def release_claim(self, organization_id: str, job: Job) -> None:
        """Let others have what the job claimed; it keeps its place in the queue for a turn."""
        ...

    def leave_queue(self, organization_id: str, job: Job) -> None:
        """Wait for no turn any more."""
        ...

    def claim_answer(self, link_id: str, fact: str, number: int) -> bool:
        """Note that the fact stands in that private answer; False when that was noted before."""
        ...

    def release_answer(self, link_id: str, fact: str, number: int) -> None:
        """Take that back: the answer could not be given for a moment."""
        ...

    def answer_check(self, link_id: str, check_requested_at: float) -> bool:
        """Return True once for each press on *Check now*: it is to be answered."""
        ...

    def release(self, person: SlackUser, connector_type: str, link_id: str) -> None:
        """Let the link, which is over, stand in the way of a new one no longer."""
        ...

    def pending(self, person: SlackUser, tool_keys: Sequence[str]) -> Mapping[str, PendingLink]:
        """Return the person's links that have not ended, by tool."""
        ...

    def get(self, link_id: str) -> PendingLink | None:
        """Return a link, for a day after it ended; None also for what cannot be read."""
        ...

    def of_workspace(self, workspace_id: str) -> Sequence[PendingLink]:
        """Return the links of the people of a workspace, or of a Grid; ended ones too."""
        ...

    def set_message(self, link_id: str, dm: MessageRef) -> MessageRef | None:
        """Note in which direct message the link stands now; returns the one before."""
        ...

    def leave_message(self, link_id: str) -> None:
        """Note that another link stands in the link's direct message now."""
        ...

    def add_ephemeral(self, link_id: str, ephemeral: EphemeralRef) -> None:
        """Note one more private answer in which the link stands; the last few are followed."""
        ...

    def rivals(self, live: PendingLink) -> Sequence[PendingLink]:
        """Return the other links with which, at the same time, the tool could be connected with the same key."""
        ...

    def first_seen(self, link_id: str, connection_id: str) -> float:
        """Return when the connection was first seen as one that the link may have brought: now, the first time."""
        ...

    def count_late_look(self, link_id: str) -> int:
        """Count one more look after the link's end."""
        ...

    def correct(self, live: PendingLink, connection: Connection) -> PendingLink | None:
        """Note that an ended link was used all the same, or with which account; None when that was noted before."""
        ...

    def mark_finished(
        self, live: PendingLink, outcome: Outcome, connection: Connection | None = None
    ) -> PendingLink | None:
        """End the link, once; None when it had ended before. It is watched on until `forget`."""
        ...


class Schedule(Protocol):
    """Which link is polled when; each method raises UpstreamError."""

    def put(self, live: PendingLink, due: float, *, is_prioritized: bool) -> None:
        """Have the link polled again at `due`, and keep how often it was polled."""
        ...

    def prioritize(self, link_id: str, person: SlackUser, *, is_asked: bool) -> bool:
        """Have the link polled first; False when it is not the person's, or has ended."""
        ...

    def pause(self, organization_id: str, seconds: float) -> None:
        """Poll none of the organization's links for a while: the platform asked for it."""
        ...

    def forget(self, live: PendingLink) -> None:
        """Poll the link no more: it has ended, and its person knows."""
        ...

    def forget_unreadable(self, link_id: str) -> None:
        """Poll no more what has no record."""
        ...


class States(Protocol):
    """The OAuth states that are out with people."""

    def remember(self, link: Link, person: SlackUser) -> None:
        """Keep the link's state until the link expires; raises UpstreamError, and the link must not be shown then."""
        ...

    def take(self, state: str) -> bool:
        """Consume the state, in one step; False when it was taken or has expired. Raises UpstreamError."""
        ...
