"""Installing, rotating and uninstalling on the stand-in Slack, through Slack's own SDK and Bolt."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests
from slack_bolt.oauth import OAuthFlow
from slack_bolt.oauth.oauth_settings import OAuthSettings
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.oauth import AuthorizeUrlGenerator
from slack_sdk.oauth.installation_store import Installation
from slack_sdk.oauth.token_rotation import TokenRotator

from slack_app.stand_ins.slack import Person, Slack, Workspace
from slack_app.stand_ins.slack.installations import Grant
from tests.serving import serving
from tests.stage import wait_for

ID, SECRET, REDIRECT = "1.2", "cl1ent5ecret", "http://app.example/slack/oauth_redirect"
SCOPES = ["commands", "chat:write", "users:read"]
ADA, BO, CY = (
    Person("U0ADA", "Ada", "Ada Admin", "admin"),
    Person("U0BO", "Bo", "Bo Member"),
    Person("U0CY", "Cy", "Cy"),
)


@dataclass
class SlackOfTheSdk:
    slack: Slack
    now: float = 1_700_000_000.0

    def client(self, token: str | None = None) -> WebClient:
        return WebClient(token=token, base_url=f"{self.slack.base_url}/api/")

    def decide(self, answer: str = "allow", **more: str) -> dict[str, str]:
        """Answer the page as a browser does; returns what the app gets."""
        generator = AuthorizeUrlGenerator(
            client_id=ID,
            scopes=SCOPES,
            redirect_uri=REDIRECT,
            authorization_url=f"{self.slack.base_url}/oauth/v2/authorize",
        )
        page = requests.get(generator.generate("the-state", more.get("team")), timeout=5)
        assert page.status_code == 200
        fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page.text))
        answered = self.post({**fields, **more, "answer": answer})
        assert answered.status_code == 302, answered.text
        address = urlsplit(answered.headers["Location"])
        assert answered.headers["Location"].startswith(f"{REDIRECT}?")
        return dict(parse_qsl(address.query))

    def post(self, form: dict[str, str]) -> requests.Response:
        url = f"{self.slack.base_url}/oauth/v2/authorize"
        return requests.post(url, data=form, timeout=5, allow_redirects=False)

    def install(self, **more: str) -> dict[str, Any]:
        """Let an admin install the app; returns Slack's answer to its code."""
        code = self.decide(**more)["code"]
        answer = self.client().oauth_v2_access(client_id=ID, client_secret=SECRET, code=code, redirect_uri=REDIRECT)
        assert isinstance(answer.data, dict)
        return answer.data


def made(rotates: bool = False) -> Iterator[SlackOfTheSdk]:
    def clock() -> float:
        return made_of.now

    known: dict[str, Any] = {"signing_secret": "s", "bot_token": "", "clock": clock}
    grid: dict[str, Any] = {**known, "enterprise_id": "E0GRID"}
    slack = Slack(
        [
            Workspace(name="Acme", team_id="T0ACME", people=[ADA, BO], **known),
            Workspace(name="Grid One", team_id="T0ONE", people=[ADA, BO], **grid),
            Workspace(name="Grid Two", team_id="T0TWO", people=[ADA, CY], **grid),
        ],
        client_id=ID,
        client_secret=SECRET,
        redirect_uri=REDIRECT,
        clock=clock,
        rotates=rotates,
    )
    made_of = SlackOfTheSdk(slack)
    with serving(slack.app) as slack.base_url:
        yield made_of


@pytest.fixture
def stage() -> Iterator[SlackOfTheSdk]:
    yield from made()


@pytest.fixture
def rotating() -> Iterator[SlackOfTheSdk]:
    yield from made(rotates=True)


def error_of(call: Any, **arguments: Any) -> str:
    with pytest.raises(SlackApiError) as caught:
        call(**arguments)
    return str(caught.value.response["error"])


