"""Who does not know what to type gets the help."""

from __future__ import annotations

import pytest

from slack_app.listeners.help import is_asked_for
from slack_app.listeners.words import read


@pytest.mark.parametrize("text", ["help", "Help", "HELP me", "?", "-h", "--help"])
def test_help_is_given_for_the_word(text: str) -> None:
    assert is_asked_for(read(text))


@pytest.mark.parametrize("text", ["github", "helpscout", '"" github'])
def test_a_tool_is_not_taken_for_a_cry_for_help(text: str) -> None:
    assert not is_asked_for(read(text))
