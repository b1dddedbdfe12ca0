"""Every button that connects a tool; and which details may be passed on."""

from __future__ import annotations

from slack_bolt import App

from slack_app.features.connect import CONNECT_CHOSEN
from slack_app.features.help import EXPLAIN_REFUSAL, Refusal
from slack_app.listeners.actions import on_action
from slack_app.listeners.dependencies import Dependencies
from slack_app.listeners.errors import Body
from slack_app.listeners.requests import carried_by, job_from_action
from slack_app.views.ids import ActionId

BUTTONS = (
    ActionId.CHOOSE_TOOL,
    ActionId.CONNECT_SUGGESTED,
    ActionId.CONNECT_FROM_HOME,
    ActionId.CONNECT_ANOTHER,
)


def register(app: App, deps: Dependencies) -> None:
    """Listen to the buttons that connect a tool."""
    for action_id in BUTTONS:
        on_action(app, action_id, chosen, deps)


def chosen(body: Body, deps: Dependencies) -> None:
    """Enqueue the job. The link is a message of its own, so the one that was pressed stays as it is.

    A press that names no tool (a menu that was emptied, a button of another version) is answered: the platform would be
    asked for a link to nothing. Raises UpstreamError.
    """
    if carried_by(body["actions"][0]).connector_type:
        deps.queue.enqueue(job_from_action(CONNECT_CHOSEN, body, deps, message=None))
    else:
        outdated = Refusal("button_outdated", {})
        deps.queue.enqueue(job_from_action(EXPLAIN_REFUSAL, body, deps, payload=outdated, message=None))
