"""What is read of a form: what the person filled in, and as it was shown what they did not touch."""

from __future__ import annotations

import json
from typing import Any

import pytest
from structlog.testing import capture_logs

from slack_app.features.details import Details
from slack_app.features.home import HomeRequest
from slack_app.features.key import AskKey
from slack_app.features.menu import Menu
from slack_app.features.setup import SetupForm
from slack_app.features.status import AskName
from slack_app.listeners.shapes import check_payload
from slack_app.model.facts import ModalFact
from slack_app.model.messages import HomeFilter
from slack_app.model.tools import Connection, Connector
from slack_app.model.workspaces import KeyMode, Setup
from slack_app.views import render_home, render_modal
from slack_app.views.ids import ActionId, CallbackId
from tests.listeners_harness import FORMS, Slack
from tests.views.test_home import HOME
from tests.worker_harness import WorkerHarness

TOOLS = [Connector("github", "GitHub"), Connector("notion", "Notion")]
SETUP = Setup("T1", "org_a", KeyMode.SHARED, allowed_connectors=("github",), admin_contacts=("U2",), version=3)
SUBMITTED = {"type": "view_submission", "team": {"id": "T1"}, "user": {"id": "U1", "team_id": "T1"}}
UNTOUCHED: dict[str, Any] = {
    "organization": {"value": None},
    "way": {"selected_option": None},
    "key": {"value": None},
    "who": {"selected_option": None},
    "offered": {"selected_options": []},
    "notify": {"selected_users": []},
}


@pytest.fixture
def slack() -> Slack:
    return Slack(WorkerHarness())


def submitted(slack: Slack, fact: ModalFact, told: dict[str, Any]) -> Any:
    """Submit the modal with this state of the fields; return the answer."""
    view = render_modal(fact, "/connect").to_dict()
    values = {block_id: {action_of(view, block_id): part} for block_id, part in told.items()}
    shown = {**view, "id": "V1", "state": {"values": values}}
    assert slack.send("view_submission", view=shown, trigger_id=f"1.{len(slack.jobs())}") == 200
    return slack.answer


def action_of(view: dict[str, Any], block_id: str) -> str:
    elements = (b["element"] for b in view["blocks"] if b.get("block_id") == block_id)
    return str(next(elements, {"action_id": "gone"})["action_id"])


@pytest.mark.parametrize("told", [UNTOUCHED, {}], ids=["empty", "missing"])
def test_the_set_up_shown_again_is_saved_as_it_is_shown(slack: Slack, told: dict[str, Any]) -> None:
    """slack-truth.md 1.9"""
    form = SetupForm(SETUP, TOOLS, problem="key_not_accepted", is_again=True)

    submitted(slack, form, {**told, "key": {"value": " ak_typed_0123456789 "}})

    [job] = slack.jobs()
    assert (job.target_id, job.connector_type) == ("", "")
    saved = {name: job.payload[name] for name in ("version", "organization_id", "key_mode", "guests_allowed")}
    assert saved == {"version": 3, "organization_id": "org_a", "key_mode": "shared", "guests_allowed": True}
    assert (job.payload["allowed_connectors"], job.payload["admin_contacts"]) == (["github"], ["U2"])
    assert job.payload["sealed_key"]


def test_what_is_emptied_on_the_first_showing_is_empty(slack: Slack) -> None:
    """slack-truth.md 1.9: initial values of the first opening come back, so what does not was taken out."""
    told = {
        "organization": {"value": "org_b"},
        "way": {"selected_option": {"value": "own"}},
        "who": {"selected_option": {"value": "no_guests"}},
        "offered": {"selected_options": []},
        "notify": {"selected_users": []},
    }

    submitted(slack, SetupForm(SETUP, TOOLS), told)

    payload = slack.jobs()[0].payload
    assert (payload["organization_id"], payload["key_mode"], payload["guests_allowed"]) == ("org_b", "own", False)
    assert (payload["allowed_connectors"], payload["admin_contacts"]) == ([], [])


@pytest.mark.parametrize(("connectors", "chosen"), [(None, None), (TOOLS, ["github"])])
def test_a_list_that_was_not_shown_changes_nothing(
    slack: Slack, connectors: list[Connector] | None, chosen: list[str] | None
) -> None:
    submitted(slack, SetupForm(SETUP, connectors), {})

    assert slack.jobs()[0].payload["allowed_connectors"] == chosen


def test_what_neither_was_filled_in_nor_showed_anything_is_asked_for_under_its_field(slack: Slack) -> None:
    """slack-truth.md 1.9: never an apology for a defect of ours."""
    answer = submitted(slack, SetupForm(Setup("T1", "", KeyMode.PER_USER), None, is_again=True), UNTOUCHED)
    assert answer["errors"] == {"organization": "Please fill this in."}

    answer = submitted(slack, Menu(TOOLS, None), {"menu_tool": {"selected_option": None}})
    assert answer["errors"] == {"menu_tool": "Please fill this in."}

    assert slack.jobs() == []


