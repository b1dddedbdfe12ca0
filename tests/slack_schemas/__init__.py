"""What Slack takes, as schemas written from its reference: messages, App Homes, modals, and an app's manifest."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator


def violations(shape: str, document: object) -> list[str]:
    """Return what Slack would not take in a `message`, a `home`, a `modal` or a `manifest`, each with its place."""
    errors = _validator(shape).iter_errors(document)
    return [f"{'/'.join(map(str, error.absolute_path))}: {error.message[:300]}" for error in errors]


@cache
def _validator(shape: str) -> Draft202012Validator:
    name = "app_manifest.yml" if shape == "manifest" else "block_kit.yml"
    schema: dict[str, Any] = yaml.safe_load(Path(__file__).with_name(name).read_text(encoding="utf-8"))
    if shape != "manifest":
        schema["$ref"] = f"#/$defs/{shape}"
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)
