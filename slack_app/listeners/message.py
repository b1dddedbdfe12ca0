"""What people type to the app in its direct message: the same words as after the command, with or without the command.

Only what a person wrote counts: what bots, the app and Slack itself send, edits and deletions are left alone. What was
written in a thread is answered there.
https://docs.slack.dev/reference/events/message.im, https://docs.slack.dev/reference/events/message#subtypes
"""

from __future__ import annotations

from typing import Any

from slack_bolt import App

from slack_app.errors import UserError
from slack_app.features.greet import GREET, Greeting
from slack_app.features.help import EXPLAIN_REFUSAL, SHOW_HELP, Help, Refusal
from slack_app.listeners.command import run
from slack_app.listeners.dependencies import Dependencies
from slack_app.listeners.errors import Body, acknowledged
from slack_app.listeners.requests import is_place_named, job_from_command, membership_in, user_of
from slack_app.listeners.text import parse

SUBTYPES = frozenset(["file_share", "thread_broadcast", "me_message"])
"""Of the special kinds of messages, those that a person writes; all others are about messages, or conversations."""
SLACKS_OWN = frozenset(["USLACK", "USLACKBOT"])


def register(app: App, deps: Dependencies) -> None:
    """Listen to messages."""
    app.event("message")(acknowledged(typed, deps))


def typed(body: Body, deps: Dependencies) -> None:
    """Do what the message asks for; what a command would answer at once is a job here. Raises UpstreamError."""
    payload = _as_command(body)
    if payload is None:
        return
    try:
        at_once = run(payload, parse(payload["text"], deps.command), deps)
    except UserError as exc:
        refusal = Refusal(exc.reason, exc.facts)
        deps.queue.enqueue(job_from_command(EXPLAIN_REFUSAL, payload, deps, payload=refusal))
    else:
        if isinstance(at_once, Help):
            deps.queue.enqueue(job_from_command(SHOW_HELP, payload, deps))
        elif isinstance(at_once, Greeting):
            deps.queue.enqueue(job_from_command(GREET, payload, deps, payload=at_once))


def _as_command(body: Body) -> dict[str, Any] | None:
    """Return the message in the shape of a command without a response_url; None for what is not a person's own."""
    event: Body = body["event"]
    if event.get("channel_type") != "im" or event.get("bot_id") or event.get("user") in (None, "", *SLACKS_OWN):
        return None
    if event.get("subtype") and event["subtype"] not in SUBTYPES:
        return None
    user = user_of(body)
    return {
        "enterprise_id": user.enterprise_id,
        "team_id": user.team_id,
        "user_id": user.user_id,
        "membership": membership_in(body),
        "is_place_named": is_place_named(body),
        "channel_id": event["channel"],
        "thread_ts": event.get("thread_ts"),
        "response_url": "",
        "trigger_id": "",  # a message opens no modal
        # Slack repeats an event that it thinks was not received, with the same id.
        "event_id": body["event_id"],
        "text": event.get("text") or "",
    }
