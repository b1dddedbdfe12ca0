"""Asking the admins, once a day and cause; and hearing when it is mended."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from slack_app.errors import UpstreamError
from slack_app.features.ask_admin import (
    PERSON_ASKS,
    WORKSPACE_ASKS,
    WORKSPACE_SECONDS,
    AdminRequest,
    AdminsAsked,
    AskReason,
    DeclineReason,
    ProblemDeclined,
)
from slack_app.features.connect import StillWorking
from slack_app.features.credentials import setup_here
from slack_app.features.pending_requests import HandledByAdmin, RequestDeclined
from slack_app.model.jobs import Draft, Job
from slack_app.model.messages import Failure, MessageRef
from slack_app.model.tools import Connector
from slack_app.model.users import Role, SlackUser
from slack_app.model.workspaces import Setup
from slack_app.views import render_message
from tests.features.requesters import ADMIN, LEON, MAYA, ask, pressed, refused, with_admins
from tests.worker_harness import JOB, SLACK_DOWN, SLACK_REFUSES, WorkerHarness


@pytest.fixture
def stage() -> WorkerHarness:
    return with_admins()


def test_each_admin_gets_one_message_and_the_person_is_told_whom_i_asked(stage: WorkerHarness) -> None:
    failure = refused(stage)

    answer = ask(stage, failure)

    assert answer == AdminsAsked(["U0ADMIN", "U0OWNER"], is_first=True)
    cause = "connector_not_offered/gitlab"
    question = AdminRequest(MAYA, "connector_not_offered", cause, "gitlab", "gitlab", "", reference=failure.reference)
    assert stage.messenger.dms == [question, question]
    assert stage.messenger.dm_to == ["U0ADMIN", "U0OWNER"]


def test_whom_the_set_up_names_is_asked_instead(stage: WorkerHarness) -> None:
    stage.setups.save(
        Setup("T1", "org_a", allowed_connectors=("github",), admin_contacts=("U0OWNER",), version=1), "changed"
    )

    assert ask(stage, refused(stage)) == AdminsAsked(["U0OWNER"], is_first=True)
    assert stage.messenger.dm_to == ["U0OWNER"]


@pytest.mark.parametrize("notify", [("U7",), ("U1",), ("U7", "U1")])
def test_whom_the_set_up_names_and_cannot_help_is_not_asked_but_the_admins_are(
    stage: WorkerHarness, notify: tuple[str, ...]
) -> None:
    stage.setups.save(Setup("T1", "org_a", allowed_connectors=("github",), admin_contacts=notify, version=1), "changed")

    assert ask(stage, refused(stage)) == AdminsAsked(["U0ADMIN", "U0OWNER"], is_first=True)


def test_the_same_cause_bothers_the_admins_once_a_day_whoever_asks(stage: WorkerHarness) -> None:
    ask(stage, refused(stage))

    answer = ask(stage, refused(stage, LEON), LEON)

    assert answer == AdminsAsked(["U0ADMIN", "U0OWNER"], is_first=False)
    assert len(stage.messenger.dms) == 2


def test_another_cause_is_another_question(stage: WorkerHarness) -> None:
    ask(stage, refused(stage))

    stage.enqueue(pressed("admins.ask", MAYA, refused(stage, tool="sharepoint", number="2").draft_id, number="2"))
    stage.run()

    assert len(stage.messenger.dms) == 4


@pytest.mark.parametrize("kind", ["admins.offer_tool", "admins.confirm_fixed", "admins.open_decline"])
def test_a_member_mends_nothing(stage: WorkerHarness, kind: str) -> None:
    """security.md 6"""
    ask(stage, refused(stage))

    stage.enqueue(pressed(kind, LEON, "connector_not_offered/gitlab", tool="gitlab"))
    stage.run()

    answer = stage.messenger.answers[-1]
    assert isinstance(answer, Failure)
    assert answer.reason == "not_admin"
    setup = stage.setups.get("T1")
    assert setup
    assert setup.allowed_connectors == ("github",)


def test_when_no_admin_can_be_reached_the_person_is_told_and_can_ask_again(stage: WorkerHarness) -> None:
    failure = refused(stage)
    stage.messenger.dm_error = SLACK_REFUSES
    answer = ask(stage, failure)
    assert isinstance(answer, Failure)
    assert answer.reason == "admins_unreachable"

    stage.messenger.dm_error = None
    stage.enqueue(pressed("admins.ask", MAYA, failure.draft_id, number="2"))
    stage.run()

    assert stage.messenger.answers[-1] == AdminsAsked(["U0ADMIN", "U0OWNER"], is_first=True)


def test_a_question_that_slack_does_not_take_for_a_moment_is_sent_a_moment_later(stage: WorkerHarness) -> None:
    """reports.md K3"""
    failure = refused(stage)
    stage.messenger.dm_error = SLACK_DOWN
    stage.enqueue(pressed("admins.ask", MAYA, failure.draft_id, number="1"))
    stage.run()
    stage.messenger.dm_error = None

    stage.now += 2
    stage.run()

    assert stage.messenger.answers[-1] == AdminsAsked(["U0ADMIN", "U0OWNER"], is_first=True)
    assert len(stage.messenger.dms) == 2


def test_too_many_questions_are_told_when_to_restore(stage: WorkerHarness) -> None:
    """security.md 19"""
    tools = ["aa", "bb", "cc", "dd", "ee", "ff"]
    stage.platform.connectors = [Connector(tool, tool) for tool in tools]
    for number, tool in enumerate(tools):
        failure = refused(stage, tool=tool, number=str(number))
        stage.enqueue(pressed("admins.ask", MAYA, failure.draft_id, number=str(number)))
        stage.run()

    answer = stage.messenger.answers[-1]
    assert isinstance(answer, Failure)
    assert answer.reason == "limit_asks"
    assert len(stage.messenger.dms) == 10


def test_a_question_that_reached_nobody_does_not_count(stage: WorkerHarness) -> None:
    """security.md 19"""
    stage.messenger.dm_error = SLACK_REFUSES
    for number in range(7):
        failure = refused(stage, number=str(number))
        stage.enqueue(pressed("admins.ask", MAYA, failure.draft_id, number=str(number)))
        stage.run()

    answer = stage.messenger.answers[-1]
    assert isinstance(answer, Failure)
    assert answer.reason == "admins_unreachable"


def test_the_limit_of_the_workspace_costs_a_person_none_of_their_own(stage: WorkerHarness) -> None:
    """security.md 19"""
    for _ in range(WORKSPACE_ASKS):
        stage.limits.take("ask_workspace", "T1", WORKSPACE_ASKS, WORKSPACE_SECONDS)
    for number in range(PERSON_ASKS):
        stage.enqueue(pressed("admins.ask", MAYA, refused(stage, number=str(number)).draft_id, number=str(number)))
        stage.run()
    stage.limits.give_back("ask_workspace", "T1")

    assert ask(stage, refused(stage, number="later")) == AdminsAsked(["U0ADMIN", "U0OWNER"], is_first=True)


def test_what_waits_for_an_admin_waits_a_week(stage: WorkerHarness) -> None:
    failure = refused(stage)
    assert stage.redis.ttl(f"slack_app:draft:{failure.draft_id}") <= 3600

    ask(stage, failure)

    assert stage.redis.ttl(f"slack_app:draft:{failure.draft_id}") > 6 * 24 * 3600


def test_a_last_step_that_has_to_be_tried_again_asks_nobody_again(stage: WorkerHarness) -> None:
    failure = refused(stage)
    stage.messenger.edit_error = SLACK_DOWN
    stage.enqueue(pressed("admins.ask", MAYA, failure.draft_id, message=MessageRef("D1", "1")))
    stage.run_until(60)
    stage.messenger.edit_error = None
    stage.run_until(120)

    assert [type(fact) for fact in stage.messenger.dms if not isinstance(fact, StillWorking)] == [AdminRequest] * 2
    assert stage.messenger.edits == [(MessageRef("D1", "1"), AdminsAsked(["U0ADMIN", "U0OWNER"], is_first=True))]
    assert stage.redis.get("slack_app:limit:ask_person:E1:U1") == "1"


def test_an_admin_who_asks_gets_the_button_that_mends_it_and_nobody_is_bothered(stage: WorkerHarness) -> None:
    failure = refused(stage, ADMIN)

    answer = ask(stage, failure, ADMIN)

    assert answer == AdminRequest(
        ADMIN,
        "connector_not_offered",
        "connector_not_offered/gitlab",
        "gitlab",
        "gitlab",
        "",
        is_own=True,
        reference=failure.reference,
    )
    assert stage.messenger.dms == []
    assert [draft_id for _, draft_id in stage.asks.waiting("T1", "connector_not_offered/gitlab")] == [failure.draft_id]


def test_whoever_has_deleted_the_message_is_told_in_a_new_one(stage: WorkerHarness) -> None:
    failure = refused(stage)
    stage.messenger.edit_error = UpstreamError("slack", status=200, code="message_not_found")
    press = pressed("admins.ask", MAYA, failure.draft_id, message=MessageRef("D1", "1"))
    stage.enqueue(replace(press, response_url="", channel_id="D1"))
    stage.run()

    assert [type(fact) for fact in stage.messenger.dms] == [AdminRequest, AdminRequest, AdminsAsked]


def test_an_altered_button_asks_nobody(stage: WorkerHarness) -> None:
    """security.md 6"""
    stage.enqueue(pressed("admins.ask", MAYA, "0123456789abcdef"))
    stage.run()

    assert stage.messenger.dms == []


def test_an_admin_hears_which_tool_it_is_about_even_where_nothing_is_set_up(stage: WorkerHarness) -> None:
    newcomer = SlackUser(None, "T2", "U9")
    stage.enqueue(pressed("admins.ask", newcomer, refused(stage, newcomer, "github").draft_id))
    stage.run()

    question = stage.messenger.dms[-1]
    assert isinstance(question, AdminRequest)
    assert (question.reason, question.tool) == ("workspace_unmapped", "GitHub")


@pytest.mark.parametrize("role", [Role.GUEST])
@pytest.mark.parametrize("reason", ["workspace_unmapped", "connector_not_offered"])
def test_an_admin_reads_no_word_of_a_guest_unless_a_tool_is_called_so(
    stage: WorkerHarness, reason: str, role: Role
) -> None:
    """security.md 11: "call 555 0100 and read your key out" may be typed for a name."""
    asking = SlackUser(None, "T2", "U9") if reason == "workspace_unmapped" else MAYA
    stage.people.roles[asking.user_id] = role
    words = "call 555 0100 and read your key out"
    draft = Draft(replace(JOB, person=asking, connector_type=words), reason, {"connector_type": words, "name": words})

    stage.enqueue(pressed("admins.ask", asking, stage.drafts.save(draft)))
    stage.run()

    questions = [question for question in stage.messenger.dms if isinstance(question, AdminRequest)]
    assert questions
    assert not any("555" in render_message(question, "/connect").text for question in questions)


def test_an_admin_reads_what_a_tool_that_a_guest_wants_is_called(stage: WorkerHarness) -> None:
    stage.people.roles[MAYA.user_id] = Role.GUEST
    stage.catalogue.save("org_a", [Connector("gitlab", "GitLab")])

    ask(stage, refused(stage))

    question = stage.messenger.dms[-1]
    assert isinstance(question, AdminRequest)
    assert question.tool == "GitLab"


def test_rules_that_another_admin_saves_at_that_moment_are_not_written_over(
    stage: WorkerHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    """security.md 8: the first rules of a workspace, over those of its Grid."""
    stage.setups.save(Setup("E1", "org_a", allowed_connectors=("github",)), "the owner of the Grid")
    here, read = SlackUser("E1", "T2", "U1"), stage.setups.for_user

    def then_another_saves(person: SlackUser) -> Setup | None:
        found = read(person)
        stage.setups.save(Setup("T2", "", guests_allowed=False, is_inherited=True), "another admin")
        return found

    monkeypatch.setattr(stage.setups, "for_user", then_another_saves)

    assert not stage.setups.save(setup_here(stage.setups, here), "offered")


def test_an_admin_declines_with_a_reason_and_everybody_who_waits_is_told(stage: WorkerHarness) -> None:
    ask(stage, refused(stage))
    ask(stage, refused(stage, LEON), LEON)
    cause = "connector_not_offered/gitlab"
    [dm] = [post.dm for post in stage.asks.posts("T1", cause) if post.admin.user_id == ADMIN.user_id]
    stage.enqueue(pressed("admins.open_decline", ADMIN, cause, number="8", trigger_id="t", message=dm))
    stage.run()
    question = stage.messenger.modals[-1]
    assert isinstance(question, AskReason)
    before = len(stage.messenger.dms)
    filled: Job[Any] = pressed("admins.decline", ADMIN, question.draft_id, number="9")

    stage.enqueue(replace(filled, response_url="", payload=DeclineReason("We use GitHub.")))
    stage.run()

    declined = RequestDeclined("gitlab", "U0ADMIN", "We use GitHub.")
    assert [fact for fact in stage.messenger.dms[before:] if isinstance(fact, RequestDeclined)] == [declined] * 2
    assert (dm, ProblemDeclined(2, "We use GitHub.", MAYA, "gitlab")) in stage.messenger.edits
    told = [fact for _, fact in stage.messenger.edits if isinstance(fact, HandledByAdmin)]
    assert told
    assert all(fact.is_declined for fact in told)

    again = refused(stage, number="3")
    stage.enqueue(pressed("admins.ask", MAYA, again.draft_id, number="3"))
    stage.run()
    assert stage.messenger.answers[-1] == AdminsAsked(["U0ADMIN", "U0OWNER"], is_first=True)
