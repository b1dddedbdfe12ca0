"""What somebody waited for is mended."""

from __future__ import annotations

from slack_app.features.pending_requests import HandledByAdmin, RequestDeclined, YouCanRetry
from slack_app.wording.text import plain


def you_can_retry(fact: YouCanRetry) -> str:
    tool = plain(fact.tool)
    what = f"connecting *{tool}*" if tool else "what you asked for"
    by = "You have" if fact.is_own else _who(fact.admin_id)
    return f"*It is fixed.* {by} seen to it, and {what} should work now."


def again_button() -> str:
    return "Try again"


def handled_by_admin(fact: HandledByAdmin) -> str:
    who, tool = f"<@{plain(fact.person.user_id)}>", plain(fact.tool)
    by = _who(fact.admin_id)
    end = "You have seen to it." if fact.is_own else f"{by} seen to it, so there is nothing left for you to do."
    wanted = f"wanted to connect *{tool}*" if tool else "needed help with their tools"
    if fact.is_declined:
        return f"*Declined.* {who} {wanted}. <@{plain(fact.admin_id)}> said no, and told them why."
    return f"*Done.* {who} {wanted}. {end}"


def request_declined(fact: RequestDeclined) -> str:
    tool = plain(fact.tool)
    what = f"connecting *{tool}*" if tool else "your request"
    return f"<@{plain(fact.admin_id)}> declined {what}: {plain(fact.reason, 300)}"


def _who(admin_id: str) -> str:
    return f"<@{plain(admin_id)}> has" if admin_id else "Whoever runs Freddy Connect has"
