"""What people type to the app in its direct message: the same words as after the command, with or without `connect`.

Only a person's own plain message counts: what bots, the app itself and edits send is left alone, and so is whoever is
of another workspace, or may be. https://docs.slack.dev/reference/events/message.im
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from slack_app.errors import UserError
from slack_app.features.help import Help
from slack_app.listeners.job import of_command
from slack_app.listeners.words import Typed, read
from slack_app.model.facts import MessageFact
from slack_app.ports import Clock
from slack_app.ports.jobs import JobQueue

Route = Callable[[Mapping[str, Any], Typed], MessageFact]
"""Does what the words ask for, and gives what there is to say at once."""


def hand_over(body: Mapping[str, Any], route: Route, queue: JobQueue, clock: Clock) -> None:
    """Do what the message asks for; what a command would answer at once is a job here. Raises UpstreamError."""
    payload = _as_command(body)
    if payload is None:
        return
    typed = read(payload["text"])
    if typed.words and typed.words[0].lower().lstrip("/") == "connect":
        typed = Typed(typed.words[1:], typed.pairs)
    kind: str = ""
    details: dict[str, Any] = {}
    try:
        if isinstance(route(payload, typed), Help):
            kind = "help"
    except UserError as exc:
        kind, details = "trouble", {"reason": exc.reason, "facts": exc.facts}
    if kind:
        queue.enqueue(of_command(payload, kind, clock(), details=details))


def _as_command(body: Mapping[str, Any]) -> dict[str, Any] | None:
    """Give the message in the shape of a command without a response_url; None for what is not a person's own."""
    event: Mapping[str, Any] = body["event"]
    if event.get("channel_type") != "im" or event.get("subtype") or event.get("bot_id") or not event.get("user"):
        return None
    sender_team = event.get("user_team") or event.get("team")
    if sender_team != body["team_id"] and (sender_team or body.get("is_ext_shared_channel")):
        return None
    granted = (body.get("authorizations") or [{}])[0]
    return {
        "enterprise_id": granted.get("enterprise_id") or body.get("enterprise_id"),
        "team_id": body["team_id"],
        "user_id": event["user"],
        "channel_id": event["channel"],
        "response_url": "",
        # Slack repeats an event that it thinks was not received, with the same id.
        "trigger_id": body["event_id"],
        "text": event.get("text") or "",
    }
