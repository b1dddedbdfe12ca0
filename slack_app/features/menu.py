"""Lets a person choose among the organization's tools: from what is known, else as the platform says now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import structlog

from slack_app.errors import UpstreamError, UserError
from slack_app.features.credentials import CredentialResolver, platform_errors, setup_of
from slack_app.features.dependencies import Dependencies
from slack_app.features.names import Names
from slack_app.features.ownership import OwnershipRules
from slack_app.features.policy import allowed_in
from slack_app.features.respond import respond
from slack_app.features.search import called, search
from slack_app.model.facts import AcknowledgementFact, MessageOrModalFact
from slack_app.model.jobs import Job
from slack_app.model.tasks import Permission, Task
from slack_app.model.tools import Connection, Connector
from slack_app.model.users import SlackUser
from slack_app.model.workspaces import Setup
from slack_app.ports.jobs import Progress
from slack_app.ports.platform import Catalogue
from slack_app.ports.workspaces import Setups

SHOW_MENU = Task("menu.show", Permission.CONNECT, is_awaited=True, former_kinds=("menu",))
REFRESH_MENU = Task("menu.refresh", Permission.CONNECT, resumes_as="menu.show")  # nobody waits for it, but for a key
OPEN_MENU = Task("menu.open", Permission.CONNECT, former_kinds=("open_menu",))

log = structlog.get_logger("slack_app.menu")


@dataclass(frozen=True, slots=True)
class MenuLoading(AcknowledgementFact):
    """The tools were never read yet; they are being read now."""


@dataclass(frozen=True, slots=True)
class Menu(MessageOrModalFact):
    """The tools to choose from, and what the person has connected of them; None when nobody could say."""

    connectors: Sequence[Connector]
    accounts: Sequence[Connection] | None


@dataclass(frozen=True, slots=True)
class Choice:
    """What is known of a person's tools without asking the platform."""

    setups: Setups
    catalogue: Catalogue

    def cached(self, person: SlackUser) -> Menu | MenuLoading:
        """Return the menu as last read; what is wrong with the set-up the job says. Raises UpstreamError for Redis."""
        return self._menu(person, self.setups.for_user(person))

    def at_once(self, person: SlackUser) -> Menu | MenuLoading:
        """Return what may be shown before it is known who the person is: nothing, where guests may not connect."""
        setup = self.setups.for_user(person)
        return self._menu(person, setup) if setup and setup.guests_allowed else MenuLoading()

    def has_tool(self, person: SlackUser, typed: str) -> bool:
        """Return whether a tool that is offered is known to be called just so. Raises UpstreamError."""
        setup = self.setups.for_user(person)
        known = self.catalogue.connectors(setup.organization_id) if setup else None
        return setup is not None and bool(called(typed, allowed_in(setup, known or [])))

    def tools(self, person: SlackUser, typed: str) -> Sequence[Connector]:
        """Return all tools that fit what was typed so far, offered or not. Raises UpstreamError."""
        setup = self.setups.for_user(person)
        return search(typed, _by_name(self.catalogue.connectors(setup.organization_id) or [])) if setup else []

    def matching(self, person: SlackUser, typed: str) -> Menu:
        """Return the part of the menu that fits what was typed so far. Raises as `cached` does."""
        setup = self.setups.for_user(person)
        menu = self._menu(person, setup)
        if setup is None or isinstance(menu, MenuLoading):
            return Menu([], None)
        # Accounts are not for guests who may not connect, and to ask who the person is takes too long here.
        return Menu(search(typed, menu.connectors), menu.accounts if setup.guests_allowed else None)

    def _menu(self, person: SlackUser, setup: Setup | None) -> Menu | MenuLoading:
        connectors = self.catalogue.connectors(setup.organization_id) if setup else None
        if setup is None or connectors is None:
            return MenuLoading()
        return Menu(_by_name(allowed_in(setup, connectors)), self.catalogue.accounts(person))


@dataclass(frozen=True, slots=True)
class ShowMenu:
    """The use cases with what they need."""

    deps: Dependencies
    resolve_credentials: CredentialResolver
    choice: Choice
    names: Names
    ownership: OwnershipRules

    @SHOW_MENU.handler
    def show(self, job: Job, _progress: Progress) -> str:
        """Bring the menu as the platform says."""
        respond(self.deps.messenger, job, self._now(job.person, self.choice.cached(job.person)))
        return "menu_shown"

    @REFRESH_MENU.handler
    def refresh(self, job: Job, _progress: Progress) -> str:
        """Read the menu anew where the acknowledgement was one: that cannot be changed, and a second helps nobody."""
        self._now(job.person, self.choice.cached(job.person))
        return "menu_refreshed"

    @OPEN_MENU.handler
    def open(self, job: Job, _progress: Progress) -> str:
        """Open the menu as a modal, or bring it as a message when that took too long for Slack."""
        known = self.choice.cached(job.person)
        menu = known if isinstance(known, Menu) and known.accounts is not None else self._now(job.person, known)
        try:
            self.deps.messenger.open_modal(job.person, job.trigger_id, menu)
        except UpstreamError as exc:
            log.info("menu.no_modal", code=exc.code)
            respond(self.deps.messenger, job, menu)
        return "menu_shown"

    def _now(self, person: SlackUser, before: Menu | MenuLoading) -> Menu:
        """Read what is not known; a platform that does not answer costs only what nobody has read before."""
        credentials = self.resolve_credentials(person)
        if isinstance(before, Menu):
            connectors = before.connectors
            self.names.refresh_in_background(credentials)
        else:
            found = platform_errors(credentials, self.names.fetch)
            connectors = _by_name(allowed_in(setup_of(self.choice.setups, person), found))
        try:
            connected = self.deps.platform.accounts(credentials)
            accounts = self.ownership.listed_as_member(credentials, person, connected)
        except (UserError, UpstreamError) as exc:
            if isinstance(exc, UpstreamError) and exc.service != "platform":
                raise
            return Menu(connectors, before.accounts if isinstance(before, Menu) else None)
        self.choice.catalogue.save_accounts(person, accounts)
        return Menu(connectors, accounts)


def _by_name(connectors: Sequence[Connector]) -> Sequence[Connector]:
    return sorted(connectors, key=lambda connector: connector.name.casefold())
