"""The stand-in platform behaves as its reference says, over real HTTP."""

from __future__ import annotations

import re

import pytest
import requests

from slack_app.stand_ins.freddy import Shape
from tests.stand_ins.served import KEY, Served


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
    ("given", "kind", "place"),
    [({}, "missing", ["count"]), ({"count": "3"}, "int_type", ["count"]), ({"count": True}, "int_type", ["count"])],
)
def test_a_parameter_of_a_wrong_type_is_refused_by_name_and_type(
    served: Served, given: dict[str, object], kind: str, place: list[str]
) -> None:
    served.platform.want("github", Shape.FASTAPI, count="integer")

    answer = served.call("POST", "/authorize", {"connector_type": "github", "integration_params": given})

    assert answer.status_code == 422
    [problem] = answer.json()["detail"]
    assert (problem["loc"], problem["type"]) == (["body", "integration_params", *place], kind)


def test_parameters_in_parameters_and_in_lists_are_refused_in_their_place(served: Served) -> None:
    served.platform.want("github", Shape.ENVELOPE_422, **{"site.id": "string", "ids[]": "integer"})

    answer = served.call(
        "POST", "/authorize", {"connector_type": "github", "integration_params": {"site": {"id": 3}, "ids": [1, "2"]}}
    )

    assert answer.status_code == 422
    assert answer.json()["error"]["details"] == {
        "integration_params": {"site": {"id": "must be a valid string"}, "ids": {"1": "must be a valid integer"}}
    }


def test_an_organization_that_does_not_exist_is_refused_everywhere(served: Served) -> None:
    served.platform.refuse_organization(404)

    assert [served.authorize().status_code, served.call("GET", "/available").status_code] == [404, 404]
