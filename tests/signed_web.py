"""The web process as Slack reaches it: what is posted is signed."""

from __future__ import annotations

import hashlib
import hmac
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import requests

from slack_app.adapters.jobs.producer import JobProducer

SECRET = "5ecret-0f-the-tests"
FORM = "application/x-www-form-urlencoded"
COMMAND = {
    "team_id": "T0DEMO",
    "channel_id": "C0GENERAL",
    "user_id": "U0MAYA",
    "command": "/connect",
    "text": "github",
    "response_url": "https://hooks.slack.com/commands/T0DEMO/1/x",
    "trigger_id": "1.T0DEMO.x",
}


@dataclass
class Web:
    url: str
    client: Any
    session: requests.Session = field(default_factory=requests.Session)

    def send(
        self,
        body: bytes,
        content_type: str = FORM,
        *,
        secret: str = SECRET,
        at: float | None = None,
        headers: Mapping[str, str | bytes] | None = None,
    ) -> requests.Response:
        """Post the body, signed as Slack signs it."""
        return self.session.post(
            f"{self.url}/slack/events",
            data=body,
            headers={**signed(body, secret, at), "Content-Type": content_type, **(headers or {})},
            timeout=10,
        )

    def command(self, **fields: str) -> requests.Response:
        """Post a command."""
        return self.send(urlencode({**COMMAND, **fields}).encode())

    @property
    def jobs(self) -> int:
        return JobProducer(self.client).facts()[0]


def signed(body: bytes, secret: str = SECRET, at: float | None = None) -> dict[str, str]:
    timestamp = str(int(at if at is not None else time.time()))
    digest = hmac.new(secret.encode(), b"v0:" + timestamp.encode() + b":" + body, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": timestamp, "X-Slack-Signature": f"v0={digest}"}
