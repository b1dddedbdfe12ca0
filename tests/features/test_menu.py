"""What people can choose from, and what it costs when the platform does not answer."""

from __future__ import annotations

from dataclasses import replace

import pytest

from slack_app.errors import UpstreamError
from slack_app.features.connect import AnsweredElsewhere, ConnectedAlready
from slack_app.features.menu import Menu, MenuLoading
from slack_app.model.messages import Failure
from slack_app.model.tools import Connection, Connector
from slack_app.model.workspaces import KeyMode, Setup
from tests.worker_harness import DOWN, JOB, WorkerHarness

DEV = Connection("tcred_1", "github", "GitHub", "dev@example.com")
ACCOUNT = replace(DEV, id="")
MENU = replace(JOB, kind="menu.show", connector_type="", trigger_id="1.2.3")
TOO_LATE = UpstreamError("slack", status=200, code="expired_trigger_id")


@pytest.fixture
def stage() -> WorkerHarness:
    stage = WorkerHarness()
    stage.platform.connectors = [
        Connector("notion", "Notion", "knowledge"),
        Connector("github", "GitHub", "development"),
    ]
    stage.platform.connected = [DEV]
    stage.own(DEV)
    return stage


def names(menu: object) -> list[str]:
    assert isinstance(menu, Menu)
    return [connector.name for connector in menu.connectors]


def test_the_first_menu_of_an_organization_comes_when_the_tools_were_read(stage: WorkerHarness) -> None:
    assert stage.choice.cached(JOB.person) == MenuLoading()

    stage.enqueue(MENU)
    stage.run()

    [menu] = stage.messenger.answers
    assert isinstance(menu, Menu)
    assert menu.accounts == [ACCOUNT]
    assert names(menu) == ["GitHub", "Notion"]
    assert stage.choice.cached(JOB.person) == menu


def test_whoever_was_acknowledged_with_a_menu_gets_no_second_one(stage: WorkerHarness) -> None:
    """slack-truth.md 1.2: an acknowledgement can't be changed."""
    stage.enqueue(MENU)
    stage.run()

    stage.enqueue(replace(MENU, id="T1:U1:2", kind="menu.refresh"))
    stage.run()

    assert len(stage.messenger.answers) == 1


@pytest.mark.parametrize(("kind", "told"), [("menu.show", 1), ("menu.refresh", 0)])
def test_only_who_has_no_menu_yet_is_told_that_it_takes_longer(stage: WorkerHarness, kind: str, told: int) -> None:
    stage.enqueue(replace(MENU, kind=kind))
    stage.now += 16

    stage.job_runner.notify_overdue()

    assert len(stage.messenger.dms) == told


def test_a_menu_that_had_to_wait_for_a_key_comes_when_it_is_there(stage: WorkerHarness) -> None:
    """What waited was answered with a failure: the menu above it says nothing of the person's accounts."""
    stage.setups.save(Setup("T1", "org_a", KeyMode.PER_USER), "set up")
    stage.enqueue(replace(MENU, kind="menu.refresh"))
    stage.run()
    failure = stage.messenger.answers[-1]
    assert isinstance(failure, Failure)

    stage.keys.save(JOB.person, "ak_0123456789")
    stage.enqueue(replace(MENU, id="T1:U1:2", kind="requests.retry", target_id=failure.draft_id))
    stage.run()
    stage.run()

    assert names(stage.messenger.answers[-1]) == ["GitHub", "Notion"]


def test_a_menu_follows_what_was_connected_meanwhile(stage: WorkerHarness) -> None:
    stage.enqueue(MENU)
    stage.run()
    stage.platform.connected = []

    stage.enqueue(replace(MENU, id="T1:U1:2"))
    stage.run()

    menu = stage.messenger.answers[-1]
    assert isinstance(menu, Menu)
    assert menu.accounts == []


def test_a_stalled_platform_leaves_the_menu_as_it_was_known(stage: WorkerHarness) -> None:
    stage.enqueue(MENU)
    stage.run()
    stage.platform.accounts_error = stage.platform.catalogue_error = DOWN

    stage.enqueue(replace(MENU, id="T1:U1:2"))
    stage.run()

    first, second = stage.messenger.answers
    assert first == second
    assert stage.is_idle
    assert names(stage.choice.cached(JOB.person)) == ["GitHub", "Notion"]


