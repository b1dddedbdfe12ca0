"""The stand-in platform behaves as its reference says, over real HTTP."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import pytest
import requests

from slack_app.demo.platform import TROUBLES, Platform, Trouble
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
    ("body", "status", "in_envelope"),
    [
        ({"connector_type": "githib"}, 404, True),
        ({"connector_type": 3}, 400, True),
        ({"connector_type": "sharepoint"}, 400, True),
        ({}, 422, True),
        (["github"], 422, False),
    ],
)
def test_invalid_input_comes_in_all_three_shapes(served: Served, body: object, status: int, in_envelope: bool) -> None:
    answer = served.call("POST", "/authorize", body)

    assert answer.status_code == status
    assert ("error" in answer.json(), "detail" in answer.json()) == (in_envelope, not in_envelope)


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b"[" * 100_000], ids=["none", "torn", "not UTF-8", "deep"])
def test_a_body_that_is_not_json_is_refused_as_fastapi_does(served: Served, body: bytes) -> None:
    answer = requests.post(
        f"{served.url}/v1/personal-connectors/authorize?organization_id=org_a",
        data=body,
        headers={"X-API-Key": KEY},
        timeout=5,
    )

    assert (answer.status_code, answer.json()["detail"][0]["loc"]) == (422, ["body"])


@pytest.mark.parametrize(("method", "path", "status"), [("GET", "/no/such/thing", 404), ("PUT", "/authorize", 405)])
def test_what_does_not_exist_is_refused_in_the_envelope(served: Served, method: str, path: str, status: int) -> None:
    answer = served.call(method, path)

    assert (answer.status_code, answer.json()["error"]["status"]) == (status, status)
    assert answer.headers["x-request-id"]


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


def test_a_callback_connects_nobody_without_the_providers_code(served: Served) -> None:
    state = served.authorize().json()["state"]

    page = served.call("GET", "/callback", state=state, status="success", code="guessed", app_name="github")

    assert (page.status_code, served.platform.connections) == (400, {})
    assert "That did not work" in page.text


def test_clickup_gives_no_state_back_so_two_people_at_once_are_crossed(served: Served) -> None:
    early, late = served.authorize("clickup").json(), served.authorize("clickup").json()

    form = {"state": early["state"], "decision": "allow", "account": "dev@example.com"}
    requests.post(early["authorization_url"], data=form, timeout=5)

    connected = [
        served.call("POST", "/complete-oauth", {"state_token": body["state"]}).json()["connected"]
        for body in (early, late)
    ]
    assert connected == [False, True]


def test_whose_connection_is_deleted_is_not_connected_any_more(served: Served) -> None:
    state, _ = consent(served, "allow")
    [credential_id] = served.platform.connections

    assert served.call("DELETE", f"/connections/{credential_id}").json() == {"id": credential_id, "deleted": True}

    assert served.call("POST", "/complete-oauth", {"state_token": state}).status_code == 404


def test_another_keys_state_and_connection_do_not_exist(served: Served) -> None:
    state, _ = consent(served, "allow")
    [credential_id] = served.platform.connections

    def as_other(method: str, path: str, body: object = None) -> int:
        return int(served.call(method, path, body, "ak_other", organization_id="org_b").status_code)

    assert as_other("POST", "/complete-oauth", {"state_token": state}) == 404
    assert as_other("DELETE", f"/connections/{credential_id}") == 404
    assert as_other("GET", f"/{credential_id}/health") == 404


def test_the_short_link_leads_to_the_same_page_for_a_state_and_for_a_connection(served: Served) -> None:
    body = served.authorize().json()
    connection_id = served.platform.pending[body["state"]].connection_id

    answers = [served.call("GET", f"/auth/{name}", key=None) for name in (body["state"], connection_id)]

    assert [(a.status_code, a.headers["location"]) for a in answers] == [(302, body["authorization_url"])] * 2


def test_a_short_link_that_never_was_says_so_kindly(served: Served) -> None:
    page = served.call("GET", "/auth/ostate_nobodys", key=None)

    assert (page.status_code, page.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert "There is no such link" in page.text


def test_the_catalogue_is_paged_and_searched(served: Served) -> None:
    first = served.call("GET", "/available", limit="10").json()
    rest = served.call("GET", "/available", limit="50", offset="10").json()
    found = served.call("GET", "/available", q="google", category="Files").json()

    assert (first["returned"], first["returned"] + rest["returned"]) == (10, first["total"])
    assert [connector["tool_key"] for connector in found["connectors"]] == ["google_drive"]


@pytest.mark.parametrize("query", [{"limit": "0"}, {"limit": "-1"}, {"limit": "x"}, {"offset": "-1"}])
def test_a_page_that_cannot_be_is_refused(served: Served, query: dict[str, str]) -> None:
    assert served.call("GET", "/available", **query).status_code == 422


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

    with pytest.raises(requests.ConnectionError, match="without response"):
        served.authorize()


def test_a_stalled_platform_ends_at_once_and_quietly(caplog: pytest.LogCaptureFixture) -> None:
    platform = Platform(keys={KEY: "org_a"})
    platform.trouble = Trouble.STALLED

    with ThreadPoolExecutor() as threads:
        with serving(platform.app) as url:
            caller = threads.submit(Served(platform, url, Now()).authorize)
            while not platform.calls:
                time.sleep(0.01)
            ends_at = time.monotonic()
        took = time.monotonic() - ends_at

    assert took < 3
    assert isinstance(caller.exception(), requests.ConnectionError)
    assert not [record for record in caplog.records if record.exc_info]


def test_the_limit_says_when_to_come_back(served: Served) -> None:
    served.platform.trouble, served.platform.retry_after = Trouble.RATE_LIMITED, 17

    assert served.authorize().headers["retry-after"] == "17"


def test_a_failure_carries_what_nobody_may_see_beside_what_one_may(served: Served) -> None:
    served.platform.trouble = Trouble.BROKEN

    error = served.authorize().json()["error"]

    assert "Traceback" in error["system_message"]
    assert "Traceback" not in error["message"]


def test_an_unsafe_link_is_plain_http_to_a_stranger(served: Served) -> None:
    served.platform.trouble = Trouble.UNSAFE_LINK

    assert served.authorize().json()["authorization_url"].startswith("http://evil.example/")


def test_a_long_link_still_works(served: Served) -> None:
    served.platform.trouble = Trouble.LONG_LINK

    body = served.authorize().json()
    form = {"state": body["state"], "decision": "allow"}
    page = requests.post(body["authorization_url"], data=form, timeout=5)

    assert len(body["authorization_url"]) > 3000
    assert "GitHub is connected as dev@example.com." in page.text


def test_who_follows_a_redirect_is_seen(served: Served) -> None:
    served.platform.trouble = Trouble.REDIRECT

    answer = served.authorize()
    requests.get(f"{served.url}{answer.headers['location']}", timeout=5)

    assert [call.path.rpartition("/")[2] for call in served.platform.calls] == ["authorize", "personal-connectors"]


def test_a_cookie_that_comes_back_is_seen(served: Served) -> None:
    served.platform.trouble = Trouble.COOKIES
    with requests.Session() as session:
        for _ in range(2):
            session.post(
                f"{served.url}/v1/personal-connectors/authorize?organization_id=org_a",
                json={"connector_type": "github"},
                headers={"X-API-Key": KEY},
                timeout=5,
            )

    assert [call.has_cookie for call in served.platform.calls] == [False, True]
    assert len({call.peer for call in served.platform.calls}) == 1


@pytest.mark.parametrize(("trouble", "at_least"), [(Trouble.TRICKLE, 2), (Trouble.ENDLESS, 2 * 1024 * 1024)])
def test_an_answer_can_come_slowly_and_without_end(served: Served, trouble: Trouble, at_least: int) -> None:
    served.platform.trouble = trouble
    started, size = time.monotonic(), 0

    with requests.post(
        f"{served.url}/v1/personal-connectors/authorize?organization_id=org_a",
        json={"connector_type": "github"},
        headers={"X-API-Key": KEY},
        stream=True,
        timeout=5,
    ) as answer:
        while size < at_least:
            size += len(answer.raw.read1(65536))

    assert answer.status_code == 200
    assert (time.monotonic() - started >= 0.2) or trouble is Trouble.ENDLESS


def test_a_slow_platform_lets_many_wait_at_once(served: Served) -> None:
    served.platform.delay = 0.5
    started = time.monotonic()

    with ThreadPoolExecutor(40) as threads:
        answers = list(threads.map(lambda _: served.authorize(), range(40)))

    assert {answer.status_code for answer in answers} == {200}
    assert 0.5 <= time.monotonic() - started < 5  # one after the other: 20 s
    assert len(served.platform.pending) == 40


def test_each_trouble_has_a_name_and_a_sentence_for_the_menu() -> None:
    assert set(TROUBLES) == set(Trouble)
    assert all(label and explanation.endswith(".") for label, explanation in TROUBLES.values())


def test_the_rest_of_the_api_works_in_every_trouble(served: Served) -> None:
    served.platform.trouble = Trouble.DOWN

    assert served.call("GET", "/available").status_code == 200
