"""The app is removed: what goes, what stays, and what crosses with it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from slack_app.adapters.setups import key_of_setup
from slack_app.errors import UpstreamError
from slack_app.features.key import SealedKey
from slack_app.features.setup import SetupOffer
from slack_app.features.setup_check import SetupInput
from slack_app.features.uninstall import Granted, Uninstalled
from slack_app.model.jobs import Job
from slack_app.model.links import Authorization
from slack_app.model.users import Role, SlackUser
from slack_app.model.workspaces import Credentials, KeyMode, Setup
from tests.sample_installations import installed
from tests.worker_harness import JOB, START, WorkerHarness

MAYA, OTHER = SlackUser("E1", "T1", "U1"), SlackUser("E1", "T2", "U1")
KEY = "ak_mine_0123456789abcd"
AT = START + 5000.0
"""When Slack says that the app was removed."""


@pytest.fixture
def stage() -> WorkerHarness:
    stage = WorkerHarness()
    stage.people.roles = {"U0ADMIN": Role.ADMIN}
    for team_id in ("T1", "T2"):
        setup = Setup(team_id, "org_a", KeyMode.PER_USER, enterprise_id="E1")
        stage.setups.save(setup, "set up")
        stage.keys.save(SlackUser("E1", team_id, "U1"), KEY)
    return stage


def install(stage: WorkerHarness, team_id: str | None, at: float) -> None:
    now, stage.now = stage.now, at
    stage.installations.save(installed("E1", team_id))
    stage.now = now


def left(place: str = "T1", *, is_grid_kept: bool = False) -> Job:
    job: Job[Any] = Job(f"{place}:leave:Ev1", SlackUser("E1", place, ""), "", "", "", {}, START, "uninstall")
    return replace(job, payload=Uninstalled(AT, place.startswith("E"), is_grid_kept))


def outcome_of(stage: WorkerHarness, job: Job) -> None:
    stage.enqueue(job)
    stage.run()


def lives(stage: WorkerHarness, person: SlackUser = MAYA) -> tuple[bool, bool]:
    """Whether the person's key is there, and whether the set-up is kept for good."""
    return stage.keys.get(person) is not None, stage.redis.ttl(key_of_setup(person.team_id)) == -1


def test_links_that_are_out_end_and_are_looked_at_no_more(stage: WorkerHarness) -> None:
    install(stage, "T1", START)
    stage.enqueue()
    stage.run()
    stage.enqueue(replace(JOB, id="T2:U1:1", person=OTHER))
    stage.run()

    outcome_of(stage, left())
    stage.run_until(100)

    assert {state for _, state in stage.platform.completions} == {"s2"}
    assert stage.redis.keys("slack_app:state:*") == ["slack_app:state:s2"]
    assert stage.links.ended() == {"revoked": 1}


@pytest.mark.parametrize(
    ("old", "new", "place"), [(None, "T1", "E1"), ("T1", None, "T1"), ("T1", "T1", "T1"), (None, None, "E1")]
)
def test_a_late_event_takes_nothing_that_a_newer_installation_serves(
    stage: WorkerHarness, old: str | None, new: str | None, place: str
) -> None:
    """security.md 20: installed, removed, and installed again, in the workspace or in the whole Grid"""
    install(stage, old, AT - 1000)
    install(stage, new, AT + 1000)

    outcome_of(stage, left(place))

    assert stage.installations.for_user(MAYA)
    assert lives(stage) == (True, True)


def test_a_workspace_whose_own_installation_goes_keeps_its_keys_while_the_grids_serves_it(stage: WorkerHarness) -> None:
    install(stage, None, AT - 2000)
    install(stage, "T1", AT - 1000)

    outcome_of(stage, left("T1"))

    assert stage.installations.for_user(MAYA)
    assert lives(stage) == (True, True)


def test_an_event_that_does_not_name_the_grid_takes_what_was_installed_in_it(stage: WorkerHarness) -> None:
    """security.md 24: the workspace left its Grid, and the app was removed from it after that"""
    install(stage, "T1", AT - 1000)

    outcome_of(stage, replace(left("T1"), person=SlackUser(None, "T1", "")))

    assert stage.installations.all() == []
    assert (lives(stage), lives(stage, OTHER)) == ((False, False), (True, True))


def test_an_event_that_does_not_name_the_grid_leaves_a_newer_installation(stage: WorkerHarness) -> None:
    """security.md 20"""
    install(stage, "T1", AT + 1000)

    outcome_of(stage, replace(left("T1"), person=SlackUser(None, "T1", "")))

    assert stage.installations.for_user(MAYA)
    assert lives(stage) == (True, True)


def test_an_event_of_the_whole_grid_takes_what_only_the_grid_was_served_with(stage: WorkerHarness) -> None:
    """security.md 20"""
    install(stage, None, AT - 1000)
    install(stage, "T2", AT + 1000)

    outcome_of(stage, left("E1"))

    assert (lives(stage), lives(stage, OTHER)) == ((False, False), (True, True))


def test_how_a_grids_workspaces_were_set_up_survives_its_reinstall(stage: WorkerHarness) -> None:
    install(stage, None, AT - 1000)
    outcome_of(stage, left("E1"))
    assert lives(stage) == (False, False)

    person = SlackUser("E1", "E1", "U0ADMIN")
    outcome_of(stage, Job("E1:U0ADMIN:i", person, "", "", "", {}, START, "setup.invite"))

    assert lives(stage) == (False, True)
    assert (stage.messenger.dms, stage.messenger.dm_to) == ([SetupOffer(is_invited=True)], ["U0ADMIN"])


