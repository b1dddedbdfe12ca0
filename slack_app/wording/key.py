"""A person's own key for the connector service."""

from __future__ import annotations

from slack_app.features.key import AskKey, KeySaved, KeyShown
from slack_app.wording.connect import answer_follows
from slack_app.wording.text import plain


def loading() -> str:
    return f"I looked up your key. {answer_follows()}"


def none(fact: KeyShown) -> str:
    return (
        "*You have not given me a key yet.* In this workspace each person connects with a key of their own, so that "
        f"your tools stay yours. {_where(fact.organization_id)}"
    )


def _where(organization_id: str) -> str:
    return f"You find it in your account at {plain(organization_id) or 'your organization'}, under API keys."


def shown(fact: KeyShown) -> str:
    ending = f", the one that ends in `{plain(fact.ending)}`" if fact.ending else ""
    return f"*I have a key of yours*{ending}. I use it for you alone, to connect your tools to {_whose(fact)}."


def _whose(fact: KeyShown | KeySaved) -> str:
    return f"the assistant of your organization, {plain(fact.organization_id)}"


def not_needed(command: str) -> str:
    return f"You need no key of your own here: one is used for everybody. Type `{command} github` to connect a tool."


def needed(organization_id: str) -> str:
    return (
        "*I need your key first.* In this workspace each person connects with a key of their own, so that your tools "
        f"stay yours. {_where(organization_id)} Add it once, and what you asked for goes on by itself."
    )


def refused(organization_id: str) -> str:
    return (
        "*Your key does not work any more.* The connector service does not accept it: it may have expired, or it was "
        f"removed. {_where(organization_id)} Give me a new one, and what you asked for goes on by itself."
    )


def add_button() -> str:
    return "Add my key"


def change_button() -> str:
    return "Change my key"


def remove_button() -> str:
    return "Remove my key"


def remove_title() -> str:
    return "Remove your key?"


def remove_text() -> str:
    return "I can't show or change your connections then. They stay connected, and links that are out end."


def removed(command: str) -> str:
    return (
        "*Your key is forgotten.* Your connections stay as they are; I just can't show or change them any more. "
        f"`{command} key` adds a key again. If nobody else uses it, delete the key where you made it, too."
    )


def too_late() -> str:
    return "That took too long for Slack. Please press the button again."


def title() -> str:
    return "Your key"


def lead(fact: AskKey) -> str:
    has = f" It takes the place of the one that ends in `{plain(fact.ending)}`." if fact.ending else ""
    return (
        f"Paste the API key of your own account at {plain(fact.organization_id)}. I keep it encrypted, use it for you "
        f"alone, and never show it again.{has}"
    )


def label() -> str:
    return "API key"


def hint() -> str:
    return "You find it in your account there, under API keys. Slack shows what you type, so mind who looks on."


def submit() -> str:
    return "Save my key"


def malformed() -> str:
    return "This can't be a key: it has no spaces or line breaks, and at least 8 characters."


def checking() -> str:
    return "Checking it with the connector service. This takes a few seconds."


def problem(fact: AskKey) -> str:
    return problem_of(fact.problem, fact.organization_id)


def problem_of(reason: str, organization_id: str) -> str:
    """Return why a key was not kept."""
    return {
        "key_not_accepted": (
            "*The connector service does not accept this key.* Please check that you copied all of it, and that it has "
            "not expired."
        ),
        "organization_not_allowed": (
            f"*This key is not one of {plain(organization_id)}.* The connector service accepts it, but not for that "
            "organization. Please check both."
        ),
        "organization_unknown": (
            f"*The connector service does not know {plain(organization_id)}.* Please check how the organization id is "
            "written."
        ),
        "key_unreadable": (
            "*Something got in the way before I could check your key, so nothing was saved.* Please paste it again."
        ),
        "platform_odd": (
            "*The connector service sent an answer that I can't use, so nothing was saved.* Please try again later. If "
            "it stays like this, tell whoever runs Freddy Connect."
        ),
        "platform_away": (
            "*The connector service does not answer right now, so nothing was saved.* Please try again in a minute."
        ),
    }[reason]


def kept(fact: KeySaved) -> str:
    ending = f", the one that ends in `{plain(fact.ending)}`" if fact.ending else ""
    goes_on = " What you asked for goes on now: look where you asked for it." if fact.goes_on else ""
    return f"*Your key works, and I keep it*{ending}. It connects your tools to {_whose(fact)}.{goes_on}"
