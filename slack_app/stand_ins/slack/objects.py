"""Messages and views as Slack's payloads and answers carry them: https://docs.slack.dev/reference/objects"""

from __future__ import annotations

from typing import Any

from slack_app.stand_ins.slack.model import Message
from slack_app.stand_ins.slack.team import APP_ID, BOT_ID
from slack_app.stand_ins.slack.views import View


def message_object(message: Message, team_id: str) -> dict[str, Any]:
    """Return a message of the app's."""
    return {
        "type": "message",
        "user": message.user_id,
        "bot_id": BOT_ID,
        "app_id": APP_ID,
        "team": team_id,
        "ts": message.ts,
        "text": message.text,
        "blocks": message.blocks_with_ids(),
        **({"thread_ts": message.thread_ts} if message.thread_ts else {}),
    }


def view_object(view: View, team_id: str) -> dict[str, Any]:
    """Return a view: https://docs.slack.dev/reference/views"""
    given = view.content
    kind = {name: given.get(name) for name in ("title", "submit", "close")} if given["type"] == "modal" else {}
    return {
        "id": view.id,
        "team_id": team_id,
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
        "app_installed_team_id": team_id,
        "bot_id": BOT_ID,
        **kind,
    }
