"""What a change of the setup does to links and connections is said first, with numbers, and only then done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, cast

import pytest

from slack_app.errors import UpstreamError
from slack_app.features.remove_setup import ConfirmRemoval, SetupRemoved
from slack_app.features.setup import SAVE_SETUP, SetupDone, SetupForm
from slack_app.features.setup_effect import SetupEffect
from slack_app.model.jobs import Job
from slack_app.model.links import Outcome
from slack_app.model.tools import Connection
from slack_app.model.users import Role, SlackUser
from slack_app.model.workspaces import Credentials, KeyMode, Setup
from slack_app.ports.jobs import Progress
from tests.features.test_setup import ADMIN, KEY, again, do, filled, pressed
from tests.worker_harness import DOWN, JOB, PlatformStub, WorkerHarness

MAYA, LEON = SlackUser(None, "T2", "U8"), SlackUser(None, "T2", "U9")
NEW_KEY = "ak_org_another_9876543"
THREE = [Connection(f"c{number}", "github", "GitHub", f"dev{number}@example.com") for number in range(3)]


class ByKey(PlatformStub):
    """Lists what belongs to the key's account, as the platform does; a key that is not named sees nothing."""

    def __init__(self, clock: Any) -> None:
        super().__init__(clock)
        self.of_key: dict[str, list[Connection]] = {KEY: list(THREE)}
        self.refused_keys: dict[str, UpstreamError] = {}

    def check(self, credentials: Credentials) -> None:
        self.keys_used.add(credentials.api_key)

    def accounts(self, credentials: Credentials) -> Sequence[Connection]:
        self.keys_used.add(credentials.api_key)
        if error := self.refused_keys.get(credentials.api_key):
            raise error
        return [replace(connection, id="") for connection in self.of_key.get(credentials.api_key, [])]


@pytest.fixture
def stage() -> WorkerHarness:
    """One key for all, and a link of Maya's and one of Leon's that are out."""
    stage = WorkerHarness(platform=ByKey)
    stage.people.roles = {"U0ADMIN": Role.ADMIN, "U0SECOND": Role.ADMIN}
    assert isinstance(do(stage, filled(stage)), SetupDone)
    links(stage)
    return stage


def links(stage: WorkerHarness) -> None:
    for person in (MAYA, LEON):
        stage.enqueue(replace(JOB, id=f"T2:{person.user_id}:link-{stage.platform.links}", person=person))
        stage.run()


def own_keys(stage: WorkerHarness) -> None:
    """Each person uses a key of their own, and Maya and Leon have left theirs."""
    stage.setups.save(Setup("T2", "org_b", KeyMode.PER_USER, configured_by="U0ADMIN", version=1), "own")
    for person in (MAYA, LEON):
        stage.keys.save(person, f"ak_own_{person.user_id}_0123456")
    links(stage)


def outcomes(stage: WorkerHarness) -> list[Outcome | None]:
    """Return how the links of the workspace ended, each polled once more."""
    stage.now += 60
    stage.run()
    return [live.outcome for live in stage.links.of_workspace("T2")]


def wanted(stage: WorkerHarness, key: str = "", **more: Any) -> Job[Any]:
    return filled(stage, key, number="2", **{"version": 1, **more})


def asked(stage: WorkerHarness, job: Job[Any]) -> SetupForm:
    form = do(stage, job)
    assert isinstance(form, SetupForm)
    assert form.effect, form.problem
    return form


def done_again(stage: WorkerHarness, job: Job[Any]) -> object:
    """Do the job once more, as for a worker that died when it was done; return what stands in the modal then."""
    stage.handlers[SAVE_SETUP](job, cast(Progress, None))
    return stage.messenger.updates[-1][1]


def listed(stage: WorkerHarness) -> ByKey:
    return cast(ByKey, stage.platform)


def test_whose_key_connects_changes_only_after_the_admin_saw_what_that_does(stage: WorkerHarness) -> None:
    job = wanted(stage, key_mode=KeyMode.PER_USER)

    form = asked(stage, job)

    assert form.effect == SetupEffect(KeyMode.SHARED, KeyMode.PER_USER, links=2, connections=3, own_keys=0)
    assert (form.setup.key_mode, form.setup.version) == (KeyMode.PER_USER, 1)
    assert stage.setups.version_of("T2") == 1
    assert outcomes(stage) == [None, None]

    assert isinstance(do(stage, again(job, form)), SetupDone)
    assert outcomes(stage) == [Outcome.REVOKED, Outcome.REVOKED]


