"""`/connect github`, and every button that connects a tool: checks what was typed and enqueues one job."""

from __future__ import annotations

import re
from collections.abc import Sequence

from slack_bolt import App

from slack_app.errors import UserError
from slack_app.features.connect import CONNECT, Accepted
from slack_app.features.names import is_sentence
from slack_app.listeners.actions import enqueue_press, on_action
from slack_app.listeners.dependencies import Dependencies
from slack_app.listeners.parameters import typed_parameters
from slack_app.listeners.requests import Payload, job_from_command
from slack_app.listeners.text import CommandText
from slack_app.secret_shapes import is_like_a_key
from slack_app.views.ids import ActionId

_NAME = re.compile(r"[a-z0-9][a-z0-9 ._-]{0,63}")
BUTTONS = (
    ActionId.CHOOSE_TOOL,
    ActionId.CONNECT_SUGGESTED,
    ActionId.CONNECT_FROM_HOME,
    ActionId.CONNECT_ANOTHER,
)


def register(app: App, deps: Dependencies) -> None:
    """Listen to the buttons that connect a tool. The link is a message of its own, so theirs stays as it is."""
    for action_id in BUTTONS:
        on_action(app, action_id, enqueue_press(CONNECT, message=None), deps)


def connect(payload: Payload, text: CommandText, deps: Dependencies) -> Accepted:
    """Enqueue the job. Raises UserError for what cannot be asked, UpstreamError when it could not be written."""
    connector_type = connector_name(text.words)
    parameters = typed_parameters(text, connector_type)
    deps.queue.enqueue(job_from_command(CONNECT, payload, deps, connector_type=connector_type, parameters=parameters))
    return Accepted("" if is_sentence(connector_type) else connector_type)


def connector_name(words: Sequence[str]) -> str:
    """Return the name that the words are together, as typed; raises UserError when no tool can be called so."""
    # People paste their key where they are asked for one; quoted, it has other words beside it.
    if any(is_like_a_key(part) for word in words for part in word.split()):
        raise UserError("key_typed")
    name = " ".join(words).lower()
    if not _NAME.fullmatch(name) and is_sentence(name):
        raise UserError("not_understood", nearest={})
    if not _NAME.fullmatch(name):
        raise UserError("name_invalid", connector_type=name)
    return name
