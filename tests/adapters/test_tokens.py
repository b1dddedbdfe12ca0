"""The token that serves a person; refreshed in time, once, however many ask."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from cryptography.fernet import Fernet
from slack_sdk.oauth.token_rotation import TokenRotator
from structlog.testing import capture_logs

from slack_app.adapters.http import Http
from slack_app.adapters.installations import RedisInstallations
from slack_app.adapters.redis import open_patient
from slack_app.adapters.slack import PooledWebClient
from slack_app.adapters.tokens import BotTokens
from slack_app.adapters.vault import Vault
from slack_app.demo.serving import serving
from slack_app.errors import UpstreamError
from slack_app.model import Person
from tests.adapters.test_installations import installed
from tests.oauth_slack import CLIENT_ID, CLIENT_SECRET, OAuthSlack

KEY = Fernet.generate_key().decode()
MAYA = Person("E1", "T1", "U0MAYA")


class Office:
    """One process that needs tokens; the test turns its clock."""

    def __init__(self, redis_url: str, slack_url: str) -> None:
        self.ahead = 0.0
        self.redis: Any = open_patient(redis_url)
        self.store = RedisInstallations(self.redis, Vault([KEY]), self.clock)
        client = PooledWebClient(Http("slack", connections=8, deadline=10), token="", base_url=f"{slack_url}/api/")
        rotator = TokenRotator(client_id=CLIENT_ID, client_secret=CLIENT_SECRET, client=client)
        self.tokens = BotTokens(self.store, rotator, self.redis, self.clock)

    def clock(self) -> float:
        return time.time() + self.ahead

    def install(self, expires_in: int | None) -> None:
        rotating = {"bot_refresh_token": "xoxe-0", "bot_token_expires_in": expires_in} if expires_in else {}
        self.store.save(installed("E1", "T1", "xoxb-0", **rotating))


@pytest.fixture
def slack() -> OAuthSlack:
    return OAuthSlack(refresh_tokens={"xoxe-0"})


@pytest.fixture
def slack_url(slack: OAuthSlack) -> Iterator[str]:
    with serving(slack.app) as url:
        yield url


@pytest.fixture
def office(redis_url: str, slack_url: str) -> Office:
    return Office(redis_url, slack_url)


def test_a_token_that_does_not_expire_is_used_as_it_is(office: Office, slack: OAuthSlack) -> None:
    office.install(None)

    assert office.tokens.bot_token(MAYA) == "xoxb-0"
    assert slack.calls == []


def test_a_token_is_looked_up_every_five_seconds_at_most(office: Office) -> None:
    office.install(None)
    office.tokens.bot_token(MAYA)
    before = office.redis.info("commandstats")["cmdstat_hmget"]["calls"]

    for user_id in ("U0MAYA", "U0LEON", "U0ADA"):
        office.tokens.bot_token(Person("E1", "T1", user_id))
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

    office.store.delete_all(enterprise_id="E1", team_id="T1")
    office.ahead = 5.1
    with pytest.raises(UpstreamError, match="not_installed") as caught:
        office.tokens.bot_token(MAYA)
    assert not caught.value.retryable


def test_a_token_is_refreshed_two_hours_before_it_expires(office: Office, slack: OAuthSlack) -> None:
    office.install(7300)
    assert office.tokens.bot_token(MAYA) == "xoxb-0"

    office.ahead = 120
    fresh = office.tokens.bot_token(MAYA)

    assert fresh in slack.tokens
    kept = office.store.of(MAYA)
    assert kept
    assert kept.installation.bot_token == fresh
    assert kept.installation.bot_refresh_token in slack.refresh_tokens
    assert abs((kept.installation.bot_token_expires_at or 0) - time.time() - 43200) < 5
    assert office.redis.keys("slack_app:refresh:*") == []


@pytest.mark.parametrize("expires_in", [3600, -60])
def test_many_at_expiry_make_one_refresh_and_nobody_fails(
    redis_url: str, slack: OAuthSlack, slack_url: str, expires_in: int
) -> None:
    offices = [Office(redis_url, slack_url) for _ in range(2)]
    offices[0].install(expires_in)
    slack.delay = 0.3

    with ThreadPoolExecutor(8) as pool:
        tokens = list(pool.map(lambda n: offices[n % 2].tokens.bot_token(MAYA), range(8)))

    assert slack.methods == ["oauth.v2.access"]
    good = set(slack.tokens) if expires_in < 0 else {*slack.tokens, "xoxb-0"}
    assert set(tokens) <= good
    offices[1].ahead = 5.1
    assert offices[1].tokens.bot_token(MAYA) in slack.tokens
    assert len(slack.calls) == 1


def test_a_refresh_that_fails_leaves_the_old_token_in_use_and_is_tried_again_later(
    office: Office, slack: OAuthSlack
) -> None:
    office.install(3600)
    slack.is_down = True

    with capture_logs() as lines:
        assert office.tokens.bot_token(MAYA) == "xoxb-0"
        office.ahead = 5.1
        assert office.tokens.bot_token(MAYA) == "xoxb-0"

    assert [(line["event"], line["team_id"]) for line in lines] == [("token.not_refreshed", "T1")]
    assert slack.methods == ["oauth.v2.access"]

    slack.is_down = False
    office.redis.delete("slack_app:refresh:E1:T1")  # its thirty seconds are over
    office.ahead = 10.2
    assert office.tokens.bot_token(MAYA) in slack.tokens


def test_a_refresh_token_that_slack_does_not_know_is_named_in_the_log(office: Office, slack: OAuthSlack) -> None:
    office.install(3600)
    slack.refresh_tokens.clear()

    with capture_logs() as lines:
        assert office.tokens.bot_token(MAYA) == "xoxb-0"

    assert lines[0]["code"] == "invalid_refresh_token"


def test_a_token_that_expired_and_cannot_be_refreshed_is_worth_another_try(office: Office, slack: OAuthSlack) -> None:
    office.install(-60)
    slack.is_down = True

    with pytest.raises(UpstreamError, match="token_expired") as caught:
        office.tokens.bot_token(MAYA)

    assert caught.value.retryable


def test_an_install_during_a_refresh_wins(office: Office, slack: OAuthSlack) -> None:
    """security.md 20"""
    office.install(3600)
    slack.delay = 0.5

    with ThreadPoolExecutor(1) as pool:
        refreshing = pool.submit(office.tokens.bot_token, MAYA)
        time.sleep(0.2)
        office.store.save(installed("E1", "T1", "xoxb-new"))
        refreshing.result()

    office.ahead = 5.1
    assert office.tokens.bot_token(MAYA) == "xoxb-new"


def test_an_uninstall_during_a_refresh_is_final(office: Office, slack: OAuthSlack) -> None:
    """security.md 20"""
    office.install(3600)
    slack.delay = 0.5

    with ThreadPoolExecutor(1) as pool:
        refreshing = pool.submit(office.tokens.bot_token, MAYA)
        time.sleep(0.2)
        office.store.remove("E1", "T1", time.time() + 1)
        refreshing.result()

    assert office.store.of(MAYA) is None
