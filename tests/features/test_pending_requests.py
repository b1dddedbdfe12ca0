"""What was waited for is mended: who is told, when, and what one press does then."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from slack_app.adapters.setups import RedisSetups
from slack_app.errors import UpstreamError
from slack_app.features.ask_admin import AdminRequest, ProblemResolved
from slack_app.features.deliver_link import LinkReady
from slack_app.features.details import Details
from slack_app.features.key import AskKey, SealedKey
from slack_app.features.pending_requests import HandledByAdmin, YouCanRetry, is_solved_by
from slack_app.model.jobs import VERSION, Draft
from slack_app.model.messages import Failure, MessageRef
from slack_app.model.users import SlackUser
from slack_app.model.workspaces import KeyMode, Setup
from tests.features.requesters import ADMIN, LEON, MAYA, NEWCOMER, ask, pressed, refused, with_admins
from tests.worker_harness import JOB, SLACK_DOWN, SLACK_REFUSES, WorkerHarness


@pytest.fixture
def stage() -> WorkerHarness:
    return with_admins()


def test_whose_request_a_newer_version_keeps_is_told_by_a_worker_of_that_version(stage: WorkerHarness) -> None:
    failure = refused(stage)
    ask(stage, failure)
    key = f"slack_app:draft:{failure.draft_id}"
    kept = stage.redis.get(key)
    stage.redis.set(key, json.dumps({**json.loads(kept), "v": VERSION + 1}), keepttl=True)
    stage.enqueue(pressed("admins.offer_tool", ADMIN, tool="gitlab"))
    stage.run()
    stage.redis.set(key, kept, keepttl=True)  # as this version can read it: the worker of the newer one

    stage.now += 61
    stage.run()

    assert stage.messenger.dms[-1] == YouCanRetry(failure.draft_id, "gitlab", "U0ADMIN")


def test_one_press_of_an_admin_offers_the_tool_and_everybody_who_waits_was_notified(stage: WorkerHarness) -> None:
    first, second = refused(stage), refused(stage, LEON)
    ask(stage, first)
    ask(stage, second, LEON)

    stage.enqueue(pressed("admins.offer_tool", ADMIN, tool="gitlab"))
    stage.run()

    assert stage.messenger.answers[-1] == ProblemResolved(2, "gitlab")
    assert sorted(zip(stage.messenger.dm_to[2:], stage.messenger.dms[2:], strict=True), key=str) == [
        ("U1", YouCanRetry(first.draft_id, "gitlab", "U0ADMIN")),
        ("U2", YouCanRetry(second.draft_id, "gitlab", "U0ADMIN")),
    ]
    setup = stage.setups.get("T1")
    assert setup
    assert setup.allowed_connectors == ("github", "gitlab")
    assert [(change.who, change.what, change.about) for change in stage.audit.last(9)] == [
        ("U1", "refused", "connector_not_offered gitlab"),
        ("U2", "refused", "connector_not_offered gitlab"),
        ("U0ADMIN", "offered", "gitlab"),
    ]


def test_whoever_wanted_to_disconnect_is_not_told_that_they_can_connect(stage: WorkerHarness) -> None:
    # given a request about a connection that an admin has to make possible
    stage.platform.accounts_error = UpstreamError("platform", status=401)
    stage.enqueue(pressed("disconnect.ask", MAYA, tool="github"))
    stage.run()
    failure = stage.messenger.answers[-1]
    assert isinstance(failure, Failure)
    assert failure.reason == "account_unauthorized"
    ask(stage, failure)
    question = stage.messenger.dms[-1]
    assert isinstance(question, AdminRequest)
    assert question.tool == ""

    # when it is solved
    stage.enqueue(pressed("admins.confirm_fixed", ADMIN, question.cause))
    stage.run()

    # then the person hears that they can try again, which does what they wanted
    assert stage.messenger.dms[-1] == YouCanRetry(failure.draft_id, "", "U0ADMIN")


def test_what_is_solved_twice_is_told_twice_and_a_repeated_press_tells_nobody(stage: WorkerHarness) -> None:
    failure = refused(stage)
    ask(stage, failure)
    stage.enqueue(pressed("admins.offer_tool", ADMIN, tool="gitlab"))
    stage.run()
    stage.setups.save(Setup("T1", "org_a", allowed_connectors=("github",)), "taken back", is_forced=True)
    stage.enqueue(pressed("admins.ask", MAYA, failure.draft_id, number="2"))
    stage.run()
    before = len([fact for fact in stage.messenger.dms if isinstance(fact, YouCanRetry)])

    for _ in range(2):
        stage.enqueue(pressed("admins.offer_tool", ADMIN, tool="gitlab", number="again"))
        stage.run()

    told = [fact for fact in stage.messenger.dms if isinstance(fact, YouCanRetry)]
    assert (before, len(told)) == (1, 2)


def test_a_tool_that_an_admin_offers_counts_in_their_workspace_of_a_grid_alone(stage: WorkerHarness) -> None:
    stage.setups.save(Setup("E1", "org_a", allowed_connectors=("github",)), "the owner of the Grid")
    ask(stage, refused(stage, NEWCOMER), NEWCOMER)

    stage.enqueue(pressed("admins.offer_tool", replace(ADMIN, team_id="T2"), tool="gitlab"))
    stage.run()

    kept, here = stage.setups.get("E1"), stage.setups.for_user(NEWCOMER)
    assert kept
    assert here
    assert kept.allowed_connectors == ("github",)
    assert (here.organization_id, here.allowed_connectors) == ("org_a", ("github", "gitlab"))


def test_one_press_repeats_what_the_person_wanted_in_the_same_message(stage: WorkerHarness) -> None:
    failure = refused(stage)
    ask(stage, failure)
    stage.enqueue(pressed("admins.offer_tool", ADMIN, tool="gitlab"))
    stage.run()

    again = pressed("requests.retry", MAYA, failure.draft_id, message=MessageRef("D-U1", "3"))
    stage.enqueue(replace(again, response_url="", channel_id="D-U1"))
    stage.run()
    stage.run()

    assert [type(fact) for posted, fact in stage.messenger.edits if posted == MessageRef("D-U1", "3")] == [LinkReady]
    assert stage.platform.asked == [("org_a", "gitlab", {})]


def test_what_is_repeated_from_a_private_message_takes_its_place_and_its_end_is_told_there(
    stage: WorkerHarness,
) -> None:
    """slack-truth.md 3.1"""
    failure = refused(stage)  # of a command, whose response URL replaces nothing
    stage.setups.save(Setup("T1", "org_a"), "solved", is_forced=True)

    again = pressed("requests.retry", MAYA, failure.draft_id, can_replace=True)
    stage.enqueue(replace(again, response_url="https://hooks.slack.com/actions/x"))
    stage.run()
    stage.run()

    (live,) = stage.links.of_workspace("T1")
    assert [answer.response_url for answer in live.ephemerals] == ["https://hooks.slack.com/actions/x"]


def test_what_is_repeated_from_the_direct_message_is_told_there_alone(stage: WorkerHarness) -> None:
    """slack-truth.md 3.1"""
    stage.enqueue(replace(JOB, connector_type="gitlab", can_replace=True, is_from_home=True))
    stage.run()
    failure = stage.messenger.answers[-1]
    assert isinstance(failure, Failure)
    stage.setups.save(Setup("T1", "org_a"), "solved", is_forced=True)

    again = pressed("requests.retry", MAYA, failure.draft_id, message=MessageRef("D-U1", "3"))
    stage.enqueue(replace(again, response_url="", channel_id="D-U1"))
    stage.run()
    stage.run()

    (live,) = stage.links.of_workspace("T1")
    assert live.ephemerals == ()


def test_what_was_filled_in_is_repeated_in_the_message_that_was_pressed(stage: WorkerHarness) -> None:
    stage.setups.save(Setup("T1", "org_a"), "all tools", is_forced=True)
    stage.enqueue(replace(JOB, connector_type="sharepoint"))
    stage.run()
    asked = stage.messenger.answers[-1]
    assert isinstance(asked, Details)
    stage.platform.error = UpstreamError("platform", status=403)
    filled = pressed("details.submit", MAYA, asked.draft_id, "sharepoint", parameters={"site_name": "Team"})
    stage.enqueue(replace(filled, response_url="", channel_id=""))
    stage.run()
    failure = stage.messenger.dms[-1]
    assert isinstance(failure, Failure)
    stage.platform.error = None

    again = pressed("requests.retry", MAYA, failure.draft_id, message=MessageRef("D-U1", "3"))
    stage.enqueue(replace(again, response_url="", channel_id="D-U1"))
    stage.run()
    stage.run()

    assert [type(fact) for posted, fact in stage.messenger.edits if posted == MessageRef("D-U1", "3")] == [LinkReady]
    assert stage.platform.asked[-1] == ("org_a", "sharepoint", {"site_name": "Team"})


def test_nobody_repeats_what_somebody_else_wanted(stage: WorkerHarness) -> None:
    """security.md 6"""
    failure = refused(stage)

    stage.enqueue(pressed("requests.retry", LEON, failure.draft_id))
    stage.run()

    answer = stage.messenger.answers[-1]
    assert isinstance(answer, Failure)
    assert answer.reason == "button_outdated"


def test_what_is_mended_elsewhere_is_told_by_a_press(stage: WorkerHarness) -> None:
    stage.platform.error = UpstreamError("platform", status=403)
    failure = refused(stage, tool="github")
    ask(stage, failure)
    stage.platform.error = None

    stage.enqueue(pressed("admins.confirm_fixed", ADMIN, "forbidden/github"))
    stage.run()

    assert stage.messenger.answers[-1] == ProblemResolved(1)
    assert stage.messenger.dms[-1] == YouCanRetry(failure.draft_id, "GitHub", "U0ADMIN")


def test_the_operator_who_sets_the_workspace_up_helps_everybody_who_waits(stage: WorkerHarness) -> None:
    failure = refused(stage)
    ask(stage, failure)
    stage.setups.save(Setup("T1", "org_a"), "the operator's", is_forced=True)

    stage.enqueue(pressed("requests.resolve", replace(ADMIN, user_id="operator")))
    stage.run()

    assert stage.messenger.dms[-1] == YouCanRetry(failure.draft_id, "gitlab")
    assert [fact for _, fact in stage.messenger.edits] == 2 * [HandledByAdmin(MAYA, "gitlab", "")]


def test_the_operator_also_helps_whoever_asked_in_the_second_before(stage: WorkerHarness) -> None:
    """The worker remembered the setup of before for a second, told nobody, and was not asked again."""
    # given somebody who waits, of whose workspace the worker has just read the setup
    failure = refused(stage)
    ask(stage, failure)
    assert stage.setups.get("T1")

    # when the operator changes that, in a process of their own
    RedisSetups(stage.redis, {}).save(Setup("T1", "org_a"), "the operator's", is_forced=True)
    stage.enqueue(pressed("requests.resolve", replace(ADMIN, user_id="operator")))
    stage.run()

    # then they are told
    assert stage.messenger.dms[-1] == YouCanRetry(failure.draft_id, "gitlab")


def test_a_set_up_that_mends_nothing_tells_nobody_that_it_did(stage: WorkerHarness) -> None:
    ask(stage, refused(stage))
    stage.setups.save(
        Setup("T1", "org_a", allowed_connectors=("github",), guests_allowed=False), "changed", is_forced=True
    )

    stage.enqueue(pressed("requests.resolve", replace(ADMIN, user_id="operator")))
    stage.run()

    assert [type(fact) for fact in stage.messenger.dms] == [AdminRequest, AdminRequest]
    assert stage.asks.causes("T1") == ["connector_not_offered/gitlab"]


def test_whoever_asked_twice_is_told_once(stage: WorkerHarness) -> None:
    ask(stage, refused(stage))
    again = refused(stage, number="2")
    stage.enqueue(pressed("admins.ask", MAYA, again.draft_id, number="2"))
    stage.run()

    stage.enqueue(pressed("admins.offer_tool", ADMIN, tool="gitlab"))
    stage.run()

    assert stage.messenger.answers[-1] == ProblemResolved(1, "gitlab")
    assert len([fact for fact in stage.messenger.dms if isinstance(fact, YouCanRetry)]) == 1


def test_the_other_admins_messages_say_that_it_is_done_and_by_whom(stage: WorkerHarness) -> None:
    ask(stage, refused(stage))

    stage.enqueue(pressed("admins.offer_tool", ADMIN, tool="gitlab", message=MessageRef("D-U0ADMIN", "1")))
    stage.run()

    assert sorted(stage.messenger.edits, key=str) == [
        (MessageRef("D-U0ADMIN", "1"), ProblemResolved(1, "gitlab")),
        (MessageRef("D-U0OWNER", "2"), HandledByAdmin(MAYA, "gitlab", "U0ADMIN")),
    ]


def test_while_slack_is_away_nobody_who_waits_is_forgotten(stage: WorkerHarness) -> None:
    ask(stage, refused(stage))
    stage.messenger.dm_error = SLACK_DOWN
    stage.enqueue(pressed("admins.offer_tool", ADMIN, tool="gitlab"))
    stage.run()

    stage.messenger.dm_error = None
    stage.now += 120
    stage.run()

    assert isinstance(stage.messenger.dms[-1], YouCanRetry)


def test_a_grid_that_is_mapped_anew_helps_its_workspaces_that_only_have_rules_of_their_own(
    stage: WorkerHarness,
) -> None:
    rules = Setup("T2", "", guests_allowed=False, enterprise_id="E1", is_inherited=True)
    stage.setups.save(rules, "rules of the admins")
    failure = refused(stage, NEWCOMER, "github")
    assert failure.reason == "workspace_unmapped"
    ask(stage, failure, NEWCOMER)
    stage.setups.save(Setup("E1", "org_b"), "the operator's")

    stage.enqueue(pressed("requests.resolve", SlackUser(None, "E1", "operator")))
    stage.run()

    assert stage.messenger.dms[-1] == YouCanRetry(failure.draft_id, "GitHub")


def test_a_key_that_came_too_early_is_asked_for_again_when_the_workspace_is_set_up(stage: WorkerHarness) -> None:
    sealed = SealedKey(stage.keys.seal(NEWCOMER, "ak_mine_0123456789"))
    job = replace(JOB, id="T2:U9:k", person=NEWCOMER, kind="key.save", connector_type="")
    stage.enqueue(replace(job, view_id="V1", payload=sealed))
    stage.run()
    told = stage.messenger.updates[-1][1]
    assert isinstance(told, Failure)
    stage.setups.save(Setup("T2", "org_b", KeyMode.PER_USER), "set up")

    stage.enqueue(pressed("requests.retry", NEWCOMER, told.draft_id, trigger_id="1.2.3"))
    stage.run()

    assert stage.messenger.modals == [AskKey("org_b", None)]


def test_what_was_filled_in_waits_as_long_as_the_request(stage: WorkerHarness) -> None:
    stage.setups.save(Setup("T1", "org_a", allowed_connectors=("github", "sharepoint")), "offered", is_forced=True)
    outer = refused(stage, tool="gitlab")
    filled = replace(JOB, id="T1:U1:details", connector_type="sharepoint", parameters={"site_name": "x"})
    inner = stage.drafts.save(Draft(filled))
    draft = stage.drafts.get(outer.draft_id, MAYA)
    assert draft
    stage.drafts.save(replace(draft, job=replace(draft.job, kind="details.submit", target_id=inner)))

    ask(stage, outer)

    assert stage.redis.ttl(f"slack_app:draft:{inner}") > 6 * 24 * 3600


@pytest.mark.parametrize(
    ("cause", "key_mode", "is_new_credentials", "is_over"),
    [
        ("workspace_unmapped", KeyMode.OPERATOR, False, True),
        ("workspace_key_missing", KeyMode.OPERATOR, False, False),
        ("workspace_key_missing", KeyMode.SHARED, True, True),
        ("unauthorized", KeyMode.SHARED, False, False),
        ("unauthorized", KeyMode.SHARED, True, True),
        ("forbidden/github", KeyMode.SHARED, False, False),
        ("forbidden/github", KeyMode.PER_USER, True, True),
        ("connector_not_offered/github", KeyMode.PER_USER, False, True),
        ("connector_not_offered/gitlab", KeyMode.PER_USER, True, False),
    ],
)
def test_a_set_up_mends_what_it_changes(cause: str, key_mode: KeyMode, is_new_credentials: bool, is_over: bool) -> None:
    setup = Setup("T1", "org_a", key_mode, allowed_connectors=("github",))

    assert is_solved_by(cause, setup, is_new_credentials=is_new_credentials) is is_over


def test_the_operator_who_sets_a_whole_grid_up_helps_all_its_workspaces_that_have_no_set_up_of_their_own(
    stage: WorkerHarness,
) -> None:
    own, newcomer = refused(stage), refused(stage, NEWCOMER, "github")
    assert newcomer.reason == "workspace_unmapped"
    ask(stage, own)
    ask(stage, newcomer, NEWCOMER)
    before = len(stage.messenger.dms)
    stage.setups.save(Setup("E1", "org_b"), "the operator's")

    stage.enqueue(pressed("requests.resolve", SlackUser(None, "E1", "operator")))
    stage.run()

    assert stage.messenger.dms[before:] == [YouCanRetry(newcomer.draft_id, "GitHub")]


def test_an_admin_whose_message_is_gone_hears_nothing_more(stage: WorkerHarness) -> None:
    ask(stage, refused(stage))
    stage.messenger.edit_error = SLACK_REFUSES

    stage.enqueue(pressed("admins.offer_tool", ADMIN, tool="gitlab"))
    stage.run()

    assert stage.is_idle
    assert isinstance(stage.messenger.dms[-1], YouCanRetry)
