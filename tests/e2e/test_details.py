"""Tools that need a detail, with real processes, real HTTP and a real Redis."""

from __future__ import annotations

import json

import pytest

from slack_app.stand_ins.freddy import Shape
from slack_app.stand_ins.slack.views import View
from tests.stage import MAYA, Stage, wait_for


def modal(app: Stage) -> View:
    """Return the modal when it is open."""
    wait_for(lambda: app.workspace.views.modal_of(MAYA), what="the modal")
    view = app.workspace.views.modal_of(MAYA)
    assert view
    return view


def test_the_modal_opens_by_itself_and_the_request_goes_on_with_what_was_filled_in(app: Stage) -> None:
    asked = app.answer_after("sharepoint tenant=acme")
    assert asked.text.startswith("*SharePoint* needs a detail first: *Site name*.")

    app.workspace.user_actions.submit(MAYA, modal(app).id, {"site_name": {"value": "Team Marketing"}})

    wait_for(lambda: "allow access" in app.answers()[-1].text)
    assert len(app.answers()) == 3  # the acknowledgement, the question, the link: a command's answers are not replaced
    [call] = [call for call in app.platform.calls if call.path.endswith("/authorize")]
    assert call.body == {
        "connector_type": "sharepoint",
        "integration_params": {"tenant": "acme", "site_name": "Team Marketing"},
    }


def test_a_closed_modal_can_be_opened_again(app: Stage) -> None:
    message = app.answer_after("sharepoint")
    app.workspace.user_actions.close(MAYA, modal(app).id)

    assert app.workspace.press(MAYA, message.id, "details_open")

    assert modal(app).blocks[1]["label"]["text"] == "Site name"


SLACKS_OWN = "Please complete this required field."


@pytest.mark.parametrize(("value", "told"), [("", SLACKS_OWN), (None, SLACKS_OWN), ("   ", "Please fill this in.")])
def test_a_field_that_is_left_empty_is_asked_for_again(app: Stage, value: str | None, told: str) -> None:
    app.answer_after("sharepoint")
    view = modal(app)

    app.workspace.user_actions.submit(MAYA, view.id, {"site_name": {"value": value}})

    assert app.workspace.views.errors_of(MAYA) == {"site_name": told}
    assert app.workspace.views.modal_of(MAYA) is view


def test_nobody_fills_in_what_is_not_theirs(app: Stage) -> None:
    """security.md 6: private_metadata is input"""
    app.answer_after("sharepoint")
    view = modal(app)
    view.content["private_metadata"] = "0123456789abcdef:sharepoint"

    app.workspace.user_actions.submit(MAYA, view.id, {"site_name": {"value": "Team Marketing"}})

    wait_for(app.dms)
    assert app.dms()[-1].text.startswith("That button is too old, or it isn't yours.")


def test_reserved_names_do_not_come_in_through_a_modal(app: Stage) -> None:
    """security.md 9"""
    app.answer_after("sharepoint")
    view = modal(app)
    view.content["blocks"][1]["block_id"] = "organization_id"

    app.workspace.user_actions.submit(MAYA, view.id, {"organization_id": {"value": "org_other"}})

    assert app.workspace.views.errors_of(MAYA)["organization_id"].startswith("I can't pass on “organization_id”")


@pytest.mark.parametrize("shape", list(Shape))
def test_what_was_typed_is_converted_to_the_types_that_the_platform_names(app: Stage, shape: Shape) -> None:
    app.platform.want("github", shape, **{"count": "integer", "site.is_new": "boolean", "filter": "dictionary"})

    app.answer_after("github count=3 site.is_new=yes filter:='{\"a\": [1]}' more=7")

    calls = [call.body for call in app.platform.calls if call.path.endswith("/authorize")]
    assert isinstance(calls[-1], dict)
    assert json.dumps(calls[-1]["integration_params"]) == json.dumps(
        {"count": 3, "site": {"is_new": True}, "filter": {"a": [1]}, "more": "7"}
    )
    assert len(calls) == 2


@pytest.mark.parametrize("shape", list(Shape))
def test_a_list_is_asked_for_line_by_line_and_its_items_are_passed_on_as_they_have_to_be(
    app: Stage, shape: Shape
) -> None:
    app.platform.want("github", shape, **{"ids[]": "integer"})
    app.answer_after("github ids=a,b")
    view = modal(app)
    element = view.blocks[1]["element"]
    assert (element["action_id"], element["multiline"], element["initial_value"]) == ("array/integer", True, "a,b")

    app.workspace.user_actions.submit(MAYA, view.id, {"ids": {"array/integer": "1\n2"}})

    wait_for(lambda: "allow access" in app.answers()[-1].text)
    [*_, call] = [call for call in app.platform.calls if call.path.endswith("/authorize")]
    assert call.body == {"connector_type": "github", "integration_params": {"ids": [1, 2]}}


def test_a_secret_reaches_neither_the_platform_nor_redis(app: Stage) -> None:
    answer = app.ask("github token=ghp_16C7e42F292c6912E7ab")

    assert str(answer["text"]).startswith("*“token” looks like a password or key, so I sent it nowhere.*")
    assert [call for call in app.platform.calls if call.path.endswith("/authorize")] == []
