"""Which workspaces the app is installed in, kept so that a reader of Redis learns no token (security.md 15)."""

from __future__ import annotations

import inspect
from typing import Any

import pytest
from cryptography.fernet import Fernet
from slack_sdk.oauth.installation_store import InstallationStore

from slack_app.adapters.redis import open_patient
from slack_app.adapters.secrets.installations import INDEX, RedisInstallations
from slack_app.adapters.secrets.rotation import unreadable
from slack_app.adapters.secrets.vault import Vault
from slack_app.errors import UpstreamError, UserError
from slack_app.model.users import SlackUser
from tests.sample_installations import installed

KEY, NEWER = Fernet.generate_key().decode(), Fernet.generate_key().decode()
NOW = 1_900_000_000.5


class Store(RedisInstallations):
    """The store with a clock that the test turns; `slack` says whether a token is good."""

    def __init__(self, client: Any, *keys: str) -> None:
        self.now = NOW
        self.asked: list[str] = []
        self.slack: bool | Exception = False
        super().__init__(client, Vault(keys or [KEY]), lambda: self.now, self.is_good)

    def is_good(self, token: str) -> bool:
        self.asked.append(token)
        if isinstance(self.slack, Exception):
            raise self.slack
        return self.slack

    def token(self, enterprise_id: str | None, team_id: str) -> str | None:
        kept = self.for_user(SlackUser(enterprise_id, team_id, "U9"))
        return kept.installation.bot_token if kept else None


@pytest.fixture
def store(client: Any) -> Store:
    return Store(client)


def test_what_slack_gave_comes_back_whole(store: Store) -> None:
    given = installed("E1", "T1", bot_refresh_token="xoxe-1", bot_token_expires_in=43200)

    store.save(given)

    found = store.find_installation(enterprise_id="E1", team_id="T1")
    bot = store.find_bot(enterprise_id="E1", team_id="T1")
    assert found
    assert vars(found) == vars(given)
    assert bot
    assert (bot.bot_token, bot.bot_refresh_token) == ("xoxb-1", "xoxe-1")


def test_it_is_the_sdks_interface() -> None:
    for name, method in inspect.getmembers(InstallationStore, inspect.isfunction):
        if name != "save_bot":  # is for stores that keep nothing but the bot
            assert list(inspect.signature(getattr(RedisInstallations, name)).parameters) == list(
                inspect.signature(method).parameters
            )


def test_a_workspace_is_served_by_its_own_installation_before_its_grids(store: Store) -> None:
    store.save(installed("E1", None, "xoxb-grid"))
    store.save(installed("E1", "T1", "xoxb-own"))

    assert store.token("E1", "T1") == "xoxb-own"
    assert store.token("E1", "T2") == "xoxb-grid"


def test_no_workspace_is_served_by_anothers_installation(store: Store) -> None:
    """security.md 7"""
    store.save(installed(None, "T1"))
    store.save(installed("E1", "T2"))
    store.save(installed("E1", None))

    for enterprise_id, team_id in [("E2", "T2"), (None, "T3"), ("E2", "T3"), (None, "E1")]:
        assert store.token(enterprise_id, team_id) is None
    assert store.find_bot(enterprise_id="E2", team_id="T2") is None
    assert store.find_installation(enterprise_id="E2", team_id=None, is_enterprise_install=True) is None


def test_a_request_that_does_not_name_the_grid_finds_its_workspaces_installation(store: Store) -> None:
    """slack-truth.md 1.4: `enterprise` may be null."""
    store.save(installed("E1", "T2", "xoxb-own"))

    assert store.token(None, "T2") == "xoxb-own"


def test_a_workspace_that_joined_a_grid_later_keeps_its_installation(store: Store) -> None:
    store.save(installed(None, "T1"))

    assert store.token("E1", "T1") == "xoxb-1"
    assert store.remove("E1", "T1", NOW + 1)
    assert store.token("E1", "T1") is None


