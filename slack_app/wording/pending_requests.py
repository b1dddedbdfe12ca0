"""What somebody waited for is solved, or declined."""

from __future__ import annotations

from slack_app.features.pending_requests import HandledByAdmin, RequestDeclined, YouCanRetry
from slack_app.wording.text import label, plain


def you_can_retry(fact: YouCanRetry) -> str:
    tool = plain(fact.tool)
    lead = f"*You can connect {tool} now.*" if tool else "*You can try again now.*"
    return lead if fact.is_own else f"{lead} {_took_care(fact.admin_id)}"


def again_button(tool: str = "") -> str:
    return label(f"Connect {tool}") if tool else "Try again"


def handled_by_admin(fact: HandledByAdmin) -> str:
    who, tool = f"<@{plain(fact.person.user_id)}>", plain(fact.tool)
    if fact.is_declined:
        wanted = f"wanted to connect *{tool}*" if tool else "needed help with their tools"
        return f"*Declined.* {who} {wanted}. <@{plain(fact.admin_id)}> said no and told them why."
    done = f"*Done.* {who} can connect *{tool}* now." if tool else f"*Done.* {who} can try again now."
    return done if fact.is_own else f"{done} {_took_care(fact.admin_id)}"


def request_declined(fact: RequestDeclined) -> str:
    tool = plain(fact.tool)
    what = f"your request for *{tool}*" if tool else "your request"
    return f"<@{plain(fact.admin_id)}> declined {what}: {plain(fact.reason, 300)}"


def _took_care(admin_id: str) -> str:
    return f"{f'<@{plain(admin_id)}>' if admin_id else 'Whoever runs Freddy Connect'} took care of it."
