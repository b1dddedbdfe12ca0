"""What was waited for is solved: the way on for the person, and the end of the question to the admins."""

from __future__ import annotations

from slack_sdk.models.blocks import ButtonElement, PlainTextObject

from slack_app import wording
from slack_app.features.pending_requests import HandledByAdmin, RequestDeclined, YouCanRetry
from slack_app.model.messages import Message
from slack_app.views.ids import ActionId
from slack_app.views.prose import prose
from slack_app.views.render import render_message
from slack_app.views.values import Value


@render_message.register
def you_can_retry(fact: YouCanRetry, _command: str) -> Message:
    """Tell the person that it is solved, with one press to what they wanted."""
    return prose(wording.pending_requests.you_can_retry(fact), [retry_button(fact.draft_id, fact.tool)])


def retry_button(draft_id: str, tool: str = "") -> ButtonElement:
    """Return the button that does once more what the person wanted: it says so where that was to connect the tool."""
    return ButtonElement(
        text=PlainTextObject(text=wording.pending_requests.again_button(tool)),
        action_id=ActionId.RETRY_REQUEST,
        value=str(Value(draft_id)),
        style="primary",
    )


@render_message.register
def request_declined(fact: RequestDeclined, _command: str) -> Message:
    """Tell the person that it was declined, and why."""
    return prose(wording.pending_requests.request_declined(fact))


@render_message.register
def handled_by_admin(fact: HandledByAdmin, _command: str) -> Message:
    """Tell an admin who was asked that it is done."""
    return prose(wording.pending_requests.handled_by_admin(fact))
