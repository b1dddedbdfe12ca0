"""Inputs of which several can be chosen, in a real browser; the Slack app behind the page is a stub."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.views_page import MAYA, TOOLS, ViewsPage, actions, element, option, plain, views_page


@pytest.fixture
def stage(browser: Browser) -> Iterator[ViewsPage]:
    with views_page(browser) as opened:
        yield opened


def asked(name: str, label: str, part: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "type": "input",
        "block_id": name,
        "label": plain(label),
        "element": {"action_id": f"{name}_chosen", **part},
        **more,
    }


TOOL = asked(
    "tool",
    "Tools",
    {
        "type": "multi_static_select",
        "placeholder": plain("Select tools"),
        "option_groups": TOOLS,
        "max_selected_items": 2,
    },
)
WHO = asked("who", "People", {"type": "multi_users_select", "placeholder": plain("Select people")})
FOUND = asked("found", "More tools", {"type": "multi_external_select", "min_query_length": 1}, optional=True)
HOW = asked(
    "how", "Credentials", {"type": "radio_buttons", "options": [option("Everybody"), option("Some", "Named below")]}
)
ALSO = asked("also", "Also", {"type": "checkboxes", "options": [option("Tell them"), option("Ask me")]}, optional=True)
MORE = actions({"type": "button", "action_id": "more", "text": plain("Only some people")})
MODAL = {
    "type": "modal",
    "title": plain("Rules"),
    "submit": plain("Save"),
    "blocks": [TOOL, HOW, ALSO, FOUND, MORE],
}


def open_modal(stage: ViewsPage) -> Page:
    """Press the button that opens the modal; a button in the modal asks for people besides."""

    def answer(told: dict[str, Any]) -> dict[str, Any] | None:
        if told["type"] == "block_suggestion":
            return {"options": [option("Linear"), option("Lattice")]}
        if told["type"] == "block_actions" and "view" in told:
            view = {**MODAL, "blocks": [TOOL, HOW, WHO, ALSO, FOUND]}
            stage.app.client.views_update(view_id=told["view"]["id"], view=view)
        elif told["type"] == "block_actions":
            stage.app.client.views_open(trigger_id=told["trigger_id"], view=MODAL)
        return None

    stage.app.answer = answer
    page = stage.open()
    stage.dm(actions({"type": "button", "action_id": "rules", "text": plain("Rules")}))
    page.get_by_role("button", name="Rules").press("Enter")
    expect(page.get_by_role("dialog", name="Rules")).to_be_visible()
    return page


def chips(page: Page, action_id: str) -> list[str]:
    return element(page, action_id).locator("..").locator(".chip").all_inner_texts()


def test_several_are_chosen_and_removed_without_a_mouse(stage: ViewsPage) -> None:
    # given a modal whose first field takes two tools
    page = open_modal(stage)
    tools = element(page, "tool_chosen")
    expect(tools).to_be_focused()

    # when two are chosen, then the panel stays open, and a third cannot be had
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.keyboard.type("lin")
    page.keyboard.press("Enter")
    expect(page.get_by_role("option", name="Linear")).to_have_attribute("aria-selected", "true")
    for _ in "lin":
        page.keyboard.press("Backspace")
    expect(page.get_by_role("option", name="Jira")).to_be_disabled()
    page.get_by_role("option", name="Jira").click(force=True)
    page.keyboard.press("Escape")

    # then both are there to be seen and heard, and Escape has closed the panel alone
    assert chips(page, "tool_chosen") == ["GitHub", "Linear"]
    expect(tools).to_be_focused()
    expect(tools).to_have_accessible_name("Tools No more than 2 (chosen: GitHub, Linear)")
    expect(page.get_by_test_id("modal")).to_be_visible()

    # and one is removed by its own button
    page.get_by_role("button", name="Remove GitHub").press("Enter")
    assert chips(page, "tool_chosen") == ["Linear"]
    expect(tools).to_be_focused()


def test_a_modal_with_several_of_everything_is_submitted(stage: ViewsPage) -> None:
    # given a modal to which a button adds a field for people
    page = open_modal(stage)
    modal = page.get_by_test_id("modal")
    element(page, "tool_chosen").click()
    page.get_by_role("option", name="GitHub").click()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Only some people").click()
    expect(element(page, "who_chosen")).to_be_visible()
    assert chips(page, "tool_chosen") == ["GitHub"]

    # when it is submitted without what is required, then it stays open and says so
    page.get_by_test_id("modal-submit").click()
    expect(modal.get_by_text("Please complete this required field.")).to_have_count(2)
    assert stage.app.of("view_submission") == []

    # and when all is filled in
    element(page, "who_chosen").click()
    page.get_by_role("option", name="Leon Okafor").click()
    page.get_by_role("option", name="Maya Lindqvist").click()
    page.keyboard.press("Escape")
    modal.get_by_label("Some").check()
    modal.get_by_label("Ask me").check()
    element(page, "found_chosen").click()
    page.keyboard.type("l")
    page.get_by_role("option", name="Lattice").click()
    page.keyboard.press("Escape")
    page.get_by_test_id("modal-submit").click()
    expect(modal).to_have_count(0)

    # then the app is told all of it
    (told,) = stage.app.of("view_submission")
    values = told["view"]["state"]["values"]
    assert values["who"]["who_chosen"] == {"type": "multi_users_select", "selected_users": ["U0LEON", MAYA]}
    assert values["how"]["how_chosen"]["selected_option"]["value"] == "some"
    several = {
        name: [o["value"] for o in values[name][f"{name}_chosen"]["selected_options"]]
        for name in ("tool", "also", "found")
    }
    assert several == {"tool": ["github"], "also": ["ask me"], "found": ["lattice"]}


def test_in_a_message_the_app_is_told_once_when_the_panel_closes(stage: ViewsPage) -> None:
    # given a message with a select of several people
    page = stage.open()
    people = {"type": "multi_users_select", "action_id": "people", "placeholder": plain("People")}
    stage.dm({"type": "section", "text": plain("Who?"), "accessory": people})

    # when two are chosen
    element(page, "people").click()
    page.get_by_role("option", name="Leon Okafor").click()
    page.get_by_role("option", name="Maya Lindqvist").click()
    assert stage.app.of("block_actions") == []
    with page.expect_response("**/page/act"):
        page.keyboard.press("Escape")

    # then the app hears of both together
    (told,) = stage.app.of("block_actions")
    assert told["actions"][0]["selected_users"] == ["U0LEON", MAYA]
