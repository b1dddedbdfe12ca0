"""The slash command: which feature does what was typed after it.

A word that takes nothing is a row of OWN_WORDS; all else is about a tool, and understand.py makes a job of it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from slack_bolt import Ack, App

from slack_app.errors import UpstreamError, UserError
from slack_app.features import key, setup, status, whoami
from slack_app.features.connect import AcceptedForLater
from slack_app.features.greet import HOME, Greeting, is_small_talk, kind_of
from slack_app.features.help import ADD_ADMIN_HELP, Help, help_for
from slack_app.features.verbs import Verb, read
from slack_app.listeners.dependencies import Dependencies
from slack_app.listeners.errors import reply_with_errors
from slack_app.listeners.menu import show_menu
from slack_app.listeners.requests import Payload, job_from_command, user_of
from slack_app.listeners.text import CommandText, parse
from slack_app.listeners.understand import ask_which, understand
from slack_app.model.facts import AcknowledgementFact, MessageFact
from slack_app.model.messages import Message
from slack_app.model.tasks import Task
from slack_app.secret_shapes import is_like_a_key, is_secret
from slack_app.views import render_message

OWN_WORDS: Mapping[str, Sequence[str]] = {
    "help": "help ? -h -help --help version about usage commands manual".split(),
    "home": ["home"],
    "key": "key apikey api-key".split(),
    "menu": "menu tools apps catalog catalogue browse choose".split(),
    "setup": "setup set-up configure settings config".split(),
    "status": "status list connections accounts connected".split(),
    "whoami": ["whoami"],
}
"""By the word that the command knows: the words that people use for it."""
SUBCOMMANDS: Mapping[str, tuple[Task, MessageFact]] = {
    "key": (key.SHOW_KEY, key.KeyLoading()),
    "setup": (setup.OPEN_SETUP, setup.SetupOpening()),
    "status": (status.SHOW_STATUS, status.StatusLoading()),
    "whoami": (whoami.SHOW_WHOAMI, whoami.WhoamiLoading()),
}
"""Those that a job does: its task, and what is answered at once."""
_SPACED = {("set", "up"): "setup", ("who", "am", "i"): "whoami"}
MOST_WORDS = 4
"""After a word of ours nothing is read, but a sentence may begin with one."""
_CHANGED_THERE = {word: own for own in ("key", "setup") for word in OWN_WORDS[own]}
"""What people add, change and remove beside tools: "remove my key"."""
_BARE = {Verb.CONNECT: "menu", Verb.DISCONNECT: "disconnect"}
"""What a verb alone is, where it can be taken for the name of a tool."""


def register(app: App, deps: Dependencies) -> None:
    """Listen to the command."""

    def on_command(ack: Ack, payload: Payload) -> None:
        text = parse(payload.get("text") or "", deps.command)
        answer = reply_with_errors(lambda: _acknowledgement(payload, text, deps), deps.command)
        ack(text=answer.text, blocks=list(answer.blocks), response_type="ephemeral")

    def on_foreign_command(payload: Payload) -> None:
        """Answer nothing: Bolt's own answer is that nobody listens."""
        deps.on_foreign_command(str(payload["command"]))

    app.command(deps.command)(on_command)
    app.command(re.compile("/"))(on_foreign_command)  # what the line above did not take


def _acknowledgement(payload: Payload, text: CommandText, deps: Dependencies) -> Message:
    at_once = run(payload, text, deps)
    if isinstance(at_once, AcknowledgementFact) and not deps.has_worker():
        at_once = AcceptedForLater(at_once)
    return render_message(at_once, deps.command)


def run(payload: Payload, text: CommandText, deps: Dependencies) -> MessageFact:
    """Do what was typed; return what there is to say at once.

    Raises UserError for what cannot be asked, UpstreamError when it could not be written.
    """
    own_word, said = own_word_of(text.words), read(text.words)
    verb, about = said.verb, " ".join(said.name).lower()
    if about in _CHANGED_THERE and not own_word and not deps.choice.has_tool(user_of(payload), about):
        own_word = _CHANGED_THERE[about]
    may_be_tool = own_word or verb not in (Verb.NONE, Verb.CONNECT) or _has_key(text)
    is_tool = bool(may_be_tool and text.said) and deps.choice.has_tool(user_of(payload), text.said)
    if is_tool and own_word and len(text.words) <= 1 and not text.pairs:
        return ask_which(payload, text, own_word, deps)
    if _has_key(text) and not is_tool:
        raise UserError("key_typed")
    if is_tool or own_word in ("", "disconnect"):
        return understand(payload, text, deps, is_tool=is_tool)
    if own_word in SUBCOMMANDS:
        task, at_once = SUBCOMMANDS[own_word]
        deps.queue.enqueue(job_from_command(task, payload, deps))
        return at_once
    if own_word == "menu":
        return show_menu(payload, deps)
    if own_word == "help":
        return _help(payload, deps)
    return Greeting(HOME if own_word == "home" else kind_of(text.words))


def _help(payload: Payload, deps: Dependencies) -> Help:
    """Return the help for who the person is known to be; it is there whatever else is away.

    Who is not known yet is looked up behind the answer to a command; a message's help is a job anyway.
    """
    user = user_of(payload)
    try:
        known, setup = deps.recall(user), deps.choice.setups.for_user(user)
        if payload["response_url"] and (known is None or known.role is None):
            deps.queue.enqueue(job_from_command(ADD_ADMIN_HELP, payload, deps))
    except UpstreamError:
        return Help()
    return help_for(setup, known.role if known else None)


def own_word_of(words: Sequence[str]) -> str:
    """Return which of our words was typed, `hello` for a greeting; empty for what is about a tool."""
    if not words:
        return "menu"
    if is_small_talk(words):
        return "hello"
    said, lowered = read(words), [word.lower() for word in words]
    if tuple(lowered) in _SPACED:
        return _SPACED[tuple(lowered)]
    if not said.rest and said.verb in _BARE:
        return _BARE[said.verb]
    is_short = len(words) <= MOST_WORDS and not said.verb
    return next((own for own, known in OWN_WORDS.items() if is_short and lowered[0] in known), "")


def _has_key(text: CommandText) -> bool:
    """Return whether somebody typed their key: among the words, as a detail of nothing, or with an `=` at its end."""
    typed = text.words or list(text.pairs.values())
    return any(is_like_a_key(part) for word in typed for part in str(word).split()) or any(
        is_secret("", part) for key in text.pairs for part in key.split(".")
    )
