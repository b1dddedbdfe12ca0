"""What stands in Slack, and where."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from slack_app.model.facts import HomeFact, MessageOrModalFact
from slack_app.model.users import SlackUser


def is_dm(channel_id: str) -> bool:
    """Return whether it is a conversation of two: https://docs.slack.dev/reference/objects/conversation-object"""
    return channel_id.startswith("D")


@dataclass(frozen=True, slots=True)
class MessageRef:
    """Where a message stands in Slack."""

    channel_id: str
    ts: str


@dataclass(frozen=True, slots=True)
class AdminPost:
    """Where a question to an admin stands: who wanted it, and about which tool (its name; empty for none)."""

    admin: SlackUser
    dm: MessageRef
    person: SlackUser
    tool: str


@dataclass(frozen=True, slots=True)
class HomeFilter:
    """What a person looks for in the App Home: what they typed, and the category; empty for everything."""

    query: str = ""
    category: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """A rendered message: `text` says everything that `blocks` say, for notifications and screen readers."""

    text: str
    blocks: Sequence[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Failure(MessageOrModalFact, HomeFact):
    """Why there is no link: the reason picks the sentence, the reference leads to the log line.

    Where somebody can solve it, the request waits under `draft_id` until then. `is_admin`: whoever reads it can set the
    app up, so that they are sent to nobody else; None where that is not known.
    """

    reason: str
    facts: Mapping[str, Any]
    reference: str
    draft_id: str = ""
    is_admin: bool | None = None
