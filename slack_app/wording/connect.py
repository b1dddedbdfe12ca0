"""On the way to a link."""

from __future__ import annotations

from slack_app.model.tool_names import known_name, proper_name
from slack_app.wording.text import local_time, plain


def accepted(connector: str) -> str:
    if not connector:
        return f"I'm looking for that tool. {answer_follows()}"
    if name := known_name(connector):
        return f"I asked for your *{name}* link. {answer_follows()}"
    return f"I'm looking for *{plain(connector)}*. {answer_follows()}"


def answer_follows() -> str:
    """Close an acknowledgement: Slack lets nobody change it, so it must stay true."""
    return "Only you will see the answer."


def may_take_longer() -> str:
    return "It may take longer than usual."


def still_working(connector: str, until: float) -> str:
    if not connector:
        return f"Still working on it. I'll post the answer here by {local_time(until)}."
    return f"Still working on your {plain(proper_name(connector))} link. I'll post it here by {local_time(until)}."


def in_turn(connector: str) -> str:
    return (
        f"Somebody else is connecting {plain(proper_name(connector))}, and only one person can at a time. "
        "I'll send you your link when it's your turn."
    )


def loading() -> str:
    return "Getting your link. It will appear here and in your messages with Freddy Connect."


def answered_in(channel_id: str) -> str:
    return f"I answered in {place(channel_id)}."


def answer_in(channel_id: str) -> str:
    return f"I'll answer in {place(channel_id)}."


def place(channel_id: str) -> str:
    """Name a conversation; only a channel has a name that Slack shows for its id."""
    if not channel_id:
        return "your messages with Freddy Connect"
    return f"<#{plain(channel_id)}>" if channel_id.startswith("C") else "the conversation where you asked"
