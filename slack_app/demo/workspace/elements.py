"""What people press, choose from and type into: what Slack refuses of it, and what it tells the app of its use.

https://docs.slack.dev/reference/block-kit/block-elements; elements that the app does not use are taken unread.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

Element = dict[str, Any]
MOST_OPTIONS, MOST_GROUPS, MOST_IN_OVERFLOW, MOST_RADIOS = 100, 100, 5, 10


def is_valid(element: Element) -> bool:
    """Say whether Slack would take the element."""
    check = _CHECKS.get(str(element.get("type")))
    return len(str(element.get("action_id", ""))) <= 255 and _is_confirm(element) and (check is None or check(element))


def offers(element: Element, suggested: list[Element]) -> list[Element]:
    """Give the options of a select, an overflow menu or radio buttons; `suggested` are those the app named last."""
    if element.get("type") == "external_select":
        return suggested
    return flattened(element)


def flattened(holder: Element) -> list[Element]:
    """Give the options of an element or of a suggestion, with or without groups."""
    groups = holder.get("option_groups") or []
    return [*(holder.get("options") or []), *(option for group in groups for option in group["options"])]


def has_options(element: Element) -> bool:
    """Say whether one chooses in it."""
    return element.get("type") in _CHOICES


def used(element: Element, value: str | None, options: list[Element]) -> Element | None:
    """Give the element's part of an action; None when it does not offer the value.

    https://docs.slack.dev/reference/interaction-payloads/block_actions-payload
    """
    action = {key: element[key] for key in ("type", "action_id") if key in element}
    if element.get("type") == "button":
        return action | {key: element[key] for key in ("text", "value", "url", "style") if key in element}
    if element.get("type") == "plain_text_input":
        return action | {"value": value}
    chosen = next((option for option in options if option.get("value") == value), None)
    if chosen is None:
        return None
    return action | {"selected_option": chosen} | {key: element[key] for key in ("placeholder",) if key in element}


def filled(element: Element, value: str | None, options: list[Element]) -> Element | None:
    """Give the element's part of a view's state; None for one that holds nothing.

    https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload
    """
    kind = element.get("type")
    if kind == "plain_text_input":
        return {"type": kind, "value": value or None}
    if kind not in _CHOICES or kind == "overflow":
        return None
    chosen = next((option for option in options if option.get("value") == value), None)
    return {"type": kind, "selected_option": chosen}


def initial(element: Element) -> str | None:
    """Give what the element holds before anybody touched it."""
    option = element.get("initial_option")
    return option.get("value") if isinstance(option, dict) else element.get("initial_value")


def is_plain(text: object, limit: int) -> bool:
    """Say whether it is a plain_text object of at most so many characters."""
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
    """Say whether Slack would show what the app suggests; an empty list of options is one."""
    groups, options = answer.get("option_groups"), answer.get("options")
    if groups is not None:
        return isinstance(groups, list) and len(groups) <= MOST_GROUPS and all(_is_group(group) for group in groups)
    return options == [] or _are_options(options, MOST_OPTIONS)


def _is_static_select(select: Element) -> bool:
    """https://docs.slack.dev/reference/block-kit/block-elements/select-menu-element"""
    is_grouped = "option_groups" in select
    if is_grouped == ("options" in select) or not _has_placeholder(select):
        return False
    first = select.get("initial_option")
    return are_suggestions(select) and bool(flattened(select)) and (first is None or first in flattened(select))


def _is_external_select(select: Element) -> bool:
    return _has_placeholder(select) and isinstance(select.get("min_query_length", 3), int)


def _has_placeholder(element: Element) -> bool:
    return "placeholder" not in element or is_plain(element["placeholder"], 150)


def _is_overflow(overflow: Element) -> bool:
    return _are_options(overflow.get("options"), MOST_IN_OVERFLOW)


def _are_radios(radios: Element) -> bool:
    return _are_options(radios.get("options"), MOST_RADIOS)


def _is_text_input(field: Element) -> bool:
    """https://docs.slack.dev/reference/block-kit/block-elements/plain-text-input-element"""
    return _has_placeholder(field) and len(str(field.get("initial_value", ""))) <= field.get("max_length", 3000) <= 3000


_CHECKS: dict[str, Callable[[Element], bool]] = {
    "button": _is_button,
    "static_select": _is_static_select,
    "external_select": _is_external_select,
    "overflow": _is_overflow,
    "radio_buttons": _are_radios,
    "plain_text_input": _is_text_input,
}
_CHOICES = frozenset(["static_select", "external_select", "overflow", "radio_buttons"])
