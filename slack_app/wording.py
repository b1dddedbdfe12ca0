"""Every sentence that a person can read in Slack.

Short, to "you", with what to do next; nothing about how the app is built. Words from outside go through `plain`
before they stand in a sentence: https://docs.slack.dev/messaging/formatting-message-text#escaping
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from slack_app.features.details import Details
from slack_app.features.status import Changed
from slack_app.model import Connection, Connector, LiveLink, Look, Outcome

LONGEST_WORD = 64
LONGEST_TEXT = 3000
LONGEST_LABEL = 75
"""Of a button: https://docs.slack.dev/reference/block-kit/block-elements/button-element"""


def plain(value: object) -> str:
    """Make a word from outside harmless in Slack's mrkdwn, and short."""
    text = " ".join(str(value).split())
    text = text if len(text) <= LONGEST_WORD else f"{text[: LONGEST_WORD - 1]}…"
    return escaped(text)


def escaped(text: str) -> str:
    """Escape the three characters that mean something to Slack."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def local_time(seconds: float, form: str = "time") -> str:
    """Give a moment as the reader's own clock shows it.

    https://docs.slack.dev/messaging/formatting-message-text#date-formatting
    """
    fallback = datetime.fromtimestamp(seconds, UTC).strftime("%H:%M UTC")
    return f"<!date^{int(seconds)}^{{{form}}}|{fallback}>"


def label(text: str) -> str:
    """Make a plain text short enough for a button or an option; there nothing is formatted, and so nothing escaped."""
    text = " ".join(text.split())
    return text if len(text) <= LONGEST_LABEL else f"{text[: LONGEST_LABEL - 1]}…"


def fitting(lines: Sequence[str]) -> str:
    """Join as many lines as a message's text may hold."""
    text = ""
    for line in lines:
        if len(text) + len(line) >= LONGEST_TEXT:
            break
        text = f"{text}\n{line}" if text else line
    return text


def one_of(words: Sequence[str]) -> str:
    """Join words for a question: "*a*, *b* or *c*"."""
    bold = [f"*{plain(word)}*" for word in words]
    return " or ".join(filter(None, [", ".join(bold[:-1]), bold[-1]]))


# menu


def menu_opening() -> str:
    return "Looking up the tools of your organization. In a moment you can choose here."


def menu_lead(command: str, *, is_sure: bool) -> str:
    unsure = "" if is_sure else " What you have connected already I can't see right now."
    return (
        "*Which tool do you want to connect?*\n"
        f"Choose it, or type to search. The link comes to you alone.{unsure} "
        f"`{command} status` shows what you have connected."
    )


def menu_empty() -> str:
    return "Your organization has no tools to connect yet. An admin of this workspace can have them added."


def menu_line(connector: Connector, accounts: Sequence[Connection]) -> str:
    kind = f" ({plain(category(connector.category))})" if connector.category else ""
    return f"• {plain(connector.name)}{kind}" + (f": {plain(_connected_as(accounts))}" if accounts else "")


def menu_option(connector: Connector, accounts: Sequence[Connection]) -> str:
    return label(f"{connector.name} · {_connected_as(accounts)}" if accounts else connector.name)


def _connected_as(accounts: Sequence[Connection]) -> str:
    names = [name for account in accounts if (name := account.label or account.account)]
    whom = f"connected as {names[0]}" if names else "connected"
    more = f" and {len(accounts) - 1} more" if len(accounts) > 1 else ""
    return whom + more + ("" if any(account.is_active for account in accounts) else ", off")


def category(word: str) -> str:
    """Give a category as people read it; the platform's own words may be keys."""
    text = " ".join(word.replace("_", " ").split())
    return label(text[:1].upper() + text[1:]) or "Other"


def menu_placeholder() -> str:
    return "Choose a tool"


def menu_title() -> str:
    return "Connect a tool"


def menu_label() -> str:
    return "Tool"


def menu_hint() -> str:
    return "Your link comes to you alone, in your direct messages with Freddy Connect."


def menu_submit() -> str:
    return "Get my link"


def close_button() -> str:
    return "Close"


# details


