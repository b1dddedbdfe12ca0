"""Response URLs: five uses within thirty minutes, and what may be done with them.

A press's replaces or deletes the message that was pressed. A command's appends: it changes nothing that it said before,
nor the acknowledgement. Slack's documents can be read in another way there, which `command_urls_replace` plays.
https://docs.slack.dev/interactivity/handling-user-interaction#message_responses
https://github.com/slackapi/bolt-python/issues/1268 (Slack's staff: a command's changes no message)

Where it does replace, an answer can overtake the acknowledgement: the app may be faster than our own reading of its
acknowledgement. Then the acknowledgement is not shown any more.
"""

from __future__ import annotations

import secrets
import threading
from dataclasses import dataclass
from typing import Any

from slack_app.stand_ins.slack.blocks import are_valid
from slack_app.stand_ins.slack.model import Message
from slack_app.stand_ins.slack.store import Store

USES = 5
LIFE_SECONDS = 1800.0


@dataclass(slots=True)
class ResponseUrl:
    """One response URL; `original` is what it would replace or delete, `is_of_command` that it does neither."""

    user_id: str
    channel_id: str
    issued_at: float
    is_of_command: bool
    original: Message | None = None
    uses: int = 0
    is_overtaken: bool = False


class ResponseUrlError(Exception):
    """Slack does not take it: the status, and the error's name."""

    def __init__(self, status: int, error: str) -> None:
        super().__init__(error)
        self.status, self.error = status, error


class ResponseUrls:
    """The response URLs of a workspace; safe to use from any thread."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._by_path: dict[str, ResponseUrl] = {}
        self._lock = threading.Lock()

    def issue(self, user_id: str, channel_id: str, original: Message | None = None) -> str:
        """Make a response URL for a press on the `original`, or for a command."""
        path = f"{self._store.team_id}/{secrets.randbelow(10**12)}/{secrets.token_urlsafe(18)}"
        self._by_path[path] = ResponseUrl(user_id, channel_id, self._store.clock(), original is None, original)
        return f"{self._store.base_url}/commands/{path}"

    def find(self, path: str) -> ResponseUrl | None:
        """Return the response URL of a path, expired or not."""
        return self._by_path.get(path)

    def show_ack(self, response_url: str, content: dict[str, Any]) -> None:
        """Show the acknowledgement of a command."""
        url = self._by_path[response_url.partition("/commands/")[2]]
        with self._lock:
            if not url.is_overtaken:
                url.original = self._post(url, content, "ack")

    def use(self, url: ResponseUrl, body: object) -> None:
        """Do what the app posted to the response URL. Raises ResponseUrlError."""
        with self._lock:
            if self._store.clock() > url.issued_at + LIFE_SECONDS:
                raise ResponseUrlError(404, "expired_url")
            if url.uses >= USES:
                raise ResponseUrlError(404, "used_url")
            if not isinstance(body, dict):
                raise ResponseUrlError(400, "invalid_payload")
            if not are_valid(body.get("blocks") or []):
                raise ResponseUrlError(400, "invalid_blocks")
            if not (body.get("text") or body.get("blocks") or body.get("delete_original")):
                raise ResponseUrlError(400, "no_text")
            url.uses += 1
            self._apply(url, body)

    def _apply(self, url: ResponseUrl, body: dict[str, Any]) -> None:
        if url.is_of_command and not self._store.command_urls_replace:
            if not body.get("delete_original"):
                self._post(url, body, "response_url")
            return
        standing = url.original if url.original and not url.original.deleted else None
        is_about_original = bool(body.get("delete_original") or body.get("replace_original"))
        url.is_overtaken = url.is_overtaken or (is_about_original and url.original is None)
        if body.get("delete_original"):
            if standing:
                self._store.remove(standing)
        elif body.get("replace_original") and standing:
            self._store.change(
                standing, body.get("text", ""), body.get("blocks") or [], via="response_url", fields=body
            )
        else:
            message = self._post(url, body, "response_url")
            url.original = message if url.is_overtaken and url.original is None else url.original

    def _post(self, url: ResponseUrl, body: dict[str, Any], via: str) -> Message:
        is_private = body.get("response_type", "ephemeral") == "ephemeral"
        return self._store.post_as_app(
            url.channel_id,
            body.get("text", ""),
            body.get("blocks") or [],
            via=via,
            ephemeral_to=url.user_id if is_private else None,
            fields=body,
        )
