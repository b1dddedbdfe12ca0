"""The whole way to a connected account, as a person goes it."""

from __future__ import annotations

import requests

from slack_app.stand_ins.freddy.state import Pending
from slack_app.stand_ins.slack import Message
from tests.stage import MAYA, Stage, wait_for


def connect(app: Stage, tool: str, account: str = "dev@example.com") -> Message:
    """Connect a tool as a person does; returns the message about it."""
    app.answer_after(tool)
    message = app.dms()[-1]
    pending = list(app.platform.pending.values())[-1]
    app.workspace.press(MAYA, message.id, "connect_open_link")
    allow(pending, account)
    wait_for(lambda: "is connected as" in message.text)
    return message


def allow(pending: Pending, account: str = "dev@example.com") -> None:
    """Allow access on the tool's page, signed in to that account."""
    allowed = {"state": pending.state, "decision": "allow", "account": account}
    requests.post(pending.authorization_url.partition("?")[0], data=allowed, timeout=5).raise_for_status()