def test_an_installation_answers_to_its_installer_alone_where_somebody_asks_for_a_person(store: Store) -> None:
    store.save(installed(None, "T1"))

    assert store.find_installation(enterprise_id=None, team_id="T1", user_id="U1")
    assert store.find_installation(enterprise_id=None, team_id="T1", user_id="U2") is None


def test_what_one_person_revokes_takes_the_bot_away_from_nobody(store: Store) -> None:
    store.save(installed(None, "T1"))

    store.delete_installation(enterprise_id=None, team_id="T1", user_id="U1")
    assert store.token(None, "T1") == "xoxb-1"

    store.delete_all(enterprise_id=None, team_id="T1")
    assert store.token(None, "T1") is None
    assert store.all() == []


def test_an_event_of_an_older_installation_removes_nothing(store: Store) -> None:
    """security.md 20"""
    store.save(installed(None, "T1", "xoxb-old"))
    store.now += 3600
    store.save(installed(None, "T1", "xoxb-new"))

    assert not store.remove(None, "T1", NOW + 3000)
    assert store.token(None, "T1") == "xoxb-new"
    assert store.remove(None, "T1", NOW + 4200)
    assert store.token(None, "T1") is None
    assert store.asked == []


@pytest.mark.parametrize("behind", [5, 0, -5, 299, -299])
def test_however_the_clocks_differ_a_fresh_installation_stays_and_a_removed_one_goes(
    store: Store, behind: float
) -> None:
    """reports.md B5: our clock is that much behind Slack's."""
    # given an app that is installed anew at the very time at which Slack says that it was removed
    store.save(installed(None, "T1", "xoxb-new"))

    # then the event of the removal before it removes nothing
    store.slack = True
    assert not store.remove(None, "T1", NOW + behind)
    assert store.token(None, "T1") == "xoxb-new"

    # and that of its own removal does
    store.slack = False
    assert store.remove(None, "T1", NOW + behind)
    assert store.token(None, "T1") is None
    assert store.asked == ["xoxb-new"] * 2


def test_while_slack_does_not_say_whether_the_token_is_good_nothing_is_removed(store: Store) -> None:
    """reports.md B5"""
    store.save(installed(None, "T1"))
    store.slack = UpstreamError("slack", status=503, retryable=True)

    with pytest.raises(UpstreamError):
        store.remove(None, "T1", NOW + 1)

    assert store.token(None, "T1") == "xoxb-1"


def test_what_is_installed_while_an_event_is_looked_at_stays(store: Store) -> None:
    """reports.md B5"""
    store.save(installed(None, "T1", "xoxb-old"))

    def reinstalled(_token: str) -> bool:
        store.now += 1
        store.save(installed(None, "T1", "xoxb-new"))
        return False

    store._is_token_good = reinstalled

    assert not store.remove(None, "T1", NOW + 1)
    assert store.token(None, "T1") == "xoxb-new"


def test_what_is_gone_can_go_again(store: Store) -> None:
    """security.md 20"""
    assert store.remove(None, "T1", NOW)
    assert store.remove("E1", None, NOW)


def test_an_org_wide_uninstall_takes_all_of_the_grid_and_nothing_else(store: Store) -> None:
    """security.md 20"""
    for enterprise_id, team_id in [("E1", None), ("E1", "T1"), ("E2", None), ("E11", "T4"), (None, "T3")]:
        store.save(installed(enterprise_id, team_id))

    assert store.remove("E1", None, NOW + 1)

    assert store.all() == [":T3", "E11:T4", "E2:"]


@pytest.mark.parametrize("place", [("E1", "T1"), (None, "T1"), ("E1", None)])
def test_a_workspace_is_served_by_its_own_installation_or_its_grids(
    store: Store, place: tuple[str | None, str | None]
) -> None:
    """security.md 20"""
    store.save(installed(*place))

    assert store.serves("E1", "T1")
    assert not store.serves("E2", "T2")


