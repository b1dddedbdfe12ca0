"""A text with buttons below it, or with none: what most messages are."""

from __future__ import annotations

from collections.abc import Sequence

from slack_sdk.models.blocks import ActionsBlock, Block, ButtonElement, MarkdownTextObject, SectionBlock

from slack_app.model.messages import Message


def prose(text: str, buttons: Sequence[ButtonElement] = ()) -> Message:
    """Return the message."""
    blocks: list[Block] = [section(text)]
    if buttons:
        blocks.append(ActionsBlock(elements=list(buttons)))
    return Message(text, [block.to_dict() for block in blocks])


def section(text: str) -> SectionBlock:
    """Return the text as a block."""
    return SectionBlock(text=mrkdwn(text))


def mrkdwn(text: str) -> MarkdownTextObject:
    """Return the text as one that Slack formats by its marks alone: no view makes one otherwise.

    Without `verbatim` it also makes links of bare addresses, `#general` and `@here`, which may be parts of a name.
    https://docs.slack.dev/reference/block-kit/composition-objects/text-object
    """
    return MarkdownTextObject(text=text, verbatim=True)
