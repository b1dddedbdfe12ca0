"""Speaks with the connector platform (Aitronos personal connectors); the only file that knows its API.

Pages differ in codes and envelopes, so we branch on the HTTP status alone and keep code and trace_id for the log.
https://docs.aitronos.com (API reference, personal connectors)
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence, Set
from dataclasses import replace
from typing import Any
from urllib.parse import quote, urlencode

from slack_app.adapters.http import Http, HttpResponse
from slack_app.adapters.links.budget import RedisBudget, Use
from slack_app.errors import UpstreamError
from slack_app.model.links import Authorization, Completion, Outcome
from slack_app.model.stored import read_json
from slack_app.model.tools import Connection, Connector
from slack_app.model.workspaces import Credentials
from slack_app.ports.platform import Platform
from slack_app.safe_urls import host_of_safe_link
from slack_app.secret_shapes import has_key_prefix

CONNECTIONS = "/v1/personal-connectors"
BUTTON_URL_LIMIT = 3000
"""https://docs.slack.dev/reference/block-kit/block-elements/button-element"""
PAGE = 100
MOST_CONNECTORS = 2000
LONGEST_TEXT = 300
MOST_FIELDS = 10
POLL_SECONDS = 5.0
"""A question that can be asked again soon need not wait as long as one that cannot."""
_ENDED = {
    "FAILED": Outcome.DECLINED,
    "DECLINED": Outcome.DECLINED,
    "DENIED": Outcome.DECLINED,
    "EXPIRED": Outcome.EXPIRED,
}
_STATE = re.compile(r"[\x21-\x7e]{1,512}")


