"""Opens the sockets of the HTTP servers: on HOST, or on every address of this machine, IPv4 and IPv6 by one socket.

uvicorn's own would take IPv6 alone for `::` in one process, and both in several:
https://github.com/Kludex/uvicorn/issues/2945
"""

from __future__ import annotations

import socket

BACKLOG = 2048
"""Connections that wait to be taken, as many as with uvicorn."""


def every_address() -> str:
    """Return the address that stands for all of this machine's: IPv6's, with IPv4 in it, where the system has both."""
    return "::" if socket.has_dualstack_ipv6() else "0.0.0.0"  # noqa: S104  (a container's port is published)


def listen(host: str | None, port: int, *, is_shared: bool = False) -> socket.socket:
    """Return a socket that listens there, `is_shared` with other processes; raises OSError where that cannot be.

    Whoever connects before the server takes connections waits for it. Of a name's addresses IPv4's comes first.
    """
    found = socket.getaddrinfo(host or every_address(), port, type=socket.SOCK_STREAM)
    family, kind, protocol, _, address = min(found, key=lambda each: each[0])
    listener = socket.socket(family, kind, protocol)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if is_shared:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        if family == socket.AF_INET6:
            listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, address[0] != "::")
        listener.bind(address)
        listener.listen(BACKLOG)
    except OSError:
        listener.close()
        raise
    return listener
