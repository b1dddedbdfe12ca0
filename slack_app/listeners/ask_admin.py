"""The buttons of asking an admin, for the person and for the admin."""

from __future__ import annotations

from slack_bolt import App

from slack_app.features.ask_admin import ASK_ADMIN, CONFIRM_FIXED, OFFER_TOOL
from slack_app.listeners.actions import enqueue_press, on_action
from slack_app.listeners.dependencies import Dependencies
from slack_app.views.ids import ActionId


def register(app: App, deps: Dependencies) -> None:
    """Listen to the buttons."""
    on_action(app, ActionId.ASK_ADMIN, enqueue_press(ASK_ADMIN), deps)
    on_action(app, ActionId.OFFER_TOOL, enqueue_press(OFFER_TOOL), deps)
    on_action(app, ActionId.CONFIRM_FIXED, enqueue_press(CONFIRM_FIXED), deps)
