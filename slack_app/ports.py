"""What features need from the outside, in the product's words; adapters provide it, tests replace it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from slack_app.model import Authorization, Job, Link, Person, Posted

Clock = Callable[[], float]
"""Seconds since the epoch."""


class Queue(Protocol):
    """Where accepted jobs wait."""

    def add(self, job: Job) -> bool:
        """Write the job; False when it was written before. Raises UpstreamError: nothing was promised then."""
        ...


class Organizations(Protocol):
    """Which organization a workspace belongs to."""

    def organization_of(self, person: Person) -> str | None:
        """Give the organization id of the person's workspace, else of its Enterprise Grid, else None."""
        ...


class Platform(Protocol):
    """The connector platform."""

    def authorize(self, organization_id: str, connector_type: str, parameters: Mapping[str, str]) -> Authorization:
        """Start a connection; raises UpstreamError."""
        ...

    def connector_names(self, organization_id: str) -> Sequence[str]:
        """Name the connectors that the organization can use; raises UpstreamError."""
        ...


class States(Protocol):
    """The OAuth states that are out with people."""

    def remember(self, link: Link, person: Person) -> None:
        """Keep the link's state until the link expires; raises UpstreamError, and the link must not be shown then."""
        ...


class Progress(Protocol):
    """What was already done of one job, so that a repeated job does only the rest."""

    @property
    def link(self) -> Link | None: ...
    @property
    def dm(self) -> Posted | None: ...
    def record_link(self, link: Link) -> None:
        """Note the minted link, and that nobody needs to be told any more that it takes longer."""
        ...

    def record_dm(self, posted: Posted) -> None:
        """Note the posted direct message."""
        ...


class Messenger(Protocol):
    """The ways to a person: facts go in, the rendered message goes out; each raises UpstreamError."""

    def post_dm(self, person: Person, fact: object) -> Posted:
        """Post to the person's direct message with the app."""
        ...

    def answer(self, job: Job, fact: object) -> None:
        """Replace the private answer to the command."""
        ...

    def retract_answer(self, job: Job) -> None:
        """Take the private answer away."""
        ...
