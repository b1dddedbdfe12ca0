"""What is connected, and what is done with it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from slack_app.features.status import Changed
from slack_app.model.tools import Connection
from slack_app.wording.connect import answer_follows
from slack_app.wording.text import label, plain, short


def loading() -> str:
    return f"I asked what you have connected. {answer_follows()}"


def lead() -> str:
    return "*What you have connected*"


def empty(command: str) -> str:
    return f"You have connected nothing yet. To begin, type for example `{command} github`."


def unlisted(command: str) -> str:
    return f"I can't list the rest right now. `{command} status` shows it in a minute."


def more(count: int) -> str:
    return f"And {count} more, which this message has no room for."


def line(connection: Connection) -> str:
    """Return which, as whom, since when, on or off, and whether it works."""
    account = connection.label or connection.account
    facts = [f"*{_tool(connection)}*" + (f" as {plain(account)}" if account else "")]
    if since := _day(connection.created_at):
        facts.append(f"since {since}")
    facts.append("on" if connection.is_active else "off: the assistant does not use it")
    if connection.is_healthy is not None:
        facts.append("working" if connection.is_healthy else "not working: please reconnect it")
    return " · ".join(facts)


def _tool(connection: Connection) -> str:
    return plain(connection.name) or "A tool"  # the platform may name neither the tool nor its key


def _day(created_at: str) -> str:
    try:
        moment = datetime.fromisoformat(created_at)
    except ValueError:
        return ""
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return f"<!date^{int(moment.timestamp())}^{{date_short}}|{moment.day} {moment:%b %Y}>"


def changed(changed: Changed) -> str:
    name = _named(changed.connection)
    return {
        "removed": f"{name} is disconnected. The assistant can't use it any more.",
        "on": f"{name} is on: the assistant can use it again.",
        "off": f"{name} is off: it stays connected, but the assistant does not use it.",
        "renamed": f"{name} has its new name.",
        "late": f"That took too long for Slack. Please press *{rename_button()}* again.",
        "gone": f"{name} is not connected any more, so there was nothing to do.",
    }[changed.what]


def _named(connection: Connection) -> str:
    account = f" ({plain(connection.account)})" if connection.account else ""
    return f"*{_tool(connection)}*{account}"


def turn_on_button() -> str:
    return "Turn on"


def turn_off_button() -> str:
    return "Turn off"


def rename_button() -> str:
    return "Rename"


def name_title() -> str:
    return "Rename"


def name_label() -> str:
    return "What do you want to call it?"


def name_hint(connection: Connection) -> str:
    account = connection.account or connection.name
    return f"{connection.name}, {account}" if account != connection.name else connection.name


def name_submit() -> str:
    return "Save"


def reconnect_button() -> str:
    return "Reconnect"


def add_account_button() -> str:
    return "Add another account"


def disconnect_title() -> str:
    return "Disconnect?"


def disconnect_dialog(connection: Connection) -> str:
    account = connection.account or connection.name or "This account"
    return (
        f"{short(account, 80)}: the assistant can't use it any more. In the tool's own settings the permission may "
        "still be listed; you can remove it there."
    )


def disconnect_question(connections: Sequence[Connection]) -> str:
    tool = _tool(connections[0])
    which = f"Disconnect {_named(connections[0])}?" if len(connections) == 1 else f"Which *{tool}* do you disconnect?"
    return (
        f"{which}\nYour organization's assistant can't use it any more then. Nothing is deleted in {tool}; "
        "in its own settings the permission may still be listed, and you can remove it there."
    )


def disconnect_button(connection: Connection, count: int) -> str:
    account = connection.account or connection.label
    return label(f"Disconnect {account}") if count > 1 and account else "Disconnect"


def keep_button() -> str:
    return "Keep it"


def disconnect_cancelled() -> str:
    return "Nothing has changed: it is still connected."
