"""Every sentence that a person can read in Slack.

Short, to "you", with what to do next; nothing about how the app is built. Words from outside go through `plain`
before they stand in a sentence: https://docs.slack.dev/messaging/formatting-message-text#escaping
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from slack_app.model import Link, Person

LONGEST_WORD = 64


def plain(value: object) -> str:
    """Make a word from outside harmless in Slack's mrkdwn, and short."""
    text = " ".join(str(value).split())
    text = text if len(text) <= LONGEST_WORD else f"{text[: LONGEST_WORD - 1]}…"
    return escaped(text)


def escaped(text: str) -> str:
    """Escape the three characters that mean something to Slack."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def local_time(seconds: float) -> str:
    """Give a moment as the reader's own clock shows it.

    https://docs.slack.dev/messaging/formatting-message-text#date-formatting
    """
    fallback = datetime.fromtimestamp(seconds, UTC).strftime("%H:%M UTC")
    return f"<!date^{int(seconds)}^{{time}}|{fallback}>"


def one_of(words: Sequence[str]) -> str:
    """Join words for a question: "*a*, *b* or *c*"."""
    bold = [f"*{plain(word)}*" for word in words]
    return " or ".join(filter(None, [", ".join(bold[:-1]), bold[-1]]))


# connect


def accepted(connector: str) -> str:
    return (
        f"Getting your *{plain(connector)}* link. In a moment it will be here, "
        "and in your direct messages with Freddy Connect."
    )


def still_working(connector: str, until: float) -> str:
    return (
        f"Your *{plain(connector)}* link takes longer than usual: the service that makes it is slow to answer. "
        f"I keep trying until {local_time(until)}, and bring it to you as soon as I have it. "
        "There is nothing you need to do."
    )


def link_lead(person: Person, link: Link) -> str:
    return (
        f"*Your {plain(link.connector_type)} link is ready*\n"
        f"<@{person.user_id}>, you asked to connect {plain(link.connector_type)} "
        f"to the assistant of your organization, {plain(link.organization_id)}."
    )


def link_also_in_dm() -> str:
    return "It is in your direct messages with Freddy Connect, too."


def link_only_here() -> str:
    return "I could not send you a direct message, so it is only here. Use it before you leave this conversation."


def link_button(connector: str) -> str:
    return f"Connect {connector}"


def link_address() -> str:
    return "Or open this address in your browser:"


def link_terms(person: Person, link: Link) -> str:
    return (
        f"It leads to {plain(link.host)} and is offered until {local_time(link.expires_at)}. "
        f"It is made for <@{person.user_id}> only: please do not pass it on."
    )


# help


def help_text(command: str) -> str:
    return (
        "*Freddy Connect* links your tools to your organization's assistant. What you can type:\n"
        f"• `{command} github` gets you a private link that connects your GitHub account\n"
        f'• `{command} sharepoint site_name="Team Marketing"` does it for a tool that needs a detail\n'
        f"• `{command} help` shows this\n"
        "The link comes to you alone, and is offered for a few minutes."
    )


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
        f"Names are single words such as *github* or *google_drive*: `{command} github`."
    )


def _parameters_invalid(facts: Mapping[str, Any], command: str) -> str:
    return (
        f"I can't pass on “{plain(facts['parameter'])}”: the name is reserved, or it is too long. "
        f'Details look like this: `{command} sharepoint site_name="Team Marketing"`.'
    )


def _words_left_over(facts: Mapping[str, Any], command: str) -> str:
    return (
        f"I understood *{_connector(facts)}*, but not “{plain(facts['word'])}”. One tool at a time, "
        f'and details like this: `{command} sharepoint site_name="Team Marketing"`.'
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
    nearest = facts["nearest"]
    if not nearest:
        return (
            f"I don't know a tool called “{_connector(facts)}”. Please check the spelling, "
            "or ask an admin of this workspace which tools there are."
        )
    return (
        f"I don't know a tool called “{_connector(facts)}”. Did you mean {one_of(nearest)}? "
        f"Type it like this: `{command} {plain(nearest[0])}`."
    )


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


_TROUBLE: Mapping[str, Callable[[Mapping[str, Any], str], str]] = {
    "busy": _busy,
    "connector_unknown": _connector_unknown,
    "defect": _defect,
    "name_invalid": _name_invalid,
    "parameters_invalid": _parameters_invalid,
    "platform_busy": _platform_busy,
    "platform_fault": _platform_fault,
    "platform_forbidden": _platform_forbidden,
    "platform_unauthorized": _platform_unauthorized,
    "platform_unavailable": _platform_unavailable,
    "request_rejected": _request_rejected,
    "words_left_over": _words_left_over,
    "workspace_unmapped": _workspace_unmapped,
}
