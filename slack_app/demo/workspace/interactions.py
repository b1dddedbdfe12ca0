"""What Slack tells the app of a press, a choice, a submission or a shortcut; and what it asks for a select."""

from __future__ import annotations

from typing import Any

from slack_app.demo.workspace.requests_to_app import described
from slack_app.demo.workspace.room import Message, Person
from slack_app.demo.workspace.views import View
from slack_app.demo.workspace.where import APP_ID, BOT_ID, Where

Payload = dict[str, Any]


def beginning(where: Where, kind: str, person: Person) -> Payload:
    """Give what every payload begins with."""
    name = person.name.lower()
    return {
        "type": kind,
        "team": where.team,
        "user": {"id": person.id, "username": name, "name": name, "team_id": where.team_id},
        "enterprise": where.enterprise,
        "is_enterprise_install": where.is_org_wide,
        "api_app_id": APP_ID,
        "token": "deprecated-verification-token",
    }


def in_message(where: Where, message: Message, channel_name: str) -> Payload:
    """Say that something stands in a message; of a private one the content is not told.

    https://docs.slack.dev/reference/interaction-payloads/block_actions-payload
    """
    is_private = message.ephemeral_to is not None
    return {
        "container": {
            "type": "message",
            "message_ts": message.ts,
            "channel_id": message.channel_id,
            "is_ephemeral": is_private,
        },
        "channel": {"id": message.channel_id, "name": channel_name},
        **({} if is_private else {"message": described(message, where.team_id)}),
    }


def in_view(where: Where, view: View) -> Payload:
    """Say that something stands in a view."""
    return {"container": {"type": "view", "view_id": view.id}, "view": described_view(where, view)}


def action(block_id: str, part: Payload, trigger_id: str, at: float) -> Payload:
    """Say what was done with which element."""
    return {"trigger_id": trigger_id, "actions": [{"block_id": block_id, "action_ts": f"{at:.6f}", **part}]}


def submission(where: Where, view: View, person: Person, trigger_id: str) -> Payload:
    """Say that a modal was submitted: https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload"""
    payload = {**beginning(where, "view_submission", person), "trigger_id": trigger_id, "response_urls": []}
    return payload | {"view": described_view(where, view)}


def closing(where: Where, view: View, person: Person) -> Payload:
    """Say that a modal was closed, which only those hear who asked to be told."""
    return {**beginning(where, "view_closed", person), "view": described_view(where, view), "is_cleared": False}


def shortcut(where: Where, callback_id: str, person: Person, trigger_id: str, at: float) -> Payload:
    """Say that a global shortcut was run: https://docs.slack.dev/reference/interaction-payloads/shortcuts-interaction-payload"""
    payload = {**beginning(where, "shortcut", person), "callback_id": callback_id, "trigger_id": trigger_id}
    return payload | {"action_ts": f"{at:.6f}"}


def described_view(where: Where, view: View) -> Payload:
    """Give a view as Slack hands it to the app: https://docs.slack.dev/reference/views"""
    given = view.content
    kind = {name: given.get(name) for name in ("title", "submit", "close")} if given["type"] == "modal" else {}
    return {
        "id": view.id,
        "team_id": where.team_id,
        "type": given["type"],
        "blocks": view.blocks,
        "private_metadata": given.get("private_metadata", ""),
        "callback_id": given.get("callback_id", ""),
        "external_id": given.get("external_id", ""),
        "state": view.state(),
        "hash": view.hash,
        "clear_on_close": bool(given.get("clear_on_close")),
        "notify_on_close": bool(given.get("notify_on_close")),
        "root_view_id": view.id,
        "previous_view_id": None,
        "app_id": APP_ID,
        "app_installed_team_id": where.team_id,
        "bot_id": BOT_ID,
        **kind,
    }
