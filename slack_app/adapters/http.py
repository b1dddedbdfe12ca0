"""Calls outside systems over pooled connections, with an end: one deadline and one size limit for the whole answer.

No redirects, no cookies, no proxies or netrc from the environment, no compression, no repetition of a request: what a
hostile or confused server can make us do is to answer once, briefly. The deadline is deadline.py's. It is urllib3 with
the authorities of certifi, both of which `requests` brings: its own sessions cost as much again as the call.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from http.client import HTTPException
from ssl import SSLContext

import certifi
from urllib3 import BaseHTTPResponse, PoolManager, Timeout
from urllib3.exceptions import HTTPError
from urllib3.util.ssl_ import create_urllib3_context

from slack_app.adapters.deadline import LimitedHTTPConnectionPool, LimitedHTTPSConnectionPool
from slack_app.adapters.deadline import deadline as limited
from slack_app.errors import UpstreamError
from slack_app.tracing import SpanKind, span

LIMIT = 1024 * 1024
CONNECT_SECONDS = 3.0


@dataclass(frozen=True, slots=True)
class HttpResponse:
    """A whole answer; header names are case-insensitive as sent."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Http:
    """The way to one outside system; thread-safe, at most `connections` at a time."""

    def __init__(self, service: str, *, connections: int, deadline: float) -> None:
        self._service = service
        self._deadline = deadline
        self._pools = PoolManager(num_pools=4, maxsize=connections, block=True, ssl_context=_authorities())
        self._pools.pool_classes_by_scheme = {
            "http": LimitedHTTPConnectionPool,
            "https": LimitedHTTPSConnectionPool,
        }

    def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        data: bytes | None = None,
        deadline: float | None = None,
    ) -> HttpResponse:
        """Send one request and read its whole answer; raises UpstreamError when there is none in time.

        `deadline` (seconds) makes that time shorter.
        """
        seconds = min(self._deadline, deadline or self._deadline)
        with span(f"{method} {self._service}", SpanKind.CLIENT) as traced:
            response = self._request(method, url, headers or {}, data, seconds)
            traced.set_attribute("http.response.status_code", response.status)
            return response

    def _request(
        self, method: str, url: str, headers: Mapping[str, str], data: bytes | None, seconds: float
    ) -> HttpResponse:
        with limited(seconds) as limit:
            try:
                response = self._pools.urlopen(
                    method,
                    url,
                    headers={"Accept-Encoding": "identity", **headers},
                    body=data,
                    timeout=Timeout(connect=min(CONNECT_SECONDS, seconds), read=seconds),
                    pool_timeout=seconds,
                    redirect=False,
                    retries=False,
                    preload_content=False,
                    decode_content=False,
                )
                try:
                    body = self._body(response)
                finally:  # a connection whose answer was not read to its end goes back closed
                    response.close()
                    response.release_conn()
            except (HTTPError, HTTPException, OSError, ValueError) as exc:
                code = "answer_too_slow" if limit.is_over else type(exc).__name__
                raise UpstreamError(self._service, retryable=True, code=code) from exc
            if limit.is_over:  # a body that ends with its connection seems whole when we end that
                raise UpstreamError(self._service, retryable=True, code="answer_too_slow")
            return HttpResponse(response.status, response.headers, body)

    def _body(self, response: BaseHTTPResponse) -> bytes:
        body = bytearray()
        while chunk := response.read1(65536, decode_content=False):
            body += chunk
            if len(body) > LIMIT:
                raise UpstreamError(self._service, status=response.status, code="answer_too_large")
        return bytes(body)


@cache
def _authorities() -> SSLContext:
    """Return whose certificates count, read once: for each connection anew that would cost 20 ms."""
    context = create_urllib3_context()
    context.load_verify_locations(certifi.where())
    return context
