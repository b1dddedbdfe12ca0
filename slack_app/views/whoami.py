"""Who the person is to the platform."""

from __future__ import annotations

from slack_app.features.whoami import Whoami, WhoamiLoading
from slack_app.model.messages import Message
from slack_app.model.workspaces import KeyMode
from slack_app.views.key import open_button
from slack_app.views.prose import prose
from slack_app.views.render import render_message
from slack_app.views.understand import word_button
from slack_app.wording import key
from slack_app.wording import whoami as wording


@render_message.register
def loading(_fact: WhoamiLoading, _command: str) -> Message:
    """Acknowledge the request."""
    return prose(wording.loading())


@render_message.register
def whoami(fact: Whoami, _command: str) -> Message:
    """Tell the person their organization, whose key is used, and their role; what is missing they can add."""
    if not fact.organization_id:
        return prose(wording.whoami(fact), [word_button("setup")] * fact.role.is_admin)
    lacks_key = fact.key_mode is KeyMode.PER_USER and fact.ending is None
    return prose(wording.whoami(fact), [open_button(key.add_button())] * lacks_key)
