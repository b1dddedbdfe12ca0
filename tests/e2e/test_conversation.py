"""The whole conversation in a real browser, as people go it: wherever the app is installed, however it is answered."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import redis
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from slack_app.demo.clock import FILE, DemoClock
from slack_app.stand_ins.slack import Person, Slack, Workspace
from slack_app.stand_ins.slack.team import Naming
from tests.stage import SIGNING_SECRET, Stage
from tests.workspaces import CLIENT_ID, CLIENT_SECRET, GRID, KEYS, app_for, install, set_up

MAYA, IDA = Person("U0MAYA", "Maya", "Maya Lindqvist"), Person("U0IDA", "Ida", "Ida Holm", "admin")
PLACE, ELSEWHERE, HOME = "T0ONE", "T0TWO", "T0TRE"
"""Where all of it happens, where Maya also is, and where she was first: on a Grid Slack names her home everywhere."""
ORGANIZATION, KEY = KEYS[PLACE]
KEY_OF_MAYA = "ak_canary_maya_0123456789"
LINK_SECONDS, POLL_SECONDS = 600.0, 5.0
"""How long a link lives, and within how much time the app asks how far one is that was opened."""


@dataclass(frozen=True, slots=True)
class Conversation:
    """The app, installed; a browser in front; and the clock that all of them read."""

    app: Stage
    context: BrowserContext
    clock: DemoClock

    def window_of(self, person: Person) -> Page:
        """Open Slack as one of its people, in the workspace that it is about."""
        page = self.context.new_page()
        page.goto(f"{self.app.workspace.base_url}/?team={PLACE}&user={person.id}")
        expect(page.get_by_test_id("composer")).to_be_visible()
        return page

    def goes_on_elsewhere(self) -> None:
        """Read the messages in another workspace of the Grid, if there is one; nobody set the app up there."""
        store = self.app.workspace.store
        if store.enterprise_id:
            store.naming = Naming(team=ELSEWHERE, person=HOME, view=ELSEWHERE, installed=GRID)

    def decide_on_the_consent_page(self, message: Locator, tool: str, decision: str) -> None:
        """Press the link in a message, and answer the page in the tab that opens; then a few seconds pass."""
        with self.context.expect_page() as opened:
            message.get_by_role("link", name=re.compile(f"Connect {tool}", re.IGNORECASE)).click()
        opened.value.get_by_role("button", name=decision).click()
        expect(opened.value.get_by_role("heading")).to_have_text("Connected" if decision == "Allow" else "Declined")
        opened.value.close()
        self.clock.forward(POLL_SECONDS)


def one_workspace(clock: DemoClock) -> Slack:
    return slack_of([PLACE], None, clock)


def grid_of_three(clock: DemoClock) -> Slack:
    slack = slack_of([PLACE, ELSEWHERE, HOME], GRID, clock)
    slack.workspaces[0].store.naming = Naming(person=HOME)
    return slack


def slack_of(places: list[str], enterprise_id: str | None, clock: DemoClock) -> Slack:
    workspaces = [
        Workspace(
            signing_secret=SIGNING_SECRET,
            bot_token="",
            people=[IDA, MAYA] if place == PLACE else [MAYA],
            team_id=place,
            name=place,
            enterprise_id=enterprise_id,
            clock=clock,
        )
        for place in places
    ]
    return Slack(workspaces, client_id=CLIENT_ID, client_secret=CLIENT_SECRET, clock=clock)


WAYS = {
    "a workspace": (one_workspace, PLACE, None),
    "a whole Grid": (grid_of_three, GRID, None),
    "a callback that consumes the state": (one_workspace, PLACE, 404),
}
"""What Slack is like, where the app is installed, and what complete-oauth answers when the callback was there first."""


@pytest.fixture(params=WAYS)
def conversation(
    request: pytest.FixtureRequest, browser: Browser, redis_url: str, tmp_path: Path
) -> Iterator[Conversation]:
    make_slack, place, after_callback = WAYS[request.param]
    clock, problems = DemoClock(tmp_path / "clock"), list[str]()
    slack = make_slack(clock)
    with ExitStack() as stack:
        settings = {FILE: str(tmp_path / "clock")}
        app = stack.enter_context(app_for(slack, redis_url, tmp_path / "app.log", clock, **settings))
        app.platform.let_callback_consume(after_callback)
        install(app, place)
        context = browser.new_context(locale="en-GB", timezone_id="UTC", reduced_motion="reduce")
        stack.callback(context.close)
        context.on("weberror", lambda error: problems.append(str(error.error)))
        yield Conversation(app, context, clock)
        assert len(ids_of(MAYA, redis_url)) == 1
    assert problems == []


def ids_of(person: Person, redis_url: str) -> set[str]:
    """Return under which ids somebody's requests of the last minute were counted."""
    client: Any = redis.Redis.from_url(redis_url, decode_responses=True)
    keys = client.keys(f"slack_app:limit:limit_requests:*:{person.id}")
    client.close()
    return set(keys)


def says(message: Locator, text: str) -> None:
    expect(message).to_contain_text(re.compile(re.escape(text), re.IGNORECASE))


def types(page: Page, text: str) -> None:
    page.get_by_test_id("composer").fill(text)
    page.keyboard.press("Enter")


def presses(within: Locator, label: str) -> None:
    within.get_by_role("button", name=label).click()


def private_answer(page: Page) -> Locator:
    return page.get_by_test_id("message").filter(has=page.get_by_test_id("private-marker")).last


