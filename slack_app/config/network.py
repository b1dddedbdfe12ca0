"""Checks how Slack and the platform are reached: what is said of a proxy and of a company's authorities."""

from __future__ import annotations

import re
import ssl
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import SecretStr


def proxy(secret: SecretStr) -> SecretStr:
    """Return a proxy's address, with its scheme where that was left out."""
    value = secret.get_secret_value()
    url = value if "://" in value else f"http://{value}"
    try:
        parts = urlsplit(url)
        is_one = parts.scheme == "http" and bool(parts.hostname) and parts.port != 0 and parts.path in ("", "/")
    except ValueError:
        is_one = False
    if not is_one or not re.fullmatch(r"[\x21-\x7e]+", url):
        raise ValueError(
            "must look like http://proxy.example:3128, or http://user:password@proxy.example:3128 "
            "with %XX for what is no letter or digit in the password; a proxy is spoken to in plain HTTP"
        )
    return SecretStr(url)


def no_proxy(value: str) -> tuple[str, ...]:
    """Return whom the proxy is not for."""
    places = tuple(filter(None, re.split(r"[,\s]+", value)))
    if not all("/" not in place or _is_network(place) for place in places):
        raise ValueError("must be hosts and networks separated by commas, without https:// and paths")
    return places


def _is_network(value: str) -> bool:
    try:
        ip_network(value, strict=False)
    except ValueError:
        return False
    return True


def certificates(file: Path) -> Path:
    """Return a file of certificates."""
    if not are_certificates(file):
        raise ValueError("must be a file with certificates in PEM that this process can read")
    return file


def are_certificates(file: Path) -> bool:
    """Return whether the file can be read, and holds certificates."""
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(file)
    except (OSError, ValueError):  # ssl.SSLError is one
        return False
    return True
