"""Decides which addresses people may be sent to: the rules of an offered link, and of a `response_url`.

The address is judged as it is, never repaired: whatever two parsers could read differently is refused.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Set
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

from slack_app.config import is_loopback, slack_host_of

_HOST = re.compile(
    r"(?=.{1,253}$)([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?",
    re.IGNORECASE | re.ASCII,
)


def host_of_safe_link(url: object, allowed_hosts: Set[str] = frozenset()) -> str | None:
    """Return the lower-case host that the address leads to, or None when it must not be offered to anybody."""
    parts = _parse(url)
    if parts is None or parts.hostname is None:
        return None
    if parts.scheme == "http" and not is_loopback(parts.hostname):
        return None
    if allowed_hosts and parts.hostname not in allowed_hosts:
        return None
    return parts.hostname


def is_response_url(url: str, slack_api_url: str) -> bool:
    """Return whether an answer may be posted there: Slack's own host, or this machine where Slack is played on it.

    https://docs.slack.dev/interactivity/handling-user-interaction#message_responses
    """
    parts = _parse(url)
    if parts is None:
        return False
    if is_loopback(urlsplit(slack_api_url).hostname):
        return is_loopback(parts.hostname)
    is_slack = parts.hostname == f"hooks.{slack_host_of(slack_api_url)}"
    return parts.scheme == "https" and is_slack and parts.port is None


def _parse(url: object) -> SplitResult | None:
    if not isinstance(url, str) or any(_misleads(character) for character in url):
        return None
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    # Lower-casing makes ASCII letters of some others (U+212A, the Kelvin sign): compare what will be opened.
    plain = parts.geturl() == url and parts.netloc.isascii() and "@" not in parts.netloc
    if not plain or parts.scheme not in ("https", "http") or port == 0 or not _is_host(parts):
        return None
    return parts


def _misleads(character: str) -> bool:
    """Control, format (bidirectional marks, zero width), separator characters and the backslash."""
    return character == "\\" or unicodedata.category(character) in (
        "Cc",
        "Cf",
        "Cs",
        "Co",
        "Cn",
        "Zs",
        "Zl",
        "Zp",
    )


def _is_host(parts: SplitResult) -> bool:
    host = parts.hostname or ""
    try:
        address = ip_address(host)
    except ValueError:
        # A browser reads a last label that is a number as an IPv4 address: https://url.spec.whatwg.org/#ends-in-a-number-checker
        is_named = _HOST.fullmatch(host) and not re.fullmatch(r"[0-9]+|0x[0-9a-f]*", host.rpartition(".")[2])
        return bool(is_named) and parts.netloc.lower() in (host, f"{host}:{parts.port}")
    written = f"[{host}]" if address.version == 6 else host
    return "%" not in host and parts.netloc.lower() in (written, f"{written}:{parts.port}")
