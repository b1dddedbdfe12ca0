"""The set-up of a workspace: the form for its admins, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    DividerBlock,
    ExternalDataMultiSelectElement,
    InputBlock,
    InputInteractiveElement,
    Option,
    PlainTextInputElement,
    PlainTextObject,
    RadioButtonsElement,
    StaticMultiSelectElement,
    UserMultiSelectElement,
)
from slack_sdk.models.views import View

from slack_app import wording
from slack_app.features.search import labelled, told_apart
from slack_app.features.setup import (
    SetupChecking,
    SetupDone,
    SetupForm,
    SetupOffer,
    SetupOpening,
)
from slack_app.features.setup_check import MOST_SHOWN
from slack_app.model.messages import Message
from slack_app.model.tools import Connector
from slack_app.model.workspaces import KeyMode
from slack_app.views.ids import ActionId, CallbackId
from slack_app.views.key import key_input, notice
from slack_app.views.prose import prose, section
from slack_app.views.render import render_message, render_modal
from slack_app.views.understand import word_button
from slack_app.views.values import Value

ORGANIZATION, KEY_MODE, WHO, ADMIN_CONTACTS = "organization", "way", "who", "notify"
"""The ids of the fields, and of their blocks."""
AGAIN = "again"
"""What a form carries that stands where something else stood before."""
EVERYBODY, NO_GUESTS = "everybody", "no_guests"
MOST_OPTIONS = MOST_SHOWN
"""https://docs.slack.dev/reference/block-kit/block-elements/multi-select-menu-element"""


@render_modal.register
def form(fact: SetupForm, _command: str) -> View:
    """Ask for all of it."""
    setup = fact.setup
    shown = f"{setup.version}:{fact.draft_id}" if fact.draft_id else str(setup.version)
    blocks: list[Block] = [section(text) for text in _leads(fact)]
    blocks += [
        _organization(fact),
        _key_mode(fact),
        _key(fact),
        _who(fact),
        *_allowed_connectors(fact),
        _admin_contacts(fact),
    ]
    if setup.version and setup.organization_id and not fact.effect:
        blocks += [DividerBlock(), ActionsBlock(elements=[_REMOVE])]
    return View(
        type="modal",
        callback_id=CallbackId.SETUP,
        private_metadata=str(Value(shown, AGAIN if fact.is_again else "")),
        title=PlainTextObject(text=wording.setup.title()),
        submit=PlainTextObject(text=wording.setup.save_anyway() if fact.effect else wording.setup.submit()),
        close=PlainTextObject(text=wording.buttons.cancel()),
        blocks=blocks,
    )


@render_message.register
def not_saved(fact: SetupForm, _command: str) -> Message:
    """Tell an admin who has closed the form why it was not saved."""
    text = wording.setup.problem(fact) if fact.problem else _effect(wording.setup.not_confirmed(), fact)
    return prose(text, [open_button(wording.setup.open_button())])


@render_message.register
def opening(_fact: SetupOpening, _command: str) -> Message:
    """Acknowledge the request."""
    return prose(wording.setup.opening())


@render_message.register
def offer(fact: SetupOffer, command: str) -> Message:
    """Offer to open the form."""
    return prose(wording.setup.offer(fact, command), [open_button(wording.setup.open_button())])


@render_modal.register
def checking(_fact: SetupChecking, _command: str) -> View:
    """Tell the person that it is being checked."""
    return notice(wording.setup.title(), wording.key.checking())


@render_message.register
def done(fact: SetupDone, _command: str) -> Message:
    """Tell the person that it is saved, and what holds now."""
    return prose(wording.setup.done(fact), [word_button("menu"), open_button(wording.setup.open_button())])


@render_modal.register
def done_modal(fact: SetupDone, command: str) -> View:
    """Tell the person that it is saved, and what holds now."""
    view = notice(wording.setup.title(), wording.setup.done(fact, command))
    if fact.can_choose:
        button = ButtonElement(
            text=PlainTextObject(text=wording.setup.choose_button()), action_id=ActionId.OPEN_SETUP, value=str(Value())
        )
        view.blocks.append(ActionsBlock(elements=[button]))
    return view


def _leads(fact: SetupForm) -> Sequence[str]:
    """Return what stands above the form: what is wrong, or what it does."""
    if fact.problem:
        return [wording.setup.problem(fact), wording.setup.lead()]
    if fact.effect:
        return [_effect(wording.setup.confirm(), fact)]
    return [wording.setup.lead()]


def _effect(lead: str, fact: SetupForm) -> str:
    return "\n".join([lead, *(wording.setup.effect(fact.effect) if fact.effect else [])])


