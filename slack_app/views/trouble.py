"""What went wrong and what to do next, with the reference that leads to the log line."""

from __future__ import annotations

from slack_sdk.models.blocks import ContextBlock, MarkdownTextObject, SectionBlock

from slack_app import wording
from slack_app.model import Message, Trouble


def trouble_message(fact: Trouble, command: str) -> Message:
    """Say why there is no link."""
    text = wording.trouble(fact.reason, fact.facts, command)
    reference = wording.reference(fact.reference)
    blocks = [
        SectionBlock(text=MarkdownTextObject(text=text)),
        ContextBlock(elements=[MarkdownTextObject(text=reference)]),
    ]
    return Message(f"{text}\n{reference}", [block.to_dict() for block in blocks])
