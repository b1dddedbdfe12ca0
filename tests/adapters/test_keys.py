"""Keys that people and workspaces bring: each opens only for whom it was sealed, and goes with the app."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from cryptography.fernet import Fernet

from slack_app.adapters.secrets.keys import RedisKeys
from slack_app.adapters.secrets.vault import Vault
from slack_app.adapters.setups import RedisSetups
from slack_app.errors import UserError
from slack_app.model.users import SlackUser
from slack_app.model.workspaces import KeyMode, Setup

MAYA, LEON, OTHER = SlackUser("E1", "T1", "U1"), SlackUser("E1", "T1", "U2"), SlackUser("E1", "T2", "U1")
SHARED = Setup("T1", "org_a", KeyMode.SHARED, enterprise_id="E1")


@pytest.fixture
def setups(client: Any) -> RedisSetups:
    return RedisSetups(client, {})


@pytest.fixture
def keys(client: Any, setups: RedisSetups) -> RedisKeys:
    return RedisKeys(client, Vault([Fernet.generate_key().decode()]), setups)


def test_each_person_has_their_own(keys: RedisKeys) -> None:
    keys.save(MAYA, "ak_maya")
    keys.save(LEON, "ak_leon")

    assert (keys.get(MAYA), keys.get(LEON), keys.get(OTHER)) == ("ak_maya", "ak_leon", None)


def test_a_sealed_key_that_was_moved_opens_for_nobody_else(client: Any, keys: RedisKeys) -> None:
    """security.md 15, 16"""
    keys.save(MAYA, "ak_maya")
    sealed = client.hget("slack_app:keys:E1:T1", "U1")

    client.hset("slack_app:keys:E1:T1", "U2", sealed)
    client.hset("slack_app:keys:E1:T2", "U1", sealed)

    assert (keys.get(LEON), keys.get(OTHER)) == (None, None)


def test_the_key_for_all_opens_only_for_the_organization_that_accepted_it(client: Any, keys: RedisKeys) -> None:
    """security.md 8, 15"""
    setups = RedisSetups(client, {})
    setups.save(SHARED, "1", sealed_key=keys.seal_shared(SHARED, "ak_org"))

    assert keys.shared(SHARED) == "ak_org"
    assert keys.shared(Setup("T1", "org_b", KeyMode.SHARED)) is None


def test_a_key_of_before_the_workspace_joined_a_grid_is_found_moved_and_removed(client: Any, keys: RedisKeys) -> None:
    """reports.md A17b"""
    alone = replace(MAYA, enterprise_id=None)
    typed = keys.seal(alone, "ak_typed")
    keys.save(alone, "ak_before")

    assert (keys.get(MAYA), keys.unseal(MAYA, typed)) == ("ak_before", "ak_typed")
    keys.save(MAYA, "ak_now")
    assert (keys.get(MAYA), keys.get(alone)) == ("ak_now", None)

    keys.save(alone, "ak_before")
    assert keys.remove(MAYA) is True
    assert (keys.get(MAYA), keys.get(alone)) == (None, None)


def test_a_key_for_a_grids_organization_serves_in_all_of_its_workspaces(
    client: Any, keys: RedisKeys, setups: RedisSetups
) -> None:
    """slack-truth.md 3.2"""
    keys.save(MAYA, "ak_before")
    setups.save(Setup("E1", "org_grid", KeyMode.PER_USER), "1")
    assert keys.get(MAYA) == "ak_before"

    keys.save(MAYA, "ak_grid")

    assert (keys.get(MAYA), keys.get(OTHER), keys.get(LEON)) == ("ak_grid", "ak_grid", None)
    assert client.hgetall("slack_app:keys:E1:T1") == {}
    setups.save(Setup("T2", "org_b", KeyMode.PER_USER), "1")
    assert keys.get(OTHER) is None, "of another organization"


def test_removing_a_key_twice_is_harmless(keys: RedisKeys) -> None:
    keys.save(MAYA, "ak_maya")

    assert keys.remove(MAYA) is True
    assert keys.remove(MAYA) is False
    assert keys.get(MAYA) is None


def test_with_the_app_go_the_keys_of_that_workspace_alone(keys: RedisKeys) -> None:
    keys.save(MAYA, "ak_maya")
    keys.save(OTHER, "ak_other")

    keys.forget("E1", "T1")
    keys.forget("E1", "T1")

    assert (keys.get(MAYA), keys.get(OTHER)) == (None, "ak_other")


def test_with_a_grids_app_goes_nothing_that_the_workspace_brought_since_it_left_that_grid(
    client: Any, keys: RedisKeys
) -> None:
    """security.md 7, 20"""
    alone, elsewhere = replace(MAYA, enterprise_id=None), replace(MAYA, enterprise_id="E2")
    setups = RedisSetups(client, {})
    for person in (MAYA, elsewhere):
        keys.save(person, "ak_own")
    setup = Setup("T1", "org_a", KeyMode.SHARED, enterprise_id="E2")
    setups.save(setup, "1", sealed_key=keys.seal_shared(setup, "ak_org"))

    keys.forget("E1", "T1")
    assert (keys.get(MAYA), keys.get(elsewhere), keys.shared(setup)) == (None, "ak_own", "ak_org")

    keys.save(alone, "ak_own")
    keys.forget(None, "T1")
    assert (keys.get(alone), keys.shared(setup)) == (None, None)


def test_with_the_app_goes_the_key_for_all(client: Any, keys: RedisKeys) -> None:
    RedisSetups(client, {}).save(SHARED, "1", sealed_key=keys.seal_shared(SHARED, "ak_org"))

    keys.forget(None, SHARED.workspace_id)

    assert keys.shared(SHARED) is None


def test_the_workspaces_of_a_grid_are_those_that_brought_keys_or_were_set_up(client: Any, keys: RedisKeys) -> None:
    for person in (MAYA, LEON, OTHER, SlackUser(None, "T3", "U1")):
        keys.save(person, "ak_own")
    RedisSetups(client, {}).save(Setup("T4", "org_a", enterprise_id="E1"), "1")

    assert keys.workspaces_of("E1") == ["E1", "T1", "T2", "T4"]


def test_every_key_is_sealed_anew_with_the_newest_encryption_key(client: Any) -> None:
    old, new = (Fernet.generate_key().decode() for _ in range(2))
    setups = RedisSetups(client, {})
    before = RedisKeys(client, Vault([old]), setups)
    before.save(MAYA, "ak_maya")
    setups.save(SHARED, "1", sealed_key=before.seal_shared(SHARED, "ak_org"))

    both = RedisKeys(client, Vault([new, old]), setups)
    assert (both.rotate_all(), both.rotate_all()) == (2, 0)

    after = RedisKeys(client, Vault([new]), setups)
    assert (after.get(MAYA), after.shared(SHARED)) == ("ak_maya", "ak_org")


def test_without_an_encryption_key_nothing_is_kept(client: Any) -> None:
    """security.md 22"""
    keys = RedisKeys(client, Vault([]), RedisSetups(client, {}))

    with pytest.raises(UserError, match="secrets_unsealable"):
        keys.save(MAYA, "ak_maya")

    assert list(client.scan_iter()) == []
