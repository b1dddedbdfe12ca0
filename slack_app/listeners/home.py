"""The App Home: it is brought up to date behind its opening, its search and its filter.

https://docs.slack.dev/reference/events/app_home_opened
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from slack_bolt import App

from slack_app.features.greet import GREET_FIRST
from slack_app.features.home import PUBLISH_HOME, HomeRequest
from slack_app.listeners.actions import on_action
from slack_app.listeners.dependencies import Dependencies
from slack_app.listeners.errors import Body, acknowledged
from slack_app.listeners.forms import field
from slack_app.listeners.requests import job_from_action, job_from_event
from slack_app.model.messages import HomeFilter
from slack_app.views.home import ALL
from slack_app.views.ids import ActionId


def register(app: App, deps: Dependencies) -> None:
    """Listen to the opening, and to what only the App Home has."""
    app.event("app_home_opened")(acknowledged(opened, deps))
    for action_id in (ActionId.RELOAD_HOME, ActionId.SEARCH_HOME, ActionId.FILTER_HOME):
        on_action(app, action_id, searched, deps)
    on_action(app, ActionId.SHOW_ALL_HOME, show_all, deps)


def opened(body: Body, deps: Dependencies) -> None:
    """Enqueue the job. Slack does not say what stands in the fields: what the person looked for counts.

    The conversation is a tab, too; whoever opens it first is welcomed. Not every event names its tab:
    https://github.com/HubSpot/slack-client/pull/145. Raises UpstreamError.
    """
    tab = body["event"].get("tab") or "home"
    if tab == "home":
        deps.queue.enqueue(job_from_event(PUBLISH_HOME, body, deps, payload=HomeRequest()))
    elif tab == "messages":
        deps.queue.enqueue(job_from_event(GREET_FIRST, body, deps))


def searched(body: Body, deps: Dependencies) -> None:
    """Enqueue the job. Raises UpstreamError."""
    request = HomeRequest(filter_in(body.get("view") or {}, body["actions"][0]))
    deps.queue.enqueue(job_from_action(PUBLISH_HOME, body, deps, target_id="", connector_type="", payload=request))


def show_all(body: Body, deps: Dependencies) -> None:
    """Enqueue the job that shows every tool again. Raises UpstreamError."""
    request = HomeRequest(HomeFilter())
    deps.queue.enqueue(job_from_action(PUBLISH_HOME, body, deps, target_id="", connector_type="", payload=request))


def filter_in(view: Mapping[str, Any], action: Mapping[str, Any]) -> HomeFilter | None:
    """Return what the person searches for: what was just entered, and what stands in the other field.

    None where the view has no fields: the same as before.
    """
    names = [ActionId.SEARCH_HOME, ActionId.FILTER_HOME]
    block_ids = [str(block.get("block_id", "")) for block in view.get("blocks") or []]
    ids = {block_id.partition(":")[0]: block_id for block_id in block_ids}
    if not ids.keys() & set(names):
        return None
    search, category = (
        action if action["action_id"] == name else field(view, ids.get(name, ""), name) for name in names
    )
    chosen = str((category.get("selected_option") or {}).get("value", ALL))
    return HomeFilter(query=str(search.get("value") or "")[:100], category="" if chosen == ALL else chosen)
