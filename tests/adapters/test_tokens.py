"""The token that serves a person; refreshed in time, once, however many ask."""

from __future__ import annotations

import asyncio
import base64
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from cryptography.fernet import Fernet
from slack_sdk.oauth.token_rotation import TokenRotator
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send
from structlog.testing import capture_logs

from slack_app.adapters.http import Http
from slack_app.adapters.redis import open_patient
from slack_app.adapters.secrets.installations import RedisInstallations
from slack_app.adapters.secrets.tokens import BotTokens
from slack_app.adapters.secrets.vault import Vault
from slack_app.adapters.slack import PooledWebClient
from slack_app.errors import Meaning, UpstreamError
from slack_app.model.users import SlackUser
from slack_app.stand_ins.slack import Slack
from slack_app.stand_ins.slack.oauth import Choice
from tests.sample_installations import installed
from tests.serving import serving
from tests.workspaces import CLIENT_ID, CLIENT_SECRET, slack_of_two

KEY = Fernet.generate_key().decode()
MAYA = SlackUser(None, "T0ONE", "U0MAYA")


class Door:
    """The stand-in Slack; the test makes it slow, or takes it away."""

    def __init__(self) -> None:
        self.slack: Slack = slack_of_two()
        self.workspace = self.slack.workspaces[0]
        self.delay, self.is_down, self.requests = 0.0, False, 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.requests += scope["type"] == "http"
        await asyncio.sleep(self.delay)
        await (PlainTextResponse("down", 503) if self.is_down else self.slack.app)(scope, receive, send)

    @property
    def refreshes(self) -> int:
        """How often a refresh was asked for, and Slack was there."""
        return sum(call.arguments.get("grant_type") == "refresh_token" for call in self.slack.calls)

    def gave(self, token: str) -> bool:
        """Return whether the token is one that Slack gave out in exchange for a refresh token."""
        return token.startswith("xoxe.xoxb-") and self.workspace.installations.find(token) is not None

    def refresh_token(self) -> str:
        """Let an admin install the app; returns the refresh token that comes with it."""
        choice = Choice(
            (self.workspace.store,), is_org_wide=False, user_id="U0IDA", scopes="chat:write", redirect_uri=""
        )
        basic = base64.b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
        answer = self.slack.oauth.access({"code": self.slack.oauth.issue_code(choice)}, f"Basic {basic}")
        return str(answer["refresh_token"])


class Office:
    """One process that needs tokens; the test turns its clock."""

    def __init__(self, redis_url: str, slack: Door, slack_url: str) -> None:
        self.slack = slack
        self.ahead = 0.0
        self.redis: Any = open_patient(redis_url)
        self.store = RedisInstallations(self.redis, Vault([KEY]), self.clock, lambda _token: False)
        client = PooledWebClient(Http("slack", connections=8, deadline=10), token="", base_url=f"{slack_url}/api/")
        rotator = TokenRotator(client_id=CLIENT_ID, client_secret=CLIENT_SECRET, client=client)
        self.tokens = BotTokens(self.store, rotator, self.redis, self.clock)

    def clock(self) -> float:
        return time.time() + self.ahead

    def install(self, expires_in: int | None) -> None:
        rotating = {"bot_refresh_token": self.slack.refresh_token(), "bot_token_expires_in": expires_in}
        self.store.save(installed(None, "T0ONE", "xoxb-0", **rotating if expires_in else {}))


@pytest.fixture
def slack() -> Door:
    return Door()


@pytest.fixture
def slack_url(slack: Door) -> Iterator[str]:
    with serving(slack) as url:
        yield url


@pytest.fixture
def office(redis_url: str, slack: Door, slack_url: str) -> Office:
    return Office(redis_url, slack, slack_url)


def test_a_token_that_does_not_expire_is_used_as_it_is(office: Office, slack: Door) -> None:
    office.install(None)

    assert office.tokens.bot_token(MAYA) == "xoxb-0"
    assert slack.slack.calls == []


