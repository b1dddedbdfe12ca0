"""The App Home."""

from __future__ import annotations

from slack_app.model.links import PendingLink
from slack_app.model.messages import HomeFilter
from slack_app.model.tools import Connector
from slack_app.wording import link, menu
from slack_app.wording.text import LONGEST_LABEL, local_time, plain


def loading() -> str:
    return "Looking up your organization's tools. You can choose here in a moment."


def welcome() -> str:
    return (
        "*Welcome. Connect the tools you work with.*\n"
        "Press *Connect* beside a tool, then *Open link*. Only you see it. Then your assistant can use the tool."
    )


def looking_up() -> str:
    return "Looking up what you have connected. You can choose a tool meanwhile."


def stale() -> str:
    return "*Freddy isn't answering right now.* This list may be out of date, and you can't change it for now."


def search() -> str:
    return "Search tools"


def search_hint() -> str:
    return "Type, then press Enter"


def every_category() -> str:
    return "All categories"


def connected() -> str:
    return "Connected"


def tools() -> str:
    return "Not connected yet"


def all_tools() -> str:
    return "Tools"


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


def setup_button() -> str:
    return "Workspace setup"


def more(count: int) -> str:
    return f"And {count} more. Search, or choose a category, to see them."


def narrowed(home_filter: HomeFilter) -> str:
    return f"Showing only what matches {_looked_for(home_filter)}."


def nothing(home_filter: HomeFilter, command: str) -> str:
    if home_filter == HomeFilter():
        return menu.empty(command)
    return f"No tool matches {_looked_for(home_filter)}."


def _looked_for(home_filter: HomeFilter) -> str:
    query, category = plain(home_filter.query, 100), home_filter.category and plain(menu.category(home_filter.category))
    return " in ".join(f"“{word}”" for word in (query, category) if word) or "what you typed"
