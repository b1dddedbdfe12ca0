"""The demo's page in a real browser, on the real stand-in workspace; the Slack app behind it is a stub of this file."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from slack_sdk import WebClient
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from slack_app.demo.serving import serving as own_server
from slack_app.stand_ins.slack import FaultChoice, Workspace
from tests.serving import serving
from tests.stage import stretched, wait_for

BOT_TOKEN = "xoxb-page-1-t0k3n"
MAYA, LEON = "U0MAYA", "U0LEON"
DESKTOP, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}


@dataclass
class LinkingApp:
    """A Slack app that answers the command privately and sends a direct message with a link button."""

    url: str = ""
    workspace: Workspace | None = None
    presses: list[str] = field(default_factory=list)

    @property
    def client(self) -> WebClient:
        assert self.workspace is not None
        return WebClient(token=BOT_TOKEN, base_url=f"{self.workspace.base_url}/api/")

    @property
    def asgi(self) -> Starlette:
        return Starlette(routes=[Route("/events", self._events, methods=["POST"]), Route("/consent", self._consent)])

    def dm(self, user_id: str, text: str, blocks: list[dict[str, Any]] | None = None) -> None:
        """Post into the person's direct message with the app."""
        opened = self.client.conversations_open(users=[user_id])
        self.client.chat_postMessage(channel=opened["channel"]["id"], text=text, blocks=blocks)

    def link_blocks(self, lead: str) -> list[dict[str, Any]]:
        """The blocks of a message with a link, its address in plain sight."""
        address = f"{self.url}/consent?{'x' * 400}"
        label = {"type": "plain_text", "text": "Connect github"}
        button = {"type": "button", "action_id": "open_link", "style": "primary", "text": label, "url": address}
        return [
            {"type": "section", "text": {"type": "mrkdwn", "text": lead}},
            {"type": "actions", "elements": [button]},
            {"type": "section", "text": {"type": "plain_text", "text": address}},
        ]

    async def _events(self, request: Request) -> Response:
        form = {name: values[0] for name, values in parse_qs((await request.body()).decode()).items()}
        if "payload" in form:
            payload = json.loads(form["payload"])
            self.presses += [action["action_id"] for action in payload["actions"]]
            return PlainTextResponse("")
        lead = "*Connect GitHub*"
        send = threading.Thread(target=self.dm, args=(form["user_id"], lead, self.link_blocks(lead)))
        send.start()
        return JSONResponse({"response_type": "ephemeral", "text": f"On its way: {form['text']}"})

    async def _consent(self, _request: Request) -> Response:
        return PlainTextResponse("the platform's consent page")


@dataclass
class ChatPage:
    """The workspace, the stub behind it, and a browser in front."""

    workspace: Workspace
    app: LinkingApp
    context: BrowserContext
    problems: list[str] = field(default_factory=list)

    def open(self, path: str = "/") -> Page:
        """Open the page as the newcomer does."""
        page = self.context.new_page()
        page.on("pageerror", lambda error: self.problems.append(str(error)))
        page.on("console", lambda said: self.problems.append(said.text) if said.type == "error" else None)
        page.goto(f"{self.workspace.base_url}{path}")
        expect(page.get_by_test_id("composer")).to_be_visible()
        return page


@pytest.fixture
def stage(browser: Browser) -> Iterator[ChatPage]:
    with ExitStack() as stack:
        app = LinkingApp()
        app.url = stack.enter_context(serving(app.asgi))
        app.workspace = workspace = Workspace(
            signing_secret="page5ecret",
            bot_token=BOT_TOKEN,
            request_url=f"{app.url}/events",
            faults=[FaultChoice("platform_down", "Platform down", "It refuses connections.")],
            play_fault=lambda _name: None,
        )
        workspace.base_url = stack.enter_context(serving(workspace.app))
        context = browser.new_context(viewport=DESKTOP, locale="en-GB", timezone_id="UTC")  # type: ignore[arg-type]
        stack.callback(context.close)
        stage = ChatPage(workspace, app, context)
        yield stage
        assert stage.problems == []


def private_answer(page: Page) -> Any:
    return page.get_by_test_id("message").filter(has=page.get_by_test_id("private-marker"))


def test_a_newcomer_types_the_command_with_its_completion_and_reads_a_private_answer(stage: ChatPage) -> None:
    # given the page, where one can type at once
    page = stage.open()
    expect(page.get_by_test_id("composer")).to_be_focused()

    # when they begin the command
    page.keyboard.type("/")

    # then it is offered with what it does, and completed
    suggestion = page.get_by_role("option", name="/connect")
    expect(suggestion).to_contain_text("/connect")
    state = page.request.get(f"{stage.workspace.base_url}/page/state").json()
    expect(suggestion).to_contain_text(state["command"]["usage_hint"])
    expect(suggestion).to_contain_text(state["command"]["description"])
    page.keyboard.press("Tab")
    expect(page.get_by_test_id("composer")).to_have_value("/connect ")

    # and when they finish and send it
    page.keyboard.type("github")
    page.keyboard.press("Enter")

    # then the answer is marked as private, and the box is empty for the next line
    expect(private_answer(page)).to_contain_text("Only visible to you")
    expect(private_answer(page)).to_contain_text("On its way: github")
    expect(page.get_by_test_id("composer")).to_have_value("")
    page.keyboard.press("ArrowUp")
    expect(page.get_by_test_id("composer")).to_have_value("/connect github")


