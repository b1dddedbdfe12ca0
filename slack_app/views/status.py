"""What a person has connected, with the buttons that change it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    ConfirmObject,
    ContextBlock,
    InputBlock,
    PlainTextInputElement,
    PlainTextObject,
)
from slack_sdk.models.views import View

from slack_app import wording
from slack_app.features.connect import ConnectedAlready
from slack_app.features.connections import MOST_SHOWN
from slack_app.features.status import (
    AskName,
    ConfirmDisconnect,
    DisconnectCancelled,
    RemovedByAdmin,
    Status,
    StatusLoading,
)
from slack_app.model.messages import Message
from slack_app.model.tools import Connection, Owner
from slack_app.views.ids import ActionId, CallbackId
from slack_app.views.prose import mrkdwn, prose, section
from slack_app.views.render import render_message, render_modal
from slack_app.views.understand import word_button
from slack_app.views.values import Value

NAME = "name"
"""The id of the one block of the modal that asks for a name, and of the input in it."""
LONGEST_NAME = 60


@render_message.register
def loading(_fact: StatusLoading, _command: str) -> Message:
    """Acknowledge the request."""
    return _message([wording.status.loading()])


@render_message.register
def status(fact: Status, _command: str) -> Message:
    """List what is connected."""
    lead = [wording.status.changed(fact.changed)] if fact.changed else []
    if fact.connections is None:
        return prose("\n".join([*lead, wording.status.unlisted()]), [word_button("status")])
    shown, more = fact.connections[:MOST_SHOWN], len(fact.connections) - MOST_SHOWN
    own = [connection for connection in shown if connection.owner is Owner.SELF]
    others = [connection for connection in shown if connection.owner is not Owner.SELF]
    lead.append(wording.status.lead() if own else wording.status.empty())
    blocks: list[Block] = [section(text) for text in lead] + _lines(own)
    blocks += [section(wording.status.others())] * bool(others) + _lines(others)
    rest = [wording.status.more(more)] if more > 0 else []
    blocks += [ContextBlock(elements=[mrkdwn(text)]) for text in rest]
    blocks.append(ActionsBlock(elements=[word_button("menu", wording.status.more_tools_button() if own else "")]))
    texts = [*lead, *map(wording.status.line, own), *[wording.status.others()] * bool(others)]
    texts += [*map(wording.status.line, others), *rest]
    return Message("\n".join(texts), [block.to_dict() for block in blocks])


def _lines(connections: Sequence[Connection]) -> list[Block]:
    blocks: list[Block] = []
    for connection in connections:
        blocks.append(section(wording.status.line(connection)))
        if connection.id:
            blocks.append(ActionsBlock(elements=buttons_of(connection)))
    return blocks


@render_message.register
def confirm_disconnect(fact: ConfirmDisconnect, _command: str) -> Message:
    """Ask what to disconnect, and say what that means."""
    shown = [connection for connection in fact.connections if connection.id][:MOST_SHOWN]
    if not shown:
        return prose(wording.status.of_others(fact.tool), [word_button("status")])
    text = wording.status.disconnect_question(shown)
    buttons = [
        _button(label, ActionId.DISCONNECT, connection, style="danger")
        for label, connection in zip(wording.status.disconnect_buttons(shown), shown, strict=True)
    ]
    blocks: list[Block] = [
        section(text),
        ActionsBlock(elements=[*buttons, _button(wording.status.keep_button(), ActionId.CANCEL_DISCONNECT, shown[0])]),
    ]
    return Message(text, [block.to_dict() for block in blocks])


@render_message.register
def removed_by_admin(fact: RemovedByAdmin, _command: str) -> Message:
    """Tell the person, and let them connect it anew."""
    again = ButtonElement(
        text=PlainTextObject(text=wording.link.button(fact.connection.name)),
        action_id=ActionId.CONNECT_SUGGESTED,
        value=str(Value(connector_type=fact.connection.tool_key)),
    )
    return prose(wording.status.removed_by_admin(fact.connection, fact.admin_id), [again])


@render_message.register
def connected_already(fact: ConnectedAlready, _command: str) -> Message:
    """Ask whether the person wants another account, or the one that does not work once more."""
    text = wording.status.already_connected(fact.connections)
    broken = [connection for connection in fact.connections if connection.is_healthy is False]
    again = [
        _button(wording.status.reconnect_one_button(c, len(fact.connections)), _again(c), c, style="primary")
        for c in broken
    ]
    first = fact.connections[0]
    more = _button(wording.status.add_account_button(), ActionId.CONNECT_ANOTHER, first)
    never = _button(wording.status.never_mind_button(), ActionId.CANCEL_DISCONNECT, first)
    return prose(text, [*again, more, never])


def _again(connection: Connection) -> str:
    return ActionId.CONNECT_ANOTHER.suffixed(connection.id)


@render_message.register
def disconnect_cancelled(_fact: DisconnectCancelled, _command: str) -> Message:
    """Tell the person that nothing has changed."""
    return _message([wording.status.disconnect_cancelled()])


@render_modal.register
def name_modal(fact: AskName, _command: str) -> View:
    """Ask what the connection is to be called."""
    name = InputBlock(
        block_id=NAME,
        label=PlainTextObject(text=wording.status.name_label()),
        hint=PlainTextObject(text=wording.text.label(wording.status.name_hint(fact.connection))),
        element=PlainTextInputElement(
            action_id=NAME, initial_value=fact.connection.label[:LONGEST_NAME] or None, max_length=LONGEST_NAME
        ),
    )
    return View(
        type="modal",
        callback_id=CallbackId.RENAME,
        private_metadata=str(Value(fact.draft_id)),
        title=PlainTextObject(text=wording.status.name_title()),
        submit=PlainTextObject(text=wording.status.name_submit()),
        close=PlainTextObject(text=wording.buttons.cancel()),
        blocks=[name],
    )


def disconnect_button(connection: Connection) -> ButtonElement:
    """Return the button that disconnects one, after a question."""
    dialog = ConfirmObject(
        title=PlainTextObject(text=wording.status.disconnect_title(connection)),
        text=PlainTextObject(text=wording.status.disconnect_dialog(connection)),
        confirm=PlainTextObject(text=wording.link.disconnect_button()),
        deny=PlainTextObject(text=wording.link.keep_button()),
        style="danger",
    )
    return _button(wording.link.disconnect_button(), ActionId.DISCONNECT, connection, confirm=dialog)


def buttons_of(connection: Connection) -> list[ButtonElement]:
    """Return what can be done with a connection: one that is not the reader's can be removed, and nothing else."""
    if connection.owner is not Owner.SELF:
        return [disconnect_button(connection)]
    switch = (
        (wording.status.turn_off_button(), ActionId.TURN_OFF)
        if connection.is_active
        else (wording.status.turn_on_button(), ActionId.TURN_ON)
    )
    again = wording.status.reconnect_button() if connection.is_healthy is False else wording.status.add_account_button()
    return [
        disconnect_button(connection),
        _button(*switch, connection),
        _button(wording.status.rename_button(), ActionId.RENAME, connection),
        _button(again, ActionId.CONNECT_ANOTHER, connection),
    ]


def _button(label: str, action_id: str, connection: Connection, **more: Any) -> ButtonElement:
    value = str(Value(connection.id, connection.tool_key))
    # Several buttons of one block may do the same to different connections, and ids are unique in a block.
    is_one_of_several = action_id == ActionId.DISCONNECT and "style" in more
    name = ActionId.DISCONNECT.suffixed(connection.id) if is_one_of_several else action_id
    return ButtonElement(text=PlainTextObject(text=label), action_id=name, value=value, **more)


def _message(texts: Sequence[str]) -> Message:
    return Message("\n".join(texts), [section(text).to_dict() for text in texts])