@dataclass(frozen=True, slots=True)
class Detail:
    """How one of `integration_params` is asked for."""

    label: str
    hint: str = ""
    example: str = ""


DETAILS: Mapping[str, Mapping[str, Detail]] = {
    "sharepoint": {
        "site_name": Detail(
            "Site name", "The name of the SharePoint site, as it stands at the top of its page.", "Team Marketing"
        )
    },
}
"""Which details which tool needs, and how they are called. What else the platform asks for is called by its key."""


def needed_details() -> Mapping[str, Sequence[str]]:
    return {tool_key: tuple(asked) for tool_key, asked in DETAILS.items()}


def detail(tool_key: str, key: str) -> Detail:
    return DETAILS.get(tool_key, {}).get(key) or Detail(label(key.replace("_", " ").capitalize()))


def details(fact: Details, command: str) -> str:
    tool, asked = plain(fact.name), [detail(fact.tool_key, key).label for key in fact.keys]
    late = "That took too long for Slack. Please press the button again.\n" if fact.was_late else ""
    if all(fact.given.get(key) for key in fact.keys):
        return f"{late}*{tool}* does not accept what it got as {one_of(asked)}. Please check it, and correct it here."
    example = detail(fact.tool_key, fact.keys[0]).example or "…"
    return (
        f"{late}*{tool}* needs a detail from you before it can be connected: {one_of(asked)}. Fill it in here, "
        f'or type it: `{command} {plain(fact.tool_key)} {fact.keys[0]}="{example}"`.'
    )


def details_lead(fact: Details) -> str:
    if all(fact.given.get(key) for key in fact.keys):
        return f"*{plain(fact.name)}* does not accept what it got. Please check it."
    return f"*{plain(fact.name)}* needs this before it can be connected. Your link comes to you right after."


def details_button() -> str:
    return "Fill it in"


def detail_missing() -> str:
    return "Please fill this in."


# connect


def accepted(connector: str) -> str:
    return (
        f"Getting your *{plain(connector)}* link. In a moment it will be here, "
        "and in your direct messages with Freddy Connect."
    )


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


# link


def link_lead(live: LiveLink) -> str:
    return (
        f"*Your {plain(live.link.tool)} link is ready*\n"
        f"<@{live.person.user_id}>, you asked to connect {plain(live.link.tool)} "
        f"to the assistant of your organization, {plain(live.link.organization_id)}."
    )


def link_also_in_dm() -> str:
    return "It is in your direct messages with Freddy Connect, too."


def link_only_here() -> str:
    return "I could not send you a direct message, so it is only here. Use it before you leave this conversation."


def link_button(connector: str) -> str:
    return label(f"Connect {connector}")


def check_button() -> str:
    return "Check now"


def cancel_button() -> str:
    return "Cancel"


def new_link_button() -> str:
    return "Get a new link"


def link_address() -> str:
    return "Or open this address in your browser:"


def link_terms(live: LiveLink) -> str:
    return (
        f"It leads to {plain(live.link.host)} and is offered until {local_time(live.link.expires_at)}. "
        f"It is made for <@{live.person.user_id}> only: please do not pass it on. "
        "Once you are through, this message tells you how it went."
    )


def link_checked(connector: str, checked_at: float) -> str:
    return (
        f"Checked at {local_time(checked_at, 'time_secs')}: {plain(connector)} does not say yet that you are through."
    )


def link_ended(live: LiveLink, command: str) -> str:
    """Say how a link ended; each sentence holds for the message and the private answer alike."""
    tool = plain(live.link.tool)
    if live.outcome is Outcome.CONNECTED:
        return _connected(live)
    return {
        Outcome.DECLINED: f"*{tool} was not connected.* On its page the request was declined, so nothing has changed.",
        Outcome.EXPIRED: f"*Your {tool} link has expired.* Nothing was connected through it.",
        Outcome.UNSURE: (
            f"*Your {tool} link has expired*, and I could not find out whether you were through in time: "
            "the connector service does not answer. If you were, there is nothing you need to do."
        ),
        Outcome.CANCELLED: (
            f"*Cancelled.* I don't follow your {tool} link any more, and nothing was connected through it. "
            "Please don't use it now."
        ),
        Outcome.REPLACED: f"*This {tool} link does not count any more:* you asked for another one since.",
    }[live.outcome or Outcome.EXPIRED]


