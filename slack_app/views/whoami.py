"""Who the person is to the platform."""

from __future__ import annotations

from slack_app.features.whoami import Whoami, WhoamiLoading
from slack_app.model.messages import Message
from slack_app.views.prose import prose
from slack_app.views.render import render_message
from slack_app.wording import whoami as wording


@render_message.register
def loading(_fact: WhoamiLoading, _command: str) -> Message:
    """Acknowledge the request."""
    return prose(wording.loading())


@render_message.register
def whoami(fact: Whoami, command: str) -> Message:
    """Tell the person their organization, whose key is used, and their role."""
    return prose(wording.whoami(fact, command))
