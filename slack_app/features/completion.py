"""Finds out how far a link is: what the platform says of its state, and what its list of connections shows.

The state is not the last word: the platform's own callback may consume it (aitronos-sdk 5.0.0, `complete_oauth`), and
then 404 or "not connected" stands beside a finished connection. The list is read every few polls, and before an end.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from slack_app.errors import UpstreamError, UserError
from slack_app.features.credentials import CredentialResolver
from slack_app.features.dependencies import Dependencies
from slack_app.features.ownership import OwnershipRules
from slack_app.features.policy import Policy
from slack_app.model.links import Completion, Outcome, PendingLink
from slack_app.model.tools import Connection
from slack_app.model.workspaces import Change, Credentials, KeyMode

PRIORITIZED_SECONDS = 180.0
"""So long after a press its link is polled before the others."""
CLOCKS_DIFFER_SECONDS = 60.0
OTHERS_SECONDS = 20.0
"""So long a new connection waits while a colleague's link is out: its own poll says by its state that it is theirs.

What remains: where the platform's callback has consumed the colleague's state, or their link is not polled for so long
(an outage, the organization's budget), and they did not press its button while this link's person did, their connection
counts as this person's. The message names the account, and *This isn't me* undoes it.
"""


@dataclass(frozen=True, slots=True)
class CompletionCheck:
    """The use case with what it needs."""

    deps: Dependencies
    resolve_credentials: CredentialResolver
    ownership: OwnershipRules
    policy: Policy

    def __call__(self, live: PendingLink, polls: int | None = None) -> Completion:
        """Ask the platform; an old connection that it takes for the new one counts as none.

        Raises UserError when the link was made with credentials that the person no longer has, or may not use.
        """
        credentials = self.credentials(live)
        completion = self.deps.platform.complete(credentials, live.link.state)
        ending = completion.outcome
        if ending is Outcome.CONNECTED:
            connection = completion.connection or self._listed(live, credentials).connection
            if connection is None or not _is_old(connection, live):
                return self._connected(live, credentials, connection)
            ending = None
        if ending is None and self.deps.clock() >= live.link.expires_at:
            ending = Outcome.EXPIRED
        if ending is None and not self._is_list_due(live, polls):
            return Completion(None)
        listed = self._listed(live, credentials)
        if listed.outcome is Outcome.CONNECTED:
            return self._connected(live, credentials, listed.connection)
        return listed if listed.outcome is not None and ending is Outcome.EXPIRED else Completion(ending)

    def credentials(self, live: PendingLink) -> Credentials:
        """Return what the link was made with. Raises UserError when its person no longer has it, UpstreamError.

        Nor has a guest, once the admins keep guests out; while Slack does not say who somebody is, they have it.
        """
        try:
            self.policy.check_guest(live.person)
        except UpstreamError as exc:
            if exc.service != "slack":
                raise
        credentials = self.resolve_credentials(live.person)
        if not live.link.is_made_with(credentials):
            raise UserError("button_outdated")
        return credentials

    def is_own_key(self, live: PendingLink) -> bool:
        """Return whether the link's person has a key that nobody else is asked with. Raises UpstreamError."""
        try:
            return self.credentials(live).key_mode is KeyMode.PER_USER
        except UserError:
            return True

    def _connected(self, live: PendingLink, credentials: Credentials, connection: Connection | None) -> Completion:
        """Remember whose it is, before anybody is told, and note where it is an account that they had connected."""
        if self.deps.links.get(live.id) is None:  # its person was forgotten while the platform took its time
            return Completion(Outcome.CONNECTED, connection)
        tool_key, person = live.link.connector_type, live.person
        connected = Change(
            self.deps.clock(), person.team_id, person.user_id, "connected", tool_key, f"{live.id}:connected"
        )
        self.deps.audit.note_use(connected)
        self.deps.catalogue.forget_connections(credentials, tool_key)  # the same account, a new id
        if connection is None:
            return Completion(Outcome.CONNECTED)
        self.ownership.record(credentials, person, connection, connection.tool_key or tool_key)
        is_repeated = self._is_repeated(live, credentials, connection)
        return Completion(Outcome.CONNECTED, replace(connection, is_repeated=is_repeated))

    def _is_repeated(self, live: PendingLink, credentials: Credentials, connection: Connection) -> bool:
        """Return whether the person has the same account twice now; whoever had nothing before is not asked about."""
        before = live.connections_before
        if not before or not connection.account:
            return False
        try:
            found = self.deps.platform.connections_of(credentials, live.link.connector_type, is_for_link=True)
        except UpstreamError as exc:
            if exc.service != "platform":
                raise
            return False
        account = connection.account.casefold()
        others = [one for one in found if one.id != connection.id and one.id in before]
        own = self.ownership.own(credentials, live.person, others)
        return any(one.account.casefold() == account for one in own)

    def _is_list_due(self, live: PendingLink, polls: int | None) -> bool:
        """Return whether the list is read now: more often when its person is likely to be through."""
        if polls is None:
            return True
        return polls % (2 if self.is_prioritized(live) else 4) == 0

    def is_prioritized(self, live: PendingLink) -> bool:
        """Return whether the link's person has pressed one of its buttons lately."""
        return live.prioritized_at is not None and self.deps.clock() < live.prioritized_at + PRIORITIZED_SECONDS

    def by_list(self, live: PendingLink) -> Completion:
        """Return what the list alone says. Raises UserError, UpstreamError."""
        credentials = self.credentials(live)
        listed = self._listed(live, credentials)
        if listed.outcome is not Outcome.CONNECTED:
            return listed
        return self._connected(live, credentials, listed.connection)

    def _listed(self, live: PendingLink, credentials: Credentials) -> Completion:
        """Return what the list of the tool's connections says: connected, nothing new, or nobody can say.

        A newer link of the person's own goes first. With a key that several people share, what is new may be a
        colleague's: it counts only while no other link to the tool is as likely to have brought it.
        """
        found = self.deps.platform.connections_of(credentials, live.link.connector_type, is_for_link=True)
        new = [connection for connection in found if _is_new(connection, live)]
        if not new:
            return Completion(None)
        rivals = self.deps.links.rivals(live)
        of_rivals = {rival.connection.id for rival in rivals if rival.connection}
        mine = [connection for connection in new if connection.id not in of_rivals]
        if not mine:
            return Completion(None)
        if any(rival.person == live.person and rival.link.created_at > live.link.created_at for rival in rivals):
            return Completion(None)
        if any(_is_as_likely(rival, live, mine) for rival in rivals):
            return Completion(Outcome.UNKNOWN)
        is_alone = all(rival.person == live.person or rival.outcome is not None for rival in rivals)
        if not is_alone and self.deps.clock() < self.deps.links.first_seen(live.id, mine[-1].id) + OTHERS_SECONDS:
            return Completion(Outcome.UNKNOWN)
        return Completion(Outcome.CONNECTED, mine[-1])


def _is_old(connection: Connection, live: PendingLink) -> bool:
    """Return whether the person had the connection before the link was made."""
    return live.connections_before is not None and live.connections_before.get(connection.id) == connection.created_at


def _is_as_likely(rival: PendingLink, live: PendingLink, new: Sequence[Connection]) -> bool:
    """Return whether a colleague may have connected what is new: theirs was opened, or this one was not either.

    Who is through, and with which account the list did not say yet, most likely has; what was there before their link
    was made is not theirs.
    """
    if rival.person == live.person or rival.connection is not None or rival.outcome is Outcome.DECLINED:
        return False
    if not any(_is_new(connection, rival) for connection in new):
        return False
    return rival.outcome is Outcome.CONNECTED or rival.prioritized_at is not None or live.prioritized_at is None


def _is_new(connection: Connection, live: PendingLink) -> bool:
    """Return whether the connection came after the link: not there before, or by its time where nobody looked."""
    if live.connections_before is not None:
        return not _is_old(connection, live)
    try:
        created_at = datetime.fromisoformat(connection.created_at)
    except ValueError:
        return False
    if created_at.tzinfo is None:
        created_at = created_at.replace(tzinfo=UTC)
    return created_at.timestamp() > live.link.created_at - CLOCKS_DIFFER_SECONDS
