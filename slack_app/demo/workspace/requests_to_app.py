"""Slack's requests to the app: what a command looks like, signed, and how the answer counts."""

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

from slack_app.demo.workspace.room import Ack, Message, Person
from slack_app.demo.workspace.where import APP_ID, BOT_ID, ORGANIZATION, Where

ACK_SECONDS = 3.0
_numbers = itertools.count(1)


def escaped(text: str) -> str:
    """Give the text as Slack stores it: https://docs.slack.dev/messaging/formatting-message-text#escaping"""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def new_trigger_id(team_id: str) -> str:
    """Make a trigger id, each one once."""
    return f"{next(_numbers)}.{team_id}.{secrets.token_hex(16)}"


def command_payload(
    where: Where, *, person: Person, channel_id: str, channel_name: str, command: str, text: str, response_url: str,
    trigger_id: str,
) -> dict[str, str]:  # fmt: skip
    """Give the fields of a slash command.

    https://docs.slack.dev/interactivity/implementing-slash-commands#app_command_handling
    """
    grid = {"enterprise_id": where.enterprise_id, "enterprise_name": ORGANIZATION} if where.enterprise_id else {}
    return {
        "token": "deprecated-verification-token",
        "team_id": where.team_id,
        "team_domain": where.domain,
        **grid,
        "channel_id": channel_id,
        "channel_name": channel_name,
        "user_id": person.id,
        "user_name": person.name.lower(),
        "command": command,
        "text": escaped(text),
        "api_app_id": APP_ID,
        "is_enterprise_install": "true" if where.is_org_wide else "false",
        "response_url": response_url,
        "trigger_id": trigger_id,
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
