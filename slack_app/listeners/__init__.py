"""Slack's side: each listener parses, answers at once or hands over a job; the guard here acknowledges.

Bolt runs these before it responds (`process_before_response`), so a listener does no I/O but the queue's one
round trip. What a listener returns is the private answer; what it raises becomes one too, never a 500.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import structlog
from slack_bolt import Ack, App

from slack_app.errors import UpstreamError, UserError
from slack_app.listeners import connect, help, message, press, status, words  # noqa: A004  (one feature is one word)
from slack_app.model import Message, Trouble
from slack_app.ports import Clock, Links, Queue
from slack_app.views import render

log = structlog.get_logger("slack_app.listeners")


@dataclass(frozen=True, slots=True)
class Desk:
    """What listeners need: the name of the command, and where what was asked is put."""

    command: str
    queue: Queue
    links: Links
    clock: Clock


def register(app: App, desk: Desk) -> None:
    """Tell Bolt what the app listens to; manifest.yml says the same to Slack."""

    def route(payload: Mapping[str, Any], typed: words.Typed) -> object:
        if help.is_asked_for(typed):
            return help.answer()
        if status.is_asked_for(typed):
            return status.hand_over(payload, typed, desk.queue, desk.clock)
        return connect.hand_over(payload, typed, desk.queue, desk.clock)

    def on_command(ack: Ack, payload: Mapping[str, Any]) -> None:
        typed = words.read(payload.get("text") or "")
        answer = guarded(lambda: render(route(payload, typed), desk.command), desk.command)
        ack(text=answer.text, blocks=list(answer.blocks), response_type="ephemeral")

    def on_press(ack: Ack, body: Mapping[str, Any]) -> None:
        silently(lambda: press.hand_over(body, desk.queue, desk.links, desk.clock))
        ack()  # a link button opens its address by itself; Slack still wants to know that we saw the press

    def on_message(ack: Ack, body: Mapping[str, Any]) -> None:
        silently(lambda: message.hand_over(body, route, desk.queue, desk.clock))
        ack()

    app.command(desk.command)(on_command)
    app.action(re.compile(".*"))(on_press)
    app.event("message")(on_message)


def guarded(listener: Callable[[], Message], command: str) -> Message:
    """Run a listener; turn whatever it raises into what the person is told, with a reference to the log line."""
    reference = secrets.token_hex(4).upper()
    try:
        return listener()
    except UserError as exc:
        log.info("listener.refused", reason=exc.reason, reference=reference)
        return render(Trouble(exc.reason, exc.facts, reference), command)
    except UpstreamError as exc:
        log.warning("listener.outage", service=exc.service, code=exc.code, reference=reference)
        return render(Trouble("busy", {}, reference), command)
    except Exception:
        log.exception("listener.defect", reference=reference)
        return render(Trouble("defect", {}, reference), command)


def silently(listener: Callable[[], None]) -> None:
    """Run a listener whose request has no answer that a person could read."""
    try:
        listener()
    except UpstreamError as exc:
        log.warning("listener.outage", service=exc.service, code=exc.code)
    except Exception:
        log.exception("listener.defect")
