"""What buttons and modals carry comes back as it was."""

from __future__ import annotations

import pytest

from slack_app.views.values import Value


@pytest.mark.parametrize(
    "value",
    [Value("d1", "github"), Value("", "github"), Value("d1"), Value(), Value("conn:12", "github"), Value("a:b")],
)
def test_what_is_carried_comes_back(value: Value) -> None:
    assert Value.parse(str(value)) == value


@pytest.mark.parametrize(("text", "value"), [("d1", Value("d1")), ("", Value()), (None, Value()), (7, Value())])
def test_whatever_comes_is_read(text: object, value: Value) -> None:
    assert Value.parse(text) == value


@pytest.mark.parametrize("tool_key", ["github:beta", "50%", "%3A", "a%3Ab:c", "ünï"])
def test_a_tools_key_comes_back_as_it_was(tool_key: str) -> None:
    """What was carried before keys could have a colon is read as ever."""
    assert Value.parse(str(Value("tcred:1", tool_key))) == Value("tcred:1", tool_key)
    assert Value.parse("tcred:1:github") == Value("tcred:1", "github")
