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
from slack_sdk.models.views import View

from slack_app.errors import UpstreamError, UserError
from slack_app.features.details import Details
from slack_app.features.key import KeyChecking
from slack_app.features.menu import Choice
from slack_app.features.setup import SetupChecking
from slack_app.listeners import (
    actions,
    connect,
    details,
    help,  # noqa: A004  (one feature is one word)
    home,
    key,
    menu,
    message,
    setup,
    status,
    uninstall,
    words,
)
from slack_app.model.facts import MessageFact
from slack_app.model.messages import Failure, Message
from slack_app.ports import Clock
from slack_app.ports.jobs import JobQueue
from slack_app.ports.keys import Keys
from slack_app.ports.links import Schedule
from slack_app.views import render_message, render_modal
from slack_app.views.details import FILLED
from slack_app.views.key import GIVEN
from slack_app.views.menu import CHOOSE, CHOSEN, SHORTCUT, suggestions
from slack_app.views.setup import FILLED as FORM_FILLED
from slack_app.views.setup import OFFERED
from slack_app.views.setup import suggestions as setup_suggestions
from slack_app.views.status import NAMED

log = structlog.get_logger("slack_app.listeners")


@dataclass(frozen=True, slots=True)
class Desk:
    """What listeners need: the name of the command, where what was asked is put, and what is known of the tools."""

    command: str
    queue: JobQueue
    schedule: Schedule
    choice: Choice
    keys: Keys
    clock: Clock


def register(app: App, desk: Desk) -> None:
    """Tell Bolt what the app listens to; manifest.yml says the same to Slack."""

    def route(payload: Mapping[str, Any], typed: words.Typed) -> MessageFact:
        if menu.is_asked_for(typed):
            return menu.hand_over(payload, desk.choice, desk.queue, desk.clock)
        if help.is_asked_for(typed):
            return help.answer()
        if key.is_asked_for(typed):
            return key.hand_over(payload, desk.queue, desk.clock)
        if setup.is_asked_for(typed):
            return setup.hand_over(payload, desk.queue, desk.clock)
        if status.is_asked_for(typed):
            return status.hand_over(payload, typed, desk.queue, desk.clock)
        return connect.hand_over(payload, typed, desk.queue, desk.clock)

    def on_command(ack: Ack, payload: Mapping[str, Any]) -> None:
        typed = words.read(payload.get("text") or "")
        answer = guarded(lambda: render_message(route(payload, typed), desk.command), desk.command)
        ack(text=answer.text, blocks=list(answer.blocks), response_type="ephemeral")

    def on_press(ack: Ack, body: Mapping[str, Any]) -> None:
        silently(lambda: actions.hand_over(body, desk.queue, desk.schedule, desk.clock))
        ack()  # a link button opens its address by itself; Slack still wants to know that we saw the press

    def on_message(ack: Ack, body: Mapping[str, Any]) -> None:
        silently(lambda: message.hand_over(body, route, desk.queue, desk.clock))
        ack()

    def on_home(ack: Ack, body: Mapping[str, Any]) -> None:
        silently(lambda: home.opened(body, desk.queue, desk.clock))
        ack()

    def on_leave(ack: Ack, body: Mapping[str, Any]) -> None:
        silently(lambda: uninstall.hand_over(body, desk.queue, desk.clock))
        ack()

    def on_shortcut(ack: Ack, body: Mapping[str, Any]) -> None:
        silently(lambda: menu.hand_over_shortcut(body, desk.queue, desk.clock))
        ack()

    def on_choice(ack: Ack, body: Mapping[str, Any]) -> None:
        needed: list[Details | None] = []
        wrong = submitted(lambda: needed.append(details.chosen(body, desk.queue, desk.clock)), body, desk.command)
        answer_submission(ack, wrong, render_modal(needed[0], desk.command) if needed and needed[0] else None)

    def on_details(ack: Ack, body: Mapping[str, Any]) -> None:
        wrong = submitted(lambda: details.hand_over(body, desk.queue, desk.clock), body, desk.command)
        answer_submission(ack, wrong)

    def on_name(ack: Ack, body: Mapping[str, Any]) -> None:
        answer_submission(
            ack, submitted(lambda: status.hand_over_name(body, desk.queue, desk.clock), body, desk.command)
        )

    def on_key(ack: Ack, body: Mapping[str, Any]) -> None:
        wrong = submitted(lambda: key.hand_over_key(body, desk.keys, desk.queue, desk.clock), body, desk.command)
        answer_submission(ack, wrong, render_modal(KeyChecking(), desk.command))

    def on_setup(ack: Ack, body: Mapping[str, Any]) -> None:
        wrong = submitted(lambda: setup.hand_over_form(body, desk.keys, desk.queue, desk.clock), body, desk.command)
        answer_submission(ack, wrong, render_modal(SetupChecking(), desk.command))

    def on_tools(ack: Ack, body: Mapping[str, Any]) -> None:
        found: list[dict[str, Any]] = []
        silently(lambda: found.extend(setup_suggestions(setup.matching(body, desk.choice))))
        ack(options=found)

    def on_suggestion(ack: Ack, body: Mapping[str, Any]) -> None:
        found: list[dict[str, Any]] = []
        silently(lambda: found.extend(suggestions(menu.matching(body, desk.choice))))
        ack(option_groups=found) if found else ack(options=[])

    app.command(desk.command)(on_command)
    app.action(re.compile(".*"))(on_press)
    app.view(CHOSEN)(on_choice)
    app.view(FILLED)(on_details)
    app.view(NAMED)(on_name)
    app.view(GIVEN)(on_key)
    app.view(FORM_FILLED)(on_setup)
    app.options(CHOOSE)(on_suggestion)
    app.options(OFFERED)(on_tools)
    app.shortcut(SHORTCUT)(on_shortcut)
    app.event("message")(on_message)
    app.event("app_home_opened")(on_home)
    app.event("app_uninstalled")(on_leave)
    app.event("tokens_revoked")(on_leave)


