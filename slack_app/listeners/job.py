"""Makes jobs of what Slack sends: who asked, where, and an id that is the same however often it is sent.

https://docs.slack.dev/interactivity/implementing-slash-commands#app_command_handling
https://docs.slack.dev/reference/interaction-payloads/block_actions-payload
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from slack_app.model.jobs import Job
from slack_app.model.users import SlackUser


def commander(payload: Mapping[str, Any]) -> SlackUser:
    """Give who typed a command, or wrote a message that was put into a command's shape."""
    return SlackUser(payload.get("enterprise_id"), payload["team_id"], payload["user_id"])


def of_command(payload: Mapping[str, Any], kind: str, now: float, **more: Any) -> Job:
    """Make the job of a command; `more` are fields of the job. Its trigger opens a modal, for three seconds."""
    person = commander(payload)
    return Job(
        id=f"{person.team_id}:{person.user_id}:{payload['trigger_id']}",
        person=person,
        channel_id=payload["channel_id"],
        response_url=payload["response_url"],
        accepted_at=now,
        kind=kind,
        **{"connector_type": "", "parameters": {}, "details": {"trigger_id": payload["trigger_id"]}, **more},
    )


def interactor(payload: Mapping[str, Any]) -> SlackUser | None:
    """Give who pressed, chose or submitted.

    A person whose workspace is not the conversation's, or not named, is nobody we know: people of other workspaces
    in shared channels.
    """
    team, user = payload.get("team") or {}, payload["user"]
    team_id = team.get("id") or user.get("team_id")
    if not team_id or user.get("team_id") != team_id:
        return None
    enterprise_id = (payload.get("enterprise") or {}).get("id") or team.get("enterprise_id")
    return SlackUser(enterprise_id, team_id, user["id"])


def of_interaction(payload: Mapping[str, Any], person: SlackUser, kind: str, now: float, **more: Any) -> Job:
    """Make the job of an interaction; `more` are fields of the job."""
    details = {"trigger_id": payload["trigger_id"], **more.pop("details", {})}
    return Job(
        id=f"{person.team_id}:{person.user_id}:{payload['trigger_id']}",
        person=person,
        accepted_at=now,
        kind=kind,
        details=details,
        **{"channel_id": "", "response_url": "", "connector_type": "", "parameters": {}, **more},
    )


def of_event(body: Mapping[str, Any], kind: str, now: float, **more: Any) -> Job:
    """Make the job of an event; `more` are fields of the job. Slack repeats an event with the same id.

    https://docs.slack.dev/apis/events-api/
    """
    granted = (body.get("authorizations") or [{}])[0]
    enterprise_id = granted.get("enterprise_id") or body.get("enterprise_id")
    person = SlackUser(enterprise_id, body["team_id"], body["event"]["user"])
    return Job(
        id=f"{person.team_id}:{person.user_id}:{body['event_id']}",
        person=person,
        accepted_at=now,
        kind=kind,
        **{"channel_id": "", "response_url": "", "connector_type": "", "parameters": {}, "details": {}, **more},
    )
