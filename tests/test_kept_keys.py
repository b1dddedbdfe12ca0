"""The table of docs/security.md says what is kept, and for how long."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from tests.kept_keys import documented, undocumented

ADAPTERS = Path(__file__).parent.parent / "slack_app" / "adapters"


@pytest.mark.parametrize(
    ("key", "seconds", "problem"),
    [
        ("slack_app:something:x", 10, "is not in the table"),
        ("slack_app:health:tcred_1", None, "has no end"),
        ("slack_app:health:tcred_1", 600, "lives 600 s more"),
        ("health:tcred_1", 10, "is not in the table"),
    ],
)
def test_what_the_table_does_not_know_is_found(client: Any, key: str, seconds: int | None, problem: str) -> None:
    client.set(key, "x", ex=seconds)
    client.set("slack_app:health:tcred_2", "healthy", ex=60)
    client.set("slack_app:keys", "x")

    assert undocumented(client) == [f"{key} {problem}"]


def test_every_key_that_an_adapter_describes_is_in_the_table() -> None:
    """security.md 15"""
    described = [
        (path.name, name)
        for path in ADAPTERS.rglob("*.py")
        for name in re.findall(r"^    (slack_app:\S+)", path.read_text(), re.MULTILINE)
    ]

    assert len(described) > 30
    missing = [
        (module, name)
        for module, name in described
        if not any(pattern.fullmatch(name.rstrip(",")) for pattern, _ in documented())
    ]
    assert missing == []


def test_no_key_of_the_table_is_one_that_nobody_writes() -> None:
    source = "".join(path.read_text() for path in ADAPTERS.rglob("*.py"))
    heads = {
        re.split(r"\.\*|:", pattern.pattern.replace("\\", "").removeprefix("slack_app:"))[0]
        for pattern, _ in documented()
    }

    assert [head for head in heads if head.strip("{}") not in source] == []
