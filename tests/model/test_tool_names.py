"""What a tool is called before the platform's list was ever read."""

from __future__ import annotations

import pytest

from slack_app.model.tool_names import proper_name
from slack_app.model.tools import Connector


@pytest.mark.parametrize(
    ("tool_key", "name"),
    [
        ("github", "GitHub"),
        ("google_drive", "Google Drive"),
        ("googledrive", "Google Drive"),
        ("time_off", "Time Off"),
        ("github:beta", "Github:beta"),
        ("n8n", "n8n"),
        ("_", "_"),
    ],
)
def test_a_tool_has_its_proper_name_from_the_first_message_on(tool_key: str, name: str) -> None:
    """wording.md, rules: the tool's proper name"""
    assert proper_name(tool_key) == name
    assert Connector(tool_key, "").name == name


def test_the_name_that_the_platform_gives_wins() -> None:
    assert Connector("github", "GitHub of ours").name == "GitHub of ours"