def test_a_reader_of_redis_learns_no_token(client: Any, store: Store) -> None:
    """security.md 15"""
    store.save(installed("E1", "T1", "xoxb-canary", bot_refresh_token="xoxe-canary", user_token="xoxp-canary"))

    dump = [client.hgetall(key) for key in client.keys("*") if client.type(key) == "hash"]

    assert dump
    assert "canary" not in str(dump)
    assert "Acme" not in str(dump)


def test_a_token_moved_to_another_workspaces_key_is_not_used(client: Any, store: Store) -> None:
    """security.md 15"""
    store.save(installed(None, "T1"))
    client.copy("slack_app:{installations}:of::T1", "slack_app:{installations}:of::T2")

    with pytest.raises(UpstreamError, match="token_unreadable"):
        store.token(None, "T2")


@pytest.mark.parametrize("sealed", ["", "garbage", "gAAAAABinvalid", "\ud7ff"])
def test_what_cannot_be_read_waits_for_the_right_key_and_is_not_taken_for_nothing(
    client: Any, store: Store, sealed: str
) -> None:
    """security.md 16"""
    client.hset("slack_app:{installations}:of::T1", mapping={"sealed": sealed, "installed_at": "garbage"})

    with pytest.raises(UpstreamError) as caught:
        store.token(None, "T1")

    assert caught.value.retryable
    assert store.remove(None, "T1", NOW)


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"v": 2}', '{"v": 1, "colour": "red", "user_id": "U1"}'])
def test_what_another_version_wrote_is_not_read(client: Any, store: Store, content: str) -> None:
    """security.md 16"""
    sealed = Vault([KEY]).seal(content, "installation::T1")
    client.hset("slack_app:{installations}:of::T1", mapping={"sealed": sealed, "installed_at": "1"})

    with pytest.raises(UpstreamError, match="token_unreadable"):
        store.token(None, "T1")


def test_without_a_key_nothing_is_kept(client: Any) -> None:
    """security.md 22"""
    keyless = RedisInstallations(client, Vault([]), lambda: NOW, lambda _token: True)

    with pytest.raises(UserError, match="secrets_unsealable"):
        keyless.save(installed(None, "T1"))

    assert client.keys("*") == []


def test_keys_are_changed_while_the_app_runs(client: Any, store: Store) -> None:
    store.save(installed(None, "T1", "xoxb-1"))
    store.save(installed("E1", None, "xoxb-2"))
    rotating = Store(client, NEWER, KEY)

    assert [rotating.rotate_all(), rotating.rotate_all()] == [2, 0]

    only_newer = Store(client, NEWER)
    assert (only_newer.token(None, "T1"), only_newer.token("E1", "T9")) == ("xoxb-1", "xoxb-2")
    assert unreadable(client, Vault([KEY]), store.locations()) == 2
    assert unreadable(client, Vault([NEWER]), store.locations()) == 0


def test_what_is_installed_anew_while_keys_are_changed_wins(client: Any, store: Store) -> None:
    store.save(installed(None, "T1", "xoxb-old"))
    rotating = Store(client, NEWER, KEY)
    vault = rotating._vault

    class Slow(Vault):
        def rotate(self, sealed: str) -> str:
            store.save(installed(None, "T1", "xoxb-new"))
            return vault.rotate(sealed)

    rotating._vault = Slow([NEWER, KEY])

    assert rotating.rotate_all() == 0
    assert store.token(None, "T1") == "xoxb-new"


def test_what_no_key_opens_stays_as_it_is(client: Any, store: Store) -> None:
    store.save(installed(None, "T1"))

    assert Store(client, NEWER).rotate_all() == 0
    assert store.token(None, "T1") == "xoxb-1"


def test_garbage_in_the_index_is_an_error_and_not_a_crash(redis_url: str) -> None:
    """security.md 16"""
    client = open_patient(redis_url)
    client.set(INDEX, "garbage")

    with pytest.raises(UpstreamError):
        Store(client).save(installed(None, "T1"))
