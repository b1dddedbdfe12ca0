"""Asks which tool is meant; and the buttons that stand for words of the command."""

from __future__ import annotations

from slack_sdk.models.blocks import ButtonElement, PlainTextObject

from slack_app import wording
from slack_app.features.understand import Which
from slack_app.model.messages import Message
from slack_app.views.ids import ActionId
from slack_app.views.prose import prose
from slack_app.views.render import render_message
from slack_app.views.values import Value


@render_message.register
def which(fact: Which, _command: str) -> Message:
    """Ask which tool is meant; what it may mean beside that is a button, too."""
    text = wording.understand.which(list(fact.tools.values()), is_own_word=bool(fact.own_word))
    others = [word_button(fact.own_word)] if fact.own_word else [all_tools_button(), word_button("status")]
    return prose(text, [*(connect_button(key, name) for key, name in fact.tools.items()), *others])


def connect_button(tool_key: str, name: str) -> ButtonElement:
    """Return the button that connects the tool."""
    label = PlainTextObject(text=wording.link.button(name))
    return ButtonElement(
        text=label, action_id=ActionId.CONNECT_SUGGESTED.suffixed(tool_key), value=str(Value(connector_type=tool_key))
    )


def word_button(word: str, label: str = "") -> ButtonElement:
    """Return the button that does what a word of the command does."""
    return ButtonElement(
        text=PlainTextObject(text=label or wording.understand.word_button(word)),
        action_id=ActionId.DO_WORD.suffixed(word),
        value=str(Value(connector_type=word)),
    )


def all_tools_button() -> ButtonElement:
    """Return the button that shows the menu, where somebody looked for a tool in vain."""
    return word_button("menu", wording.understand.all_tools_button())
