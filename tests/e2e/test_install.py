"""Two workspaces install the app, are set up apart, and leave: over real HTTP, with real processes and a real Redis."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import ExitStack
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import redis
import requests
from cryptography.fernet import Fernet

from slack_app.demo.platform import Platform
from slack_app.demo.serving import serving
from slack_app.demo.workspace import Person, Workspace, revoked_event, uninstalled_event
from tests.oauth_slack import CLIENT_ID, CLIENT_SECRET, OAuthSlack
from tests.stage import GENERAL, SIGNING_SECRET, Stage, wait_for

KEYS = {"ak_canary_one_0123456789": "org_one", "ak_canary_two_0123456789": "org_two"}
ADMIN = "U1"


class Slack:
    """All of Slack: who hands out tokens, and two workspaces behind one address, told apart by their tokens."""

    def __init__(self) -> None:
        self.oauth = OAuthSlack()
        self.workspaces = [self._workspace("T0ONE", 1), self._workspace("T0TWO", 2)]

    def _workspace(self, team_id: str, number: int) -> Workspace:
        people = [Person(ADMIN, "Ida", "Ida Holm", role="admin"), Person("U2", "Tom", "Tom Berg")]
        token = f"xoxe.xoxb-canary-{number}"
        return Workspace(signing_secret=SIGNING_SECRET, bot_token=token, people=people, team_id=team_id)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        token = dict(scope.get("headers", [])).get(b"authorization", b"").decode()
        if scope["type"] != "http" or scope["path"] in ("/api/oauth.v2.access", "/api/auth.test"):
            await self.oauth.app(scope, receive, send)
            return
        number = 1 if token.endswith("-2") or "/T0TWO/" in scope["path"] else 0
        await self.workspaces[number].app(scope, receive, send)


@pytest.fixture
def slack() -> Slack:
    return Slack()


@pytest.fixture
def app(slack: Slack, redis_url: str, tmp_path: Path) -> Iterator[Stage]:
    """One process that answers and works; Slack's requests of both workspaces go to it."""
    with ExitStack() as stack:
        platform = Platform(keys=KEYS)
        url = stack.enter_context(serving(slack))
        environment = {
            "SLACK_SIGNING_SECRET": SIGNING_SECRET,
            "SLACK_CLIENT_ID": CLIENT_ID,
            "SLACK_CLIENT_SECRET": CLIENT_SECRET,
            "SLACK_API_URL": f"{url}/api/",
            "ENCRYPTION_KEYS": Fernet.generate_key().decode(),
            "FREDDY_API_URL": stack.enter_context(serving(platform.app)),
            "REDIS_URL": redis_url,
            "LOG_LEVEL": "DEBUG",
            "LOG_FORMAT": "json",
        }
        stage = Stage(slack.workspaces[0], platform, environment, tmp_path / "app.log")
        stack.callback(stage.kill_all)
        stage.start_web("--with-worker")
        for workspace in slack.workspaces:
            workspace.base_url, workspace.request_url = url, stage.workspace.request_url
        yield stage


def begin(app: Stage) -> tuple[str, str]:
    """Open the install page; gives the state, and the browser's cookie."""
    shown = requests.get(f"{app.url}/slack/install", timeout=10)
    assert shown.status_code == 200
    link = unescape(str(re.search(r'href="([^"]+oauth/v2/authorize[^"]+)"', shown.text)[1]))  # type: ignore[index]
    [state] = parse_qs(urlsplit(link).query)["state"]
    return state, shown.headers["set-cookie"].split(";")[0]


def finish(app: Stage, state: str, cookie: str, **query: str) -> requests.Response:
    headers = {"Cookie": cookie} if cookie else {}
    return requests.get(
        f"{app.url}/slack/oauth_redirect", params={"state": state, **query}, headers=headers, timeout=10
    )


def install(app: Stage, slack: Slack, number: int) -> None:
    workspace = slack.workspaces[number]
    slack.oauth.allow(f"code{number}", {"id": workspace.team_id, "name": f"Workspace <{number}>"})
    state, cookie = begin(app)
    shown = finish(app, state, cookie, code=f"code{number}")
    assert shown.status_code == 200, shown.text
    assert f"Freddy Connect is installed in Workspace &lt;{number}&gt;" in shown.text


def texts(workspace: Workspace, user_id: str = ADMIN) -> list[str]:
    return [message.text for message in workspace.messages_in(workspace.dm_of(user_id), seen_by=user_id)]