def _connected(live: LiveLink) -> str:
    tool = plain((live.connection and live.connection.name) or live.link.tool)
    account = live.connection.account if live.connection else ""
    title = f"*{tool} is connected as {plain(account)}*" if account else f"*{tool} is connected*"
    return f"{title}\nThe assistant of your organization, {plain(live.link.organization_id)}, can use it for you now."


def disown_button() -> str:
    return "This isn't me"


def disown_title() -> str:
    return "Disconnect this account?"


def disown_text(live: LiveLink) -> str:
    account = (live.connection and live.connection.account) or "This account"
    return f"{account[:100]} will be disconnected from your organization's assistant. You can connect your own then."


def disown_yes() -> str:
    return "Disconnect"


def disown_no() -> str:
    return "Keep it"


def link_disowned(live: LiveLink) -> str:
    account = (live.connection and live.connection.account) or "that account"
    tool = plain(live.link.tool)
    return (
        f"*{plain(account)} is disconnected.* The assistant can't use it any more. In {tool} itself it may still be "
        f"listed as allowed: its owner can remove it in the settings there. Sign in to {tool} as yourself before you "
        "open a new link."
    )


# status


def status_looking() -> str:
    return "Looking up what you have connected. In a moment it will be here."


def status_lead() -> str:
    return "*What you have connected*"


def status_empty(command: str) -> str:
    return f"You have connected nothing yet. To begin, type for example `{command} github`."


def status_more(count: int) -> str:
    return f"And {count} more, which this message has no room for."


def status_line(connection: Connection) -> str:
    """Say which, as whom, since when, on or off, and whether it works."""
    account = connection.label or connection.account
    facts = [f"*{plain(connection.name)}*" + (f" as {plain(account)}" if account else "")]
    if since := _day(connection.created_at):
        facts.append(f"since {since}")
    facts.append("on" if connection.is_active else "off: the assistant does not use it")
    if connection.is_healthy is not None:
        facts.append("working" if connection.is_healthy else "not working: please reconnect it")
    return " · ".join(facts)


def _day(created_at: str) -> str:
    try:
        moment = datetime.fromisoformat(created_at)
    except ValueError:
        return ""
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return f"<!date^{int(moment.timestamp())}^{{date_short}}|{moment.day} {moment:%b %Y}>"


def status_changed(changed: Changed) -> str:
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
    return f"*{plain(connection.name)}*{account}"


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


# disconnect


def disconnect_title() -> str:
    return "Disconnect?"


def disconnect_dialog(connection: Connection) -> str:
    account = connection.account or connection.name
    return (
        f"{account[:80]}: the assistant can't use it any more. In the tool's own settings the permission may "
        "still be listed; you can remove it there."
    )


def disconnect_question(connections: Sequence[Connection]) -> str:
    tool = plain(connections[0].name)
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


def kept() -> str:
    return "Nothing has changed: it is still connected."


def nothing_to_disconnect(tool: str, command: str) -> str:
    return (
        f"You have not connected {plain(tool)}, so there is nothing to disconnect. "
        f"`{command} status` shows what you have connected."
    )


# help


def help_text(command: str) -> str:
    return (
        "*Freddy Connect* links your tools to your organization's assistant. What you can type:\n"
        f"• `{command} github` gets you a private link that connects your GitHub account\n"
        f'• `{command} sharepoint site_name="Team Marketing"` does it for a tool that needs a detail\n'
        f"• `{command} status` shows what you have connected, and lets you turn it off\n"
        f"• `{command} disconnect github` takes your GitHub account away from the assistant\n"
        f"• `{command} help` shows this\n"
        "The link comes to you alone, and is offered for a few minutes."
    )


# home


def home_welcome() -> str:
    return (
        "*Welcome. Here you connect the tools that you work with.*\n"
        "Your organization's assistant can use them for you then. Press *Connect* beside a tool: your link comes to "
        "you alone, under *Messages* above."
    )


