"""The messages on the way of a link: taken on, takes longer, here it is."""

from __future__ import annotations

from slack_sdk.models.blocks import (
    ActionsBlock,
    ButtonElement,
    ContextBlock,
    MarkdownTextObject,
    PlainTextObject,
    SectionBlock,
)

from slack_app import wording
from slack_app.features.connect import Accepted, LinkAnswer, LinkReady, StillWorking
from slack_app.model import Job, Link, Message

OPEN_LINK = "connect_open_link"
"""The action id of the link button; Slack reports the press, there is nothing to do on it."""


def accepted(fact: Accepted, _command: str) -> Message:
    """Acknowledge the request."""
    return _sentence(wording.accepted(fact.connector_type))


def still_working(fact: StillWorking, _command: str) -> Message:
    """Say that it takes longer."""
    return _sentence(wording.still_working(fact.connector_type, fact.until))


def link_ready(fact: LinkReady, _command: str) -> Message:
    """Bring the link, in the direct message."""
    return _link(fact.job, fact.link, wording.link_lead(fact.job.person, fact.link))


def link_answer(fact: LinkAnswer, _command: str) -> Message:
    """Bring the link, in the private answer."""
    where = wording.link_also_in_dm() if fact.in_dm else wording.link_only_here()
    return _link(fact.job, fact.link, f"{wording.link_lead(fact.job.person, fact.link)} {where}")


def _sentence(text: str) -> Message:
    return Message(text, [SectionBlock(text=MarkdownTextObject(text=text)).to_dict()])


def _link(job: Job, link: Link, lead: str) -> Message:
    """The address stands as plain text: exactly as the platform gave it, whatever characters it has."""
    label, terms = wording.link_button(link.connector_type), wording.link_terms(job.person, link)
    blocks = [
        SectionBlock(text=MarkdownTextObject(text=lead)),
        ActionsBlock(
            elements=[
                ButtonElement(text=PlainTextObject(text=label), url=link.url, action_id=OPEN_LINK, style="primary")
            ]
        ),
        ContextBlock(elements=[MarkdownTextObject(text=wording.link_address())]),
        SectionBlock(text=PlainTextObject(text=link.url, emoji=False)),
        ContextBlock(elements=[MarkdownTextObject(text=terms)]),
    ]
    text = "\n".join([lead, f"{wording.link_address()} {wording.escaped(link.url)}", terms])
    return Message(text, [block.to_dict() for block in blocks])
