"""Who can fix a thing is shown how; whoever cannot is shown whom to ask."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from slack_app.errors import UpstreamError, UserError
from slack_app.features.ask_admin import ProblemResolved
from slack_app.features.deliver_link import LinkReady
from slack_app.features.home import HomeRequest
from slack_app.features.pending_requests import YouCanRetry
from slack_app.model.jobs import Job
from slack_app.model.messages import Failure
from slack_app.model.users import Role
from slack_app.model.workspaces import KeyMode, Setup
from slack_app.views import render_home, render_message
from slack_app.views.ids import ActionId
from tests.worker_harness import DOWN, JOB, WorkerHarness

MEMBERS_WAY, ADMINS_WAY = "Ask an admin", {ActionId.OPEN_SETUP, ActionId.OFFER_TOOL}
ROLES: dict[str, tuple[Role | Exception, bool, bool | None]] = {
    "an owner": (Role.OWNER, False, True),
    "an admin": (Role.ADMIN, False, True),
    "an admin whom the setup names": (Role.ADMIN, True, True),
    "somebody whom the setup names and who is no admin any more": (Role.MEMBER, True, False),
    "a member": (Role.MEMBER, False, False),
    "a guest": (Role.GUEST, False, False),
    "somebody of whom Slack does not tell": (UserError("people_unseen"), False, None),
}
"""By who it is: their role, whether the setup names them, whether they can fix things."""
REFUSALS: dict[str, Any] = {
    "platform_unauthorized": UpstreamError("platform", status=401),
    "platform_forbidden": UpstreamError("platform", status=403),
    "request_rejected": UpstreamError("platform", status=422),
    "organization_unknown": UpstreamError("platform", status=404),
    "workspace_key_missing": None,
    "connector_not_offered": None,
}


def stage_for(reason: str, who: str) -> WorkerHarness:
    """Return a worker whose platform, or whose set-up, refuses for that reason."""
    stage, (role, is_named, _) = WorkerHarness(), ROLES[who]
    if isinstance(role, Exception):
        stage.people.error = role
    else:
        stage.people.roles["U1"] = role
    tools = ("gitlab",) if reason == "connector_not_offered" else ()
    key_mode = KeyMode.SHARED if reason == "workspace_key_missing" else KeyMode.OPERATOR
    contacts = ("U1",) if is_named else ()
    setup = Setup("T1", "org_a", key_mode, allowed_connectors=tools, admin_contacts=contacts)
    stage.setups.save(setup, "set up")
    stage.platform.error = REFUSALS[reason]
    if reason == "organization_unknown":
        stage.platform.catalogue_error = UpstreamError("platform", status=404)
    return stage


def buttons(blocks: Any) -> Iterator[dict[str, Any]]:
    for block in blocks:
        yield from block.get("elements", []) if block["type"] == "actions" else []


@pytest.mark.parametrize("who", ROLES)
@pytest.mark.parametrize("reason", REFUSALS)
def test_who_can_fix_it_is_led_there_and_who_cannot_asks(reason: str, who: str) -> None:
    stage, can_fix = stage_for(reason, who), ROLES[who][2]

    stage.enqueue(JOB)
    stage.run()

    [failure] = stage.messenger.answers
    assert isinstance(failure, Failure)
    assert (failure.reason, failure.is_admin) == (reason, can_fix)
    shown = list(buttons(render_message(failure, "/connect").blocks))
    leads = bool(ADMINS_WAY & {button["action_id"] for button in shown})
    assert leads is (can_fix is True)
    assert (MEMBERS_WAY in [button["text"]["text"] for button in shown]) is not leads


@pytest.mark.parametrize("who", ROLES)
def test_in_a_workspace_that_nobody_set_up_an_admin_is_led_to_the_setup(who: str) -> None:
    stage = stage_for("platform_unauthorized", who)

    stage.enqueue(replace(JOB, person=replace(JOB.person, team_id="T7")))
    stage.run()

    [failure] = stage.messenger.answers
    assert isinstance(failure, Failure)
    assert (failure.reason, failure.is_admin) == ("workspace_unmapped", ROLES[who][2])
    labels = [button["text"]["text"] for button in buttons(render_message(failure, "/connect").blocks)]
    assert labels == {True: ["Set up"], False: ["Ask an admin"], None: ["Ask an admin", "Set up"]}[ROLES[who][2]]


def test_an_admin_who_offers_the_tool_themselves_goes_on_with_one_press() -> None:
    stage = stage_for("connector_not_offered", "an admin")
    stage.enqueue(JOB)
    stage.run()

    offer = replace(JOB, id="T1:U1:o", kind="admins.offer_tool", parameters={})
    stage.enqueue(offer)
    stage.run()

    assert isinstance(stage.messenger.answers[-1], ProblemResolved)
    [again] = stage.messenger.dms
    assert isinstance(again, YouCanRetry)
    assert again.is_own
    stage.enqueue(replace(JOB, id="T1:U1:r", kind="requests.retry", target_id=again.draft_id))
    stage.run()
    assert isinstance(stage.messenger.dms[-1], LinkReady)


SETUPS: dict[str, Setup | None] = {
    "not set up": None,
    "the operator's": Setup("T1", "org_a"),
    "the Grid's": Setup("E1", "org_a"),
    "one key for all, which is gone": Setup("T1", "org_a", KeyMode.SHARED),
    "keys of their own": Setup("T1", "org_a", KeyMode.PER_USER),
    "a set-up that offers nothing": Setup("T1", "org_a", allowed_connectors=("gone",)),
}


def opened_home(how: str, who: str, **more: Any) -> WorkerHarness:
    stage, (role, is_named, _), setup = WorkerHarness(), ROLES[who], SETUPS[how]
    if isinstance(role, Exception):
        stage.people.error = role
    else:
        stage.people.roles["U1"] = role
    team_id = "T1"
    if setup is None or setup.workspace_id == "E1":
        team_id = "T7"  # T1 is mapped by the environment
    if setup:
        stage.setups.save(replace(setup, admin_contacts=("U1",) if is_named else ()), "set up")
    for name, value in more.items():
        setattr(stage.platform, name, value)
    person = replace(JOB.person, team_id=team_id)
    home: Job[Any] = replace(JOB, kind="home.publish", person=person, response_url="", payload=HomeRequest())
    stage.enqueue(home)
    stage.run()
    return stage


@pytest.mark.parametrize("who", ROLES)
@pytest.mark.parametrize("how", SETUPS)
def test_an_admins_app_home_always_leads_to_the_setup_and_a_members_never(how: str, who: str) -> None:
    stage = opened_home(how, who)

    assert stage.messenger.homes
    for _, fact in stage.messenger.homes:
        shown = list(buttons(render_home(fact, "/connect").to_dict()["blocks"]))  # type: ignore[arg-type]
        leads = [button for button in shown if button["action_id"] == ActionId.OPEN_SETUP]
        assert len(leads) == (ROLES[who][2] is True)
    if leads:
        assert leads[0]["text"]["text"] in ("Set up", "Workspace setup", "Open the set-up", "Open setup")
        assert (leads[0]["text"]["text"] == "Set up") is (how == "not set up")


def test_a_home_that_shows_what_was_known_before_leads_an_admin_to_the_setup() -> None:
    stage = opened_home("the operator's", "an admin", accounts_error=DOWN)

    _, fact = stage.messenger.homes[-1]
    shown = buttons(render_home(fact, "/connect").to_dict()["blocks"])  # type: ignore[arg-type]
    assert [b["action_id"] for b in shown if b["action_id"] == ActionId.OPEN_SETUP]