def ask(workspace: Workspace, text: str, user_id: str = ADMIN) -> None:
    assert workspace.type_command(user_id=user_id, channel_id=GENERAL, text=text).status == 200


def await_link(workspace: Workspace) -> None:
    wait_for(lambda: any("github link is ready" in text.lower() for text in texts(workspace)), what="the link")


def set_up(workspace: Workspace, organization: str, key: str) -> None:
    def form() -> Any:
        view = workspace.views.modal_of(ADMIN)
        return view if view and view.content.get("callback_id") == "setup_filled" else None

    ask(workspace, "setup")
    wait_for(form, what="the form")
    filled = {"organization": organization, "way": "shared", "key": key, "who": "everybody"}
    assert workspace.hands.submit(ADMIN, form().id, {name: {name: value} for name, value in filled.items()})

    def saved() -> bool:
        view = workspace.views.modal_of(ADMIN)
        return bool(view and "*Saved.*" in str(view.content))

    wait_for(saved, what=f"{organization} is set up")


def both_set_up(app: Stage, slack: Slack) -> None:
    for number, (key, organization) in enumerate(KEYS.items()):
        install(app, slack, number)
        set_up(slack.workspaces[number], organization, key)


def left(workspace: Workspace, at: float, kind: str = "app_uninstalled") -> dict[str, Any]:
    told = {"app_uninstalled": uninstalled_event, "tokens_revoked": revoked_event}[kind]
    return dict(told(team_id=workspace.team_id, at=at))


def test_who_installs_is_invited_to_set_it_up(app: Stage, slack: Slack) -> None:
    install(app, slack, 0)

    wait_for(lambda: texts(slack.workspaces[0]), what="the invitation")
    assert texts(slack.workspaces[0])[0].startswith("*Freddy Connect is installed. One thing is left:*")
    assert texts(slack.workspaces[1]) == []


def test_two_workspaces_never_see_each_others_anything(app: Stage, slack: Slack, redis_url: str) -> None:
    """security.md 7, 15, 17: the same user ids in both, two organizations, two keys; and a dump of the whole Redis."""
    both_set_up(app, slack)

    for workspace in slack.workspaces:
        ask(workspace, "github")
        await_link(workspace)
    for number, workspace in enumerate(slack.workspaces):
        organization, other = f"org_{('one', 'two')[number]}", f"org_{('two', 'one')[number]}"
        shown = "\n".join(message.text for message in workspace.messages)
        assert organization in shown
        assert other not in shown

    asked = [(call.key, call.query["organization_id"]) for call in app.platform.calls if "authorize" in call.path]
    assert asked == list(KEYS.items())
    client: Any = redis.Redis.from_url(redis_url)
    everything = b"".join(client.dump(name) or b"" for name in client.scan_iter())
    client.close()
    for canary in (b"xox", b"ak_canary", CLIENT_SECRET.encode()):
        assert canary not in everything
        assert canary.decode() not in app.log.read_text()


def test_with_the_app_go_tokens_keys_and_links_and_the_other_workspace_notices_nothing(
    app: Stage, slack: Slack, redis_url: str
) -> None:
    """security.md 20: the events in both orders, doubled, and late ones after a reinstall."""
    both_set_up(app, slack)
    one, two = slack.workspaces
    for workspace in (one, two):
        ask(workspace, "github")
        await_link(workspace)
    client: Any = redis.Redis.from_url(redis_url, decode_responses=True)
    assert len(client.keys("slack_app:state:*")) == 2

    gone_at = time.time() + 1
    for kind in ("tokens_revoked", "app_uninstalled", "app_uninstalled"):
        assert one.send_event(left(one, gone_at, kind)).status == 200
    wait_for(lambda: not client.exists("slack_app:{installations}:of::T0ONE"), what="the token is gone")
    wait_for(lambda: len(client.keys("slack_app:state:*")) == 1, what="the link's state is gone")
    wait_for(lambda: client.hget("slack_app:setup:T0ONE", "key") is None, what="the key is gone")
    assert client.ttl("slack_app:setup:T0ONE") > 29 * 24 * 3600
    assert client.exists("slack_app:{installations}:of::T0TWO")
    assert client.hget("slack_app:setup:T0TWO", "key")

    # it comes back, and an event of before removes nothing
    slack.oauth.allow("again", {"id": "T0ONE", "name": "Workspace"})
    time.sleep(max(0.0, gone_at + 1 - time.time()))
    state, cookie = begin(app)
    assert finish(app, state, cookie, code="again").status_code == 200
    assert one.send_event(left(one, gone_at)).status == 200
    wait_for(lambda: "left_before" in (client.hgetall("slack_app:{jobs}:outcomes") or {}), what="the late event")
    assert client.exists("slack_app:{installations}:of::T0ONE")
    assert client.ttl("slack_app:setup:T0ONE") == -1
    assert "org_one" in client.hget("slack_app:setup:T0ONE", "setup")
    client.close()


