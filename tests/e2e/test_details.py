"""Tools that need a detail, with real processes, real HTTP and a real Redis."""

from __future__ import annotations

import pytest

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
    assert asked.text.startswith("*sharepoint* needs a detail first: *Site name*.")

    app.workspace.user_actions.submit(MAYA, modal(app).id, {"site_name": {"value": "Team Marketing"}})

    wait_for(lambda: "link is ready" in app.answers()[-1].text)
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
    assert app.dms()[-1].text.startswith("That button is too old, or it was made for somebody else.")


def test_reserved_names_do_not_come_in_through_a_modal(app: Stage) -> None:
    """security.md 9"""
    app.answer_after("sharepoint")
    view = modal(app)
    view.content["blocks"][1]["block_id"] = "organization_id"

    app.workspace.user_actions.submit(MAYA, view.id, {"organization_id": {"value": "org_other"}})

    assert app.workspace.views.errors_of(MAYA)["organization_id"].startswith("I can't pass on “organization_id”")
