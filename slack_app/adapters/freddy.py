"""Speaks with the connector platform (Aitronos personal connectors); freddy_answers.py reads what it answers.

https://docs.aitronos.com (API reference, personal connectors)
"""

from __future__ import annotations

import json
import math
import re
import time
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import replace
from typing import Any
from urllib.parse import quote, urlencode

import structlog

from slack_app.adapters.breakers import Breakers
from slack_app.adapters.freddy_answers import (
    account_of,
    connection_of,
    connector_of,
    fault_of,
    json_of,
    list_in,
    object_of,
    refusal_of,
)
from slack_app.adapters.http import Http, HttpResponse
from slack_app.adapters.links.budget import RedisBudget, Use
from slack_app.errors import UpstreamError
from slack_app.instruments import milliseconds_since
from slack_app.model.links import Authorization, Completion, Outcome
from slack_app.model.tools import Connection, Connector
from slack_app.model.workspaces import Credentials
from slack_app.ports.platform import Platform
from slack_app.safe_urls import host_of_safe_link

CONNECTIONS = "/v1/personal-connectors"
BUTTON_URL_LIMIT = 3000
"""https://docs.slack.dev/reference/block-kit/block-elements/button-element"""
PAGE = 100
MOST_CONNECTORS = 2000
POLL_SECONDS = 5.0
"""A question that can be asked again soon need not wait as long as one that cannot."""
_ENDED = {
    "FAILED": Outcome.DECLINED,
    "DECLINED": Outcome.DECLINED,
    "DENIED": Outcome.DECLINED,
    "EXPIRED": Outcome.EXPIRED,
}
_WORDS = frozenset(["", *"authorize complete-oauth available connections active health".split()])
"""What a path is made of beside names and ids."""
_STATE = re.compile(r"[\x21-\x7e]{1,512}")


log = structlog.get_logger("slack_app.platform")


