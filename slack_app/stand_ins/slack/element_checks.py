"""What Slack refuses of an element that people press, choose from or type into.

https://docs.slack.dev/reference/block-kit/block-elements; elements that the app does not use are taken unread.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from slack_app.stand_ins.slack.elements import Element, flat_options, is_number

MOST_OPTIONS, MOST_GROUPS, MOST_IN_OVERFLOW, MOST_BOXES = 100, 100, 5, 10


def is_valid(element: Element) -> bool:
    """Return whether Slack would take the element."""
    check = _CHECKS.get(str(element.get("type")))
    return len(str(element.get("action_id", ""))) <= 255 and _is_confirm(element) and (check is None or check(element))


def is_plain(text: object, limit: int) -> bool:
    """Return whether it is a plain_text object of at most so many characters."""
    return (
        isinstance(text, dict)
        and text.get("type") == "plain_text"
        and isinstance(text.get("text"), str)
        and 0 < len(text["text"]) <= limit
    )


def _is_confirm(element: Element) -> bool:
    """https://docs.slack.dev/reference/block-kit/composition-objects/confirmation-dialog-object"""
    if "confirm" not in element:
        return True
    confirm = element["confirm"]
    if not isinstance(confirm, dict) or not isinstance(confirm.get("text"), dict):
        return False
    labels = [confirm.get("title"), confirm.get("confirm"), confirm.get("deny")]
    limits = (100, 30, 30)
    text = confirm["text"].get("text")
    return (
        all(is_plain(label, limit) for label, limit in zip(labels, limits, strict=True))
        and isinstance(text, str)
        and 0 < len(text) <= 300
    )


def _is_button(button: Element) -> bool:
    """https://docs.slack.dev/reference/block-kit/block-elements/button-element"""
    return (
        is_plain(button.get("text"), 75)
        and len(str(button.get("url", ""))) <= 3000
        and len(str(button.get("value", ""))) <= 2000
        and len(str(button.get("accessibility_label", ""))) <= 75
        and button.get("style", "primary") in ("primary", "danger")
    )


def _is_option(option: object) -> bool:
    """https://docs.slack.dev/reference/block-kit/composition-objects/option-object"""
    if not isinstance(option, dict) or not isinstance(option.get("text"), dict):
        return False
    text = option["text"].get("text")
    return (
        isinstance(text, str)
        and 0 < len(text) <= 75
        and 0 < len(str(option.get("value", ""))) <= 150
        and ("description" not in option or is_plain(option["description"], 75))
    )


def _are_options(options: object, most: int) -> bool:
    return isinstance(options, list) and 0 < len(options) <= most and all(_is_option(option) for option in options)


def _is_group(group: object) -> bool:
    return (
        isinstance(group, dict)
        and is_plain(group.get("label"), 75)
        and _are_options(group.get("options"), MOST_OPTIONS)
    )


def are_suggestions(answer: Mapping[str, Any]) -> bool:
    """Return whether Slack would show what the app suggests; an empty list of options is one."""
    groups, options = answer.get("option_groups"), answer.get("options")
    if groups is not None:
        return isinstance(groups, list) and len(groups) <= MOST_GROUPS and all(_is_group(group) for group in groups)
    return options == [] or _are_options(options, MOST_OPTIONS)


def _has_options(element: Element) -> bool:
    """Return whether it offers something, in groups or without, and holds at first only what it offers."""
    if ("option_groups" in element) == ("options" in element):
        return False
    return are_suggestions(element) and bool(flat_options(element)) and _holds_what_it_offers(element)


def _holds_what_it_offers(element: Element) -> bool:
    first, several = element.get("initial_option"), element.get("initial_options", [])
    held = [*([] if first is None else [first]), *(several if isinstance(several, list) else [None])]
    return all(option in flat_options(element) for option in held)


def _is_static_select(select: Element) -> bool:
    """https://docs.slack.dev/reference/block-kit/block-elements/select-menu-element"""
    return _has_placeholder(select) and _has_options(select)


def _is_external_select(select: Element) -> bool:
    return _has_placeholder(select) and isinstance(select.get("min_query_length", 3), int)


def _has_maximum(select: Element) -> bool:
    """https://docs.slack.dev/reference/block-kit/block-elements/multi-select-menu-element"""
    most = select.get("max_selected_items", 1)
    return isinstance(most, int) and most >= 1


def _is_multi_static(select: Element) -> bool:
    return _has_maximum(select) and _is_static_select(select)


def _is_multi_external(select: Element) -> bool:
    held = select.get("initial_options", [])
    return _has_maximum(select) and _is_external_select(select) and (held == [] or _are_options(held, MOST_OPTIONS))


def _is_multi_users(select: Element) -> bool:
    held = select.get("initial_users", [])
    are_ids = isinstance(held, list) and all(isinstance(user_id, str) for user_id in held)
    return _has_maximum(select) and _has_placeholder(select) and are_ids


def _has_placeholder(element: Element) -> bool:
    return "placeholder" not in element or is_plain(element["placeholder"], 150)


def _is_overflow(overflow: Element) -> bool:
    return _are_options(overflow.get("options"), MOST_IN_OVERFLOW)


def _are_boxes(boxes: Element) -> bool:
    """https://docs.slack.dev/reference/block-kit/block-elements/checkboxes-element, and the radio buttons beside it"""
    return _are_options(boxes.get("options"), MOST_BOXES) and _holds_what_it_offers(boxes)


def _is_text_input(field: Element) -> bool:
    """https://docs.slack.dev/reference/block-kit/block-elements/plain-text-input-element"""
    return _has_placeholder(field) and len(str(field.get("initial_value", ""))) <= field.get("max_length", 3000) <= 3000


def _is_number_input(field: Element) -> bool:
    """https://docs.slack.dev/reference/block-kit/block-elements/number-input-element"""
    initial, are_decimal = field.get("initial_value", "0"), field.get("is_decimal_allowed")
    return _has_placeholder(field) and isinstance(are_decimal, bool) and is_number(initial, are_decimal)


_CHECKS: dict[str, Callable[[Element], bool]] = {
    "button": _is_button,
    "static_select": _is_static_select,
    "external_select": _is_external_select,
    "overflow": _is_overflow,
    "radio_buttons": _are_boxes,
    "checkboxes": _are_boxes,
    "multi_static_select": _is_multi_static,
    "multi_external_select": _is_multi_external,
    "multi_users_select": _is_multi_users,
    "plain_text_input": _is_text_input,
    "number_input": _is_number_input,
}
