"""How many presses it takes to a link, counted by a hand in a real browser."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from cryptography.fernet import Fernet
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from slack_app.adapters.redis import open_patient
from slack_app.adapters.setups import RedisSetups
from slack_app.model.workspaces import KeyMode, Setup
from tests.e2e.acts import Acts, acts
from tests.stage import GENERAL, MAYA, Stage, wait_for

KEY_OF_MAYA = "ak_canary_maya_0123456789"


class Hand:
    """Counts what a person does: a command, an opening, a choice and a press are one each, a paste is none."""

    def __init__(self, context: BrowserContext, app: Stage) -> None:
        self.presses = 0
        self.context = context
        self.page = context.new_page()
        self.page.goto(f"{app.workspace.base_url}/?team={app.workspace.team_id}&user={MAYA}#{GENERAL}")
        expect(self.page.get_by_test_id("composer")).to_be_visible()

    def types(self, command: str) -> None:
        self.page.get_by_test_id("composer").fill(command)
        self.page.keyboard.press("Enter")
        self.presses += 1

    def presses_on(self, button: Locator) -> None:
        button.click()
        self.presses += 1

    def chooses(self, menu: Locator, name: str) -> None:
        menu.click()
        self.page.get_by_role("option", name=name, exact=True).click()
        self.presses += 1

    def follows(self, link: Locator) -> str:
        """Press a link; returns where it leads."""
        with self.context.expect_page() as opened:
            self.presses_on(link)
        expect(opened.value.get_by_role("button", name="Allow")).to_be_visible()
        return opened.value.url


@pytest.fixture(scope="module")
def modules_app(modules_redis_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Acts]:
    """One process that answers and works, and can keep keys."""
    log = tmp_path_factory.mktemp("app") / "app.log"
    with acts(modules_redis_url, log, ENCRYPTION_KEYS=Fernet.generate_key().decode()) as running:
        yield running


@pytest.fixture
def hand(browser: Browser, app: Stage) -> Iterator[Hand]:
    context = browser.new_context(locale="en-GB", timezone_id="UTC", reduced_motion="reduce")
    yield Hand(context, app)
    context.close()


def each_with_an_own_key(app: Stage) -> None:
    app.platform.accept(KEY_OF_MAYA, app.organization_id)
    redis = open_patient(app.environment["REDIS_URL"])
    assert RedisSetups(redis, {}).save(Setup(app.workspace.team_id, app.organization_id, KeyMode.PER_USER), "test")
    redis.close()


def private_answer(page: Page) -> Locator:
    return page.get_by_test_id("message").filter(has=page.get_by_test_id("private-marker")).last


def leads_to_the_link(app: Stage, address: str) -> bool:
    return address in [pending.authorization_url for pending in app.platform.pending.values()]


def test_from_the_command_with_a_name_the_link_is_two_presses_away(hand: Hand, app: Stage) -> None:
    hand.types("/connect github")
    address = hand.follows(private_answer(hand.page).get_by_role("link", name="Connect GitHub"))

    assert leads_to_the_link(app, address)
    assert hand.presses == 2


def test_from_the_menu_of_the_command_the_link_is_three_presses_away(hand: Hand, app: Stage) -> None:
    """reports.md B13"""
    hand.types("/connect")
    answer = private_answer(hand.page)
    hand.chooses(answer.locator('[data-action-id="menu_choose"]'), "GitHub")
    address = hand.follows(answer.get_by_role("link", name="Connect GitHub"))

    assert leads_to_the_link(app, address)
    assert hand.presses == 3


def test_from_the_app_home_the_link_is_three_presses_away(hand: Hand, app: Stage) -> None:
    """reports.md B13"""
    hand.page.get_by_test_id(f"channel-{app.workspace.dm_of(MAYA)}").click()  # the app was opened there last
    hand.presses_on(hand.page.get_by_test_id("tab-home"))
    home = hand.page.get_by_test_id("home")
    hand.presses_on(home.get_by_role("button", name="Connect GitHub"))
    address = hand.follows(home.get_by_role("link", name="Connect GitHub"))

    assert leads_to_the_link(app, address)
    assert hand.presses == 3


def test_from_the_shortcut_the_link_is_four_presses_away(hand: Hand, app: Stage) -> None:
    """reports.md B13"""
    hand.page.get_by_test_id("shortcuts").click()
    hand.presses_on(hand.page.get_by_test_id("shortcut-connect_open_menu"))
    modal = hand.page.get_by_test_id("modal")
    hand.chooses(modal.locator('[data-action-id="menu_choose"]'), "GitHub")
    hand.presses_on(modal.get_by_role("button", name="Get my link"))
    address = hand.follows(modal.get_by_role("link", name="Connect GitHub"))

    assert leads_to_the_link(app, address)
    assert hand.presses == 4


def test_the_first_time_with_an_own_key_it_is_the_command_three_presses_and_the_paste(hand: Hand, app: Stage) -> None:
    """wording.md, key kept: the link comes into the modal that took the key, and to where it was asked for."""
    each_with_an_own_key(app)
    hand.types("/connect github")
    command = hand.presses
    hand.presses_on(private_answer(hand.page).get_by_role("button", name="Add my key"))
    modal = hand.page.get_by_test_id("modal")
    modal.get_by_label("API key").fill(KEY_OF_MAYA)
    hand.presses_on(modal.get_by_role("button", name="Save my key"))
    address = hand.follows(modal.get_by_role("link", name="Connect GitHub"))

    expect(modal).to_contain_text("Key saved (…6789).")
    assert leads_to_the_link(app, address)
    assert (command, hand.presses - command) == (1, 3)


def test_a_link_that_takes_longer_is_said_to_come_into_the_modal_and_to_the_channel(hand: Hand, app: Stage) -> None:
    """wording.md, key kept."""
    each_with_an_own_key(app)
    hand.types("/connect github")
    hand.presses_on(private_answer(hand.page).get_by_role("button", name="Add my key"))
    modal = hand.page.get_by_test_id("modal")
    modal.get_by_label("API key").fill(KEY_OF_MAYA)
    app.platform.delay = 3.0
    hand.presses_on(modal.get_by_role("button", name="Save my key"))

    expect(modal).to_contain_text("Key saved (…6789). Your GitHub link will appear here and in #general.")
    app.platform.delay = 0.0
    wait_for(lambda: app.platform.pending)
    expect(modal.get_by_role("link", name="Connect GitHub")).to_be_visible()
    expect(private_answer(hand.page)).to_contain_text(re.compile("Connect GitHub"))
