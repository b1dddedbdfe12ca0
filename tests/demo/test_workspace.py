"""The stand-in workspace from both sides: what it sends to the app, and what its page shows to whom."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
import requests
from slack_sdk.signature import SignatureVerifier
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from slack_app.demo.serving import serving
from slack_app.demo.workspace import SlackTrouble, Workspace
from tests.demo.stub_app import GENERAL, LEON, MAYA, SECRET, TOKEN, Stage, StubApp
from tests.stage import wait_for

BUTTON = {"type": "button", "action_id": "go", "value": "v", "text": {"type": "plain_text", "text": "Go"}}
BLOCKS = [{"type": "actions", "elements": [BUTTON]}]


@contextmanager
def following(stage: Stage, user_id: str) -> Iterator[list[tuple[str, Any]]]:
    """Read a person's stream into a list of events."""
    events: list[tuple[str, Any]] = []
    response = requests.get(f"{stage.workspace.base_url}/page/stream?user={user_id}", stream=True, timeout=10)
    assert response.headers["Content-Type"].startswith("text/event-stream")

    def read() -> None:
        name = ""
        for line in response.iter_lines(chunk_size=1, decode_unicode=True):
            if line.startswith("event: "):
                name = line.removeprefix("event: ")
            elif line.startswith("data: "):
                events.append((name, json.loads(line.removeprefix("data: "))))

    thread = threading.Thread(target=read)
    thread.start()
    try:
        yield events
    finally:
        stage.workspace.end_streams()
        thread.join(5)
        response.close()
        assert not thread.is_alive()


def post_to(url: str, **body: Any) -> tuple[int, str]:
    """Use a response URL; gives the status and Slack's word."""
    answer = requests.post(url, json=body, timeout=5)
    try:
        return answer.status_code, str(answer.json()["error"])
    except ValueError:
        return answer.status_code, answer.text


def test_a_command_is_sent_as_slack_documents_it_and_signed(stage: Stage) -> None:
    # when Maya types the command
    ack = stage.workspace.type_command(user_id=MAYA, channel_id=GENERAL, text="github a<b")

    # then the app got a form with Slack's signature
    [(headers, body)] = stage.app.requests
    verifier = SignatureVerifier(SECRET)
    verifier.clock.now = lambda: stage.now  # type: ignore[method-assign]
    assert verifier.is_valid_request(body, headers)
    assert not verifier.is_valid_request(body + b"x", headers)
    assert headers["content-type"] == "application/x-www-form-urlencoded"

    # and every field of https://docs.slack.dev/interactivity/implementing-slash-commands
    [form] = stage.app.forms
    assert form.pop("trigger_id")
    assert form.pop("response_url").startswith(f"{stage.workspace.base_url}/commands/T0DEMO/")
    assert form == {
        "token": "deprecated-verification-token",
        "team_id": "T0DEMO",
        "team_domain": "freddy-demo",
        "channel_id": GENERAL,
        "channel_name": "general",
        "user_id": MAYA,
        "user_name": "maya",
        "command": "/connect",
        "text": "github a&lt;b",
        "api_app_id": "A0FREDDY",
        "is_enterprise_install": "false",
    }

    # and its acknowledgement is shown to Maya alone
    assert (ack.status, ack.body, ack.error) == (200, {"text": "On its way"}, "")
    assert 0 < ack.seconds < 3
    assert [(m.text, m.via, m.ephemeral_to, m.user_id) for m in stage.answers()] == [
        ("On its way", "ack", MAYA, "U0FREDDY")
    ]
    assert stage.answers(LEON) == []


def test_on_enterprise_grid_the_command_names_the_enterprise(stage: Stage) -> None:
    stage.workspace.enterprise_id = "E0GRID"

    stage.ask()

    assert stage.app.forms[0]["enterprise_id"] == "E0GRID"


