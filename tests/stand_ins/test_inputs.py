"""Inputs of which several can be chosen, and fields that have to be filled in."""

from __future__ import annotations

from typing import Any

import pytest
from slack_sdk.models.blocks import (
    CheckboxesElement,
    ExternalDataMultiSelectElement,
    Option,
    StaticMultiSelectElement,
    UserMultiSelectElement,
)
from starlette.responses import JSONResponse

from tests.stand_ins.sample_views import MODAL, OPTIONS, opened, plain, refused, trigger
from tests.stand_ins.stub_app import LEON, MAYA, SlackWithApp

TOOLS: dict[str, Any] = {"type": "multi_static_select", "action_id": "tools", "options": OPTIONS}
PEOPLE: dict[str, Any] = {"type": "multi_users_select", "action_id": "people"}
BOXES: dict[str, Any] = {"type": "checkboxes", "action_id": "boxes", "options": OPTIONS}
FIND: dict[str, Any] = {"type": "multi_external_select", "action_id": "find", "min_query_length": 0}


def asked(element: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "type": "input",
        "block_id": f"of_{element['action_id']}",
        "label": plain("Which?"),
        "element": element,
        **more,
    }


def submitted(stage: SlackWithApp, modal: dict[str, Any], **values: Any) -> dict[str, Any]:
    """Submit the modal; returns the state that the app was told, or nothing when it was not asked."""
    given = {f"of_{action_id}": {action_id: value} for action_id, value in values.items()}
    stage.post("/page/submit", user=MAYA, view_id=modal["id"], values=given)
    told = [
        payload["view"]["state"]["values"] for payload in stage.app.payloads if payload["type"] == "view_submission"
    ]
    return {action_id: part for block in told[-1].values() for action_id, part in block.items()} if told else {}


def test_the_app_is_told_all_that_was_chosen(stage: SlackWithApp) -> None:
    modal = opened(stage, blocks=[asked(TOOLS), asked(PEOPLE), asked(BOXES)])

    state = submitted(stage, modal, tools=["notion", "github"], people=[LEON, MAYA], boxes=["github"])

    assert state == {
        "tools": {"type": "multi_static_select", "selected_options": OPTIONS[::-1]},
        "people": {"type": "multi_users_select", "selected_users": [LEON, MAYA]},
        "boxes": {"type": "checkboxes", "selected_options": OPTIONS[:1]},
    }


def test_what_was_chosen_at_first_counts_until_it_is_changed(stage: SlackWithApp) -> None:
    at_first = [{**TOOLS, "initial_options": OPTIONS}, {**PEOPLE, "initial_users": [LEON]}]
    modal = opened(stage, blocks=[asked(element, optional=True) for element in at_first])

    state = submitted(stage, modal, people=[])

    assert state["tools"]["selected_options"] == OPTIONS
    assert state["people"]["selected_users"] == []


def test_an_optional_field_may_stay_empty_and_a_required_one_may_not(stage: SlackWithApp) -> None:
    # given one field of each kind
    elements = [TOOLS, PEOPLE, BOXES, {"type": "plain_text_input", "action_id": "name"}]
    required = opened(stage, blocks=[asked(element) for element in elements])

    # when nothing is filled in, then the app is not asked, and every field says so
    assert submitted(stage, required) == {}
    assert stage.state(MAYA)["modal_errors"] == {
        f"of_{name}": "Please complete this required field." for name in ("tools", "people", "boxes", "name")
    }

    # and when they need not be filled in, the app is told that nothing is there
    optional = opened(stage, blocks=[asked(element, optional=True) for element in elements])
    assert submitted(stage, optional) == {
        "tools": {"type": "multi_static_select", "selected_options": []},
        "people": {"type": "multi_users_select", "selected_users": []},
        "boxes": {"type": "checkboxes", "selected_options": []},
        "name": {"type": "plain_text_input", "value": None},
    }


def test_what_was_found_before_can_be_chosen_with_what_was_found_last(stage: SlackWithApp) -> None:
    modal = opened(stage, blocks=[asked(FIND)])
    find = {"user": MAYA, "place": {"view_id": modal["id"]}, "block_id": "of_find", "action_id": "find"}
    for option in OPTIONS:
        stage.app.answer = JSONResponse({"options": [option]})
        stage.post("/page/suggest", **find, query=option["value"])
    stage.app.answer = JSONResponse({})

    state = submitted(stage, modal, find=["github", "notion"])

    assert state["find"]["selected_options"] == OPTIONS


