"""Which words of the command are our own, and which are about a tool."""

from __future__ import annotations

import pytest

from slack_app.listeners.command import own_word_of
from slack_app.listeners.text import parse


@pytest.mark.parametrize("text", ["help", "Help", "HELP me", "?", "-h", "--help", "—help", "–help", "version"])
def test_help_is_given_for_the_word(text: str) -> None:
    assert own_word_of(parse(text).words) == "help"


@pytest.mark.parametrize("text", ["github", "helpscout", '"" github', "help me connect github"])
def test_a_tool_is_not_taken_for_a_cry_for_help(text: str) -> None:
    assert own_word_of(parse(text).words) == ""
