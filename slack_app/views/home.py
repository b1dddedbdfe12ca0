"""The App Home: what the person has connected, and every tool that they could connect, with search and categories."""

from __future__ import annotations

import json
from collections.abc import Sequence
from zlib import crc32

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    ContextBlock,
    HeaderBlock,
    InputBlock,
    Option,
    PlainTextInputElement,
    PlainTextObject,
    SectionBlock,
    StaticSelectElement,
)
from slack_sdk.models.blocks.basic_components import DispatchActionConfig
from slack_sdk.models.views import View

from slack_app import wording
from slack_app.features.connections import MOST_SHOWN
from slack_app.features.home import Home, Welcome
from slack_app.features.search import told_apart
from slack_app.model.links import PendingLink
from slack_app.model.messages import Failure, HomeFilter
from slack_app.model.tools import Connector
from slack_app.views import link, status
from slack_app.views.failure import buttons_of, reference_of, sentence
from slack_app.views.ids import ActionId
from slack_app.views.prose import mrkdwn, section
from slack_app.views.render import render_home
from slack_app.views.values import Value

ALL = "*"
"""The category that stands for every one."""
MOST_TOOLS, MOST_CATEGORIES = 45, 99
"""Of a view's 100 blocks a connected account takes two, a tool one, and what stands around them at most eleven.

https://docs.slack.dev/reference/block-kit/blocks
"""
LARGEST_CATEGORY = 77
"""Bytes of JSON: an option's value has 75 letters at most, and a hundred of them stand beside everything else."""
LARGEST = 150_000
"""Bytes of JSON. Slack takes 250,000, and sends half as much again with each press, of which web.py takes 256 KiB.

https://docs.slack.dev/reference/methods/views.publish#errors
"""


@render_home.register
def welcome(fact: Welcome, _command: str) -> View:
    """Tell the person what this is while the tools are being read."""
    setup = [ActionsBlock(elements=[_setup_button()])] if fact.is_admin else []
    return _view([section(wording.home.welcome()), _note(wording.home.loading()), *setup])


@render_home.register
def failure(fact: Failure, command: str) -> View:
    """Tell the person why there is nothing to see."""
    buttons = buttons_of(fact)
    leads_to_setup = any(button.action_id == ActionId.OPEN_SETUP for button in buttons)
    setup = [_setup_button()] if fact.is_admin and not leads_to_setup else []
    shown = ActionsBlock(elements=[*buttons, _reload(), *setup])
    return _view([section(sentence(fact, command)), *map(_note, reference_of(fact)), shown])


@render_home.register
def home(fact: Home, command: str) -> View:
    """Show what fits what the person looks for, of the tools as many as a view may hold."""
    above = [*_lead(fact), *_fields(fact), *_connected(fact)]
    most = MOST_TOOLS
    while len(json.dumps((view := _view([*above, *_tools(fact, most, command)])).to_dict())) > LARGEST and most:
        most -= 5
    return view


def _lead(fact: Home) -> Sequence[Block]:
    blocks: list[Block] = []
    if fact.is_first:
        blocks.append(section(wording.home.welcome()))
    if fact.changed:
        blocks.append(section(wording.status.changed(fact.changed)))
    if fact.is_early:
        blocks.append(_note(wording.home.looking_up()))
    if fact.is_stale:
        blocks += [section(wording.home.stale()), ActionsBlock(elements=[_reload()])]
    return blocks