def test_the_same_person_is_served_by_the_token_of_the_workspace_where_they_are(office: Office) -> None:
    """security.md 7: two workspaces of a Grid, each with an installation of its own."""
    for team_id in ("T0ONE", "T0TWO"):
        office.store.save(installed("E0GRID", team_id, f"xoxb-{team_id}"))

    tokens = [office.tokens.bot_token(SlackUser("E0GRID", team_id, "U0MAYA")) for team_id in ("T0ONE", "T0TWO")]

    assert tokens == ["xoxb-T0ONE", "xoxb-T0TWO"]


def test_a_token_is_looked_up_every_five_seconds_at_most(office: Office) -> None:
    office.install(None)
    office.tokens.bot_token(MAYA)
    before = office.redis.info("commandstats")["cmdstat_hmget"]["calls"]

    for user_id in ("U0MAYA", "U0LEON", "U0ADA"):
        office.tokens.bot_token(SlackUser(None, "T0ONE", user_id))
    assert office.redis.info("commandstats")["cmdstat_hmget"]["calls"] == before

    office.ahead = 5.1
    office.tokens.bot_token(MAYA)
    assert office.redis.info("commandstats")["cmdstat_hmget"]["calls"] == before + 1


def test_what_is_installed_just_now_works_at_once_and_what_is_removed_within_five_seconds_no_more(
    office: Office,
) -> None:
    with pytest.raises(UpstreamError, match="not_installed"):
        office.tokens.bot_token(MAYA)

    office.install(None)
    assert office.tokens.bot_token(MAYA) == "xoxb-0"

    office.store.delete_all(enterprise_id=None, team_id="T0ONE")
    office.ahead = 5.1
    with pytest.raises(UpstreamError, match="not_installed") as caught:
        office.tokens.bot_token(MAYA)
    assert not caught.value.retryable


def test_a_token_is_refreshed_two_hours_before_it_expires(office: Office, slack: Door) -> None:
    office.install(7300)
    assert office.tokens.bot_token(MAYA) == "xoxb-0"

    office.ahead = 120
    fresh = office.tokens.bot_token(MAYA)

    assert slack.gave(fresh)
    kept = office.store.for_user(MAYA)
    assert kept
    assert kept.installation.bot_token == fresh
    assert str(kept.installation.bot_refresh_token).startswith("xoxe-1-")
    assert abs((kept.installation.bot_token_expires_at or 0) - time.time() - 43200) < 5
    assert office.redis.keys("slack_app:refresh:*") == []


@pytest.mark.parametrize("expires_in", [3600, -60])
def test_many_at_expiry_make_one_refresh_and_nobody_fails(
    redis_url: str, slack: Door, slack_url: str, expires_in: int
) -> None:
    offices = [Office(redis_url, slack, slack_url) for _ in range(2)]
    offices[0].install(expires_in)
    slack.delay = 0.3

    with ThreadPoolExecutor(8) as pool:
        tokens = list(pool.map(lambda n: offices[n % 2].tokens.bot_token(MAYA), range(8)))

    assert slack.refreshes == 1
    assert all(slack.gave(token) or (token == "xoxb-0" and expires_in > 0) for token in tokens)
    offices[1].ahead = 5.1
    assert slack.gave(offices[1].tokens.bot_token(MAYA))
    assert slack.refreshes == 1


def test_a_refresh_that_fails_leaves_the_old_token_in_use_and_is_tried_again_later(office: Office, slack: Door) -> None:
    office.install(3600)
    slack.is_down = True

    with capture_logs() as lines:
        assert office.tokens.bot_token(MAYA) == "xoxb-0"
        office.ahead = 5.1
        assert office.tokens.bot_token(MAYA) == "xoxb-0"

    assert [(line["event"], line["team_id"]) for line in lines] == [("token.not_refreshed", "T0ONE")]
    assert slack.requests == 1

    slack.is_down = False
    office.redis.delete("slack_app:refresh::T0ONE")  # its thirty seconds are over
    office.ahead = 10.2
    assert slack.gave(office.tokens.bot_token(MAYA))


