"""Two workspaces install the app, are set up apart, and leave: over real HTTP, with real processes and a real Redis."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest.mock import Mock
from urllib.parse import parse_qs, urlsplit

import pytest
import redis
import requests

from slack_app.stand_ins.slack import Person, Slack, Workspace, revoked_event, uninstalled_event
from slack_app.stand_ins.slack.errors import ApiError
from tests.contents import contents
from tests.stage import Stage, wait_for
from tests.workspaces import (
    BROWSER,
    CLIENT_ID,
    CLIENT_SECRET,
    KEYS,
    again_in,
    app_for,
    ask,
    await_link,
    back,
    begin,
    decide,
    install,
    led_to_slack,
    set_up,
    slack_of_two,
    state_in,
    texts,
)


@pytest.fixture
def slack() -> Slack:
    return slack_of_two()


@pytest.fixture
def app(slack: Slack, redis_url: str, tmp_path: Path) -> Iterator[Stage]:
    with app_for(slack, redis_url, tmp_path / "app.log") as stage:
        yield stage


@pytest.fixture(scope="module")
def pages_slack() -> Slack:
    return slack_of_two()


@pytest.fixture(scope="module")
def pages(pages_slack: Slack, modules_redis_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """One process for the cases that need no more of it than its pages."""
    with app_for(pages_slack, modules_redis_url, tmp_path_factory.mktemp("pages") / "app.log") as stage:
        yield stage


def both_set_up(app: Stage, slack: Slack) -> None:
    for workspace in slack.workspaces:
        install(app, workspace.team_id)
        set_up(workspace)


def left(workspace: Workspace, at: float, kind: str = "app_uninstalled") -> dict[str, Any]:
    told = {"app_uninstalled": uninstalled_event, "tokens_revoked": revoked_event}[kind]
    return dict(told(team_id=workspace.team_id, at=at))


def test_who_installs_is_invited_to_set_it_up(app: Stage, slack: Slack) -> None:
    page = install(app, "T0ONE")

    assert "Freddy Connect is installed in Workspace &lt;T0ONE&gt;" in page
    wait_for(lambda: texts(slack.workspaces[0]), what="the invitation")
    assert texts(slack.workspaces[0])[0].startswith("*Freddy Connect is installed. One step is left:*")
    assert texts(slack.workspaces[1]) == []


def test_two_workspaces_never_see_each_others_anything(app: Stage, slack: Slack, redis_url: str) -> None:
    """security.md 7, 15, 17: the same user ids in both, two organizations, two keys; and a dump of the whole Redis."""
    both_set_up(app, slack)

    for workspace in slack.workspaces:
        ask(workspace, "github")
        await_link(workspace)
    for workspace, others in zip(slack.workspaces, ("org_two", "org_one"), strict=True):
        shown = "\n".join(message.text for message in workspace.messages)
        assert "*Connect GitHub*" in shown
        assert others not in shown

    asked = [(call.query["organization_id"], call.key) for call in app.platform.calls if "authorize" in call.path]
    assert asked == list(KEYS.values())
    client: Any = redis.Redis.from_url(redis_url, decode_responses=True)
    everything = contents(client)
    client.close()
    assert "org_one" in everything
    for canary in ("xox", "ak_canary", CLIENT_SECRET):
        assert canary not in everything
        assert canary not in app.log.read_text()


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

    gone_at = time.time()
    one.uninstall()
    assert one.send_event(left(one, gone_at)).status == 200
    wait_for(lambda: not client.exists("slack_app:{installations}:of::T0ONE"), what="the token is gone")
    wait_for(lambda: len(client.keys("slack_app:state:*")) == 1, what="the link's state is gone")
    wait_for(lambda: client.hget("slack_app:setup:T0ONE", "key") is None, what="the key is gone")
    wait_for(lambda: client.ttl("slack_app:setup:T0ONE") > 29 * 24 * 3600, what="the set-up stays for a month")
    assert client.exists("slack_app:{installations}:of::T0TWO")
    assert client.hget("slack_app:setup:T0TWO", "key")

    # it comes back, and an event of before removes nothing, though Slack's clock is ahead of ours (reports.md B5)
    install(app, "T0ONE")
    assert one.send_event(left(one, time.time() + 5, "tokens_revoked")).status == 200
    wait_for(
        lambda: any(counted.endswith(" stale_event") for counted in client.hgetall("slack_app:{jobs}:outcomes")),
        what="the late event",
    )
    assert client.exists("slack_app:{installations}:of::T0ONE")
    wait_for(lambda: client.ttl("slack_app:setup:T0ONE") == -1, what="the set-up is kept again")
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
    pages: Stage, cookie: str | None, query: dict[str, str], status: int, told: str
) -> None:
    """security.md 14"""
    link, own_cookie = begin(pages)
    target = requests.Request("GET", f"{pages.url}/slack/oauth_redirect", params={"state": state_in(link), **query})

    shown = back(str(target.prepare().url), own_cookie if cookie is None else cookie)

    assert (shown.status_code, told in shown.text) == (status, True), shown.text
    assert 'href="/slack/install?direct=1"' in shown.text
    reference = re.search(r"Reference: ([0-9A-F]{8})", shown.text)
    assert reference
    assert reference[1] in pages.log.read_text()


@pytest.mark.parametrize(
    ("method", "error", "status", "told"),
    [
        ("oauth.v2.access", "code_already_used", 401, "Slack did not confirm it"),
        ("oauth.v2.access", "bad_client_secret", 500, "Slack stopped the install"),
        ("oauth.v2.access", "ratelimited", 503, "Slack does not answer"),
        ("oauth.v2.access", "internal_error", 503, "Slack does not answer"),
        ("auth.test", "account_inactive", 500, "Slack stopped the install"),
        ("auth.test", "service_unavailable", 503, "Slack does not answer"),
    ],
)
def test_what_slack_answers_to_an_install_is_told_as_it_is_and_its_word_is_in_the_log(
    pages: Stage,
    pages_slack: Slack,
    monkeypatch: pytest.MonkeyPatch,
    method: str,
    error: str,
    status: int,
    told: str,
) -> None:
    """slack-truth.md 4: Bolt's own flow takes each of them for a refused code, and logs nothing."""
    link, cookie = begin(pages)
    if method == "auth.test":
        pages.workspace.refusals.play(method, error, times=1)
    else:
        monkeypatch.setattr(pages_slack.oauth, "access", Mock(side_effect=ApiError(error)))

    shown = back(decide(link, pages.workspace.team_id), cookie)

    assert (shown.status_code, told in shown.text) == (status, True), shown.text
    reference = re.search(r"Reference: ([0-9A-F]{8})", shown.text)
    assert reference
    lines = [line for line in pages.log.read_text().splitlines() if reference[1] in line]
    assert [error in line for line in lines] == [True]


