"""What is asked when it is not clear which tool is meant."""

from __future__ import annotations

from collections.abc import Sequence

from slack_app.wording.text import one_of


def which(tools: Sequence[str], *, is_own_word: bool) -> str:
    if is_own_word or not tools:
        return "Which do you mean?"
    if len(tools) == 1:
        return f"Do you want to connect {one_of(tools)}?"
    return f"Which one do you mean, {one_of(tools)}?"


def word_button(word: str) -> str:
    """Return the label of the button that stands for a word of the command."""
    return {
        "disconnect": "Disconnect a tool",
        "help": "Help",
        "home": "Home",
        "key": "My key",
        "menu": "Choose a tool",
        "setup": "Set up",
        "status": "What I have",
        "whoami": "Who am I",
    }.get(word, "Help")


def all_tools_button() -> str:
    return "Show all tools"
