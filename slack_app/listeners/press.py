"""The buttons of a link's message: opening and checking hurry the link, everything else is a job.

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

JOBS = {RENEW: "renew", CANCEL: "cancel", DISOWN: "disown"}

log = structlog.get_logger("slack_app.listeners")


def hand_over(payload: Mapping[str, Any], queue: Queue, links: Links, clock: Clock) -> None:
    """Do what the button says. Raises UpstreamError when Redis does not take it."""
    person, action = _person(payload), payload["actions"][0]
    if person is None:
        log.info("press.refused", reason="foreign_workspace")
        return
    link_id, _, connector_type = str(action.get("value", "")).partition(":")
    if action["action_id"] in (OPEN, CHECK):
        links.hurry(link_id, person, is_asked=action["action_id"] == CHECK)
        return
    if action["action_id"] not in JOBS:
        return
    is_private = bool(payload["container"].get("is_ephemeral"))
    queue.add(
        Job(
            id=f"{person.team_id}:{person.user_id}:{payload['trigger_id']}",
            person=person,
            channel_id=payload["container"].get("channel_id", ""),
            # An ordinary message is edited in its place; its response_url would do the same, five times only.
            response_url=payload.get("response_url", "") if is_private else "",
            connector_type=connector_type,
            parameters={},
            accepted_at=clock(),
            word=JOBS[action["action_id"]],
            details={"link_id": link_id},
        )
    )


def _person(payload: Mapping[str, Any]) -> Person | None:
    team, user = payload.get("team") or {}, payload["user"]
    team_id = team.get("id") or user.get("team_id")
    if not team_id or user.get("team_id") != team_id:
        return None
    enterprise_id = (payload.get("enterprise") or {}).get("id") or team.get("enterprise_id")
    return Person(enterprise_id, team_id, user["id"])
