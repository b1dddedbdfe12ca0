"""The buttons of asking an admin, for the person and for the admin."""

from __future__ import annotations

from slack_bolt import App

from slack_app import wording
from slack_app.features.ask_admin import ASK_ADMIN, CONFIRM_FIXED, DECLINE, OFFER_TOOL, OPEN_DECLINE, DeclineReason
from slack_app.listeners.actions import enqueue_press, on_action
from slack_app.listeners.dependencies import Dependencies
from slack_app.listeners.errors import InvalidInput, submission
from slack_app.listeners.forms import text_in
from slack_app.listeners.requests import Payload, job_from_submission
from slack_app.outside_text import cleaned
from slack_app.views.ask_admin import LONGEST_REASON, REASON
from slack_app.views.ids import ActionId, CallbackId


def register(app: App, deps: Dependencies) -> None:
    """Listen to the buttons."""
    on_action(app, ActionId.ASK_ADMIN, enqueue_press(ASK_ADMIN), deps)
    on_action(app, ActionId.OFFER_TOOL, enqueue_press(OFFER_TOOL), deps)
    on_action(app, ActionId.CONFIRM_FIXED, enqueue_press(CONFIRM_FIXED), deps)
    on_action(app, ActionId.OPEN_DECLINE, enqueue_press(OPEN_DECLINE), deps)
    app.view(CallbackId.DECLINE)(submission(decline, deps))


def decline(payload: Payload, deps: Dependencies) -> None:
    """Enqueue the job. Raises InvalidInput, UpstreamError."""
    reason = cleaned(text_in(payload["view"], REASON, REASON))
    if not reason:
        raise InvalidInput({REASON: wording.details.missing()})
    said = DeclineReason(reason[:LONGEST_REASON])
    deps.queue.enqueue(job_from_submission(DECLINE, payload, deps, payload=said))
