"""Looks at what Slack says of the app's tokens and secrets: https://docs.slack.dev/reference/methods/auth.test"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any

from slack_sdk import WebClient

from slack_app.adapters.slack_errors import slack_errors
from slack_app.errors import UpstreamError
from slack_app.outside_text import cleaned
from slack_app.ports import Clock

UNREADABLE = "token_unreadable"
"""The refusal of a token that could not even be shown to Slack."""
NO_CODE = "doctor"
"""What no install gave: Slack looks at the client first, and then says that this is no code."""


@dataclass(frozen=True, slots=True)
class SlackAnswer:
    """What came of a call: `outage` while Slack gives no answer of its own, `refusal` where it says no; both a code.

    `status` is that of the answer, None where there was none.
    """

    outage: str = ""
    refusal: str = ""
    status: int | None = None

    @property
    def is_good(self) -> bool:
        """Return whether Slack did as it was asked."""
        return not self.outage and not self.refusal


@dataclass(frozen=True, slots=True)
class TokenFacts:
    """What Slack says of a token: whose it is, and what it may do.

    `seconds_off` is how far the clock of this machine is before Slack's; None where Slack did not tell the time.
    """

    answer: SlackAnswer
    team: str = ""
    team_id: str = ""
    enterprise_id: str = ""
    is_org_wide: bool = False
    is_of_bot: bool = True
    scopes: frozenset[str] = frozenset()
    seconds_off: float | None = None


def look_at_token(client: WebClient, local: Clock = time.time) -> TokenFacts:
    """Return what Slack says of the client's token."""
    began = local()
    try:
        with slack_errors():
            said = client.auth_test()
            headers = {name.lower(): str(value) for name, value in said.headers.items()}
            return TokenFacts(
                SlackAnswer(status=200),
                team=cleaned(str(said.get("team") or "")),
                team_id=str(said["team_id"]),
                enterprise_id=str(said.get("enterprise_id") or ""),
                is_org_wide=bool(said.get("is_enterprise_install")),
                is_of_bot=bool(said.get("bot_id")),
                scopes=frozenset(scope.strip() for scope in headers.get("x-oauth-scopes", "").split(",")),
                seconds_off=_seconds_off(headers, (began + local()) / 2),
            )
    except UpstreamError as exc:
        return TokenFacts(answer_of(exc))


def look_at_app_token(client: WebClient) -> SlackAnswer:
    """Return whether Slack would open a connection of Socket Mode; the address that it hands out is not used.

    https://docs.slack.dev/reference/methods/apps.connections.open
    """
    return _asked(client, "apps.connections.open")


def look_at_client_secret(client: WebClient, client_id: str, client_secret: str) -> SlackAnswer:
    """Return whether Slack knows the app by its client id and secret.

    https://docs.slack.dev/reference/methods/oauth.v2.access
    """
    given = {"client_id": client_id, "client_secret": client_secret, "code": NO_CODE}
    answer = _asked(client, "oauth.v2.access", given)
    return SlackAnswer(status=answer.status) if answer.refusal == "invalid_code" else answer


def knows_person(client: WebClient, user_id: str) -> bool:
    """Return whether the token's workspace knows the person. Raises UpstreamError where Slack does not say.

    https://docs.slack.dev/reference/methods/users.info
    """
    try:
        with slack_errors():
            client.users_info(user=user_id)
    except UpstreamError as exc:
        if exc.code in ("user_not_found", "user_not_visible"):
            return False
        raise
    return True


def answer_of(exc: UpstreamError) -> SlackAnswer:
    """Return what the error says of Slack's answer."""
    code = exc.code or "no_answer"
    return SlackAnswer(outage=code, status=exc.status) if exc.retryable else SlackAnswer("", code, exc.status)


def _asked(client: WebClient, method: str, given: Mapping[str, Any] | None = None) -> SlackAnswer:
    try:
        with slack_errors():
            client.api_call(method, data=dict(given or {}))
    except UpstreamError as exc:
        return answer_of(exc)
    return SlackAnswer(status=200)


def _seconds_off(headers: Mapping[str, str], now: float) -> float | None:
    """Return how far `now` is before the answer's `Date`, which is cut to whole seconds."""
    try:
        return now - (parsedate_to_datetime(headers["date"]).timestamp() + 0.5)
    except (KeyError, ValueError, TypeError):
        return None