def test_a_state_finishes_one_install(pages: Stage) -> None:
    """security.md 14"""
    link, cookie = begin(pages)
    first, second = decide(link, "T0ONE"), decide(link, "T0TWO")

    finished = back(first, cookie)
    assert finished.status_code == 200
    assert "set-cookie" not in finished.headers  # whoever reloads comes with their cookie again
    reloaded, again = back(first, cookie), back(second, cookie)

    for shown in (reloaded, again):
        assert (shown.status_code, "That took too long, or it was done before" in shown.text) == (401, True)


def test_the_pages_allow_nothing_that_they_do_not_need(pages: Stage) -> None:
    """security.md 21"""
    shown = requests.get(f"{pages.url}/slack/install", headers=BROWSER, timeout=10)

    policy = shown.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "script-src" not in policy
    assert "frame-ancestors 'none'" in policy
    assert (shown.headers["x-content-type-options"], shown.headers["referrer-policy"]) == ("nosniff", "no-referrer")
    assert shown.headers["cache-control"] == "no-store"
    assert CLIENT_SECRET not in shown.text
    assert "<script" not in shown.text


def test_an_install_that_began_at_slack_is_started_anew_with_one_press(app: Stage, slack: Slack) -> None:
    """slack-truth.md 1.6: Slack's own link has no state, and a code without one could be anybody's."""
    # given somebody who allowed the app on Slack's own page
    shown = back(decide(slack.shareable_url, "T0TWO"), "")

    # then the code is not taken, and a page says why, and what to do
    assert (shown.status_code, "One more step" in shown.text) == (200, True), shown.text
    assert "This install began in Slack" in shown.text
    assert not slack.workspace("T0TWO").is_installed
    assert slack.calls == []

    # and one press leads to Slack, with a state of this browser's
    link, cookie = led_to_slack(again_in(shown))
    finished = back(decide(link, "T0TWO"), cookie)
    assert (finished.status_code, slack.workspace("T0TWO").is_installed) == (200, True), finished.text


def test_who_was_approved_days_later_installs_with_one_press_more(app: Stage, slack: Slack) -> None:
    """slack-truth.md 1.6 and 2.5: who asks an admin does not come back, and after that begins at Slack's own link."""
    # given a member who may not install apps, and an admin who approves it later
    people = slack.workspace("T0ONE").store.people
    people["U0LEON"] = Person("U0LEON", "Leon", "Leon Okafor")
    link, _ = begin(app)
    assert decide(link, "T0ONE", "request", user="U0LEON") == ""
    slack.approve("T0ONE")

    # when they install it from Slack, in a browser that knows nothing of us
    shown = back(decide(slack.shareable_url, "T0ONE", user="U0LEON"), "")
    link, cookie = led_to_slack(again_in(shown))
    finished = back(decide(link, "T0ONE", user="U0LEON"), cookie)

    assert "Freddy Connect is installed in Workspace &lt;T0ONE&gt;" in finished.text


@pytest.mark.parametrize("path", ["/slack/install", "/slack/install?direct=1"])
def test_slacks_directory_is_led_to_slack_at_once(pages: Stage, path: str) -> None:
    """slack-truth.md 2.6: Slack takes no Direct Install URL but one that answers 302 to a slack.com address."""
    link, cookie = led_to_slack(f"{pages.url}{path}")

    assert urlsplit(link).path == "/oauth/v2/authorize"
    asked = parse_qs(urlsplit(link).query)
    assert (asked["client_id"], asked["scope"]) == ([CLIENT_ID], ["commands,chat:write,im:history,users:read"])
    assert back(decide(link, "T0ONE"), "").status_code == 400  # the state is good in the browser that has the cookie
    assert back(decide(link, "T0ONE"), cookie).status_code == 200


def test_where_one_workspace_is_served_there_is_nothing_to_install(stage: Stage) -> None:
    stage.start_web()

    shown = requests.get(f"{stage.url}/slack/install", timeout=10)

    assert (shown.status_code, "There is nothing to install here" in shown.text) == (404, True)