def test_two_hundred_people_can_type_at_once(stage: Stage) -> None:
    def ask(_: int) -> int:
        return stage.workspace.type_command(user_id=MAYA, channel_id=GENERAL, text="github").status

    with ThreadPoolExecutor(200) as pool:
        assert set(pool.map(ask, range(200))) == {200}

    assert len({form["trigger_id"] for form in stage.app.forms}) == 200
    assert len({message.ts for message in stage.answers()}) == 200


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (Response("", 500), "http_service_error"),
        (Response("", 401), "http_client_error"),
        (JSONResponse({"text": "x", "blocks": [{"type": "marquee"}]}), "dispatch_failed"),
    ],
)
def test_who_gets_no_proper_answer_is_told_as_slack_tells_it(stage: Stage, answer: Response, error: str) -> None:
    stage.app.answer = answer

    stage.ask()

    [told] = stage.answers()
    assert (told.text, told.via, told.ephemeral_to) == (f'/connect failed with the error "{error}"', "slack", MAYA)
    assert stage.answers(LEON) == []


def test_an_app_that_is_away_or_too_slow_is_told_of_too(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("slack_app.demo.workspace.requests_to_app.ACK_SECONDS", 0.2)
    with serving(Starlette(routes=[Route("/", _never, methods=["POST"])])) as stage.workspace.request_url:
        slow = stage.workspace.type_command(user_id=MAYA, channel_id=GENERAL, text="github")
    away = stage.workspace.type_command(user_id=MAYA, channel_id=GENERAL, text="github")

    assert (slow.status, slow.error, away.status, away.error) == (0, "operation_timeout", 0, "dispatch_failed")
    assert [message.text for message in stage.answers()] == [
        '/connect failed with the error "operation_timeout"',
        '/connect failed with the error "dispatch_failed"',
    ]


async def _never(_request: Request) -> Response:
    await asyncio.sleep(0.5)
    return Response()


def test_an_acknowledgement_may_be_bare_text_or_nothing_or_for_all(stage: Stage) -> None:
    for answer in (Response("Bare"), Response(""), JSONResponse({"response_type": "in_channel", "text": "For all"})):
        stage.app.answer = answer
        stage.ask()

    assert [message.text for message in stage.answers()] == ["Bare", "For all"]
    assert [message.text for message in stage.answers(LEON)] == ["For all"]


def test_a_response_url_works_five_times(stage: Stage) -> None:
    url = stage.ask()

    answers = [post_to(url, text=f"Answer {n}") for n in range(6)]

    assert answers == [(200, "ok")] * 5 + [(404, "used_url")]
    assert [message.text for message in stage.answers()] == ["On its way", *(f"Answer {n}" for n in range(5))]
    assert {call.method for call in stage.workspace.calls} == {"response_url"}


def test_a_response_url_works_for_half_an_hour(stage: Stage) -> None:
    url = stage.ask()

    stage.now += 1800
    in_time = post_to(url, text="Just in time")
    stage.now += 1
    too_late = post_to(url, text="Too late")

    assert (in_time, too_late) == ((200, "ok"), (404, "expired_url"))


def test_what_a_response_url_does_not_take_costs_no_use(stage: Stage) -> None:
    url = stage.ask()

    refused = [post_to(url), post_to(url, text="x", blocks=[{"type": "marquee"}])]

    assert refused == [(400, "no_text"), (400, "invalid_blocks")]
    assert requests.post(url, data=b"{broken", timeout=5).status_code == 400
    assert [post_to(url, text="x") for _ in range(5)] == [(200, "ok")] * 5


def test_the_private_answer_is_replaced_in_its_place_and_can_be_deleted(stage: Stage) -> None:
    # given the acknowledgement, and something said after it
    url = stage.ask()
    stage.workspace.say(LEON, GENERAL, "Good morning")

    # when it is replaced
    post_to(url, replace_original=True, text="Here it is", blocks=BLOCKS)

    # then it stands where it stood, for Maya alone
    assert [message.text for message in stage.answers()] == ["Here it is", "Good morning"]
    replaced = stage.answers()[0]
    assert (replaced.via, replaced.ephemeral_to, replaced.blocks) == ("response_url", MAYA, BLOCKS)
    assert [message.text for message in stage.answers(LEON)] == ["Good morning"]

    # and when it is deleted, it is gone
    post_to(url, delete_original=True)
    assert [message.text for message in stage.answers()] == ["Good morning"]
    assert replaced.deleted


def test_an_answer_that_overtakes_the_acknowledgement_has_replaced_it(stage: Stage) -> None:
    # given an app that uses the response URL before it acknowledges
    class Early(StubApp):
        async def events(self, request: Request) -> Response:
            await super().events(request)
            url = self.forms[-1]["response_url"]
            body = {"replace_original": True, "text": "Here it is"}
            await asyncio.to_thread(lambda: requests.post(url, json=body, timeout=5))
            return JSONResponse({"text": "On its way"})

    app = Early()
    asgi = Starlette(routes=[Route("/", app.events, methods=["POST"])])
    with serving(asgi) as stage.workspace.request_url:
        # when the command is typed
        stage.workspace.type_command(user_id=MAYA, channel_id=GENERAL, text="github")

    # then what came last is not the older text
    assert [message.text for message in stage.answers()] == ["Here it is"]


def test_troubles_of_response_urls(stage: Stage) -> None:
    url = stage.ask()

    stage.workspace.slack_trouble = SlackTrouble.HOOKS_GONE
    gone = post_to(url, text="x")
    stage.workspace.slack_trouble = SlackTrouble.DOWN
    down = post_to(url, text="x")
    stage.workspace.slack_trouble = SlackTrouble.NONE

    assert (gone, down[0]) == ((404, "no_service"), 503)
    assert [post_to(url, text="x") for _ in range(5)] == [(200, "ok")] * 5


def test_slack_can_be_slow(stage: Stage) -> None:
    stage.workspace.delay = 0.2

    began = time.perf_counter()
    stage.dm(MAYA, "Hello")

    assert time.perf_counter() - began >= 0.2
    [call] = stage.workspace.calls
    assert (call.method, call.arguments["text"]) == ("chat.postMessage", "Hello")
    assert call.peer.startswith("127.0.0.1:")


def test_a_pressed_button_is_sent_as_slack_documents_it(stage: Stage) -> None:
    # given a message with a button in Maya's conversation with the app
    message_id = stage.dm(MAYA, "Choose", BLOCKS)
    [message] = stage.workspace.messages_in(stage.workspace.dm_of(MAYA), seen_by=MAYA)

    # when she presses it on the page
    pressed = stage.post("/page/press", user=MAYA, message_id=message_id, action_id="go")

    # then the app got the payload of docs.slack.dev/reference/interaction-payloads/block_actions-payload
    assert (pressed.status_code, pressed.json()) == (200, {"ok": True})
    payload = json.loads(stage.app.forms[0]["payload"])
    assert payload["type"] == "block_actions"
    assert payload["user"] == {"id": MAYA, "username": "maya", "name": "maya", "team_id": "T0DEMO"}
    assert payload["team"] == {"id": "T0DEMO", "domain": "freddy-demo"}
    assert payload["channel"] == {"id": stage.workspace.dm_of(MAYA), "name": "directmessage"}
    assert payload["container"] == {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": message.channel_id,
        "is_ephemeral": False,
    }
    assert (payload["message"]["ts"], payload["message"]["text"]) == (message.ts, "Choose")
    [action] = payload["actions"]
    assert action.pop("action_ts")
    assert action == {**BUTTON, "block_id": payload["message"]["blocks"][0]["block_id"]}
    assert payload["trigger_id"]

    # and through its response URL the app replaces that very message
    post_to(payload["response_url"], replace_original=True, text="Chosen")
    assert message.text == "Chosen"


def test_the_payload_of_a_private_message_does_not_carry_its_content(stage: Stage) -> None:
    stage.app.answer = JSONResponse({"text": "Choose", "blocks": BLOCKS})
    stage.ask()

    assert stage.workspace.press(MAYA, stage.answers()[0].id, "go") is True

    payload = json.loads(stage.app.forms[-1]["payload"])
    assert payload["container"]["is_ephemeral"] is True
    assert "message" not in payload


def test_nobody_presses_a_button_that_they_cannot_see(stage: Stage) -> None:
    message_id = stage.dm(MAYA, "Choose", BLOCKS)

    for user, message, action in ((LEON, message_id, "go"), (MAYA, "m99", "go"), (MAYA, message_id, "other")):
        assert stage.post("/page/press", user=user, message_id=message, action_id=action).status_code == 404
    for block, status in (("nowhere", 404), (1, 404), (0, 200)):
        answer = stage.post("/page/press", user=MAYA, message_id=message_id, action_id="go", index=block)
        assert answer.status_code == status
    assert len(stage.app.requests) == 1


def test_one_persons_messages_never_reach_anothers_page(stage: Stage) -> None:
    # given Maya and Leon, each with the page open
    with following(stage, MAYA) as to_maya, following(stage, LEON) as to_leon:
        # when Maya gets private and direct messages, of which one changes and one goes, and says something to all
        url = stage.ask()
        post_to(url, replace_original=True, text="Private")
        stage.dm(MAYA, "Direct")
        post_to(url, delete_original=True)
        stage.workspace.say(MAYA, GENERAL, "For all")
        wait_for(lambda: to_leon and len(to_maya) == 5)

    # then her page was told of everything, and his only of what was for all
    told = [(name, data.get("text")) for name, data in to_maya]
    assert told == [
        ("message", "On its way"),
        ("message", "Private"),
        ("message", "Direct"),
        ("removed", None),
        ("message", "For all"),
    ]
    assert to_maya[0][1]["id"] == to_maya[1][1]["id"] == to_maya[3][1]["id"]
    assert [data["text"] for _, data in to_leon] == ["For all"]
    assert [message["text"] for message in stage.state(LEON)["messages"]] == ["For all"]
    assert [message["text"] for message in stage.state(MAYA)["messages"]] == ["Direct", "For all"]


def test_the_page_learns_everything_at_once(stage: Stage) -> None:
    stage.dm(MAYA, "Direct", BLOCKS)

    state = stage.state(MAYA)

    [message] = state.pop("messages")
    assert message.pop("ts")
    assert [block["type"] for block in message.pop("blocks")] == ["actions"]
    assert message == {
        "id": "m1",
        "channel_id": stage.workspace.dm_of(MAYA),
        "user_id": "U0FREDDY",
        "text": "Direct",
        "is_ephemeral": False,
        "is_edited": False,
        "from": "app",
    }
    here = {"is_deleted": False, "is_bot": False}
    maya = {"id": MAYA, "name": "Maya", "full_name": "Maya Lindqvist", "role": "admin", **here}
    assert state == {
        "team": {"id": "T0DEMO", "name": "Freddy Demo"},
        "teams": [{"id": "T0DEMO", "name": "Freddy Demo"}],
        "me": maya,
        "people": [maya, {"id": LEON, "name": "Leon", "full_name": "Leon Okafor", "role": "member", **here}],
        "app": {"id": "U0FREDDY", "name": "Freddy Connect", "is_installed": True},
        "channels": [
            {"id": GENERAL, "name": "general", "kind": "channel"},
            {"id": "C0DESIGN", "name": "design", "kind": "channel"},
            {"id": stage.workspace.dm_of(MAYA), "name": "Freddy Connect", "kind": "dm"},
        ],
        "command": {
            "name": "/connect",
            "description": "Connect a tool to your organization's assistant",
            "usage_hint": "github",
        },
        "troubles": [{"name": "platform_down", "label": "Platform down", "explanation": "It refuses connections."}],
        "trouble": "none",
        "home": None,
        "modal": None,
        "modal_errors": {},
        "shortcuts": [
            {
                "callback_id": "connect_open_menu",
                "name": "Connect a tool",
                "description": "Connect a tool to your organization's assistant",
            }
        ],
    }


def test_what_is_said_on_the_page_is_a_command_a_mistake_or_a_message(stage: Stage) -> None:
    for text in ("/connect  github ", "/conect github", "1 < 2 & 3", "   "):
        answer = stage.post("/page/say", user=MAYA, channel_id=GENERAL, text=text)
        assert (answer.status_code, answer.json()) == (200, {})
    wait_for(lambda: len(stage.answers()) == 3)

    assert [form["text"] for form in stage.app.forms] == ["github"]
    by_author = {message.user_id: message for message in stage.answers()}
    assert by_author["U0FREDDY"].text == "On its way"
    assert by_author["USLACKBOT"].text.startswith("/conect is not a valid command.")
    assert by_author["USLACKBOT"].ephemeral_to == MAYA
    assert (by_author[MAYA].text, by_author[MAYA].via) == ("1 &lt; 2 &amp; 3", "person")
    assert [message.text for message in stage.answers(LEON)] == ["1 &lt; 2 &amp; 3"]


def test_nobody_writes_where_they_are_not(stage: Stage) -> None:
    for user, channel in (("U0NOBODY", GENERAL), (LEON, "C0NOWHERE"), (LEON, stage.workspace.dm_of(MAYA))):
        assert stage.post("/page/say", user=user, channel_id=channel, text="x").status_code == 404
    assert stage.post("/page/say", user=MAYA).status_code == 400
    assert stage.get("/page/stream?user=U0NOBODY").status_code == 404
    assert stage.workspace.messages == []


@pytest.mark.parametrize("path", ["/page/say", "/page/press", "/page/trouble"])
def test_another_sites_form_cannot_post_to_the_page(stage: Stage, path: str) -> None:
    url = stage.workspace.base_url + path
    body = {"user": MAYA, "channel_id": GENERAL, "text": "x", "message_id": "m1", "action_id": "x", "name": "none"}

    as_form = requests.post(url, data=json.dumps(body), headers={"Content-Type": "text/plain"}, timeout=5)
    without_header = requests.post(url, json=body, timeout=5)
    not_json = requests.post(url, data=body, headers={"X-Demo": "1"}, timeout=5)

    assert [answer.status_code for answer in (as_form, without_header, not_json)] == [403, 403, 403]
    assert (stage.workspace.messages, stage.played) == ([], [])


def test_a_trouble_is_played_and_every_page_is_told(stage: Stage) -> None:
    with following(stage, LEON) as to_leon:
        assert stage.post("/page/trouble", name="platform_down").status_code == 200
        assert stage.post("/page/trouble", name="nonsense").status_code == 404
        wait_for(lambda: to_leon)

    assert stage.played == ["platform_down"]
    assert to_leon == [("trouble", {"name": "platform_down"})]
    assert stage.state(MAYA)["trouble"] == "platform_down"
    assert stage.post("/page/trouble", name="none").status_code == 200
    assert stage.state(MAYA)["trouble"] == "none"


@pytest.mark.parametrize("path", ["/", "/static/app.js", "/static/nothing.js", "/page/state", "/nowhere"])
def test_every_answer_to_the_browser_is_locked_down(stage: Stage, path: str) -> None:
    headers = stage.get(path).headers

    assert headers["Content-Security-Policy"] == (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cache-Control"] == "no-store"


def test_a_stream_stays_open_with_pings_and_ends_when_told(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("slack_app.demo.workspace.page.PING_SECONDS", 0.05)
    url = f"{stage.workspace.base_url}/page/stream?user={MAYA}"
    with requests.get(url, stream=True, timeout=5) as response:
        lines = response.iter_lines(chunk_size=1, decode_unicode=True)
        assert [line for line in (next(lines) for _ in range(4)) if line] == [": open", ": ping"]

        stage.workspace.end_streams()

        began = time.perf_counter()
        assert set(lines) <= {"", ": ping"}
        assert time.perf_counter() - began < 0.5


def test_a_server_whose_pages_were_let_go_stops_promptly() -> None:
    workspace = Workspace(signing_secret=SECRET, bot_token=TOKEN)
    with serving(workspace.app) as url:
        response = requests.get(f"{url}/page/stream?user={MAYA}", stream=True, timeout=10)
        lines = response.iter_lines(chunk_size=1)
        assert next(lines) == b": open"

        workspace.end_streams()
        began = time.perf_counter()

    assert time.perf_counter() - began < 0.9
    response.close()