def reads_direct_messages(page: Page, person: Person) -> Locator:
    """Go to the direct messages with the app; returns the newest."""
    page.bring_to_front()  # what lies behind another tab is drawn once a second
    page.get_by_test_id(f"channel-D0{person.id[2:]}").click()
    return page.get_by_test_id("message").last


def the_admin_brings_a_key(page: Page, whose_key: str) -> None:
    """Fill in the set-up of a workspace that has none."""
    modal = page.get_by_test_id("modal")
    types(page, "/connect setup")
    modal.get_by_label("Organization id").fill(ORGANIZATION)
    modal.get_by_label(whose_key).check()
    modal.get_by_label("API key").fill(KEY)
    the_set_up_is_saved(page)


def the_admin_offers_nothing_but(page: Page, tool: str) -> None:
    """Go on from what was saved to the choice of tools; the key that is kept is not asked for."""
    modal = page.get_by_test_id("modal")
    presses(modal, "Choose which tools to offer")
    modal.locator('[data-action-id="offered"]').click()
    page.get_by_role("option", name=tool).click()
    page.keyboard.press("Escape")
    the_set_up_is_saved(page)


def the_set_up_is_saved(page: Page) -> None:
    page.get_by_test_id("modal-submit").click()
    saved = f"Saved. This workspace is connected to {ORGANIZATION}."
    says(page.get_by_test_id("modal"), saved)
    page.keyboard.press("Escape")


def test_a_member_connects_one_tool_declines_another_and_renews_a_third(conversation: Conversation) -> None:
    """slack-truth.md 1.1, 1.2, 1.4"""
    set_up(conversation.app.workspace)

    # the menu leads to a link, and the message that was pressed tells the end, as the direct message does
    maya = conversation.window_of(MAYA)
    types(maya, "/connect")
    answer = private_answer(maya)
    answer.locator('[data-action-id="menu_choose"]').click()
    maya.keyboard.type("lin")
    expect(maya.get_by_role("option")).to_have_count(1)
    maya.keyboard.press("Enter")
    says(answer, "Connect Linear")
    conversation.decide_on_the_consent_page(answer, "Linear", "Allow")
    says(answer, "Linear is connected as dev@example.com")
    says(reads_direct_messages(maya, MAYA), "Linear is connected as dev@example.com")

    # the second is declined
    types(maya, "/connect github")
    message = the_link_in_direct_messages(maya, "GitHub")
    conversation.decide_on_the_consent_page(message, "GitHub", "Deny")
    says(message, "You chose Deny on GitHub's page. Nothing changed.")

    # the third expires, and one press renews it
    types(maya, "/connect notion")
    message = the_link_in_direct_messages(maya, "Notion")
    conversation.clock.forward(LINK_SECONDS)
    says(message, "Your Notion link has expired.")
    conversation.goes_on_elsewhere()
    presses(message, "Get a new link")
    says(message, "Connect Notion")
    conversation.decide_on_the_consent_page(message, "Notion", "Allow")
    says(message, "Notion is connected as dev@example.com")


def the_link_in_direct_messages(page: Page, tool: str) -> Locator:
    """Return the message of a link, which is not the private answer about it."""
    about = page.get_by_test_id("message").filter(has_text=re.compile(rf"{tool}\b", re.IGNORECASE))
    message = about.filter(has_not=page.get_by_test_id("private-marker")).last
    says(message, f"Connect {tool}")
    return message


def test_what_is_not_offered_comes_with_a_press_of_the_admin_and_one_of_the_member(conversation: Conversation) -> None:
    """slack-truth.md 1.4, 1.5"""
    set_up(conversation.app.workspace)
    ida = conversation.window_of(IDA)
    the_admin_offers_nothing_but(ida, "Linear")

    maya = conversation.window_of(MAYA)
    types(maya, "/connect notion")
    presses(private_answer(maya), "Ask an admin")
    says(private_answer(maya), "I'll message you when it's ready.")

    asked = reads_direct_messages(ida, IDA)
    says(asked, "wants to connect Notion. It isn't offered in this workspace.")
    presses(asked, "Offer Notion")
    says(asked, "Notion is offered now. I told the person who asked.")

    message = reads_direct_messages(maya, MAYA)
    says(message, "You can connect Notion now.")
    conversation.goes_on_elsewhere()
    presses(message, "Connect Notion")
    says(message, "Press the button and allow access.")
    conversation.decide_on_the_consent_page(message, "Notion", "Allow")
    says(message, "Notion is connected as dev@example.com")


def test_with_keys_of_their_own_a_member_adds_one_and_goes_on_by_that(conversation: Conversation) -> None:
    """slack-truth.md 1.4, 2.3"""
    conversation.app.platform.accept(KEY_OF_MAYA, ORGANIZATION)
    the_admin_brings_a_key(conversation.window_of(IDA), "Everyone uses their own key")

    maya = conversation.window_of(MAYA)
    types(maya, "/connect asana")
    says(private_answer(maya), "One-time step:")
    conversation.goes_on_elsewhere()
    presses(private_answer(maya), "Add my key")
    modal = maya.get_by_test_id("modal")
    modal.get_by_label("API key").fill(KEY_OF_MAYA)
    maya.get_by_test_id("modal-submit").click()
    says(modal, "Key saved (…6789).")
    maya.keyboard.press("Escape")

    message = reads_direct_messages(maya, MAYA)
    says(message, "Connect Asana")
    conversation.decide_on_the_consent_page(message, "Asana", "Allow")
    says(message, "Asana is connected as dev@example.com")
    [connection] = conversation.app.platform.connections.values()
    assert (connection.tool_key, connection.owner) == ("asana", KEY_OF_MAYA)
