"""What can be disconnected, and that a tool is not connected."""

from __future__ import annotations

from slack_app.wording.text import plain


def not_connected(tool: str, *, can_connect: bool) -> str:
    return f"You haven't connected *{plain(tool)}*." + ("" if can_connect else " Nothing changed.")


def disconnect_choice(unknown: str, *, is_near: bool, is_own: bool) -> str:
    if not unknown:
        return "*What do you want to disconnect?*"
    if is_near:
        return f"I don't know a tool called “{plain(unknown)}”. Did you mean this?"
    what = "you have connected" if is_own else "is connected"
    return f"I don't know a tool called “{plain(unknown)}”. This is what {what}:"


def nothing_connected() -> str:
    return "You haven't connected anything. Nothing changed."
