"""Every button of the app: opening and checking a link hurry it, everything else is a job.

Who pressed is read from the payload now, and checked against the link's owner where the link is known.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import structlog

from slack_app.listeners.home import looked_for
from slack_app.listeners.job import interactor, of_interaction
from slack_app.model.jobs import Job
from slack_app.model.users import SlackUser
from slack_app.ports import Clock
from slack_app.ports.jobs import JobQueue
from slack_app.ports.links import Schedule
from slack_app.views import ask_admin, key, pending_requests, setup
from slack_app.views.details import OPEN as OPEN_DETAILS
from slack_app.views.failure import CHOOSE
from slack_app.views.home import CATEGORY, RELOAD, SEARCH
from slack_app.views.home import CONNECT as CONNECT_AT_HOME
from slack_app.views.link import CANCEL, CHECK, DISOWN, OPEN, RENEW
from slack_app.views.menu import CHOOSE as CHOOSE_IN_MENU
from slack_app.views.status import AGAIN, KEEP, REMOVE, RENAME, TURN_OFF, TURN_ON

JOBS = {
    RENEW: "renew",
    CANCEL: "cancel",
    DISOWN: "disown",
    REMOVE: "remove",
    TURN_ON: "turn_on",
    TURN_OFF: "turn_off",
    RENAME: "rename",
    OPEN_DETAILS: "details",
    KEEP: "keep",
    AGAIN: "connect",
    CONNECT_AT_HOME: "connect",
    RELOAD: "home",
    SEARCH: "home",
    CATEGORY: "home",
    CHOOSE: "connect",
    CHOOSE_IN_MENU: "connect",
    key.OPEN: "key_open",
    key.REMOVE: "key_remove",
    setup.OPEN: "setup",
    setup.REMOVE: "setup_remove",
    ask_admin.ASK: "ask",
    ask_admin.OFFER: "offer",
    ask_admin.ALLOWED: "allowed",
    pending_requests.AGAIN: "again",
}
"""The feature that each button's job is for."""

log = structlog.get_logger("slack_app.listeners")


def hand_over(payload: Mapping[str, Any], queue: JobQueue, schedule: Schedule, clock: Clock) -> None:
    """Do what the button, or the chosen option, says. Raises UpstreamError when Redis does not take it."""
    person, action = interactor(payload), payload["actions"][0]
    if person is None:
        log.info("press.refused", reason="foreign_workspace")
        return
    action_id = action["action_id"].partition(":")[0]
    value = action.get("value") or (action.get("selected_option") or {}).get("value") or ""
    about, _, connector_type = str(value).partition(":")
    if action_id in (OPEN, CHECK):
        schedule.prioritize(about, person, is_asked=action_id == CHECK)
    elif action_id in JOBS:
        queue.enqueue(_job(payload, person, JOBS[action_id], about, connector_type, clock()))


def _job(payload: Mapping[str, Any], person: SlackUser, kind: str, about: str, connector_type: str, now: float) -> Job:
    """An ordinary message is edited in its place; its response_url would do the same, but five times only."""
    where = payload["container"]
    is_private = bool(where.get("is_ephemeral"))
    pressed = {"channel_id": where.get("channel_id", ""), "ts": where.get("message_ts", "")}
    details: dict[str, Any] = {"about": about}
    if where["type"] == "message" and not is_private and kind != "connect":
        details["dm"] = pressed
    if where["type"] == "view" and payload["view"]["type"] == "home":
        details["home"] = True
    if where["type"] == "view" and payload["view"]["type"] == "modal":
        details["view_id"] = payload["view"]["id"]
    if kind == "home":
        details["look"], connector_type = looked_for(payload), ""
    return of_interaction(
        payload,
        person,
        kind,
        now,
        channel_id=pressed["channel_id"],
        response_url=payload.get("response_url", "") if is_private else "",
        connector_type=connector_type,
        details=details,
    )
