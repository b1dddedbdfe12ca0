"""Checks what each setting holds: raises ValueError with what is wrong and what is right, never with a secret.

What may be valid is let through; what is refused is certainly something else, such as a token of another kind.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from ipaddress import ip_address
from urllib.parse import urlsplit

from pydantic import AfterValidator, SecretStr
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

GOV_SLACK = "slack-gov.com"
WORKSPACE_ID = re.compile(r"[TE][A-Z0-9]+")
ORGANIZATION_ID = re.compile(r"[\w.:-]{1,128}", re.ASCII)
ENCRYPTION_KEY = re.compile(r"[A-Za-z0-9_+/-]{43}=")
"""32 bytes in base64: https://cryptography.io/en/latest/fernet/"""
EXAMPLE = re.compile(r"your[-_ ]|change[-_ ]?me|^\.\.\.$|<.*>", re.IGNORECASE)
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


def client_id(value: str) -> str:
    """Return what is a client id."""
    if not re.fullmatch(r"[0-9]+\.[0-9]+", value):
        raise ValueError("must be the Client ID of the app's page Basic Information, such as 1234567890.1234567890")
    return value


def encryption_keys(value: str) -> tuple[str, ...]:
    """Return the keys, in their order."""
    keys = tuple(filter(None, (key.strip() for key in value.split(","))))
    if not keys or any(not ENCRYPTION_KEY.fullmatch(key) for key in keys):
        raise ValueError(
            "must be keys of 32 bytes in base64, separated by commas, newest first (openssl rand -base64 32 makes one)"
        )
    return keys


def slack_host_of(api_url: str) -> str:
    """Return the host of the Slack that the API belongs to: GovSlack has its own, whatever stands before it has not.

    https://github.com/opsdroid/opsdroid/issues/2013
    """
    return GOV_SLACK if urlsplit(api_url).hostname == GOV_SLACK else "slack.com"


def is_loopback(host: str | None) -> bool:
    """Return whether a URL's host never leaves this machine."""
    if host is None:
        return False
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def address(url: str) -> str:
    """Return an address that secrets may be sent to."""
    if not re.fullmatch(r"[\x21-\x7e]+", url):
        raise ValueError("holds a character that no address has (a space or a line break copied along?)")
    try:
        parts = urlsplit(url)
        is_address = parts.scheme in ("https", "http") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_address = False
    if not is_address:
        raise ValueError("must be an address that begins with https://")
    if EXAMPLE.search(url):
        raise ValueError("is still the example; put the real address there")
    if parts.scheme == "http" and not is_loopback(parts.hostname):
        raise ValueError("must begin with https:// (plain http only to this machine): secrets go there")
    if "@" in parts.netloc:
        raise ValueError("must not hold a user name or password")
    if "?" in url or "#" in url:
        raise ValueError("must end before any ? or #")
    return url


def address_without_path(url: str) -> str:
    """Return an address to which the app adds its own paths."""
    if urlsplit(address(url)).path not in ("", "/"):
        raise ValueError("must be an address without a path, such as https://host.example: the app adds its own paths")
    return url


def collector(url: str) -> str:
    """Return the address of a collector of traces: within a cluster plain http is usual, and no secret goes there."""
    address(re.sub("^http:", "https:", url))
    return url


def sentry_dsn(secret: SecretStr) -> SecretStr:
    """Return what is a DSN: https://docs.sentry.io/concepts/key-terms/dsn-explainer/"""
    value = secret.get_secret_value()
    parts = re.fullmatch(r"https?://[0-9A-Za-z:]+@([^/?#@\s]+)/[\x21-\x7e]*[0-9]+", value)
    if not parts:
        raise ValueError("must be the DSN of a project, such as https://key@sentry.example/1")
    address(f"https://{parts[1]}")
    return secret


def slack_api_url(url: str) -> str:
    """Return the address with a slash at its end: slack_sdk appends the method's name as it is."""
    ended = address(url).rstrip("/") + "/"
    parts = urlsplit(ended)
    if parts.hostname in ("slack.com", GOV_SLACK) and parts.path != "/api/":
        raise ValueError(f"must be https://slack.com/api/, or on GovSlack https://{GOV_SLACK}/api/")
    return ended


def command(value: str) -> str:
    """Return what Slack takes as a command's name."""
    if not re.fullmatch(r"/[a-z0-9_-]{1,31}", value):
        raise ValueError("must be a slash and up to 31 lower-case letters, digits, hyphens or underscores")
    return value


def workspace_organizations(value: str) -> dict[str, str]:
    """Return the organization of each workspace."""
    pairs: dict[str, str] = {}
    for pair in filter(None, (part.strip() for part in value.split(","))):
        workspace_id, _, organization_id = (word.strip() for word in pair.partition("="))
        if not WORKSPACE_ID.fullmatch(workspace_id) or not ORGANIZATION_ID.fullmatch(organization_id):
            raise ValueError("must look like T0123=org_a,E0456=org_b")
        if pairs.setdefault(workspace_id, organization_id) != organization_id:
            raise ValueError(f"names {workspace_id} twice; each workspace belongs to one organization")
    return pairs


def authorization_hosts(value: str) -> frozenset[str]:
    """Return the hosts in lower case."""
    hosts = frozenset(filter(None, (host.strip().lower() for host in value.split(","))))
    if any(not re.fullmatch(r"[a-z0-9.:\[\]-]+", host) for host in hosts):
        raise ValueError("must be host names separated by commas, without https:// and paths")
    return hosts


def host(value: str) -> str:
    """Return an IP address of either version, or a name."""
    try:
        return str(ip_address(value))
    except ValueError:
        if re.fullmatch(r"(?=.*[A-Za-z])[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?", value):
            return value
    raise ValueError("must be an address of this machine, such as 127.0.0.1 or ::1, without a port and brackets")


def in_words(error: ErrorDetails, field: FieldInfo) -> str:
    """Return what an operator reads of one of pydantic's errors: what would be right."""
    if error["type"] == "value_error":
        return error["msg"].removeprefix("Value error, ")
    if error["type"] == "literal_error":
        return f"must be {error['ctx']['expected'].replace(chr(39), '')}"
    limits = {type(limit).__name__: limit for limit in field.metadata}
    if limits.keys() >= {"Ge", "Le"}:
        return f"must be a whole number from {limits['Ge'].ge} to {limits['Le'].le}"
    return "cannot be read"
