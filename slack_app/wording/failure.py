"""Why something did not work, and what to do next."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from slack_app.wording import ask_admin, details, for_admins, key, platform
from slack_app.wording.platform import STILL_FAILING, connector
from slack_app.wording.text import local_time, one_of, plain
from slack_app.wording.understand import word_button


def reference(word: str) -> str:
    return f"Reference: `{word}`"


def title() -> str:
    return "Freddy Connect"


def sentence(reason: str, facts: Mapping[str, Any], command: str, *, is_admin: bool = False) -> str:
    """Return the sentence for the reason of a UserError; an admin is told what they can do themselves."""
    said = _FAILURES[reason](facts, command)
    return for_admins.sentence(reason, facts, said) if is_admin else said


def _busy(facts: Mapping[str, Any], command: str) -> str:
    return "I can't take requests right now. Please try again in a minute."


def _defect(facts: Mapping[str, Any], command: str) -> str:
    return f"Something went wrong on my side. Please try again. {STILL_FAILING}"


def _not_understood(facts: Mapping[str, Any], command: str) -> str:
    names = list(facts.get("nearest", {}).values())
    typed = plain(facts.get("connector_type", ""))
    meant = f" Did you mean {one_of(names)}?" if names else ""
    return f"I didn't understand {f'“{typed}”' if typed else 'that'}.{meant}"


def _workspace_unmapped(facts: Mapping[str, Any], command: str) -> str:
    return "Freddy Connect isn't set up here yet."


def _workspace_key_missing(facts: Mapping[str, Any], command: str) -> str:
    return "Freddy Connect has no key for this workspace, so nothing can be connected right now."


def _key_needed(facts: Mapping[str, Any], command: str) -> str:
    return key.needed()


def _key_refused(facts: Mapping[str, Any], command: str) -> str:
    return key.refused()


def _people_unseen(facts: Mapping[str, Any], command: str) -> str:
    return (
        "Slack doesn't tell me who is who here, so I can't do this. An admin can add Freddy Connect to this workspace "
        "again. Still failing? Give whoever runs it the reference."
    )


def _not_installed(facts: Mapping[str, Any], command: str) -> str:
    return "Freddy Connect was removed from this workspace, so I can't do this. An admin can add it again."


def _installation_broken(facts: Mapping[str, Any], command: str) -> str:
    return (
        "Slack doesn't let me do this here: Freddy Connect has to be added to this workspace again. An admin can do "
        "that. Still failing? Give whoever runs it the reference."
    )


def _unreachable(facts: Mapping[str, Any], command: str) -> str:
    return (
        "Slack doesn't let me message you, so what you asked for couldn't reach you. "
        f"Type `{command}` in any conversation: I answer there, and only you see it. "
        "An admin can allow direct messages from apps."
    )


def _key_typed(facts: Mapping[str, Any], command: str) -> str:
    return (
        f"*That looks like a key, so I didn't read on.* Press *{word_button('key')}* to add it safely. "
        "If you wrote it as a message, delete that message."
    )


def _secrets_unsealable(facts: Mapping[str, Any], command: str) -> str:
    return (
        "I can't keep keys safely yet, so I didn't keep yours. Whoever runs Freddy Connect has to turn on encryption "
        "first: please give them the reference."
    )


def _connector_not_offered(facts: Mapping[str, Any], command: str) -> str:
    return f"*{plain(facts['name'])}* isn't offered in this workspace. An admin can offer it."


def _guests_not_allowed(facts: Mapping[str, Any], command: str) -> str:
    return "Only members can connect tools in this workspace, not guests."


def _not_admin(facts: Mapping[str, Any], command: str) -> str:
    if not facts["admins"]:
        return "Only admins of this workspace can do that."
    return f"Only admins of this workspace can do that. Please ask one: {ask_admin.people(facts['admins'])}."


def _admins_unreachable(facts: Mapping[str, Any], command: str) -> str:
    return "I couldn't reach an admin. Please ask one yourself, and give them the reference."


def _limit_person(facts: Mapping[str, Any], command: str) -> str:
    return f"You asked for many links in a short time. Please come back at {local_time(facts['again_at'])}."


def _limit_requests(facts: Mapping[str, Any], command: str) -> str:
    return "That was a lot at once, so I skipped this one. Please try again in a minute."


def _limit_organization(facts: Mapping[str, Any], command: str) -> str:
    again = local_time(facts["again_at"])
    return f"Many people of your organization are connecting tools right now. Please come back at {again}."


def _limit_asks(facts: Mapping[str, Any], command: str) -> str:
    return (
        "Your admins were already asked a lot, so I didn't ask again. "
        f"Please come back at {local_time(facts['again_at'])}, or ask one yourself."
    )


def _button_outdated(facts: Mapping[str, Any], command: str) -> str:
    return "That button is too old, or it isn't yours. Please start again."


def _connection_not_yours(facts: Mapping[str, Any], command: str) -> str:
    return "You didn't connect this account, so you can't change it. An admin can disconnect it."


def _not_disconnected(facts: Mapping[str, Any], command: str) -> str:
    return f"I couldn't disconnect {connector(facts)}, so it's still connected. Please try again. {STILL_FAILING}"


def _turn_too_late(facts: Mapping[str, Any], command: str) -> str:
    return (
        f"I couldn't get your {connector(facts)} link: others were connecting it all the time, and only one person can "
        "at a time."
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