def home_stale() -> str:
    return (
        "*The connector service does not answer right now.* What you see is what I knew last, and it can't be changed "
        "here at the moment."
    )


def home_search() -> str:
    return "Search"


def home_search_hint() -> str:
    return "Type a name and press Enter"


def home_all() -> str:
    return "All categories"


def home_connected() -> str:
    return "Connected"


def home_tools() -> str:
    return "Not connected yet"


def home_tool(connector: Connector, *, is_waiting: bool) -> str:
    about = [connector.category and category(connector.category), connector.description]
    lines = [f"*{plain(connector.name)}*", " · ".join(escaped(label(text)) for text in about if text)]
    waiting = "Your link is out: it waits for you under *Messages*." if is_waiting else ""
    return "\n".join(filter(None, [*lines, waiting]))


def home_connect_button() -> str:
    return "Connect"


def home_again_button() -> str:
    return "Send it again"


def home_reload_button() -> str:
    return "Try again"


def home_more(count: int) -> str:
    return f"And {count} more. Search for a name, or choose a category, to see them."


def home_nothing(look: Look) -> str:
    if look == Look():
        return menu_empty()
    return "Nothing fits what you look for. Empty the search, and choose all categories, to see every tool."


# trouble


def reference(word: str) -> str:
    return f"Reference: `{word}`"


def trouble(reason: str, facts: Mapping[str, Any], command: str) -> str:
    """Give the sentence for the reason of a UserError."""
    return _TROUBLE[reason](facts, command)


def _connector(facts: Mapping[str, Any]) -> str:
    return plain(facts["connector_type"])


def _busy(facts: Mapping[str, Any], command: str) -> str:
    return "I can't take requests right now. Please try again in a minute."


def _defect(facts: Mapping[str, Any], command: str) -> str:
    return (
        "Sorry, something went wrong on my side, and there is no link. Please try again. "
        "If it happens once more, give the reference below to an admin of this workspace."
    )


def _name_invalid(facts: Mapping[str, Any], command: str) -> str:
    return (
        f"“{_connector(facts)}” can't be the name of a tool. "
        f"Names are made of letters and digits, such as *GitHub* or *Google Drive*: `{command} github`."
    )


def _parameters_invalid(facts: Mapping[str, Any], command: str) -> str:
    return (
        f"I can't pass on “{plain(facts['parameter'])}”: the name is reserved, or it is too long. "
        f'Details look like this: `{command} sharepoint site_name="Team Marketing"`.'
    )


def _workspace_unmapped(facts: Mapping[str, Any], command: str) -> str:
    return (
        "This Slack workspace does not belong to an organization yet, so I can't connect anything. "
        "Please ask an admin of this workspace to set it up.\n"
        f"*If you are the admin:* the id of this workspace is `{plain(facts['team_id'])}`. Whoever runs "
        "Freddy Connect links it to your organization with "
        f"`slack-app workspaces set {plain(facts['team_id'])} &lt;organization id&gt;`."
    )


def _platform_unauthorized(facts: Mapping[str, Any], command: str) -> str:
    return (
        f"I can't connect {_connector(facts)} right now: the connector service does not accept my access. "
        "You did nothing wrong, and there is nothing for you to mend. "
        "Please tell an admin of this workspace, with the reference below."
    )


def _platform_forbidden(facts: Mapping[str, Any], command: str) -> str:
    return (
        f"Connecting {_connector(facts)} is not allowed for your organization, "
        f"{plain(facts['organization_id'])}. An admin of this workspace can have it allowed: "
        "please ask them, with the reference below."
    )


def _connector_unknown(facts: Mapping[str, Any], command: str) -> str:
    names = list(facts["nearest"].values())
    if not names:
        return (
            f"I don't know a tool called “{_connector(facts)}”. Please check the spelling, "
            "or ask an admin of this workspace which tools there are."
        )
    return f"I don't know a tool called “{_connector(facts)}”. Did you mean {one_of(names)}?"


