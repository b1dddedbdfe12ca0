"""Puts the use cases together and says which does the jobs of which word."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field

from slack_app.attempt import Feature
from slack_app.features.ask import AskOf
from slack_app.features.connect import Connect
from slack_app.features.credentials import CredentialResolver
from slack_app.features.details import DetailsOf
from slack_app.features.help import Told
from slack_app.features.home import HomeOf, Refresh
from slack_app.features.key import KeyOf
from slack_app.features.leave import Leave
from slack_app.features.mend import Mend
from slack_app.features.menu import Choice, MenuOf
from slack_app.features.mint import Mint
from slack_app.features.names import Names
from slack_app.features.permit import Permit
from slack_app.features.poll import LinkPoller
from slack_app.features.press import Pressed
from slack_app.features.setup import SetUpOf
from slack_app.features.status import StatusOf
from slack_app.model.users import SlackUser
from slack_app.ports import Clock
from slack_app.ports.home import Homes
from slack_app.ports.jobs import Drafts, Queue
from slack_app.ports.keys import Keys, Secrets
from slack_app.ports.links import Links, Schedule, States
from slack_app.ports.platform import Catalogue, Platform
from slack_app.ports.slack import Messenger, People
from slack_app.ports.workspaces import Asks, Audit, Installations, Limits, Setups


@dataclass(frozen=True, slots=True, kw_only=True)
class Outside:
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
    queue: Queue
    messenger: Messenger
    background: Executor
    link_seconds: float
    needed: Mapping[str, Sequence[str]]
    clock: Clock
    chance: Callable[[], float]


def duties(outside: Outside) -> tuple[Mapping[str, Feature], LinkPoller]:
    """Give what does the job of each word, and what looks at the links that are out."""
    resolve_credentials = CredentialResolver(outside.setups, outside.keys, outside.default_key)
    permit = Permit(outside.setups, outside.people, outside.limits)
    refresh = Refresh(outside.homes, outside.queue, outside.clock)
    poller = LinkPoller(
        resolve_credentials=resolve_credentials,
        platform=outside.platform,
        states=outside.states,
        links=outside.links,
        schedule=outside.schedule,
        messenger=outside.messenger,
        refresh=refresh,
        clock=outside.clock,
        chance=outside.chance,
    )
    names = Names(outside.platform, outside.catalogue, outside.background)
    details = DetailsOf(outside.messenger, outside.drafts)
    mint = Mint(
        platform=outside.platform,
        links=outside.links,
        names=names,
        permit=permit,
        needed=outside.needed,
        clock=outside.clock,
        link_seconds=outside.link_seconds,
        background=outside.background,
    )
    connect = Connect(
        resolve_credentials=resolve_credentials,
        permit=permit,
        mint=mint,
        states=outside.states,
        links=outside.links,
        schedule=outside.schedule,
        messenger=outside.messenger,
        names=names,
        details=details,
        refresh=refresh,
        clock=outside.clock,
        expire=poller.expire,
        revoke=poller.revoke,
        is_installed=outside.is_installed,
    )
    pressed = Pressed(poller=poller, connect=connect)
    status = StatusOf(
        resolve_credentials=resolve_credentials,
        platform=outside.platform,
        messenger=outside.messenger,
        names=names,
        drafts=outside.drafts,
        refresh=refresh,
        background=outside.background,
    )
    menu = MenuOf(
        resolve_credentials=resolve_credentials,
        choice=Choice(outside.setups, outside.catalogue),
        platform=outside.platform,
        names=names,
        messenger=outside.messenger,
    )
    home = HomeOf(
        resolve_credentials=resolve_credentials,
        permit=permit,
        drafts=outside.drafts,
        platform=outside.platform,
        catalogue=outside.catalogue,
        links=outside.links,
        homes=outside.homes,
        names=names,
        messenger=outside.messenger,
    )
    told = Told(outside.messenger)
    key = KeyOf(
        setups=outside.setups,
        keys=outside.keys,
        is_installed=outside.is_installed,
        platform=outside.platform,
        messenger=outside.messenger,
        drafts=outside.drafts,
        queue=outside.queue,
        audit=outside.audit,
        refresh=refresh,
        clock=outside.clock,
    )
    mend = Mend(
        setups=outside.setups,
        asks=outside.asks,
        drafts=outside.drafts,
        queue=outside.queue,
        messenger=outside.messenger,
        clock=outside.clock,
    )
    ask = AskOf(
        setups=outside.setups,
        people=outside.people,
        asks=outside.asks,
        limits=outside.limits,
        drafts=outside.drafts,
        names=names,
        messenger=outside.messenger,
        audit=outside.audit,
        mend=mend,
        clock=outside.clock,
    )
    setup = SetUpOf(
        setups=outside.setups,
        keys=outside.keys,
        secrets=outside.secrets,
        is_installed=outside.is_installed,
        people=outside.people,
        platform=outside.platform,
        catalogue=outside.catalogue,
        messenger=outside.messenger,
        mend=mend,
        names=names,
        audit=outside.audit,
        refresh=refresh,
        clock=outside.clock,
    )
    leave = Leave(
        installations=outside.installations,
        links=outside.links,
        schedule=outside.schedule,
        states=outside.states,
        secrets=outside.secrets,
        audit=outside.audit,
        clock=outside.clock,
    )
    words: Mapping[str, Feature] = {
        "menu": menu.show,
        "open_menu": menu.open,
        "connect": connect.run,
        "fill": connect.fill,
        "details": details.open,
        "renew": pressed.renew,
        "cancel": pressed.cancel,
        "disown": pressed.disown,
        "status": status.show,
        "disconnect": status.ask,
        "keep": status.keep,
        "remove": status.remove,
        "rename": status.rename,
        "name": status.name,
        "turn_on": status.turn_on,
        "turn_off": status.turn_off,
        "home": home.show,
        "key": key.show,
        "key_open": key.open,
        "key_keep": key.keep,
        "key_remove": key.remove,
        "setup": setup.open,
        "set_up": setup.save,
        "setup_remove": setup.remove,
        "installed": setup.invite,
        "ask": ask.ask,
        "offer": ask.offer,
        "allowed": ask.allowed,
        "fixed": mend.fixed,
        "helped": mend.helped,
        "seen_to": mend.seen_to,
        "leave": leave.run,
        "again": mend.again,
        "help": told.help,
        "trouble": told.trouble,
    }
    return words, poller
