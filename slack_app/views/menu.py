"""The menu of tools, in a message and in a modal: grouped by category, searched by typing, with who is connected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from slack_sdk.models.blocks import (
    ActionsBlock,
    ExternalDataSelectElement,
    InputBlock,
    Option,
    OptionGroup,
    PlainTextObject,
)
from slack_sdk.models.views import View

from slack_app import wording
from slack_app.features.menu import Menu, MenuLoading
from slack_app.features.search import told_apart
from slack_app.model.messages import Message
from slack_app.model.tools import Connection, Connector
from slack_app.views.ids import ActionId, CallbackId
from slack_app.views.prose import prose, section
from slack_app.views.render import render_message, render_modal
from slack_app.views.understand import word_button
from slack_app.views.values import Value

TOOL = "menu_tool"
"""The id of the modal's one input block."""
MOST_OPTIONS = 100
"""Of one select: https://docs.slack.dev/reference/block-kit/block-elements/select-menu-element"""


@render_message.register
def loading(_fact: MenuLoading, _command: str) -> Message:
    """Acknowledge the request."""
    text = wording.menu.loading()
    return Message(text, [section(text).to_dict()])


@render_message.register
def menu(fact: Menu, command: str) -> Message:
    """Offer the tools; who listens to it hears the question alone."""
    if not fact.connectors:
        return prose(wording.menu.empty(command))
    return Message(
        wording.menu.lead(),
        [
            block.to_dict()
            for block in (section(wording.menu.lead()), ActionsBlock(elements=[_select(), word_button("status")]))
        ],
    )


@render_modal.register
def menu_modal(fact: Menu, command: str) -> View:
    """Offer the tools in a modal."""
    if not fact.connectors:
        return View(
            type="modal",
            title=PlainTextObject(text=wording.menu.title()),
            close=PlainTextObject(text=wording.buttons.close()),
            blocks=[section(wording.menu.empty(command))],
        )
    tool = InputBlock(
        block_id=TOOL,
        label=PlainTextObject(text=wording.menu.field()),
        element=_select(),
        hint=PlainTextObject(text=wording.menu.hint()),
    )
    return View(
        type="modal",
        callback_id=CallbackId.CHOOSE_TOOL,
        title=PlainTextObject(text=wording.menu.title()),
        submit=PlainTextObject(text=wording.menu.submit()),
        close=PlainTextObject(text=wording.buttons.cancel()),
        blocks=[tool],
    )


def suggestions(fact: Menu) -> list[dict[str, Any]]:
    """Return what fits the letters typed so far, as many tools as one answer may hold."""
    return [group.to_dict() for group in _groups(replace(fact, connectors=fact.connectors[:MOST_OPTIONS]))]


def _select() -> ExternalDataSelectElement:
    """Return a select that asks us (`suggestions`): of a list that it holds itself Slack searches the labels alone.

    https://docs.slack.dev/reference/block-kit/block-elements/select-menu-element#external_select
    """
    placeholder = PlainTextObject(text=wording.menu.placeholder())
    return ExternalDataSelectElement(action_id=ActionId.CHOOSE_TOOL, placeholder=placeholder, min_query_length=0)


def _groups(fact: Menu) -> list[OptionGroup]:
    return [
        OptionGroup(label=PlainTextObject(text=label), options=[_option(connector, fact) for connector in connectors])
        for label, connectors in by_category(told_apart(fact.connectors)).items()
    ]


def by_category(connectors: Sequence[Connector]) -> Mapping[str, Sequence[Connector]]:
    """Group the tools under what their categories are called, those without one last."""
    found: dict[str, list[Connector]] = {}
    for connector in connectors:
        found.setdefault(wording.menu.category(connector.category), []).append(connector)
    found = {label: found[label] for label in sorted(found, key=str.casefold)}
    others = found.pop(wording.menu.category(""), None)
    return {**found, wording.menu.category(""): others} if others else found


def _option(connector: Connector, fact: Menu) -> Option:
    name = wording.menu.option(connector, _accounts_of(connector, fact))
    return Option(value=str(Value(connector_type=connector.tool_key)), text=PlainTextObject(text=name))


def _accounts_of(connector: Connector, fact: Menu) -> Sequence[Connection]:
    return [account for account in fact.accounts or [] if account.tool_key == connector.tool_key]
