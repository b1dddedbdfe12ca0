"""The message of a link, in each state of its life."""

from __future__ import annotations

from slack_app.model.links import Outcome, PendingLink
from slack_app.wording.examples import example
from slack_app.wording.text import label, local_time, plain, short


def lead(live: PendingLink, more: str = "") -> str:
    """Name the tool and what to do; `more` is what is to be known of the message itself."""
    return " ".join(filter(None, [f"*Connect {plain(live.link.tool)}*\nPress the button and allow access.", more]))


def also_in_dm() -> str:
    return "It's also in your messages with Freddy Connect. I'll tell you there how it went."


def only_here() -> str:
    return "I couldn't message you, so the link is only here. When you're done, press *Check now*."


def button(connector: str) -> str:
    return label(f"Connect {connector}")


def check_button() -> str:
    return "Check now"


def new_link_button() -> str:
    return "Get a new link"


def terms(live: PendingLink) -> str:
    return f"Only for you · works until {local_time(live.link.expires_at)} · opens {plain(live.link.host)}"


def shared_key() -> str:
    return (
        "Everyone here connects with one key, so colleagues' assistants may use this account, too. "
        "Only you and admins see which one it is."
    )


def checked(connector: str, checked_at: float) -> str:
    """Name the time, so that one check can be told from the next."""
    return (
        f"{local_time(checked_at, 'time_secs')}: Not connected yet. Finish on {plain(connector)}'s page, "
        "then check again."
    )


def ended(live: PendingLink) -> str:
    """Return how a link ended; each sentence holds for the message and the private answer alike."""
    tool = plain(live.link.tool)
    if live.outcome is Outcome.CONNECTED:
        return _connected(live)
    old = "Don't open the old address: it may still work."  # how long it does is the platform's secret
    until = f"it may still work until {local_time(live.link.expires_at)}"
    return {
        Outcome.DECLINED: f"You chose *Deny* on {tool}'s page. Nothing changed.",
        Outcome.EXPIRED: f"*Your {tool} link has expired.* I see no new {tool} account. {old}",
        Outcome.UNKNOWN: f"*Your {tool} link has expired.* I couldn't find out whether you used it in time. {old}",
        Outcome.CANCELLED: f"*Cancelled.* Don't open the old {tool} link: {until}.",
        Outcome.REVOKED: (
            f"*Your {tool} link is no longer valid:* the settings or your key changed. Don't open it; get a new one."
        ),
        Outcome.REPLACED: f"*This {tool} link was replaced by a newer one.* Don't open this one: {until}.",
    }[live.outcome or Outcome.EXPIRED]


def _connected(live: PendingLink) -> str:
    tool = plain((live.connection and live.connection.name) or live.link.tool)
    account = live.connection.account if live.connection else ""
    title = f"*{tool} is connected as {plain(account)}*" if account else f"*{tool} is connected*"
    used = f"Your assistant can use it now. Ask it, for example: “{example(live.link.connector_type, tool)}”"
    is_repeated = live.connection is not None and live.connection.is_repeated
    twice = "You had already connected this account, so it is there twice."
    return "\n".join([title, used, *[twice] * is_repeated])


def wrong_account_button() -> str:
    return "This isn't me"


def disconnect_title() -> str:
    return "Disconnect this account?"


def wrong_account_text(live: PendingLink) -> str:
    account = (live.connection and live.connection.account) or "this account"
    return f"Your assistant will lose access to {short(account, 100)}. You can connect your own then."


def disconnect_button() -> str:
    return "Disconnect"


def keep_button() -> str:
    return "Keep it"


def wrong_account_disconnected(live: PendingLink) -> str:
    account = (live.connection and live.connection.account) or "that account"
    tool = plain(live.link.tool)
    return (
        f"*{plain(account)} is disconnected.* Before you open a new link, sign in to {tool} as yourself. "
        f"{tool} may still list the permission: the account's owner can remove it in the settings there."
    )
