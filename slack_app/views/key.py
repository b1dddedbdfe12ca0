"""A person's own key: whether there is one, the modal that asks for one, and what became of it."""

from __future__ import annotations

from slack_sdk.models.blocks import (
    ActionsBlock,
    ButtonElement,
    ConfirmObject,
    InputBlock,
    PlainTextInputElement,
    PlainTextObject,
)
from slack_sdk.models.views import View

from slack_app import wording
from slack_app.features.key import AskKey, KeyChecking, KeyLoading, KeyRemoved, KeySaved, KeyShown, NoKeyNeeded
from slack_app.model.messages import Message
from slack_app.views.ids import ActionId, CallbackId
from slack_app.views.prose import prose, section
from slack_app.views.render import render_message, render_modal
from slack_app.views.understand import word_button
from slack_app.views.values import Value

KEY = "key"
"""The id of the modal's one block, and of the input in it."""
LONGEST_KEY = 512


@render_message.register
def loading(_fact: KeyLoading, _command: str) -> Message:
    """Acknowledge the request."""
    return prose(wording.key.loading())


@render_message.register
def key_shown(fact: KeyShown, _command: str) -> Message:
    """Tell the person whether they have a key, and offer to change it."""
    if fact.ending is None:
        return prose(wording.key.none(), [open_button(wording.key.add_button())])
    confirm = ConfirmObject(
        title=PlainTextObject(text=wording.key.remove_title()),
        text=PlainTextObject(text=wording.key.remove_text()),
        confirm=PlainTextObject(text=wording.key.remove_button()),
        deny=PlainTextObject(text=wording.link.keep_button()),
        style="danger",
    )
    remove = ButtonElement(
        text=PlainTextObject(text=wording.key.remove_button()),
        action_id=ActionId.REMOVE_KEY,
        value=str(Value()),
        confirm=confirm,
    )
    return prose(wording.key.shown(fact), [open_button(wording.key.change_button()), remove])


@render_message.register
def no_key_needed(_fact: NoKeyNeeded, _command: str) -> Message:
    """Tell the person that nobody needs one here."""
    return prose(wording.key.not_needed(), [word_button("menu")])


@render_modal.register
def no_key_needed_modal(_fact: NoKeyNeeded, _command: str) -> View:
    """Tell the person that nobody needs a key of their own."""
    return notice(wording.key.title(), wording.key.not_needed())


@render_message.register
def ask_key(fact: AskKey, _command: str) -> Message:
    """Ask for a key in a message: the modal could not be opened, or was closed before the key was refused."""
    text = wording.key.problem(fact) if fact.problem else wording.key.too_late()
    return prose(text, [open_button(wording.key.add_button(), fact.draft_id), *_setup_buttons(fact)])


@render_modal.register
def ask_key_modal(fact: AskKey, _command: str) -> View:
    """Ask for a key."""
    lead = [wording.key.problem(fact)] if fact.problem else []
    return View(
        type="modal",
        callback_id=CallbackId.KEY,
        private_metadata=str(Value(fact.draft_id)),
        title=PlainTextObject(text=wording.key.title()),
        submit=PlainTextObject(text=wording.key.submit()),
        close=PlainTextObject(text=wording.buttons.cancel()),
        blocks=[
            *map(section, lead),
            *(ActionsBlock(elements=[button]) for button in _setup_buttons(fact)),
            section(wording.key.lead(fact)),
            key_input(hint=wording.key.hint()),
        ],
    )


def _setup_buttons(fact: AskKey) -> list[ButtonElement]:
    """Return the way to the setup for an admin, where that is what is wrong."""
    return [word_button("setup", wording.setup.open_button())] * (
        fact.problem == "organization_unknown" and fact.is_admin is True
    )


def key_input(*, hint: str, optional: bool = False) -> InputBlock:
    """Return the field for a key; what was typed into it before is never put into it again."""
    return InputBlock(
        block_id=KEY,
        optional=optional,
        label=PlainTextObject(text=wording.key.label()),
        hint=PlainTextObject(text=hint),
        element=PlainTextInputElement(action_id=KEY, max_length=LONGEST_KEY),
    )


@render_modal.register
def checking_modal(_fact: KeyChecking, _command: str) -> View:
    """Tell the person that it is being checked."""
    return notice(wording.key.title(), wording.key.checking())


@render_message.register
def key_saved(fact: KeySaved, _command: str) -> Message:
    """Tell the person that the key is kept."""
    return prose(wording.key.kept(fact))


@render_modal.register
def key_saved_modal(fact: KeySaved, _command: str) -> View:
    """Tell the person that the key is kept, and where what they wanted comes."""
    return notice(wording.key.title(), wording.key.kept_here(fact))


@render_message.register
def key_removed(_fact: KeyRemoved, _command: str) -> Message:
    """Tell the person that the key is deleted."""
    return prose(wording.key.removed(), [open_button(wording.key.add_button())])


def notice(title: str, text: str) -> View:
    """Return a modal that tells something and asks for nothing."""
    return View(
        type="modal",
        title=PlainTextObject(text=title),
        close=PlainTextObject(text=wording.buttons.close()),
        blocks=[section(text)],
    )


def open_button(label: str, draft_id: str = "") -> ButtonElement:
    """Return the button that opens the modal; what the person wanted waits under the draft's id."""
    return ButtonElement(
        text=PlainTextObject(text=label), action_id=ActionId.OPEN_KEY, value=str(Value(draft_id)), style="primary"
    )
