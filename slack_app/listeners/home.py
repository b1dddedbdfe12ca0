"""The App Home: it is brought up to date behind its opening, its search and its filter.

https://docs.slack.dev/reference/events/app_home_opened
"""

from __future__ import annotations

from slack_bolt import App

from slack_app.features.home import PUBLISH_HOME, HomeRequest
from slack_app.listeners.actions import on_action
from slack_app.listeners.dependencies import Dependencies
from slack_app.listeners.errors import Body, acknowledged
from slack_app.listeners.requests import Payload, job_from_action, job_from_event
from slack_app.model.messages import HomeFilter
from slack_app.model.users import SlackUser
from slack_app.views.home import ALL
from slack_app.views.ids import ActionId


def register(app: App, deps: Dependencies) -> None:
    """Listen to the opening, and to what only the App Home has."""
    app.event("app_home_opened")(acknowledged(opened, deps))
    for action_id in (ActionId.RELOAD_HOME, ActionId.SEARCH_HOME, ActionId.FILTER_HOME):
        on_action(app, action_id, searched, deps)


def opened(body: Body, deps: Dependencies) -> None:
    """Enqueue the job. What stands in the fields since the last time counts. Raises UpstreamError."""
    event = body["event"]
    if event.get("tab") == "home" and not body.get("is_ext_shared_channel"):
        deps.queue.enqueue(job_from_event(PUBLISH_HOME, body, deps, payload=HomeRequest(filter_in(event))))


def searched(body: Body, user: SlackUser, deps: Dependencies) -> None:
    """Enqueue the job. Raises UpstreamError."""
    request = HomeRequest(filter_in(body))
    deps.queue.enqueue(
        job_from_action(PUBLISH_HOME, body, user, deps, target_id="", connector_type="", payload=request)
    )


def filter_in(payload: Payload) -> HomeFilter:
    """Return what the person searches for, from what stands in the view's fields; everything where there are none."""
    values = ((payload.get("view") or {}).get("state") or {}).get("values") or {}
    search, category = ActionId.SEARCH_HOME, ActionId.FILTER_HOME
    query = values.get(search, {}).get(search, {}).get("value") or ""
    option = values.get(category, {}).get(category, {}).get("selected_option") or {}
    chosen = str(option.get("value", ALL))
    return HomeFilter(query=str(query)[:100], category="" if chosen == ALL else chosen)