class Freddy(Platform):
    """The platform; each call says for which organization and with which key. Thread-safe."""

    def __init__(
        self,
        http: Http,
        *,
        url: str,
        allowed_hosts: Set[str] = frozenset(),
        budget: RedisBudget | None = None,
    ) -> None:
        self._http = http
        self._budget = budget
        self._url = url.rstrip("/")
        self._allowed_hosts = allowed_hosts

    def authorize(self, credentials: Credentials, connector_type: str, parameters: Mapping[str, str]) -> Authorization:
        body: dict[str, Any] = {"connector_type": connector_type}
        if parameters:
            body["integration_params"] = dict(parameters)
        answer = self._call(credentials, "POST", "/authorize", Use.LINK, body=body)
        return self._checked(_object(answer), answer)

    def complete(self, credentials: Credentials, state: str) -> Completion:
        try:
            # It was counted when the link was taken to be polled (links/schedule.py).
            answer = self._call(
                credentials, "POST", "/complete-oauth", None, body={"state_token": state}, deadline=POLL_SECONDS
            )
        except UpstreamError as exc:
            if exc.status in (404, 409, 410):
                return Completion(Outcome.EXPIRED)
            raise
        stored = _object(answer)
        connection = stored.get("connection")
        if stored.get("connected") is True:
            return Completion(Outcome.CONNECTED, _connection(connection))
        return Completion(_ENDED.get(str(stored.get("composio_status")).upper()))

    def catalogue(self, credentials: Credentials) -> Sequence[Connector]:
        found: dict[str, Connector] = {}
        for offset in range(0, MOST_CONNECTORS, PAGE):
            query = {"organization_id": credentials.organization_id, "limit": str(PAGE), "offset": str(offset)}
            answer = self._call(credentials, "GET", "/available", Use.LOOKUP, query=query)
            stored = _object(answer)
            page = _list(stored, "connectors", answer)
            if not page:
                break
            found |= {c.tool_key: c for c in map(_connector, page) if c}
            total = stored.get("total")
            if len(page) < PAGE and not (isinstance(total, int) and offset + len(page) < total):
                break
        return list(found.values())

    def check(self, credentials: Credentials) -> None:
        self._accounts(credentials, None)

    def accounts(self, credentials: Credentials) -> Sequence[Connection]:
        return self._accounts(credentials, Use.LOOKUP)

    def _accounts(self, credentials: Credentials, use: Use | None) -> Sequence[Connection]:
        answer = self._call(credentials, "GET", "", use, deadline=POLL_SECONDS)
        listed = _json(answer)
        if not isinstance(listed, list):
            raise _fault(answer, "not_a_list")
        return [found for stored in listed if (found := _account(stored))]

    def connections_of(
        self, credentials: Credentials, tool_key: str, *, is_for_link: bool = False
    ) -> Sequence[Connection]:
        path, use = f"/connections/{quote(tool_key, safe='')}", Use.LINK if is_for_link else Use.LOOKUP
        answer = self._call(credentials, "GET", path, use, deadline=POLL_SECONDS)
        stored = _object(answer)
        if stored.get("connections") is None:  # it is optional in the reference, and left out where there are none
            return []
        return [found for c in _list(stored, "connections", answer) if (found := _connection(c))]

    def is_healthy(self, credentials: Credentials, credential_id: str) -> bool | None:
        path = f"/{quote(credential_id, safe='')}/health"
        stored = _object(self._call(credentials, "GET", path, Use.HEALTH, query={}, deadline=POLL_SECONDS))
        return {"healthy": True, "unhealthy": False}.get(str(stored.get("status")))

    def switch(self, credentials: Credentials, credential_id: str, *, is_active: bool) -> None:
        path = f"/connections/{quote(credential_id, safe='')}/active"
        self._call(credentials, "PATCH", path, Use.LOOKUP, body={"is_active": is_active})

    def rename(self, credentials: Credentials, credential_id: str, label: str) -> None:
        path = f"/connections/{quote(credential_id, safe='')}"
        self._call(credentials, "PATCH", path, Use.LOOKUP, body={"credential_name": label})

    def disconnect(self, credentials: Credentials, credential_id: str) -> bool:
        try:
            self._call(credentials, "DELETE", f"/connections/{quote(credential_id, safe='')}", Use.LOOKUP)
        except UpstreamError as exc:
            if exc.status == 404:
                return False
            raise
        return True

    def _checked(self, stored: Mapping[str, Any], answer: HttpResponse) -> Authorization:
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

    def _call(
        self,
        credentials: Credentials,
        method: str,
        path: str,
        use: Use | None,
        *,
        query: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | None = None,
        deadline: float | None = None,
    ) -> HttpResponse:
        counted = self._budget.spend(credentials.organization_id, use) if self._budget and use else ""
        query = {"organization_id": credentials.organization_id} if query is None else query
        headers = {"X-API-Key": credentials.api_key, "Accept": "application/json"}
        if body is not None:
            headers["Content-Type"] = "application/json"
        answer = self._http.request(
            method,
            f"{self._url}{CONNECTIONS}{path}{'?' if query else ''}{urlencode(query)}",
            headers=headers,
            data=None if body is None else json.dumps(body).encode(),
            deadline=deadline,
        )
        if credentials.api_key in answer.headers.get("x-request-id", ""):
            answer = replace(answer, headers={})  # an echo of the key, and this one is logged
        if self._budget and counted and answer.status in (401, 403):
            self._budget.give_back(credentials.organization_id, counted)
        if answer.status != 200:
            raise _refusal(answer, credentials.api_key)
        return answer


def _json(answer: HttpResponse) -> Any:
    try:
        return read_json(answer.body.decode())
    except ValueError as exc:
        raise _fault(answer, "not_json") from exc


def _object(answer: HttpResponse) -> Mapping[str, Any]:
    stored = _json(answer)
    if not isinstance(stored, dict):
        raise _fault(answer, "not_an_object")
    return stored


def _list(stored: Mapping[str, Any], name: str, answer: HttpResponse) -> Sequence[Any]:
    listed = stored.get(name)
    if not isinstance(listed, list):
        raise _fault(answer, "not_a_list")
    return listed


