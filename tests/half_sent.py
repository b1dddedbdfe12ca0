"""A request that stops in the middle: what a broken or hostile sender holds a server up with."""

from __future__ import annotations

import socket
from urllib.parse import urlsplit


def half_sent(url: str) -> socket.socket:
    """Begin a request and stop in the middle of its body."""
    parts = urlsplit(url)
    assert parts.hostname
    connection = socket.create_connection((parts.hostname, parts.port or 80))
    connection.sendall(b"POST /slack/events HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\ntext=")
    return connection
