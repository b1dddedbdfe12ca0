"""What people see of their connections, and what becomes of them by a press."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from slack_app.errors import BUDGET_SPENT, UpstreamError
from slack_app.features.status import AskName, Changed, ConfirmDisconnect, DisconnectCancelled, NewName, Status
from slack_app.model.jobs import Job
from slack_app.model.links import Completion, Outcome
from slack_app.model.messages import Failure, MessageRef
from slack_app.model.tools import Connection
from tests.worker_harness import DOWN, JOB, WorkerHarness

WORK = Connection("tcred_work", "github", "GitHub", "work@example.com")
HOME = Connection("tcred_home", "github", "GitHub", "home@example.com")
NOTION = Connection("tcred_n", "notion", "Notion", "work@example.com")


@pytest.fixture
def stage() -> WorkerHarness:
    stage = WorkerHarness()
    stage.platform.connected = [WORK, NOTION, HOME]
    stage.own(WORK, NOTION, HOME)
    return stage


def asked(kind: str, tool: str = "", name: str = "1", credential_id: str = "") -> Job:
    job = replace(JOB, id=f"T1:U1:{name}", kind=kind, connector_type=tool)
    return replace(job, target_id=credential_id, trigger_id="1.2.3")


def answer(stage: WorkerHarness, job: Job) -> object:
    stage.enqueue(job)
    stage.run()
    return stage.messenger.answers[-1]


def listed(status: Status) -> Sequence[Connection]:
    assert status.connections is not None
    return status.connections


def test_everything_connected_is_listed_by_name_with_its_health(stage: WorkerHarness) -> None:
    fact = answer(stage, asked("status.show"))

    assert fact == Status([replace(c, is_healthy=True) for c in (HOME, WORK, NOTION)])


def test_disconnecting_asks_first_and_which_when_there_are_several(stage: WorkerHarness) -> None:
    fact = answer(stage, asked("disconnect.ask", "github"))

    assert fact == ConfirmDisconnect("GitHub", [WORK, HOME])
    assert stage.platform.disconnected == []


def test_a_press_disconnects_the_one_and_shows_what_is_left(stage: WorkerHarness) -> None:
    fact = answer(stage, asked("disconnect.confirm", "github", credential_id="tcred_work"))

    assert isinstance(fact, Status)
    assert fact.changed == Changed(WORK, "removed")
    assert [connection.id for connection in listed(fact)] == ["tcred_home", "tcred_n"]


def test_a_second_press_is_harmless(stage: WorkerHarness) -> None:
    answer(stage, asked("disconnect.confirm", "github", "1", "tcred_work"))

    fact = answer(stage, asked("disconnect.confirm", "github", "2", "tcred_work"))

    assert isinstance(fact, Status)
    assert fact.changed is not None
    assert fact.changed.what == "gone"
    assert stage.platform.disconnected == ["tcred_work"]


@pytest.mark.parametrize("credential_id", ["tcred_of_somebody", "../x", "tcred_n"])
def test_a_button_reaches_only_what_is_the_persons_own_of_that_tool(stage: WorkerHarness, credential_id: str) -> None:
    """security.md 6, 9"""
    answer(stage, asked("disconnect.confirm", "github", credential_id=credential_id))

    assert stage.platform.disconnected == []
    assert len(stage.platform.connected) == 3


def test_one_can_be_turned_off_and_on_again(stage: WorkerHarness) -> None:
    off = answer(stage, asked("connection.turn_off", "notion", "1", "tcred_n"))
    on = answer(stage, asked("connection.turn_on", "notion", "2", "tcred_n"))

    assert isinstance(off, Status)
    assert isinstance(on, Status)
    assert off.changed == Changed(NOTION, "off")
    assert [c.is_active for c in listed(off) if c.id == "tcred_n"] == [False]
    assert [c.is_active for c in listed(on) if c.id == "tcred_n"] == [True]


def test_keeping_it_changes_nothing(stage: WorkerHarness) -> None:
    assert answer(stage, asked("disconnect.cancel", "github", credential_id="tcred_work")) == DisconnectCancelled()
    assert stage.platform.disconnected == []


def test_a_press_in_an_ordinary_message_changes_that_message(stage: WorkerHarness) -> None:
    job = asked("disconnect.confirm", "github", credential_id="tcred_work")
    stage.enqueue(replace(job, response_url="", message=MessageRef("D1", "7.1")))
    stage.run()

    [(posted, fact)] = stage.messenger.edits
    assert posted == MessageRef("D1", "7.1")
    assert isinstance(fact, Status)


@pytest.mark.parametrize(
    ("status", "reason"), [(401, "account_unauthorized"), (403, "account_forbidden"), (302, "account_fault")]
)
def test_a_refusal_is_told_in_its_own_words(stage: WorkerHarness, status: int, reason: str) -> None:
    stage.platform.accounts_error = UpstreamError("platform", status=status)

    fact = answer(stage, asked("status.show"))

    assert isinstance(fact, Failure)
    assert fact.reason == reason


def test_a_platform_that_is_down_is_asked_for_ten_minutes(stage: WorkerHarness) -> None:
    stage.platform.accounts_error = DOWN
    stage.enqueue(asked("status.show"))

    stage.run_until(660)

    fact = stage.messenger.answers[-1]
    assert isinstance(fact, Failure)
    assert fact.reason == "account_unavailable"


def test_renaming_asks_for_the_name_and_then_shows_it(stage: WorkerHarness) -> None:
    stage.enqueue(renaming := asked("rename.open", "github", "1", "tcred_work"))
    stage.run()
    [question] = stage.messenger.modals
    assert isinstance(question, AskName)
    assert question.connection == WORK

    stage.enqueue(named(question, "Work account"))
    stage.run()

    fact = stage.messenger.answers[-1]
    assert isinstance(fact, Status)
    assert fact.changed == Changed(replace(WORK, label="Work account"), "renamed")
    assert [c.label for c in stage.platform.connected if c.id == renaming.target_id] == ["Work account"]


def test_a_name_that_could_not_be_asked_for_in_time_is_asked_for_again(stage: WorkerHarness) -> None:
    stage.messenger.modal_error = UpstreamError("slack", status=200, code="expired_trigger_id")

    fact = answer(stage, asked("rename.open", "github", "1", "tcred_work"))

    assert isinstance(fact, Status)
    assert fact.changed == Changed(WORK, "late")


def test_nobody_names_what_is_somebody_elses(stage: WorkerHarness) -> None:
    """security.md 6, 7"""
    stage.enqueue(asked("rename.open", "github", "1", "tcred_work"))
    stage.run()
    [question] = stage.messenger.modals
    assert isinstance(question, AskName)

    stage.enqueue(replace(named(question, "Mine"), person=replace(JOB.person, user_id="U2")))
    stage.run()

    assert stage.platform.connected[0] == WORK


def named(question: AskName, label: str) -> Job:
    job = replace(JOB, id="T1:U1:n", kind="rename.save", connector_type="", response_url="", channel_id="")
    return replace(job, target_id=question.draft_id, payload=NewName(label))


def test_a_long_list_costs_no_more_questions_than_what_is_shown_of_it(stage: WorkerHarness) -> None:
    """security.md 19"""
    tools = [f"tool{number:03}" for number in range(1000)]
    stage.platform.connected = [Connection(f"tcred_{tool}", tool, tool, "dev@example.com") for tool in tools]
    stage.own(*stage.platform.connected)

    stage.enqueue(replace(JOB, kind="status.show", connector_type=""))
    stage.run()

    status = stage.messenger.answers[-1]
    assert isinstance(status, Status)
    assert [connection.tool_key for connection in listed(status)] == tools
    assert [connection.id for connection in listed(status)[:21]] == [*(f"tcred_{tool}" for tool in tools[:20]), ""]
    assert len(stage.platform.looked_up) == 20 + 20


def test_whether_a_connection_works_is_asked_once_a_minute(stage: WorkerHarness) -> None:
    """security.md 19"""
    stage.platform.connected = [Connection("tcred_1", "github", "GitHub", "dev@example.com")]
    stage.own(*stage.platform.connected)
    for number in range(20):
        stage.enqueue(replace(JOB, id=f"T1:U1:s{number}", kind="status.show", connector_type=""))
        stage.run()

    assert stage.platform.looked_up.count("tcred_1") == 1
    assert stage.redis.ttl("slack_app:health:tcred_1") <= 60
    assert all(listed(fact)[0].is_healthy for fact in stage.messenger.answers if isinstance(fact, Status))


def test_the_same_list_again_costs_one_question(stage: WorkerHarness) -> None:
    """security.md 27"""
    answer(stage, asked("status.show"))
    stage.platform.looked_up.clear()

    status = answer(stage, asked("status.show", name="2"))

    assert stage.platform.looked_up == []
    assert isinstance(status, Status)
    assert {connection.id for connection in listed(status)} == {"tcred_work", "tcred_home", "tcred_n"}


@pytest.mark.parametrize(
    "connected",
    [[WORK, HOME], [WORK, NOTION], [WORK, NOTION, replace(HOME, is_active=False)], [replace(WORK, account="x"), HOME]],
)
def test_what_was_changed_elsewhere_is_shown_at_once(stage: WorkerHarness, connected: list[Connection]) -> None:
    answer(stage, asked("status.show"))
    stage.platform.connected = connected
    stage.own(*connected)

    status = answer(stage, asked("status.show", name="2"))

    assert isinstance(status, Status)
    shown = sorted((c.id, c.account, c.is_active) for c in listed(status))
    assert shown == sorted((c.id, c.account, c.is_active) for c in connected)


def test_one_that_another_took_the_place_of_is_found_at_the_press(stage: WorkerHarness) -> None:
    answer(stage, asked("status.show"))
    stage.platform.connected = [replace(WORK, id="tcred_new"), NOTION, HOME]
    stage.own(*stage.platform.connected)

    status = answer(stage, asked("connection.turn_off", "github", "2", "tcred_work"))

    assert isinstance(status, Status)
    assert status.changed
    assert status.changed.what == "gone"
    assert "tcred_new" in {connection.id for connection in listed(status)}


def test_an_account_that_was_connected_again_is_listed_as_it_is_now(stage: WorkerHarness) -> None:
    """security.md 27"""
    stage.platform.connected, again = [WORK], replace(WORK, id="tcred_new")
    answer(stage, asked("status.show", name="before"))
    answer(stage, replace(JOB, target_id="tcred_work"))  # by *Add another account*
    stage.platform.connected, stage.platform.completion = [again], Completion(Outcome.CONNECTED, again)
    stage.run_until(10)

    status = answer(stage, asked("status.show", name="after"))

    assert isinstance(status, Status)
    assert [connection.id for connection in listed(status)] == ["tcred_new"]


def test_what_was_done_is_told_once_though_the_list_cannot_be_read(stage: WorkerHarness) -> None:
    """security.md 27: tried again, a disconnection that is done would be told as "not connected any more"."""
    stage.platform.accounts_error = UpstreamError("platform", status=429, retryable=True, code=BUDGET_SPENT)

    status = answer(stage, asked("disconnect.confirm", "github", "1", "tcred_work"))

    assert stage.is_idle
    assert isinstance(status, Status)
    assert status.connections is None
    assert status.changed
    assert (status.changed.what, status.changed.connection.id) == ("removed", "tcred_work")


def test_a_new_name_is_shown_though_the_list_was_being_read_when_it_was_given(
    stage: WorkerHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    read, is_first = stage.platform.connections_of, [True]

    def slow(*args: Any, **more: Any) -> Sequence[Connection]:
        """Read the list, which is slow to come: the new name overtakes it."""
        found = read(*args, **more)
        if is_first:
            is_first.clear()
            stage.platform.rename(args[0], "tcred_work", "Work account")
            stage.catalogue.forget_connections(args[0], "github")
        return found

    monkeypatch.setattr(stage.platform, "connections_of", slow)
    answer(stage, asked("status.show", name="crossing"))

    status = answer(stage, asked("status.show", name="after"))

    assert isinstance(status, Status)
    assert [c.label for c in listed(status) if c.id == "tcred_work"] == ["Work account"]


@pytest.mark.parametrize("status", [400, 404, 422])
@pytest.mark.parametrize("kind", ["status.show", "disconnect.ask", "home.publish", "menu.show"])
def test_an_organization_that_the_platform_does_not_know_is_for_the_admins_whatever_is_looked_at(
    stage: WorkerHarness, kind: str, status: int
) -> None:
    """Nothing else can be wrong with the request for a list: it names nothing but the organization."""
    stage.platform.accounts_error = stage.platform.catalogue_error = UpstreamError("platform", status=status)
    stage.enqueue(asked(kind))
    stage.run()

    failure = [*stage.messenger.answers, *(fact for _, fact in stage.messenger.homes)][-1]
    assert isinstance(failure, Failure)
    assert (failure.reason, failure.facts, bool(failure.draft_id)) == (
        "organization_unknown",
        {"organization_id": "org_a"},
        True,
    )


def test_a_connection_that_the_platform_does_not_know_says_nothing_of_the_organization(stage: WorkerHarness) -> None:
    stage.platform.tool_error = UpstreamError("platform", status=404)

    failure = answer(stage, asked("disconnect.confirm", "github", credential_id="tcred_work"))

    assert isinstance(failure, Failure)
    assert failure.reason == "account_fault"
