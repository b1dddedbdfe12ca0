"""The way from Slack to the app: over HTTP where it has a request URL, else through Socket Mode."""

from __future__ import annotations

from typing import Any

from slack_app.stand_ins.slack.model import Ack
from slack_app.stand_ins.slack.sender import Sender
from slack_app.stand_ins.slack.socket_mode import SocketMode
from slack_app.stand_ins.slack.store import Store


class AppClient:
    """Sends commands, interactions and events of one workspace; returns how the app answered."""

    def __init__(self, store: Store, socket_mode: SocketMode) -> None:
        self._app = store.app
        self._sender = Sender(store.app.signing_secret, store.clock)
        self._socket_mode = socket_mode

    def send_command(self, payload: dict[str, str]) -> Ack:
        """Send a slash command."""
        return self._send("slash_commands", payload, payload)

    def send_interaction(self, payload: dict[str, Any]) -> Ack:
        """Send an interaction, or the question for a select's options."""
        return self._send("interactive", payload, {"payload": payload})

    def send_event(self, envelope: dict[str, Any]) -> Ack:
        """Send an event; none goes to an address that has not answered a challenge."""
        if self._app.request_url:
            if self._app.verified_url != self._app.request_url:
                return Ack(0, "", 0.0, "url_not_verified")
            return self._sender.send_event(self._app.request_url, envelope)
        return self._socket_mode.send("events_api", envelope)

    def verify(self) -> bool:
        """Challenge the app's address, as *Retry* in its settings does; return whether it is verified now."""
        url = self._app.request_url
        if url and self._sender.verify(url):
            self._app.verified_url = url
        return bool(url) and self._app.verified_url == url

    def _send(self, kind: str, payload: dict[str, Any], form: dict[str, Any]) -> Ack:
        if self._app.request_url:
            return self._sender.send(self._app.request_url, form)
        return self._socket_mode.send(kind, payload)