def test_an_app_that_is_allowed_gets_a_token_of_its_workspace(stage: SlackOfTheSdk) -> None:
    answer = stage.install(team="T0ACME")

    token = answer.pop("access_token")
    assert token.startswith("xoxb-")
    assert answer == {
        "ok": True,
        "app_id": "A0FREDDY",
        "token_type": "bot",
        "scope": "commands,chat:write,users:read",
        "bot_user_id": "U0FREDDY",
        "team": {"id": "T0ACME", "name": "Acme"},
        "enterprise": None,
        "is_enterprise_install": False,
        "authed_user": {"id": ADA.id},
    }
    auth = stage.client(token).auth_test()
    assert (auth["team_id"], auth["team"], auth["bot_id"]) == ("T0ACME", "Acme", "B0FREDDY")
    assert auth.headers["x-oauth-scopes"] == "commands,chat:write,users:read"
    assert auth["is_enterprise_install"] is False
    assert [workspace.is_installed for workspace in stage.slack.workspaces] == [True, False, False]


def test_an_app_that_is_declined_gets_a_word_and_its_state(stage: SlackOfTheSdk) -> None:
    assert stage.decide("deny") == {"error": "access_denied", "state": "the-state"}
    assert stage.decide("allow")["state"] == "the-state"
    assert not any(workspace.is_installed for workspace in stage.slack.workspaces)


def test_a_code_is_good_once_and_for_ten_minutes(stage: SlackOfTheSdk) -> None:
    # given a code that was used, and one that is old
    client = stage.client()
    used, old = stage.decide()["code"], stage.decide()["code"]
    whole = {"client_id": ID, "client_secret": SECRET, "redirect_uri": REDIRECT}
    client.oauth_v2_access(code=used, **whole)
    stage.now += 601

    # then neither is a code any more
    assert error_of(client.oauth_v2_access, code=used, **whole) == "code_already_used"
    assert error_of(client.oauth_v2_access, code=old, **whole) == "invalid_code"
    assert error_of(client.oauth_v2_access, code="nonsense", **whole) == "invalid_code"

    # and nobody else gets anything for a good one
    good = stage.decide()["code"]
    for changed, error in [
        ({"client_id": "9.9"}, "invalid_client_id"),
        ({"client_secret": "other"}, "bad_client_secret"),
        ({"redirect_uri": "http://app.example/other"}, "bad_redirect_uri"),
    ]:
        assert error_of(client.oauth_v2_access, code=good, **{**whole, **changed}) == error
    assert client.oauth_v2_access(code=good, **whole)["ok"]


def test_the_secret_may_come_as_fields_too(stage: SlackOfTheSdk) -> None:
    form = {
        "client_id": ID,
        "client_secret": SECRET,
        "code": stage.decide()["code"],
        "redirect_uri": REDIRECT,
    }

    answer = requests.post(f"{stage.slack.base_url}/api/oauth.v2.access", data=form, timeout=5).json()

    assert answer["ok"] is True


@pytest.mark.parametrize(
    ("changed", "status", "error"),
    [
        ({"client_id": "9.9"}, 400, "invalid_client_id"),
        ({"scope": "commands,chat:wirte"}, 400, "invalid_scope"),
        ({"scope": ""}, 400, "invalid_scope"),
        ({"redirect_uri": "http://elsewhere.example/"}, 400, "bad_redirect_uri"),
        ({"user": BO.id, "answer": "allow"}, 403, "access_denied"),
    ],
)
def test_what_cannot_be_asked_is_not(stage: SlackOfTheSdk, changed: dict[str, str], status: int, error: str) -> None:
    form = {"client_id": ID, "scope": "commands", "redirect_uri": REDIRECT, "answer": "allow", **changed}

    answer = stage.post(form)

    assert answer.status_code == status
    assert f'data-testid="authorize-error">{error}<' in answer.text


def test_another_site_cannot_answer_for_the_admin(stage: SlackOfTheSdk) -> None:
    form = {"client_id": ID, "scope": "commands", "redirect_uri": REDIRECT, "answer": "allow"}
    url = f"{stage.slack.base_url}/oauth/v2/authorize"

    answer = requests.post(url, data=form, headers={"Sec-Fetch-Site": "cross-site"}, timeout=5, allow_redirects=False)

    assert answer.status_code == 403


def test_the_pages_form_may_lead_to_the_app_and_nowhere_else(stage: SlackOfTheSdk) -> None:
    query = {"client_id": ID, "scope": "commands"}

    headers = requests.get(f"{stage.slack.base_url}/oauth/v2/authorize", params=query, timeout=5).headers

    assert "form-action 'self' http://app.example;" in headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["Cache-Control"] == "no-store"


