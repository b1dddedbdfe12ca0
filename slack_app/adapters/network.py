"""How Slack and the platform are reached from here: through a proxy or directly, and whose certificates count.

The environment is not read here, nor by a library: what counts of it are settings (config.py), handed down.
"""

from __future__ import annotations

import re
import ssl
from dataclasses import dataclass, field
from functools import cache
from ipaddress import ip_address, ip_network
from urllib.parse import urlsplit

import certifi
from urllib3.exceptions import ProxyError
from urllib3.util.ssl_ import create_urllib3_context

from slack_app.config import is_loopback

_PORTS = {"https": 443, "wss": 443, "http": 80, "ws": 80}
_PROXY_STATUS = re.compile(r"(?:Tunnel connection failed|connect status code): (\d{3})")
"""As http.client says it, and slack_sdk for Socket Mode."""


@dataclass(frozen=True, slots=True)
class Network:
    """`proxy` is an address with what it takes to use it, `no_proxy` whom it is not for, `authorities` files of ours.

    The authorities count beside the public ones: a company's platform and Slack may be reached by one process.
    """

    proxy: str | None = field(default=None, repr=False)
    no_proxy: tuple[str, ...] = ()
    authorities: tuple[str, ...] = ()

    def proxy_for(self, url: str) -> str | None:
        """Return the proxy by which the address is reached; None where it is reached directly, as this machine is."""
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or _PORTS[parts.scheme]
        return None if self.proxy is None or is_loopback(host) or self._is_direct(host, port) else self.proxy

    def _is_direct(self, host: str, port: int) -> bool:
        """Return whether NO_PROXY names it: a host and all below it, with a port or any, `*`, or a network."""
        said = {host, f"{host}:{port}", f"[{host}]", f"[{host}]:{port}"}
        for rule in self.no_proxy:
            name = rule.lower().lstrip("*").lstrip(".")
            if not name or any(one == name or one.endswith(f".{name}") for one in said) or _is_in(host, name):
                return True
        return False

    @property
    def ssl_context(self) -> ssl.SSLContext:
        """Return whose certificates count."""
        return _context(self.authorities)


DIRECT = Network()


def _is_in(host: str, network: str) -> bool:
    try:
        return ip_address(host) in ip_network(network, strict=False)
    except ValueError:  # one of them is a name
        return False


@cache
def _context(files: tuple[str, ...]) -> ssl.SSLContext:
    """Return the authorities of certifi and of the files, read once: for each connection anew that would cost 20 ms."""
    context = create_urllib3_context()
    for file in (certifi.where(), *files):
        context.load_verify_locations(file)
    return context


def code_of(exc: BaseException) -> str:
    """Return the log's word for why nobody was reached; an error's own text may hold the proxy's password."""
    for error in _chain(exc):
        if isinstance(error, ssl.SSLCertVerificationError):
            return "certificate_refused"
        if status := _PROXY_STATUS.search(str(error)):
            return f"proxy_{status[1]}"
        if isinstance(error, ProxyError):
            return "proxy_unreachable"
    return type(exc).__name__


def _chain(exc: BaseException) -> list[BaseException]:
    """Return the error and what it was made of."""
    found: list[BaseException] = []
    waiting: list[object] = [exc]
    while waiting:
        error = waiting.pop()
        if isinstance(error, BaseException) and error not in found:
            found.append(error)
            waiting += [error.__cause__, error.__context__, *error.args]
    return found