@pytest.mark.parametrize("odd", [{}, [], 7, None, ""])
@pytest.mark.parametrize("field", ["access_token", "refresh_token"])
def test_a_refresh_that_brings_no_token_leaves_the_old_one_in_use(
    office: Office, slack: Door, monkeypatch: pytest.MonkeyPatch, field: str, odd: object
) -> None:
    """security.md 16: what is no token was kept as one, and every job of the workspace was a defect."""
    office.install(3600)
    access = slack.slack.oauth.access
    monkeypatch.setattr(slack.slack.oauth, "access", lambda *asked: {**access(*asked), field: odd})

    with capture_logs() as lines:
        assert office.tokens.bot_token(MAYA) == "xoxb-0"

    assert [line["event"] for line in lines] == ["token.not_refreshed"]
    office.ahead = 5.1
    assert office.tokens.bot_token(MAYA) == "xoxb-0"


def test_a_refresh_token_that_slack_does_not_know_is_named_in_the_log(office: Office, slack: Door) -> None:
    office.install(3600)
    slack.workspace.installations.revoke()

    with capture_logs() as lines:
        assert office.tokens.bot_token(MAYA) == "xoxb-0"

    assert lines[0]["code"] == "invalid_refresh_token"


def test_a_token_that_expired_and_cannot_be_refreshed_is_worth_another_try(office: Office, slack: Door) -> None:
    office.install(-60)
    slack.is_down = True

    with pytest.raises(UpstreamError, match="token_expired") as caught:
        office.tokens.bot_token(MAYA)

    assert caught.value.retryable


def test_a_token_that_slack_will_not_refresh_is_worth_no_other_try(office: Office, slack: Door, redis_url: str) -> None:
    """slack-truth.md 4: `invalid_refresh_token`, the old token has run out"""
    office.install(-60)
    slack.workspace.installations.revoke()
    errors = []

    with capture_logs() as lines:
        for process in (office, Office(redis_url, slack, "http://127.0.0.1:1")):
            with pytest.raises(UpstreamError) as caught:
                process.tokens.bot_token(MAYA)
            errors.append((caught.value.code, caught.value.meaning))

    # each process knows at once, from one question
    assert errors == [("invalid_refresh_token", Meaning.BROKEN_INSTALLATION)] * 2
    assert slack.refreshes == 1
    assert [(line["event"], line["log_level"]) for line in lines] == [("token.not_refreshed", "error")]

    # and an admin's new installation works at once
    office.store.save(installed(None, "T0ONE", "xoxb-new"))
    assert office.tokens.bot_token(MAYA) == "xoxb-new"


def test_an_install_during_a_refresh_wins(office: Office, slack: Door) -> None:
    """security.md 20"""
    office.install(3600)
    slack.delay = 0.5

    with ThreadPoolExecutor(1) as pool:
        refreshing = pool.submit(office.tokens.bot_token, MAYA)
        time.sleep(0.2)
        office.store.save(installed(None, "T0ONE", "xoxb-new"))
        refreshing.result()

    office.ahead = 5.1
    assert office.tokens.bot_token(MAYA) == "xoxb-new"


def test_an_uninstall_during_a_refresh_is_final(office: Office, slack: Door) -> None:
    """security.md 20"""
    office.install(3600)
    slack.delay = 0.5

    with ThreadPoolExecutor(1) as pool:
        refreshing = pool.submit(office.tokens.bot_token, MAYA)
        time.sleep(0.2)
        office.store.remove(None, "T0ONE", time.time() + 1)
        refreshing.result()

    assert office.store.for_user(MAYA) is None
