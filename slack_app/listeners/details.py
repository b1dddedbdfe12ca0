"""What was filled into the modal of a tool that needs details, and the button that opens it again."""

from __future__ import annotations

from slack_bolt import App

from slack_app import wording
from slack_app.features.details import OPEN_DETAILS, SUBMIT_DETAILS
from slack_app.listeners.actions import enqueue_press, on_action
from slack_app.listeners.connect import checked
from slack_app.listeners.dependencies import Dependencies
from slack_app.listeners.errors import InvalidInput, MalformedRequestError, reading, submission
from slack_app.listeners.forms import input_ids, text_in
from slack_app.listeners.requests import Payload, job_from_submission
from slack_app.views.details import VALUE
from slack_app.views.ids import ActionId, CallbackId


def register(app: App, deps: Dependencies) -> None:
    """Listen to the modal and to its button."""
    app.view(CallbackId.DETAILS)(submission(submit, deps))
    on_action(app, ActionId.OPEN_DETAILS, enqueue_press(OPEN_DETAILS), deps)


def submit(payload: Payload, deps: Dependencies) -> None:
    """Enqueue the job. Raises InvalidInput, UserError, UpstreamError."""
    view = payload["view"]
    with reading():
        values = {key: text_in(view, key, VALUE) for key in input_ids(view)}
    if not values:
        raise MalformedRequestError
    if missing := {key: wording.details.missing() for key, value in values.items() if not value}:
        raise InvalidInput(missing)
    deps.queue.enqueue(job_from_submission(SUBMIT_DETAILS, payload, deps, parameters=checked(values)))
