"""The question before a setup is removed, and what became of it."""

from __future__ import annotations

from slack_app.features.remove_setup import ConfirmRemoval, SetupRemoved
from slack_app.wording.setup import effect
from slack_app.wording.text import plain


def title() -> str:
    return "Remove setup?"


def question(fact: ConfirmRemoval) -> str:
    if fact.effect is None:
        return (
            "*Your choices here will be deleted.* People keep connecting to "
            f"{plain(fact.setup.organization_id)}, as set by whoever runs Freddy Connect."
        )
    what = "*Nobody here can connect anything then.*"
    if fact.left:
        organization = plain(fact.left.organization_id)
        what = f"*This workspace goes back to {organization},* as set by whoever runs Freddy Connect."
    return "\n".join([what, *effect(fact.effect)])


def yes() -> str:
    return "Remove setup"


def not_yet() -> str:
    return "*Nothing was removed.* To remove the setup, open it again."


def removed(fact: SetupRemoved) -> str:
    if fact.left:
        return (
            f"*Removed.* This workspace is connected to {plain(fact.left.organization_id)} again, as set by whoever "
            "runs Freddy Connect."
        )
    return "*Removed.* Nobody here can connect anything until an admin sets Freddy Connect up again."