def guarded(listener: Callable[[], Message], command: str) -> Message:
    """Run a listener; turn whatever it raises into what the person is told, with a reference to the log line."""
    reference = secrets.token_hex(4).upper()
    try:
        return listener()
    except UserError as exc:
        log.info("listener.refused", reason=exc.reason, reference=reference)
        return render_message(Failure(exc.reason, exc.facts, reference), command)
    except UpstreamError as exc:
        log.warning("listener.outage", service=exc.service, code=exc.code, reference=reference)
        return render_message(Failure("busy", {}, reference), command)
    except Exception:
        log.exception("listener.defect", reference=reference)
        return render_message(Failure("defect", {}, reference), command)


def submitted(
    listener: Callable[[], Mapping[str, str] | None], body: Mapping[str, Any], command: str
) -> Mapping[str, str]:
    """Run the listener of a modal; give what is to stand below which input: then the modal stays, and what it holds."""
    wrong: dict[str, str] = {}

    def run() -> Message:
        wrong.update(listener() or {})
        return Message("", [])

    told = guarded(run, command)
    if told.text:
        first_input = next(block["block_id"] for block in body["view"]["blocks"] if block["type"] == "input")
        return {first_input: told.text}
    return wrong


def answer_submission(ack: Ack, wrong: Mapping[str, str], following: View | None = None) -> None:
    """Keep the modal open with what is wrong; else put what follows into its place, or close it.

    https://docs.slack.dev/surfaces/modals#displaying_errors
    """
    if wrong:
        ack(response_action="errors", errors=dict(wrong))
    elif following:
        ack(response_action="update", view=following.to_dict())
    else:
        ack()


def silently(listener: Callable[[], None]) -> None:
    """Run a listener whose request has no answer that a person could read."""
    try:
        listener()
    except UpstreamError as exc:
        log.warning("listener.outage", service=exc.service, code=exc.code)
    except Exception:
        log.exception("listener.defect")