def _request_rejected(facts: Mapping[str, Any], command: str) -> str:
    given = facts["parameters"]
    if not given:
        return (
            f"{_connector(facts)} needs a detail from you before it can be connected. "
            f'Add it like this: `{command} sharepoint site_name="Team Marketing"`.'
        )
    return (
        f"{_connector(facts)} did not accept what you gave as {one_of(given)}. Please check the spelling and try again."
    )


def _platform_fault(facts: Mapping[str, Any], command: str) -> str:
    return (
        f"Sorry, there is no {_connector(facts)} link: the connector service sent an answer that I can't use "
        "safely. You did nothing wrong. Please try again later. "
        "If it stays like this, give the reference below to an admin of this workspace."
    )


def _platform_unavailable(facts: Mapping[str, Any], command: str) -> str:
    return (
        f"Sorry, there is no {_connector(facts)} link: I kept trying, but the connector service did not answer. "
        f"Nothing was connected. Please try `{command} {_connector(facts)}` again later. "
        "If it stays like this, give the reference below to an admin of this workspace."
    )


def _platform_busy(facts: Mapping[str, Any], command: str) -> str:
    return (
        f"Sorry, there is no {_connector(facts)} link: the connector service has too many requests and asks us "
        f"to wait longer than I can keep yours. Nothing was connected. Please try "
        f"`{command} {_connector(facts)}` again later. "
        "If it stays like this, give the reference below to an admin of this workspace."
    )


def _tool_missing(facts: Mapping[str, Any], command: str) -> str:
    return f"Which tool do you want to disconnect? Type it like this: `{command} disconnect github`."


def _account_unauthorized(facts: Mapping[str, Any], command: str) -> str:
    return (
        "I can't see your connections right now: the connector service does not accept my access. "
        "Nothing has changed, and there is nothing for you to mend. "
        "Please tell an admin of this workspace, with the reference below."
    )


def _account_forbidden(facts: Mapping[str, Any], command: str) -> str:
    return (
        "I may not see or change connections of your organization. Nothing has changed. "
        "An admin of this workspace can have it allowed: please ask them, with the reference below."
    )


def _account_fault(facts: Mapping[str, Any], command: str) -> str:
    return (
        "Sorry, the connector service sent an answer that I can't use. Please try again later. "
        "If it stays like this, give the reference below to an admin of this workspace."
    )


def _account_unavailable(facts: Mapping[str, Any], command: str) -> str:
    return (
        "Sorry, I kept trying, but the connector service did not answer. "
        f"Please try again later: `{command} status` shows how it stands then."
    )


def _button_outdated(facts: Mapping[str, Any], command: str) -> str:
    return f"That button is too old, or it was made for somebody else. Please start again with `{command}`."


def _not_disconnected(facts: Mapping[str, Any], command: str) -> str:
    return (
        f"The connector service did not let me disconnect {_connector(facts)}, so it is still connected. "
        "Please try again, and if it stays like this, give the reference below to an admin of this workspace."
    )


def _turn_too_late(facts: Mapping[str, Any], command: str) -> str:
    return (
        f"Sorry, there is no {_connector(facts)} link: others of your organization were connecting it all the time, "
        f"and only one person can at a time. Please try `{command} {_connector(facts)}` again later."
    )


_TROUBLE: Mapping[str, Callable[[Mapping[str, Any], str], str]] = {
    "account_fault": _account_fault,
    "account_forbidden": _account_forbidden,
    "account_unauthorized": _account_unauthorized,
    "account_unavailable": _account_unavailable,
    "busy": _busy,
    "button_outdated": _button_outdated,
    "connector_unknown": _connector_unknown,
    "defect": _defect,
    "name_invalid": _name_invalid,
    "not_disconnected": _not_disconnected,
    "parameters_invalid": _parameters_invalid,
    "platform_busy": _platform_busy,
    "platform_fault": _platform_fault,
    "platform_forbidden": _platform_forbidden,
    "platform_unauthorized": _platform_unauthorized,
    "platform_unavailable": _platform_unavailable,
    "request_rejected": _request_rejected,
    "tool_missing": _tool_missing,
    "turn_too_late": _turn_too_late,
    "workspace_unmapped": _workspace_unmapped,
}
