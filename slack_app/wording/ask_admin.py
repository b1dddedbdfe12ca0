"""Asking an admin."""

from __future__ import annotations

from collections.abc import Sequence

from slack_app.features.ask_admin import AdminRequest, AdminsAsked, ProblemDeclined, ProblemResolved
from slack_app.wording.text import label, plain


def ask_button() -> str:
    return "Ask an admin"


def people(user_ids: Sequence[str]) -> str:
    """Name people by their mentions; whoever is mentioned in a private message is not notified by it."""
    mentions = [f"<@{plain(user_id)}>" for user_id in user_ids]
    return " and ".join(filter(None, [", ".join(mentions[:-1]), mentions[-1]]))


def admins_asked(fact: AdminsAsked) -> str:
    if not fact.admins:
        return "*Your admins were asked already today.* You will be told as soon as it is fixed."
    if not fact.is_first:
        return (
            f"*{people(fact.admins)} {_have(fact)} been asked already today,* so I did not ask again. You will be told "
            "as soon as it is fixed."
        )
    return (
        f"*I have asked {people(fact.admins)}.* You will be told as soon as it is fixed, and then one press is "
        "enough: there is nothing more you need to do."
    )


def _have(fact: AdminsAsked) -> str:
    return "has" if len(fact.admins) == 1 else "have"


def admin_request(fact: AdminRequest, command: str) -> str:
    whose = "your" if fact.is_own else "their"
    who = "You want" if fact.is_own else f"<@{plain(fact.person.user_id)}> wants"
    name = plain(fact.tool)
    tool = f"*{name}*" if name else f"{whose} tools"
    organization = plain(fact.organization_id) or "your organization"
    sentence = {
        "workspace_unmapped": (
            f"{who} to connect {tool}, and this workspace is not set up yet. It takes an organization id and an API "
            "key."
        ),
        "workspace_key_missing": (
            f"{who} to connect {tool}, and I have no key for this workspace any more. Please bring one in the set-up."
        ),
        "platform_unauthorized": _unauthorized(who, tool),
        "account_unauthorized": _unauthorized(who, tool),
        "platform_forbidden": f"{who} to connect {tool}, {_forbidden(organization)}",
        "account_forbidden": f"{who} to see {whose} connections, {_forbidden(organization)}",
        "organization_unknown": (
            f"{who} to connect {tool}, and Freddy does not know the organization {organization}. Please correct its id "
            "in the set-up."
        ),
        "request_rejected": (
            f"{who} to connect {tool}, and Freddy refused it for {organization} without saying why. Its support can "
            "look it up. When it works, press *It works now*."
        ),
        "connector_not_offered": _not_offered(who, tool if name else "", command),
    }[fact.reason]
    return f"*You are an admin here, so you can fix this yourself.* {sentence}" if fact.is_own else sentence


def _not_offered(who: str, tool: str, command: str) -> str:
    if not tool:
        return f"{who} to connect a tool that is not offered in this workspace. The set-up shows all that is offered."
    return (
        f"{who} to connect {tool}, which is not offered in this workspace. Press the button to offer it to everybody "
        f"from now on; `{command} setup` shows all that is offered."
    )


def _forbidden(organization: str) -> str:
    return (
        f"and the connector service does not allow it for {organization}. If it is to be allowed, change that there "
        "and press *It works now*; if the organization is wrong, open the set-up."
    )


def _unauthorized(who: str, tool: str) -> str:
    return (
        f"{who} to connect {tool}, and the connector service does not accept the key that is used here. Please "
        "bring a new one in the set-up; if it was fixed elsewhere, press *It works now*."
    )


def offer_button(tool: str) -> str:
    return label(f"Offer {tool}")


def confirm_fixed_button() -> str:
    return "It works now"


def decline_button() -> str:
    return "Decline"


def reason_title() -> str:
    return "Decline the request"


def reason_label() -> str:
    return "Reason"


def reason_hint() -> str:
    return "Everybody who asked for this sees your reason."


def reason_late() -> str:
    return "Slack took too long to open the form. Press *Decline* again."


def problem_declined(fact: ProblemDeclined) -> str:
    told = {0: "Nobody is waiting for it any more.", 1: "The person who asked has been told why."}
    people_told = told.get(fact.told) or f"{fact.told} people who asked have been told why."
    return f"*Declined:* {plain(fact.reason, 300)}\n{people_told}"


def problem_resolved(fact: ProblemResolved) -> str:
    tool = plain(fact.tool)
    lead = f"*{tool} is offered now.*" if tool else "*Thank you.*"
    told = {0: "Nobody is waiting for it any more.", 1: "The person who waits for it has been told."}
    return f"{lead} {told.get(fact.told) or f'{fact.told} people who wait for it have been told.'}"
