"""The App Home."""

from __future__ import annotations

from slack_app.model.links import PendingLink
from slack_app.model.messages import HomeFilter
from slack_app.model.tools import Connector
from slack_app.wording import link, menu
from slack_app.wording.text import LONGEST_LABEL, local_time, plain


def loading() -> str:
    return "Looking up the tools of your organization. In a moment you can choose here."


def welcome() -> str:
    return (
        "*Welcome. Here you connect the tools that you work with.*\n"
        "Your organization's assistant can use them for you then. Press *Connect* beside a tool, then *Open link*: "
        "only you see it."
    )


def stale() -> str:
    return (
        "*The connector service does not answer right now.* What you see is what I knew last, and it can't be changed "
        "here at the moment."
    )


def search() -> str:
    return "Search"


def search_hint() -> str:
    return "Search tools"


def every_category() -> str:
    return "All categories"


def connected() -> str:
    return "Connected"


def tools() -> str:
    return "Not connected yet"


def tool(connector: Connector) -> str:
    about = [connector.category and menu.category(connector.category), connector.description]
    lines = [f"*{plain(connector.name)}*", " · ".join(plain(text, LONGEST_LABEL) for text in about if text)]
    return "\n".join(filter(None, lines))


def waiting(live: PendingLink) -> str:
    """Return what stands below a tool whose link waits for the person."""
    terms = f"Only for you · works until {local_time(live.link.expires_at)} · opens {plain(live.link.host)}"
    return "\n".join([*[link.shared_key()] * live.explains_key, terms])


def connect_button() -> str:
    return "Connect"


def open_button() -> str:
    return "Open link"


def reload_button() -> str:
    return "Try again"


def more(count: int) -> str:
    return f"And {count} more. Search for a name, or choose a category, to see them."


def narrowed(home_filter: HomeFilter) -> str:
    return f"You see only what fits {_looked_for(home_filter)}."


def nothing(home_filter: HomeFilter) -> str:
    if home_filter == HomeFilter():
        return menu.empty()
    return f"No tool matches {_looked_for(home_filter)}."


def _looked_for(home_filter: HomeFilter) -> str:
    query, category = plain(home_filter.query, 100), home_filter.category and plain(menu.category(home_filter.category))
    return " in ".join(f"*{word}*" for word in (query, category) if word) or "what you typed"
