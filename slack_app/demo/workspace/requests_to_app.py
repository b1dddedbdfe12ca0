"""Slack's requests to the app: what a command and a message look like, signed, and how the answer counts."""

from __future__ import annotations

import itertools
import json
import secrets
import threading
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import requests
import urllib3
from slack_sdk.signature import SignatureVerifier

from slack_app.demo.workspace.room import APP_USER, Ack, Message, Person

ACK_SECONDS = 3.0
APP_ID, BOT_ID = "A0FREDDY", "B0FREDDY"
_numbers = itertools.count(1)


def escaped(text: str) -> str:
    """Give the text as Slack stores it: https://docs.slack.dev/messaging/formatting-message-text#escaping"""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def new_trigger_id(team_id: str) -> str:
    """Make a trigger id, each one once."""
    return f"{next(_numbers)}.{team_id}.{secrets.token_hex(16)}"


def command_payload(
    *, team_id: str, enterprise_id: str | None, person: Person, channel_id: str, channel_name: str, command: str,
    text: str, response_url: str, trigger_id: str,
) -> dict[str, str]:  # fmt: skip
    """Give the fields of a slash command.

    https://docs.slack.dev/interactivity/implementing-slash-commands#app_command_handling
    """
    grid = {"enterprise_id": enterprise_id, "enterprise_name": "Freddy Grid"} if enterprise_id else {}
    return {
        "token": "deprecated-verification-token",
        "team_id": team_id,
        "team_domain": "freddy-demo",
        **grid,
        "channel_id": channel_id,
        "channel_name": channel_name,
        "user_id": person.id,
        "user_name": person.name.lower(),
        "command": command,
        "text": escaped(text),
        "api_app_id": APP_ID,
        "is_enterprise_install": "false",
        "response_url": response_url,
        "trigger_id": trigger_id,
    }


def message_event(message: Message, team_id: str, enterprise_id: str | None, at: float) -> dict[str, Any]:
    """Give the event of a message in a direct message with the app.

    https://docs.slack.dev/reference/events/message.im
    """
    event: dict[str, Any] = {
        "type": "message",
        "channel": message.channel_id,
        "channel_type": "im",
        "user": message.user_id,
        "team": team_id,
        "text": message.text,
        "ts": message.ts,
        "event_ts": message.ts,
    }
    if message.user_id == APP_USER:
        event |= {"bot_id": BOT_ID, "app_id": APP_ID}
    return envelope(event, team_id, enterprise_id, at)


def envelope(event: dict[str, Any], team_id: str, enterprise_id: str | None, at: float) -> dict[str, Any]:
    """Put an event into what every event comes in: https://docs.slack.dev/apis/events-api/"""
    granted = {
        "enterprise_id": enterprise_id,
        "team_id": team_id,
        "user_id": APP_USER,
        "is_bot": True,
        "is_enterprise_install": False,
    }
    return {
        "token": "deprecated-verification-token",
        "type": "event_callback",
        "team_id": team_id,
        "api_app_id": APP_ID,
        "event": event,
        "event_id": f"Ev{secrets.token_hex(5).upper()}",
        "event_time": int(at),
        "authorizations": [granted],
        "is_ext_shared_channel": False,
    }


def described(message: Message, team_id: str) -> dict[str, Any]:
    """Give a message of the app's as Slack hands it to the app."""
    return {
        "type": "message",
        "user": message.user_id,
        "bot_id": BOT_ID,
        "app_id": APP_ID,
        "team": team_id,
        "ts": message.ts,
        "text": message.text,
        "blocks": message.blocks_with_ids(),
    }


class Sender:
    """Posts signed requests; a session a thread, so that hundreds can be under way."""

    def __init__(self, signing_secret: str, clock: Callable[[], float]) -> None:
        self._verifier = SignatureVerifier(signing_secret)
        self._clock = clock
        self._local = threading.local()

    def send(self, url: str, fields: dict[str, Any]) -> Ack:
        """Send the fields as a form, wait for the answer as long as Slack does."""
        body = urlencode({k: v if isinstance(v, str) else json.dumps(v) for k, v in fields.items()})
        return self._post(url, body, "application/x-www-form-urlencoded")

    def send_event(self, url: str, envelope: dict[str, Any]) -> Ack:
        """Send an event as JSON; when it is not taken, once more, as Slack does first.

        https://docs.slack.dev/apis/events-api/#retries
        """
        ack = self._post(url, json.dumps(envelope), "application/json")
        if ack.status == 200:
            return ack
        again = {"X-Slack-Retry-Num": "1", "X-Slack-Retry-Reason": ack.error or "http_error"}
        return self._post(url, json.dumps(envelope), "application/json", again)

    def _post(self, url: str, body: str, content_type: str, more: dict[str, str] | None = None) -> Ack:
        timestamp = str(int(self._clock()))
        headers = {
            "Content-Type": content_type,
            "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
            "X-Slack-Request-Timestamp": timestamp,
            "X-Slack-Signature": self._verifier.generate_signature(timestamp=timestamp, body=body) or "",
            **(more or {}),
        }
        # One time for connecting and answering together: two numbers would allow twice as long.
        timeout: Any = urllib3.Timeout(total=ACK_SECONDS)
        session, began = self._session(), time.perf_counter()
        try:
            answer = session.post(url, data=body, headers=headers, timeout=timeout, allow_redirects=False)
        except requests.Timeout:
            return Ack(0, "", time.perf_counter() - began, "operation_timeout")
        except requests.RequestException:
            return Ack(0, "", time.perf_counter() - began, "dispatch_failed")
        seconds = time.perf_counter() - began
        if answer.status_code != 200:
            error = "http_service_error" if answer.status_code >= 500 else "http_client_error"
            return Ack(answer.status_code, answer.text, seconds, error)
        return Ack(200, _content(answer), seconds)

    def _session(self) -> requests.Session:
        if not hasattr(self._local, "session"):
            self._local.session = requests.Session()
            self._local.session.trust_env = False
        session: requests.Session = self._local.session
        return session


def _content(answer: requests.Response) -> dict[str, Any] | str:
    """Read an acknowledgement: a message as JSON, or its bare text."""
    if answer.headers.get("Content-Type", "").startswith("application/json"):
        try:
            content = answer.json()
        except ValueError:
            return answer.text
        if isinstance(content, dict):
            return content
    return answer.text
