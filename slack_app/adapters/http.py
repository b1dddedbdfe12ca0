"""Calls outside systems over pooled connections, with an end: one deadline and one size limit for the whole answer.

No redirects, no cookies, no netrc, nothing of the environment, no compression, no repetition of a request: what a
hostile or confused server can make us do is to answer once, briefly. The deadline is deadline.py's, the proxy and the
authorities are network.py's. It is urllib3 itself: the sessions of `requests` cost as much again as the call.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import SWITCHING_PROTOCOLS, HTTPException
from socket import IPPROTO_TCP, TCP_NODELAY
from typing import Any
from urllib.parse import unquote, urlsplit

from urllib3 import BaseHTTPResponse, PoolManager, ProxyManager, Timeout, make_headers
from urllib3.exceptions import HTTPError

from slack_app.adapters.deadline import LimitedHTTPConnectionPool, LimitedHTTPSConnectionPool
from slack_app.adapters.deadline import deadline as limited
from slack_app.adapters.network import DIRECT, Network, code_of
from slack_app.errors import UpstreamError
from slack_app.instruments import UPSTREAM_SECONDS, status_label
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

    def __init__(self, service: str, *, connections: int, deadline: float, network: Network = DIRECT) -> None:
        self._service = service
        self._deadline = deadline
        self.network = network
        self._direct = _pools(connections, network)
        self._proxied = _pools(connections, network, network.proxy) if network.proxy else self._direct

    def request(
        self,
        method: str,
        url: str,
        *,
        name: str = "other",
        headers: Mapping[str, str] | None = None,
        data: bytes | None = None,
        deadline: float | None = None,
    ) -> HttpResponse:
        """Send one request and read its whole answer; raises UpstreamError when there is none in time.

        `deadline` (seconds) makes that time shorter; the figures call the call by its `name`, one of a few.
        """
        seconds = min(self._deadline, deadline or self._deadline)
        began, status = time.perf_counter(), "defect"
        try:
            with span(f"{method} {self._service}", SpanKind.CLIENT) as traced:
                response = self._request(method, url, headers or {}, data, seconds)
                traced.set_attribute("http.response.status_code", response.status)
                status = status_label(response.status)
                return response
        except UpstreamError as exc:
            status = exc.code or status
            raise
        finally:
            UPSTREAM_SECONDS.labels(self._service, name, status).observe(time.perf_counter() - began)

    def _request(
        self, method: str, url: str, headers: Mapping[str, str], data: bytes | None, seconds: float
    ) -> HttpResponse:
        with limited(seconds) as limit:
            try:
                pools = self._proxied if self.network.proxy_for(url) else self._direct
                response = pools.urlopen(
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
                    if response.status == SWITCHING_PROTOCOLS:  # unasked: what follows is nobody's answer
                        raise UpstreamError(self._service, status=response.status, retryable=True, code="not_http")
                    body = self._body(response)
                finally:  # a connection whose answer was not read to its end goes back closed
                    response.close()
                    response.release_conn()
            except (HTTPError, HTTPException, OSError, ValueError) as exc:
                code = "answer_too_slow" if limit.is_over else code_of(exc)
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


def _pools(connections: int, network: Network, proxy: str | None = None) -> PoolManager:
    options: dict[str, Any] = {
        "num_pools": 4,
        "maxsize": connections,
        "block": True,
        "ssl_context": network.ssl_context,
        "socket_options": [(IPPROTO_TCP, TCP_NODELAY, 1)],  # urllib3 leaves it off behind a proxy: 40 ms a call
    }
    pools = _through(proxy, options) if proxy else PoolManager(**options)
    pools.pool_classes_by_scheme = {"http": LimitedHTTPConnectionPool, "https": LimitedHTTPSConnectionPool}
    return pools


def _through(proxy: str, options: dict[str, Any]) -> ProxyManager:
    """Return pools behind the proxy, whose password then stands in none of their addresses."""
    parts = urlsplit(proxy)
    who = f"{unquote(parts.username or '')}:{unquote(parts.password or '')}"
    headers = make_headers(proxy_basic_auth=who) if parts.username else None
    return ProxyManager(f"http://{parts.netloc.rpartition('@')[2]}", proxy_headers=headers, **options)