def test_a_cold_and_stalled_platform_is_asked_for_ten_minutes(stage: WorkerHarness) -> None:
    stage.platform.catalogue_error = DOWN
    stage.enqueue(MENU)

    stage.run_until(660)

    last = stage.messenger.answers[-1]
    assert isinstance(last, Failure)
    assert last.reason == "account_unavailable"


def test_whoever_writes_to_the_app_gets_the_menu_as_a_message(stage: WorkerHarness) -> None:
    for number in ("1", "2"):  # known or not
        stage.enqueue(replace(MENU, id=f"T1:U1:{number}", response_url="", channel_id="D1"))
        stage.run()

    assert [names(menu) for menu in stage.messenger.dms] == [["GitHub", "Notion"]] * 2


def test_the_shortcut_opens_the_menu_as_a_modal(stage: WorkerHarness) -> None:
    stage.enqueue(replace(MENU, kind="menu.open", response_url="", channel_id=""))
    stage.run()

    assert [names(menu) for menu in stage.messenger.modals] == [["GitHub", "Notion"]]
    assert stage.messenger.dms == []


def test_a_shortcut_that_took_too_long_for_slack_ends_in_a_message(stage: WorkerHarness) -> None:
    stage.messenger.modal_error = TOO_LATE

    stage.enqueue(replace(MENU, kind="menu.open", response_url="", channel_id=""))
    stage.run()

    assert [names(menu) for menu in stage.messenger.dms] == [["GitHub", "Notion"]]


@pytest.mark.parametrize(
    ("typed", "fitting"),
    [("", ["GitHub", "Notion"]), ("git", ["GitHub"]), ("Knowl", ["Notion"]), ("githib", ["GitHub"]), ("zzz", [])],
)
def test_typing_finds_tools_by_name_and_category_and_forgives(
    stage: WorkerHarness, typed: str, fitting: list[str]
) -> None:
    stage.enqueue(MENU)
    stage.run()

    assert names(stage.choice.matching(JOB.person, typed)) == fitting


def test_each_person_sees_their_own_connections(stage: WorkerHarness) -> None:
    """security.md 7"""
    stage.enqueue(MENU)
    stage.run()

    other = stage.choice.cached(replace(JOB.person, enterprise_id="E2"))

    assert isinstance(other, Menu)
    assert other.accounts is None


def test_a_workspace_that_is_not_set_up_is_told_so(stage: WorkerHarness) -> None:
    person = replace(JOB.person, team_id="T2", enterprise_id=None)
    assert stage.choice.cached(person) == MenuLoading()

    stage.enqueue(replace(MENU, person=person))
    stage.run()

    failure = stage.messenger.answers[-1]
    assert isinstance(failure, Failure)
    assert (failure.reason, failure.facts) == ("workspace_unmapped", {"team_id": "T2"})


def test_only_what_the_admins_offer_can_be_chosen(stage: WorkerHarness) -> None:
    stage.setups.save(Setup("T1", "org_a", allowed_connectors=("github",)), "1")
    stage.enqueue(MENU)
    stage.run()

    menu = stage.choice.cached(JOB.person)

    assert isinstance(menu, Menu)
    assert [connector.tool_key for connector in menu.connectors] == ["github"]


def test_a_choice_in_the_modal_that_brings_no_link_says_there_where_the_answer_is(stage: WorkerHarness) -> None:
    """reports.md B13"""
    github = Connection("tcred_1", "github", "GitHub", "dev@example.com")
    stage.platform.connected = [github]
    stage.own(github)
    chosen = replace(
        JOB, kind="connect.chosen", response_url="", channel_id="", view_id="V1", accepted_at=JOB.accepted_at - 1
    )

    stage.enqueue(chosen)
    stage.run()

    assert isinstance(stage.messenger.dms[-1], ConnectedAlready)
    assert stage.messenger.updates[-1] == ("V1", AnsweredElsewhere())
