"""`/connect disconnect github`, and the buttons that change a connection."""

from __future__ import annotations

from slack_bolt import App

from slack_app import wording
from slack_app.errors import UserError
from slack_app.features import status
from slack_app.features.status import NewName, StatusLoading
from slack_app.listeners.actions import enqueue_press, on_action
from slack_app.listeners.connect import connector_name
from slack_app.listeners.dependencies import Dependencies
from slack_app.listeners.errors import InvalidInput, submission
from slack_app.listeners.forms import text_in
from slack_app.listeners.requests import Payload, job_from_command, job_from_submission
from slack_app.listeners.text import CommandText
from slack_app.outside_text import cleaned
from slack_app.views.ids import ActionId, CallbackId
from slack_app.views.status import LONGEST_NAME, NAME

DISCONNECT = frozenset(["disconnect", "remove", "unlink", "logout", "revoke"])
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


def ask_disconnect(payload: Payload, text: CommandText, deps: Dependencies) -> StatusLoading:
    """Enqueue the job. Raises UserError for what cannot be asked, UpstreamError when it could not be written."""
    if len(text.words) == 1:
        raise UserError("tool_missing")
    connector_type = connector_name(text.words[1:])
    deps.queue.enqueue(job_from_command(status.ASK_DISCONNECT, payload, deps, connector_type=connector_type))
    return StatusLoading()


def rename(payload: Payload, deps: Dependencies) -> None:
    """Enqueue the job. Raises InvalidInput, UserError, UpstreamError."""
    label = cleaned(text_in(payload["view"], NAME, NAME))
    if not label:
        raise InvalidInput({NAME: wording.details.missing()})
    new_name = NewName(label[:LONGEST_NAME])
    deps.queue.enqueue(job_from_submission(status.SAVE_NAME, payload, deps, payload=new_name))
