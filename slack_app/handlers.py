"""Puts the use cases together and says which does the jobs of which word."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field

from slack_app.features.ask_admin import AskAdmin
from slack_app.features.connect import Connect
from slack_app.features.create_link import CreateLink
from slack_app.features.credentials import CredentialResolver
from slack_app.features.details import AskDetails
from slack_app.features.help import HelpHandler
from slack_app.features.home import PublishHome, Refresh
from slack_app.features.key import ManageKey
from slack_app.features.link_actions import LinkActions
from slack_app.features.menu import Choice, ShowMenu
from slack_app.features.names import Names
from slack_app.features.pending_requests import PendingRequests
from slack_app.features.policy import Policy
from slack_app.features.poll import LinkPoller
from slack_app.features.setup import ManageSetup
from slack_app.features.status import ShowStatus
from slack_app.features.uninstall import Uninstall
from slack_app.job_runner import Feature
from slack_app.model.users import SlackUser
from slack_app.ports import Clock
from slack_app.ports.home import Homes
from slack_app.ports.jobs import Drafts, JobQueue
from slack_app.ports.keys import Keys, Secrets
from slack_app.ports.links import Links, Schedule, States
from slack_app.ports.platform import Catalogue, Platform
from slack_app.ports.slack import Messenger, People
from slack_app.ports.workspaces import Asks, Audit, Installations, Limits, Setups


@dataclass(frozen=True, slots=True, kw_only=True)
class Dependencies:
    """Everything outside that the use cases need.

    `needed` is which details which tool needs; `chance` gives numbers from 0 to 1; times are in seconds.
    """

    setups: Setups
    keys: Keys
    secrets: Secrets
    installations: Installations
    is_installed: Callable[[SlackUser], bool]
    default_key: str = field(repr=False)
    people: People
    asks: Asks
    limits: Limits
    audit: Audit
    platform: Platform
    states: States
    links: Links
    schedule: Schedule
    catalogue: Catalogue
    drafts: Drafts
    homes: Homes
    queue: JobQueue
    messenger: Messenger
    background: Executor
    link_seconds: float
    needed: Mapping[str, Sequence[str]]
    clock: Clock
    chance: Callable[[], float]


def handlers(deps: Dependencies) -> tuple[Mapping[str, Feature], LinkPoller]:
    """Give what does the job of each word, and what looks at the links that are out."""
    resolve_credentials = CredentialResolver(deps.setups, deps.keys, deps.default_key)
    policy = Policy(deps.setups, deps.people, deps.limits)
    refresh = Refresh(deps.homes, deps.queue, deps.clock)
    poller = LinkPoller(
        resolve_credentials=resolve_credentials,
        platform=deps.platform,
        states=deps.states,
        links=deps.links,
        schedule=deps.schedule,
        messenger=deps.messenger,
        refresh=refresh,
        clock=deps.clock,
        chance=deps.chance,
    )
    names = Names(deps.platform, deps.catalogue, deps.background)
    details = AskDetails(deps.messenger, deps.drafts)
    create_link = CreateLink(
        platform=deps.platform,
        links=deps.links,
        names=names,
        policy=policy,
        needed=deps.needed,
        clock=deps.clock,
        link_seconds=deps.link_seconds,
        background=deps.background,
    )
    connect = Connect(
        resolve_credentials=resolve_credentials,
        policy=policy,
        create_link=create_link,
        states=deps.states,
        links=deps.links,
        schedule=deps.schedule,
        messenger=deps.messenger,
        names=names,
        details=details,
        refresh=refresh,
        clock=deps.clock,
        expire=poller.expire,
        revoke=poller.revoke,
        is_installed=deps.is_installed,
    )
    link_actions = LinkActions(poller=poller, connect=connect)
    status = ShowStatus(
        resolve_credentials=resolve_credentials,
        platform=deps.platform,
        messenger=deps.messenger,
        names=names,
        drafts=deps.drafts,
        refresh=refresh,
        background=deps.background,
    )
    menu = ShowMenu(
        resolve_credentials=resolve_credentials,
        choice=Choice(deps.setups, deps.catalogue),
        platform=deps.platform,
        names=names,
        messenger=deps.messenger,
    )
    home = PublishHome(
        resolve_credentials=resolve_credentials,
        policy=policy,
        drafts=deps.drafts,
        platform=deps.platform,
        catalogue=deps.catalogue,
        links=deps.links,
        homes=deps.homes,
        names=names,
        messenger=deps.messenger,
    )
    help_handler = HelpHandler(deps.messenger)
    key = ManageKey(
        setups=deps.setups,
        keys=deps.keys,
        is_installed=deps.is_installed,
        platform=deps.platform,
        messenger=deps.messenger,
        drafts=deps.drafts,
        queue=deps.queue,
        audit=deps.audit,
        refresh=refresh,
        clock=deps.clock,
    )
    pending_requests = PendingRequests(
        setups=deps.setups,
        asks=deps.asks,
        drafts=deps.drafts,
        queue=deps.queue,
        messenger=deps.messenger,
        clock=deps.clock,
    )
    ask_admin = AskAdmin(
        setups=deps.setups,
        people=deps.people,
        asks=deps.asks,
        limits=deps.limits,
        drafts=deps.drafts,
        names=names,
        messenger=deps.messenger,
        audit=deps.audit,
        pending_requests=pending_requests,
        clock=deps.clock,
    )
    setup = ManageSetup(
        setups=deps.setups,
        keys=deps.keys,
        secrets=deps.secrets,
        is_installed=deps.is_installed,
        people=deps.people,
        platform=deps.platform,
        catalogue=deps.catalogue,
        messenger=deps.messenger,
        pending_requests=pending_requests,
        names=names,
        audit=deps.audit,
        refresh=refresh,
        clock=deps.clock,
    )
    uninstall = Uninstall(
        installations=deps.installations,
        links=deps.links,
        schedule=deps.schedule,
        states=deps.states,
        secrets=deps.secrets,
        audit=deps.audit,
        clock=deps.clock,
    )
    words: Mapping[str, Feature] = {
        "menu": menu.show,
        "open_menu": menu.open,
        "connect": connect.run,
        "fill": connect.fill,
        "details": details.open,
        "renew": link_actions.renew,
        "cancel": link_actions.cancel,
        "disown": link_actions.disconnect_wrong_account,
        "status": status.show,
        "disconnect": status.ask,
        "keep": status.cancel_disconnect,
        "remove": status.remove,
        "rename": status.rename,
        "name": status.name,
        "turn_on": status.turn_on,
        "turn_off": status.turn_off,
        "home": home.show,
        "key": key.show,
        "key_open": key.open,
        "key_keep": key.save,
        "key_remove": key.remove,
        "setup": setup.open,
        "set_up": setup.save,
        "setup_remove": setup.remove,
        "installed": setup.invite,
        "ask": ask_admin.ask_admin,
        "offer": ask_admin.offer_tool,
        "allowed": ask_admin.confirm_fixed,
        "fixed": pending_requests.resolve_all,
        "helped": pending_requests.notify_requester,
        "seen_to": pending_requests.notify_admin,
        "leave": uninstall.run,
        "again": pending_requests.retry,
        "help": help_handler.help,
        "trouble": help_handler.trouble,
    }
    return words, poller
