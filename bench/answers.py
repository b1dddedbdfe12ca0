"""What the bench's upstreams answer, in the shapes of slack_app/stand_ins."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from slack_app.stand_ins.freddy.connectors import CONNECTORS
from slack_app.stand_ins.slack.team import APP_ID, BOT_ID

TEAM = "T0BENCH"
APP_USER = "U0APP"
MADE_AT = "2026-01-01T00:00:00+00:00"


def encoded(answer: object) -> bytes:
    """Return it as JSON."""
    return json.dumps(answer).encode()


def posted(channel: str, ts: str) -> bytes:
    """Return a message that was posted or edited; a person's id means the direct message with them."""
    channel_id = f"D{channel[1:]}"
    return _POSTED % (channel_id.encode(), ts.encode(), ts.encode())


_TEXT = "Connect GitHub. Press the button and allow access."
_BLOCK = {"type": "section", "block_id": "b1", "text": {"type": "mrkdwn", "text": _TEXT, "verbatim": False}}
_MESSAGE = {"type": "message", "user": APP_USER, "bot_id": BOT_ID, "app_id": APP_ID, "team": TEAM, "ts": "%b"}
_POSTED = encoded({"ok": True, "channel": "%b", "ts": "%b", "message": {**_MESSAGE, "text": _TEXT, "blocks": [_BLOCK]}})


def team_of(token: str) -> str:
    """Return the workspace of a bot token (`token_of`)."""
    return token.rpartition("-")[2] or TEAM


def token_of(team_id: str) -> str:
    """Return the bot token of a workspace."""
    return f"xoxb-bench-{team_id}"


def identity(authorization: str) -> bytes:
    """Return who the app is: https://docs.slack.dev/reference/methods/auth.test"""
    return encoded(
        {
            "ok": True,
            "url": "https://bench.slack.com/",
            "team": "Bench",
            "user": "freddy_connect",
            "team_id": team_of(authorization),
            "user_id": APP_USER,
            "bot_id": BOT_ID,
            "is_enterprise_install": False,
        }
    )


def user(user_id: str, **flags: bool) -> bytes:
    """Return a member: https://docs.slack.dev/reference/objects/user-object"""
    return encoded({"ok": True, "user": _user(user_id, **flags)})


def _user(user_id: str, **flags: bool) -> dict[str, Any]:
    names = {"real_name": "Person", "display_name": "person", "team": TEAM}
    roles = dict.fromkeys("is_admin is_owner is_primary_owner is_restricted is_ultra_restricted is_bot".split(), False)
    person = {"id": user_id, "team_id": TEAM, "name": "person", "real_name": "Person", "deleted": False}
    return {**person, "profile": names, **roles, "is_app_user": False, "updated": 1_700_000_000, **flags}


def completion(is_connected: bool, state: str) -> bytes:
    """Return how far a link is."""
    if not is_connected:
        return _WAITING
    connected = {"connected": True, "composio_status": "ACTIVE", "message": "Connected."}
    return encoded({**connected, "connection": _connection("github", state)})


def connections(tool_key: str, states: Sequence[str]) -> bytes:
    """Return a tool's connections; the field is left out where there are none."""
    found = [_connection(tool_key, state) for state in states]
    return encoded({**({"connections": found} if found else {}), "tool_key": tool_key})


def _connection(tool_key: str, state: str) -> dict[str, object]:
    return {
        "id": f"tcred_{state[-16:]}",
        "tool_key": tool_key,
        "display_name": CONNECTORS[tool_key].display_name,
        "credential_name": None,
        "account_email": f"{state[-16:]}@example.com",
        "connection_id": f"conn_{state[-16:]}",
        "is_active": True,
        "created_at": MADE_AT,
    }


_WAITING = encoded({"connected": False, "composio_status": "INITIATED", "message": "The person has not finished yet."})
CATALOGUE = encoded(
    {
        "connectors": [connector.to_json(None) for connector in CONNECTORS.values()],
        "categories": sorted({connector.category for connector in CONNECTORS.values()}),
        "total": len(CONNECTORS),
        "total_connected": 0,
        "returned": len(CONNECTORS),
    }
)
_VIEW = {"id": "V1", "team_id": TEAM, "type": "modal", "blocks": [], "hash": "1", "state": {"values": {}}}
OTHERWISE = {
    "api.test": encoded({"ok": True, "args": {}}),
    "chat.delete": encoded({"ok": True, "channel": "D1", "ts": "1700000000.000001"}),
    "conversations.open": encoded({"ok": True, "channel": {"id": "D1"}}),
    "users.list": encoded({"ok": True, "members": [_user("U0ADMIN", is_admin=True)], "response_metadata": {}}),
    "views.open": encoded({"ok": True, "view": _VIEW}),
    "views.publish": encoded({"ok": True, "view": {**_VIEW, "type": "home"}}),
    "views.update": encoded({"ok": True, "view": _VIEW}),
}
UNKNOWN_METHOD = encoded({"ok": False, "error": "unknown_method"})
