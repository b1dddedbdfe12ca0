"""Asks the app's own address as Slack does, with a signed challenge: who answers there, and with which secret?

https://docs.slack.dev/reference/events/url_verification
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
import time
from dataclasses import dataclass

from slack_app.adapters.http import Http
from slack_app.errors import UpstreamError
from slack_app.ports import Clock

EVENTS = "/slack/events"


@dataclass(frozen=True, slots=True)
class AddressFacts:
    """What came: `outage` is a code where there was no answer; `is_ours` whether the challenge came back."""

    outage: str = ""
    status: int | None = None
    is_ours: bool = False
    is_refusal_of_ours: bool = False
    """The app answers there, and does not take the signature."""
    is_late: bool = False
    """It takes the signature, and not the time."""


def look_at_address(http: Http, url: str, signing_secret: str, now: Clock = time.time) -> AddressFacts:
    """Send a signed challenge to the app at that address."""
    challenge, timestamp = secrets.token_hex(16), str(int(now()))
    body = json.dumps({"type": "url_verification", "challenge": challenge}).encode()
    signed = hmac.new(signing_secret.encode(), b"v0:%b:%b" % (timestamp.encode(), body), hashlib.sha256)
    headers = {
        "Content-Type": "application/json",
        "X-Slack-Request-Timestamp": timestamp,
        "X-Slack-Signature": f"v0={signed.hexdigest()}",
    }
    try:
        answer = http.request("POST", f"{url.rstrip('/')}{EVENTS}", headers=headers, data=body)
    except UpstreamError as exc:
        return AddressFacts(outage=exc.code or "no_answer", status=exc.status)
    said = answer.body.decode("utf-8", "replace")
    return AddressFacts(
        status=answer.status,
        is_ours=answer.status == 200 and challenge in said,
        is_refusal_of_ours=answer.status == 401 and said.startswith("not signed"),
        is_late=answer.status == 401 and said.startswith("signed more"),
    )
