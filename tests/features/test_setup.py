"""The set-up by admins: who may, what is checked, what is kept, and what others see of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from slack_app.errors import UpstreamError
from slack_app.features.pending_requests import YouCanRetry
from slack_app.features.remove_setup import SetupRemoved
from slack_app.features.setup import SetupDone, SetupForm, SetupOffer
from slack_app.features.setup_check import SetupInput
from slack_app.model.jobs import Draft, Job
from slack_app.model.messages import Failure
from slack_app.model.tools import Connector
from slack_app.model.users import Role, SlackUser
from slack_app.model.workspaces import KeyMode, Setup
from tests.worker_harness import DOWN, JOB, SLACK_DOWN, SLACK_REFUSES, WorkerHarness

ADMIN = SlackUser(None, "T2", "U0ADMIN")
KEY = "ak_org_0123456789abcd"
WAITING = replace(JOB, id="T2:U9:1", person=SlackUser(None, "T2", "U9"))


@pytest.fixture
def stage() -> WorkerHarness:
    stage = WorkerHarness()
    stage.people.roles = {"U0ADMIN": Role.ADMIN, "U0OWNER": Role.OWNER, "U0SECOND": Role.ADMIN}
    return stage


def filled(stage: WorkerHarness, key: str = KEY, person: SlackUser = ADMIN, number: str = "1", **more: Any) -> Job:
    """The form as it was submitted."""
    form = {
        "version": 0,
        "organization_id": "org_b",
        "key_mode": KeyMode.SHARED,
        "guests_allowed": True,
        "allowed_connectors": None,
        "admin_contacts": [],
        "sealed_key": stage.keys.seal(person, key) if key else "",
        **more,
    }
    job = replace(
        JOB, id=f"{person.team_id}:{person.user_id}:{number}", person=person, kind="setup.save", connector_type=""
    )
    return replace(job, response_url="", channel_id="", view_id="V1", payload=SetupInput(**form))


def pressed(kind: str, person: SlackUser = ADMIN, number: str = "p", **more: Any) -> Job[Any]:
    job = replace(JOB, id=f"{person.team_id}:{person.user_id}:{number}", person=person, kind=kind, connector_type="")
    return replace(job, trigger_id="1.2.3", **more)


def do(stage: WorkerHarness, job: Job) -> Any:
    """Return what stands in the modal then."""
    stage.enqueue(job)
    stage.run()
    return stage.messenger.updates[-1][1] if stage.messenger.updates else None


def again(job: Job[Any], form: Any, **more: Any) -> Job[Any]:
    """The form that asks whether to save, submitted once more; the key does not stand in it."""
    return replace(
        job, id=f"{job.id}-again", target_id=form.draft_id, payload=replace(job.payload, sealed_key="", **more)
    )


def do_confirmed(stage: WorkerHarness, job: Job[Any]) -> Any:
    """Return what stands in the modal in the end."""
    shown = do(stage, job)
    return do(stage, again(job, shown)) if getattr(shown, "effect", None) else shown


def test_an_admin_gets_the_form_and_others_are_told_who_the_admins_are(stage: WorkerHarness) -> None:
    do(stage, pressed("setup.open"))
    assert stage.messenger.modals == [SetupForm(Setup("T2", "", KeyMode.PER_USER), None)]
    assert stage.messenger.retracted == 0  # the acknowledgement of a command stays, and is true

    do(stage, pressed("setup.open", replace(ADMIN, user_id="U1")))
    failure = stage.messenger.answers[-1]
    assert isinstance(failure, Failure)
    assert (failure.reason, failure.facts["admins"]) == ("not_admin", ["U0ADMIN", "U0OWNER", "U0SECOND"])


def test_whoever_closed_the_modal_before_the_form_came_is_offered_it_again(stage: WorkerHarness) -> None:
    do(stage, filled(stage))
    stage.messenger.modal_error = SLACK_REFUSES

    do(stage, replace(pressed("setup.open", view_id="V1"), response_url=""))

    assert stage.messenger.dms == [SetupOffer(is_invited=False)]


def test_the_saved_set_up_leads_back_to_the_form_which_knows_the_tools_now(stage: WorkerHarness) -> None:
    do(stage, filled(stage))

    form = do(stage, pressed("setup.open", view_id="V1"))

    assert isinstance(form, SetupForm)
    assert form.connectors is not None
    assert [connector.tool_key for connector in form.connectors] == ["github", "gitlab", "sharepoint"]
    assert stage.messenger.modals == []


def test_a_form_that_slack_lets_us_open_no_more_is_offered_by_a_button(stage: WorkerHarness) -> None:
    stage.messenger.modal_error = UpstreamError("slack", status=200, code="expired_trigger_id")

    do(stage, pressed("setup.open"))

    assert stage.messenger.answers == [SetupOffer(is_invited=False)]


def test_only_admins_can_be_named_for_help(stage: WorkerHarness) -> None:
    form = do(stage, filled(stage, admin_contacts=["U0OWNER", "U1"]))

    assert (form.problem, form.setup.admin_contacts) == ("helper_no_admin", ("U0OWNER",))
    assert stage.setups.get("T2") is None


def test_one_key_for_all_connects_everybody(stage: WorkerHarness) -> None:
    done = do(stage, filled(stage, admin_contacts=["U0OWNER"], guests_allowed=False))

    wanted = Setup(
        "T2", "org_b", KeyMode.SHARED, guests_allowed=False, admin_contacts=("U0OWNER",), configured_by="U0ADMIN"
    )
    assert done == SetupDone(wanted, told=0, can_choose=True)
    stage.enqueue(replace(JOB, id="T2:U9:1", person=SlackUser(None, "T2", "U9")))
    stage.run()
    assert stage.platform.asked == [("org_b", "github", {})]
    assert stage.platform.keys_used == {KEY}


def test_with_keys_of_their_own_the_admins_key_becomes_their_own_and_serves_nobody_else(stage: WorkerHarness) -> None:
    do(stage, filled(stage, key_mode=KeyMode.PER_USER))

    assert stage.keys.get(ADMIN) == KEY
    assert stage.setups.sealed_key("T2") is None
    stage.enqueue(replace(JOB, id="T2:U9:1", person=SlackUser(None, "T2", "U9")))
    stage.run()
    failure = stage.messenger.answers[-1]
    assert isinstance(failure, Failure)
    assert failure.reason == "key_needed"


@pytest.mark.parametrize(
    ("error", "problem"),
    [
        (UpstreamError("platform", status=401), "key_not_accepted"),
        (UpstreamError("platform", status=403), "organization_not_allowed"),
        (UpstreamError("platform", status=404), "organization_unknown"),
        (UpstreamError("platform", status=302), "platform_odd"),
        (DOWN, "platform_away"),
    ],
)
def test_what_the_platform_refuses_is_not_saved_and_told_apart(
    stage: WorkerHarness, error: UpstreamError, problem: str
) -> None:
    stage.platform.accounts_error = error

    form = do(stage, filled(stage))

    assert isinstance(form, SetupForm)
    assert (form.problem, form.setup.organization_id) == (problem, "org_b")
    assert stage.setups.get("T2") is None


def test_a_workspace_cannot_be_set_up_without_a_key(stage: WorkerHarness) -> None:
    """security.md 8: a workspace id is public and proves nothing."""
    form = do(stage, filled(stage, key=""))

    assert (form.problem, stage.setups.get("T2")) == ("key_missing", None)


def test_the_operators_key_serves_no_organization_that_an_admin_chose(stage: WorkerHarness) -> None:
    """security.md 8"""
    form = do(stage, filled(stage, key_mode=KeyMode.OPERATOR))

    assert (form.problem, stage.setups.get("T2")) == ("operator_only", None)


def test_a_member_cannot_save_even_with_a_form_of_their_own_making(stage: WorkerHarness) -> None:
    """security.md 6, 8"""
    stage.enqueue(filled(stage, person=replace(ADMIN, user_id="U1")))
    stage.run()

    assert stage.setups.get("T2") is None


def test_an_admin_who_was_demoted_meanwhile_saves_nothing(stage: WorkerHarness) -> None:
    """security.md 6"""
    job = filled(stage)
    stage.people.roles["U0ADMIN"] = Role.MEMBER

    do(stage, job)

    assert stage.setups.get("T2") is None


def test_of_two_admins_at_once_the_first_counts_and_the_second_sees_how_it_stands(stage: WorkerHarness) -> None:
    """security.md 8"""
    second = replace(ADMIN, user_id="U0SECOND")
    do(stage, filled(stage))

    form = do(stage, filled(stage, "ak_second_0123456789", second, allowed_connectors=["github"]))

    assert isinstance(form, SetupForm)
    assert form.problem == "changed_meanwhile"
    assert (form.setup.allowed_connectors, form.ending) == ((), "abcd")


@pytest.mark.parametrize(("user_id", "problem"), [("U0SECOND", "owner_only"), ("U0ADMIN", ""), ("U0OWNER", "")])
def test_another_organization_needs_whoever_chose_it_or_an_owner(
    stage: WorkerHarness, user_id: str, problem: str
) -> None:
    """security.md 8"""
    do(stage, filled(stage))

    admin = replace(ADMIN, user_id=user_id)
    shown = do_confirmed(stage, filled(stage, person=admin, number="2", organization_id="org_c", version=1))

    assert getattr(shown, "problem", "") == problem
    setup = stage.setups.get("T2")
    assert setup
    assert setup.organization_id == ("org_b" if problem else "org_c")


def test_the_key_is_kept_when_only_something_else_changes(stage: WorkerHarness) -> None:
    do(stage, filled(stage))

    done = do(stage, filled(stage, key="", number="2", version=1, guests_allowed=False))

    assert isinstance(done, SetupDone)
    setup = stage.setups.get("T2")
    assert setup
    assert (setup.guests_allowed, stage.keys.shared(setup)) == (False, KEY)


def test_from_one_key_for_all_to_keys_of_their_own_needs_no_key_again_and_gives_it_to_nobody(
    stage: WorkerHarness,
) -> None:
    do(stage, filled(stage))

    done = do_confirmed(stage, filled(stage, key="", number="2", version=1, key_mode=KeyMode.PER_USER))

    assert isinstance(done, SetupDone)
    assert (stage.setups.sealed_key("T2"), stage.keys.get(ADMIN)) == (None, None)


def test_a_key_of_before_does_not_serve_another_organization(stage: WorkerHarness) -> None:
    do(stage, filled(stage))

    form = do(stage, filled(stage, key="", number="2", version=1, organization_id="org_c"))

    assert form.problem == "key_missing"


def test_what_the_operator_mapped_can_be_refined_without_a_key(stage: WorkerHarness) -> None:
    admin = SlackUser("E1", "T1", "U0ADMIN")

    job = filled(stage, "", admin, organization_id="org_a", key_mode=KeyMode.OPERATOR, allowed_connectors=["github"])
    done = do(stage, replace(job, id="T1:U0ADMIN:1"))

    assert isinstance(done, SetupDone)
    stage.enqueue(JOB)
    stage.enqueue(replace(JOB, id="T1:U1:2", connector_type="gitlab"))
    stage.run()
    assert stage.platform.asked == [("org_a", "github", {})]
    assert stage.platform.keys_used == {"ak_default"}


def test_a_set_up_can_be_removed_and_removing_it_again_is_harmless(stage: WorkerHarness) -> None:
    do(stage, filled(stage))

    assert do(stage, pressed("setup.remove", view_id="V1")) == SetupRemoved(None)
    assert do(stage, pressed("setup.remove", number="again", view_id="V1")) == SetupRemoved(None)

    assert stage.setups.get("T2") is None
    assert [(c.who, c.what) for c in stage.audit.last(9)] == [("U0ADMIN", "set_up"), ("U0ADMIN", "removed")]


def test_whoever_set_it_up_and_is_no_admin_any_more_removes_nothing(stage: WorkerHarness) -> None:
    """security.md 6"""
    do(stage, filled(stage))
    stage.people.roles["U0ADMIN"] = Role.MEMBER

    do(stage, pressed("setup.remove", view_id="V1"))

    failure = stage.messenger.answers[-1]
    assert isinstance(failure, Failure)
    assert failure.reason == "not_admin"
    assert stage.setups.get("T2")


def test_a_refused_set_up_shows_nothing_of_somebody_elses_organization(stage: WorkerHarness) -> None:
    """security.md 8"""
    stage.catalogue.save("org_others", [Connector("secret_crm", "Secret CRM")])
    stage.platform.accounts_error = UpstreamError("platform", status=403)

    form = do(stage, filled(stage, organization_id="org_others"))

    assert (form.problem, form.connectors) == ("organization_not_allowed", None)


def test_what_admins_change_of_a_mapping_of_the_operators_does_not_keep_it_when_the_operator_takes_it_away(
    stage: WorkerHarness,
) -> None:
    """security.md 8"""
    stage.setups.save(Setup("E9", "org_grid"), "the operator's", is_forced=True)
    admin = SlackUser("E9", "T9", "U0ADMIN")
    for version in (0, 1):
        rules = {
            "organization_id": "org_grid",
            "key_mode": KeyMode.OPERATOR,
            "version": version,
            "guests_allowed": False,
        }
        assert isinstance(do(stage, filled(stage, "", admin, str(version), **rules)), SetupDone)

    stage.setups.remove("E9")

    stage.enqueue(replace(JOB, id="T9:U1:9", person=admin))
    stage.run()
    failure = stage.messenger.answers[-1]
    assert isinstance(failure, Failure)
    assert failure.reason == "workspace_unmapped"
    assert stage.platform.keys_used == set()
    assert isinstance(do(stage, filled(stage, KEY, admin, "own", version=2)), SetupDone)


def test_what_the_form_could_not_show_of_the_offered_tools_stays_offered(stage: WorkerHarness) -> None:
    many = tuple(f"tool_{number:03}" for number in range(120))
    stage.setups.save(Setup("T2", "org_b", KeyMode.PER_USER, allowed_connectors=many, configured_by="U0ADMIN"), "many")
    stage.keys.save(ADMIN, KEY)

    do(stage, filled(stage, "", key_mode=KeyMode.PER_USER, version=1, allowed_connectors=["tool_000"]))

    setup = stage.setups.get("T2")
    assert setup
    assert setup.allowed_connectors == ("tool_000", *many[100:])


def test_a_change_whose_last_step_is_tried_again_is_one_line_in_the_audit_trail(stage: WorkerHarness) -> None:
    stage.messenger.modal_error = SLACK_DOWN
    stage.enqueue(filled(stage))
    stage.run_until(60)
    stage.messenger.modal_error = None
    stage.run_until(120)

    assert [change.what for change in stage.audit.last(9)] == ["set_up"]


def test_a_change_that_is_no_new_access_tells_nobody_that_a_refusal_is_over(stage: WorkerHarness) -> None:
    do(stage, filled(stage))
    stage.asks.wait("forbidden/github", SlackUser(None, "T2", "U9"), stage.drafts.save(Draft(WAITING)))

    do(stage, filled(stage, "", number="2", version=1, guests_allowed=False))
    assert stage.asks.causes("T2") == ["forbidden/github"]

    do(stage, filled(stage, number="3", version=2))
    assert stage.asks.causes("T2") == []


def test_removing_the_set_up_tells_those_whom_the_operators_mapping_helps(stage: WorkerHarness) -> None:
    admin = SlackUser("E1", "T1", "U0ADMIN")
    rules: dict[str, Any] = {"organization_id": "org_a", "key_mode": KeyMode.OPERATOR, "allowed_connectors": ["gitlab"]}
    do(stage, filled(stage, "", admin, **rules))
    stage.asks.wait("connector_not_offered/github", JOB.person, stage.drafts.save(Draft(JOB)))

    removed = do(stage, pressed("setup.remove", admin, view_id="V1"))

    assert removed == SetupRemoved(Setup("T1", "org_a"))
    assert [type(fact) for fact in stage.messenger.dms] == [YouCanRetry]


def test_any_admin_takes_back_rules_for_a_mapping_of_the_operators(stage: WorkerHarness) -> None:
    admin = SlackUser("E1", "T1", "U0ADMIN")
    do(stage, filled(stage, "", admin, organization_id="org_a", key_mode=KeyMode.OPERATOR, guests_allowed=False))

    removed = do(stage, pressed("setup.remove", replace(admin, user_id="U0SECOND"), view_id="V1"))

    assert removed == SetupRemoved(Setup("T1", "org_a"))


def test_another_admin_removes_nothing(stage: WorkerHarness) -> None:
    """security.md 8"""
    do(stage, filled(stage))

    form = do(stage, pressed("setup.remove", replace(ADMIN, user_id="U0SECOND"), view_id="V1"))

    assert form.problem == "not_removed"
    assert stage.setups.get("T2")


def test_whoever_changes_a_rule_has_not_chosen_the_organization(stage: WorkerHarness) -> None:
    """security.md 8"""
    do(stage, filled(stage))
    second = replace(ADMIN, user_id="U0SECOND")
    assert isinstance(do(stage, filled(stage, "", second, "2", version=1, guests_allowed=False)), SetupDone)

    elsewhere = do(stage, filled(stage, KEY, second, "3", version=2, organization_id="org_c"))
    removed = do(stage, pressed("setup.remove", second, view_id="V1"))

    assert (elsewhere.problem, removed.problem) == ("owner_only", "not_removed")
    assert [(c.who, c.about) for c in stage.audit.last(9) if c.what == "refused"] == [("U0SECOND", "owner_only")]
    setup = stage.setups.get("T2")
    assert setup
    assert (setup.organization_id, setup.configured_by, setup.guests_allowed) == ("org_b", "U0ADMIN", False)


def test_keys_of_ones_own_for_a_mapping_of_the_operators_are_no_choice_of_another_organization(
    stage: WorkerHarness,
) -> None:
    """security.md 8"""
    second = SlackUser("E1", "T1", "U0SECOND")
    own = {"organization_id": "org_a", "key_mode": KeyMode.PER_USER, "version": 0}
    assert isinstance(do_confirmed(stage, filled(stage, KEY, second, "2", **own)), SetupDone)

    elsewhere = do(stage, filled(stage, KEY, second, "3", organization_id="org_c", version=1))
    taken_back = do(stage, pressed("setup.remove", second, view_id="V1"))

    assert elsewhere.problem == "owner_only"
    assert taken_back == SetupRemoved(Setup("T1", "org_a"))


def test_the_audit_trail_says_what_was_done_and_no_secret(stage: WorkerHarness) -> None:
    do(stage, filled(stage, guests_allowed=False))

    [change] = stage.audit.last(9)

    assert (change.workspace_id, change.who, change.what) == ("T2", "U0ADMIN", "set_up")
    assert change.about == "org_b, shared, no guests, all tools"


@pytest.mark.parametrize(("installer", "invited"), [("U0SECOND", "U0SECOND"), ("U1", "U0ADMIN")])
def test_after_an_install_an_admin_is_invited(stage: WorkerHarness, installer: str, invited: str) -> None:
    stage.enqueue(pressed("setup.invite", replace(ADMIN, user_id=installer)))
    stage.run()

    assert stage.messenger.dms == [SetupOffer(is_invited=True)]
    assert stage.messenger.dm_to == [invited]


def test_a_workspace_that_is_set_up_is_not_bothered_after_a_reinstall(stage: WorkerHarness) -> None:
    do(stage, filled(stage))

    stage.enqueue(pressed("setup.invite"))
    stage.run()

    assert stage.messenger.dms == []


def test_whose_key_went_with_the_app_is_invited_again(stage: WorkerHarness) -> None:
    do(stage, filled(stage))
    stage.setups.expire("T2", None)

    stage.enqueue(pressed("setup.invite"))
    stage.run()

    assert stage.messenger.dms == [SetupOffer(is_invited=True)]
    assert stage.redis.ttl("slack_app:setup:T2") == -1


@pytest.mark.parametrize(
    ("guests_allowed", "role", "links"),
    [(True, Role.GUEST, 1), (False, Role.GUEST, 0), (False, Role.NONE, 0), (False, Role.MEMBER, 1)],
)
def test_guests_connect_only_where_the_admins_let_them(
    stage: WorkerHarness, guests_allowed: bool, role: Role, links: int
) -> None:
    do(stage, filled(stage, guests_allowed=guests_allowed))
    stage.people.roles["U9"] = role

    stage.enqueue(replace(JOB, id="T2:U9:1", person=SlackUser(None, "T2", "U9")))
    stage.run()

    assert stage.platform.links == links
