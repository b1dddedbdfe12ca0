"""What names a tool, or may: with the verb that was said it becomes a job, and the work finds which tool is meant.

The button that stands for a word of the command does the same as the word.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from slack_bolt import App

from slack_app.features.change import CHANGE
from slack_app.features.connect import CONNECT, Accepted
from slack_app.features.greet import GREET, HOME, Greeting
from slack_app.features.help import SHOW_HELP
from slack_app.features.key import SHOW_KEY
from slack_app.features.menu import SHOW_MENU
from slack_app.features.setup import OPEN_SETUP
from slack_app.features.status import ASK_DISCONNECT, SHOW_STATUS, StatusLoading
from slack_app.features.understand import ASK_WHICH, MOST_WORDS
from slack_app.features.verbs import Said, Verb, read
from slack_app.features.whoami import SHOW_WHOAMI
from slack_app.listeners.actions import on_action
from slack_app.listeners.dependencies import Dependencies
from slack_app.listeners.errors import Body
from slack_app.listeners.parameters import typed_parameters
from slack_app.listeners.requests import Payload, carried_by, job_from_action, job_from_command
from slack_app.listeners.text import CommandText
from slack_app.model.facts import MessageFact
from slack_app.model.tasks import Task
from slack_app.views.ids import ActionId

_TASKS: Mapping[str, tuple[Task, Any]] = {
    "disconnect": (ASK_DISCONNECT, Said(verb=Verb.DISCONNECT)),
    "help": (SHOW_HELP, None),
    "home": (GREET, Greeting(HOME)),
    "key": (SHOW_KEY, None),
    "menu": (SHOW_MENU, None),
    "setup": (OPEN_SETUP, None),
    "status": (SHOW_STATUS, None),
    "whoami": (SHOW_WHOAMI, None),
}
"""What the buttons do that stand for words, and what the job carries."""


def register(app: App, deps: Dependencies) -> None:
    """Listen to the buttons that stand for words."""
    on_action(app, ActionId.DO_WORD, do_word, deps)


def do_word(body: Body, deps: Dependencies) -> None:
    """Enqueue the job of the button's word; its answer is a message of its own. Raises UpstreamError."""
    task, payload = _TASKS.get(carried_by(body["actions"][0]).connector_type, _TASKS["help"])
    deps.queue.enqueue(job_from_action(task, body, deps, message=None, connector_type="", payload=payload))


def understand(payload: Payload, text: CommandText, deps: Dependencies, *, is_tool: bool = False) -> MessageFact:
    """Enqueue the job that finds the tool, and does with it what was said; `is_tool`: the whole text is its name.

    Raises UserError for what cannot be asked, UpstreamError when it could not be written.
    """
    said = read(text.words, text.said, is_command="event_id" not in payload)
    if is_tool:
        said = replace(said, verb=Verb.NONE, rest=[text.said], name=[text.said], is_doubtful=False)
    connector_type = " ".join(said.rest) if len(said.words) <= MOST_WORDS else ""
    # Whatever the verb: the text is stored with the job, and must hold no secret.
    parameters = {} if is_tool else typed_parameters(text, " ".join(said.name) if connector_type else "")
    if said.verb not in (Verb.NONE, Verb.CONNECT):
        task = ASK_DISCONNECT if said.verb is Verb.DISCONNECT else CHANGE
        deps.queue.enqueue(job_from_command(task, payload, deps, payload=said))
        return StatusLoading()
    deps.queue.enqueue(
        job_from_command(CONNECT, payload, deps, connector_type=connector_type, parameters=parameters, payload=said)
    )
    return Accepted(connector_type)


def ask_which(payload: Payload, text: CommandText, own_word: str, deps: Dependencies) -> Accepted:
    """Enqueue the question whether the tool is meant that is called like a word of ours. Raises UpstreamError."""
    said = Said(text.said, text.words)
    deps.queue.enqueue(job_from_command(ASK_WHICH, payload, deps, connector_type=own_word, payload=said))
    return Accepted("")
