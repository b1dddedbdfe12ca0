"""Asks for what a tool needs to know: a message with a button, and the modal behind it."""

from __future__ import annotations

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    InputBlock,
    InputInteractiveElement,
    NumberInputElement,
    Option,
    PlainTextInputElement,
    PlainTextObject,
    RadioButtonsElement,
)
from slack_sdk.models.views import View

from slack_app import wording
from slack_app.features.details import Details
from slack_app.model.messages import Message
from slack_app.model.parameters import as_text, at, base, converted
from slack_app.views.ids import ActionId, CallbackId
from slack_app.views.prose import section
from slack_app.views.render import render_message, render_modal
from slack_app.views.values import Value

VALUE = "value"
"""The action id of the modal's inputs; a block's id is the detail's path.

Where its kind is known, that is the action id.
"""
LONGEST_VALUE = 1000


@render_message.register
def details(fact: Details, command: str) -> Message:
    """Tell the person what is missing, or was not accepted."""
    text = wording.details.message(fact, command)
    button = ButtonElement(
        text=PlainTextObject(text=wording.details.button()),
        action_id=ActionId.OPEN_DETAILS,
        value=str(Value(fact.draft_id, fact.tool_key)),
        style="primary",
    )
    blocks: list[Block] = [section(text), ActionsBlock(elements=[button])]
    return Message(text, [block.to_dict() for block in blocks])


@render_modal.register
def details_modal(fact: Details, _command: str) -> View:
    """Ask for the details."""
    return View(
        type="modal",
        callback_id=CallbackId.DETAILS,
        private_metadata=str(Value(fact.draft_id, fact.tool_key)),
        title=PlainTextObject(text=wording.menu.title()),
        submit=PlainTextObject(text=wording.menu.submit()),
        close=PlainTextObject(text=wording.buttons.cancel()),
        blocks=[
            section(wording.details.lead(fact)),
            *(_input(fact, key) for key in fact.keys),
        ],
    )


def _input(fact: Details, path: str) -> InputBlock:
    asked, kind = wording.details.detail(fact.tool_key, path), fact.kinds.get(path, "")
    element, shows_it = _field(fact, path, kind, asked.example)
    hint = asked.hint or wording.details.hint(kind)
    typed = as_text(at(fact.given, path) or "")
    if typed and not shows_it:
        hint = f"{wording.details.you_gave(typed)} {hint}".strip()
    return InputBlock(
        block_id=path,
        label=PlainTextObject(text=asked.label),
        hint=PlainTextObject(text=hint) if hint else None,
        element=element,
    )


def _field(fact: Details, path: str, kind: str, example: str) -> tuple[InputInteractiveElement, bool]:
    """Return the field for the kind, with what was given before, and whether it could take that."""
    given = at(fact.given, path)
    placeholder = PlainTextObject(text=example) if example else None
    field: InputInteractiveElement
    if kind in ("integer", "number"):
        number = _as(given, kind)
        field = NumberInputElement(
            action_id=kind, is_decimal_allowed=kind == "number", initial_value=number, placeholder=placeholder
        )
        return field, number is not None
    if kind == "boolean":
        options = {value: Option(value=value, label=label) for value, label in wording.details.CHOICES.items()}
        chosen = _as(given, kind)
        initial = options.get(chosen or "")
        return RadioButtonsElement(action_id=kind, options=[*options.values()], initial_option=initial), bool(initial)
    text = None if given is None else as_text(given)
    fits = text is None or len(text) <= LONGEST_VALUE
    field = PlainTextInputElement(
        action_id=VALUE if kind in ("", "string") else kind,
        initial_value=text if fits else None,
        placeholder=placeholder,
        max_length=LONGEST_VALUE,
        multiline=True if base(kind) in ("array", "object") or "\n" in (text or "") else None,
    )
    return field, fits


def _as(given: object, kind: str) -> str | None:
    """Return what was given as the field takes it; None where it cannot."""
    try:
        return as_text(converted(given, kind)) if not isinstance(given, list) else None
    except ValueError:
        return None
