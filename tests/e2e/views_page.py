"""The demo's page in a browser, in front of a stub of an app that answers what comes of selects and modals."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

import anyio
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect
from slack_sdk import WebClient
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from slack_app.stand_ins.slack import Workspace
from tests.serving import serving

BOT_TOKEN = "xoxb-views-1-t0k3n"
MAYA = "U0MAYA"
DESKTOP, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
Block = dict[str, Any]


def plain(text: str) -> Block:
    return {"type": "plain_text", "text": text}


def option(name: str, description: str = "") -> Block:
    more = {"description": plain(description)} if description else {}
    return {"text": plain(name), "value": name.lower(), **more}


TOOLS = [
    {"label": plain("Code"), "options": [option("GitHub", "Repositories"), option("GitLab")]},
    {"label": plain("Planning"), "options": [option("Linear", "Issues and cycles"), option("Jira")]},
]
SELECT = {"type": "static_select", "action_id": "pick", "placeholder": plain("Choose a tool"), "option_groups": TOOLS}
SEARCH = {
    "type": "input",
    "block_id": "search",
    "dispatch_action": True,
    "label": plain("Find a tool"),
    "element": {
        "type": "plain_text_input",
        "action_id": "query",
        "dispatch_action_config": {"trigger_actions_on": ["on_enter_pressed"]},
    },
}
RENAME = {
    "type": "modal",
    "callback_id": "rename",
    "title": plain("Name this account"),
    "submit": plain("Save"),
    "close": plain("Cancel"),
    "blocks": [
        {
            "type": "input",
            "block_id": "name",
            "label": plain("Name"),
            "hint": plain("Only you see it."),
            "element": {"type": "plain_text_input", "action_id": "typed", "max_length": 20},
        }
    ],
}


def home(title: str) -> Block:
    return {"type": "home", "blocks": [{"type": "header", "text": plain(title)}, SEARCH, actions(SELECT)]}


def actions(*elements: Block) -> Block:
    return {"type": "actions", "block_id": "tools", "elements": list(elements)}


@dataclass
class AnsweringApp:
    """A Slack app that remembers what it was asked; `answer` makes the answer to an interactive payload."""

    base_url: str = ""
    payloads: list[dict[str, Any]] = field(default_factory=list)
    answer: Callable[[dict[str, Any]], dict[str, Any] | None] = lambda _payload: None

    @property
    def client(self) -> WebClient:
        return WebClient(token=BOT_TOKEN, base_url=f"{self.base_url}/api/")

    @property
    def asgi(self) -> Starlette:
        return Starlette(routes=[Route("/events", self._asked, methods=["POST"])])

    def of(self, kind: str) -> list[dict[str, Any]]:
        """Return what came of this type, in order."""
        return [payload for payload in self.payloads if payload["type"] == kind]

    async def _asked(self, request: Request) -> Response:
        body = (await request.body()).decode()
        is_event = request.headers["content-type"].startswith("application/json")
        if is_event and json.loads(body)["type"] == "url_verification":
            return PlainTextResponse(json.loads(body)["challenge"])
        payload = json.loads(body)["event"] if is_event else json.loads(parse_qs(body)["payload"][0])
        self.payloads.append(payload)
        answer = await anyio.to_thread.run_sync(self.answer, payload)
        return PlainTextResponse("") if answer is None else JSONResponse(answer)


@dataclass
class ViewsPage:
    """The workspace, the stub behind it, and a browser in front."""

    workspace: Workspace
    app: AnsweringApp
    context: BrowserContext

    def open(self, path: str = "/#dm") -> Page:
        page = self.context.new_page()
        page.goto(f"{self.workspace.base_url}{path}")
        expect(page.get_by_test_id("person-switch")).to_be_visible()
        return page

    def dm(self, *blocks: Block) -> None:
        """Post a message with these blocks into Maya's direct message with the app."""
        channel = self.workspace.dm_of(MAYA)
        self.app.client.chat_postMessage(channel=channel, text="In words", blocks=list(blocks))


@contextmanager
def views_page(browser: Browser) -> Iterator[ViewsPage]:
    """Open a workspace, the stub behind it, and a browser in front, until the block is left."""
    with ExitStack() as stack:
        app = AnsweringApp()
        url = stack.enter_context(serving(app.asgi))
        workspace = Workspace(
            signing_secret="views5ecret",
            bot_token=BOT_TOKEN,
            request_url=f"{url}/events",
        )
        app.base_url = workspace.base_url = stack.enter_context(serving(workspace.app))
        assert workspace.verify_request_url()
        context = browser.new_context(viewport=DESKTOP, locale="en-GB", timezone_id="UTC")  # type: ignore[arg-type]
        stack.callback(context.close)
        problems: list[str] = []
        context.on("weberror", lambda error: problems.append(str(error.error)))
        yield ViewsPage(workspace, app, context)
        assert problems == []


def element(within: Page | Locator, action_id: str) -> Locator:
    return within.locator(f'[data-action-id="{action_id}"]')
