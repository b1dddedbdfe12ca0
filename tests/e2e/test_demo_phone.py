"""The demo on a phone: no page of it is wider than the screen."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from slack_app.demo.run import Demo, running


@pytest.fixture(scope="module")
def demo() -> Iterator[Demo]:
    with running() as demo:
        yield demo


@pytest.fixture(params=[320, 360, 390])
def page(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": request.param, "height": 844})
    yield context.new_page()
    context.close()


def wide(page: Page) -> list[str]:
    """Return what reaches beyond the screen, once the whole page is there."""
    page.wait_for_load_state()
    assert page.viewport_size
    width = page.viewport_size["width"]
    if page.evaluate("document.documentElement.scrollWidth") <= width:
        return []
    found: list[str] = page.evaluate(
        "w => [...document.querySelectorAll('*')].filter(e => e.getBoundingClientRect().right > w)"
        ".map(e => `${e.tagName}.${e.className}`)",
        width,
    )
    return found or ["the page"]


def type_command(page: Page, text: str) -> None:
    before = page.get_by_test_id("message").count()
    page.get_by_test_id("composer").fill(text)
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("message").nth(before)).to_be_visible()


def test_the_conversation_its_menus_and_the_app_home_fit(page: Page, demo: Demo) -> None:
    page.goto(f"{demo.url}/?user=U0MAYA")
    expect(page.get_by_test_id("composer")).to_be_visible()
    assert wide(page) == []

    for text in ("/connect github", "/connect", "/connect airtabel", "/connect help", "/connect status"):
        type_command(page, text)
        assert wide(page) == []
    for menu in ("fault-menu", "person-switch"):
        page.get_by_test_id(menu).click()
        assert wide(page) == []
        page.keyboard.press("Escape")
    page.locator("#drawer-button").click()
    assert wide(page) == []
    page.get_by_test_id("channel-D0MAYA").click()
    assert wide(page) == []
    page.get_by_test_id("tab-home").click()
    expect(page.get_by_test_id("home")).to_contain_text("GitHub")
    assert wide(page) == []


def test_a_modal_fits(page: Page, demo: Demo) -> None:
    page.goto(f"{demo.url}/?user=U0LEON")
    page.get_by_test_id("shortcuts").click()
    page.get_by_test_id("shortcut-connect_open_menu").click()

    expect(page.get_by_test_id("modal")).to_be_visible()
    assert wide(page) == []

    page.get_by_test_id("modal-close").first.click()
    expect(page.get_by_test_id("modal")).to_have_count(0)


def test_the_pages_of_the_install_and_of_the_consent_fit(page: Page, demo: Demo) -> None:
    page.goto(f"{demo.url}/?team=T0NORD&user=U0IDA")
    expect(page.locator("#workspace-holder")).to_be_visible()
    assert wide(page) == []

    page.goto(demo.install_url)
    assert wide(page) == []
    page.get_by_role("link", name="Add to Slack").click()
    expect(page.get_by_test_id("authorize-allow")).to_be_visible()
    assert wide(page) == []
    page.get_by_test_id("authorize-allow").click()
    expect(page.get_by_role("heading")).to_contain_text("is installed in")
    assert wide(page) == []
    for address in (f"{demo.install_url}/nothing", f"{demo.url}/oauth/v2/authorize?client_id=nobody"):
        page.goto(address)
        assert wide(page) == []

    page.goto(f"{demo.url}/?user=U0LEON")
    assert page.viewport_size
    tool = {320: "notion", 360: "linear", 390: "asana"}[page.viewport_size["width"]]  # each is declined once
    type_command(page, f"/connect {tool}")
    # the notification that comes for a moment is a link of that name, too
    messages = page.get_by_test_id("message")
    button = messages.get_by_role("link", name=re.compile(f"Connect {tool}", re.IGNORECASE)).last
    page.goto(button.get_attribute("href") or "")
    assert wide(page) == []
    page.get_by_role("button", name="Deny").click()
    expect(page.get_by_role("heading")).to_have_text("Declined")
    assert wide(page) == []
