"""The short help."""

from __future__ import annotations

from slack_app import wording
from slack_app.features.help import AdminHelp, Help
from slack_app.model.messages import Message
from slack_app.model.users import Role
from slack_app.views import setup
from slack_app.views.prose import prose
from slack_app.views.render import render_message
from slack_app.views.understand import word_button


@render_message.register
def help_message(fact: Help, command: str) -> Message:
    """Tell the person what they can do."""
    ways = [] if fact.role is Role.GUEST else [word_button("menu"), word_button("status")]
    own = [word_button("setup", wording.setup.open_button())] * fact.role.is_admin
    return prose(wording.help.text(fact, command), [*ways, *own])


@render_message.register
def admin_help(_fact: AdminHelp, command: str) -> Message:
    """Tell an admin what they can do beside that."""
    return prose(wording.help.for_admin(command), [setup.open_button(wording.setup.open_button())])
