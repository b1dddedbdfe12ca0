"""What people press, choose from and type into: what it offers and holds, and what the app is told of its use.

https://docs.slack.dev/reference/block-kit/block-elements
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

Element = dict[str, Any]
REQUIRED, NO_NUMBER = "Please complete this required field.", "Please enter a number."
Value = str | list[str] | None
"""What the page says of an element: the text, the value of what is chosen, or all values where there can be several."""
_ASK_THE_APP = frozenset(["external_select", "multi_external_select"])
_ONE = frozenset(["static_select", "external_select", "overflow", "radio_buttons"])
_SEVERAL = frozenset(["multi_static_select", "multi_external_select", "checkboxes"])
_TYPED = frozenset(["plain_text_input", "number_input"])
_PEOPLE = "multi_users_select"


def asks_the_app(element: Element) -> bool:
    """Return whether its options come from the app while one types."""
    return element.get("type") in _ASK_THE_APP


def offered_options(element: Element, suggested: list[Element], people: Iterable[str] = ()) -> list[Element]:
    """Return what one can choose; `suggested` is what the app named while one typed, `people` who is there."""
    if element.get("type") == _PEOPLE:
        return [{"value": user_id} for user_id in people]
    if asks_the_app(element):
        first = element.get("initial_option")
        return [*suggested, *(element.get("initial_options") or []), *([first] if first else [])]
    return flat_options(element)


def flat_options(holder: Element) -> list[Element]:
    """Return the options of an element or of a suggestion, with or without groups."""
    groups = holder.get("option_groups") or []
    return [*(holder.get("options") or []), *(option for group in groups for option in group["options"])]


def has_options(element: Element) -> bool:
    """Return whether one chooses in it."""
    return element.get("type") in _ONE | _SEVERAL | {_PEOPLE}


def action_value(element: Element, value: Value, options: list[Element]) -> Element | None:
    """Return the element's part of an action; None when it does not offer the value.

    https://docs.slack.dev/reference/interaction-payloads/block_actions-payload
    """
    action = {key: element[key] for key in ("type", "action_id") if key in element}
    if element.get("type") == "button":
        return action | {key: element[key] for key in ("text", "value", "url", "style") if key in element}
    if element.get("type") in _TYPED:
        return action | {"value": value}
    wanted = _several(value)
    chosen = _chosen(wanted, options)
    is_too_much = len(wanted) > element.get("max_selected_items", len(wanted))
    if len(chosen) != len(wanted) or is_too_much or (element.get("type") in _ONE and len(chosen) != 1):
        return None
    return action | _holding(element, chosen) | {key: element[key] for key in ("placeholder",) if key in element}


def state_value(element: Element, value: Value, options: list[Element]) -> Element | None:
    """Return the element's part of a view's state; None for one that holds nothing.

    https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload
    """
    kind = element.get("type")
    if kind in _TYPED:
        return {"type": kind, "value": value or None}
    if kind == "overflow" or not has_options(element):
        return None
    return {"type": kind, **_holding(element, _chosen(_several(value), options))}


def is_number(text: object, are_decimal: object) -> bool:
    """Return whether Slack takes the text in a field for numbers, whole ones unless they may be decimal."""
    return isinstance(text, str) and re.fullmatch(r"-?\d+(\.\d+)?" if are_decimal else r"-?\d+", text) is not None


def problem_in(block: Element, part: Element) -> str:
    """Return what is wrong with what stands in an input, from its part of a view's state; empty for nothing."""
    element = block["element"]
    if not any(held for key, held in part.items() if key != "type"):
        return "" if block.get("optional") else REQUIRED
    is_of_numbers = element["type"] == "number_input"
    return NO_NUMBER if is_of_numbers and not is_number(part["value"], element["is_decimal_allowed"]) else ""


def initial_value(element: Element) -> Value:
    """Return what the element holds before anybody touched it."""
    kind, option = element.get("type"), element.get("initial_option")
    if kind == _PEOPLE:
        return list(element.get("initial_users") or [])
    if kind in _SEVERAL:
        return [str(option["value"]) for option in element.get("initial_options") or []]
    return option.get("value") if isinstance(option, dict) else element.get("initial_value")


def _several(value: Value) -> list[str]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _chosen(wanted: list[str], options: list[Element]) -> list[Element]:
    """Return the options of these values, in the order in which they were chosen."""
    by_value = {str(option.get("value")): option for option in reversed(options)}
    return [by_value[value] for value in dict.fromkeys(wanted) if value in by_value]


def _holding(element: Element, chosen: list[Element]) -> Element:
    if element.get("type") == _PEOPLE:
        return {"selected_users": [option["value"] for option in chosen]}
    if element.get("type") in _SEVERAL:
        return {"selected_options": chosen}
    return {"selected_option": chosen[0] if chosen else None}