def test_the_whole_way_to_the_consent_page_needs_no_mouse(stage: ChatPage) -> None:
    # given a link that was asked for
    page = stage.open()
    page.keyboard.type("/connect github")
    page.keyboard.press("Enter")

    # when it arrives while the person is in the channel
    badge = page.get_by_test_id("unread-badge")

    # then the app's entry says so, to the eye and to the ear
    expect(badge).to_contain_text("1")
    expect(page).to_have_title(re.compile(r"^\(1\) #general"))
    expect(page.locator("#announcer")).to_contain_text("Freddy Connect: Connect GitHub")

    # and when they go there
    page.get_by_test_id(f"channel-{stage.workspace.dm_of(MAYA)}").focus()
    page.keyboard.press("Enter")

    # then it is read, and its button leads to the platform in a new tab, and tells the app
    expect(badge).to_have_count(0)
    button = page.get_by_role("link", name="Connect GitHub (opens in a new tab)")
    for _ in range(4):
        page.keyboard.press("Shift+Tab")
        if button.evaluate("node => node === document.activeElement"):
            break
    expect(button).to_be_focused()
    with stage.context.expect_page() as opened:
        page.keyboard.press("Enter")
    expect(opened.value.locator("body")).to_contain_text("the platform's consent page")
    assert opened.value.evaluate("window.opener") is None
    wait_for(lambda: stage.app.presses == ["open_link"])


def test_somebody_else_sees_neither_the_private_answer_nor_the_direct_message(stage: ChatPage) -> None:
    # given Maya, who said something to all and asked for a link
    page = stage.open(f"/?user={MAYA}")
    page.keyboard.type("Good morning")
    page.keyboard.press("Enter")
    page.keyboard.type("/connect github")
    page.keyboard.press("Enter")
    expect(private_answer(page)).to_be_visible()
    expect(page.get_by_test_id("unread-badge")).to_be_visible()

    # when one becomes Leon
    page.get_by_test_id("person-switch").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_test_id(f"person-{MAYA}")).to_contain_text("Maya Lindqvist · admin")
    expect(page.get_by_test_id(f"person-{LEON}")).to_contain_text("Leon Okafor · member")
    page.keyboard.press("End")
    page.get_by_test_id(f"person-{LEON}").focus()
    page.keyboard.press("Enter")

    # then only what was said to all is there
    page.wait_for_url(re.compile(f"user={LEON}"))
    expect(page.get_by_test_id("message").filter(has_text="Good morning")).to_be_visible()
    expect(private_answer(page)).to_have_count(0)
    expect(page.get_by_test_id("unread-badge")).to_have_count(0)
    page.get_by_test_id(f"channel-{stage.workspace.dm_of(LEON)}").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Freddy Connect")
    expect(page.get_by_test_id("message")).to_have_count(0)


def test_the_first_line_can_be_had_typed(stage: ChatPage) -> None:
    # given somebody who has done nothing yet
    page = stage.open()

    # when they press the hint
    page.get_by_role("button", name="Type /connect github and press Enter").click()

    # then the line stands in the box, and Enter sends it
    expect(page.get_by_test_id("composer")).to_have_value("/connect github")
    page.keyboard.press("Enter")
    expect(private_answer(page)).to_be_visible()
    expect(page.get_by_test_id("hint")).to_be_hidden()


def test_a_fault_that_is_played_stays_in_sight_until_it_is_back_to_normal(stage: ChatPage) -> None:
    # given everything works
    page = stage.open()
    banner = page.get_by_test_id("fault-banner")
    expect(banner).to_have_count(0)

    # when a fault is chosen
    page.get_by_test_id("fault-menu").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")

    # then the page says what is broken, also after it was opened anew
    expect(banner).to_contain_text("Platform down. It refuses connections.")
    page.reload()
    expect(banner).to_be_visible()

    # and when it is put back
    page.get_by_role("button", name="Back to normal").press("Enter")

    # then the banner is gone
    expect(banner).to_have_count(0)


