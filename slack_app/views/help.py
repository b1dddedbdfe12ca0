"""The short help."""

from __future__ import annotations

from slack_app import wording
from slack_app.features.help import Help
from slack_app.model.messages import Message
from slack_app.views.prose import prose
from slack_app.views.render import render_message
from slack_app.views.understand import word_button


@render_message.register
def help_message(_fact: Help, command: str) -> Message:
    """Tell the person what can be typed."""
    return prose(wording.help.text(command), [word_button("menu"), word_button("status")])
