"""The slash command: which feature does what was typed after it.

A sub-command that takes nothing is a row of SUBCOMMANDS; one that does has a function in its feature's module.
"""

from __future__ import annotations

from collections.abc import Mapping

from slack_bolt import Ack, App

from slack_app.errors import UserError
from slack_app.features import key, setup, status, whoami
from slack_app.features.help import Help
from slack_app.listeners.connect import connect
from slack_app.listeners.dependencies import Dependencies
from slack_app.listeners.errors import reply_with_errors
from slack_app.listeners.menu import show_menu
from slack_app.listeners.requests import Payload, job_from_command
from slack_app.listeners.status import DISCONNECT, ask_disconnect
from slack_app.listeners.text import CommandText, parse
from slack_app.model.facts import MessageFact
from slack_app.model.tasks import Task
from slack_app.secret_shapes import is_like_a_key
from slack_app.views import render_message

HELP = frozenset(["help", "hello", "hi", "?", "-h", "-help", "--help"])
SUBCOMMANDS: Mapping[frozenset[str], tuple[Task, MessageFact]] = {
    frozenset(["status", "list", "connections", "accounts"]): (status.SHOW_STATUS, status.StatusLoading()),
    frozenset(["key", "apikey", "api-key"]): (key.SHOW_KEY, key.KeyLoading()),
    frozenset(["setup", "set-up", "configure", "settings"]): (setup.OPEN_SETUP, setup.SetupOpening()),
    frozenset(["whoami"]): (whoami.SHOW_WHOAMI, whoami.WhoamiLoading()),
}
"""By the words that people use for it: the task, and what is answered at once."""


def register(app: App, deps: Dependencies) -> None:
    """Listen to the command."""

    def on_command(ack: Ack, payload: Payload) -> None:
        text = parse(payload.get("text") or "", deps.command)
        answer = reply_with_errors(lambda: render_message(run(payload, text, deps), deps.command), deps.command)
        ack(text=answer.text, blocks=list(answer.blocks), response_type="ephemeral")

    app.command(deps.command)(on_command)


def run(payload: Payload, text: CommandText, deps: Dependencies) -> MessageFact:
    """Do what was typed; return what there is to say at once.

    Raises UserError for what cannot be asked, UpstreamError when it could not be written.
    """
    if not text.words:
        if any(is_like_a_key(str(value)) for value in text.pairs.values()):
            raise UserError("key_typed")
        return show_menu(payload, deps)
    if text.matches(HELP):
        return Help()
    if text.matches(DISCONNECT):
        return ask_disconnect(payload, text, deps)
    for words, (task, at_once) in SUBCOMMANDS.items():
        if text.matches(words):
            deps.queue.enqueue(job_from_command(task, payload, deps))
            return at_once
    return connect(payload, text, deps)