def test_what_a_message_says_is_shown_as_slack_shows_it_and_never_becomes_markup(stage: ChatPage) -> None:
    # given the conversation with the app
    page = stage.open("/#dm")

    # when the app writes all that mrkdwn knows, and what it does not know
    text = (
        "*bold* _italic_ ~gone~ `code` snake_case_name 1 &lt; 2 &amp;&amp; 3 &gt; 2\n"
        "&gt; quoted\n"
        "• <https://example.com/a?b=1&amp;c=2|a link> and https://example.com/bare.\n"
        f"<@{MAYA}> in <#C0GENERAL> until <!date^1700000000^{{date_short}} {{time}}|then> "
        "<javascript:alert(1)|bad> <img src=x onerror=alert(1)>\n"
        "```let x = *1*;```"
    )
    plain = "https://example.com/as-it-is *not bold*"
    blocks = [
        {"type": "section", "text": {"type": "mrkdwn", "text": text}},
        {"type": "section", "text": {"type": "plain_text", "text": plain}},
    ]
    stage.app.dm(MAYA, "as blocks", blocks)

    # then it is rendered with the nodes that it means, and with no others
    body = page.get_by_test_id("message").last.locator(".message-body")
    expect(body).to_contain_text("snake_case_name 1 < 2 && 3 > 2")
    for tag, said in {"strong": "bold", "em": "italic", "s": "gone", "blockquote": "quoted"}.items():
        expect(body.locator(tag)).to_have_text(said)
    expect(body.locator("code")).to_have_text(["code", "let x = *1*;"])
    expect(body.locator("a")).to_have_text(["a link", "https://example.com/bare"])
    expect(body.locator("a").first).to_have_attribute("href", "https://example.com/a?b=1&c=2")
    expect(body.locator(".mention")).to_have_text([re.compile("^@"), "#general"])
    expect(body.locator("time[title]").last).to_have_text("Nov 14, 2023 22:13")
    expect(body).to_contain_text("<javascript:alert(1)|bad> <img src=x onerror=alert(1)>")
    expect(body.locator("img")).to_have_count(0)
    expect(body).to_contain_text(plain)


def test_a_button_with_a_confirmation_does_nothing_until_it_is_confirmed(stage: ChatPage) -> None:
    # given a message with a button that asks first, and a block that the page does not know
    page = stage.open("/#dm")
    words = {"title": "Disconnect github?", "text": "It forgets you.", "confirm": "Disconnect", "deny": "Keep it"}
    confirm = {name: {"type": "plain_text", "text": word} for name, word in words.items()}
    label = {"type": "plain_text", "text": "Remove"}
    button = {"type": "button", "action_id": "remove", "style": "danger", "text": label, "confirm": confirm}
    client, channel = stage.app.client, stage.workspace.dm_of(MAYA)
    sent = client.chat_postMessage(
        channel=channel, text="All in words", blocks=[{"type": "actions", "elements": [button]}]
    )

    # when it is declined with Escape
    page.get_by_role("button", name="Remove").press("Enter")
    expect(page.get_by_role("dialog")).to_contain_text("It forgets you.")
    page.keyboard.press("Escape")

    # then nothing was pressed; and when it is confirmed, the app hears of it
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.get_by_role("button", name="Remove").press("Enter")
    page.get_by_role("button", name="Disconnect").press("Enter")
    expect(page.get_by_role("dialog")).to_have_count(0)
    wait_for(lambda: stage.app.presses == ["remove"])

    # and when the app edits its message, the page shows that
    client.chat_update(channel=channel, ts=sent["ts"], text="Gone", blocks=[])
    expect(page.get_by_test_id("message")).to_contain_text("Gone")
    expect(page.get_by_test_id("message")).to_contain_text("(edited)")


def test_on_a_phone_the_badge_is_on_the_button_that_opens_the_drawer(stage: ChatPage) -> None:
    # given a narrow screen
    page = stage.open()
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    drawer = page.get_by_role("button", name="Channels and apps")

    # when a direct message arrives
    stage.app.dm(MAYA, f"A long address: {stage.app.url}/{'y' * 300}")

    # then the button says so, and leads to it
    expect(drawer).to_contain_text("1 unread message")
    drawer.click()
    page.get_by_test_id(f"channel-{stage.workspace.dm_of(MAYA)}").click()
    expect(page.get_by_test_id("message")).to_contain_text("A long address")
    expect(drawer).not_to_contain_text("unread")

    # and nothing sticks out of the screen
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate("(s => s.scrollWidth <= s.clientWidth)(document.getElementById('scroller'))")


def test_the_page_comes_back_by_itself_when_the_connection_is_lost(stage: ChatPage) -> None:
    # given a page whose workspace goes away
    workspace = stage.workspace
    with ExitStack() as first:
        address = first.enter_context(own_server(workspace.app))
        page = stage.context.new_page()
        page.goto(address)
        expect(page.get_by_test_id("composer")).to_be_visible()
        page.wait_for_load_state("load")

    # then it says so
    expect(page.get_by_role("status").filter(has_text="The connection is lost")).to_be_visible()

    # and when the workspace is there again, with a message that came meanwhile
    stage.app.dm(MAYA, "Sent while you were away")
    with own_server(workspace.app, int(address.rsplit(":", 1)[1])):
        # then the page has it without being opened anew
        expect(page.get_by_test_id("unread-badge")).to_be_visible(timeout=1000 * stretched(15))
        expect(page.get_by_role("status").filter(has_text="The connection is lost")).to_be_hidden()
