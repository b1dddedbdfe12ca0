"""The App Home, and who looks at it."""

from __future__ import annotations

from typing import Any, Protocol

from slack_app.model.messages import HomeFilter
from slack_app.model.users import SlackUser


class Homes(Protocol):
    """Who looks at the App Home, and for what; each method raises UpstreamError."""

    def remember(self, person: SlackUser, home_filter: HomeFilter) -> None:
        """Note what the person looks for."""
        ...

    def keep(self, person: SlackUser) -> None:
        """Note that the person still looks for the same."""
        ...

    def turn_off(self, person: SlackUser) -> bool:
        """Note that the App Home is off in the person's workspace; False where that is known."""
        ...

    def is_off(self, person: SlackUser) -> bool:
        """Return whether it was off there lately."""
        ...

    def filter_of(self, person: SlackUser) -> HomeFilter | None:
        """Return what the person looks for; None when they have not opened it lately."""
        ...

    def claim_welcome(self, person: SlackUser, job_id: str) -> bool:
        """Return whether this job may welcome the person to the conversation: no message stands there yet."""
        ...


class Refreshing(Protocol):
    """Has the App Home brought up to date, of those who look at it."""

    def __call__(self, person: SlackUser, changed: Any = None) -> None:
        """Have it brought up to date; `changed` is to be said there. Raises UpstreamError."""
        ...
