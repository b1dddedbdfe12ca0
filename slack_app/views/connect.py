"""The messages on the way to a link: taken on, wait your turn, takes longer."""

from __future__ import annotations

from slack_app import wording
from slack_app.features.connect import Accepted, AcceptedForLater, StillWorking
from slack_app.features.create_link import InTurn
from slack_app.model.messages import Message
from slack_app.views.prose import section
from slack_app.views.render import render_message


@render_message.register
def accepted(fact: Accepted, _command: str) -> Message:
    """Acknowledge the request."""
    return _sentence(wording.connect.accepted(fact.connector_type))


@render_message.register
def accepted_for_later(fact: AcceptedForLater, command: str) -> Message:
    """Acknowledge the request, and say that its answer may take longer."""
    said, later = render_message(fact.accepted, command), wording.connect.may_take_longer()
    return Message(f"{said.text} {later}", [*said.blocks, section(later).to_dict()])


@render_message.register
def still_working(fact: StillWorking, _command: str) -> Message:
    """Tell the person that it takes longer."""
    return _sentence(wording.connect.still_working(fact.connector_type, fact.until))


@render_message.register
def in_turn(fact: InTurn, _command: str) -> Message:
    """Tell the person that somebody else comes first."""
    return _sentence(wording.connect.in_turn(fact.connector_type))


def _sentence(text: str) -> Message:
    return Message(text, [section(text).to_dict()])
