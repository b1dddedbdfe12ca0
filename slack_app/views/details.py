"""Asks for what a tool needs to know: a message with a button, and the modal behind it."""

from __future__ import annotations

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    InputBlock,
    PlainTextInputElement,
    PlainTextObject,
)
from slack_sdk.models.views import View

from slack_app import wording
from slack_app.features.details import Details
from slack_app.model.messages import Message
from slack_app.views.ids import ActionId, CallbackId
from slack_app.views.prose import section
from slack_app.views.render import render_message, render_modal
from slack_app.views.values import Value

VALUE = "value"
"""The action id of the modal's inputs; a block's id is the detail's key."""
LONGEST_VALUE = 1000


@render_message.register
def details(fact: Details, command: str) -> Message:
    """Tell the person what is missing, or was not accepted."""
    text = wording.details.message(fact, command)
    button = ButtonElement(
        text=PlainTextObject(text=wording.details.button()),
        action_id=ActionId.OPEN_DETAILS,
        value=str(Value(fact.draft_id, fact.tool_key)),
        style="primary",
    )
    blocks: list[Block] = [section(text), ActionsBlock(elements=[button])]
    return Message(text, [block.to_dict() for block in blocks])


@render_modal.register
def details_modal(fact: Details, _command: str) -> View:
    """Ask for the details."""
    return View(
        type="modal",
        callback_id=CallbackId.DETAILS,
        private_metadata=str(Value(fact.draft_id, fact.tool_key)),
        title=PlainTextObject(text=wording.menu.title()),
        submit=PlainTextObject(text=wording.menu.submit()),
        close=PlainTextObject(text=wording.buttons.cancel()),
        blocks=[
            section(wording.details.lead(fact)),
            *(_input(fact, key) for key in fact.keys),
        ],
    )


def _input(fact: Details, key: str) -> InputBlock:
    asked = wording.details.detail(fact.tool_key, key)
    return InputBlock(
        block_id=key,
        label=PlainTextObject(text=asked.label),
        hint=PlainTextObject(text=asked.hint) if asked.hint else None,
        element=PlainTextInputElement(
            action_id=VALUE,
            initial_value=fact.given.get(key),
            placeholder=PlainTextObject(text=asked.example) if asked.example else None,
            max_length=LONGEST_VALUE,
        ),
    )
