"""Decides whose connections somebody sees and changes: the one place that knows.

A key of one's own shows one's own connections and no others. One key for all shows everybody's: then they are told
apart by what the app remembers of whoever connected through it. People see and change their own; of a colleague's they
see that there is one; admins see all of them and may remove them. What was made elsewhere, or before the app
remembered, is shown to admins alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, replace

from slack_app.errors import UserError
from slack_app.features.connections import MOST_SHOWN
from slack_app.model.tools import Connection, Owner, Ownership, numbered
from slack_app.model.users import SlackUser
from slack_app.model.workspaces import Credentials, KeyMode
from slack_app.ports import Clock
from slack_app.ports.platform import Owners
from slack_app.ports.slack import People

GONE_SECONDS = 7 * 24 * 3600.0
"""So long an owner is kept of whose connection the lists say nothing: a list may be cut short, a key come back."""

ReadIds = Callable[[Credentials, Sequence[Connection]], Sequence[Connection]]
"""Returns the accounts with the ids that change them, as far as they are shown. Raises UserError, UpstreamError."""


def is_shared(credentials: Credentials) -> bool:
    """Return whether one key serves all, and the platform cannot tell people apart."""
    return credentials.key_mode is not KeyMode.PER_USER


@dataclass(frozen=True, slots=True)
class OwnershipRules:
    """The rules with what they need; each method raises UpstreamError."""

    owners: Owners
    people: People
    read_ids: ReadIds
    clock: Clock

    def record(self, credentials: Credentials, person: SlackUser, connection: Connection, tool_key: str) -> None:
        """Remember that the person made the connection."""
        if is_shared(credentials):
            owned = Ownership(person, tool_key, self.clock())
            self.owners.save(credentials.organization_id, {connection.digest: owned})

    def release(self, credentials: Credentials, connection: Connection) -> SlackUser | None:
        """Forget who made a connection that is gone; returns who it was."""
        if not is_shared(credentials):
            return None
        owned = self.owners.of(credentials.organization_id).get(connection.digest)
        self.owners.forget(credentials.organization_id, [connection.digest])
        return owned.person if owned else None

    def is_of_colleague(self, credentials: Credentials, person: SlackUser, connection: Connection) -> bool:
        """Return whether somebody else made the connection through the app."""
        return self._mark(person, connection, self._owned(credentials)).owner is Owner.COLLEAGUE

    def own(self, credentials: Credentials, person: SlackUser, connections: Sequence[Connection]) -> list[Connection]:
        """Return those of a tool's connections that are the person's own."""
        if not connections:
            return []
        marked = self._marked(person, connections, self._owned(credentials))
        return [connection for connection in numbered(marked) if connection.owner is Owner.SELF]

    def of_tool(
        self, credentials: Credentials, person: SlackUser, connections: Sequence[Connection]
    ) -> Sequence[Connection]:
        """Return what the person may see of a tool's connections."""
        marked = self._marked(person, connections, self._owned(credentials))
        is_all_seen = all(c.owner is Owner.SELF for c in marked) or self._is_admin(person)
        return numbered(marked if is_all_seen else as_member_sees(marked))

    def reachable(
        self,
        credentials: Credentials,
        person: SlackUser,
        connections: Sequence[Connection],
        connection_id: str,
        *,
        is_removal: bool = False,
    ) -> Connection | None:
        """Return that one of a tool's connections, None where it is gone, as far as the person may change it.

        Raises UserError where they may not: an admin may remove what is not theirs, and nothing else.
        """
        if not any(connection.id == connection_id for connection in connections):
            return None
        seen = self.of_tool(credentials, person, connections)
        found = next((c for c in seen if c.id and c.id == connection_id), None)
        if found is None or (found.owner is not Owner.SELF and not is_removal):
            raise UserError("connection_not_yours")
        return found

    def listed(
        self,
        credentials: Credentials,
        person: SlackUser,
        accounts: Sequence[Connection],
        tool_keys: Set[str] | None = None,
    ) -> Sequence[Connection]:
        """Return what the person may see of all accounts, with the ids of what they may change: their own first.

        Of `tool_keys` alone where they are given; the accounts are everything that is connected all the same. Raises
        UserError, UpstreamError.
        """
        return self._listed(credentials, person, accounts, tool_keys, is_for_admin=True)

    def listed_as_member(
        self, credentials: Credentials, person: SlackUser, accounts: Sequence[Connection]
    ) -> Sequence[Connection]:
        """Return the same as whoever is no admin sees it, without ids; under a key of one's own that costs nothing."""
        if not is_shared(credentials):
            return accounts
        seen = self._listed(credentials, person, accounts, None, is_for_admin=False)
        return [replace(connection, id="") for connection in seen]

    def _listed(
        self,
        credentials: Credentials,
        person: SlackUser,
        accounts: Sequence[Connection],
        tool_keys: Set[str] | None,
        *,
        is_for_admin: bool,
    ) -> Sequence[Connection]:
        wanted = [account for account in accounts if tool_keys is None or account.tool_key in tool_keys]
        if not is_shared(credentials):
            return numbered(self.read_ids(credentials, wanted))
        owned = self.owners.of(credentials.organization_id)
        own_tools = {one.tool_key for one in owned.values() if one.person == person}
        marked = self._read_own(credentials, person, [one for one in wanted if one.tool_key in own_tools], owned)
        rest = [account for account in wanted if account.tool_key not in own_tools]
        is_all_own = not rest and all(connection.owner is Owner.SELF for connection in marked)
        is_admin = is_for_admin and not is_all_own and self._is_admin_to_see(person)
        if is_admin:
            marked += self._marked(person, self.read_ids(credentials, rest), owned)
        self._note_gone(credentials, owned, accounts, marked)
        if is_admin or is_all_own:
            seen: Sequence[Connection] = marked
        else:
            of_colleagues = {one.tool_key for one in owned.values() if one.gone_at is None and one.person != person}
            rest = [replace(account, owner=Owner.COLLEAGUE) for account in rest if account.tool_key in of_colleagues]
            seen = [*as_member_sees(marked), *as_member_sees(rest)]
        return sorted(numbered(seen), key=lambda connection: list(Owner).index(connection.owner))

    def _read_own(
        self,
        credentials: Credentials,
        person: SlackUser,
        accounts: Sequence[Connection],
        owned: Mapping[str, Ownership],
    ) -> list[Connection]:
        """Return the accounts of the person's tools with ids and owners, tool by tool, until enough are theirs.

        Of each tool after that one stands without an account, to be counted.
        """
        by_tool: dict[str, list[Connection]] = defaultdict(list)
        for account in sorted(accounts, key=lambda account: account.name.lower()):
            by_tool[account.tool_key].append(account)
        marked: list[Connection] = []
        for tool_key, listed in by_tool.items():
            if sum(connection.owner is Owner.SELF for connection in marked) >= MOST_SHOWN:
                marked.append(Connection("", tool_key, listed[0].name))
            else:
                marked += self._marked(person, self.read_ids(credentials, listed), owned)
        return marked

    def _owned(self, credentials: Credentials) -> Mapping[str, Ownership] | None:
        return self.owners.of(credentials.organization_id) if is_shared(credentials) else None

    def _marked(
        self, person: SlackUser, connections: Sequence[Connection], owned: Mapping[str, Ownership] | None
    ) -> list[Connection]:
        return [self._mark(person, connection, owned) for connection in connections]

    def _mark(self, person: SlackUser, connection: Connection, owned: Mapping[str, Ownership] | None) -> Connection:
        if owned is None:
            return connection
        one = owned.get(connection.digest) if connection.id else None
        if one is None:
            return replace(connection, owner=Owner.UNKNOWN)
        if one.person == person:
            return connection
        return replace(connection, owner=Owner.COLLEAGUE, owner_id=one.person.user_id)

    def _is_admin(self, person: SlackUser) -> bool:
        """Return whether Slack says so now; where it does not let us look, nobody is."""
        try:
            return self.people.role_of(person).is_admin
        except UserError:
            return False

    def _is_admin_to_see(self, person: SlackUser) -> bool:
        """Return the same for a list, which is read often: whoever was a member within the hour is no admin yet.

        On an Enterprise Grid that says nothing, for an admin of one workspace is a member of the Grid.
        """
        if not person.enterprise_id:
            try:
                known = self.people.known(person).role
            except UserError:
                return False
            if known is not None and not known.is_admin:
                return False
        return self._is_admin(person)

    def _note_gone(
        self,
        credentials: Credentials,
        owned: Mapping[str, Ownership],
        accounts: Sequence[Connection],
        read: Sequence[Connection],
    ) -> None:
        """Note which connections the lists do not show any more, and forget who made those that are long gone.

        A tool says nothing of its connections where their ids were not read; one that is not among the accounts has
        none.
        """
        connected = {account.tool_key for account in accounts}
        unread = connected - {connection.tool_key for connection in read if connection.id}
        shown = {connection.digest for connection in read if connection.id}
        now = self.clock()
        changed: dict[str, Ownership] = {}
        for digest, one in owned.items():
            if digest in shown and one.gone_at is not None:
                changed[digest] = replace(one, gone_at=None)
            elif digest not in shown and one.tool_key not in unread and one.gone_at is None:
                changed[digest] = replace(one, gone_at=now)
        self.owners.save(credentials.organization_id, changed)
        long_gone = [
            digest
            for digest, one in owned.items()
            if digest not in shown and one.tool_key not in unread and now >= (one.gone_at or now) + GONE_SECONDS
        ]
        self.owners.forget(credentials.organization_id, long_gone)


def as_member_sees(marked: Sequence[Connection]) -> list[Connection]:
    """Return the own ones, and of each tool that a colleague has connected that somebody has, and nothing else."""
    own = [connection for connection in marked if connection.owner is Owner.SELF]
    of_colleagues = {c.tool_key: c.name for c in marked if c.owner is Owner.COLLEAGUE}
    return [*own, *(Connection("", key, name, owner=Owner.COLLEAGUE) for key, name in of_colleagues.items())]