def test_a_link_that_has_ended_or_is_not_good_any_more_is_not_counted(stage: WorkerHarness) -> None:
    [first, _] = stage.links.of_workspace("T2")
    stage.links.mark_finished(first, Outcome.CANCELLED)

    form = asked(stage, wanted(stage, key_mode=KeyMode.PER_USER))

    assert form.effect
    assert form.effect.links == 1
    stage.now += 600
    later = asked(stage, replace(wanted(stage, key_mode=KeyMode.PER_USER), id="T2:U0ADMIN:3"))
    assert later.effect
    assert later.effect.links == 0


def test_a_link_of_a_key_of_before_does_not_stop_working_twice(stage: WorkerHarness) -> None:
    listed(stage).of_key[NEW_KEY] = THREE
    setup = stage.setups.get("T2")
    assert setup
    stage.setups.save(setup, "another key", sealed_key=stage.keys.seal_shared(setup, NEW_KEY))

    form = asked(stage, wanted(stage, key_mode=KeyMode.PER_USER, version=2))

    assert form.effect == SetupEffect(KeyMode.SHARED, KeyMode.PER_USER, links=0, connections=3, own_keys=0)


def test_another_organization_keeps_what_was_typed_and_asks_first(stage: WorkerHarness) -> None:
    job = wanted(stage, NEW_KEY, organization_id="org_c", guests_allowed=False, allowed_connectors=["github"])

    form = asked(stage, job)

    assert form.effect == SetupEffect(KeyMode.SHARED, KeyMode.SHARED, 2, 3, 0, is_elsewhere=True)
    assert (form.ending, form.setup.organization_id, form.setup.guests_allowed) == ("6543", "org_c", False)
    done = do(stage, again(job, form, allowed_connectors=None))
    assert isinstance(done, SetupDone)
    assert (done.setup.organization_id, done.setup.allowed_connectors) == ("org_c", ("github",))
    setup = stage.setups.get("T2")
    assert setup
    assert stage.keys.shared(setup) == NEW_KEY


@pytest.mark.parametrize(("shown", "hidden"), [([], 3), (THREE[:2], 1)])
def test_another_key_for_all_counts_what_is_not_listed_under_it(
    stage: WorkerHarness, shown: list[Connection], hidden: int
) -> None:
    listed(stage).of_key[NEW_KEY] = shown

    form = asked(stage, wanted(stage, NEW_KEY))

    assert form.effect == SetupEffect(KeyMode.SHARED, KeyMode.SHARED, 2, hidden, 0)


def test_another_key_of_the_same_account_is_saved_at_once_where_no_link_is_out(stage: WorkerHarness) -> None:
    stage.now += 700
    stage.run()
    listed(stage).of_key[NEW_KEY] = THREE

    assert isinstance(do(stage, wanted(stage, NEW_KEY)), SetupDone)


@pytest.mark.parametrize("more", [{"guests_allowed": False}, {"allowed_connectors": ["github"]}, {"key": KEY}])
def test_what_ends_nothing_is_saved_at_once(stage: WorkerHarness, more: dict[str, Any]) -> None:
    assert isinstance(do(stage, wanted(stage, **more)), SetupDone)


@pytest.mark.parametrize("error", [DOWN, UpstreamError("platform", status=401)])
def test_connections_that_cannot_be_counted_now_are_not_said_to_be_none(
    stage: WorkerHarness, error: UpstreamError
) -> None:
    listed(stage).refused_keys = {KEY: error}

    form = asked(stage, wanted(stage, NEW_KEY, organization_id="org_c"))

    assert form.effect
    assert (form.effect.links, form.effect.connections) == (2, None)


def test_peoples_own_keys_are_counted_and_used_for_nobody_else(stage: WorkerHarness) -> None:
    own_keys(stage)
    stage.platform.keys_used.clear()

    form = asked(stage, wanted(stage, KEY, key_mode=KeyMode.SHARED, version=2))

    assert form.effect == SetupEffect(KeyMode.PER_USER, KeyMode.SHARED, links=2, connections=None, own_keys=2)
    assert stage.platform.keys_used == {KEY}


def test_a_first_setup_asks_nothing_twice() -> None:
    stage = WorkerHarness(platform=ByKey)
    stage.people.roles = {"U0ADMIN": Role.ADMIN}

    assert isinstance(do(stage, filled(stage)), SetupDone)


