"""Which workers live."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class LiveWorker:
    """A worker process that beat within the last seconds; `since` is when it began (epoch seconds)."""

    name: str
    version: str
    since: float


class Heartbeat(Protocol):
    """The beats of one worker; each method raises UpstreamError."""

    def beat(self) -> None:
        """Note that this worker takes jobs."""
        ...

    def end(self) -> None:
        """Note that it takes none any more."""
        ...


class Workers(Protocol):
    """The workers that beat."""

    def alive(self) -> Sequence[LiveWorker]:
        """Return those that live, the oldest first. Raises UpstreamError."""
        ...
