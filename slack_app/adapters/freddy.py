"""Speaks with the connector platform (Aitronos personal connectors); the only file that knows its API.

Pages differ in codes and envelopes, so we branch on the HTTP status alone and keep code and trace_id for the log.
https://docs.aitronos.com (API reference, personal connectors)
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence, Set
from typing import Any
from urllib.parse import quote, urlencode

from slack_app.adapters.http import Answer, Http
from slack_app.errors import UpstreamError
from slack_app.links import host_of_safe_link
from slack_app.model import Authorization

CONNECTIONS = "/v1/personal-connectors"
BUTTON_URL_LIMIT = 3000
"""https://docs.slack.dev/reference/block-kit/block-elements/button-element"""
_STATE = re.compile(r"[\x21-\x7e]{1,512}")


class Freddy:
    """The platform behind one API key; thread-safe."""

    def __init__(self, http: Http, *, url: str, api_key: str, allowed_hosts: Set[str] = frozenset()) -> None:
        self._http = http
        self._url = url.rstrip("/")
        self._api_key = api_key
        self._allowed_hosts = allowed_hosts

    def authorize(self, organization_id: str, connector_type: str, parameters: Mapping[str, str]) -> Authorization:
        """Start a connection. Not idempotent: every call makes a new state. Raises UpstreamError."""
        body: dict[str, Any] = {"connector_type": connector_type}
        if parameters:
            body["integration_params"] = dict(parameters)
        answer = self._call("POST", "/authorize", {"organization_id": organization_id}, body)
        return self._checked(_object(answer), answer)

    def connector_names(self, organization_id: str) -> Sequence[str]:
        """Name the connectors of the organization's catalogue (its first page). Raises UpstreamError."""
        answer = self._call("GET", "/available", {"organization_id": organization_id, "limit": "100"})
        connectors = _object(answer).get("connectors")
        names = [c.get("tool_key") for c in connectors if isinstance(c, dict)] if isinstance(connectors, list) else []
        return [name for name in names if isinstance(name, str)]

    def _checked(self, stored: Mapping[str, Any], answer: Answer) -> Authorization:
        url, state = stored.get("authorization_url"), stored.get("state")
        if not isinstance(url, str) or not isinstance(state, str) or not _STATE.fullmatch(state):
            raise _fault(answer, "fields_missing")
        if host_of_safe_link(url, self._allowed_hosts) is None:
            raise _fault(answer, "unsafe_link")
        if len(url) > BUTTON_URL_LIMIT:
            url = f"{self._url}{CONNECTIONS}/auth/{quote(state, safe='')}"
        host = host_of_safe_link(url)
        if host is None:
            raise _fault(answer, "unsafe_link")
        return Authorization(url=url, state=state, host=host)

    def _call(self, method: str, path: str, query: Mapping[str, str], body: Mapping[str, Any] | None = None) -> Answer:
        headers = {"X-API-Key": self._api_key, "Accept": "application/json"}
        if body is not None:
            headers["Content-Type"] = "application/json"
        answer = self._http.request(
            method,
            f"{self._url}{CONNECTIONS}{path}?{urlencode(query)}",
            headers=headers,
            data=None if body is None else json.dumps(body).encode(),
        )
        if answer.status != 200:
            raise _refusal(answer)
        return answer


def _object(answer: Answer) -> Mapping[str, Any]:
    try:
        stored = json.loads(answer.body)
    except ValueError as exc:
        raise _fault(answer, "not_json") from exc
    if not isinstance(stored, dict):
        raise _fault(answer, "not_an_object")
    return stored


def _refusal(answer: Answer) -> UpstreamError:
    """Translate an answer other than 200: the envelope, FastAPI's `detail`, or no JSON at all."""
    try:
        error = json.loads(answer.body)["error"]
        code, trace_id = error.get("code"), error.get("trace_id")
    except (ValueError, KeyError, TypeError, AttributeError):
        code, trace_id = None, None
    return UpstreamError(
        "platform",
        status=answer.status,
        retryable=answer.status == 429 or answer.status >= 500,
        retry_after=_seconds(answer.headers.get("Retry-After")),
        code=_word(code) or f"http_{answer.status}",
        trace_id=_word(trace_id) or _word(answer.headers.get("x-request-id")),
    )


def _fault(answer: Answer, code: str) -> UpstreamError:
    """An answer that claims success and cannot be used; asking again would only mint another state."""
    return UpstreamError(
        "platform", status=answer.status, code=code, trace_id=_word(answer.headers.get("x-request-id"))
    )


def _seconds(retry_after: str | None) -> float | None:
    return float(retry_after) if retry_after and re.fullmatch(r"\d{1,6}", retry_after.strip()) else None


def _word(value: object) -> str | None:
    return value if isinstance(value, str) and re.fullmatch(r"[\w.:-]{1,100}", value, re.ASCII) else None