def open_button(label: str) -> ButtonElement:
    """Return the button that opens the form."""
    return ButtonElement(
        text=PlainTextObject(text=label), action_id=ActionId.OPEN_SETUP, value=str(Value()), style="primary"
    )


_REMOVE = ButtonElement(
    text=PlainTextObject(text=wording.setup.remove_button()),
    action_id=ActionId.REMOVE_SETUP,
    value=str(Value()),
    style="danger",
)


def _organization(fact: SetupForm) -> InputBlock:
    element = PlainTextInputElement(
        action_id=ORGANIZATION, initial_value=fact.setup.organization_id or None, max_length=128
    )
    return _input(ORGANIZATION, wording.setup.organization_label(), element, hint=wording.setup.organization_hint())


def _key_mode(fact: SetupForm) -> InputBlock:
    modes = [KeyMode.PER_USER, KeyMode.SHARED, *([KeyMode.OPERATOR] if fact.setup.key_mode is KeyMode.OPERATOR else [])]
    options = {mode: _option(mode.value, *wording.setup.key_mode(mode)) for mode in modes}
    element = RadioButtonsElement(
        action_id=KEY_MODE, options=list(options.values()), initial_option=options[fact.setup.key_mode]
    )
    return _input(KEY_MODE, wording.setup.key_mode_label(), element)


def _key(fact: SetupForm) -> InputBlock:
    """Without a key nothing can be set up; what stands there already can be changed without."""
    is_set_up = bool(fact.setup.version and fact.setup.organization_id) or fact.setup.key_mode is KeyMode.OPERATOR
    return key_input(hint=wording.setup.key_hint(fact), optional=is_set_up or fact.ending is not None)


def _who(fact: SetupForm) -> InputBlock:
    options = {
        True: _option(EVERYBODY, wording.setup.everybody()),
        False: _option(NO_GUESTS, wording.setup.no_guests()),
    }
    element = RadioButtonsElement(
        action_id=WHO, options=list(options.values()), initial_option=options[fact.setup.guests_allowed]
    )
    return _input(WHO, wording.setup.who_label(), element)


def _allowed_connectors(fact: SetupForm) -> Sequence[InputBlock]:
    """Above a hundred tools Slack takes no list, and typing asks us; of none that were read there is no choice.

    What is offered stays a choice, though it be gone from the list: else nothing would be chosen, which means all.
    """
    if not fact.connectors:
        return []
    names = {key: key for key in fact.setup.allowed_connectors} | dict(labelled(fact.connectors))
    options = {key: _option(key, name) for key, name in names.items()}
    chosen = [options[key] for key in fact.setup.allowed_connectors if key in options][:MOST_OPTIONS] or None
    placeholder = PlainTextObject(text=wording.setup.offered_placeholder())
    element: StaticMultiSelectElement | ExternalDataMultiSelectElement
    if len(options) > MOST_OPTIONS:
        element = ExternalDataMultiSelectElement(
            action_id=ActionId.ALLOWED_CONNECTORS, placeholder=placeholder, initial_options=chosen, min_query_length=0
        )
    else:
        element = StaticMultiSelectElement(
            action_id=ActionId.ALLOWED_CONNECTORS,
            placeholder=placeholder,
            options=list(options.values()),
            initial_options=chosen,
        )
    hint = wording.setup.offered_hint(is_kept=fact.is_again and bool(chosen))
    return [_input(ActionId.ALLOWED_CONNECTORS, wording.setup.offered_label(), element, hint=hint, optional=True)]


def suggestions(connectors: Sequence[Connector]) -> list[dict[str, Any]]:
    """Return what fits the letters typed so far, as many tools as one answer may hold."""
    return [_option(c.tool_key, c.name).to_dict() for c in told_apart(connectors)[:MOST_OPTIONS]]


def _admin_contacts(fact: SetupForm) -> InputBlock:
    element = UserMultiSelectElement(
        action_id=ADMIN_CONTACTS,
        placeholder=PlainTextObject(text=wording.setup.notify_placeholder()),
        initial_users=list(fact.setup.admin_contacts) or None,
        max_selected_items=5,
    )
    hint = wording.setup.notify_hint(is_kept=fact.is_again and bool(fact.setup.admin_contacts))
    return _input(ADMIN_CONTACTS, wording.setup.notify_label(), element, hint=hint, optional=True)


def _input(
    name: str, label: str, element: InputInteractiveElement, *, hint: str = "", optional: bool = False
) -> InputBlock:
    return InputBlock(
        block_id=name,
        label=PlainTextObject(text=label),
        element=element,
        hint=PlainTextObject(text=hint) if hint else None,
        optional=optional,
    )


def _option(value: str, label: str, description: str = "") -> Option:
    more = PlainTextObject(text=description) if description else None
    return Option(value=value, text=PlainTextObject(text=wording.text.label(label)), description=more)
