"""Every button that connects a tool; and which details may be passed on."""

from __future__ import annotations

from collections.abc import Mapping

from slack_bolt import App

from slack_app.errors import UserError
from slack_app.features.connect import CONNECT_CHOSEN
from slack_app.listeners.actions import enqueue_press, on_action
from slack_app.listeners.dependencies import Dependencies
from slack_app.views.ids import ActionId

_RESERVED = frozenset(
    ["organization_id", "organizationid", "state", "state_token", "connector_type", "integration_params"]
)
MOST_PARAMETERS = 20
LONGEST_KEY = 64
LONGEST_VALUE = 1000
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


def checked(pairs: Mapping[str, str]) -> Mapping[str, str]:
    """Return the parameters; raises UserError for one that cannot be passed on."""
    for number, (key, value) in enumerate(pairs.items(), start=1):
        too_long = len(key) > LONGEST_KEY or len(value) > LONGEST_VALUE
        if key.lower() in _RESERVED or too_long or number > MOST_PARAMETERS:
            raise UserError("parameters_invalid", parameter=key)
    return pairs
