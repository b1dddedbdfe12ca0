"""The message of a link in each state of its life: offered, connected, declined, expired, cancelled, replaced."""

from __future__ import annotations

from typing import Any

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    ConfirmObject,
    ContextBlock,
    PlainTextObject,
)
from slack_sdk.models.views import View

from slack_app import wording
from slack_app.features.connect import AnsweredElsewhere, LinkInModal, LinkLoading
from slack_app.features.deliver_link import LinkAnswer, LinkReady
from slack_app.features.link_actions import WrongAccountDisconnected
from slack_app.features.link_messages import Ended
from slack_app.model.links import Outcome, PendingLink
from slack_app.model.messages import Message
from slack_app.views.ids import ActionId
from slack_app.views.key import notice
from slack_app.views.prose import mrkdwn, prose, section
from slack_app.views.render import render_message, render_modal
from slack_app.views.understand import word_button
from slack_app.views.values import Value

LONGEST_ADDRESS = 3400
"""With its escapes, so that the lines before it find room in the 4,000 characters of an edit (adapters/slack.py)."""


@render_message.register
def link_ready(fact: LinkReady, _command: str) -> Message:
    """Bring the link, in the direct message."""
    return _offer(fact.live, wording.link.lead(fact.live), fact.checked_at)


@render_message.register
def link_answer(fact: LinkAnswer, _command: str) -> Message:
    """Bring the link, in the private answer, which can be changed only after a button of it was pressed."""
    where = wording.link.also_in_dm() if fact.in_dm else wording.link.only_here()
    return _offer(fact.live, wording.link.lead(fact.live, where), fact.checked_at)


@render_modal.register
def link_loading(_fact: LinkLoading, _command: str) -> View:
    """Tell the person that the link comes."""
    return notice(wording.menu.title(), wording.connect.loading())


@render_modal.register
def link_in_modal(fact: LinkInModal, _command: str) -> View:
    """Bring the link, in the modal that it was asked for in."""
    saved = [] if fact.key_ending is None else [section(wording.key.saved(fact.key_ending))]
    return View(
        type="modal",
        title=PlainTextObject(text=wording.menu.title()),
        close=PlainTextObject(text=wording.buttons.close()),
        blocks=[
            *saved,
            section(wording.link.lead(fact.live)),
            *([ContextBlock(elements=[mrkdwn(wording.link.shared_key())])] if fact.live.explains_key else []),
            ActionsBlock(elements=[open_button(fact.live)]),
            ContextBlock(elements=[mrkdwn(wording.link.terms(fact.live)), mrkdwn(wording.link.also_in_dm())]),
        ],
    )


@render_modal.register
def answered_elsewhere(fact: AnsweredElsewhere, _command: str) -> View:
    """Tell the person where the answer stands."""
    saved = [] if fact.key_ending is None else [wording.key.saved(fact.key_ending)]
    return notice(wording.menu.title(), " ".join([*saved, wording.connect.answered_in(fact.channel_id)]))


@render_message.register
def ended(fact: Ended, _command: str) -> Message:
    """Tell the person how it ended, and offer what can be done then."""
    live = fact.live
    text = wording.link.ended(live)
    if live.outcome is Outcome.CONNECTED:
        buttons = [_wrong_account_button(live)] if live.connection else []
        buttons += [word_button("status")] * bool(live.connection and live.connection.is_repeated)
    elif live.outcome is Outcome.REPLACED:
        buttons = []
    else:
        buttons = [_button(wording.link.new_link_button(), ActionId.RENEW_LINK, live)]
        buttons += [word_button("status")] * (live.outcome is Outcome.UNKNOWN)
    return prose(text, buttons)


@render_message.register
def wrong_account_disconnected(fact: WrongAccountDisconnected, _command: str) -> Message:
    """Tell the person that the wrong account is gone."""
    return prose(
        wording.link.wrong_account_disconnected(fact.live),
        [_button(wording.link.new_link_button(), ActionId.RENEW_LINK, fact.live, style="primary")],
    )


def _offer(live: PendingLink, lead: str, checked_at: float | None) -> Message:
    """Offer the link; the address stands last and small, as plain text, exactly as the platform gave it."""
    url = live.link.url
    first = [wording.link.shared_key()] * live.explains_key  # to be read before the button is pressed
    lines = [wording.link.terms(live)]
    lines += [wording.link.checked(live.link.tool, checked_at)] if checked_at is not None else []
    buttons = [
        _button(wording.link.button(live.link.tool), ActionId.OPEN_LINK, live, url=url, style="primary"),
        _button(wording.link.check_button(), ActionId.CHECK_LINK, live),
        _button(wording.buttons.cancel(), ActionId.CANCEL_LINK, live),
    ]
    blocks: list[Block] = [
        section(lead),
        *(ContextBlock(elements=[mrkdwn(line)]) for line in first),
        ActionsBlock(elements=buttons),
        *(ContextBlock(elements=[mrkdwn(line)]) for line in lines),
        ContextBlock(elements=[PlainTextObject(text=url, emoji=False)]),
    ]
    address = wording.text.escaped(url)
    if len(address) > LONGEST_ADDRESS:  # so that it stands whole in a text that is edited in
        address = wording.text.sparsely_escaped(url)
    return Message("\n".join([lead, *first, *lines, address]), [block.to_dict() for block in blocks])


def open_button(live: PendingLink) -> ButtonElement:
    """Return the button that opens the link, for where the tool is named beside it: App Home and modal."""
    tool = wording.link.button(live.link.tool)
    more = {"url": live.link.url, "style": "primary", "accessibility_label": tool}
    return _button(wording.home.open_button(), ActionId.OPEN_LINK, live, **more)


def _button(label: str, action_id: ActionId, live: PendingLink, **more: Any) -> ButtonElement:
    return ButtonElement(
        text=PlainTextObject(text=label),
        action_id=action_id,
        value=str(Value(live.id, live.link.connector_type)),
        **more,
    )


def _wrong_account_button(live: PendingLink) -> ButtonElement:
    confirm = ConfirmObject(
        title=PlainTextObject(text=wording.link.disconnect_title()),
        text=PlainTextObject(text=wording.link.wrong_account_text(live)),
        confirm=PlainTextObject(text=wording.link.disconnect_button()),
        deny=PlainTextObject(text=wording.link.keep_button()),
        style="danger",
    )
    return _button(wording.link.wrong_account_button(), ActionId.WRONG_ACCOUNT, live, confirm=confirm)
