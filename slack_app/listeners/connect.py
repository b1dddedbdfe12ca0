"""Every button that connects a tool; and which details may be passed on."""

from __future__ import annotations

from slack_bolt import App

from slack_app.features.connect import CONNECT_CHOSEN
from slack_app.listeners.actions import enqueue_press, on_action
from slack_app.listeners.dependencies import Dependencies
from slack_app.views.ids import ActionId

BUTTONS = (
    ActionId.CHOOSE_TOOL,
    ActionId.CONNECT_SUGGESTED,
    ActionId.CONNECT_FROM_HOME,
    ActionId.CONNECT_ANOTHER,
)


def register(app: App, deps: Dependencies) -> None:
    """Listen to the buttons that connect a tool. The link is a message of its own, so theirs stays as it is."""
    for action_id in BUTTONS:
        on_action(app, action_id, enqueue_press(CONNECT_CHOSEN, message=None), deps)
