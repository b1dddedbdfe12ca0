"""Counts what another setup does to the links and connections that exist: an admin sees that before it is saved.

Only what is known is counted. What people connected with keys of their own is not: their keys are used for them alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import structlog

from slack_app.errors import UpstreamError, UserError
from slack_app.features.credentials import CredentialResolver
from slack_app.features.dependencies import Dependencies
from slack_app.model.links import PendingLink
from slack_app.model.tools import Connection
from slack_app.model.users import SlackUser
from slack_app.model.workspaces import Credentials, KeyMode, Setup

log = structlog.get_logger("slack_app.setup")


@dataclass(frozen=True, slots=True)
class SetupEffect:
    """What a change of the setup does: `links` of people end, `connections` are not shown any more.

    They all stay connected. `connections` is None where the platform does not say now, and where people have connected
    with keys of their own (`before` is PER_USER). `own_keys` counts the people whose own keys are kept. `after` is None
    where nothing is set up then; `is_elsewhere` where it is for another organization, or for none.
    """

    before: KeyMode
    after: KeyMode | None
    links: int
    connections: int | None
    own_keys: int
    is_elsewhere: bool = False


@dataclass(frozen=True, slots=True)
class SetupEffects:
    """The use case with what it needs."""

    deps: Dependencies
    resolve_credentials: CredentialResolver

    def __call__(self, person: SlackUser, now: Setup, then: Setup | None, key: str | None) -> SetupEffect | None:
        """Return what it does that `then`, with that key, is in force instead of `now`; None for nothing.

        A key for all that takes the place of another may be of the same account: it does something only where links
        end, or connections are seen to be another's. Raises UpstreamError when Redis fails.
        """
        if not now.organization_id:
            return None
        before = None if now.key_mode is KeyMode.PER_USER else self._shared(now)
        after = Credentials(then.organization_id, key or "", then.key_mode) if then else None
        is_elsewhere = then is None or then.organization_id != now.organization_id
        is_same = then is not None and not is_elsewhere and then.key_mode is now.key_mode
        if is_same and (now.key_mode is not KeyMode.SHARED or before == after):
            return None
        links = sum(self._ends(person, live, after) for live in self.deps.links.of_workspace(person.team_id))
        connections = self._hidden(before, after) if before else None
        if is_same and not links and not connections:
            return None
        own_keys = self.deps.keys.count_own(person)
        return SetupEffect(now.key_mode, then.key_mode if then else None, links, connections, own_keys, is_elsewhere)

    def key_of(self, setup: Setup | None) -> str | None:
        """Return the key that serves everybody under the setup; None for none. Raises UpstreamError."""
        shared = self._shared(setup) if setup and setup.key_mode is not KeyMode.PER_USER else None
        return shared.api_key if shared else None

    def _shared(self, setup: Setup) -> Credentials | None:
        try:
            return self.resolve_credentials.shared(setup)
        except UserError:
            return None

    def _ends(self, person: SlackUser, live: PendingLink, after: Credentials | None) -> bool:
        """Return whether the link is good now, and is not any more then (poll.py revokes it)."""
        if live.outcome is not None or self.deps.clock() >= live.link.expires_at:
            return False
        if live.person.team_id != person.team_id:  # of a Grid's workspace, which may have a setup of its own
            setup = self.deps.setups.for_user(live.person)
            if setup is None or setup.workspace_id != person.team_id:
                return False
        try:
            is_good = live.link.is_made_with(self.resolve_credentials(live.person))
        except UserError:
            return False
        return is_good and not (after and live.link.is_made_with(after))

    def _hidden(self, before: Credentials, after: Credentials | None) -> int | None:
        """Count what is listed under the key of before and not under the one after; None when nobody can say."""
        listed = self._accounts(before)
        if listed is None or after is None or after.key_mode is KeyMode.PER_USER:
            return None if listed is None else len(listed)
        if after.organization_id != before.organization_id:
            return len(listed)
        shown = self._accounts(after)
        return None if shown is None else (Counter(listed) - Counter(shown)).total()

    def _accounts(self, credentials: Credentials) -> Sequence[Connection] | None:
        try:
            return self.deps.platform.accounts(credentials)
        except UpstreamError as exc:
            if exc.service != "platform":
                raise
            log.info("setup.uncounted", status=exc.status, code=exc.code, trace_id=exc.trace_id)
            return None
