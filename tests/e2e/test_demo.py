"""The newcomer's first minute: the whole demo in a real browser, from the typed command to the consent page."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from slack_app.adapters.setups import FRESH_SECONDS
from slack_app.demo.run import Demo, running
from tests.stage import stretched


@pytest.fixture(scope="module")
def demo() -> Iterator[Demo]:
    with running() as demo:
        yield demo


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(locale="en-GB", timezone_id="UTC")
    yield context
    context.close()


@pytest.fixture
def page(demo: Demo, context: BrowserContext) -> Iterator[Page]:
    page = context.new_page()
    page.goto(demo.url)
    yield page
    demo.play("unmapped")  # whatever was set up is gone, and begins anew with "none"
    demo.play("none")


def type_command(page: Page, text: str) -> None:
    page.get_by_test_id("composer").fill(text)
    page.keyboard.press("Enter")


def open_link(page: Page, context: BrowserContext, dm: str) -> Page:
    """Go to the direct message, press the button of its link; returns the consent page."""
    page.get_by_test_id("unread-badge").wait_for()
    page.get_by_test_id(f"channel-{dm}").click()
    with context.expect_page() as opened:
        page.get_by_role("link", name="Connect GitHub").last.click()
    return opened.value


def test_from_the_typed_command_to_connected(page: Page, context: BrowserContext) -> None:
    type_command(page, "/connect github")

    consent = open_link(page, context, "D0MAYA")
    expect(consent.get_by_role("heading")).to_have_text("Freddy Connect would like to use your GitHub account")
    consent.get_by_label("second@example.com").check()
    consent.get_by_role("button", name="Allow").click()

    expect(consent.get_by_role("heading")).to_have_text("Connected")
    expect(consent.get_by_text("GitHub is connected as second@example.com.")).to_be_visible()
    message = page.get_by_test_id("message").last
    expect(message).to_contain_text("GitHub is connected as second@example.com", timeout=1000 * stretched(5))

    # and when it is somebody else's account
    message.get_by_role("button", name="This isn't me").click()
    page.get_by_role("dialog").get_by_role("button", name="Disconnect").click()

    expect(message).to_contain_text("second@example.com is disconnected.")


def test_from_the_typed_command_to_declined(page: Page, demo: Demo, context: BrowserContext) -> None:
    page.goto(f"{demo.url}/?user=U0LEON")
    type_command(page, "/connect github")

    consent = open_link(page, context, "D0LEON")
    consent.get_by_role("button", name="Deny").click()

    expect(consent.get_by_role("heading")).to_have_text("Declined")
    expect(page.get_by_test_id("message").last).to_contain_text(
        "You chose Deny on GitHub's page. Nothing changed.", timeout=5_000
    )


def test_an_expired_link_is_renewed_with_one_press_and_finished(
    page: Page, demo: Demo, context: BrowserContext
) -> None:
    page.goto(f"{demo.url}/?user=U0LEON")
    type_command(page, "/connect notion")
    page.get_by_test_id("channel-D0LEON").click()
    message = page.get_by_test_id("message").last
    expect(message).to_contain_text(re.compile("Connect Notion", re.IGNORECASE))

    page.get_by_test_id("fault-menu").click()
    page.get_by_test_id("fault-later").click()
    expect(message).to_contain_text(
        re.compile("Your notion link has expired.", re.IGNORECASE), timeout=1000 * stretched(20)
    )
    message.get_by_role("button", name="Get a new link").click()

    expect(message).to_contain_text(re.compile("Connect Notion", re.IGNORECASE))
    with context.expect_page() as opened:
        message.get_by_role("link", name="Connect Notion").click()
    opened.value.get_by_role("button", name="Allow").click()
    expect(message).to_contain_text("Notion is connected as dev@example.com", timeout=1000 * stretched(5))


def test_from_the_menu_to_connected_to_disconnected_in_the_app_home(
    page: Page, demo: Demo, context: BrowserContext
) -> None:
    page.goto(f"{demo.url}/?user=U0LEON")
    type_command(page, "/connect")
    answer = page.get_by_test_id("message").filter(has=page.get_by_test_id("private-marker")).last
    expect(answer).to_contain_text("Which tool do you want to connect?")

    # typing searches, Enter chooses
    answer.locator('[data-action-id="menu_choose"]').click()
    page.keyboard.type("lin")
    expect(page.get_by_role("option")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(answer).to_contain_text("Connect Linear")

    with context.expect_page() as opened:
        answer.get_by_role("link", name="Connect Linear").click()
    opened.value.get_by_role("button", name="Allow").click()
    expect(answer).to_contain_text("Linear is connected as dev@example.com", timeout=1000 * stretched(5))
    expect(page.locator(".toast").filter(has_text="is connected")).to_have_count(0)  # Slack does not notify of edits
    page.get_by_test_id("channel-D0LEON").click()
    expect(page.get_by_test_id("message").last).to_contain_text("Linear is connected as dev@example.com")

    # the App Home knows it, and takes it away again
    page.get_by_test_id("tab-home").click()
    home = page.get_by_test_id("home")
    expect(home).to_contain_text("Linear as dev@example.com")
    home.get_by_role("button", name="Disconnect").first.click()
    page.get_by_role("dialog").get_by_role("button", name="Disconnect").click()

    expect(home).to_contain_text("Linear (dev@example.com) is disconnected.")
    expect(home).not_to_contain_text("Linear as dev@example.com")
    assert "linear" not in [connection.tool_key for connection in demo.platform.connections.values()]


def test_the_shortcut_leads_through_two_modals_to_the_link(page: Page) -> None:
    page.get_by_test_id("shortcuts").click()
    page.get_by_test_id("shortcut-connect_open_menu").click()
    modal = page.get_by_test_id("modal")
    modal.locator('[data-action-id="menu_choose"]').click()
    page.keyboard.type("share")
    expect(page.get_by_role("option")).to_have_count(1)
    page.keyboard.press("Enter")
    page.get_by_test_id("modal-submit").click()

    modal.get_by_label("Site name").fill("Team Marketing")
    page.get_by_test_id("modal-submit").click()

    expect(modal.get_by_role("link", name="Connect SharePoint")).to_be_visible()
    page.get_by_test_id("modal-close").first.click()
    page.get_by_test_id("channel-D0MAYA").click()
    expect(page.get_by_test_id("message").last).to_contain_text("Connect SharePoint")


def test_a_near_miss_is_one_press_from_the_link(page: Page) -> None:
    type_command(page, "/connect airtabel")
    answer = page.get_by_test_id("message").filter(has=page.get_by_test_id("private-marker")).last

    answer.get_by_role("button", name="Connect Airtable").click()

    expect(answer).to_contain_text("Connect Airtable")


def test_the_private_answer_has_the_same_link(page: Page) -> None:
    type_command(page, "/connect notion")

    answer = page.get_by_test_id("message").filter(has=page.get_by_test_id("private-marker")).last
    expect(answer).to_contain_text(re.compile("Connect Notion", re.IGNORECASE))
    expect(answer.get_by_role("link", name="Connect Notion")).to_be_visible()


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        ("unauthorized", "Freddy Connect's key was rejected."),
        ("forbidden", "Your organization doesn't allow Linear."),
        ("unsafe_link", "I couldn't get your Linear link; it's not your fault."),
        ("dm_closed", "I couldn't message you, so the link is only here."),
        ("unmapped", "Freddy Connect isn't set up here yet."),
        ("redis_down", "I can't take requests right now. Please try again in a minute."),
        ("redis_frozen", "I can't take requests right now. Please try again in a minute."),
    ],
)
def test_a_fault_can_be_played_and_is_told_in_friendly_words(page: Page, fault: str, told: str) -> None:
    page.get_by_test_id("fault-menu").click()
    page.get_by_test_id(f"fault-{fault}").click()
    expect(page.get_by_test_id("fault-banner")).to_be_visible()
    page.wait_for_timeout(1000 * FRESH_SECONDS)  # so long a process of the app remembers the setup of before

    type_command(page, "/connect linear")

    answer = page.get_by_test_id("message").filter(has=page.get_by_test_id("private-marker")).last
    expect(answer).to_contain_text(told, timeout=1000 * stretched(10))


def test_a_killed_worker_loses_nothing(page: Page, demo: Demo, context: BrowserContext) -> None:
    demo.play("worker_killed")
    type_command(page, "/connect github")
    answer = page.get_by_test_id("message").filter(has=page.get_by_test_id("private-marker")).last
    expect(answer).to_contain_text("I asked for your GitHub link.")

    demo.play("none")

    expect(answer).to_contain_text(re.compile("Connect GitHub", re.IGNORECASE), timeout=1000 * stretched(20))


def test_an_admin_is_asked_sets_it_up_and_a_member_connects_with_a_key_of_their_own(page: Page, demo: Demo) -> None:
    demo.play("unmapped")
    page.wait_for_timeout(1000 * FRESH_SECONDS)
    page.goto(f"{demo.url}/?user=U0LEON")
    type_command(page, "/connect asana")
    answer = page.get_by_test_id("message").filter(has=page.get_by_test_id("private-marker")).last
    answer.get_by_role("button", name="Ask an admin").click()
    expect(answer).to_contain_text("I'll message you when it's ready.")

    # Maya is asked, and sets it up
    page.goto(f"{demo.url}/?user=U0MAYA")
    page.get_by_test_id("channel-D0MAYA").click()
    asked = page.get_by_test_id("message").last
    expect(asked).to_contain_text("wants to connect Asana. This workspace isn't set up yet.")
    asked.get_by_role("button", name="Open setup").click()
    modal = page.get_by_test_id("modal")
    modal.get_by_label("Organization id").fill("org_demo")
    modal.get_by_label("API key").fill("ak_of_maya_0123456789")
    page.get_by_test_id("modal-submit").click()
    expect(modal).to_contain_text("Saved. This workspace is connected to org_demo.")

    # Leon is told, tries again, and is asked for his key; then what he wanted goes on by itself
    page.goto(f"{demo.url}/?user=U0LEON")
    page.get_by_test_id("channel-D0LEON").click()
    message = page.get_by_test_id("message").last
    expect(message).to_contain_text("You can connect Asana now.")
    message.get_by_role("button", name="Connect Asana").click()
    last = page.get_by_test_id("message").last
    expect(last).to_contain_text("One-time step:")
    last.get_by_role("button", name="Add my key").click()
    modal.get_by_label("API key").fill("ak_of_leon_0123456789")
    page.get_by_test_id("modal-submit").click()
    expect(modal).to_contain_text("Key saved (…6789).")
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("message").last).to_contain_text(re.compile("Connect Asana", re.IGNORECASE))


def test_another_workspace_installs_the_app_is_set_up_asks_its_admin_and_connects(page: Page, demo: Demo) -> None:
    page.goto(demo.install_url)
    page.get_by_role("link", name="Add to Slack").click()
    page.get_by_test_id("authorize-workspace").click()
    page.get_by_test_id("authorize-workspace-T0NORD").click()
    page.get_by_test_id("authorize-allow").click()
    expect(page.get_by_role("heading")).to_have_text("Freddy Connect is installed in Nordlicht")
    page.get_by_role("link", name="Open Slack").click()
    expect(page.get_by_test_id("composer")).to_be_visible()

    # a member asks before anybody has set it up
    page.goto(f"{demo.url}/?team=T0NORD&user=U0TOM")
    type_command(page, "/connect notion")
    answer = page.get_by_test_id("message").filter(has=page.get_by_test_id("private-marker")).last
    answer.get_by_role("button", name="Ask an admin").click()
    expect(answer).to_contain_text("I'll message you when it's ready.")

    # the admin was invited when the app was installed, and asked just now
    page.goto(f"{demo.url}/?team=T0NORD&user=U0IDA")
    page.get_by_test_id("channel-D0IDA").click()
    expect(page.get_by_test_id("message").first).to_contain_text("Freddy Connect is installed. One step is left:")
    page.get_by_test_id("message").last.get_by_role("button", name="Open setup").click()
    modal = page.get_by_test_id("modal")
    modal.get_by_label("Organization id").fill("org_nordlicht")
    modal.get_by_label("API key").fill("ak_of_ida_0123456789")
    page.get_by_test_id("modal-submit").click()
    expect(modal).to_contain_text("Saved. This workspace is connected to org_nordlicht.")

    # the member is told, brings a key of their own, and connects
    page.goto(f"{demo.url}/?team=T0NORD&user=U0TOM")
    page.get_by_test_id("channel-D0TOM").click()
    page.get_by_test_id("message").last.get_by_role("button", name="Connect Notion").click()
    page.get_by_test_id("message").last.get_by_role("button", name="Add my key").click()
    modal.get_by_label("API key").fill("ak_of_tom_0123456789")
    page.get_by_test_id("modal-submit").click()
    expect(modal).to_contain_text("Key saved")
    page.keyboard.press("Escape")
    link = page.get_by_test_id("message").last
    expect(link).to_contain_text(re.compile("Connect Notion", re.IGNORECASE))
    with page.context.expect_page() as opened:
        link.get_by_role("link", name=re.compile("Connect notion", re.IGNORECASE)).click()
    opened.value.get_by_role("button", name="Allow").click()
    expect(link).to_contain_text("Notion is connected as dev@example.com", timeout=1000 * stretched(5))
    [connection] = [c for c in demo.platform.connections.values() if c.owner == "ak_of_tom_0123456789"]
    assert connection.tool_key == "notion"
