"""What the bench's upstreams have seen, and how slow they are; its public methods are what `control` offers.

Times are of the monotonic clock, which the processes of a machine share.
"""

from __future__ import annotations

import secrets
import time
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import Any

LOOKS = ("complete-oauth", "connections")
"""What asks how far a link is."""


@dataclass(slots=True)
class Link:
    """A link that was made; `connected_at` is when its person went through, `told_at` when they were told so."""

    organization_id: str
    connected_at: float | None = None
    told_at: float | None = None


class Ledger:
    """Everything since the last `reset`."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Forget everything, settings too."""
        self.slack_delay = self.platform_delay = self.look_delay = 0.0
        self.key_delays: dict[str, float] = {}
        self.finish_after: float | None = None
        self.counts: Counter[str] = Counter()
        self.posted: dict[str, float] = {}
        self.repeated: Counter[str] = Counter()
        self.answered: dict[str, float] = {}
        self.links: dict[str, Link] = {}
        self.through: defaultdict[str, list[str]] = defaultdict(list)
        self.messages: dict[str, str] = {}
        self.requests: defaultdict[str, list[tuple[float, str]]] = defaultdict(list)

    # Settings

    def set(self, **settings: Any) -> None:
        """Set how slow it is, in seconds: `slack_delay`, `platform_delay`, `key_delays` by API key, `look_delay`.

        The last is that of complete-oauth alone. `finish_after` so many seconds each link is connected.
        """
        for name, value in settings.items():
            setattr(self, name, value)

    def delay_of(self, key: str, operation: str) -> float:
        """Return how long the platform takes."""
        if operation == "complete-oauth" and self.look_delay:
            return self.look_delay
        return self.key_delays.get(key, self.platform_delay)

    def finish(self, count: int, organization_id: str | None = None) -> int:
        """Let so many people go through their links now, of one organization or spread; return how many did."""
        waiting = [
            state
            for state, link in self.links.items()
            if link.connected_at is None and organization_id in (None, link.organization_id)
        ]
        for state in waiting[:: max(1, len(waiting) // count)][:count]:
            self._finish(state, time.monotonic())
        return min(count, len(waiting))

    def _finish(self, state: str, at: float) -> None:
        self.links[state].connected_at = at
        self.through[self.links[state].organization_id].append(state)

    # What is seen

    def count(self, name: str) -> None:
        """Count something."""
        self.counts[name] += 1

    def note_request(self, organization_id: str, operation: str) -> None:
        """Remember when the platform was asked how far a link is, and for whom."""
        if operation in LOOKS:
            self.requests[organization_id].append((time.monotonic(), operation))

    def new_link(self, organization_id: str) -> str:
        """Return the state of a new link."""
        state = f"ostate_{secrets.token_hex(16)}"
        self.links[state] = Link(organization_id)
        if self.finish_after is not None:
            self._finish(state, time.monotonic() + self.finish_after)
        return state

    def is_connected(self, state: str) -> bool:
        """Return whether the link's person went through."""
        link = self.links.get(state)
        return link is not None and link.connected_at is not None and link.connected_at <= time.monotonic()

    def connected_of(self, organization_id: str) -> list[str]:
        """Return the states of an organization whose people went through."""
        return [state for state in self.through[organization_id] if self.is_connected(state)]

    def note_post(self, user_id: str, state: str) -> str:
        """Remember a direct message, with the state of the link in it; return its `ts`."""
        ts = f"1700000000.{self.counts['slack chat.postMessage']:06}"
        if state:
            self.repeated[user_id] += user_id in self.posted
            self.posted.setdefault(user_id, time.monotonic())
            self.messages[ts] = state
        return ts

    def note_answer(self, user_id: str, has_link: bool) -> None:
        """Remember a private answer that brings a link."""
        if has_link:
            self.answered.setdefault(user_id, time.monotonic())

    def note_edit(self, ts: str) -> None:
        """Remember that the message of a link was edited: of one that is connected it says so."""
        link = self.links.get(self.messages.get(ts, ""))
        if link and link.connected_at is not None and link.told_at is None:
            link.told_at = time.monotonic()

    # What was seen

    def totals(self) -> dict[str, Any]:
        """Return how many of everything."""
        more = {"posted": len(self.posted), "answered": len(self.answered), "repeated": self.repeated.total()}
        return {**self.counts, **more}

    def times(self) -> dict[str, dict[str, float]]:
        """Return when each person first had a link."""
        return {"posted": self.posted, "answered": self.answered}

    def told(self) -> list[float | None]:
        """Return how long each person who went through waited to be told; None for who was not."""
        through = [link for link in self.links.values() if link.connected_at is not None]
        return [None if link.told_at is None else link.told_at - (link.connected_at or 0.0) for link in through]

    def looks(self, since: float, until: float) -> dict[str, list[int]]:
        """Return for each organization how often it was asked how far its links are, and how often by their state."""
        found = {}
        for organization_id, seen in self.requests.items():
            inside = [operation for at, operation in seen if since <= at < until]
            found[organization_id] = [len(inside), inside.count("complete-oauth")]
        return found
