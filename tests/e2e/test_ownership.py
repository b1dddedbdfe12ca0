"""Two people and an admin under one key, in a real browser: what is one's own, and what is somebody else's."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from slack_app.demo.clock import FILE, DemoClock
from slack_app.stand_ins.slack import Person, Slack, Workspace
from tests.e2e.test_conversation import (
    IDA,
    MAYA,
    PLACE,
    Conversation,
    presses,
    private_answer,
    reads_direct_messages,
    says,
    the_admin_brings_a_key,
    types,
)
from tests.stage import SIGNING_SECRET
from tests.workspaces import CLIENT_ID, CLIENT_SECRET, app_for, install

LEON = Person("U0LEON", "Leon", "Leon Okafor")


@pytest.fixture
def conversation(browser: Browser, redis_url: str, tmp_path: Path) -> Iterator[Conversation]:
    clock = DemoClock(tmp_path / "clock")
    workspace = Workspace(
        signing_secret=SIGNING_SECRET,
        bot_token="",
        people=[IDA, MAYA, LEON],
        team_id=PLACE,
        name=PLACE,
        clock=clock,
    )
    slack = Slack([workspace], client_id=CLIENT_ID, client_secret=CLIENT_SECRET, clock=clock)
    with ExitStack() as stack:
        settings = {FILE: str(tmp_path / "clock")}
        app = stack.enter_context(app_for(slack, redis_url, tmp_path / "app.log", clock, **settings))
        install(app, PLACE)
        context = browser.new_context(locale="en-GB", timezone_id="UTC", reduced_motion="reduce")
        stack.callback(context.close)
        yield Conversation(app, context, clock)


def connects(conversation: Conversation, page: Page, person: Person, tool: str) -> None:
    types(page, f"/connect {tool.lower()}")
    says(private_answer(page), f"Connect {tool}")
    message = reads_direct_messages(page, person)
    conversation.decide_on_the_consent_page(message, tool, "Allow")
    says(message, f"{tool} is connected as dev@example.com")
    page.get_by_test_id("channel-C0GENERAL").click()


def test_people_see_their_own_and_the_admin_removes_what_is_a_colleagues(conversation: Conversation) -> None:
    ida = conversation.window_of(IDA)
    the_admin_brings_a_key(ida, "One key for everyone")
    maya, leon = conversation.window_of(MAYA), conversation.window_of(LEON)
    maya.bring_to_front()
    types(maya, "/connect github")
    says(private_answer(maya), "Everyone here connects with one key")
    message = reads_direct_messages(maya, MAYA)
    conversation.decide_on_the_consent_page(message, "GitHub", "Allow")
    says(message, "GitHub is connected as dev@example.com")
    leon.bring_to_front()
    connects(conversation, leon, LEON, "Notion")

    types(leon, "/connect status")
    listed = private_answer(leon)
    says(listed, "Notion as dev@example.com")
    says(listed, "GitHub · connected by somebody else")
    expect(listed.get_by_role("button", name="Disconnect")).to_have_count(1)

    types(leon, "/connect notion")
    asked = private_answer(leon)
    says(asked, "Notion is already connected.")
    presses(asked, "Never mind")
    says(private_answer(leon), "Nothing changed. It's still connected.")

    ida.bring_to_front()
    types(ida, "/connect status")
    everything = private_answer(ida)
    says(everything, "connected by @Maya")
    says(everything, "connected by @Leon")
    everything.get_by_role("button", name="Disconnect").first.click()
    presses(ida.get_by_role("dialog"), "Disconnect")
    says(private_answer(ida), "GitHub (dev@example.com) is disconnected.")

    says(reads_direct_messages(maya, MAYA), "@Ida, an admin here, disconnected your GitHub, connected since")
    assert [connection.tool_key for connection in conversation.app.platform.connections.values()] == ["notion"]