@pytest.mark.parametrize(
    ("cookie", "query", "status", "told"),
    [
        ("", {"code": "c"}, 400, "This is not where you began"),
        ("slack-app-oauth-state=another", {"code": "c"}, 400, "This is not where you began"),
        (None, {"error": "access_denied"}, 200, "Nothing was installed"),
        (None, {"code": "unknown"}, 401, "Slack did not confirm it"),
        (None, {}, 401, "Slack did not confirm it"),
    ],
)
def test_an_install_that_does_not_go_well_says_why_and_what_to_do(
    app: Stage, cookie: str | None, query: dict[str, str], status: int, told: str
) -> None:
    """security.md 14"""
    state, own_cookie = begin(app)

    shown = finish(app, state, own_cookie if cookie is None else cookie, **query)

    assert (shown.status_code, told in shown.text) == (status, True), shown.text
    assert 'href="/slack/install"' in shown.text
    reference = re.search(r"Reference: ([0-9A-F]{8})", shown.text)
    assert reference
    assert reference[1] in app.log.read_text()


def test_a_state_finishes_one_install(app: Stage, slack: Slack) -> None:
    """security.md 14"""
    slack.oauth.allow("first", {"id": "T0ONE", "name": "One"})
    slack.oauth.allow("second", {"id": "T0TWO", "name": "Two"})
    state, cookie = begin(app)

    assert finish(app, state, cookie, code="first").status_code == 200
    again = finish(app, state, cookie, code="second")

    assert (again.status_code, "That took too long, or it was done before" in again.text) == (401, True)


def test_the_pages_allow_nothing_that_they_do_not_need(app: Stage) -> None:
    """security.md 21"""
    shown = requests.get(f"{app.url}/slack/install", timeout=10)

    policy = shown.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "script-src" not in policy
    assert "frame-ancestors 'none'" in policy
    assert (shown.headers["x-content-type-options"], shown.headers["referrer-policy"]) == ("nosniff", "no-referrer")
    assert shown.headers["cache-control"] == "no-store"
    assert CLIENT_SECRET not in shown.text
    assert "<script" not in shown.text


def test_an_event_of_a_whole_grid_takes_the_grids_installation(app: Stage, slack: Slack, redis_url: str) -> None:
    """security.md 20"""
    one = slack.workspaces[0]
    one.enterprise_id = "E1"
    slack.oauth.allow("grid", None, {"id": "E1", "name": "Grid"})
    state, cookie = begin(app)
    assert finish(app, state, cookie, code="grid").status_code == 200
    set_up(one, "org_one", next(iter(KEYS)))
    client: Any = redis.Redis.from_url(redis_url, decode_responses=True)
    assert client.exists("slack_app:{installations}:of:E1:")

    one.send_event(dict(uninstalled_event(team_id=None, enterprise_id="E1", at=time.time() + 1)))

    wait_for(lambda: not client.exists("slack_app:{installations}:of:E1:"), what="the Grid's token is gone")
    wait_for(lambda: client.hget("slack_app:setup:T0ONE", "key") is None, what="the key of its workspace is gone")
    client.close()


def test_a_grid_installs_once_and_its_workspaces_are_mapped_apart(app: Stage, slack: Slack) -> None:
    one = slack.workspaces[0]
    one.enterprise_id = "E1"
    slack.oauth.allow("grid", None, {"id": "E1", "name": "Grid"})
    state, cookie = begin(app)
    assert "Freddy Connect is installed in Grid" in finish(app, state, cookie, code="grid").text

    set_up(one, "org_one", next(iter(KEYS)))
    ask(one, "github")

    await_link(one)


def test_where_one_workspace_is_served_there_is_nothing_to_install(app: Stage) -> None:
    app.start_web(SLACK_CLIENT_ID="", SLACK_CLIENT_SECRET="", SLACK_BOT_TOKEN="xoxb-canary-alone")

    shown = requests.get(f"{app.url}/slack/install", timeout=10)

    assert (shown.status_code, "There is nothing to install here" in shown.text) == (404, True)
