"""Checks REDIS_URL part by part, and shows it without what is secret in it.

What redis-py reads leniently (a database that is no number counts as 0) or fails on late, with a traceback, is said
before anything starts. https://redis.readthedocs.io/en/stable/connections.html
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import SplitResult, parse_qsl, quote, urlsplit, urlunsplit

from pydantic import SecretStr

from slack_app.config.network import are_certificates
from slack_app.config.secrets import EXAMPLE

SCHEMES = ("redis", "rediss", "redis+sentinel", "rediss+sentinel", "redis+cluster", "rediss+cluster")
OPTIONS: Mapping[str, str] = {
    "ssl_cert_reqs": "(cert_)?(none|optional|required)",
    "ssl_check_hostname": "true|false|yes|no|1|0",
    "ssl_ca_certs": ".+",
    "ssl_ca_path": ".+",
    "ssl_certfile": ".+",
    "ssl_keyfile": ".+",
    "ssl_password": ".+",
    "sentinel_username": ".+",
    "sentinel_password": ".+",
    "username": ".+",
    "password": ".+",
    "db": "[0-9]{1,9}",
    "protocol": "2|3",
}
"""What may stand behind the `?`, and its values; redis-py takes no others, or its time-outs would not be the app's."""
_SECRET_OPTION = re.compile("pass|secret|key|token", re.IGNORECASE)
_HOST = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9._-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+(%[A-Za-z0-9]+)?\]")
_MASK = "***"


def checked(secret: SecretStr) -> SecretStr:
    """Return an address that can be one; raises ValueError with what is wrong, without any part of it."""
    _check(secret.get_secret_value())
    return secret


def _check(url: str) -> None:
    if not re.fullmatch(r"[\x21-\x7e]*", url):
        raise ValueError("holds a character that no address has: in user and password write it as %XX")
    scheme, separator, _ = url.partition("://")
    if not separator or scheme not in SCHEMES:
        raise ValueError(f"must begin with {', '.join(f'{known}://' for known in SCHEMES[:-1])} or {SCHEMES[-1]}://")
    if EXAMPLE.search(url):
        raise ValueError("is still the example; put the real address there")
    parts = _split(url)
    _check_path(scheme, parts.path)
    for name, value in parse_qsl(parts.query, keep_blank_values=True):
        _check_option(scheme, name, value)


def masked(url: str) -> str:
    """Return an address with its password (a name without one is a key) and what else may be secret in it masked."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return _MASK
    credentials, at, hosts = parts.netloc.rpartition("@")
    user, colon, _ = credentials.partition(":")
    options = "&".join(
        f"{quote(name)}={_MASK if _SECRET_OPTION.search(name) else quote(value)}"
        for name, value in parse_qsl(parts.query, keep_blank_values=True)
    )
    shown = f"{user}:{_MASK}" if colon else _MASK if at else ""
    netloc = f"{shown}{at}{hosts}"
    return urlunsplit((parts.scheme, netloc, parts.path, options, parts.fragment))


def _split(url: str) -> SplitResult:
    """Return the parts, after the look at hosts and credentials."""
    netloc, *rest = re.split(r"[/?#]", url.partition("://")[2], maxsplit=1)
    if "#" in url or any("@" in part for part in rest):
        raise ValueError("holds a / ? # or @ where none belongs; in user and password write %2F %3F %23 and %40")
    if re.search(r"%(?![0-9A-Fa-f]{2})", url):
        raise ValueError("holds a % that stands for no character; in user and password write %25")
    credentials, _, hosts = netloc.rpartition("@")
    if "[" in credentials or "]" in credentials:
        raise ValueError("holds a [ or ] in user or password; write %5B and %5D")
    addresses = hosts.split(",")
    if len(addresses) > 1 and "+" not in url.partition("://")[0]:
        raise ValueError("names several hosts: that takes redis+sentinel:// or redis+cluster://")
    for address in addresses:
        _check_address(address)
    return urlsplit(url)


def _check_address(address: str) -> None:
    host, colon, port = address.rpartition(":") if not address.endswith("]") and ":" in address else (address, "", "")
    if not host:
        raise ValueError("names no host: it must look like redis://host:6379/0")
    if not _HOST.fullmatch(host):
        raise ValueError("names a host that cannot be one (an IPv6 address stands in [ ])")
    if colon and not (re.fullmatch(r"[0-9]{1,5}", port) and 1 <= int(port) <= 65535):
        raise ValueError("names a port that is not a number from 1 to 65535")


def _check_path(scheme: str, path: str) -> None:
    words = path.removeprefix("/").removesuffix("/").split("/")
    if scheme.endswith("+sentinel"):
        if not words[0]:
            raise ValueError("names no service: behind the Sentinels it must go on with /service/0")
        words = words[1:]
    if words and not (len(words) == 1 and re.fullmatch(r"[0-9]{1,9}|", words[0])):
        raise ValueError("names a database that is not a number: it must end with /0")
    if scheme.endswith("+cluster") and words and int(words[0] or 0):
        raise ValueError("names a database: a Cluster has only 0")


def _check_option(scheme: str, name: str, value: str) -> None:
    if name not in OPTIONS:
        raise ValueError(f"has an option behind the ? that is not known; known are {', '.join(OPTIONS)}")
    if name.startswith("ssl_") and not scheme.startswith("rediss"):
        raise ValueError(f"has {name}, which takes rediss://")
    if name.startswith("sentinel_") and not scheme.endswith("+sentinel"):
        raise ValueError(f"has {name}, which takes Sentinels (…+sentinel://)")
    if not re.fullmatch(OPTIONS[name], value, re.IGNORECASE):
        raise ValueError(f"has a value for {name} that it cannot have")
    if name == "ssl_ca_certs" and not are_certificates(Path(value)):
        raise ValueError(f"names in {name} no file with certificates in PEM that this process can read")
    if name in ("ssl_certfile", "ssl_keyfile") and not _is_readable(Path(value)):
        raise ValueError(f"names in {name} no file that this process can read")


def _is_readable(file: Path) -> bool:
    return file.is_file() and os.access(file, os.R_OK)