def _fields(fact: Home) -> Sequence[Block]:
    """Return the two fields, and what they narrow the list to.

    What was typed stays in a field as long as its block keeps its id. So each block is named after what is looked for
    in the other field: who changes that sees here what counts, and who types here is not disturbed.
    https://github.com/slackapi/bolt-js/issues/290
    """
    looked_for = (fact.home_filter.query, fact.home_filter.category)
    query, category = (f"{crc32(json.dumps(word).encode()):08x}" for word in looked_for)
    search = InputBlock(
        block_id=ActionId.SEARCH_HOME.suffixed(category),
        dispatch_action=True,
        label=PlainTextObject(text=wording.home.search()),
        element=PlainTextInputElement(
            action_id=ActionId.SEARCH_HOME,
            initial_value=fact.home_filter.query or None,
            placeholder=PlainTextObject(text=wording.home.search_hint()),
            max_length=100,
            dispatch_action_config=DispatchActionConfig(trigger_actions_on=["on_enter_pressed"]),
        ),
    )
    choices = {ALL: wording.home.every_category()} | {
        key: wording.menu.category(key) for key in fact.categories if len(json.dumps(key)) <= LARGEST_CATEGORY
    }
    options = {
        key: Option(value=key, text=PlainTextObject(text=label))
        for key, label in list(choices.items())[: MOST_CATEGORIES + 1]
    }
    select = StaticSelectElement(
        action_id=ActionId.FILTER_HOME,
        placeholder=PlainTextObject(text=wording.home.every_category()),
        options=list(options.values()),
        initial_option=options.get(fact.home_filter.category or ALL),
    )
    is_narrowed = fact.home_filter != HomeFilter() and bool(fact.connections or fact.connectors)
    note = [_note(wording.home.narrowed(fact.home_filter))] if is_narrowed else []
    setup = [_setup_button()] if fact.is_admin else []
    return [search, ActionsBlock(block_id=ActionId.FILTER_HOME.suffixed(query), elements=[select, *setup]), *note]


def _connected(fact: Home) -> Sequence[Block]:
    if not fact.connections:
        return []
    blocks: list[Block] = [_header(wording.home.connected())]
    waiting = dict(fact.waiting)  # of several accounts of one tool the first has the link
    for connection in fact.connections[:MOST_SHOWN]:
        line, live = wording.status.line(connection), waiting.pop(connection.tool_key, None)
        blocks.append(_row(line, live) if live else section(line))
        if connection.id:
            blocks.append(ActionsBlock(elements=status.buttons_of(connection)))
    if len(fact.connections) > MOST_SHOWN:
        blocks.append(_note(wording.home.more(len(fact.connections) - MOST_SHOWN)))
    return blocks


def _tools(fact: Home, most: int, command: str) -> Sequence[Block]:
    if not fact.connectors:
        return [] if fact.connections or fact.is_stale else _nothing(fact.home_filter, command)
    blocks: list[Block] = [_header(wording.home.all_tools() if fact.is_early else wording.home.tools())]
    shown = told_apart(fact.connectors)[:most]
    blocks += [_tool(connector, fact.waiting.get(connector.tool_key)) for connector in shown]
    if len(fact.connectors) > most:
        blocks.append(_note(wording.home.more(len(fact.connectors) - most)))
    return blocks


def _nothing(home_filter: HomeFilter, command: str) -> Sequence[Block]:
    text = section(wording.home.nothing(home_filter, command))
    if home_filter == HomeFilter():
        return [text]
    label = PlainTextObject(text=wording.understand.all_tools_button())
    return [text, ActionsBlock(elements=[ButtonElement(text=label, action_id=ActionId.SHOW_ALL_HOME)])]


def _tool(connector: Connector, live: PendingLink | None) -> SectionBlock:
    connect = ButtonElement(
        text=PlainTextObject(text=wording.home.connect_button()),
        action_id=ActionId.CONNECT_FROM_HOME,
        value=str(Value(connector_type=connector.tool_key)),
        accessibility_label=wording.link.button(connector.name),
    )
    text = wording.home.tool(connector)
    return _row(text, live) if live else SectionBlock(text=mrkdwn(text), accessory=connect)


def _row(text: str, live: PendingLink) -> SectionBlock:
    """Return the row of a tool whose link waits: its button opens the link."""
    return SectionBlock(text=mrkdwn(f"{text}\n{wording.home.waiting(live)}"), accessory=link.open_button(live))


def _setup_button() -> ButtonElement:
    label = PlainTextObject(text=wording.home.setup_button())
    return ButtonElement(text=label, action_id=ActionId.OPEN_SETUP, value=str(Value()))


def _reload() -> ButtonElement:
    return ButtonElement(text=PlainTextObject(text=wording.home.reload_button()), action_id=ActionId.RELOAD_HOME)


def _header(text: str) -> HeaderBlock:
    return HeaderBlock(text=PlainTextObject(text=text))


def _note(text: str) -> ContextBlock:
    return ContextBlock(elements=[mrkdwn(text)])


def _view(blocks: Sequence[Block]) -> View:
    return View(type="home", blocks=list(blocks))