def test_a_name_and_a_detail_that_nobody_touched_are_as_shown(slack: Slack) -> None:
    """slack-truth.md 1.9"""
    submitted(slack, AskName(Connection("c1", "github", "GitHub", label="Work"), "d1"), {"name": {"value": None}})
    details = Details("sharepoint", "SharePoint", ["site_name", "tenant"], {"site_name": "Team"}, "d1")
    submitted(slack, details, {"site_name": {"value": None}, "tenant": {"value": "acme"}})

    name, filled = slack.jobs()
    assert name.payload["label"] == "Work"
    assert filled.parameters == {"site_name": "Team", "tenant": "acme"}


def test_what_an_earlier_modal_asked_for_is_not_read(slack: Slack) -> None:
    """https://github.com/slackapi/bolt-js/issues/625"""
    view = render_modal(Details("sharepoint", "SharePoint", ["site_name"]), "/connect").to_dict()
    values = {"site_name": {"value": {"value": "Team"}}, "menu_tool": {"menu_choose": {"selected_option": None}}}

    slack.send("view_submission", view={**view, "id": "V1", "state": {"values": values}})

    assert slack.jobs()[0].parameters == {"site_name": "Team"}


def test_a_tool_of_the_menu_that_needs_details_is_asked_for_them_in_the_same_modal(slack: Slack) -> None:
    """slack-truth.md 2.3: the trigger of a submission opens a modal on some clients only."""
    tools = [Connector("sharepoint", "SharePoint")]
    option = {"value": ":sharepoint", "text": {"type": "plain_text", "text": "SharePoint"}}

    answer = submitted(slack, Menu(tools, None), {"menu_tool": {"selected_option": option}})

    assert (answer["response_action"], answer["view"]["callback_id"]) == ("update", CallbackId.DETAILS)
    assert slack.jobs() == []


@pytest.mark.parametrize("callback_id", FORMS)
def test_nothing_is_opened_with_the_trigger_of_a_submission(slack: Slack, callback_id: str) -> None:
    """slack-truth.md 2.3"""
    blocks = [{"type": "input", "block_id": block_id} for block_id in FORMS[callback_id]]
    view = {"type": "modal", "id": "V1", "callback_id": callback_id, "private_metadata": "1:", "blocks": blocks}

    slack.send("view_submission", view={**view, "state": {"values": FORMS[callback_id]}})

    assert [job.trigger_id for job in slack.jobs()] == [""]


@pytest.mark.parametrize("callback_id", [*FORMS, "of another version"])
def test_a_modal_that_is_closed_leaves_nothing_to_do(slack: Slack, callback_id: str) -> None:
    view = {"type": "modal", "id": "V1", "callback_id": callback_id, "private_metadata": "1:", "blocks": []}

    assert slack.send("view_closed", view=view, is_cleared=True) == 200

    assert slack.jobs() == []


@pytest.mark.parametrize("stands", ["beside the view", "in the view"])
@pytest.mark.parametrize("callback_id", FORMS)
def test_a_submission_without_a_trigger_is_known_by_its_view_and_hash(
    slack: Slack, callback_id: str, stands: str
) -> None:
    """https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload"""
    blocks = [{"type": "input", "block_id": block_id} for block_id in FORMS[callback_id]]
    view = {"type": "modal", "id": "V1", "callback_id": callback_id, "private_metadata": "1:", "blocks": blocks}
    filled = {**view, "state": {"values": FORMS[callback_id]}}

    for hash_ in ("156772938.1827394", "156772938.1827394", "156772939.1827394"):
        told = {"hash": hash_, "view": filled} if stands == "beside the view" else {"view": {**filled, "hash": hash_}}
        check_payload({**SUBMITTED, **told})
        slack.send("view_submission", trigger_id=None, **told)

    assert len(slack.jobs()) == 2


@pytest.mark.parametrize(
    ("action_id", "part", "told", "wanted"),
    [
        (ActionId.SEARCH_HOME, {"value": "not"}, None, HomeFilter("not", "development")),
        (ActionId.SEARCH_HOME, {"value": None}, None, HomeFilter("", "development")),
        (ActionId.FILTER_HOME, {"selected_option": {"value": "*"}}, None, HomeFilter("git")),
        (ActionId.FILTER_HOME, {"selected_option": {"value": "*"}}, "typed", HomeFilter("typed")),
        (ActionId.RELOAD_HOME, {"value": "x"}, None, HomeFilter("git", "development")),
    ],
)
def test_in_the_app_home_the_field_that_nobody_touched_is_as_shown(
    slack: Slack, action_id: str, part: dict[str, Any], told: str | None, wanted: HomeFilter
) -> None:
    """slack-truth.md 1.9, 2.3"""
    home = HOME.__class__(HOME.connections, [], {}, ["development"], HomeFilter("git", "development"))
    view = render_home(home, "/connect").to_dict()
    search, category = (block["block_id"] for block in view["blocks"][:2])
    values = {
        search: {"home_search": {"value": told}},
        category: {"home_category": {"selected_option": None}},
    }

    slack.send(
        "block_actions",
        container={"type": "view"},
        actions=[{"type": "x", "action_id": action_id, "block_id": "b", **part}],
        view={**view, "id": "V1", "state": {"values": values}},
    )

    assert HomeRequest(HomeFilter(**slack.jobs()[0].payload["home_filter"])) == HomeRequest(wanted)


