"""What Slack tells the app of a press, a choice, a submission or a shortcut; and what it asks for a select."""

from __future__ import annotations

from typing import Any

from slack_app.stand_ins.slack.model import Message, Person
from slack_app.stand_ins.slack.objects import message_object, view_object
from slack_app.stand_ins.slack.team import APP_ID, Team
from slack_app.stand_ins.slack.views import View

Payload = dict[str, Any]


def common_fields(team: Team, kind: str, person: Person) -> Payload:
    """Return what every payload begins with."""
    name = person.name.lower()
    return {
        "type": kind,
        "team": team.payload,
        "user": {"id": person.id, "username": name, "name": name, "team_id": team.named(team.naming.person)},
        "enterprise": team.enterprise if team.naming.has_enterprise else None,
        "is_enterprise_install": team.is_org_wide,
        "api_app_id": APP_ID,
        "token": "deprecated-verification-token",
    }


def message_container(team: Team, message: Message, channel_name: str) -> Payload:
    """Return the place of an element in a message; of a private message the content is not told.

    https://docs.slack.dev/reference/interaction-payloads/block_actions-payload
    """
    is_private = message.ephemeral_to is not None
    return {
        "container": {
            "type": "message",
            "message_ts": message.ts,
            "channel_id": message.channel_id,
            "is_ephemeral": is_private,
            # Not documented, but sent: https://github.com/slack-go/slack/pull/888
            **({"thread_ts": message.thread_ts} if message.thread_ts else {}),
        },
        "channel": {"id": message.channel_id, "name": channel_name},
        **({} if is_private else {"message": message_object(message, team.team_id)}),
    }


def view_container(team: Team, view: View) -> Payload:
    """Return the place of an element in a view."""
    return {
        "container": {"type": "view", "view_id": view.id},
        "view": {**view_object(view, team.team_id), **team.view_ids},
    }


def action_fields(block_id: str, part: Payload, trigger_id: str, at: float) -> Payload:
    """Return what was done with which element."""
    return {"trigger_id": trigger_id, "actions": [{"block_id": block_id, "action_ts": f"{at:.6f}", **part}]}


def view_submission(team: Team, view: View, person: Person, trigger_id: str) -> Payload:
    """Return the payload of a submitted modal:

    https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload
    """
    payload = {**common_fields(team, "view_submission", person), "trigger_id": trigger_id, "response_urls": []}
    return payload | {"view": {**view_object(view, team.team_id), **team.view_ids}}


def view_closed(team: Team, view: View, person: Person) -> Payload:
    """Return the payload of a closed modal, which is sent only for `notify_on_close`."""
    return {
        **common_fields(team, "view_closed", person),
        "view": {**view_object(view, team.team_id), **team.view_ids},
        "is_cleared": False,
    }


def shortcut(team: Team, callback_id: str, person: Person, trigger_id: str, at: float) -> Payload:
    """Return the payload of a global shortcut:

    https://docs.slack.dev/reference/interaction-payloads/shortcuts-interaction-payload
    """
    payload = {**common_fields(team, "shortcut", person), "callback_id": callback_id, "trigger_id": trigger_id}
    return payload | {"action_ts": f"{at:.6f}"}
