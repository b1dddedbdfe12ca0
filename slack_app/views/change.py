"""What can be disconnected, and that a tool is not connected."""

from __future__ import annotations

from slack_sdk.models.blocks import ActionsBlock, Block

from slack_app import wording
from slack_app.features.change import DisconnectChoice, NotConnected
from slack_app.features.connections import MOST_SHOWN
from slack_app.model.messages import Message
from slack_app.model.tools import Owner
from slack_app.views.prose import prose, section
from slack_app.views.render import render_message
from slack_app.views.status import disconnect_button
from slack_app.views.understand import connect_button, word_button


@render_message.register
def not_connected(fact: NotConnected, _command: str) -> Message:
    """Tell the person that there is nothing to change."""
    connect = [connect_button(fact.tool_key, fact.tool)] if fact.can_connect else []
    text = wording.change.not_connected(fact.tool, can_connect=fact.can_connect)
    return prose(text, [*connect, word_button("status")])


@render_message.register
def disconnect_choice(fact: DisconnectChoice, _command: str) -> Message:
    """List what can be disconnected."""
    if not fact.connections:
        return prose(wording.change.nothing_connected())
    is_own = all(connection.owner is Owner.SELF for connection in fact.connections)
    lead = wording.change.disconnect_choice(fact.unknown, is_near=fact.is_near, is_own=is_own)
    shown = fact.connections[:MOST_SHOWN]
    lines = [wording.status.line(connection) for connection in shown]
    blocks: list[Block] = [section(lead)]
    for line, connection in zip(lines, shown, strict=True):
        blocks += [section(line), *([ActionsBlock(elements=[disconnect_button(connection)])] if connection.id else [])]
    return Message(wording.text.truncated([lead, *lines]), [block.to_dict() for block in blocks])
