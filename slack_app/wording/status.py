"""What is connected, and what is done with it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from slack_app.features.status import Changed
from slack_app.model.tools import Connection, Owner
from slack_app.wording.connect import answer_follows
from slack_app.wording.text import LONGEST_LABEL, LONGEST_WORD, label, plain, short, truncated


def loading() -> str:
    return f"I asked what you have connected. {answer_follows()}"


def lead() -> str:
    return "*What you have connected*"


def empty() -> str:
    return "You haven't connected anything yet."


def unlisted() -> str:
    return "I can't list the rest right now. Please look again in a minute."


def more(count: int) -> str:
    return f"And {count} more, which don't fit here."


def more_tools_button() -> str:
    return "Connect another tool"


def others() -> str:
    return "*Connected by others*"


def line(connection: Connection) -> str:
    """Return which, as whom, since when, on or off, whether it works, and whose it is where it is not the reader's.

    Of a colleague's a member sees only that there is one: it has no id then.
    """
    if connection.owner is Owner.COLLEAGUE and not connection.id:
        return f"*{_tool(connection)}* · connected by somebody else"
    account = called(connection)
    facts = [f"*{_tool(connection)}*" + (f" as {plain(account, LONGEST_LABEL)}" if account else "")]
    if since := _day(connection.created_at):
        facts.append(f"since {since}")
    facts.append("on" if connection.is_active else "off")
    if connection.is_healthy is False or (connection.is_healthy and connection.is_active):
        facts.append("working" if connection.is_healthy else _not_working(connection))
    if connection.owner is Owner.COLLEAGUE:
        facts.append(f"connected by <@{plain(connection.owner_id)}>")
    elif connection.owner is Owner.UNKNOWN:
        facts.append("connected outside Slack")
    return " · ".join(facts)


def _not_working(connection: Connection) -> str:
    return "not working: please reconnect it" if connection.owner is Owner.SELF else "not working"


def called(connection: Connection, form: str = "{} ({})") -> str:
    """Return by which label, account and number a person tells it from others of its tool; empty for the only one."""
    names = [word for word in dict.fromkeys((connection.label, connection.account)) if word]
    several = len(names) > 1
    name = form.format(*(short(word, 32) for word in names)) if several else short("".join(names), LONGEST_WORD)
    number = f"no. {connection.number}" if connection.number else ""
    return ", ".join(filter(None, [name, number]))


def _which(connection: Connection) -> str:
    """Return which of a tool's accounts it is, since when, for a plain text."""
    account, moment = called(connection) or short(connection.name, LONGEST_WORD), _moment(connection.created_at)
    since = f"since {moment.day} {moment:%b %Y}" if moment else ""
    return ", ".join(filter(None, [account, since])) or "it"


def _tool(connection: Connection) -> str:
    return plain(connection.name) or "A tool"  # the platform may name neither the tool nor its key


def _moment(created_at: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(created_at)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _day(created_at: str) -> str:
    moment = _moment(created_at)
    if moment is None:
        return ""
    return f"<!date^{int(moment.timestamp())}^{{date_short}}|{moment.day} {moment:%b %Y}>"


def changed(changed: Changed) -> str:
    name = _named(changed.connection)
    return {
        "removed": f"{name} is disconnected. Your assistant can't use it anymore.",
        "on": f"{name} is on. Your assistant can use it again.",
        "off": f"{name} is off. It stays connected, but your assistant doesn't use it.",
        "renamed": _renamed(changed.connection),
        "late": f"That took too long for Slack. Please press *{rename_button()}* again.",
        "gone": f"{name} is already disconnected.",
    }[changed.what]


def _renamed(connection: Connection) -> str:
    account = f" ({plain(connection.account)})" if connection.account else ""
    return (
        f"Renamed to “{plain(connection.label)}”{account}." if connection.label else f"{_tool(connection)} is renamed."
    )


def _named(connection: Connection) -> str:
    name = called(connection, "{}, {}")
    account = f" ({plain(name, LONGEST_LABEL)})" if name else ""
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
    return ", ".join(dict.fromkeys([connection.name, _which(connection)]))


def name_submit() -> str:
    return "Save"


def reconnect_button() -> str:
    return "Reconnect"


def add_account_button() -> str:
    return "Add another account"


def disconnect_title(connection: Connection) -> str:
    return label(f"Disconnect {connection.name or 'this account'}?")


def disconnect_dialog(connection: Connection) -> str:
    told = {
        Owner.SELF: "",
        Owner.COLLEAGUE: " Somebody else connected it. I'll tell them.",
        Owner.UNKNOWN: " It was connected outside Slack, so I can't notify whoever uses it.",
    }
    return f"Your assistant will lose access to {_which(connection)}.{told[connection.owner]}"


def disconnect_question(connections: Sequence[Connection]) -> str:
    """Ask about the one, or which of several; what a button has no room for stands in the list."""
    tool = _tool(connections[0])
    is_one = len(connections) == 1
    which = f"Disconnect {_named(connections[0])}?" if is_one else f"Which {tool} account do you want to disconnect?"
    means = f"Your assistant will lose access to it. Nothing is deleted in {tool}."
    is_own = is_one and connections[0].owner is Owner.SELF
    lines = [] if is_own else [f"{n}. {line(connection)}" for n, connection in enumerate(connections, start=1)]
    return truncated([which, means, *lines])


def disconnect_buttons(connections: Sequence[Connection]) -> Sequence[str]:
    """Return what stands on the button of each; where they are called the same, their place in the list, too."""
    labels = [label(f"Disconnect {called(connection)}".strip()) for connection in connections]
    if len(connections) == 1:
        return ["Disconnect"]
    if len({*labels}) == len(labels):
        return labels
    return [label(f"{n}. {text}") for n, text in enumerate(labels, start=1)]


def keep_button() -> str:
    return "Keep it"


def disconnect_cancelled() -> str:
    return "Nothing changed. It's still connected."


def of_others(tool: str) -> str:
    return f"You haven't connected {plain(tool)}; somebody else has. Only they and admins can disconnect it."


def removed_by_admin(connection: Connection, admin_id: str) -> str:
    day = _day(connection.created_at)
    since = f", connected since {day}" if day else ""
    return (
        f"<@{plain(admin_id)}>, an admin here, disconnected your {_named(connection)}{since}. "
        "Your assistant can't use it anymore."
    )


def already_connected(connections: Sequence[Connection]) -> str:
    lead = f"*{_tool(connections[0])} is already connected.*"
    return truncated([lead, *(f"• {line(connection)}" for connection in connections)])


def reconnect_one_button(connection: Connection, count: int) -> str:
    account = called(connection)
    return label(f"Reconnect {account}") if count > 1 and account else reconnect_button()


def never_mind_button() -> str:
    return "Never mind"
