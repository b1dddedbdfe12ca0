"""A short friendly answer, with the two ways on."""

from __future__ import annotations

from slack_app import wording
from slack_app.features.greet import Greeting
from slack_app.model.messages import Message
from slack_app.views.prose import prose
from slack_app.views.render import render_message
from slack_app.views.understand import word_button


@render_message.register
def greeting(fact: Greeting, command: str) -> Message:
    """Answer, and show the ways on."""
    return prose(wording.greet.text(fact.kind, command), [word_button("menu"), word_button("status")])