def test_the_job_that_asked_done_again_neither_asks_nor_saves_a_second_time(stage: WorkerHarness) -> None:
    job = wanted(stage, NEW_KEY, organization_id="org_c")
    form = asked(stage, job)
    do(stage, again(job, form))

    assert isinstance(done_again(stage, job), SetupDone)
    assert stage.setups.version_of("T2") == 2
    assert [change.what for change in stage.audit.last(9)] == ["set_up", "changed"]


def test_done_again_before_it_is_confirmed_it_asks_the_same_and_saves_nothing(stage: WorkerHarness) -> None:
    job = wanted(stage, NEW_KEY, organization_id="org_c")
    form = asked(stage, job)

    assert done_again(stage, job) == form
    assert stage.setups.version_of("T2") == 1


def test_a_confirmation_that_is_done_again_is_one_change(stage: WorkerHarness) -> None:
    job = wanted(stage, key_mode=KeyMode.PER_USER)
    form = asked(stage, job)

    do(stage, again(job, form))
    done = do(stage, replace(again(job, form), id="T2:U0ADMIN:pressed-twice"))

    assert isinstance(done, SetupDone)
    assert [change.what for change in stage.audit.last(9)] == ["set_up", "changed"]


def test_another_form_after_the_confirmation_is_not_said_to_be_saved(stage: WorkerHarness) -> None:
    """Slack showed that the first press had failed, and the admin changed a field and pressed once more"""
    job = wanted(stage, key_mode=KeyMode.PER_USER)
    form = asked(stage, job)
    do(stage, again(job, form))

    shown = do(stage, replace(again(job, form, guests_allowed=False), id="T2:U0ADMIN:changed"))

    assert (shown.problem, shown.setup.guests_allowed) == ("changed_meanwhile", True)
    assert stage.setups.version_of("T2") == 2


def test_what_did_not_fit_into_the_form_is_offered_once_and_can_be_taken_away_in_the_form_that_asks(
    stage: WorkerHarness,
) -> None:
    """What the first form could not show, and the second could, was offered whatever was chosen there"""
    many = [f"tool_{number:03}" for number in range(150)]
    now = stage.setups.get("T2")
    assert now
    stage.setups.save(replace(now, allowed_connectors=tuple(many)), "many")
    job = wanted(stage, key_mode=KeyMode.PER_USER, version=2, allowed_connectors=many[:50])

    form = asked(stage, job)
    done = do(stage, again(job, form, allowed_connectors=[*many[:50], *many[101:]]))

    assert form.setup.allowed_connectors == (*many[:50], *many[100:])
    assert isinstance(done, SetupDone)
    assert done.setup.allowed_connectors == (*many[:50], *many[101:])


def test_in_a_grid_the_key_that_waits_is_good_whichever_workspace_the_next_request_names() -> None:
    """slack-truth.md 1.4"""
    stage = WorkerHarness(platform=ByKey)
    stage.people.roles = {"U0ADMIN": Role.ADMIN}
    admin = SlackUser("E1", "T1", "U0ADMIN")
    elsewhere = filled(stage, NEW_KEY, replace(admin, team_id="T9"), organization_id="org_a", admin_contacts=["U1"])
    form = do(stage, replace(elsewhere, person=admin))

    shown = asked(stage, replace(again(elsewhere, form, admin_contacts=[]), id="T1:U0ADMIN:again", person=admin))

    assert (form.problem, form.ending, shown.ending) == ("helper_no_admin", "6543", "6543")


def test_what_was_asked_is_asked_again_when_it_is_another_change_by_now(stage: WorkerHarness) -> None:
    job = wanted(stage, NEW_KEY, organization_id="org_c")
    form = asked(stage, job)

    other = do(stage, again(job, form, organization_id="org_d"))

    assert isinstance(other, SetupForm)
    assert other.effect
    assert (other.setup.organization_id, other.ending) == ("org_d", "6543")
    setup = stage.setups.get("T2")
    assert setup
    assert setup.organization_id == "org_b"


@pytest.mark.parametrize("is_asked_before", [True, False])
def test_what_somebody_else_changed_meanwhile_is_shown_and_not_written_over(
    stage: WorkerHarness, is_asked_before: bool
) -> None:
    job = wanted(stage, key_mode=KeyMode.PER_USER)
    form = asked(stage, job) if is_asked_before else None
    second = replace(ADMIN, user_id="U0SECOND")
    do(stage, filled(stage, "", second, "s", version=1, guests_allowed=False))

    shown = do(stage, again(job, form) if form else job)

    assert isinstance(shown, SetupForm)
    assert (shown.problem, shown.effect, shown.setup.key_mode) == ("changed_meanwhile", None, KeyMode.SHARED)
    assert stage.setups.version_of("T2") == 2


