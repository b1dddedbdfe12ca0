"""Holds messages against Slack's own shapes: the SDK's validation, and the schema made from Slack's types."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from slack_app.model.messages import Message

SCHEMAS = Path(__file__).parents[3] / "shared" / "schemas"
"""Beside the project where there is one; used in place, never copied."""


def schema(name: str) -> Any:
    path = SCHEMAS / name
    if not path.exists():
        pytest.skip(f"{name} is not beside this checkout")
    return json.loads(path.read_text())


def check(message: Message) -> None:
    """Fail when Slack would refuse the message."""
    assert message.text
    check_blocks(message.blocks, most=50)


def check_schema(message: Message) -> None:
    """Fail when the message is not shaped as Slack's published types say."""
    validator = jsonschema.Draft7Validator(schema("blockkit.schema.json"))
    errors = [
        f"{list(error.path)}: {error.message[:300]}"
        for error in validator.iter_errors({"blocks": list(message.blocks)})
    ]
    assert not errors, errors


def check_modal(view: View) -> None:
    """Fail when Slack would refuse the modal; the SDK leaves the length of the title and the buttons to Slack.

    https://docs.slack.dev/reference/views/modal-views
    """
    shown = view.to_dict()
    view.validate_json()
    check_blocks(shown["blocks"], most=100)
    assert all(len(shown[name]["text"]) <= 24 for name in ("title", "submit", "close") if name in shown)
    assert "submit" in shown or all(block["type"] != "input" for block in shown["blocks"])


def check_blocks(blocks: Sequence[dict[str, Any]], most: int) -> None:
    """Fail when there are too many blocks, or one is not as it must be."""
    assert len(blocks) <= most
    for block in blocks:
        parsed = Block.parse(block)
        assert parsed is not None
        parsed.validate_json()
