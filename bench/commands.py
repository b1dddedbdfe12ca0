"""Slash commands as Slack sends them: signed, each with a trigger and a person of its own.

https://docs.slack.dev/interactivity/implementing-slash-commands, https://docs.slack.dev/authentication/verifying-requests-from-slack
"""

from __future__ import annotations

import hashlib
import hmac
import time
from collections.abc import Sequence
from urllib.parse import quote

from bench.answers import TEAM

SIGNING_SECRET = "bench5igning5ecret"
_HEAD = (
    "POST /slack/events HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nUser-Agent: Slackbot 1.0 (+https://api.slack.com/robots)\r\n"
    "Accept: application/json,*/*\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    "X-Slack-Request-Timestamp: %s\r\nX-Slack-Signature: v0=%s\r\nContent-Length: %d\r\n\r\n"
)
_BODY = (
    "token=deprecated-verification-token&team_id=%s&team_domain=bench&channel_id=C0GENERAL&channel_name=general"
    "&user_id=%s&user_name=person%d&command=%%2Fconnect&text=github&api_app_id=A0FREDDY&is_enterprise_install=false"
    "&response_url=%s&trigger_id=%d.%s.%x"
)


def user_of(number: int) -> str:
    """Return the id of the person who types the command of that number."""
    return f"U{number:09}"


def signed(number: int, port: int, slack_url: str, teams: Sequence[str] = (TEAM,)) -> bytes:
    """Return the whole request; it is taken for five minutes."""
    team_id, timestamp = teams[number % len(teams)], str(int(time.time()))
    hook = quote(f"{slack_url}/commands/{team_id}/{user_of(number)}/{number}", safe="")
    body = _BODY % (team_id, user_of(number), number, hook, number, timestamp, time.perf_counter_ns())
    signature = hmac.new(SIGNING_SECRET.encode(), f"v0:{timestamp}:{body}".encode(), hashlib.sha256).hexdigest()
    return (_HEAD % (port, timestamp, signature, len(body)) + body).encode()