@pytest.mark.parametrize(("typed", "is_confirmed"), [(NEW_KEY, True), ("ak_org_third_01234567", False)])
def test_the_same_key_typed_once_more_confirms_and_another_does_not(
    stage: WorkerHarness, typed: str, is_confirmed: bool
) -> None:
    """Slack may keep what was typed over an update: https://docs.slack.dev/surfaces/modals"""
    job = wanted(stage, NEW_KEY, organization_id="org_c")
    form = asked(stage, job)

    shown = do(stage, replace(again(job, form), payload=wanted(stage, typed, organization_id="org_c").payload))

    assert isinstance(shown, SetupDone) is is_confirmed
    assert getattr(shown, "ending", "6543") in ("6543", "4567")


def test_nobody_confirms_for_somebody_else(stage: WorkerHarness) -> None:
    job = wanted(stage, key_mode=KeyMode.PER_USER)
    form = asked(stage, job)
    second = replace(ADMIN, user_id="U0SECOND")

    shown = do(stage, replace(again(job, form), id="T2:U0SECOND:1", person=second))

    assert isinstance(shown, SetupForm)
    assert shown.effect
    assert stage.setups.version_of("T2") == 1


def test_a_key_that_waited_too_long_is_asked_for_again(stage: WorkerHarness) -> None:
    job = wanted(stage, NEW_KEY, organization_id="org_c")
    form = asked(stage, job)
    assert 0 < stage.redis.ttl(f"slack_app:draft:{form.draft_id}") <= 900
    stage.redis.delete(f"slack_app:draft:{form.draft_id}")

    shown = do(stage, again(job, form))

    assert (shown.problem, stage.setups.version_of("T2")) == ("key_missing", 1)


def test_removing_says_first_what_it_does_and_removes_only_then(stage: WorkerHarness) -> None:
    question = do(stage, pressed("setup.ask_remove", view_id="V1"))

    assert isinstance(question, ConfirmRemoval)
    assert question.effect == SetupEffect(KeyMode.SHARED, None, links=2, connections=3, own_keys=0, is_elsewhere=True)
    assert outcomes(stage) == [None, None]

    removed = do(stage, pressed("setup.remove", number="yes", view_id="V1", target_id=str(question.setup.version)))
    assert removed == SetupRemoved(None)
    assert outcomes(stage) == [Outcome.REVOKED, Outcome.REVOKED]


def test_the_question_whether_to_remove_is_not_asked_again_of_what_is_removed(stage: WorkerHarness) -> None:
    do(stage, pressed("setup.remove", view_id="V1", target_id="1"))

    assert do(stage, pressed("setup.ask_remove", number="again", view_id="V1")) == SetupRemoved(None)


def test_what_somebody_else_changed_since_the_question_is_not_removed(stage: WorkerHarness) -> None:
    do(stage, pressed("setup.ask_remove", view_id="V1"))
    do(stage, filled(stage, "", replace(ADMIN, user_id="U0SECOND"), "s", version=1, guests_allowed=False))

    shown = do(stage, pressed("setup.remove", number="yes", view_id="V1", target_id="1"))

    assert (shown.problem, stage.setups.version_of("T2")) == ("changed_meanwhile", 2)


def test_a_question_of_before_removes_no_later_setup(stage: WorkerHarness) -> None:
    """It had the same number as the one that was removed; a job that was repeated after that removed it, too."""
    question = do(stage, pressed("setup.ask_remove", view_id="V1"))
    press = pressed("setup.remove", number="yes", view_id="V1", target_id=str(question.setup.version))
    do(stage, press)
    do(stage, filled(stage, number="anew", guests_allowed=False))

    shown = do(stage, replace(press, id="T2:U0ADMIN:of-before"))

    assert (shown.problem, shown.setup.guests_allowed) == ("changed_meanwhile", False)
    assert stage.setups.get("T2") is not None