@pytest.mark.parametrize("key_mode", ["own", "shared"])
def test_a_key_that_is_being_checked_while_the_app_is_removed_is_not_kept(stage: WorkerHarness, key_mode: str) -> None:
    """security.md 20"""
    install(stage, "T1", START)
    check = stage.platform.accounts

    def slow(credentials: Credentials) -> Any:
        outcome_of(stage, left())
        stage.left.add("T1")
        stage.platform.accounts = check  # type: ignore[method-assign]
        return check(credentials)

    stage.platform.accounts = slow  # type: ignore[method-assign]
    admin = replace(MAYA, user_id="U0ADMIN")
    sealed = stage.keys.seal(admin, KEY)
    if key_mode == "own":
        job = replace(JOB, kind="key.save", payload=SealedKey(sealed))
    else:
        form = SetupInput(1, "org_a", KeyMode.SHARED, True, None, [], sealed)
        job = replace(JOB, kind="setup.save", payload=form)
    outcome_of(stage, replace(job, view_id="V1", person=admin, connector_type="", response_url="", channel_id=""))

    assert stage.keys.get(admin) is None
    assert stage.setups.sealed_key("T1") is None
    assert lives(stage) == (False, False)


def test_a_link_that_is_being_made_while_the_app_is_removed_is_neither_shown_nor_looked_at(
    stage: WorkerHarness,
) -> None:
    install(stage, "T1", START)
    make = stage.platform.authorize

    def slow(credentials: Credentials, connector_type: str, parameters: Any) -> Authorization:
        outcome_of(stage, left())
        stage.left.add("T1")
        return make(credentials, connector_type, parameters)

    stage.platform.authorize = slow  # type: ignore[method-assign]
    stage.enqueue()
    stage.run_until(700)

    assert stage.platform.completions == []
    assert stage.redis.keys("slack_app:state:*") == []
    assert stage.messenger.dms == []


def test_an_outage_in_the_middle_leaves_the_rest_to_the_next_try(stage: WorkerHarness) -> None:
    install(stage, "T1", START)
    forget, failures = stage.keys.forget, [UpstreamError("redis", retryable=True, code="TimeoutError")]

    def failing(enterprise_id: str | None, team_id: str) -> None:
        if failures:
            raise failures.pop()
        forget(enterprise_id, team_id)

    stage.keys.forget = failing  # type: ignore[method-assign]
    stage.enqueue(left())
    with pytest.raises(UpstreamError):
        stage.run()
    stage.take_over()
    stage.run()

    assert lives(stage) == (False, False)


def test_a_workspace_that_leaves_its_grids_installation_is_forgotten_and_the_others_are_not(
    stage: WorkerHarness,
) -> None:
    """slack-truth.md 2.4: team_access_revoked"""
    # given two workspaces that one installation of the Grid serves, each with a link that is out
    install(stage, None, START)
    stage.enqueue()
    stage.run()
    stage.enqueue(replace(JOB, id="T2:U1:1", person=OTHER))
    stage.run()

    # when one leaves
    outcome_of(stage, left("T1", is_grid_kept=True))

    # then its links, keys and set-up go; the token, and what is the other's, stays
    assert stage.redis.keys("slack_app:state:*") == ["slack_app:state:s2"]
    assert (lives(stage), lives(stage, OTHER)) == ((False, False), (True, True))
    assert stage.installations.all() == ["E1:"]

    # and when it joins again, its set-up is kept for good
    outcome_of(stage, Job("T1:access:Ev2", SlackUser("E1", "T1", ""), "", "", "", {}, START, "uninstall.undo"))
    assert lives(stage) == (False, True)


def test_a_workspace_with_an_installation_of_its_own_keeps_its_things_when_it_leaves_the_grids(
    stage: WorkerHarness,
) -> None:
    """slack-truth.md 2.4: team_access_revoked"""
    install(stage, None, START)
    install(stage, "T1", START)

    outcome_of(stage, left("T1", is_grid_kept=True))

    assert lives(stage) == (True, True)
    assert stage.installations.all() == ["E1:", "E1:T1"]


@pytest.mark.parametrize("joined", ["by an event", "by an install of the whole Grid"])
def test_that_a_workspace_left_and_comes_late_takes_nothing_after_it_came_back(
    stage: WorkerHarness, joined: str
) -> None:
    """slack-truth.md 2.4: team_access_revoked, told again for hours (Delayed Events)"""
    install(stage, None, START if joined == "by an event" else AT + 3600)
    back: Job[Any] = Job("T1:access:Ev2", SlackUser("E1", "T1", ""), "", "", "", {}, START, "uninstall.undo")
    if joined == "by an event":
        outcome_of(stage, replace(back, payload=Granted(AT + 60)))
        outcome_of(stage, replace(back, id="T1:access:Ev0", payload=Granted(AT - 60)))

    outcome_of(stage, left("T1", is_grid_kept=True))

    assert lives(stage) == (True, True)


def test_that_a_workspace_joined_a_grid_that_removed_the_app_makes_no_installation(stage: WorkerHarness) -> None:
    """slack-truth.md 2.4"""
    back: Job[Any] = Job("T1:access:Ev2", SlackUser("E1", "T1", ""), "", "", "", {}, START, "uninstall.undo")

    outcome_of(stage, replace(back, payload=Granted(AT)))

    assert not stage.installations.serves("E1", "T1")
