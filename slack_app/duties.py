"""Puts the use cases together and says which does the jobs of which word."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field

from slack_app.attempt import Feature
from slack_app.features.access import AccessOf
from slack_app.features.connect import Connect
from slack_app.features.details import DetailsOf
from slack_app.features.help import Told
from slack_app.features.home import HomeOf, Refresh
from slack_app.features.menu import Choice, MenuOf
from slack_app.features.names import Names
from slack_app.features.press import Pressed
from slack_app.features.status import StatusOf
from slack_app.features.watch import Watch
from slack_app.ports import Catalogue, Clock, Drafts, Homes, Links, Messenger, Platform, Queue, Setups, States


@dataclass(frozen=True, slots=True, kw_only=True)
class Outside:
    """Everything outside that the use cases need.

    `needed` is which details which tool needs; `chance` gives numbers from 0 to 1; times are in seconds.
    """

    setups: Setups
    default_key: str = field(repr=False)
    platform: Platform
    states: States
    links: Links
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


def duties(outside: Outside) -> tuple[Mapping[str, Feature], Watch]:
    """Give what does the job of each word, and what looks at the links that are out."""
    access_of = AccessOf(outside.setups, outside.default_key)
    refresh = Refresh(outside.homes, outside.queue, outside.clock)
    watch = Watch(
        access_of=access_of,
        platform=outside.platform,
        states=outside.states,
        links=outside.links,
        messenger=outside.messenger,
        refresh=refresh,
        clock=outside.clock,
        chance=outside.chance,
    )
    names = Names(outside.platform, outside.catalogue, outside.background)
    details = DetailsOf(outside.messenger, outside.drafts)
    connect = Connect(
        access_of=access_of,
        platform=outside.platform,
        states=outside.states,
        links=outside.links,
        messenger=outside.messenger,
        names=names,
        details=details,
        refresh=refresh,
        needed=outside.needed,
        clock=outside.clock,
        link_seconds=outside.link_seconds,
        background=outside.background,
        retire=watch.retire,
    )
    pressed = Pressed(watch=watch, connect=connect)
    status = StatusOf(
        access_of=access_of,
        platform=outside.platform,
        messenger=outside.messenger,
        names=names,
        drafts=outside.drafts,
        refresh=refresh,
        background=outside.background,
    )
    menu = MenuOf(
        access_of=access_of,
        choice=Choice(outside.setups, outside.catalogue),
        platform=outside.platform,
        names=names,
        messenger=outside.messenger,
    )
    home = HomeOf(
        access_of=access_of,
        platform=outside.platform,
        catalogue=outside.catalogue,
        links=outside.links,
        homes=outside.homes,
        names=names,
        messenger=outside.messenger,
    )
    told = Told(outside.messenger)
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
        "help": told.help,
        "trouble": told.trouble,
    }
    return words, watch