def test_a_setup_that_is_changed_while_it_is_removed_stays(
    stage: WorkerHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    remove = stage.setups.remove

    def changed_just_before(workspace_id: str, version: int | None = None) -> bool:
        now = stage.setups.get(workspace_id)
        assert now
        if now.version == 1:
            stage.setups.save(replace(now, guests_allowed=False), "of the second admin")
        return remove(workspace_id, version)

    monkeypatch.setattr(stage.setups, "remove", changed_just_before)

    stage.enqueue(pressed("setup.remove", number="yes", view_id="V1", target_id="1"))
    stage.run()
    stage.run()

    assert cast(SetupForm, stage.messenger.updates[-1][1]).problem == "changed_meanwhile"
    assert stage.setups.version_of("T2") == 2


def test_whoever_may_not_remove_it_is_not_asked(stage: WorkerHarness) -> None:
    """security.md 8"""
    shown = do(stage, pressed("setup.ask_remove", replace(ADMIN, user_id="U0SECOND"), view_id="V1"))

    assert shown.problem == "not_removed"


def test_removing_with_keys_of_their_own_says_how_many_are_kept(stage: WorkerHarness) -> None:
    own_keys(stage)

    question = do(stage, pressed("setup.ask_remove", view_id="V1"))

    assert question.effect == SetupEffect(KeyMode.PER_USER, None, 2, None, own_keys=2, is_elsewhere=True)


def test_taking_back_rules_for_a_mapping_of_the_operators_ends_nothing() -> None:
    stage = WorkerHarness(platform=ByKey)
    stage.people.roles = {"U0ADMIN": Role.ADMIN}
    admin = SlackUser("E1", "T1", "U0ADMIN")
    rules: dict[str, Any] = {"organization_id": "org_a", "key_mode": KeyMode.OPERATOR, "guests_allowed": False}
    do(stage, filled(stage, "", admin, **rules))

    question = do(stage, pressed("setup.ask_remove", admin, view_id="V1"))

    assert isinstance(question, ConfirmRemoval)
    assert (question.left, question.effect) == (Setup("T1", "org_a"), None)


def test_leaving_the_operators_key_counts_what_that_key_lists() -> None:
    stage = WorkerHarness(platform=ByKey)
    stage.people.roles = {"U0ADMIN": Role.ADMIN}
    listed(stage).of_key = {"ak_default": list(THREE), NEW_KEY: THREE[:1]}
    stage.enqueue(JOB)
    stage.run()
    admin = SlackUser("E1", "T1", "U0ADMIN")

    form = asked(stage, filled(stage, NEW_KEY, admin, organization_id="org_a", version=0))

    assert form.effect == SetupEffect(KeyMode.OPERATOR, KeyMode.SHARED, links=1, connections=2, own_keys=0)


@pytest.mark.parametrize("problem", ["helper_no_admin", "platform_away", "organization_unknown"])
def test_a_form_that_comes_back_for_something_else_keeps_the_key_that_was_typed(problem: str) -> None:
    stage = WorkerHarness()
    stage.people.roles = {"U0ADMIN": Role.ADMIN}
    contacts = ["U1"] if problem == "helper_no_admin" else []
    errors = {"platform_away": DOWN, "organization_unknown": UpstreamError("platform", status=404)}
    stage.platform.accounts_error = errors.get(problem)
    job = filled(stage, admin_contacts=contacts, allowed_connectors=["github"])

    form = do(stage, job)
    stage.platform.accounts_error = None
    done = do(stage, again(job, form, admin_contacts=[], allowed_connectors=None))

    assert (form.problem, form.ending) == (problem, "abcd")
    assert isinstance(done, SetupDone)
    assert done.setup.allowed_connectors == ("github",)
    setup = stage.setups.get("T2")
    assert setup
    assert stage.keys.shared(setup) == KEY


def test_a_key_that_is_not_accepted_does_not_wait() -> None:
    stage = WorkerHarness()
    stage.people.roles = {"U0ADMIN": Role.ADMIN}
    stage.platform.accounts_error = UpstreamError("platform", status=401)

    form = do(stage, filled(stage))

    assert (form.problem, form.draft_id, form.ending) == ("key_not_accepted", "", None)


def test_what_waits_after_a_problem_confirms_nothing(stage: WorkerHarness) -> None:
    job = wanted(stage, NEW_KEY, organization_id="org_c", admin_contacts=["U1"])
    form = do(stage, job)

    shown = asked(stage, again(job, form, admin_contacts=[]))

    assert (form.problem, shown.ending, stage.setups.version_of("T2")) == ("helper_no_admin", "6543", 1)
