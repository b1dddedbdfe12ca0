"""Checks what settings hold, tokens and keys in secrets.py: raises ValueError with what is wrong and what is right.

No part of a secret stands there. What may be valid is let through.
"""

from __future__ import annotations

import re
from ipaddress import ip_address
from urllib.parse import urlsplit

from pydantic import SecretStr
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from slack_app.config.secrets import EXAMPLE

GOV_SLACK = "slack-gov.com"
WORKSPACE_ID = re.compile(r"[TE][A-Z0-9]+")
ORGANIZATION_ID = re.compile(r"[\w.:-]{1,128}", re.ASCII)


def client_id(value: str) -> str:
    """Return what is a client id."""
    if not re.fullmatch(r"[0-9]+\.[0-9]+", value):
        raise ValueError("must be the Client ID of the app's page Basic Information, such as 1234567890.1234567890")
    return value


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