def test_choosing_several_in_a_message_tells_the_app_which(stage: SlackWithApp) -> None:
    section = {"type": "section", "block_id": "which", "text": plain("Which?"), "accessory": PEOPLE}
    act = {
        "user": MAYA,
        "place": {"message_id": stage.dm(MAYA, "Which?", [section])},
        "block_id": "which",
        "action_id": "people",
        "values": {},
    }

    assert stage.post("/page/act", **act, value=[LEON]).json() == {"ok": True}
    assert stage.post("/page/act", **act, value=["U0NOBODY"]).status_code == 404

    [payload] = stage.app.payloads
    assert payload["actions"][0]["selected_users"] == [LEON]
    assert payload["state"]["values"]["which"]["people"]["selected_users"] == [LEON]


@pytest.mark.parametrize(
    "element",
    [
        {**TOOLS, "options": OPTIONS * 51},
        {**TOOLS, "initial_options": [{"text": plain("Other"), "value": "other"}]},
        {**TOOLS, "max_selected_items": 0},
        {**PEOPLE, "initial_users": LEON},
        {**PEOPLE, "placeholder": plain("p" * 151)},
        {**FIND, "initial_options": [{"text": "bare"}]},
        {"type": "number_input", "action_id": "number"},
        {"type": "number_input", "action_id": "number", "is_decimal_allowed": False, "initial_value": "2.5"},
        {**BOXES, "options": OPTIONS * 6},
        {**BOXES, "initial_options": [{"text": plain("Other"), "value": "other"}]},
    ],
)
def test_inputs_that_slack_refuses_are_refused(stage: SlackWithApp, element: dict[str, Any]) -> None:
    view = {**MODAL, "blocks": [asked(element)]}

    assert refused(stage.client.views_open, trigger_id=trigger(stage), view=view) == "invalid_arguments"


def test_several_are_not_chosen_among_actions(stage: SlackWithApp) -> None:
    blocks = [{"type": "actions", "elements": [TOOLS]}]

    assert refused(stage.client.chat_postMessage, channel=MAYA, text="x", blocks=blocks) == "invalid_blocks"


def test_the_sdks_own_elements_are_taken(stage: SlackWithApp) -> None:
    options = [Option(text="GitHub", value="github")]
    elements = [
        StaticMultiSelectElement(action_id="a", options=options, initial_options=options, max_selected_items=1),
        ExternalDataMultiSelectElement(action_id="b", placeholder="Find", min_query_length=0),
        UserMultiSelectElement(action_id="c", placeholder="People", initial_users=[LEON]),
        CheckboxesElement(action_id="d", options=options, initial_options=options),
    ]

    modal = opened(stage, blocks=[asked(element.to_dict()) for element in elements])

    assert [block["element"]["type"] for block in modal["blocks"]] == [element.type for element in elements]


def test_an_open_modal_can_be_changed_by_a_button_in_it(stage: SlackWithApp) -> None:
    # given a modal with a button and something filled in
    button = {
        "type": "actions",
        "block_id": "b",
        "elements": [{"type": "button", "action_id": "more", "text": plain("+")}],
    }
    modal = opened(stage, blocks=[asked(TOOLS), button])

    # when the button is pressed
    place = {"view_id": modal["id"]}
    press = {"user": MAYA, "place": place, "block_id": "b", "action_id": "more", "value": None}
    assert stage.post("/page/act", **press, values={"of_tools": {"tools": ["github"]}}).json() == {"ok": True}

    # then the app is told where, and what stands in the fields
    payload = stage.app.payloads[-1]
    assert (payload["type"], payload["container"]) == ("block_actions", {"type": "view", "view_id": modal["id"]})
    assert payload["view"]["state"]["values"]["of_tools"]["tools"]["selected_options"] == OPTIONS[:1]

    # and it can put something else there, keeping what was chosen
    stage.client.views_update(view_id=modal["id"], view={**MODAL, "blocks": [asked(TOOLS), asked(PEOPLE)]})
    assert len(stage.state(MAYA)["modal"]["blocks"]) == 2
    assert submitted(stage, modal, people=[LEON])["tools"]["selected_options"] == OPTIONS[:1]


def test_a_field_for_numbers_takes_no_other_text_and_the_app_is_told_the_text(stage: SlackWithApp) -> None:
    """https://docs.slack.dev/reference/block-kit/block-elements/number-input-element"""
    number = {"type": "number_input", "action_id": "number", "is_decimal_allowed": False, "initial_value": "3"}
    modal = opened(stage, blocks=[asked(number)])

    assert submitted(stage, modal, number="3.5") == {}
    assert stage.state(MAYA)["modal_errors"] == {"of_number": "Please enter a number."}

    assert submitted(stage, modal, number="-12") == {"number": {"type": "number_input", "value": "-12"}}
