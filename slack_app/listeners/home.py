"""The App Home is opened: it is brought up to date behind that. Its buttons are press.py's.

https://docs.slack.dev/reference/events/app_home_opened
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from slack_app.listeners.job import of_event
from slack_app.model.messages import HomeFilter
from slack_app.ports import Clock
from slack_app.ports.jobs import JobQueue
from slack_app.views.home import ALL, CATEGORY, SEARCH


def opened(body: Mapping[str, Any], queue: JobQueue, clock: Clock) -> None:
    """Write the job. What stands in the fields since the last time counts. Raises UpstreamError."""
    event = body["event"]
    if event.get("tab") == "home" and not body.get("is_ext_shared_channel"):
        queue.enqueue(of_event(body, "home", clock(), details={"look": looked_for(event)}))


def looked_for(payload: Mapping[str, Any]) -> Mapping[str, str]:
    """Give what the person looks for, from what stands in the view's fields; everything where there are none."""
    values = ((payload.get("view") or {}).get("state") or {}).get("values") or {}
    query = values.get(SEARCH, {}).get(SEARCH, {}).get("value") or ""
    option = values.get(CATEGORY, {}).get(CATEGORY, {}).get("selected_option") or {}
    category = str(option.get("value", ALL))
    return asdict(HomeFilter(query=str(query)[:100], category="" if category == ALL else category))
