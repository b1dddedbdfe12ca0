"""What went wrong and what to do next, with the reference that leads to the log line."""

from __future__ import annotations

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    ContextBlock,
    MarkdownTextObject,
    PlainTextObject,
    SectionBlock,
)

from slack_app import wording
from slack_app.model import Message, Trouble

CHOOSE = "trouble_choose"
"""The action ids begin so, a tool's key follows; the button's value ends in it, too."""


def trouble_message(fact: Trouble, command: str) -> Message:
    """Say why there is no link."""
    text = wording.trouble.sentence(fact.reason, fact.facts, command)
    reference = wording.trouble.reference(fact.reference)
    blocks: list[Block] = [SectionBlock(text=MarkdownTextObject(text=text))]
    if nearest := fact.facts.get("nearest"):
        blocks.append(ActionsBlock(elements=[_choice(key, name) for key, name in nearest.items()]))
    blocks.append(ContextBlock(elements=[MarkdownTextObject(text=reference)]))
    return Message(f"{text}\n{reference}", [block.to_dict() for block in blocks])


def _choice(key: str, name: str) -> ButtonElement:
    label = PlainTextObject(text=wording.link.button(name))
    return ButtonElement(text=label, action_id=f"{CHOOSE}:{key}", value=f":{key}")
