"""What REDIS_URL says: which servers, as whom, and whose certificates count.

    redis://user:password@host:port/database
    redis+sentinel://user:password@host:port,host:port/service/database?sentinel_username=…&sentinel_password=…
    redis+cluster://user:password@host:port,host:port

With `rediss` TLS is spoken to all of them, the Sentinels, too. Then the query may hold `ssl_ca_certs` (a file of
authorities that count beside the machine's), `ssl_cert_reqs=none` (no certificate is looked at),
`ssl_check_hostname=false` (it may be for another host), `ssl_certfile` and `ssl_keyfile` (the client's own). What is no
letter or digit in names and passwords is written as %XX.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import SplitResult, urlsplit

from redis import SSLConnection
from redis.connection import parse_url

_PORTS = {"sentinel": 26379, "cluster": 6379}


@dataclass(frozen=True, slots=True)
class RedisAddress:
    """`kind` is `sentinel`, `cluster` or empty; `options` are redis-py's, for each connection to a server of data."""

    kind: str
    nodes: list[tuple[str, int]]
    service: str
    options: dict[str, Any]
    for_sentinels: dict[str, Any]
    is_tls: bool


def read(url: str) -> RedisAddress:
    """Read the setting. Raises ValueError where it is none of these."""
    parts = urlsplit(url)
    scheme, _, kind = parts.scheme.partition("+")
    user, _, hosts = parts.netloc.rpartition("@")
    service, _, database = parts.path.strip("/").partition("/") if kind == "sentinel" else ("", "", parts.path)
    nodes = _nodes(hosts, _PORTS[kind]) if kind else []
    one = parts._replace(scheme=scheme, netloc=f"{user}@{hosts.split(',')[0]}" if user else hosts.split(",")[0])
    options = _options(one._replace(path=f"/{database.strip('/')}"))
    whole = {name: options.pop(f"sentinel_{name}", None) for name in ("username", "password")}
    tls = {name: value for name, value in options.items() if name.startswith("ssl_")}
    return RedisAddress(
        kind,
        nodes,
        service,
        options,
        tls | {name: value for name, value in whole.items() if value},
        is_tls=options.get("connection_class") is SSLConnection,
    )


def _options(url: SplitResult) -> dict[str, Any]:
    options: dict[str, Any] = parse_url(url.geturl())
    if "ssl_cert_reqs" in options:  # others write it as Python's `ssl` does
        options["ssl_cert_reqs"] = options["ssl_cert_reqs"].lower().removeprefix("cert_")
    return options


def _nodes(hosts: str, default_port: int) -> list[tuple[str, int]]:
    addresses = (urlsplit(f"//{address}") for address in hosts.split(","))
    return [(address.hostname or "localhost", address.port or default_port) for address in addresses]
