"""The message of a link, in each state of its life."""

from __future__ import annotations

from slack_app.model.links import Outcome, PendingLink
from slack_app.wording.text import label, local_time, plain, short


def lead(live: PendingLink) -> str:
    return (
        f"*Your {plain(live.link.tool)} link is ready*\n"
        f"<@{plain(live.person.user_id)}>, you asked to connect {plain(live.link.tool)} "
        f"to the assistant of your organization, {plain(live.link.organization_id)}."
    )


def also_in_dm() -> str:
    return "It is in your direct messages with Freddy Connect, too."


def only_here() -> str:
    return "I could not send you a direct message, so it is only here. Use it before you leave this conversation."


def told_here() -> str:
    return "When you are done, this message tells you how it went."


def told_in_dm() -> str:
    return "When you are done, your direct messages with Freddy Connect tell you how it went."


def told_when_pressed() -> str:
    return "When you are done, press *Check now* to see here how it went."


def button(connector: str) -> str:
    return label(f"Connect {connector}")


def check_button() -> str:
    return "Check now"


def new_link_button() -> str:
    return "Get a new link"


def address() -> str:
    return "Or open this address in your browser:"


def terms(live: PendingLink, told: str) -> str:
    return (
        f"It leads to {plain(live.link.host)} and is offered until {local_time(live.link.expires_at)}. "
        f"It is made for <@{plain(live.person.user_id)}> only: please do not pass it on. "
        f"{told}"
    )


def shared_key() -> str:
    return (
        "Everybody here connects with one key, so colleagues' assistants may use this account, too. "
        "Only you and admins see which one it is."
    )


def checked(connector: str, checked_at: float) -> str:
    return (
        f"Checked at {local_time(checked_at, 'time_secs')}: {plain(connector)} does not say yet that you are through."
    )


def ended(live: PendingLink, command: str) -> str:
    """Return how a link ended; each sentence holds for the message and the private answer alike."""
    tool = plain(live.link.tool)
    if live.outcome is Outcome.CONNECTED:
        return _connected(live, command)
    return {
        Outcome.DECLINED: f"*{tool} was not connected.* On its page the request was declined.",
        Outcome.EXPIRED: f"*Your {tool} link has expired.* I see no new {tool} account.",
        Outcome.UNKNOWN: (
            f"*Your {tool} link has expired*, and I could not find out whether you used it in time. "
            f"`{command} status` shows what is connected."
        ),
        Outcome.CANCELLED: (
            f"*Cancelled.* Please don't open your old {tool} link: it may still work until "
            f"{local_time(live.link.expires_at)}."
        ),
        Outcome.REVOKED: (
            f"*Your {tool} link does not count any more:* the set-up of this workspace, or your key, has changed "
            "since. Please don't use it now; get a new one."
        ),
        Outcome.REPLACED: f"*This {tool} link does not count any more:* you asked for another one since.",
    }[live.outcome or Outcome.EXPIRED]


def _connected(live: PendingLink, command: str) -> str:
    tool = plain((live.connection and live.connection.name) or live.link.tool)
    account = live.connection.account if live.connection else ""
    title = f"*{tool} is connected as {plain(account)}*" if account else f"*{tool} is connected*"
    used = f"The assistant of your organization, {plain(live.link.organization_id)}, can use it for you now."
    is_repeated = live.connection is not None and live.connection.is_repeated
    twice = f"You had connected this account before, so it is there twice now. `{command} status` shows both."
    return "\n".join([title, used, *[twice] * is_repeated])


def wrong_account_button() -> str:
    return "This isn't me"


def disconnect_title() -> str:
    return "Disconnect this account?"


def wrong_account_text(live: PendingLink) -> str:
    account = (live.connection and live.connection.account) or "This account"
    return (
        f"{short(account, 100)} will be disconnected from your organization's assistant. You can connect your own then."
    )


def disconnect_button() -> str:
    return "Disconnect"


def keep_button() -> str:
    return "Keep it"


def wrong_account_disconnected(live: PendingLink) -> str:
    account = (live.connection and live.connection.account) or "that account"
    tool = plain(live.link.tool)
    return (
        f"*{plain(account)} is disconnected.* The assistant can't use it any more. In {tool} itself it may still be "
        f"listed as allowed: its owner can remove it in the settings there. Sign in to {tool} as yourself before you "
        "open a new link."
    )
