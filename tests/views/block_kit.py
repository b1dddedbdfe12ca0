"""Holds messages against Slack's own shapes: the SDK's validation, and the schema made from Slack's types."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from slack_sdk.models.blocks import Block

from slack_app.model import Message

SCHEMAS = Path(__file__).parents[3] / "shared" / "schemas"
"""Beside the project where there is one; used in place, never copied."""


def schema(name: str) -> Any:
    path = SCHEMAS / name
    if not path.exists():
        pytest.skip(f"{name} is not beside this checkout")
    return json.loads(path.read_text())


def check(message: Message) -> None:
    """Fail when Slack would refuse the message."""
    assert len(message.blocks) <= 50
    assert message.text
    for block in message.blocks:
        parsed = Block.parse(block)
        assert parsed is not None
        parsed.validate_json()


def check_schema(message: Message) -> None:
    """Fail when the message is not shaped as Slack's published types say."""
    validator = jsonschema.Draft7Validator(schema("blockkit.schema.json"))
    errors = [
        f"{list(error.path)}: {error.message[:300]}"
        for error in validator.iter_errors({"blocks": list(message.blocks)})
    ]
    assert not errors, errors