def _connector(stored: object) -> Connector | None:
    if not isinstance(stored, dict) or not _is_key(stored.get("tool_key")):
        return None
    key = stored["tool_key"]
    return Connector(key, _text(stored, "display_name") or key, _text(stored, "category"), _text(stored, "description"))


def _account(stored: object) -> Connection | None:
    if not isinstance(stored, dict) or not _is_key(stored.get("connector_type")):
        return None
    return _described("", stored["connector_type"], stored)


def _connection(stored: object) -> Connection | None:
    if not isinstance(stored, dict) or not _word(stored.get("id")):
        return None
    return _described(stored["id"], _text(stored, "tool_key"), stored)


def _described(credential_id: str, key: str, stored: Mapping[str, Any]) -> Connection:
    return Connection(
        id=credential_id,
        tool_key=key,
        name=_text(stored, "display_name") or key,
        account=_text(stored, "account_email"),
        label=_text(stored, "credential_name"),
        is_active=stored.get("is_active") is not False,
        created_at=_text(stored, "created_at"),
    )


def _is_key(value: object) -> bool:
    return isinstance(value, str) and re.fullmatch(r"[\w.-]{1,64}", value, re.ASCII) is not None


def _text(stored: Mapping[str, Any], name: str) -> str:
    value = stored.get(name)
    return value[:LONGEST_TEXT] if isinstance(value, str) else ""


def _refusal(answer: HttpResponse, api_key: str) -> UpstreamError:
    """Translate an answer other than 200: the envelope, FastAPI's `detail`, or no JSON at all."""

    def word(value: object) -> str | None:
        found = _logged(value)
        return None if found and api_key in found else found

    try:
        body = json.loads(answer.body)
    except (ValueError, RecursionError):
        body = None
    error = body.get("error") if isinstance(body, dict) else None
    error = error if isinstance(error, dict) else {}
    return UpstreamError(
        "platform",
        status=answer.status,
        retryable=answer.status == 429 or answer.status >= 500,
        retry_after=_seconds(answer.headers.get("Retry-After")),
        code=word(error.get("code")) or f"http_{answer.status}",
        trace_id=word(error.get("trace_id")) or _logged(answer.headers.get("x-request-id")),
        fields=_named_parameters(body, error) if answer.status in (400, 422) else (),
    )


def _named_parameters(body: object, error: Mapping[str, Any]) -> Sequence[str]:
    """Return which of `integration_params` the refusal is about, in the envelope's details or in FastAPI's places."""
    details = error.get("details")
    named = details.get("integration_params") if isinstance(details, dict) else None
    found = list(named) if isinstance(named, (dict, list)) else []
    places = body.get("detail") if isinstance(body, dict) else None
    for entry in places if isinstance(places, list) else []:
        place = entry.get("loc") if isinstance(entry, dict) else None
        if isinstance(place, list) and "integration_params" in place:
            found += place[place.index("integration_params") + 1 :][:1]
    return list(dict.fromkeys(filter(_is_key, found)))[:MOST_FIELDS]


def _fault(answer: HttpResponse, code: str) -> UpstreamError:
    """Return the error for an answer that claims success and cannot be used: an outage, unless its link is unsafe."""
    return UpstreamError(
        "platform",
        status=answer.status,
        retryable=code != "unsafe_link",
        code=code,
        trace_id=_logged(answer.headers.get("x-request-id")),
    )


def _seconds(retry_after: str | None) -> float | None:
    return float(retry_after) if retry_after and re.fullmatch(r"\d{1,6}", retry_after.strip()) else None


def _word(value: object) -> str | None:
    return value if isinstance(value, str) and re.fullmatch(r"[\w.:-]{1,100}", value, re.ASCII) else None


def _logged(value: object) -> str | None:
    """Return the word, unless it looks like a key: it stands in the log."""
    found = _word(value)
    return None if found and has_key_prefix(found) else found
