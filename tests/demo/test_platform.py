"""The stand-in platform behaves as its reference says, over real HTTP."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import requests

from slack_app.demo.platform import Platform, Trouble
from slack_app.demo.serving import serving

KEY = "ak_test"


class Now:
    seconds = 1_700_000_000.0

    def __call__(self) -> float:
        return self.seconds


@dataclass
class Served:
    platform: Platform
    url: str
    now: Now

    def call(self, method: str, path: str, body: object = None, key: str | None = KEY, **query: str) -> Any:
        return requests.request(
            method,
            f"{self.url}/v1/personal-connectors{path}",
            params={"organization_id": "org_a", **query},
            json=body,
            headers={"X-API-Key": key} if key else {},
            timeout=5,
            allow_redirects=False,
        )

    def authorize(self, tool_key: str = "github", **parameters: str) -> Any:
        body = {"connector_type": tool_key, **({"integration_params": parameters} if parameters else {})}
        return self.call("POST", "/authorize", body)


@pytest.fixture
def served() -> Iterator[Served]:
    now = Now()
    platform = Platform(keys={KEY: "org_a", "ak_other": "org_b"}, clock=now)
    with serving(platform.app) as url:
        yield Served(platform, url, now)


def test_authorize_gives_a_link_and_a_state(served: Served) -> None:
    answer = served.authorize()

    assert answer.status_code == 200
    body = answer.json()
    assert body["state"].startswith("ostate_")
    assert f"state={body['state']}" in body["authorization_url"]
    assert answer.headers["x-request-id"].startswith("req_")


@pytest.mark.parametrize(
    ("key", "status", "code"),
    [(None, 401, "INVALID_API_KEY"), ("ak_x", 401, "INVALID_API_KEY"), ("ak_other", 403, "ORGANIZATION_ACCESS_DENIED")],
)
def test_a_key_counts_for_its_own_organization_alone(served: Served, key: str | None, status: int, code: str) -> None:
    answer = served.call("POST", "/authorize", {"connector_type": "github"}, key)

    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
    assert set(answer.json()["error"]) >= {"message", "system_message", "type", "status", "trace_id", "timestamp"}


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"connector_type": "githib"}, 404),
        ({"connector_type": 3}, 400),
        ({"connector_type": "sharepoint"}, 400),
        (["github"], 422),
    ],
)
def test_invalid_input_comes_in_all_three_shapes(served: Served, body: object, status: int) -> None:
    answer = served.call("POST", "/authorize", body)

    assert answer.status_code == status
    assert ("detail" in answer.json()) is (status == 422)


def test_sharepoint_is_content_with_its_site(served: Served) -> None:
    assert served.authorize("sharepoint", site_name="Team").status_code == 200


def consent(served: Served, decision: str, account: str = "dev@example.com") -> tuple[str, requests.Response]:
    body = served.authorize().json()
    asked = requests.get(body["authorization_url"], timeout=5)
    assert "Freddy Connect would like to use your GitHub account" in asked.text
    form = {"state": body["state"], "decision": decision, "account": account}
    return body["state"], requests.post(body["authorization_url"].split("?")[0], data=form, timeout=5)


def test_who_allows_is_connected_as_the_chosen_account(served: Served) -> None:
    state, page = consent(served, "allow", "second@example.com")

    assert "GitHub is connected as second@example.com." in page.text
    done = served.call("POST", "/complete-oauth", {"state_token": state}).json()
    assert (done["connected"], done["composio_status"]) == (True, "ACTIVE")
    assert done["connection"]["account_email"] == "second@example.com"
    [mine] = served.call("GET", "").json()
    assert (mine["connector_type"], mine["account_email"]) == ("github", "second@example.com")


def test_who_denies_is_not_connected(served: Served) -> None:
    state, page = consent(served, "deny")

    assert "Declined" in page.text
    done = served.call("POST", "/complete-oauth", {"state_token": state}).json()
    assert (done["connected"], done["composio_status"]) == (False, "FAILED")
    assert served.call("GET", "").json() == []


def test_a_link_serves_once(served: Served) -> None:
    state, _ = consent(served, "allow")

    again = requests.get(f"{served.url}/consent/github?state={state}", timeout=5)

    assert again.status_code == 404
    assert len(served.platform.connections) == 1


def test_a_link_expires_after_ten_minutes(served: Served) -> None:
    body = served.authorize().json()
    served.now.seconds += 601

    page = requests.get(body["authorization_url"], timeout=5)

    assert page.status_code == 410
    assert "This link has expired" in page.text
    done = served.call("POST", "/complete-oauth", {"state_token": body["state"]}).json()
    assert done["composio_status"] == "EXPIRED"


def test_the_short_link_leads_to_the_same_page(served: Served) -> None:
    body = served.authorize().json()

    answer = served.call("GET", f"/auth/{body['state']}")

    assert (answer.status_code, answer.headers["location"]) == (302, body["authorization_url"])


def test_the_catalogue_is_paged_and_searched(served: Served) -> None:
    first = served.call("GET", "/available", limit="10").json()
    rest = served.call("GET", "/available", limit="50", offset="10").json()
    found = served.call("GET", "/available", q="google", category="Files").json()

    assert (first["returned"], first["returned"] + rest["returned"]) == (10, first["total"])
    assert [connector["tool_key"] for connector in found["connectors"]] == ["google_drive"]


def test_pages_keep_to_themselves(served: Served) -> None:
    """security.md 21"""
    page = requests.get(served.authorize().json()["authorization_url"], timeout=5)

    assert page.headers["content-security-policy"].startswith("default-src 'none'")
    assert page.headers["x-content-type-options"] == "nosniff"
    assert page.headers["referrer-policy"] == "no-referrer"
    assert page.headers["cache-control"] == "no-store"
    assert not re.search(r"<script|style=", page.text)


@pytest.mark.parametrize(
    ("trouble", "status"),
    [
        (Trouble.UNAUTHORIZED, 401),
        (Trouble.FORBIDDEN, 403),
        (Trouble.RATE_LIMITED, 429),
        (Trouble.DOWN, 503),
        (Trouble.BROKEN, 500),
        (Trouble.HTML, 502),
        (Trouble.EMPTY, 200),
        (Trouble.FIELDLESS, 200),
        (Trouble.UNSAFE_LINK, 200),
        (Trouble.LONG_LINK, 200),
        (Trouble.REDIRECT, 302),
        (Trouble.COOKIES, 200),
    ],
)
def test_each_trouble_answers_as_it_says_and_only_as_often(served: Served, trouble: Trouble, status: int) -> None:
    served.platform.trouble, served.platform.trouble_left = trouble, 1

    first, second = served.authorize(), served.authorize()

    assert (first.status_code, second.status_code) == (status, 200)
    assert "consent/github" in second.json()["authorization_url"]


def test_a_dropped_connection_has_no_answer(served: Served) -> None:
    served.platform.trouble = Trouble.REFUSED

    with pytest.raises(requests.RequestException):
        served.authorize()


def test_a_stalled_platform_does_not_hold_its_own_end_up(served: Served) -> None:
    served.platform.trouble = Trouble.STALLED

    with pytest.raises(requests.Timeout):
        requests.post(
            f"{served.url}/v1/personal-connectors/authorize?organization_id=org_a",
            json={"connector_type": "github"},
            headers={"X-API-Key": KEY},
            timeout=0.2,
        )
