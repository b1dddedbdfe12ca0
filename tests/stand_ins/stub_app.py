"""A stand-in workspace with an app behind it that keeps what it was sent and answers what the test says."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

import requests
from slack_sdk import WebClient
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from slack_app.stand_ins.slack import Message, Workspace

SECRET, TOKEN = "page5ecret", "xoxb-page-1"
MAYA, LEON, GENERAL = "U0MAYA", "U0LEON", "C0GENERAL"


BUTTON = {"type": "button", "action_id": "go", "value": "v", "text": {"type": "plain_text", "text": "Go"}}
BLOCKS = [{"type": "actions", "elements": [BUTTON]}]


@dataclass
class StubApp:
    """An app that acknowledges with `answer`, and keeps what it was sent."""

    answer: Response = field(default_factory=lambda: JSONResponse({"text": "On its way"}))
    requests: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    async def events(self, request: Request) -> Response:
        body = await request.body()
        if b'"url_verification"' in body:
            return PlainTextResponse(json.loads(body)["challenge"])
        self.requests.append((dict(request.headers), body))
        return self.answer

    @property
    def payloads(self) -> list[dict[str, Any]]:
        """The interactions that were sent."""
        return [json.loads(form["payload"]) for form in self.forms if "payload" in form]

    @property
    def events_sent(self) -> list[dict[str, Any]]:
        """The events that were sent, in their envelopes."""
        return [json.loads(body) for headers, body in self.requests if headers["content-type"] == "application/json"]

    @property
    def forms(self) -> list[dict[str, str]]:
        """What was sent, field by field."""
        read = (parse_qs(body.decode(), keep_blank_values=True) for _, body in self.requests)
        return [{name: values[0] for name, values in form.items()} for form in read]


@dataclass
class SlackWithApp:
    workspace: Workspace
    app: StubApp
    now: float = 1_700_000_000.0
    played: list[str] = field(default_factory=list)

    def ask(self, user_id: str = MAYA, text: str = "github") -> str:
        """Type the command in #general; returns the response URL."""
        self.workspace.type_command(user_id=user_id, channel_id=GENERAL, text=text)
        return self.app.forms[-1]["response_url"]

    def answers(self, user_id: str = MAYA) -> list[Message]:
        return self.workspace.messages_in(GENERAL, seen_by=user_id)

    def dm(self, user_id: str, text: str, blocks: list[dict[str, Any]] | None = None) -> str:
        """Let the app post to the person; returns the message's id."""
        self.client.chat_postMessage(channel=user_id, text=text, blocks=blocks)
        return self.workspace.messages[-1].id

    @property
    def client(self) -> WebClient:
        """The SDK's own client, as the app has it."""
        return WebClient(token=TOKEN, base_url=f"{self.workspace.base_url}/api/")

    def get(self, path: str) -> requests.Response:
        return requests.get(self.workspace.base_url + path, timeout=30)

    def post(self, path: str, **body: Any) -> requests.Response:
        """Post as the page does."""
        return requests.post(self.workspace.base_url + path, json=body, headers={"X-Demo": "1"}, timeout=5)

    def state(self, user_id: str) -> Any:
        return self.get(f"/page/state?user={user_id}").json()


def post_to(url: str, **body: Any) -> tuple[int, str]:
    """Use a response URL; returns the status and Slack's word."""
    answer = requests.post(url, json=body, timeout=5)
    try:
        return answer.status_code, str(answer.json()["error"])
    except ValueError:
        return answer.status_code, answer.text
