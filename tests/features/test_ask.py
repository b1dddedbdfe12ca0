"""Asking the admins, once a day and cause; and hearing when it is mended."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from slack_app.errors import UpstreamError
from slack_app.features.ask import AdminAsked, Asked, Helped, Mended
from slack_app.features.connect import LinkReady
from slack_app.model import Job, Person, Role, Setup, Trouble
from tests.rehearsal import JOB, SLACK_REFUSES, Rehearsal

MAYA, LEON = Person("E1", "T1", "U1"), Person("E1", "T1", "U2")
ADMIN, NEWCOMER = Person("E1", "T1", "U0ADMIN"), Person("E1", "T2", "U9")


@pytest.fixture
def stage() -> Rehearsal:
    stage = Rehearsal()
    stage.people.roles = {"U0ADMIN": Role.ADMIN, "U0OWNER": Role.OWNER}
    stage.setups.save(Setup("T1", "org_a", offered=("github",)), "set up")
    return stage


def refused(stage: Rehearsal, person: Person = MAYA, tool: str = "gitlab", number: str = "1") -> Trouble:
    stage.ask(replace(JOB, id=f"T1:{person.user_id}:{number}", person=person, connector_type=tool))
    stage.run()
    trouble = stage.messenger.answers[-1]
    assert isinstance(trouble, Trouble)
    return trouble


def pressed(word: str, person: Person = MAYA, about: str = "", tool: str = "", number: str = "p", **more: Any) -> Job:
    job = replace(JOB, id=f"T1:{person.user_id}:{word}{number}", person=person, word=word, connector_type=tool)
    return replace(job, details={"about": about, **more})


def ask(stage: Rehearsal, trouble: Trouble, person: Person = MAYA) -> object:
    stage.ask(pressed("ask", person, trouble.draft_id))
    stage.run()
    return stage.messenger.answers[-1]


def test_each_admin_gets_one_message_and_the_person_is_told_whom_i_asked(stage: Rehearsal) -> None:
    answer = ask(stage, refused(stage))

    assert answer == Asked(["U0ADMIN", "U0OWNER"], is_first=True)
    question = AdminAsked(MAYA, "connector_not_offered", "connector_not_offered/gitlab", "gitlab", "gitlab", "")
    assert stage.messenger.dms == [question, question]
    assert stage.messenger.dm_to == ["U0ADMIN", "U0OWNER"]


def test_whom_the_set_up_names_is_asked_instead(stage: Rehearsal) -> None:
    stage.setups.save(Setup("T1", "org_a", offered=("github",), notify=("U7",), version=1), "changed")

    assert ask(stage, refused(stage)) == Asked(["U7"], is_first=True)
    assert stage.messenger.dm_to == ["U7"]


def test_the_same_cause_bothers_the_admins_once_a_day_whoever_asks(stage: Rehearsal) -> None:
    ask(stage, refused(stage))

    answer = ask(stage, refused(stage, LEON), LEON)

    assert answer == Asked(["U0ADMIN", "U0OWNER"], is_first=False)
    assert len(stage.messenger.dms) == 2


def test_another_cause_is_another_question(stage: Rehearsal) -> None:
    ask(stage, refused(stage))

    stage.ask(pressed("ask", MAYA, refused(stage, tool="sharepoint", number="2").draft_id, number="2"))
    stage.run()

    assert len(stage.messenger.dms) == 4


def test_one_press_of_an_admin_offers_the_tool_and_everybody_who_waits_is_told(stage: Rehearsal) -> None:
    first, second = refused(stage), refused(stage, LEON)
    ask(stage, first)
    ask(stage, second, LEON)

    stage.ask(pressed("offer", ADMIN, tool="gitlab"))
    stage.run()

    assert stage.messenger.answers[-1] == Mended(2, "gitlab")
    assert sorted(zip(stage.messenger.dm_to[2:], stage.messenger.dms[2:], strict=True), key=str) == [
        ("U1", Helped(first.draft_id, "gitlab")),
        ("U2", Helped(second.draft_id, "gitlab")),
    ]
    setup = stage.setups.named("T1")
    assert setup
    assert setup.offered == ("github", "gitlab")
    assert [(change.who, change.what, change.about) for change in stage.audit.last(9)] == [
        ("U0ADMIN", "offered", "gitlab")
    ]


def test_one_press_repeats_what_the_person_wanted_in_the_same_message(stage: Rehearsal) -> None:
    trouble = refused(stage)
    ask(stage, trouble)
    stage.ask(pressed("offer", ADMIN, tool="gitlab"))
    stage.run()

    again = pressed("again", MAYA, trouble.draft_id, dm={"channel_id": "D-U1", "ts": "3"})
    stage.ask(replace(again, response_url="", channel_id="D-U1"))
    stage.run()
    stage.run()

    [(posted, fact)] = stage.messenger.edits
    assert (posted.ts, type(fact)) == ("3", LinkReady)
    assert stage.platform.asked == [("org_a", "gitlab", {})]


def test_nobody_repeats_what_somebody_else_wanted(stage: Rehearsal) -> None:
    """security.md 6"""
    trouble = refused(stage)

    stage.ask(pressed("again", LEON, trouble.draft_id))
    stage.run()

    answer = stage.messenger.answers[-1]
    assert isinstance(answer, Trouble)
    assert answer.reason == "button_outdated"


@pytest.mark.parametrize("word", ["offer", "allowed"])
def test_a_member_mends_nothing(stage: Rehearsal, word: str) -> None:
    """security.md 6"""
    ask(stage, refused(stage))

    stage.ask(pressed(word, LEON, "connector_not_offered/gitlab", tool="gitlab"))
    stage.run()

    answer = stage.messenger.answers[-1]
    assert isinstance(answer, Trouble)
    assert answer.reason == "not_admin"
    setup = stage.setups.named("T1")
    assert setup
    assert setup.offered == ("github",)


def test_what_is_mended_elsewhere_is_told_by_a_press(stage: Rehearsal) -> None:
    stage.platform.error = UpstreamError("platform", status=403)
    trouble = refused(stage, tool="github")
    ask(stage, trouble)
    stage.platform.error = None

    stage.ask(pressed("allowed", ADMIN, "forbidden/github"))
    stage.run()

    assert stage.messenger.answers[-1] == Mended(1)
    assert stage.messenger.dms[-1] == Helped(trouble.draft_id, "github")


def test_when_no_admin_can_be_reached_the_person_is_told_and_can_ask_again(stage: Rehearsal) -> None:
    trouble = refused(stage)
    stage.messenger.dm_error = SLACK_REFUSES
    answer = ask(stage, trouble)
    assert isinstance(answer, Trouble)
    assert answer.reason == "admins_unreachable"

    stage.messenger.dm_error = None
    stage.ask(pressed("ask", MAYA, trouble.draft_id, number="2"))
    stage.run()

    assert stage.messenger.answers[-1] == Asked(["U0ADMIN", "U0OWNER"], is_first=True)


def test_too_many_questions_are_told_when_to_come_back(stage: Rehearsal) -> None:
    """security.md 19"""
    for number, tool in enumerate(["aa", "bb", "cc", "dd", "ee", "ff"]):
        trouble = refused(stage, tool=tool, number=str(number))
        stage.ask(pressed("ask", MAYA, trouble.draft_id, number=str(number)))
        stage.run()

    answer = stage.messenger.answers[-1]
    assert isinstance(answer, Trouble)
    assert answer.reason == "limit_asks"
    assert len(stage.messenger.dms) == 10


def test_an_altered_button_asks_nobody(stage: Rehearsal) -> None:
    """security.md 6"""
    stage.ask(pressed("ask", MAYA, "0123456789abcdef"))
    stage.run()

    assert stage.messenger.dms == []


def test_an_admin_hears_which_tool_it_is_about_even_where_nothing_is_set_up(stage: Rehearsal) -> None:
    newcomer = Person(None, "T2", "U9")
    stage.ask(pressed("ask", newcomer, refused(stage, newcomer, "github").draft_id))
    stage.run()

    question = stage.messenger.dms[-1]
    assert isinstance(question, AdminAsked)
    assert (question.reason, question.tool) == ("workspace_unmapped", "github")


def test_the_operator_who_sets_the_workspace_up_helps_everybody_who_waits(stage: Rehearsal) -> None:
    trouble = refused(stage)
    ask(stage, trouble)

    stage.ask(pressed("fixed", replace(ADMIN, user_id="operator")))
    stage.run()

    assert stage.messenger.dms[-1] == Helped(trouble.draft_id, "gitlab")


def test_the_operator_who_sets_a_whole_grid_up_helps_all_its_workspaces_that_have_no_set_up_of_their_own(
    stage: Rehearsal,
) -> None:
    own, newcomer = refused(stage), refused(stage, NEWCOMER, "github")
    assert newcomer.reason == "workspace_unmapped"
    ask(stage, own)
    ask(stage, newcomer, NEWCOMER)
    before = len(stage.messenger.dms)
    stage.setups.save(Setup("E1", "org_b"), "the operator's")

    stage.ask(pressed("fixed", Person(None, "E1", "operator")))
    stage.run()

    assert stage.messenger.dms[before:] == [Helped(newcomer.draft_id, "github")]
