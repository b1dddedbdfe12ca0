"""Jobs: where they wait, what was done of them, and the requests that wait for somebody."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from slack_app.model.jobs import Draft, Job
from slack_app.model.messages import MessageRef
from slack_app.model.users import SlackUser


class JobQueue(Protocol):
    """Where accepted jobs wait."""

    def enqueue(self, job: Job[Any]) -> bool:
        """Write the job; False when it was written before. Raises UpstreamError: nothing was promised then."""
        ...


class Progress(Protocol):
    """What was already done of one job, so that a repeated job does only the rest."""

    @property
    def link_id(self) -> str | None:
        """The link that the job is about; None until there is one."""
        ...

    @property
    def dm(self) -> MessageRef | None:
        """The direct message that was posted for the job; None until there is one."""
        ...

    @property
    def was_notified(self) -> bool:
        """Whether the person was told to wait."""
        ...

    @property
    def was_counted(self) -> bool:
        """Whether the job was counted among its person's requests."""
        ...

    def record_link(self, link_id: str) -> None:
        """Note whose link it is about, and that nobody needs to be told any more that it takes longer."""
        ...

    def record_dm(self, posted: MessageRef) -> None:
        """Note the posted direct message."""
        ...

    def note_counted(self) -> None:
        """Know that the job was counted among its person's requests; it is written when the job is to come again."""
        ...

    def note_link(self, link_id: str) -> None:
        """Know which link the job is about; it was written when that was published."""
        ...

    def record_undelivered(self) -> bool:
        """Note that the link did not reach the person; False when that was noted before."""
        ...

    def record_dm_failed(self) -> bool:
        """Note that the direct message could not be posted for a moment; False when that was noted before."""
        ...

    def record_notified(self) -> None:
        """Note that the person was told to wait."""
        ...


class Drafts(Protocol):
    """Requests that wait for something of their person, or of an admin; each method raises UpstreamError."""

    def save(self, draft: Draft, seconds: int = 3600) -> str:
        """Keep the request for so long; returns its id, the same however often the job is repeated."""
        ...

    def get(self, draft_id: str, person: SlackUser) -> Draft | None:
        """Return the person's request; None for one of somebody else, or of long ago.

        Raises RetryLater for one that a newer version of us wrote.
        """
        ...

    def wait_for_key(self, draft_id: str, person: SlackUser) -> None:
        """Note that the request waits for a key of the person's."""
        ...

    def waiting_for_key(self, person: SlackUser) -> Sequence[str]:
        """Return which of the person's requests wait for a key."""
        ...

    def stop_waiting_for_key(self, person: SlackUser, draft_ids: Sequence[str]) -> None:
        """Note that these wait no more."""
        ...
