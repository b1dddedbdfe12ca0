"""Refuses the views that Slack refuses: https://docs.slack.dev/reference/views"""

from __future__ import annotations

import json
from typing import Any

from slack_app.stand_ins.slack.blocks import MOST_IN_VIEW, are_valid
from slack_app.stand_ins.slack.element_checks import is_plain
from slack_app.stand_ins.slack.errors import ViewError

LARGEST_VIEW = 250_000
"""Bytes of JSON: https://docs.slack.dev/reference/methods/views.publish

Slack says "250kb", and not of what; here it is of the longest form, each letter beyond ASCII written as an escape.
"""


def checked(content: object, kind: str) -> dict[str, Any]:
    """Return the view if Slack would take it. Raises ViewError.

    What is wrong with a view is `invalid_arguments` whatever it is, its blocks too:
    https://docs.slack.dev/reference/methods/views.open#errors
    """
    if not isinstance(content, dict) or content.get("type") != kind:
        raise ViewError("invalid_arguments")
    if len(json.dumps(content, separators=(",", ":"))) > LARGEST_VIEW:
        raise ViewError("view_too_large")
    is_named = len(str(content.get("private_metadata", ""))) <= 3000 and len(str(content.get("callback_id", ""))) <= 255
    if not are_valid(content.get("blocks"), MOST_IN_VIEW) or not is_named:
        raise ViewError("invalid_arguments")
    if kind == "modal":
        labels = [content.get("title"), *(content[name] for name in ("submit", "close") if content.get(name))]
        has_input = any(block["type"] == "input" for block in content["blocks"])
        if not all(is_plain(label, 24) for label in labels) or (has_input and not content.get("submit")):
            raise ViewError("invalid_arguments")
    return content
