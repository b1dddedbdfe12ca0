"""Every button of the app: opening and checking a link hurry it, everything else is a job.

Who pressed is read from the payload now, and checked against the link's owner where the link is known; a person whose
workspace is not the conversation's, or not named, is nobody we know (people of other workspaces in shared channels).
https://docs.slack.dev/reference/interaction-payloads/block_actions-payload
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import structlog

from slack_app.model import Job, Person
from slack_app.ports import Clock, Links, Queue
from slack_app.views.link import CANCEL, CHECK, DISOWN, OPEN, RENEW
from slack_app.views.status import AGAIN, KEEP, REMOVE, TURN_OFF, TURN_ON
from slack_app.views.trouble import CHOOSE

JOBS = {
    RENEW: "renew",
    CANCEL: "cancel",
    DISOWN: "disown",
    REMOVE: "remove",
    TURN_ON: "turn_on",
    TURN_OFF: "turn_off",
    KEEP: "keep",
    AGAIN: "connect",
    CHOOSE: "connect",
}
"""The feature that each button's job is for."""

log = structlog.get_logger("slack_app.listeners")


def hand_over(payload: Mapping[str, Any], queue: Queue, links: Links, clock: Clock) -> None:
    """Do what the button says. Raises UpstreamError when Redis does not take it."""
    person, action = _person(payload), payload["actions"][0]
    if person is None:
        log.info("press.refused", reason="foreign_workspace")
        return
    action_id = action["action_id"].partition(":")[0]
    about, _, connector_type = str(action.get("value", "")).partition(":")
    if action_id in (OPEN, CHECK):
        links.hurry(about, person, is_asked=action_id == CHECK)
    elif action_id in JOBS:
        queue.add(_job(payload, person, JOBS[action_id], about, connector_type, clock()))


def _job(payload: Mapping[str, Any], person: Person, word: str, about: str, connector_type: str, now: float) -> Job:
    """An ordinary message is edited in its place; its response_url would do the same, but five times only."""
    where = payload["container"]
    is_private = bool(where.get("is_ephemeral"))
    pressed = {"channel_id": where.get("channel_id", ""), "ts": where.get("message_ts", "")}
    details: dict[str, Any] = {"link_id": about, "credential_id": about}
    if not is_private and word != "connect":
        details["dm"] = pressed
    return Job(
        id=f"{person.team_id}:{person.user_id}:{payload['trigger_id']}",
        person=person,
        channel_id=pressed["channel_id"],
        response_url=payload.get("response_url", "") if is_private else "",
        connector_type=connector_type,
        parameters={},
        accepted_at=now,
        word=word,
        details=details,
    )


def _person(payload: Mapping[str, Any]) -> Person | None:
    team, user = payload.get("team") or {}, payload["user"]
    team_id = team.get("id") or user.get("team_id")
    if not team_id or user.get("team_id") != team_id:
        return None
    enterprise_id = (payload.get("enterprise") or {}).get("id") or team.get("enterprise_id")
    return Person(enterprise_id, team_id, user["id"])
