"""What went wrong and what to do next, with the reference that leads to the log line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    ContextBlock,
)
from slack_sdk.models.views import View

from slack_app import wording
from slack_app.features.key import NEEDS_KEY
from slack_app.features.pending_requests import CAN_BE_RETRIED, NEEDS_ADMIN
from slack_app.features.policy import NOT_OFFERED
from slack_app.model.messages import Failure, Message
from slack_app.views import ask_admin, key, setup
from slack_app.views.pending_requests import retry_button
from slack_app.views.prose import mrkdwn, section
from slack_app.views.render import render_message, render_modal
from slack_app.views.understand import all_tools_button, connect_button, word_button

TYPED = frozenset(["connector_unknown", "name_invalid", "not_understood"])
"""What was typed was no tool: what there is helps."""
NEEDS_SETUP = frozenset("workspace_unmapped workspace_key_missing organization_unknown admins_unreachable".split())
"""What admins solve in the setup."""
LOOKED_UP = frozenset(
    """
    account_fault admins_unreachable defect installation_broken not_disconnected people_unseen platform_fault
    platform_unavailable request_rejected secrets_unsealable
    """.split()
)
"""What somebody has to look up in the log: these alone have their reference."""
WORDS: Mapping[str, str] = {
    "account_unavailable": "status",
    "button_outdated": "menu",
    "connection_not_yours": "status",
    "key_typed": "key",
    "not_disconnected": "status",
    "tool_missing": "disconnect",
}
"""The word whose button leads on."""


@render_message.register
def failure_message(fact: Failure, command: str) -> Message:
    """Tell the person why there is no link."""
    text, reference = sentence(fact, command), reference_of(fact)
    blocks: list[Block] = [section(text)]
    if buttons := buttons_of(fact):
        blocks.append(ActionsBlock(elements=buttons))
    blocks += [ContextBlock(elements=[mrkdwn(line)]) for line in reference]
    return Message("\n".join([text, *reference]), [block.to_dict() for block in blocks])


@render_modal.register
def failure_modal(fact: Failure, command: str) -> View:
    """Tell the person in a modal why it did not come about."""
    text = sentence(fact, command)
    return key.notice(wording.failure.title(), "\n".join([text, *reference_of(fact)]))


def sentence(fact: Failure, command: str) -> str:
    """Return why, and what to do: for an admin what they can do themselves."""
    return wording.failure.sentence(fact.reason, fact.facts, command, is_admin=bool(fact.is_admin))


def reference_of(fact: Failure) -> Sequence[str]:
    """Return the reference, where somebody has to look it up."""
    return [wording.failure.reference(fact.reference)] if fact.reason in LOOKED_UP else []


def buttons_of(fact: Failure) -> list[ButtonElement]:
    """Return what can be done about it; whoever can solve it is sent to nobody else."""
    if fact.reason in NEEDS_ADMIN | NEEDS_SETUP:
        return _of_admin(fact) if fact.is_admin else _of_others(fact)
    if fact.reason in NEEDS_KEY:
        label = wording.key.change_button() if fact.reason == "key_refused" else wording.key.add_button()
        return [key.open_button(label, fact.draft_id)]
    if fact.reason in CAN_BE_RETRIED and fact.draft_id:
        return [retry_button(fact.draft_id)]
    if fact.reason in WORDS:
        return [word_button(WORDS[fact.reason])]
    if fact.reason not in TYPED:
        return []
    tools = [connect_button(tool_key, name) for tool_key, name in fact.facts.get("nearest", {}).items()]
    return [*tools, all_tools_button()]


def _of_admin(fact: Failure) -> list[ButtonElement]:
    if fact.reason == NOT_OFFERED and wording.text.plain(fact.facts.get("name", "")):
        return [ask_admin.offer_button(fact.facts["connector_type"], fact.facts["name"])]
    is_new = fact.reason == "workspace_unmapped"
    label = wording.understand.word_button("setup") if is_new else wording.setup.open_button()
    retry = [retry_button(fact.draft_id)] * (bool(fact.draft_id) and fact.reason in ask_admin.SOLVED_ELSEWHERE)
    return [setup.open_button(label), *retry]


def _of_others(fact: Failure) -> list[ButtonElement]:
    """Return how an admin is asked; where nobody knows whether the person is one, how they set it up, too."""
    ask = [ask_admin.ask_button(fact.draft_id)] if fact.draft_id else []
    return ask + [word_button("setup")] * (fact.reason in NEEDS_SETUP and fact.is_admin is None)
