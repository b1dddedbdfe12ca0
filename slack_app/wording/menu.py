"""The menu of tools."""

from __future__ import annotations

from collections.abc import Sequence

from slack_app.model.tools import Connection, Connector, Owner
from slack_app.wording.connect import answer_follows
from slack_app.wording.text import label


def loading() -> str:
    return f"I asked which tools your organization offers. {answer_follows()}"


def lead() -> str:
    return "*Which tool do you want to connect?*\nChoose it, or type to search. Only you will see the link."


def empty(command: str) -> str:
    return f"Your organization offers no tools here yet. Admins choose them with `{command} setup`."


def option(connector: Connector, accounts: Sequence[Connection]) -> str:
    return label(f"{connector.name} · {_connected_as(accounts)}" if accounts else connector.name)


def _connected_as(accounts: Sequence[Connection]) -> str:
    own = [account for account in accounts if account.owner is Owner.SELF]
    if not own:
        return "connected by somebody else"
    names = [name for account in own if (name := account.label or account.account)]
    whom = f"connected as {names[0]}" if names else "connected"
    more = f" and {len(own) - 1} more" if len(own) > 1 else ""
    return whom + more + ("" if any(account.is_active for account in own) else ", off")


def category(word: str) -> str:
    """Return a category as people read it; the platform's own words may be keys."""
    text = " ".join(word.replace("_", " ").split())
    return label(text[:1].upper() + text[1:]) or "Other"


def placeholder() -> str:
    return "Choose a tool"


def title() -> str:
    return "Connect a tool"


def field() -> str:
    return "Tool"


def hint() -> str:
    return "Only you see your link."


def submit() -> str:
    return "Get my link"
