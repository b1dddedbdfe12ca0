"""`/connect` alone and the shortcut: the menu as it is known, and a job that brings it up to date; and its search."""

from __future__ import annotations

from typing import Any

from slack_bolt import Ack, App

from slack_app import wording
from slack_app.features.connect import CONNECT_CHOSEN, LinkLoading
from slack_app.features.details import Details
from slack_app.features.menu import OPEN_MENU, REFRESH_MENU, SHOW_MENU, Menu, MenuLoading
from slack_app.listeners.dependencies import Dependencies
from slack_app.listeners.errors import Body, InvalidInput, acknowledged, log_errors, submission
from slack_app.listeners.forms import field
from slack_app.listeners.requests import (
    Payload,
    identified,
    job_from_command,
    job_from_interaction,
    job_from_submission,
    user_of,
)
from slack_app.views.ids import ActionId, CallbackId
from slack_app.views.menu import TOOL, suggestions
from slack_app.views.values import Value


def register(app: App, deps: Dependencies) -> None:
    """Listen to the shortcut, to its modal, and to what is typed into the menu."""

    def on_options(ack: Ack, body: Body) -> None:
        found: list[dict[str, Any]] = []
        log_errors(lambda: found.extend(suggestions(matching(body, deps))))
        ack(option_groups=found) if found else ack(options=[])

    app.shortcut(CallbackId.OPEN_MENU)(acknowledged(open_menu, deps))
    app.view(CallbackId.CHOOSE_TOOL)(submission(choose, deps))
    app.options(ActionId.CHOOSE_TOOL)(on_options)


def show_menu(payload: Payload, deps: Dependencies) -> Menu | MenuLoading:
    """Enqueue the job and return what may be shown at once. Raises UpstreamError."""
    known = deps.choice.at_once(user_of(payload))
    is_shown = isinstance(known, Menu) and bool(payload["response_url"])
    deps.queue.enqueue(job_from_command(REFRESH_MENU if is_shown else SHOW_MENU, payload, deps))
    return known


def open_menu(body: Body, deps: Dependencies) -> None:
    """Enqueue the job that opens the menu as a modal. Raises UpstreamError.

    https://docs.slack.dev/reference/interaction-payloads/shortcuts-interaction-payload
    """
    deps.queue.enqueue(job_from_interaction(OPEN_MENU, body, deps))


def choose(payload: Payload, deps: Dependencies) -> Details | LinkLoading:
    """Enqueue the job for the chosen tool, whose link comes into the modal; some tools need details first.

    Raises InvalidInput, UpstreamError when the job could not be written.
    """
    option = field(payload["view"], TOOL, ActionId.CHOOSE_TOOL)["selected_option"] or {}
    tool_key = Value.parse(option.get("value")).connector_type
    if not tool_key:
        raise InvalidInput({TOOL: wording.details.missing()})
    name = str((option.get("text") or {}).get("text") or tool_key)
    if needed := wording.details.needed_details().get(tool_key):
        return Details(tool_key, name, needed)
    chosen = {"target_id": "", "connector_type": tool_key, "view_id": payload["view"]["id"]}
    deps.queue.enqueue(job_from_submission(CONNECT_CHOSEN, payload, deps, **chosen))
    return LinkLoading()


def matching(payload: Payload, deps: Dependencies) -> Menu:
    """Return what fits the letters typed so far. Raises UserError, UpstreamError.

    https://docs.slack.dev/reference/interaction-payloads/block_suggestion-payload
    """
    user = identified(payload, deps)
    return deps.choice.matching(user, str(payload.get("value", ""))) if user else Menu([], None)
