"""Takes the pictures of the README and the docs from the running demo: `python docs/take_screenshots.py`."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, Page, expect, sync_playwright

from slack_app.demo.run import Demo, running

IMAGES = Path(__file__).parent / "images"
SIZE = {"width": 1200, "height": 720}
SCHEMES: list[Literal["light", "dark"]] = ["light", "dark"]


def ask(page: Page, text: str, answer: str) -> None:
    """Type the command and wait for its private answer."""
    page.get_by_test_id("composer").fill(text)
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("message").last).to_contain_text(
        re.compile(re.escape(answer), re.IGNORECASE), timeout=20_000
    )


def conversation(browser: Browser, demo: Demo, scheme: Literal["light", "dark"], user: str) -> None:
    """The private answer in a channel, and the consent page behind the link."""
    context = browser.new_context(viewport=SIZE, color_scheme=scheme, locale="en-GB", reduced_motion="reduce")  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(f"{demo.url}/?user={user}")
    ask(page, "/connect github", "Connect GitHub")
    page.screenshot(path=IMAGES / f"answer-{scheme}.png")
    page.get_by_test_id(f"channel-{demo.workspace.dm_of(user)}").click()
    expect(page.get_by_test_id("message").last).to_contain_text(re.compile("Connect GitHub", re.IGNORECASE))
    with context.expect_page() as opened:
        page.get_by_role("link", name="Connect GitHub").last.click()
    consent = opened.value
    expect(consent.get_by_role("button", name="Allow")).to_be_visible()
    consent.screenshot(path=IMAGES / f"consent-{scheme}.png")
    context.close()


def faults(browser: Browser, demo: Demo) -> None:
    """What a person reads when it does not work."""
    context = browser.new_context(viewport=SIZE, color_scheme="light", locale="en-GB", reduced_motion="reduce")  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(f"{demo.url}/#C0DESIGN")
    page.get_by_test_id("channel-C0DESIGN").click()
    for name, answer in {"unauthorized": "key was rejected", "forbidden": "doesn't allow Asana"}.items():
        demo.play(name)
        ask(page, "/connect asana", answer)
    demo.play("none")
    ask(page, "/connect githib", "Did you mean")
    page.screenshot(path=IMAGES / "trouble.png")
    context.close()


def ends(browser: Browser, demo: Demo) -> None:
    """The message of a link in three states of its life."""
    context = browser.new_context(viewport=SIZE, color_scheme="light", locale="en-GB", reduced_motion="reduce")  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(f"{demo.url}/?user=U0MAYA#dm")
    for tool, decision in {"gitlab": "Allow", "notion": "Deny", "linear": None}.items():
        ask(page, f"connect {tool}", f"Connect {tool}")
        if decision is None:
            continue
        with context.expect_page() as opened:
            page.get_by_role("link", name=f"Connect {tool}").last.click()
        opened.value.get_by_role("button", name=decision).click()
        said = re.compile("is connected|Nothing changed")
        expect(page.get_by_test_id("message").last).to_contain_text(said, timeout=10_000)
        opened.value.close()
    demo.play("later")
    expect(page.get_by_test_id("message").last).to_contain_text("has expired", timeout=20_000)
    page.screenshot(path=IMAGES / "ends.png")
    ask(page, "status", "What you have connected")
    page.screenshot(path=IMAGES / "status.png")
    context.close()


def choosing(browser: Browser, demo: Demo) -> None:
    """The menu of `/connect` alone, the modals behind it, and the App Home; by somebody who has connected some."""
    context = browser.new_context(viewport=SIZE, color_scheme="light", locale="en-GB", reduced_motion="reduce")  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(f"{demo.url}/?user=U0MAYA#C0DESIGN")
    ask(page, "/connect", "Which tool do you want to connect?")
    page.get_by_test_id("message").last.locator('[data-action-id="menu_choose"]').click()
    page.screenshot(path=IMAGES / "menu.png")
    page.keyboard.press("Escape")
    ask(page, "/connect sharepoint", "needs a detail first")
    expect(page.get_by_test_id("modal")).to_be_visible()
    page.screenshot(path=IMAGES / "details.png")
    page.get_by_test_id("modal-close").click()
    page.get_by_test_id("shortcuts").click()
    page.get_by_test_id("shortcut-connect_open_menu").click()
    expect(page.get_by_test_id("modal")).to_be_visible()
    page.screenshot(path=IMAGES / "shortcut.png")
    page.get_by_test_id("modal-close").click()
    page.goto(f"{demo.url}/?user=U0MAYA#home")
    page.get_by_test_id("tab-home").click()
    expect(page.get_by_test_id("home")).to_contain_text("GitLab as dev@example.com")
    page.screenshot(path=IMAGES / "home.png")
    page.set_viewport_size({"width": 390, "height": 844})
    page.screenshot(path=IMAGES / "home-phone.png")
    context.close()


def setting_up(browser: Browser, demo: Demo) -> None:
    """A second workspace installs the app: its member asks an admin, who sets it up, and brings a key of their own."""
    context = browser.new_context(viewport=SIZE, color_scheme="light", locale="en-GB", reduced_motion="reduce")  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(demo.install_url)
    page.screenshot(path=IMAGES / "install.png")
    page.get_by_role("link", name="Add to Slack").click()
    page.get_by_test_id("authorize-workspace").click()
    page.get_by_test_id("authorize-workspace-T0NORD").click()
    page.get_by_test_id("authorize-allow").click()
    expect(page.get_by_role("heading")).to_have_text("Freddy Connect is installed in Nordlicht")
    page.goto(f"{demo.url}/?team=T0NORD&user=U0TOM")
    ask(page, "/connect notion", "isn't set up here yet")
    page.get_by_test_id("message").last.get_by_role("button", name="Ask an admin").click()
    expect(page.get_by_test_id("message").last).to_contain_text("message you when it")
    page.goto(f"{demo.url}/?team=T0NORD&user=U0IDA")
    page.get_by_test_id("channel-D0IDA").click()
    expect(page.get_by_test_id("message").last).to_contain_text("wants to connect")
    page.screenshot(path=IMAGES / "ask.png")
    page.get_by_test_id("message").last.get_by_role("button", name="Open setup").click()
    modal = page.get_by_test_id("modal")
    modal.get_by_label("Organization id").fill("org_nordlicht")
    modal.get_by_label("API key").fill("ak_of_ida_0123456789")
    page.set_viewport_size({"width": 1200, "height": 1180})
    page.screenshot(path=IMAGES / "setup.png")
    page.set_viewport_size({"width": 390, "height": 844})
    page.screenshot(path=IMAGES / "setup-phone.png")
    page.set_viewport_size(SIZE)  # type: ignore[arg-type]
    page.get_by_test_id("modal-submit").click()
    expect(modal).to_contain_text("Saved.")
    page.screenshot(path=IMAGES / "setup-saved.png")
    page.goto(f"{demo.url}/?team=T0NORD&user=U0TOM")
    page.get_by_test_id("channel-D0TOM").click()
    page.get_by_test_id("message").last.get_by_role("button", name="Connect Notion").click()
    page.get_by_test_id("message").last.get_by_role("button", name="Add my key").click()
    modal.get_by_label("API key").fill("ak_of_tom_0123456789")
    page.screenshot(path=IMAGES / "key.png")
    context.close()


def main() -> None:
    """Take them all."""
    IMAGES.mkdir(exist_ok=True)
    with running() as demo, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu", "--no-first-run"]
        )
        for scheme, user in zip(SCHEMES, ["U0MAYA", "U0LEON"], strict=True):
            conversation(browser, demo, scheme, user)
        ends(browser, demo)
        choosing(browser, demo)
        faults(browser, demo)
        setting_up(browser, demo)
        browser.close()


main()
