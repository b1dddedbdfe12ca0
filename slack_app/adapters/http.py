"""Calls outside systems over pooled connections, with an end: one deadline and one size limit for the whole answer.

No redirects, no cookies, no proxies or netrc from the environment, no compression, no repetition of a request: what a
hostile or confused server can make us do is to answer once, briefly. The deadline is deadline.py's.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPException
from http.cookiejar import DefaultCookiePolicy
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError

from slack_app.adapters.deadline import LimitedHTTPConnectionPool, LimitedHTTPSConnectionPool
from slack_app.adapters.deadline import deadline as limited
from slack_app.errors import UpstreamError

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
        self._pool = _LimitedAdapter(pool_connections=4, pool_maxsize=connections, pool_block=True)
        self._local = threading.local()

    def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        data: bytes | None = None,
        deadline: float | None = None,
        **options: Any,
    ) -> HttpResponse:
        """Send one request and read its whole answer; raises UpstreamError when there is none in time.

        `deadline` (seconds) makes that time shorter.
        """
        seconds = min(self._deadline, deadline or self._deadline)
        with limited(seconds) as limit:
            try:
                with self._session().request(
                    method,
                    url,
                    headers={"Accept-Encoding": "identity", **(headers or {})},
                    data=data,
                    timeout=(min(CONNECT_SECONDS, seconds), seconds),
                    allow_redirects=False,
                    stream=True,
                    **options,
                ) as response:
                    body = self._body(response)
            except (requests.RequestException, HTTPError, HTTPException, OSError, ValueError) as exc:
                code = "answer_too_slow" if limit.is_over else type(exc).__name__
                raise UpstreamError(self._service, retryable=True, code=code) from exc
            if limit.is_over:  # a body that ends with its connection seems whole when we end that
                raise UpstreamError(self._service, retryable=True, code="answer_too_slow")
            return HttpResponse(response.status_code, response.headers, body)

    def _body(self, response: requests.Response) -> bytes:
        body = bytearray()
        while chunk := response.raw.read1(65536, decode_content=False):
            body += chunk
            if len(body) > LIMIT:
                raise UpstreamError(self._service, status=response.status_code, code="answer_too_large")
        return bytes(body)

    def _session(self) -> requests.Session:
        session: requests.Session | None = getattr(self._local, "session", None)
        if session is None:
            session = requests.Session()
            session.trust_env = False
            session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
            session.mount("https://", self._pool)
            session.mount("http://", self._pool)
            self._local.session = session
        return session


class _LimitedAdapter(HTTPAdapter):
    """requests' adapter over connections that know their deadline."""

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, **options)
        self.poolmanager.pool_classes_by_scheme = {
            "http": LimitedHTTPConnectionPool,
            "https": LimitedHTTPSConnectionPool,
        }
