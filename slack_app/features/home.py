"""Shows a person all tools with their state in the App Home, and keeps it true while they look at it."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace
from typing import Annotated, TypeVar

import structlog
from pydantic import AliasChoices, Field

from slack_app.errors import BUDGET_SPENT, UpstreamError
from slack_app.features.credentials import CredentialResolver, platform_errors
from slack_app.features.dependencies import Dependencies
from slack_app.features.names import Names
from slack_app.features.ownership import OwnershipRules, as_member_sees, is_shared
from slack_app.features.policy import Policy, can_set_up
from slack_app.features.search import search
from slack_app.features.status import Changed
from slack_app.model.facts import HomeFact
from slack_app.model.jobs import Job
from slack_app.model.links import PendingLink
from slack_app.model.messages import HomeFilter
from slack_app.model.tasks import Permission, Reply, Task
from slack_app.model.tools import Connection, Connector, Owner
from slack_app.model.users import Membership, SlackUser
from slack_app.model.workspaces import Credentials
from slack_app.ports import Clock
from slack_app.ports.home import Homes
from slack_app.ports.jobs import JobQueue, Progress

log = structlog.get_logger("slack_app.home")

Named = TypeVar("Named", Connection, Connector)


@dataclass(frozen=True, slots=True)
class HomeRequest:
    """What the person searches for now, None for the same as before; and what was just done, to be said there."""

    home_filter: Annotated[HomeFilter | None, Field(validation_alias=AliasChoices("home_filter", "look"))] = None
    changed: Changed | None = None


PUBLISH_HOME = Task("home.publish", Permission.CONNECT, payload=HomeRequest, reply=Reply.HOME, former_kinds=("home",))


@dataclass(frozen=True, slots=True)
class Welcome(HomeFact):
    """The App Home is opened, and its tools were never read yet; an admin can set the app up there."""

    is_admin: bool = False


@dataclass(frozen=True, slots=True)
class Home(HomeFact):
    """What fits what the person looks for: what they have connected, and the tools that they have not.

    `waiting` are the person's links that wait for them, by tool; `is_first` says that they have connected
    nothing at all; `is_early` that this is what is known of before, and the platform is being asked; `is_stale` that it
    does not answer. An admin can set the app up there.
    """

    connections: Sequence[Connection]
    connectors: Sequence[Connector]
    waiting: Mapping[str, PendingLink]
    categories: Sequence[str]
    home_filter: HomeFilter
    is_first: bool = False
    is_early: bool = False
    is_stale: bool = False
    changed: Changed | None = None
    is_admin: bool = False


@dataclass(frozen=True, slots=True)
class Refresh:
    """Has the App Home brought up to date, of those who look at it."""

    homes: Homes
    queue: JobQueue
    clock: Clock

    def __call__(self, person: SlackUser, changed: Changed | None = None) -> None:
        """Write the job; `changed` is to be said there. Raises UpstreamError."""
        if self.homes.filter_of(person) is None:
            return
        job_id = f"{person.team_id}:{person.user_id}:home-{secrets.token_hex(8)}"
        self.queue.enqueue(
            PUBLISH_HOME.job(
                job_id, person, self.clock(), payload=HomeRequest(changed=changed), membership=Membership.STATED
            )
        )


@dataclass(frozen=True, slots=True)
class PublishHome:
    """The use case with what it needs."""

    deps: Dependencies
    resolve_credentials: CredentialResolver
    policy: Policy
    names: Names
    ownership: OwnershipRules

    @PUBLISH_HOME.handler
    def publish(self, job: Job[HomeRequest], _progress: Progress) -> str:
        """Publish the App Home; where it is turned off, that is found out once an hour."""
        if self.deps.homes.is_off(job.person):
            return "home_off"
        try:
            return self._publish(job)
        except UpstreamError as exc:
            if exc.code != "not_enabled":
                raise
        if self.deps.homes.turn_off(job.person):
            log.warning("home.not_enabled", team_id=job.person.team_id)
        return "home_off"

    def _publish(self, job: Job[HomeRequest]) -> str:
        self.deps.setups.version_of(job.person.team_id)  # read anew: what another process just saved brought us here
        homes, wanted = self.deps.homes, job.payload.home_filter
        before, is_admin = homes.filter_of(job.person), bool(can_set_up(self.deps.people, job.person))
        if before is None or wanted is not None:
            homes.remember(job.person, wanted or HomeFilter())
        else:
            homes.keep(job.person)
        credentials = self.resolve_credentials(job.person)
        if before is None:  # the organization's budget may be used up for a minute, and links come first in it
            early = self._early(job, credentials)
            self.deps.messenger.publish_home(
                job.person, replace(early, is_admin=is_admin) if early else Welcome(is_admin)
            )
        self.deps.messenger.publish_home(job.person, replace(self._home(job, credentials), is_admin=is_admin))
        return "home_shown"

    def _early(self, job: Job[HomeRequest], credentials: Credentials) -> Home | None:
        """Return what is known without the platform; None where its tools were never read."""
        connectors = self.deps.catalogue.connectors(credentials.organization_id)
        if connectors is None:
            return None
        accounts = self.deps.catalogue.accounts(job.person) or []
        return self._home_of(job, credentials, _by_name(accounts), _by_name(connectors), is_early=True)

    def _home(self, job: Job[HomeRequest], credentials: Credentials) -> Home:
        accounts, connectors, is_stale = self._read(credentials, job.person)
        return self._home_of(job, credentials, accounts, connectors, is_stale=is_stale)

    def _home_of(
        self,
        job: Job[HomeRequest],
        credentials: Credentials,
        accounts: Sequence[Connection],
        connectors: Sequence[Connector],
        *,
        is_early: bool = False,
        is_stale: bool = False,
    ) -> Home:
        # The last word, where several were typed at once.
        home_filter = self.deps.homes.filter_of(job.person) or HomeFilter()
        fits = {connector.tool_key for connector in _search(connectors, home_filter)}
        is_all = home_filter == HomeFilter()
        connections = [account for account in accounts if is_all or account.tool_key in fits]
        if not (is_early or is_stale):
            try:
                connections = self._listed(credentials, job.person, accounts, None if is_all else fits)
            except UpstreamError as exc:
                if exc.service != "platform" or exc.code == BUDGET_SPENT:
                    raise
                is_stale = True  # without the ids there are no buttons
                if is_shared(credentials):  # nor does anybody know whose they are
                    known = self.deps.catalogue.accounts(job.person) or []
                    connections = [account for account in known if is_all or account.tool_key in fits]
        connected = {connection.tool_key for connection in connections if connection.owner is Owner.SELF}
        offered = self.policy.allowed_connectors(job.person, connectors)
        others = [connector for connector in offered if connector.tool_key not in connected]
        return Home(
            connections=connections,
            connectors=[connector for connector in others if connector.tool_key in fits],
            waiting=self._waiting(credentials, job.person, [*connectors, *connections]),
            categories=sorted({connector.category for connector in connectors if connector.category}, key=str.casefold),
            home_filter=home_filter,
            is_first=not (connected if is_all else accounts) and not is_stale,
            is_early=is_early,
            is_stale=is_stale,
            changed=job.payload.changed,
        )

    def _waiting(
        self, credentials: Credentials, person: SlackUser, tools: Sequence[Connector | Connection]
    ) -> Mapping[str, PendingLink]:
        """Return the links that may be shown: brought to the person already, and good for who they are now."""
        pending = self.deps.links.pending(person, sorted({tool.tool_key for tool in tools}))
        now = self.deps.clock()
        return {
            tool_key: live
            for tool_key, live in pending.items()
            if live.dm is not None and now < live.link.expires_at and live.link.is_made_with(credentials)
        }

    def _listed(
        self, credentials: Credentials, person: SlackUser, accounts: Sequence[Connection], tool_keys: Set[str] | None
    ) -> list[Connection]:
        """Return what the person may see of the accounts, and keep it for the menu. Raises UserError, UpstreamError."""
        found = self.ownership.listed(credentials, person, accounts, tool_keys)
        if is_shared(credentials) and tool_keys is None:
            seen = [replace(connection, id="") for connection in as_member_sees(found)]
            self.deps.catalogue.save_accounts(person, seen)
        return list(found)

    def _read(
        self, credentials: Credentials, person: SlackUser
    ) -> tuple[Sequence[Connection], Sequence[Connector], bool]:
        """Read what is connected and what there is; what is known of before where the platform does not answer."""
        known = self.deps.catalogue.connectors(credentials.organization_id)
        try:
            connectors = platform_errors(credentials, self.names.fetch) if known is None else known
            accounts = platform_errors(credentials, self.deps.platform.accounts)
        except UpstreamError as exc:
            if exc.service != "platform" or exc.code == BUDGET_SPENT:  # that waits, and what is shown stays
                raise
            return _by_name(self.deps.catalogue.accounts(person) or []), _by_name(known or []), True
        if not is_shared(credentials):
            self.deps.catalogue.save_accounts(person, accounts)
        self.names.refresh_in_background(credentials)
        return _by_name(accounts), _by_name(connectors), False


def _search(connectors: Sequence[Connector], home_filter: HomeFilter) -> Sequence[Connector]:
    of_category = [connector for connector in connectors if home_filter.category in ("", connector.category)]
    return search(home_filter.query, of_category)


def _by_name(named: Sequence[Named]) -> Sequence[Named]:
    return sorted(named, key=lambda one: one.name.casefold())
