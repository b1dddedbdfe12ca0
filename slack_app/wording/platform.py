"""What the connector platform refused, or did not answer, and what to do next; failure.py has all other reasons."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from slack_app.model.tool_names import proper_name
from slack_app.wording.text import one_of, plain
from slack_app.wording.understand import word_button

STILL_FAILING = "Still failing? Give your admin the reference."


def connector(facts: Mapping[str, Any]) -> str:
    """Return what the tool is called in a sentence."""
    return plain(facts.get("name") or proper_name(str(facts["connector_type"])))


def _platform_unauthorized(facts: Mapping[str, Any], command: str) -> str:
    return f"I can't connect {connector(facts)}: Freddy Connect's key was rejected."


def _platform_forbidden(facts: Mapping[str, Any], command: str) -> str:
    return f"Your organization doesn't allow {connector(facts)}."


def _connector_unknown(facts: Mapping[str, Any], command: str) -> str:
    names = list(facts["nearest"].values())
    meant = f" Did you mean {one_of(names)}?" if names else ""
    return f"I don't know a tool called “{plain(facts['connector_type'])}”.{meant}"


def _request_rejected(facts: Mapping[str, Any], command: str) -> str:
    refused = f"Freddy refused to connect {connector(facts)} and doesn't say why."
    if given := facts["parameters"]:
        return f"{refused} Please check what you gave as {one_of(given)}. If it is right, ask an admin."
    return f"{refused} An admin can look it up."


def _organization_unknown(facts: Mapping[str, Any], command: str) -> str:
    return "Freddy doesn't know the organization of this workspace, so nothing can be connected yet."


def _platform_fault(facts: Mapping[str, Any], command: str) -> str:
    return f"I couldn't get your {connector(facts)} link; it's not your fault. {STILL_FAILING}"


def _platform_unavailable(facts: Mapping[str, Any], command: str) -> str:
    return f"I couldn't get your {connector(facts)} link: Freddy isn't answering. {STILL_FAILING}"


def _platform_busy(facts: Mapping[str, Any], command: str) -> str:
    return f"I couldn't get your {connector(facts)} link: Freddy is too busy. Please try again in a few minutes."


def _tool_missing(facts: Mapping[str, Any], command: str) -> str:
    return "Which tool do you want to disconnect?"


def _account_unauthorized(facts: Mapping[str, Any], command: str) -> str:
    return "I can't show or change your connections: Freddy Connect's key was rejected. Nothing changed."


def _account_forbidden(facts: Mapping[str, Any], command: str) -> str:
    return "Your organization doesn't let me show or change connections. Nothing changed."


def _account_fault(facts: Mapping[str, Any], command: str) -> str:
    return f"I couldn't read Freddy's answer; it's not your fault. {STILL_FAILING}"


def _account_unavailable(facts: Mapping[str, Any], command: str) -> str:
    return f"Freddy isn't answering. Press *{word_button('status')}* later to see what is connected."


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
