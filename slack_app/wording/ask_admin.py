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
    ready = "I'll message you when it's ready."
    if fact.is_first:
        return f"*I asked {people(fact.admins)}.* {ready}"
    whom = people(fact.admins) if fact.admins else "Your admins"
    return f"*{whom} {'was' if len(fact.admins) == 1 else 'were'} already asked today.* {ready}"


def admin_request(fact: AdminRequest, command: str) -> str:
    name, organization = plain(fact.tool), plain(fact.organization_id) or "your organization"
    reference = f" with the reference `{plain(fact.reference)}`" if fact.reference else ""
    rejected = (
        "Freddy rejected the API key that is used here. Add a new one in the setup, or press *It works now* when it "
        "is fixed elsewhere."
    )
    forbidden = (
        f"Freddy doesn't allow it for {organization}. Allow it there, then press *It works now*. "
        "Wrong organization? Correct it in the setup."
    )
    why = {
        "workspace_unmapped": "This workspace isn't set up yet. You need your Freddy organization id and an API key.",
        "workspace_key_missing": "This workspace's API key is missing. Add one in the setup.",
        "platform_unauthorized": rejected,
        "account_unauthorized": rejected,
        "platform_forbidden": forbidden,
        "account_forbidden": forbidden,
        "organization_unknown": f"Freddy doesn't know the organization {organization}. Correct its id in the setup.",
        "request_rejected": (
            f"Freddy refused it for {organization} and doesn't say why. Its support can look it up{reference}. "
            "When it works, press *It works now*."
        ),
        "connector_not_offered": (
            f"It isn't offered in this workspace. *{offer_button(name)}* offers it to everyone."
            if name
            else f"It isn't offered in this workspace. `{command} setup` shows what is."
        ),
    }[fact.reason]
    if fact.is_own:
        return f"*You're an admin, so you can fix this yourself.* {why}"
    return f"<@{plain(fact.person.user_id)}> wants to {_wanted(fact, name)}. {why}"


def _wanted(fact: AdminRequest, name: str) -> str:
    if fact.reason.startswith("account_"):
        return "see or change their connections"
    if name:
        return f"connect *{name}*"
    return "connect a tool" if fact.reason == "connector_not_offered" else "connect their tools"


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
    tool = plain(fact.tool)
    wanted = f"wanted to connect *{tool}*" if tool else "needed help with their tools"
    who = f" <@{plain(fact.person.user_id)}> {wanted}." if fact.person else ""
    return f"*Declined.*{who} Your reason: {plain(fact.reason, 300)}\n{_told(fact.told)}"


def problem_resolved(fact: ProblemResolved) -> str:
    tool = plain(fact.tool)
    lead = f"*{tool} is offered now.*" if tool else "*Thank you.*"
    return f"{lead} {_told(fact.told)}"


def _told(count: int) -> str:
    told = {0: "Nobody is waiting for it anymore.", 1: "I told the person who asked."}
    return told.get(count) or f"I told the {count} people who asked."
