"""On the way to a link."""

from __future__ import annotations

from slack_app.wording.text import local_time, plain


def accepted(connector: str) -> str:
    if not connector:
        return f"I look for that tool. {answer_follows()}"
    return f"I asked for your *{plain(connector)}* link. {answer_follows()}"


def answer_follows() -> str:
    """Close an acknowledgement: Slack lets nobody change it, so it must stay true."""
    return "The answer comes right below, and only you see it."


def still_working(connector: str, until: float) -> str:
    if not connector:
        return (
            "This takes longer than usual: the connector service is slow to answer. "
            f"I keep trying until {local_time(until)}. There is nothing you need to do."
        )
    return (
        f"Your *{plain(connector)}* link takes longer than usual: the service that makes it is slow to answer. "
        f"I keep trying until {local_time(until)}, and bring it to you as soon as I have it. "
        "There is nothing you need to do."
    )


def in_turn(connector: str) -> str:
    return (
        f"Somebody else of your organization is connecting *{plain(connector)}* right now, and with this tool only one "
        "person can at a time. Your link comes by itself when it is your turn: there is nothing you need to do."
    )
