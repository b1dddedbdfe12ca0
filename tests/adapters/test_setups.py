"""How workspaces are set up, and who may change that."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from typing import Any

import pytest

from slack_app.adapters.setups import REMEMBERED_SECONDS, RedisSetups
from slack_app.model.users import SlackUser
from slack_app.model.workspaces import KeyMode, Setup

SHARED = Setup(
    "T1", "org_a", KeyMode.SHARED, guests_allowed=False, allowed_connectors=("github",), admin_contacts=("U1",)
)


def organization_of(setups: RedisSetups, person: SlackUser) -> str | None:
    setup = setups.for_user(person)
    return setup.organization_id if setup else None


def test_the_workspace_comes_before_its_grid_and_what_was_set_before_the_environment(client: Any) -> None:
    setups = RedisSetups(client, {"T1": "org_env_team", "E1": "org_env_grid"})
    on_grid = SlackUser("E1", "T1", "U1")

    assert organization_of(setups, on_grid) == "org_env_team"
    assert organization_of(setups, SlackUser("E1", "T2", "U1")) == "org_env_grid"

    setups.save(Setup("E1", "org_set_grid"), "1")
    assert organization_of(setups, on_grid) == "org_env_team"
    assert organization_of(setups, SlackUser("E1", "T2", "U1")) == "org_set_grid"

    setups.save(Setup("T1", "org_set_team"), "2")
    assert organization_of(setups, on_grid) == "org_set_team"


def test_what_another_process_changes_holds_within_a_second(client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    # given what was read a moment ago
    monkeypatch.setattr("slack_app.adapters.setups.FRESH_SECONDS", 0.2)
    here, elsewhere = RedisSetups(client, {}), RedisSetups(client, {})
    elsewhere.save(Setup("T1", "org_a"), "1")
    person = SlackUser(None, "T1", "U1")
    assert organization_of(here, person) == "org_a"

    # when another process changes it, then whoever is about to change it here reads it anew
    elsewhere.save(Setup("T1", "org_b"), "2", is_forced=True)
    assert organization_of(here, person) == "org_a", "not read again for each request"
    here.version_of("T1")
    assert organization_of(here, person) == "org_b"

    # and everybody else a moment later
    elsewhere.remove("T1")
    time.sleep(0.25)
    assert organization_of(here, person) is None


def test_a_workspace_that_nobody_mapped_has_no_organization(client: Any) -> None:
    setups = RedisSetups(client, {"T1": "org_a"})

    assert setups.for_user(SlackUser(None, "T2", "U1")) is None


def test_set_ups_can_be_listed_and_removed(client: Any) -> None:
    setups = RedisSetups(client, {"T1": "org_a"})
    setups.save(Setup("T2", "org_b"), "1")

    assert [(setup.workspace_id, setup.organization_id) for setup in setups.all()] == [("T1", "org_a"), ("T2", "org_b")]
    assert setups.remove("T2") is True
    assert setups.remove("T2") is False
    assert [setup.workspace_id for setup in setups.all()] == ["T1"]


def test_only_the_version_that_somebody_saw_is_removed_and_none_has_the_number_of_an_earlier_one(client: Any) -> None:
    """A dialog of before a removal removed the next set-up, which had the same number."""
    setups = RedisSetups(client, {})
    setups.save(Setup("T1", "org_a"), "1")
    assert setups.remove("T1", version=2) is False
    assert setups.remove("T1", version=1) is True
    assert (setups.version_of("T1"), setups.all(), client.ttl("slack_app:setup:T1") > 0) == (0, [], True)

    setups.restore("T1")
    assert client.ttl("slack_app:setup:T1") > 0
    assert setups.save(Setup("T1", "org_b"), "2")

    assert (setups.version_of("T1"), client.ttl("slack_app:setup:T1")) == (2, -1)
    assert setups.remove("T1", version=1) is False
    assert [setup.organization_id for setup in setups.all()] == ["org_b"]
    assert setups.remove("T1") is True


def test_whoever_is_about_to_change_it_never_sees_an_older_one_than_its_version(client: Any) -> None:
    """A thread that had read it before, and was slower, had somebody else's set-up written over."""
    person = SlackUser(None, "T1", "U1")
    setups = RedisSetups(slow := Slow(client), {})
    before = threading.Thread(target=setups.for_user, args=[person])
    slow.is_slow = True
    before.start()
    assert slow.has_read.wait(5)
    slow.is_slow = False
    RedisSetups(client, {}).save(Setup("T1", "org_a", configured_by="U2"), "1")

    version = setups.version_of("T1")
    slow.goes_on.set()
    before.join()

    assert setups.for_user(person) == Setup("T1", "org_a", configured_by="U2", version=version)