class Freddy(Platform):
    """The platform; each call says for which organization and with which key. Thread-safe."""

    def __init__(
        self,
        http: Http,
        *,
        url: str,
        allowed_hosts: Set[str] = frozenset(),
        budget: RedisBudget | None = None,
        breakers: Breakers | None = None,
        on_refused_host: Callable[[str], None] = lambda _host: None,
    ) -> None:
        """`on_refused_host` is told whither a link led that `allowed_hosts` does not have."""
        self._http = http
        self._breakers = breakers or Breakers("platform")
        self._budget = budget
        self._url = url.rstrip("/")
        self._allowed_hosts = allowed_hosts
        self._on_refused_host = on_refused_host

    def authorize(self, credentials: Credentials, connector_type: str, parameters: Mapping[str, Any]) -> Authorization:
        body: dict[str, Any] = {"connector_type": connector_type}
        if parameters:
            body["integration_params"] = dict(parameters)
        began = time.perf_counter()
        answer = self._call(credentials, "POST", "/authorize", Use.LINK_AND_LIST, body=body, about=connector_type)
        made = self._checked(object_of(answer), answer)
        log.info("link.made", trace_id=answer.headers.get("x-request-id"), ms=milliseconds_since(began))
        return made

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
        stored = object_of(answer)
        connection = stored.get("connection")
        if stored.get("connected") is True:
            return Completion(Outcome.CONNECTED, connection_of(connection))
        return Completion(_ENDED.get(str(stored.get("composio_status")).upper()))

    def catalogue(self, credentials: Credentials) -> Sequence[Connector]:
        found: dict[str, Connector] = {}
        for offset in range(0, MOST_CONNECTORS, PAGE):
            query = {"organization_id": credentials.organization_id, "limit": str(PAGE), "offset": str(offset)}
            answer = self._call(credentials, "GET", "/available", Use.LOOKUP, query=query)
            stored = object_of(answer)
            page = list_in(stored, "connectors", answer)
            if not page:
                break
            found |= {c.tool_key: c for c in map(connector_of, page) if c}
            total = stored.get("total")
            if len(page) < PAGE and not (isinstance(total, int) and offset + len(page) < total):
                break
        return list(found.values())

    def check(self, credentials: Credentials) -> None:
        # Counted when it was taken: whose key is not the organization's must use up nothing of it.
        self._accounts(credentials, None)
        if self._budget:
            self._budget.spend(credentials.organization_id, Use.LINK)

    def accounts(self, credentials: Credentials) -> Sequence[Connection]:
        return self._accounts(credentials, Use.LOOKUP)

    def _accounts(self, credentials: Credentials, use: Use | None) -> Sequence[Connection]:
        answer = self._call(credentials, "GET", "", use, deadline=POLL_SECONDS)
        listed = json_of(answer)
        if not isinstance(listed, list):
            raise fault_of(answer, "not_a_list")
        return [found for stored in listed if (found := account_of(stored))]

    def connections_of(
        self, credentials: Credentials, tool_key: str, *, is_for_link: bool = False, is_counted: bool = True
    ) -> Sequence[Connection]:
        path, use = f"/connections/{_segment(tool_key)}", Use.LINK if is_for_link else Use.LOOKUP
        answer = self._call(credentials, "GET", path, use if is_counted else None, deadline=POLL_SECONDS)
        stored = object_of(answer)
        if stored.get("connections") is None:  # it is optional in the reference, and left out where there are none
            return []
        return [found for c in list_in(stored, "connections", answer) if (found := connection_of(c))]

    def is_healthy(self, credentials: Credentials, credential_id: str) -> bool | None:
        path = f"/{_segment(credential_id)}/health"
        answer = self._call(credentials, "GET", path, Use.HEALTH, query={}, deadline=POLL_SECONDS, about="health")
        stored = object_of(answer)
        return {"healthy": True, "unhealthy": False}.get(str(stored.get("status")))

    def switch(self, credentials: Credentials, credential_id: str, *, is_active: bool) -> None:
        path = f"/connections/{_segment(credential_id)}/active"
        self._call(credentials, "PATCH", path, Use.LOOKUP, body={"is_active": is_active})

    def rename(self, credentials: Credentials, credential_id: str, label: str) -> None:
        path = f"/connections/{_segment(credential_id)}"
        self._call(credentials, "PATCH", path, Use.LOOKUP, body={"credential_name": label})

    def disconnect(self, credentials: Credentials, credential_id: str) -> bool:
        try:
            self._call(credentials, "DELETE", f"/connections/{_segment(credential_id)}", Use.LOOKUP)
        except UpstreamError as exc:
            if exc.status == 404:
                return False
            raise
        return True

    def _checked(self, stored: Mapping[str, Any], answer: HttpResponse) -> Authorization:
        url, state = stored.get("authorization_url"), stored.get("state")
        if not isinstance(url, str) or not isinstance(state, str) or not _STATE.fullmatch(state):
            raise fault_of(answer, "fields_missing")
        host = host_of_safe_link(url, self._allowed_hosts)
        if host and len(url) > BUTTON_URL_LIMIT:
            url = f"{self._url}{CONNECTIONS}/auth/{quote(state, safe='')}"
            host = host_of_safe_link(url)
        if host is None:
            if elsewhere := host_of_safe_link(url):
                self._on_refused_host(elsewhere)
            raise fault_of(answer, "unsafe_link")
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
        about: str = "",
    ) -> HttpResponse:
        """Ask once; `about` is what the call succeeds or fails for, where its path does not say that."""
        patience = deadline or math.inf  # as long as `Http` has, which is the same for all of these
        with self._breakers(credentials.fingerprint, f"{method} {about or path}", patience):
            return self._ask(credentials, method, path, use, query=query, body=body, deadline=deadline)

    def _ask(
        self,
        credentials: Credentials,
        method: str,
        path: str,
        use: Use | None,
        *,
        query: Mapping[str, str] | None,
        body: Mapping[str, Any] | None,
        deadline: float | None,
    ) -> HttpResponse:
        organization_id = credentials.organization_id
        counted = self._budget.spend(organization_id, use, credentials.asked_by) if self._budget and use else ""
        query = {"organization_id": organization_id} if query is None else query
        headers = {"X-API-Key": credentials.api_key, "Accept": "application/json"}
        if body is not None:
            headers["Content-Type"] = "application/json"
        answer = self._http.request(
            method,
            f"{self._url}{CONNECTIONS}{path}{'?' if query else ''}{urlencode(query)}",
            headers=headers,
            data=None if body is None else json.dumps(body).encode(),
            deadline=deadline,
            name=f"{method} {_pattern(path)}",
        )
        if credentials.api_key in answer.headers.get("x-request-id", ""):
            answer = replace(answer, headers={})  # an echo of the key, and this one is logged
        if self._budget and counted and answer.status in (401, 403):
            self._budget.give_back(organization_id, counted)
        if answer.status != 200:
            raise refusal_of(answer, credentials.api_key)
        return answer


def _pattern(path: str) -> str:
    """Return the path as all calls of its kind have it, without names and ids."""
    return "/".join(part if part in _WORDS else "…" for part in path.split("/")) or "/"


def _segment(name: str) -> str:
    """Return the name as one part of a path. Raises UpstreamError for dots alone, which would lead to another path."""
    if not name.strip("."):
        raise UpstreamError("platform", status=404, code="no_such_name")
    return quote(name, safe="")
