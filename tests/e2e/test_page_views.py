"""Selects, App Home, modals and shortcuts of the demo's page in a real browser; the Slack app behind it is a stub."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.views_page import (
    MAYA,
    PHONE,
    RENAME,
    SELECT,
    ViewsPage,
    actions,
    element,
    home,
    option,
    plain,
    views_page,
)
from tests.stage import wait_for


@pytest.fixture
def stage(browser: Browser) -> Iterator[ViewsPage]:
    with views_page(browser) as opened:
        yield opened


def test_a_select_is_searched_and_chosen_from_without_a_mouse(stage: ViewsPage) -> None:
    # given a message with a select of two groups
    page = stage.open()
    stage.dm(actions(SELECT))
    select = element(page, "pick")

    # when it is opened
    select.press("ArrowDown")

    # then every option is there with its line, in its group
    expect(page.get_by_role("option")).to_have_count(4)
    expect(
        page.get_by_role("group", name="Planning").get_by_role("option", name="Linear")
    ).to_have_accessible_description("Issues and cycles")

    # and typing leaves what fits, Enter chooses it, and the app hears of it
    page.keyboard.type("li")
    expect(page.get_by_role("option")).to_have_count(1)
    page.keyboard.type("x")
    expect(page.get_by_text("No results")).to_be_visible()
    page.keyboard.press("Backspace")
    page.keyboard.press("Enter")
    expect(select).to_have_text("Linear")
    expect(select).to_be_focused()
    wait_for(lambda: len(stage.app.of("block_actions")) == 1)
    (action,) = stage.app.of("block_actions")[0]["actions"]
    assert action["action_id"] == "pick"
    assert action["selected_option"]["value"] == "linear"


def test_a_select_asks_the_app_while_one_types(stage: ViewsPage) -> None:
    # given a select whose options the app knows
    known = {"lin": [option("Linear")]}
    stage.app.answer = lambda asked: (
        {"options": known.get(asked["value"], [])} if asked["type"] == "block_suggestion" else None
    )
    page = stage.open()
    stage.dm(actions({"type": "external_select", "action_id": "find", "min_query_length": 2}))

    # when too little is typed, then nothing is asked
    element(page, "find").click()
    page.keyboard.type("l")
    expect(page.get_by_text("Type 2 letters to search")).to_be_visible()

    # and when more is, then the app's options are there to be chosen
    page.keyboard.type("in")
    page.get_by_role("option", name="Linear").click()
    wait_for(lambda: len(stage.app.of("block_actions")) == 1)
    assert stage.app.of("block_actions")[0]["actions"][0]["selected_option"]["value"] == "linear"
    assert {asked["value"] for asked in stage.app.of("block_suggestion")} == {"lin"}

    # and when the app knows none, the page says so
    element(page, "find").click()
    page.keyboard.type("zzz")
    expect(page.get_by_text("No results")).to_be_visible()


def test_a_menu_that_asks_first_does_nothing_when_it_is_declined(stage: ViewsPage) -> None:
    # given a menu behind three dots, with a confirmation
    words = {"title": "Disconnect?", "text": "It forgets you.", "confirm": "Disconnect", "deny": "Keep it"}
    confirm = {name: plain(word) for name, word in words.items()}
    menu = {
        "type": "overflow",
        "action_id": "more",
        "confirm": confirm,
        "options": [option("Off"), option("Disconnect")],
    }
    page = stage.open()
    stage.dm({"type": "section", "text": plain("GitHub"), "accessory": menu})

    # when an entry is chosen and declined, then once more and confirmed
    for answer in ("Keep it", "Disconnect"):
        element(page, "more").press("Enter")
        page.get_by_role("menuitem", name="Disconnect").press("Enter")
        page.get_by_role("dialog").get_by_role("button", name=answer).click()
        expect(page.get_by_role("dialog")).to_have_count(0)

    # then the app hears of it once
    wait_for(lambda: bool(stage.app.of("block_actions")))
    (asked,) = stage.app.of("block_actions")
    assert asked["actions"][0]["selected_option"]["value"] == "disconnect"


def test_what_is_typed_in_the_home_stays_when_the_app_publishes_it_anew(stage: ViewsPage) -> None:
    # given the app's Home, which it publishes when it is opened
    page = stage.open()
    page.get_by_test_id("tab-home").click()
    wait_for(lambda: any(event["tab"] == "home" for event in stage.app.of("app_home_opened")))
    stage.app.client.views_publish(user_id=MAYA, view=home("Welcome"))
    shown = page.get_by_test_id("home")
    expect(shown.get_by_role("heading", name="Welcome")).to_be_visible()
    expect(page.get_by_test_id("composer")).to_be_hidden()

    # when it is published anew while the person types
    field = shown.get_by_label("Find a tool")
    field.press_sequentially("git")
    stage.app.client.views_publish(user_id=MAYA, view=home("Found"))

    # then what was typed is still there, and Enter tells the app
    expect(shown.get_by_role("heading", name="Found")).to_be_visible()
    expect(field).to_have_value("git")
    expect(field).to_be_focused()
    field.press("Enter")
    wait_for(lambda: bool(stage.app.of("block_actions")))
    asked = stage.app.of("block_actions")[0]
    assert asked["actions"][0]["value"] == "git"
    assert asked["view"]["state"]["values"]["search"]["query"]["value"] == "git"

    # and the messages are one tab away
    page.get_by_test_id("tab-home").press("ArrowRight")
    expect(shown).to_be_hidden()
    expect(page.get_by_test_id("composer")).to_be_visible()


def open_rename(stage: ViewsPage) -> Page:
    """Press the button that opens the modal."""

    def answer(asked: dict[str, Any]) -> dict[str, Any] | None:
        if asked["type"] == "block_actions":
            stage.app.client.views_open(trigger_id=asked["trigger_id"], view=RENAME)
        if asked["type"] == "view_submission" and asked["view"]["state"]["values"]["name"]["typed"]["value"] == "work":
            return {"response_action": "errors", "errors": {"name": "There is one of that name."}}
        return None

    stage.app.answer = answer
    page = stage.open()
    stage.dm(actions({"type": "button", "action_id": "rename", "text": plain("Rename")}))
    page.get_by_role("button", name="Rename").press("Enter")
    expect(page.get_by_role("dialog", name="Name this account")).to_be_visible()
    return page


def test_a_modal_keeps_what_was_typed_when_it_is_refused(stage: ViewsPage) -> None:
    # given a modal that the app opened
    page = open_rename(stage)
    modal, field = page.get_by_test_id("modal"), page.get_by_test_id("modal").get_by_label("Name")
    expect(field).to_be_focused()

    # when nothing is filled in, then the app is not even asked
    page.keyboard.press("Enter")
    expect(modal.get_by_text("Please complete this required field.")).to_be_visible()
    assert stage.app.of("view_submission") == []

    # and when the app refuses what was typed, it says why, and all is still there
    page.keyboard.type("work")
    page.keyboard.press("Enter")
    expect(modal.get_by_role("alert").filter(has_text="There is one of that name.")).to_be_visible()
    expect(field).to_have_accessible_description("There is one of that name. Only you see it.")
    expect(field).to_have_value("work")
    expect(field).to_be_focused()

    # and when it is good, the modal closes, and the focus is back where it was
    page.keyboard.type(" 2")
    page.keyboard.press("Enter")
    expect(modal).to_have_count(0)
    expect(page.get_by_role("button", name="Rename")).to_be_focused()
    assert len(stage.app.of("view_submission")) == 2


def test_escape_closes_a_modal_and_is_not_forgotten(stage: ViewsPage) -> None:
    # given a modal
    page = open_rename(stage)

    # when it is closed with Escape
    page.keyboard.press("Escape")

    # then it is gone, also when the page is opened anew
    expect(page.get_by_test_id("modal")).to_have_count(0)
    page.reload()
    expect(page.get_by_role("button", name="Rename")).to_be_visible()
    expect(page.get_by_test_id("modal")).to_have_count(0)
    assert stage.app.of("view_submission") == []


def test_on_a_phone_options_and_modals_fill_the_width(stage: ViewsPage) -> None:
    # given a narrow screen, and a Home
    stage.app.client.views_publish(user_id=MAYA, view=home("Welcome"))
    page = stage.open("/#home")
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]

    # when a select is opened, then its panel has the whole width, down to the bottom
    element(page, "pick").click()
    panel = page.get_by_role("listbox").locator("..")
    wait_for(lambda: panel.evaluate("n => n.getBoundingClientRect().bottom") == PHONE["height"])
    assert panel.evaluate("n => n.offsetWidth") == PHONE["width"]

    # and a press beside it closes it and does nothing else
    page.mouse.click(350, 25)
    expect(page.get_by_role("listbox")).to_have_count(0)
    expect(page.get_by_role("menu")).to_have_count(0)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
