"""The button with which somebody goes on when what they waited for is solved."""

from __future__ import annotations

from slack_bolt import App

from slack_app.features.pending_requests import RETRY_REQUEST
from slack_app.listeners.actions import enqueue_press, on_action
from slack_app.listeners.dependencies import Dependencies
from slack_app.views.ids import ActionId


def register(app: App, deps: Dependencies) -> None:
    """Listen to the button."""
    on_action(app, ActionId.RETRY_REQUEST, enqueue_press(RETRY_REQUEST), deps)
