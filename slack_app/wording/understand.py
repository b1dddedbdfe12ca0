"""What is asked when it is not clear which tool is meant, or what is to be disconnected."""

from __future__ import annotations

from collections.abc import Sequence

from slack_app.wording.text import one_of, plain


def which(tools: Sequence[str], *, is_own_word: bool) -> str:
    if is_own_word or not tools:
        return "Which do you mean?"
    if len(tools) == 1:
        return f"Do you want to connect {one_of(tools)}?"
    return f"Which one do you mean, {one_of(tools)}?"


def not_connected(tool: str, *, can_connect: bool) -> str:
    return f"*{plain(tool)}* isn't connected." + ("" if can_connect else " Nothing changed.")


def disconnect_choice(unknown: str, *, is_near: bool) -> str:
    if not unknown:
        return "*What do you want to disconnect?*"
    if is_near:
        return f"I don't know a tool called “{plain(unknown)}”. Did you mean this?"
    return f"I don't know a tool called “{plain(unknown)}”. This is what you have connected:"


def nothing_connected() -> str:
    return "You haven't connected anything. Nothing changed."


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
