"""A person's own key."""

from __future__ import annotations

from slack_app.features.key import AskKey, KeySaved, KeyShown
from slack_app.wording.connect import answer_follows, answer_in, place
from slack_app.wording.text import plain


def loading() -> str:
    return f"I looked up your key. {answer_follows()}"


def none() -> str:
    return "*You haven't added a key yet.* In this workspace everyone uses their own Freddy API key."


def shown(fact: KeyShown) -> str:
    return f"*Your key is saved*{_ending(fact.ending)}. Only you use it."


def _ending(ending: str | None) -> str:
    return f" (…{plain(ending)})" if ending else ""


def not_needed() -> str:
    return "You don't need a key: everyone in this workspace uses the same one."


def needed() -> str:
    return "*One-time step:* paste your Freddy API key. I'll do the rest."


def refused() -> str:
    return "*Your Freddy API key no longer works:* it expired or was deleted. Paste a new one. I'll do the rest."


def add_button() -> str:
    return "Add my key"


def change_button() -> str:
    return "Change my key"


def remove_button() -> str:
    return "Remove my key"


def remove_title() -> str:
    return "Remove your key?"


def remove_text() -> str:
    return "Open links stop working. Your tools stay connected, but I can't show or change them without a key."


def removed() -> str:
    return (
        "*Key deleted.* Open links stop working. Your tools stay connected, but I can't show or change them. "
        "If you don't use the key elsewhere, delete it at Freddy, too."
    )


def too_late() -> str:
    return "That took too long for Slack. Please press the button again."


def title() -> str:
    return "Your key"


def lead(fact: AskKey) -> str:
    has = f" It replaces the one that ends in `{plain(fact.ending)}`." if fact.ending else ""
    return f"Paste your Freddy API key. I keep it encrypted, use it only for you, and never show it again.{has}"


def label() -> str:
    return "API key"


def hint() -> str:
    return "Find it in your Freddy account, under API keys. Slack shows the key while you type."


def submit() -> str:
    return "Save my key"


def malformed() -> str:
    return "This can't be a key: it has no spaces or line breaks, and at least 8 characters."


def checking() -> str:
    return "Checking your key with Freddy. This takes a few seconds."


def problem(fact: AskKey) -> str:
    return problem_of(fact.problem, fact.organization_id if fact.is_admin else "")


def problem_of(reason: str, organization_id: str = "") -> str:
    """Return why a key was not kept; only admins see the organization's id."""
    organization = plain(organization_id) or "your organization"
    check = "Check how its id is written." if organization_id else "Ask an admin to check the setup."
    return {
        "key_not_accepted": (
            "*Freddy doesn't accept this key.* Check that you copied all of it, and that it has not expired."
        ),
        "organization_not_allowed": f"*This key is not for {organization}.* It belongs to another organization.",
        "organization_unknown": f"*Freddy doesn't know {organization}.* {check}",
        "key_unreadable": "*I couldn't check your key, so nothing was saved.* Please paste it again.",
        "platform_odd": (
            "*I couldn't read Freddy's answer, so nothing was saved.* Please try again later. Still failing? Tell "
            "whoever runs Freddy Connect."
        ),
        "platform_away": "*Freddy isn't answering, so nothing was saved.* Please try again in a minute.",
    }[reason]


def saved(ending: str) -> str:
    return f"*Key saved*{_ending(ending)}."


def kept(fact: KeySaved) -> str:
    """Return what a message says."""
    return " ".join([saved(fact.ending), *["I'll answer where you asked."] * fact.goes_on])


def kept_here(fact: KeySaved) -> str:
    """Return what the modal says, until the link takes its place."""
    if not fact.goes_on:
        return saved(fact.ending)
    tool = f"{plain(fact.tool)} link" if fact.tool else "link"
    link, answer = f"Your {tool} will appear here and in {place(fact.channel_id)}.", answer_in(fact.channel_id)
    return f"{saved(fact.ending)} {link if fact.is_link_next else answer}"
