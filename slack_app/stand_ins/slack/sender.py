"""Slack's requests to the app over HTTP, signed, and how the answers count.

An event that is not answered with 2xx is sent again at once, after 1 and after 5 minutes, by the stand-in's clock:
https://docs.slack.dev/apis/events-api/#retries
"""

from __future__ import annotations

import json
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

import requests
import urllib3
from slack_sdk.signature import SignatureVerifier

from slack_app.stand_ins.slack.model import Ack

ACK_SECONDS = 3.0
RETRY_SECONDS = (0.0, 60.0, 300.0)
"""When an event is sent again, after it was sent first."""
_TICK_SECONDS = 0.05
_REASONS = {"operation_timeout": "http_timeout", "dispatch_failed": "connection_failed"}


@dataclass(frozen=True, slots=True)
class _Attempt:
    """One sending of an event; `number` counts those after the first."""

    url: str
    body: str
    began: float
    number: int = 0
    reason: str = ""

    @property
    def at(self) -> float:
        return self.began + RETRY_SECONDS[self.number - 1]

    @property
    def headers(self) -> dict[str, str]:
        if not self.number:
            return {}
        return {"X-Slack-Retry-Num": str(self.number), "X-Slack-Retry-Reason": self.reason}

    def next(self, ack: Ack) -> _Attempt:
        return replace(self, number=self.number + 1, reason=_REASONS.get(ack.error, "http_error"))


class Sender:
    """Sends signed requests; a session a thread, so that hundreds can be under way."""

    def __init__(self, signing_secret: str, clock: Callable[[], float]) -> None:
        self._verifier = SignatureVerifier(signing_secret)
        self._clock = clock
        self._local = threading.local()
        self._lock = threading.Lock()
        self._waiting: list[_Attempt] = []

    def send(self, url: str, fields: dict[str, Any]) -> Ack:
        """Send the fields as a form, wait for the answer as long as Slack does."""
        body = urlencode({k: v if isinstance(v, str) else json.dumps(v) for k, v in fields.items()})
        return self._post(url, body, "application/x-www-form-urlencoded")

    def send_event(self, url: str, envelope: dict[str, Any]) -> Ack:
        """Send an event as JSON; returns how it, or its first repetition, was answered. The others come later."""
        return self._attempt(_Attempt(url, json.dumps(envelope), self._clock()))

    def verify(self, url: str) -> bool:
        """Send a challenge; returns whether it came back: https://docs.slack.dev/reference/events/url_verification"""
        challenge = secrets.token_hex(20)
        sent = {"type": "url_verification", "token": "deprecated-verification-token", "challenge": challenge}
        ack = self._post(url, json.dumps(sent), "application/json")
        said = ack.body.get("challenge") if isinstance(ack.body, dict) else ack.body.strip()
        return ack.status == 200 and said == challenge

    def _attempt(self, attempt: _Attempt) -> Ack:
        ack = self._post(attempt.url, attempt.body, "application/json", attempt.headers)
        if 200 <= ack.status < 300 or attempt.number == len(RETRY_SECONDS):
            return ack
        following = attempt.next(ack)
        if following.at <= self._clock():
            return self._attempt(following)
        with self._lock:
            self._waiting.append(following)
            if len(self._waiting) == 1:
                threading.Thread(target=self._send_waiting, name="retries", daemon=True).start()
        return ack

    def _send_waiting(self) -> None:
        """Send what is due, until nothing waits: whoever adds the next one to an empty list starts this anew."""
        while True:
            time.sleep(_TICK_SECONDS)
            with self._lock:
                due = [attempt for attempt in self._waiting if attempt.at <= self._clock()]
            for attempt in due:
                self._attempt(attempt)
            with self._lock:
                self._waiting = [attempt for attempt in self._waiting if attempt not in due]
                if not self._waiting:
                    return

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
