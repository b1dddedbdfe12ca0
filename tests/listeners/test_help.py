"""Who does not know what to type gets the help."""

from __future__ import annotations

import pytest

from slack_app.listeners.command import HELP
from slack_app.listeners.text import parse


@pytest.mark.parametrize("text", ["help", "Help", "HELP me", "?", "-h", "--help", "—help", "–help", "hello"])
def test_help_is_given_for_the_word(text: str) -> None:
    assert parse(text).matches(HELP)


@pytest.mark.parametrize("text", ["github", "helpscout", '"" github'])
def test_a_tool_is_not_taken_for_a_cry_for_help(text: str) -> None:
    assert not parse(text).matches(HELP)