class Slow:
    """A client whose answers come late, as long as it is slow."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self.is_slow = False
        self.has_read, self.goes_on = threading.Event(), threading.Event()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def hmget(self, *args: Any) -> Any:
        found = self._client.hmget(*args)
        if self.is_slow:
            self.has_read.set()
            self.goes_on.wait(5)
        return found


def test_everything_that_was_set_comes_back(client: Any) -> None:
    setups = RedisSetups(client, {})

    assert setups.save(SHARED, "1", sealed_key="sealed")

    assert setups.get("T1") == replace(SHARED, version=1)
    assert setups.sealed_key("T1") == "sealed"


def test_of_two_who_set_up_at_once_the_first_counts(client: Any) -> None:
    """security.md 8"""
    setups = RedisSetups(client, {})
    both_saw = setups.get("T1")
    assert both_saw is None

    assert setups.save(SHARED, "of the first", sealed_key="first")
    assert not setups.save(replace(SHARED, organization_id="org_b"), "of the second", sealed_key="second")

    setup = setups.get("T1")
    assert setup
    assert (setup.organization_id, setups.sealed_key("T1")) == ("org_a", "first")


def test_a_change_that_is_repeated_is_the_same_change(client: Any) -> None:
    setups = RedisSetups(client, {})

    assert setups.save(SHARED, "1", sealed_key="sealed")
    assert setups.save(SHARED, "1", sealed_key="sealed")

    setup = setups.get("T1")
    assert setup
    assert setup.version == 1


@pytest.mark.parametrize(
    ("key_mode", "key"), [(KeyMode.SHARED, "sealed"), (KeyMode.PER_USER, None), (KeyMode.OPERATOR, None)]
)
def test_a_change_keeps_the_key_only_where_it_is_still_for_all(client: Any, key_mode: KeyMode, key: str | None) -> None:
    setups = RedisSetups(client, {})
    setups.save(SHARED, "1", sealed_key="sealed")

    assert setups.save(replace(SHARED, key_mode=key_mode, version=1), "2")

    assert setups.sealed_key("T1") == key


def test_the_operators_word_counts_whatever_stands_there(client: Any) -> None:
    setups = RedisSetups(client, {})
    setups.save(SHARED, "1", sealed_key="sealed")

    assert setups.save(Setup("T1", "org_b"), "2", is_forced=True)

    assert setups.get("T1") == Setup("T1", "org_b", version=2)
    assert setups.sealed_key("T1") is None


def test_the_mapping_outlives_the_app_by_thirty_days_and_its_key_does_not(client: Any) -> None:
    setups = RedisSetups(client, {})
    setups.save(SHARED, "1", sealed_key="sealed")

    setups.expire("T1", None)
    assert setups.sealed_key("T1") is None
    assert REMEMBERED_SECONDS - 60 < client.ttl("slack_app:setup:T1") <= REMEMBERED_SECONDS

    setups.restore("T1")
    assert client.ttl("slack_app:setup:T1") == -1
    assert organization_of(setups, SlackUser(None, "T1", "U1")) == "org_a"


@pytest.mark.parametrize("garbage", ["garbage", "[]", "{}", '{"organization_id": "org_a", "way": "none"}', "null"])
def test_what_nobody_of_us_wrote_is_no_setup(client: Any, garbage: str) -> None:
    """security.md 16"""
    client.hset("slack_app:setup:T1", "setup", garbage)

    assert RedisSetups(client, {}).for_user(SlackUser(None, "T1", "U1")) is None


def test_rules_for_a_mapping_of_the_operators_leave_the_organization_to_the_operator(client: Any) -> None:
    """security.md 8"""
    rules = Setup("T1", "org_a", guests_allowed=False, enterprise_id="E1", is_inherited=True)
    RedisSetups(client, {"T1": "org_a"}).save(rules, "1")

    assert RedisSetups(client, {"T1": "org_new"}).get("T1") == replace(rules, organization_id="org_new", version=1)
    by_grid = RedisSetups(client, {"E1": "org_grid"})
    assert by_grid.for_user(SlackUser("E1", "T1", "U1")) == replace(rules, organization_id="org_grid", version=1)
    assert by_grid.all() == [Setup("E1", "org_grid"), replace(rules, organization_id="org_grid", version=1)]
    assert RedisSetups(client, {}).get("T1") is None
    assert RedisSetups(client, {}).all() == []


def test_the_operators_key_serves_no_organization_that_admins_chose_for_the_grid(client: Any) -> None:
    """security.md 8"""
    setups = RedisSetups(client, {})
    setups.save(Setup("E1", "org_evil", KeyMode.SHARED), "an admin's", sealed_key="sealed")
    setups.save(Setup("T1", "org_a", guests_allowed=False, enterprise_id="E1", is_inherited=True), "1")

    setup = setups.for_user(SlackUser("E1", "T1", "U1"))

    assert setup is not None
    assert (setup.organization_id, setup.key_mode, setup.guests_allowed) == ("org_evil", KeyMode.SHARED, False)


def test_a_workspace_has_the_organization_of_the_grid_that_its_people_are_of_now(client: Any) -> None:
    """security.md 7"""
    setups = RedisSetups(client, {"E1": "org_old", "E2": "org_new"})
    setups.save(Setup("T1", "org_old", guests_allowed=False, enterprise_id="E1", is_inherited=True), "1")

    assert organization_of(setups, SlackUser("E1", "T1", "U1")) == "org_old"
    assert organization_of(setups, SlackUser("E2", "T1", "U1")) == "org_new"
    assert organization_of(setups, SlackUser("E3", "T1", "U1")) is None
    assert organization_of(setups, SlackUser(None, "T1", "U1")) is None
    moved = setups.for_user(SlackUser("E2", "T1", "U1"))
    assert moved is not None
    assert not moved.guests_allowed, "the rules are the workspace's, and stay"
