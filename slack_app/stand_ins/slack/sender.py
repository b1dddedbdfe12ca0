"""Slack's requests to the app over HTTP, signed, and how the answers count."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import requests
import urllib3
from slack_sdk.signature import SignatureVerifier

from slack_app.stand_ins.slack.model import Ack

ACK_SECONDS = 3.0


class Sender:
    """PageApi signed requests; a session a thread, so that hundreds can be under way."""

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
