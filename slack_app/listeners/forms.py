"""Reads what stands in the fields of a modal or of the App Home.

What the person did not touch Slack tells of a view's first showing only; after an update it comes as null or as an
empty list, though the field shows something. So what the app put into the field counts then: Slack sends the view's
blocks back. https://github.com/slackapi/bolt-js/issues/1073, https://github.com/slackapi/bolt-python/issues/572
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

_SHOWN_BY = {
    "value": "initial_value",
    "selected_option": "initial_option",
    "selected_options": "initial_options",
    "selected_users": "initial_users",
}


def field(view: Mapping[str, Any], block_id: str, action_id: str, *, is_again: bool = False) -> Mapping[str, Any]:
    """Return what a field holds, as Slack names it; each is None where the field neither was filled in nor showed any.

    An optional field can be emptied; in a view that is shown again (`is_again`) that looks as if nobody touched it.
    """
    state = (view.get("state") or {}).get("values") or {}
    told = state.get(block_id, {}).get(action_id, {})
    block = _first(view.get("blocks") or [], "block_id", block_id)
    shown = _first([block.get("element") or {}, *(block.get("elements") or [])], "action_id", action_id)
    can_be_emptied = block.get("optional") and not is_again
    return {
        name: told[name]
        if told.get(name) or (can_be_emptied and told.get(name) is not None)
        else shown.get(shown_by) or None
        for name, shown_by in _SHOWN_BY.items()
    }


def text_in(view: Mapping[str, Any], block_id: str, action_id: str) -> str:
    """Return the text in a field, without the spaces around it."""
    return str(field(view, block_id, action_id)["value"] or "").strip()


def chosen_in(view: Mapping[str, Any], block_id: str, action_id: str) -> str:
    """Return the value of what is chosen in a field; empty for nothing."""
    return str((field(view, block_id, action_id)["selected_option"] or {}).get("value", ""))


def input_ids(view: Mapping[str, Any]) -> list[str]:
    """Return the ids of the blocks that are filled in.

    The view says which they are: Slack's state may hold those of an earlier one.
    https://github.com/slackapi/bolt-js/issues/625
    """
    return [block["block_id"] for block in view["blocks"] if block["type"] == "input"]


def _first(candidates: Iterable[Mapping[str, Any]], name: str, wanted: str) -> Mapping[str, Any]:
    return next((candidate for candidate in candidates if candidate.get(name) == wanted), {})