def test_an_organization_gives_one_token_for_all_of_its_workspaces(stage: SlackOfTheSdk) -> None:
    # given an app that was installed in the whole organization
    answer = stage.install(team="E0GRID")
    assert (answer["team"], answer["is_enterprise_install"]) == (None, True)
    assert answer["enterprise"] == {"id": "E0GRID", "name": "Freddy Grid"}
    client = stage.client(answer["access_token"])
    one, two = stage.slack.workspace("T0ONE"), stage.slack.workspace("T0TWO")

    # when it calls, then each call lands in the workspace that it names something of
    auth = client.auth_test()
    assert (auth["enterprise_id"], auth["is_enterprise_install"]) == ("E0GRID", True)
    client.chat_postMessage(channel=BO.id, text="To one")
    client.chat_postMessage(channel=CY.id, text="To two")
    assert [m.text for m in one.messages] == ["To one"]
    assert [m.text for m in two.messages] == ["To two"]
    assert {user["team_id"] for user in client.users_list(team_id="T0TWO")["members"]} == {"T0TWO"}
    sent = two.messages[0]
    client.chat_update(channel=sent.channel_id, ts=sent.ts, text="Changed")
    assert two.messages[0].text == "Changed"
    view = client.views_publish(user_id=CY.id, view={"type": "home", "blocks": [{"type": "divider"}]})["view"]
    assert client.views_update(view_id=view["id"], view={"type": "home", "blocks": []})["view"]["team_id"] == "T0TWO"

    # and when it is uninstalled in one, it is gone from both
    two.uninstall()
    assert error_of(client.auth_test) == "account_inactive"
    assert (one.is_installed, two.is_installed) == (False, False)


def test_on_a_grid_the_app_can_be_in_one_workspace_alone(stage: SlackOfTheSdk) -> None:
    answer = stage.install(team="T0ONE")

    assert answer["team"] == {"id": "T0ONE", "name": "Grid One"}
    assert answer["enterprise"] == {"id": "E0GRID", "name": "Freddy Grid"}
    auth = stage.client(answer["access_token"]).auth_test()
    assert (auth["team_id"], auth["enterprise_id"], auth["is_enterprise_install"]) == ("T0ONE", "E0GRID", False)
    assert not stage.slack.workspace("T0TWO").is_installed


def test_an_installed_app_keeps_its_token_and_a_removed_one_gets_another(stage: SlackOfTheSdk) -> None:
    first = stage.install()["access_token"]
    assert stage.install()["access_token"] == first

    stage.slack.workspaces[0].uninstall()
    second = stage.install()["access_token"]

    assert second != first
    assert error_of(stage.client(first).auth_test) == "account_inactive"
    assert stage.client(second).auth_test()["ok"]


def test_what_was_not_asked_for_is_not_given(stage: SlackOfTheSdk) -> None:
    stage.slack.workspaces[0].install(grant := Grant("xoxb-narrow", "commands"))

    client = stage.client(grant.token)

    with pytest.raises(SlackApiError) as caught:
        client.users_info(user=ADA.id)
    assert {key: caught.value.response[key] for key in ("error", "needed", "provided")} == {
        "error": "missing_scope",
        "needed": "users:read",
        "provided": "commands",
    }


def test_bolt_runs_the_installation(rotating: SlackOfTheSdk) -> None:
    # given Bolt's own flow
    settings = OAuthSettings(client_id=ID, client_secret=SECRET, scopes=SCOPES, redirect_uri=REDIRECT)
    flow = OAuthFlow(client=rotating.client(), settings=settings)

    # when the code comes back
    installation = flow.run_installation(rotating.decide(team="E0GRID")["code"])

    # then it knows what it stored
    assert installation is not None
    assert (installation.team_id, installation.enterprise_id) == (None, "E0GRID")
    assert (installation.is_enterprise_install, installation.user_id) == (True, ADA.id)
    assert (installation.bot_id, installation.bot_user_id) == ("B0FREDDY", "U0FREDDY")
    assert installation.bot_refresh_token is not None
    assert flow.run_installation("nonsense") is None


