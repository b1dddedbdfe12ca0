"""What an admin is told where all others are told to ask one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from slack_app.wording.platform import STILL_FAILING, connector
from slack_app.wording.text import one_of, plain

_STILL_FAILING = "Still failing? Give whoever runs Freddy Connect the reference."


def sentence(reason: str, facts: Mapping[str, Any], said: str) -> str:
    """Return what the admin is told, instead of what is `said` to all others."""
    own = _OWN.get(reason)
    return own(facts) if own else said.replace(STILL_FAILING, _STILL_FAILING)


def _workspace_key_missing(facts: Mapping[str, Any]) -> str:
    return "Freddy Connect has no key for this workspace, so nothing can be connected right now. Add one in setup."


def _unauthorized(what: str) -> str:
    return f"{what}: Freddy Connect's key was rejected. Add a new one in setup."


def _platform_unauthorized(facts: Mapping[str, Any]) -> str:
    return _unauthorized(f"I can't connect {connector(facts)}")


def _account_unauthorized(facts: Mapping[str, Any]) -> str:
    return _unauthorized("I can't show or change your connections")


def _platform_forbidden(facts: Mapping[str, Any]) -> str:
    return f"Your organization doesn't allow {connector(facts)}. {_allow()}"


def _account_forbidden(facts: Mapping[str, Any]) -> str:
    return f"Your organization doesn't let me show or change connections. Nothing changed. {_allow()}"


def _allow() -> str:
    return "Allow it in Freddy, then try again. If it is the wrong organization, change it in setup."


def _organization_unknown(facts: Mapping[str, Any]) -> str:
    organization = plain(facts.get("organization_id", "")) or "the organization of this workspace"
    return f"Freddy doesn't know {organization}, so nothing can be connected yet. Correct its id in setup."


def _request_rejected(facts: Mapping[str, Any]) -> str:
    refused = f"Freddy refused to connect {connector(facts)} and doesn't say why."
    check = f" Please check what you gave as {one_of(facts['parameters'])}." if facts["parameters"] else ""
    return f"{refused}{check} Freddy's support can look it up with the reference."


def _connector_not_offered(facts: Mapping[str, Any]) -> str:
    return f"*{connector(facts)}* isn't offered in this workspace. You can offer it to everybody."


def _connection_not_yours(facts: Mapping[str, Any]) -> str:
    return "You didn't connect this account, so you can only disconnect it."


_OWN: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "account_forbidden": _account_forbidden,
    "account_unauthorized": _account_unauthorized,
    "connection_not_yours": _connection_not_yours,
    "connector_not_offered": _connector_not_offered,
    "organization_unknown": _organization_unknown,
    "platform_forbidden": _platform_forbidden,
    "platform_unauthorized": _platform_unauthorized,
    "request_rejected": _request_rejected,
    "workspace_key_missing": _workspace_key_missing,
}
"""By the reason of the UserError."""
