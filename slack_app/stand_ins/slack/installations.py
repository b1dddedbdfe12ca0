"""The tokens that a workspace gave the app, and how long they are good."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

from slack_app.stand_ins.slack.errors import ApiError

SCOPES = "commands,chat:write,im:history,users:read"


@dataclass(slots=True)
class Grant:
    """A bot token, and what it is good for; workspaces of one organization share the grants of the whole."""

    token: str
    scopes: str = SCOPES
    is_org_wide: bool = False
    expires_at: float | None = None
    is_revoked: bool = False
    teams: frozenset[str] | None = None
    """The workspaces to which an organization's admins added the app; None for all of them."""

    def check(self, now: float) -> None:
        """Raise ApiError when the token is no longer good.

        https://docs.slack.dev/reference/methods/auth.test#errors
        """
        if self.is_revoked:
            raise ApiError("account_inactive")
        if self.expires_at is not None and now >= self.expires_at:
            raise ApiError("token_expired")


class Installations:
    """The grants of one workspace; safe to use from any thread."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._grants: dict[str, Grant] = {}
        self._withdrawn: set[str] = set()

    def add(self, grant: Grant) -> None:
        """Install the app, or store another token for it."""
        with self._lock:
            self._grants[grant.token] = grant
            self._withdrawn.discard(grant.token)

    def find(self, token: str) -> Grant | None:
        """Return the grant of a token, good or not."""
        return self._grants.get(token)

    def checked(self, token: str) -> Grant:
        """Return the grant of a good token. Raises ApiError."""
        grant = self._grants.get(token)
        if grant is None:
            raise ApiError("invalid_auth")
        grant.check(self._clock())
        if token in self._withdrawn:
            raise ApiError("team_access_not_granted")
        return grant

    def current(self) -> Grant | None:
        """Return the last grant that was not revoked; without one the app is not installed.

        An installation in the workspace itself goes before that of its organization.
        """
        with self._lock:
            grants = [grant for token, grant in self._grants.items() if token not in self._withdrawn]
        standing = [grant for grant in reversed(grants) if not grant.is_revoked]
        return min(standing, key=lambda grant: grant.is_org_wide, default=None)

    def withdraw(self) -> None:
        """Take this workspace out of its organization's installation, whose token stays good in the others."""
        with self._lock:
            self._withdrawn |= {token for token, grant in self._grants.items() if grant.is_org_wide}

    def give_back(self) -> None:
        """Take this workspace into its organization's installation again."""
        with self._lock:
            self._withdrawn.clear()

    def is_withdrawn(self, token: str) -> bool:
        """Return whether the token is an organization's, without this workspace."""
        return token in self._withdrawn

    def revoke(self) -> None:
        """Make all tokens of the current installation useless, wherever in the organization they are good."""
        current = self.current()
        with self._lock:
            for grant in self._grants.values():
                if current and grant.is_org_wide is current.is_org_wide:
                    grant.is_revoked = True
