"""The buttons that change a connection."""

from __future__ import annotations

from slack_bolt import App

from slack_app import wording
from slack_app.features import status
from slack_app.features.status import NewName
from slack_app.listeners.actions import enqueue_press, on_action
from slack_app.listeners.dependencies import Dependencies
from slack_app.listeners.errors import InvalidInput, submission
from slack_app.listeners.forms import text_in
from slack_app.listeners.requests import Payload, job_from_submission
from slack_app.outside_text import cleaned
from slack_app.views.ids import ActionId, CallbackId
from slack_app.views.status import LONGEST_NAME, NAME

BUTTONS = {
    ActionId.DISCONNECT: status.DISCONNECT,
    ActionId.CANCEL_DISCONNECT: status.CANCEL_DISCONNECT,
    ActionId.TURN_ON: status.TURN_ON,
    ActionId.TURN_OFF: status.TURN_OFF,
    ActionId.RENAME: status.OPEN_RENAME,
}


def register(app: App, deps: Dependencies) -> None:
    """Listen to the buttons, and to the modal that asks for a name."""
    for action_id, task in BUTTONS.items():
        on_action(app, action_id, enqueue_press(task), deps)
    app.view(CallbackId.RENAME)(submission(rename, deps))


def rename(payload: Payload, deps: Dependencies) -> None:
    """Enqueue the job. Raises InvalidInput, UserError, UpstreamError."""
    label = cleaned(text_in(payload["view"], NAME, NAME))
    if not label:
        raise InvalidInput({NAME: wording.details.missing()})
    new_name = NewName(label[:LONGEST_NAME])
    deps.queue.enqueue(job_from_submission(status.SAVE_NAME, payload, deps, payload=new_name))
