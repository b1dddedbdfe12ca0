"""What people write is looked for in a long list of tools while others wait."""

from __future__ import annotations

import time

from slack_app.features.understand import tools_in
from slack_app.features.verbs import read
from slack_app.model.tools import Connector


def test_the_longest_sentence_keeps_nobody_waiting_where_there_are_hundreds_of_tools() -> None:
    """security.md 27: thirty sentences a minute are allowed, and were a minute's work for one of the worker's cores."""
    tools = [Connector(f"tool_{n}", f"Tool of the Name {n}", "Work", "Does what it does") for n in range(500)]
    sentence = [f"word{n}" for n in range(60)]
    begun = time.process_time()

    found, _ = tools_in(read(sentence, " ".join(sentence)), tools)

    assert not found
    assert time.process_time() - begun < 0.5