@pytest.mark.parametrize("tab", [{"tab": "home"}, {}, {"tab": None}])
@pytest.mark.parametrize("view", [{}, {"view": {"id": "V1", "type": "home", "blocks": []}}])
def test_an_opening_of_the_app_home_leaves_what_the_person_looks_for(
    slack: Slack, view: dict[str, Any], tab: dict[str, Any]
) -> None:
    """slack-truth.md 2.3: app_home_opened may come without a view or a tab, and says nothing of its fields."""
    slack.event(type="app_home_opened", user="U1", channel="D1", **tab, **view)

    assert slack.jobs()[0].payload["home_filter"] is None


STRANGE: list[dict[str, Any] | None] = [
    None,
    {},
    {"value": None, "selected_option": None, "selected_options": None, "selected_users": None},
    {"value": "", "selected_options": [], "selected_users": []},
    {"value": " ", "selected_option": {"value": ""}},
]
"""What Slack may tell of a field; None for nothing at all."""
EVERY_FORM = [
    SetupForm(SETUP, TOOLS),
    SetupForm(SETUP, TOOLS, is_again=True),
    SetupForm(Setup("T1", "", KeyMode.PER_USER), None),
    Details("sharepoint", "SharePoint", ["site_name"], {"site_name": "Team"}, "d1"),
    AskName(Connection("c1", "github", "GitHub"), "d1"),
    AskKey("org_a", None),
    Menu(TOOLS, None),
]


@pytest.mark.parametrize("told", STRANGE, ids=repr)
@pytest.mark.parametrize("are_blocks_bare", [False, True])
@pytest.mark.parametrize("fact", EVERY_FORM, ids=lambda fact: type(fact).__name__)
def test_whatever_is_told_of_fields_it_is_no_defect_of_ours(
    slack: Slack, fact: ModalFact, are_blocks_bare: bool, told: dict[str, Any] | None
) -> None:
    """slack-truth.md 1.9"""
    view = render_modal(fact, "/connect").to_dict()
    ids = {b["block_id"]: b["element"]["action_id"] for b in view["blocks"] if b["type"] == "input"}
    values = {} if told is None else {block_id: {action_id: told} for block_id, action_id in ids.items()}
    if are_blocks_bare:
        view["blocks"] = [{"type": b["type"], "block_id": b.get("block_id", "x")} for b in view["blocks"]]

    with capture_logs() as logged:
        status = slack.send("view_submission", view={**view, "id": "V1", "state": {"values": values}})

    assert [line for line in logged if "defect" in line["event"]] == []
    is_kept, is_told = bool(slack.jobs()), set(slack.answer.get("errors", {})) <= set(ids)
    assert status == 200
    assert is_kept is not bool(slack.answer.get("errors"))
    assert is_told


KINDS = {"count": "integer", "is_new": "boolean", "ids": "array", "filter": "object"}
ACME = Details("acme", "Acme", ["count", "is_new", "ids", "filter", "site/id"], {}, "d1", kinds=KINDS)
FILLED = {
    "count": {"integer": "3"},
    "is_new": {"boolean": {"text": {"type": "plain_text", "text": "No"}, "value": "false"}},
    "ids": {"array": "a\nb"},
    "filter": {"object": '{"a": 1}'},
    "site/id": {"value": "x"},
}


def filled_in(slack: Slack, **more: Any) -> Any:
    view = render_modal(ACME, "/connect").to_dict()
    values = {
        block_id: {
            action_id: {"selected_option": value} if action_id == "boolean" else {"value": value}
            for action_id, value in fields.items()
        }
        for block_id, fields in {**FILLED, **more}.items()
    }
    assert slack.send("view_submission", view={**view, "id": "V1", "state": {"values": values}}) == 200
    return slack.answer


def test_each_field_is_passed_on_as_its_kind(slack: Slack) -> None:
    filled_in(slack)

    assert json.dumps(slack.jobs()[0].parameters) == json.dumps(
        {"count": 3, "is_new": False, "ids": ["a", "b"], "filter": {"a": 1}, "site": {"id": "x"}}
    )


@pytest.mark.parametrize(
    ("block_id", "field", "told"),
    [
        ("filter", {"object": "{a: 1}"}, 'Please write a JSON object, such as {"name": "value"}.'),
        ("ids", {"array": " , "}, "Please fill this in."),
        ("count", {"integer": "many"}, "Please enter a whole number, such as 3."),
        ("site/id", {"value": "ghp_16C7e42F292c6912E7"}, "This looks like a password or key."),
    ],
)
def test_what_is_wrong_stands_below_its_field_and_nothing_is_sent(
    slack: Slack, block_id: str, field: dict[str, str], told: str
) -> None:
    answer = filled_in(slack, **{block_id: field})

    assert answer["errors"][block_id].startswith(told)
    assert list(answer["errors"]) == [block_id]
    assert slack.jobs() == []