def test_a_token_that_rotates_is_refreshed_by_the_sdk_and_expires(rotating: SlackOfTheSdk) -> None:
    # given a token that is good for twelve hours
    answer = rotating.install()
    assert answer["expires_in"] == 43200
    first = answer["access_token"]
    installation = Installation(
        user_id=ADA.id,
        team_id="T0ACME",
        bot_token=first,
        bot_refresh_token=answer["refresh_token"],
        bot_token_expires_at=1,
    )

    # when it is refreshed
    rotator = TokenRotator(client_id=ID, client_secret=SECRET, client=rotating.client())
    rotated = rotator.perform_token_rotation(installation=installation)

    # then both are good until the first expires
    assert rotated is not None
    assert rotated.bot_token not in (None, first)
    assert rotated.bot_refresh_token not in (None, answer["refresh_token"])
    assert rotating.client(first).auth_test()["ok"]
    rotating.now += 43_199
    assert rotating.client(rotated.bot_token).auth_test()["ok"]
    rotating.now += 1
    assert error_of(rotating.client(first).auth_test) == "token_expired"

    # and the refresh token was good once
    again = {"grant_type": "refresh_token", "client_id": ID, "client_secret": SECRET}
    client = rotating.client()
    spent = answer["refresh_token"]
    assert error_of(client.oauth_v2_access, refresh_token=spent, **again) == "invalid_refresh_token"
    renewed = client.oauth_v2_access(refresh_token=rotated.bot_refresh_token, **again)
    assert rotating.client(renewed["access_token"]).auth_test()["team_id"] == "T0ACME"
    assert "authed_user" not in renewed.data
    assert [call.method for call in rotating.slack.calls] == ["oauth.v2.access"] * 4
    assert SECRET not in str(rotating.slack.calls)


def test_an_app_that_is_gone_refreshes_nothing(rotating: SlackOfTheSdk) -> None:
    answer = rotating.install()
    rotating.slack.workspaces[0].uninstall()

    refresh = {"grant_type": "refresh_token", "refresh_token": answer["refresh_token"]}
    client = rotating.client()

    assert error_of(client.oauth_v2_access, client_id=ID, client_secret=SECRET, **refresh) == "invalid_refresh_token"


def test_every_page_is_its_workspaces_own(stage: SlackOfTheSdk) -> None:
    # given two workspaces, of which one is spoken in
    url = stage.slack.base_url
    said = {"team": "T0ONE", "user": BO.id, "channel_id": "C0GENERAL", "text": "Hello"}
    requests.post(f"{url}/page/say", json=said, headers={"X-Demo": "1"}, timeout=5).raise_for_status()
    wait_for(lambda: stage.slack.workspace("T0ONE").messages)

    # then only its page shows it, and each knows of the others
    states = {t: requests.get(f"{url}/page/state?team={t}", timeout=5).json() for t in ("", "T0ONE", "T0TWO")}
    assert [len(state["messages"]) for state in states.values()] == [0, 1, 0]
    assert [state["team"]["name"] for state in states.values()] == ["Acme", "Grid One", "Grid Two"]
    assert [team["id"] for team in states[""]["teams"]] == ["T0ACME", "T0ONE", "T0TWO"]
    assert requests.get(f"{url}/?team=T0NOWHERE", timeout=5).status_code == 404
    assert requests.get(f"{url}/?team=T0TWO", timeout=5).status_code == 200


def test_a_response_url_leads_back_to_its_workspace(stage: SlackOfTheSdk) -> None:
    two = stage.slack.workspace("T0TWO")

    two.post_as_app("C0GENERAL", "Before", [], via="test")
    url = two.issue_response_url(CY.id, two.messages[0])
    answer = requests.post(url, json={"replace_original": True, "text": "After"}, timeout=5)

    assert answer.text == "ok"
    assert two.messages[0].text == "After"


def test_the_whole_organization_is_named_in_what_the_app_is_sent(stage: SlackOfTheSdk) -> None:
    stage.install(team="E0GRID")
    where = stage.slack.workspace("T0TWO").team

    assert (where.is_org_wide, where.team_id, where.domain) == (True, "T0TWO", "grid-two")


def test_two_workspaces_of_one_id_are_a_mistake() -> None:
    twice = [Workspace(signing_secret="s", bot_token="") for _ in range(2)]

    with pytest.raises(ValueError, match="team_id"):
        Slack(twice, client_id=ID, client_secret=SECRET)
