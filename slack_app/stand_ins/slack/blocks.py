"""Refuses what Slack refuses as `invalid_blocks`, and names what came without a name.

https://docs.slack.dev/reference/block-kit/blocks for the limits; blocks that the app does not use are taken unread.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from slack_app.stand_ins.slack.element_checks import is_plain, is_valid

MOST_BLOCKS, MOST_IN_VIEW = 50, 100
_TEXT_LIMITS = {"section": 3000, "context": 3000, "header": 150, "button": 75, "fields": 2000}
_MOST_ELEMENTS = {"actions": 25, "context": 10}
_REQUIRED = {
    "section": ("text", "fields"),
    "header": ("text",),
    "actions": ("elements",),
    "context": ("elements",),
    "image": ("alt_text",),
    "input": ("element",),
}
"""One of these must be there."""
_KNOWN = {
    *("actions", "context", "context_actions", "divider", "file", "header", "image", "input"),
    *("markdown", "rich_text", "section", "table", "video"),
}  # fmt: skip


def are_valid(blocks: object, most: int = MOST_BLOCKS) -> bool:
    """Return whether Slack would take the blocks."""
    if not isinstance(blocks, list) or len(blocks) > most:
        return False
    if not all(isinstance(block, dict) and block.get("type") in _KNOWN and _fits(block) for block in blocks):
        return False
    ids = [block["block_id"] for block in blocks if "block_id" in block]
    return _are_unique(ids) and all(0 < len(str(block_id)) <= 255 for block_id in ids)


def with_ids(blocks: list[dict[str, Any]], prefix: str) -> list[dict[str, Any]]:
    """Return the blocks with the `block_id` and `action_id` that Slack makes up where there are none."""
    named = []
    for number, block in enumerate(blocks):
        named.append({"block_id": f"{prefix}-{number}", **block})
        if isinstance(block.get("elements"), list) and block["type"] == "actions":
            elements = [{"action_id": f"{prefix}-{number}-{i}", **e} for i, e in enumerate(block["elements"])]
            named[-1]["elements"] = elements
        for place in ("accessory", "element"):
            if isinstance(block.get(place), dict):
                named[-1][place] = {"action_id": f"{prefix}-{number}-a", **block[place]}
    return named


def interactive_elements(block: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what can be pressed, chosen from or typed into in the block."""
    elements = block.get("elements")
    candidates = [*(elements if isinstance(elements, list) else []), block.get("accessory"), block.get("element")]
    return [element for element in candidates if isinstance(element, dict)]


def _fits(block: dict[str, Any]) -> bool:
    kind = str(block["type"])
    if not any(block.get(name) for name in _REQUIRED.get(kind, ("type",))):
        return False
    if any(name in block and not isinstance(block[name], list) for name in ("elements", "fields")):
        return False
    elements = interactive_elements(block)
    return (
        all(_is_text(text, _TEXT_LIMITS.get(of, 3000)) for of, text in _texts(block))
        and len(block.get("elements", [])) <= _MOST_ELEMENTS.get(kind, MOST_BLOCKS)
        and len(block.get("fields", [])) <= 10
        and all(is_valid(element) for element in elements)
        and (kind != "actions" or all(_fits_among_actions(element) for element in elements))
        and (kind != "input" or _is_input(block))
        and _are_unique([element["action_id"] for element in elements if "action_id" in element])
    )


def _fits_among_actions(element: dict[str, Any]) -> bool:
    """https://docs.slack.dev/reference/block-kit/block-elements/multi-select-menu-element: not in an actions block"""
    kind = str(element.get("type"))
    return kind != "mrkdwn" and not kind.startswith("multi_")


def _is_input(block: dict[str, Any]) -> bool:
    """https://docs.slack.dev/reference/block-kit/blocks/input-block"""
    hint = block.get("hint")
    return (
        isinstance(block["element"], dict)
        and is_plain(block.get("label"), 2000)
        and (hint is None or is_plain(hint, 2000))
    )


def _are_unique(ids: list[object]) -> bool:
    return len(ids) == len(set(map(str, ids)))


def _is_text(text: object, limit: int) -> bool:
    return (
        isinstance(text, dict)
        and text.get("type") in ("mrkdwn", "plain_text")
        and isinstance(text.get("text"), str)
        and 0 < len(text["text"]) <= limit
    )


def _texts(block: dict[str, Any]) -> Iterator[tuple[str, object]]:
    """Return each text with the name of what limits it."""
    kind = str(block["type"])
    if kind in ("section", "header") and "text" in block:
        yield kind, block["text"]
    for field in block.get("fields", []):
        yield "fields", field
    for element in interactive_elements(block):
        if kind == "context" and element.get("type") != "image":
            yield kind, element
        elif "text" in element:
            yield str(element.get("type")), element["text"]
