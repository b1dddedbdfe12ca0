"""A key of one's own: asked for when it is needed, checked, kept, and then what the person wanted goes on."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any, cast

import pytest
from cryptography.fernet import Fernet

from slack_app.adapters.secrets.keys import RedisKeys
from slack_app.adapters.secrets.vault import Vault
from slack_app.errors import Meaning, UpstreamError
from slack_app.features.change import NotConnected
from slack_app.features.connect import AnsweredElsewhere, LinkInModal
from slack_app.features.deliver_link import LinkAnswer, LinkReady
from slack_app.features.key import AskKey, KeyRemoved, KeySaved, KeyShown, NoKeyNeeded, SealedKey
from slack_app.features.verbs import read
from slack_app.model.jobs import Job
from slack_app.model.links import Link
from slack_app.model.messages import Failure, MessageRef
from slack_app.model.tools import Connector
from slack_app.model.users import Role, SlackUser
from slack_app.model.workspaces import Credentials, KeyMode, Setup
from tests.contents import contents
from tests.worker_harness import DOWN, JOB, WorkerHarness

KEY = "ak_mine_0123456789abcd"


@pytest.fixture
def stage() -> WorkerHarness:
    stage = WorkerHarness()
    stage.setups.save(Setup("T1", "org_a", KeyMode.PER_USER), "set up")
    return stage


def given(
    stage: WorkerHarness, key: str = KEY, about: str = "", person: SlackUser = JOB.person, number: str = "k"
) -> Job[Any]:
    """The modal as it was submitted."""
    job = replace(JOB, id=f"T1:{person.user_id}:{number}", person=person, kind="key.save", connector_type="")
    return replace(
        job,
        response_url="",
        channel_id="",
        target_id=about,
        view_id="V1",
        payload=SealedKey(stage.keys.seal(person, key)),
    )


def asked(kind: str, number: str = "a") -> Job:
    return replace(JOB, id=f"T1:U1:{number}", kind=kind, connector_type="", trigger_id="1.2.3")


def do(stage: WorkerHarness, job: Job) -> None:
    stage.enqueue(job)
    stage.run()
    stage.run()


def test_without_a_key_the_person_is_asked_for_one_and_their_request_waits(stage: WorkerHarness) -> None:
    do(stage, JOB)

    [failure] = stage.messenger.answers
    assert isinstance(failure, Failure)
    assert failure.reason == "key_needed"
    assert failure.draft_id
    assert stage.platform.asked == []


def test_the_request_goes_on_by_itself_with_the_persons_own_key(stage: WorkerHarness) -> None:
    do(stage, JOB)
    failure = stage.messenger.answers[-1]
    assert isinstance(failure, Failure)

    do(stage, given(stage, about=failure.draft_id))

    assert [type(fact) for fact in stage.messenger.dms] == [LinkReady]
    assert isinstance(stage.messenger.answers[-1], LinkAnswer)
    assert stage.platform.keys_used == {KEY}


def test_somebody_elses_key_is_never_used(stage: WorkerHarness) -> None:
    """security.md 7"""
    do(stage, given(stage))

    do(stage, replace(JOB, id="T1:U2:1", person=replace(JOB.person, user_id="U2")))

    failure = stage.messenger.answers[-1]
    assert isinstance(failure, Failure)
    assert failure.reason == "key_needed"


def test_a_key_sealed_for_one_person_does_not_open_for_another(stage: WorkerHarness) -> None:
    """security.md 15"""
    stolen = given(stage)
    do(stage, replace(stolen, person=replace(JOB.person, user_id="U2")))

    assert stage.keys.get(replace(JOB.person, user_id="U2")) is None


@pytest.mark.parametrize(
    ("error", "problem"),
    [
        (UpstreamError("platform", status=401), "key_not_accepted"),
        (UpstreamError("platform", status=403), "organization_not_allowed"),
        (UpstreamError("platform", status=404), "organization_unknown"),
        (UpstreamError("platform", status=200, code="unusable"), "platform_odd"),
        (DOWN, "platform_away"),
    ],
)
def test_a_key_that_the_platform_refuses_is_not_kept_and_why_is_said(
    stage: WorkerHarness, error: UpstreamError, problem: str
) -> None:
    stage.platform.accounts_error = error

    do(stage, given(stage))

    assert stage.messenger.updates == [("V1", AskKey("org_a", None, problem=problem, is_admin=False))]
    assert stage.keys.get(JOB.person) is None


def test_a_key_that_this_process_cannot_open_is_asked_for_again(stage: WorkerHarness) -> None:
    """A web process that has a newer encryption key than this worker sealed it."""
    job = given(stage)
    elsewhere = RedisKeys(stage.redis, Vault([Fernet.generate_key().decode()]), stage.setups)

    do(stage, replace(job, payload=SealedKey(elsewhere.seal(JOB.person, KEY))))

    assert stage.messenger.updates == [("V1", AskKey("org_a", None, problem="key_unreadable", is_admin=False))]


def test_no_secret_is_shown_by_what_carries_it() -> None:
    """security.md 17"""
    link = Link("https://github.com/?state=s1", "s1", "github.com", "org_a", "github", 1.0, 2.0, fingerprint="f1")

    for carrier in (Credentials("org_a", KEY, KeyMode.PER_USER), given(WorkerHarness()), link):
        assert not {KEY, "s1", "gAAAA"} & set(re.findall(r"[\w-]+", repr(carrier)))


def test_the_message_that_asked_for_the_key_asks_no_more(stage: WorkerHarness) -> None:
    do(stage, replace(JOB, channel_id="D-U1"))
    prompt = stage.messenger.dms[-1]
    assert isinstance(prompt, Failure)
    do(stage, replace(asked("key.open"), target_id=prompt.draft_id, message=MessageRef("D-U1", "1")))

    do(stage, given(stage, about=prompt.draft_id))

    assert stage.messenger.edits == [(MessageRef("D-U1", "1"), KeySaved("org_a", "abcd", goes_on=True))]
    assert [type(fact) for fact in stage.messenger.dms] == [Failure, LinkReady]


def test_whoever_has_closed_the_modal_is_told_in_a_message(stage: WorkerHarness) -> None:
    stage.messenger.modal_error = UpstreamError("slack", status=200, code="not_found")

    do(stage, given(stage))

    assert stage.messenger.dms == [KeySaved("org_a", "abcd", goes_on=False)]


def test_the_modal_opens_or_a_button_that_opens_it_is_there(stage: WorkerHarness) -> None:
    do(stage, replace(asked("key.open"), target_id="d1"))
    assert stage.messenger.modals == [AskKey("org_a", None, "d1")]

    stage.messenger.modal_error = UpstreamError("slack", status=200, code="expired_trigger_id")
    do(stage, replace(asked("key.open", "b"), target_id="d1"))

    assert stage.messenger.answers == [AskKey("org_a", None, "d1", was_late=True)]


def test_a_key_can_be_seen_by_its_ending_changed_and_removed(stage: WorkerHarness) -> None:
    do(stage, asked("key.show", "1"))
    do(stage, given(stage, number="2"))
    do(stage, asked("key.show", "3"))
    do(stage, given(stage, "ak_other_0123456789wxyz", number="4"))
    do(stage, asked("key.show", "5"))
    do(stage, asked("key.remove", "6"))
    do(stage, asked("key.remove", "7"))

    endings = [fact.ending for fact in stage.messenger.answers if isinstance(fact, KeyShown)]
    assert endings == [None, "abcd", "wxyz"]
    assert stage.messenger.answers[-1] == KeyRemoved()
    assert stage.keys.get(JOB.person) is None
    assert [change.what for change in stage.audit.last(9)] == ["key_added", "key_changed", "key_removed"]


def test_nothing_is_shown_of_a_short_key(stage: WorkerHarness) -> None:
    do(stage, given(stage, "ak_short1"))

    do(stage, asked("key.show"))

    assert stage.messenger.answers == [KeyShown("org_a", "")]


def test_where_one_key_is_for_all_nobody_needs_one(stage: WorkerHarness) -> None:
    stage.setups.save(Setup("T1", "org_a", KeyMode.SHARED, version=1), "changed")

    do(stage, asked("key.show"))

    assert stage.messenger.answers == [NoKeyNeeded()]


def test_whoever_was_asked_before_one_key_became_for_all_is_not_asked_any_more(stage: WorkerHarness) -> None:
    """Issue 13, point 7: no detours; the button asked for a key that nobody needs, and the request waited for it."""
    do(stage, JOB)
    draft_id = cast(Failure, stage.messenger.answers[-1]).draft_id
    shared(stage)

    do(stage, replace(asked("key.open"), target_id=draft_id))

    assert stage.messenger.modals == []
    assert isinstance(stage.messenger.dms[-1], LinkReady)
    assert stage.drafts.waiting_for_key(JOB.person) == []

    do(stage, asked("key.open", "b"))
    assert (stage.messenger.answers[-1], stage.messenger.modals) == (NoKeyNeeded(), [])


def test_a_key_that_nobody_needs_any_more_when_it_comes_is_not_kept_and_what_waited_goes_on(
    stage: WorkerHarness,
) -> None:
    do(stage, JOB)
    draft_id = cast(Failure, stage.messenger.answers[-1]).draft_id
    shared(stage)

    do(stage, given(stage, about=draft_id))

    assert stage.messenger.updates == [("V1", NoKeyNeeded())]
    assert isinstance(stage.messenger.dms[-1], LinkReady)
    assert (stage.keys.get(JOB.person), stage.platform.keys_used) == (None, {"ak_shared_0123456789"})


def shared(stage: WorkerHarness) -> None:
    """One key is for all from now on."""
    setup = Setup("T1", "org_a", KeyMode.SHARED, version=1)
    stage.setups.save(setup, "changed", sealed_key=stage.keys.seal_shared(setup, "ak_shared_0123456789"))


def test_a_key_that_stops_working_is_the_persons_own_matter(stage: WorkerHarness) -> None:
    do(stage, given(stage))
    stage.platform.error = UpstreamError("platform", status=401)

    do(stage, JOB)

    failure = stage.messenger.answers[-1]
    assert isinstance(failure, Failure)
    assert failure.reason == "key_refused"
    assert failure.draft_id


def test_no_key_stands_anywhere_in_the_clear(stage: WorkerHarness) -> None:
    """security.md 15"""
    do(stage, JOB)
    do(stage, given(stage))

    kept = contents(stage.redis)

    assert "slack_app:" in kept
    assert KEY not in kept


def test_a_link_ends_when_its_persons_key_is_another_and_the_new_one_asks_nothing_of_it(stage: WorkerHarness) -> None:
    do(stage, given(stage))
    do(stage, JOB)
    do(stage, given(stage, "ak_other_0123456789wxyz", number="other"))

    stage.now += 30
    stage.run()

    [(_, ended)] = stage.messenger.edits
    assert ended.live.outcome == "revoked"  # type: ignore[attr-defined]
    assert stage.platform.completions == []


def test_a_link_made_with_the_key_for_all_is_not_given_to_whoever_has_a_key_of_their_own_now(
    stage: WorkerHarness,
) -> None:
    """security.md 7"""
    setup = stage.setups.for_user(JOB.person)
    assert setup
    shared = replace(setup, key_mode=KeyMode.SHARED)
    stage.setups.save(shared, "shared", sealed_key=stage.keys.seal_shared(shared, "ak_shared_0123456789"))
    do(stage, JOB)
    now = stage.setups.for_user(JOB.person)
    assert now
    stage.setups.save(replace(now, key_mode=KeyMode.PER_USER), "own")
    do(stage, given(stage, number="own"))

    do(stage, replace(JOB, id="T1:U1:2"))

    first, second = (fact for fact in stage.messenger.dms if isinstance(fact, LinkReady))
    assert first.live.link.state != second.live.link.state
    assert stage.platform.keys_used == {"ak_shared_0123456789", KEY}


def test_a_link_ends_when_its_persons_key_is_gone(stage: WorkerHarness) -> None:
    do(stage, given(stage))
    do(stage, JOB)
    do(stage, asked("key.remove"))

    stage.now += 30
    stage.run()

    [(_, ended)] = stage.messenger.edits
    assert ended.live.outcome == "revoked"  # type: ignore[attr-defined]


def failures(stage: WorkerHarness) -> list[Failure]:
    return [fact for fact in stage.messenger.answers if isinstance(fact, Failure)]


def test_every_request_that_waits_goes_on_whichever_prompt_brought_the_key(stage: WorkerHarness) -> None:
    do(stage, JOB)
    do(stage, replace(JOB, id="T1:U1:2", connector_type="gitlab"))
    do(stage, replace(JOB, id="T1:U1:3"))  # the first once more

    do(stage, given(stage, about=failures(stage)[1].draft_id))

    links = [fact.live.link.connector_type for fact in stage.messenger.dms if isinstance(fact, LinkReady)]
    assert sorted(links) == ["github", "gitlab"]


def test_of_two_sentences_that_wait_for_a_key_both_go_on(stage: WorkerHarness) -> None:
    """What is to be changed stands in the sentence alone, and was taken for one request twice."""
    tools = [Connector("github", "GitHub"), Connector("gitlab", "GitLab")]
    stage.catalogue.save("org_a", tools)
    for number, tool in enumerate(tools):
        said = read(["disconnect", tool.tool_key], is_command=True)
        do(stage, replace(JOB, id=f"T1:U1:{number}", kind="disconnect.ask", connector_type="", payload=said))
    stage.messenger.answers.clear()

    do(stage, given(stage, about=""))

    told = [fact.tool for fact in stage.messenger.answers if isinstance(fact, NotConnected)]
    assert sorted(told) == ["GitHub", "GitLab"]


def test_a_key_that_was_added_without_a_prompt_lets_what_waits_go_on(stage: WorkerHarness) -> None:
    do(stage, JOB)

    do(stage, given(stage))

    assert [type(fact) for _, fact in stage.messenger.updates] == [KeySaved, LinkInModal]
    assert [type(fact) for fact in stage.messenger.dms] == [LinkReady]


def test_the_modal_that_took_the_key_says_where_the_link_comes_and_then_shows_it(stage: WorkerHarness) -> None:
    """wording.md, key kept."""
    do(stage, JOB)

    do(stage, given(stage, about=failures(stage)[0].draft_id))

    [ready] = stage.messenger.dms
    assert isinstance(ready, LinkReady)
    saved = KeySaved("org_a", "abcd", goes_on=True, is_link_next=True, tool="GitHub", channel_id="C1")
    (_, first), (view_id, then) = stage.messenger.updates
    assert (first, view_id) == (saved, "V1")
    assert isinstance(then, LinkInModal)
    assert (then.live.id, then.key_ending) == (ready.live.id, "abcd")


def test_of_several_requests_the_one_whose_prompt_was_pressed_comes_into_the_modal(stage: WorkerHarness) -> None:
    do(stage, replace(JOB, id="T1:U1:s", kind="status.show", connector_type=""))
    do(stage, replace(JOB, id="T1:U1:2", connector_type="gitlab"))
    do(stage, JOB)

    do(stage, given(stage, about=failures(stage)[1].draft_id))

    shown = [fact.live.link.connector_type for _, fact in stage.messenger.updates if isinstance(fact, LinkInModal)]
    assert shown == ["gitlab"]


def test_where_no_link_comes_of_it_the_modal_says_where_the_answer_is(stage: WorkerHarness) -> None:
    do(stage, replace(JOB, connector_type="sharepoint"))
    do(stage, given(stage, about=failures(stage)[0].draft_id))
    assert stage.messenger.updates[-1] == ("V1", AnsweredElsewhere("C1", "abcd"))

    do(stage, asked("key.remove", "r"))
    do(stage, replace(JOB, id="T1:U1:s", kind="status.show", connector_type="", response_url=""))
    stage.messenger.updates.clear()
    do(stage, given(stage, number="k2"))
    assert stage.messenger.updates == [("V1", KeySaved("org_a", "abcd", goes_on=True))]


def test_a_link_that_stands_in_the_private_answer_alone_is_not_said_to_be_in_the_messages(stage: WorkerHarness) -> None:
    stage.messenger.dm_error = UpstreamError("slack", status=200, code="cannot_dm_bot", meaning=Meaning.OTHER_WAY)
    do(stage, JOB)

    do(stage, given(stage, about=failures(stage)[0].draft_id))

    assert isinstance(stage.messenger.answers[-1], LinkAnswer)
    assert stage.messenger.updates[-1] == ("V1", AnsweredElsewhere("C1", "abcd"))


def test_a_key_that_is_there_is_not_asked_for_again(stage: WorkerHarness) -> None:
    do(stage, JOB)
    [failure] = failures(stage)
    do(stage, given(stage))

    do(stage, replace(asked("key.open"), target_id=failure.draft_id))

    assert stage.messenger.modals == []
    assert stage.platform.links == 1
    assert isinstance(stage.messenger.answers[-1], LinkAnswer)


def test_a_key_that_was_refused_is_asked_for_and_a_new_one_lets_the_request_go_on(stage: WorkerHarness) -> None:
    do(stage, given(stage))
    stage.platform.error = UpstreamError("platform", status=401)
    do(stage, JOB)
    [failure] = failures(stage)
    stage.platform.error = None

    do(stage, replace(asked("key.open"), target_id=failure.draft_id))
    assert [type(fact) for fact in stage.messenger.modals] == [AskKey]

    do(stage, given(stage, key="ak_other_0123456789wxyz", number="k2"))
    assert [type(fact) for fact in stage.messenger.dms] == [LinkReady]


def test_what_is_not_offered_is_said_before_a_key_is_asked_for(stage: WorkerHarness) -> None:
    stage.catalogue.save("org_a", [Connector("github", "GitHub"), Connector("notion", "Notion")])
    stage.setups.save(Setup("T1", "org_a", KeyMode.PER_USER, allowed_connectors=("notion",), version=1), "again")

    do(stage, JOB)

    assert [failure.reason for failure in failures(stage)] == ["connector_not_offered"]


@pytest.mark.parametrize("kind", ["connect", "key.show", "key.open", "key.save"])
def test_guests_who_may_not_connect_are_asked_for_no_key_and_leave_none(stage: WorkerHarness, kind: str) -> None:
    stage.setups.save(Setup("T1", "org_a", KeyMode.PER_USER, guests_allowed=False, version=1), "again")
    stage.people.roles["U1"] = Role.GUEST

    do(stage, given(stage) if kind == "key.save" else replace(JOB, kind=kind, trigger_id="1.2.3"))

    told = [*failures(stage), *(fact for _, fact in stage.messenger.updates)]
    assert [fact.reason for fact in told if isinstance(fact, Failure)] == ["guests_not_allowed"]
    assert stage.messenger.modals == []
    assert stage.keys.get(JOB.person) is None
