"""Checks what secrets are set to: raises ValueError with what is wrong and what is right, never with a secret.

What may be valid is let through; what is refused is certainly something else, such as a token of another kind.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from pydantic import AfterValidator, SecretStr

EXAMPLE = re.compile(r"your[-_ ]|change[-_ ]?me|^\.\.\.$|<.*>", re.IGNORECASE)
ENCRYPTION_KEY = re.compile(r"[A-Za-z0-9_+/-]{43}=")
"""32 bytes in base64: https://cryptography.io/en/latest/fernet/"""
TOKENS: Mapping[str, str] = {
    "xoxe.xoxb-": "a bot token that expires after 12 hours",
    "xoxe.xoxp-": "a user's or a configuration token that expires after 12 hours",
    "xoxe-": "a refresh token",
    "xoxb-": "a bot token",
    "xoxp-": "a user token",
    "xapp-": "an app-level token",
    "xwfp-": "a workflow's token",
    "xox": "a token of another kind",
}
"""The longest first: https://docs.slack.dev/authentication/tokens, …/using-token-rotation"""
_HEXADECIMAL = re.compile(r"[0-9a-f]+")
_SECRET_LENGTH = 32
"""Of a signing and of a client secret; Slack's pages do not promise it, so only what is hexadecimal is measured."""


def of_secret(check: Callable[[str], None]) -> AfterValidator:
    """Return the check as pydantic applies it to a secret, after what holds for every secret."""

    def checked(secret: SecretStr) -> SecretStr:
        value = secret.get_secret_value()
        if EXAMPLE.search(value):
            raise ValueError("is still the example; put the real secret there")
        if not re.fullmatch(r"[\x21-\x7e]+", value):
            raise ValueError("holds a character that no secret has (a space or a line break copied along?)")
        if "://" in value:
            raise ValueError("is an address; it must be the secret itself")
        check(value)
        return secret

    return AfterValidator(checked)


def token_kind(value: str) -> str | None:
    """Return the beginning of a token that tells its kind, one of TOKENS."""
    return next((prefix for prefix in TOKENS if value.startswith(prefix)), None)


def bot_token(value: str) -> None:
    """Accept the token of a bot that does not expire."""
    kind = token_kind(value)
    if kind == "xoxb-" and value != kind:
        return
    right = "it must be the Bot User OAuth Token (xoxb-…) of the app's page OAuth & Permissions"
    if kind == "xoxe.xoxb-":
        raise ValueError(
            f"is {TOKENS[kind]} ({kind}…): with token rotation leave it out, set SLACK_CLIENT_ID, SLACK_CLIENT_SECRET "
            "and ENCRYPTION_KEYS, and install the app at /slack/install"
        )
    raise ValueError(f"is {_named(kind)}; {right}" if kind and kind != "xoxb-" else f"is no bot token; {right}")


def app_token(value: str) -> None:
    """Accept an app-level token."""
    kind = token_kind(value)
    if kind == "xapp-" and value != kind:
        return
    right = "it must be an app-level token (xapp-…) of the app's page Basic Information, with connections:write"
    raise ValueError(f"is {_named(kind)}; {right}" if kind and kind != "xapp-" else f"is no app-level token; {right}")


def signing_secret(value: str) -> None:
    """Accept what can be a signing secret."""
    _app_secret(value, "Signing Secret")


def client_secret(value: str) -> None:
    """Accept what can be a client secret."""
    _app_secret(value, "Client Secret")


def _app_secret(value: str, called: str) -> None:
    right = f"it must be the {called} of the app's page Basic Information"
    if kind := token_kind(value):
        raise ValueError(f"is {_named(kind)}; {right}")
    if re.fullmatch(r"[0-9]+\.[0-9]+", value):
        raise ValueError(f"is a Client ID; {right}")
    if re.fullmatch(r"A[0-9A-Z]{8,15}", value):
        raise ValueError(f"is an App ID; {right}")
    if re.fullmatch(r"[0-9A-Za-z]{24}", value) and value.lower() != value != value.upper():
        raise ValueError(f"looks like the Verification Token; {right}")
    if _HEXADECIMAL.fullmatch(value) and len(value) != _SECRET_LENGTH:
        raise ValueError(f"is copied in part, or twice: it has not the {_SECRET_LENGTH} characters of Slack's; {right}")


def api_key(value: str) -> None:
    """Accept any key but a token of Slack's: the platform's keys are opaque."""
    if kind := token_kind(value):
        raise ValueError(f"is {_named(kind)} of Slack's; it must be a key of the connector platform")


def _named(kind: str) -> str:
    return f"{TOKENS[kind]} ({kind}…)"


def encryption_keys(value: str) -> tuple[str, ...]:
    """Return the keys, in their order."""
    keys = tuple(filter(None, (key.strip() for key in value.split(","))))
    if not keys or any(not ENCRYPTION_KEY.fullmatch(key) for key in keys):
        raise ValueError(
            "must be keys of 32 bytes in base64, separated by commas, newest first (openssl rand -base64 32 makes one)"
        )
    return keys
