"""What went wrong and what to do next, with the reference that leads to the log line."""

from __future__ import annotations

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    ContextBlock,
)
from slack_sdk.models.views import View

from slack_app import wording
from slack_app.features.key import NEEDS_KEY
from slack_app.features.pending_requests import NEEDS_ADMIN
from slack_app.model.messages import Failure, Message
from slack_app.views import ask_admin, key
from slack_app.views.prose import mrkdwn, section
from slack_app.views.render import render_message, render_modal
from slack_app.views.understand import all_tools_button, connect_button

TYPED = frozenset(["connector_unknown", "name_invalid", "not_understood"])
"""What was typed was no tool: nobody has to look that up, and what there is helps."""


@render_message.register
def failure_message(fact: Failure, command: str) -> Message:
    """Tell the person why there is no link."""
    text = wording.failure.sentence(fact.reason, fact.facts, command)
    reference = wording.failure.reference(fact.reference)
    blocks: list[Block] = [section(text)]
    if buttons := buttons_of(fact):
        blocks.append(ActionsBlock(elements=buttons))
    if fact.reason in TYPED:
        return Message(text, [block.to_dict() for block in blocks])
    blocks.append(ContextBlock(elements=[mrkdwn(reference)]))
    return Message(f"{text}\n{reference}", [block.to_dict() for block in blocks])


@render_modal.register
def failure_modal(fact: Failure, command: str) -> View:
    """Tell the person in a modal why it did not come about."""
    text = f"{wording.failure.sentence(fact.reason, fact.facts, command)}\n{wording.failure.reference(fact.reference)}"
    return key.notice(wording.failure.title(), text)


def buttons_of(fact: Failure) -> list[ButtonElement]:
    """Return what can be done about it."""
    if fact.reason in NEEDS_ADMIN and fact.draft_id:
        return [ask_admin.ask_button(fact.draft_id)]
    if fact.reason in NEEDS_KEY:
        label = wording.key.change_button() if fact.reason == "key_refused" else wording.key.add_button()
        return [key.open_button(label, fact.draft_id)]
    if fact.reason not in TYPED:
        return []
    tools = [connect_button(tool_key, name) for tool_key, name in fact.facts.get("nearest", {}).items()]
    return [*tools, all_tools_button()]
