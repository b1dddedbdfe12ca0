"""What the connector platform refused, or did not answer, and what to do next; failure.py has all other reasons."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from slack_app.wording.text import one_of, plain


def connector(facts: Mapping[str, Any]) -> str:
    """Return what the tool is called in a sentence."""
    return plain(facts["connector_type"])


def _platform_unauthorized(facts: Mapping[str, Any], command: str) -> str:
    return (
        f"I can't connect {connector(facts)} right now: the connector service does not accept my access. "
        "You did nothing wrong, and there is nothing for you to fix. An admin of this workspace can help."
    )


def _platform_forbidden(facts: Mapping[str, Any], command: str) -> str:
    return (
        f"Connecting {connector(facts)} is not allowed for your organization, "
        f"{plain(facts['organization_id'])}. An admin of this workspace can have it allowed."
    )


def _connector_unknown(facts: Mapping[str, Any], command: str) -> str:
    names = list(facts["nearest"].values())
    meant = f" Did you mean {one_of(names)}?" if names else ""
    return f"I don't know a tool called “{connector(facts)}”.{meant}"


def _request_rejected(facts: Mapping[str, Any], command: str) -> str:
    if given := facts["parameters"]:
        return (
            f"Freddy refused to connect {connector(facts)} and doesn't say why. Please check what you gave as "
            f"{one_of(given)}. If it is right, ask an admin."
        )
    return f"Freddy refused to connect {connector(facts)} and doesn't say why. An admin can look it up."


def _organization_unknown(facts: Mapping[str, Any], command: str) -> str:
    return (
        "Freddy doesn't know the organization that this workspace is set up for, so nothing can be connected yet. "
        f"An admin can correct it.\n*If you are an admin:* type `{command} setup`."
    )


def _platform_fault(facts: Mapping[str, Any], command: str) -> str:
    return (
        f"Sorry, there is no {connector(facts)} link: the connector service sent an answer that I can't use "
        "safely. You did nothing wrong. Please try again later. "
        "If it stays like this, give the reference below to an admin of this workspace."
    )


def _platform_unavailable(facts: Mapping[str, Any], command: str) -> str:
    return (
        f"Sorry, there is no {connector(facts)} link: I kept trying, but the connector service did not answer. "
        f"Nothing was connected. Please try `{command} {connector(facts)}` again later. "
        "If it stays like this, give the reference below to an admin of this workspace."
    )


def _platform_busy(facts: Mapping[str, Any], command: str) -> str:
    return (
        f"Sorry, there is no {connector(facts)} link: the connector service has too many requests and asks us "
        f"to wait longer than I can keep yours. Nothing was connected. Please try "
        f"`{command} {connector(facts)}` again later. "
        "If it stays like this, give the reference below to an admin of this workspace."
    )


def _tool_missing(facts: Mapping[str, Any], command: str) -> str:
    return f"Which tool do you want to disconnect? `{command} disconnect` lists them."


def _account_unauthorized(facts: Mapping[str, Any], command: str) -> str:
    return (
        "I can't see your connections right now: the connector service does not accept my access. "
        "Nothing has changed, and there is nothing for you to fix. "
        "An admin of this workspace can help."
    )


def _account_forbidden(facts: Mapping[str, Any], command: str) -> str:
    return (
        "I may not see or change connections of your organization. Nothing has changed. "
        "An admin of this workspace can have it allowed."
    )


def _account_fault(facts: Mapping[str, Any], command: str) -> str:
    return (
        "Sorry, the connector service sent an answer that I can't use. Please try again later. "
        "If it stays like this, give the reference below to an admin of this workspace."
    )


def _account_unavailable(facts: Mapping[str, Any], command: str) -> str:
    return (
        "Sorry, I kept trying, but the connector service did not answer. "
        f"Please try again later: `{command} status` shows how it stands then."
    )


FAILURES: Mapping[str, Callable[[Mapping[str, Any], str], str]] = {
    "account_fault": _account_fault,
    "account_forbidden": _account_forbidden,
    "account_unauthorized": _account_unauthorized,
    "account_unavailable": _account_unavailable,
    "connector_unknown": _connector_unknown,
    "organization_unknown": _organization_unknown,
    "platform_busy": _platform_busy,
    "platform_fault": _platform_fault,
    "platform_forbidden": _platform_forbidden,
    "platform_unauthorized": _platform_unauthorized,
    "platform_unavailable": _platform_unavailable,
    "request_rejected": _request_rejected,
    "tool_missing": _tool_missing,
}
"""By the reason of the UserError."""
