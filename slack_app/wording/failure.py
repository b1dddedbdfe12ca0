"""Why something did not work, and what to do next."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from slack_app.wording import ask_admin, details, key, platform
from slack_app.wording.platform import connector
from slack_app.wording.text import local_time, one_of, plain


def reference(word: str) -> str:
    return f"Reference: `{word}`"


def title() -> str:
    return "Freddy Connect"


def sentence(reason: str, facts: Mapping[str, Any], command: str) -> str:
    """Return the sentence for the reason of a UserError."""
    return _FAILURES[reason](facts, command)


def _busy(facts: Mapping[str, Any], command: str) -> str:
    return "I can't take requests right now. Please try again in a minute."


def _defect(facts: Mapping[str, Any], command: str) -> str:
    return (
        "Sorry, something went wrong on my side, and there is no link. Please try again. "
        "If it happens once more, give the reference below to an admin of this workspace."
    )


def _not_understood(facts: Mapping[str, Any], command: str) -> str:
    names = list(facts.get("nearest", {}).values())
    return "I didn't understand that." + (f" Do you want to connect {one_of(names)}?" if names else "")


def _workspace_unmapped(facts: Mapping[str, Any], command: str) -> str:
    return (
        "This Slack workspace does not belong to an organization yet, so I can't connect anything. "
        "Please ask an admin of this workspace to set it up.\n"
        f"*If you are an admin:* type `{command} setup`. (The id of this workspace is `{plain(facts['team_id'])}`.)"
    )


def _workspace_key_missing(facts: Mapping[str, Any], command: str) -> str:
    return (
        "I can't connect anything right now: this workspace has no key for the connector service any more. "
        "You did nothing wrong. An admin of this workspace can bring one.\n"
        f"*If you are an admin:* type `{command} setup`."
    )


def _key_needed(facts: Mapping[str, Any], command: str) -> str:
    return key.needed(str(facts.get("organization_id", "")))


def _key_refused(facts: Mapping[str, Any], command: str) -> str:
    return key.refused(str(facts.get("organization_id", "")))


def _people_unseen(facts: Mapping[str, Any], command: str) -> str:
    return (
        "Slack does not let me look up who is who here, and I need that for this. It usually helps when an admin adds "
        "Freddy Connect to this workspace again. If it does not, please give the reference below to whoever runs it."
    )


def _not_installed(facts: Mapping[str, Any], command: str) -> str:
    return "Freddy Connect is not installed in this workspace any more, so I can't do this. An admin can add it again."


def _installation_broken(facts: Mapping[str, Any], command: str) -> str:
    return (
        "Slack does not let me do this here any more: the way Freddy Connect is installed in this workspace has to be "
        "renewed. An admin can add it again; if that does not help, please give the reference below to whoever runs it."
    )


def _unreachable(facts: Mapping[str, Any], command: str) -> str:
    return (
        "Slack does not let me write to you in a direct message, so what you asked for could not reach you. "
        f"Please type `{command}` in any conversation: I answer there, and only you see it. "
        "An admin of this workspace can allow direct messages from apps."
    )


def _key_typed(facts: Mapping[str, Any], command: str) -> str:
    return (
        f"*That looks like a key, so I did not read on.* Please give it to me with `{command} key`, which keeps it "
        "safe. If you wrote it as a message, delete that message."
    )


def _secrets_unsealable(facts: Mapping[str, Any], command: str) -> str:
    return (
        "I can't keep keys safely yet, so I did not keep yours. Whoever runs Freddy Connect has to turn on encryption "
        "first: please give them the reference below."
    )


def _connector_not_offered(facts: Mapping[str, Any], command: str) -> str:
    return (
        f"*{plain(facts['name'])}* is not offered in this workspace: its admins chose which tools can be connected. "
        f"`{command}` shows them."
    )


def _guests_not_allowed(facts: Mapping[str, Any], command: str) -> str:
    return "In this workspace only members can connect tools, not guests: its admins decided that."


def _not_admin(facts: Mapping[str, Any], command: str) -> str:
    if not facts["admins"]:
        return "Only admins of this workspace can do that."
    return f"Only admins of this workspace can do that. Please ask one: {ask_admin.people(facts['admins'])}."


def _admins_unreachable(facts: Mapping[str, Any], command: str) -> str:
    return (
        "I could not reach an admin of this workspace. Please ask one yourself, and give them the reference below.\n"
        f"*If you are an admin:* type `{command} setup`."
    )


def _limit_person(facts: Mapping[str, Any], command: str) -> str:
    return (
        f"You asked for many links in a short time, so I make no more for now. Please come back at "
        f"{local_time(facts['again_at'])}."
    )


def _limit_requests(facts: Mapping[str, Any], command: str) -> str:
    return "That was a lot in a short time, so I left this one out. Please try again in a minute."


def _limit_organization(facts: Mapping[str, Any], command: str) -> str:
    return (
        "Very many people of your organization are connecting tools right now, and the connector service takes only so "
        f"many at a time. Please come back at {local_time(facts['again_at'])}."
    )


def _limit_asks(facts: Mapping[str, Any], command: str) -> str:
    return (
        "Your admins were asked a lot already, so I did not ask them again. Please come back at "
        f"{local_time(facts['again_at'])}, or ask one yourself."
    )


def _button_outdated(facts: Mapping[str, Any], command: str) -> str:
    return f"That button is too old, or it was made for somebody else. Please start again with `{command}`."


def _connection_not_yours(facts: Mapping[str, Any], command: str) -> str:
    return (
        "You did not connect this account here, so you can't change it. An admin of this workspace can disconnect it. "
        f"`{command} status` shows what is yours."
    )


def _not_disconnected(facts: Mapping[str, Any], command: str) -> str:
    return (
        f"The connector service did not let me disconnect {connector(facts)}, so it is still connected. "
        "Please try again, and if it stays like this, give the reference below to an admin of this workspace."
    )


def _turn_too_late(facts: Mapping[str, Any], command: str) -> str:
    return (
        f"Sorry, there is no {connector(facts)} link: others of your organization were connecting it all the time, "
        f"and only one person can at a time. Please try `{command} {connector(facts)}` again later."
    )


_FAILURES: Mapping[str, Callable[[Mapping[str, Any], str], str]] = {
    **platform.FAILURES,
    "admins_unreachable": _admins_unreachable,
    "busy": _busy,
    "button_outdated": _button_outdated,
    "connector_not_offered": _connector_not_offered,
    "connection_not_yours": _connection_not_yours,
    "defect": _defect,
    "guests_not_allowed": _guests_not_allowed,
    "installation_broken": _installation_broken,
    "key_needed": _key_needed,
    "key_typed": _key_typed,
    "not_installed": _not_installed,
    "people_unseen": _people_unseen,
    "key_refused": _key_refused,
    "limit_asks": _limit_asks,
    "limit_organization": _limit_organization,
    "limit_person": _limit_person,
    "limit_requests": _limit_requests,
    "name_invalid": _not_understood,
    "not_admin": _not_admin,
    "not_disconnected": _not_disconnected,
    "not_understood": _not_understood,
    "parameters_invalid": details.refused,
    "secret_needed": details.secret_needed,
    "secrets_unsealable": _secrets_unsealable,
    "turn_too_late": _turn_too_late,
    "unreachable": _unreachable,
    "workspace_key_missing": _workspace_key_missing,
    "workspace_unmapped": _workspace_unmapped,
}
