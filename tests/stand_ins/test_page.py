"""The stand-in workspace's page: who sees what, at once, and nobody else."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import requests

from slack_app.demo.serving import serving
from slack_app.stand_ins.slack import Workspace
from tests.stage import stretched, wait_for
from tests.stand_ins.stub_app import BLOCKS, GENERAL, LEON, MAYA, SECRET, TOKEN, SlackWithApp, post_to


@contextmanager
def following(stage: SlackWithApp, user_id: str) -> Iterator[list[tuple[str, Any]]]:
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


def test_one_persons_messages_never_reach_anothers_page(stage: SlackWithApp) -> None:
    # given Maya and Leon, each with the page open
    stage.workspace.store.command_urls_replace = True
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


def test_the_page_learns_everything_at_once(stage: SlackWithApp) -> None:
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
    here = {"is_deleted": False, "is_bot": False, "org_role": "member", "home": "", "home_org": ""}
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
        "faults": [{"name": "platform_down", "label": "Platform down", "explanation": "It refuses connections."}],
        "fault": "none",
        "fault_note": "",
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


def test_what_is_said_on_the_page_is_a_command_a_mistake_or_a_message(stage: SlackWithApp) -> None:
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


def test_nobody_writes_where_they_are_not(stage: SlackWithApp) -> None:
    for user, channel in (("U0NOBODY", GENERAL), (LEON, "C0NOWHERE"), (LEON, stage.workspace.dm_of(MAYA))):
        assert stage.post("/page/say", user=user, channel_id=channel, text="x").status_code == 404
    assert stage.post("/page/say", user=MAYA).status_code == 400
    assert stage.get("/page/stream?user=U0NOBODY").status_code == 404
    assert stage.workspace.messages == []


@pytest.mark.parametrize("path", ["/page/say", "/page/press", "/page/fault"])
def test_another_sites_form_cannot_post_to_the_page(stage: SlackWithApp, path: str) -> None:
    url = stage.workspace.base_url + path
    body = {"user": MAYA, "channel_id": GENERAL, "text": "x", "message_id": "m1", "action_id": "x", "name": "none"}

    as_form = requests.post(url, data=json.dumps(body), headers={"Content-Type": "text/plain"}, timeout=5)
    without_header = requests.post(url, json=body, timeout=5)
    not_json = requests.post(url, data=body, headers={"X-Demo": "1"}, timeout=5)

    assert [answer.status_code for answer in (as_form, without_header, not_json)] == [403, 403, 403]
    assert (stage.workspace.messages, stage.played) == ([], [])


def test_a_fault_is_played_and_every_page_is_told(stage: SlackWithApp) -> None:
    with following(stage, LEON) as to_leon:
        assert stage.post("/page/fault", name="platform_down").status_code == 200
        assert stage.post("/page/fault", name="nonsense").status_code == 404
        wait_for(lambda: to_leon)

    assert stage.played == ["platform_down"]
    assert to_leon == [("fault", {"name": "platform_down"})]
    assert stage.state(MAYA)["fault"] == "platform_down"
    assert stage.post("/page/fault", name="none").status_code == 200
    assert stage.state(MAYA)["fault"] == "none"


@pytest.mark.parametrize("path", ["/", "/static/app.js", "/static/nothing.js", "/page/state", "/nowhere"])
def test_every_answer_to_the_browser_is_locked_down(stage: SlackWithApp, path: str) -> None:
    headers = stage.get(path).headers

    assert headers["Content-Security-Policy"] == (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cache-Control"] == "no-store"


def test_a_stream_stays_open_with_pings_and_ends_when_told(
    stage: SlackWithApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("slack_app.stand_ins.slack.page.PING_SECONDS", 0.05)
    url = f"{stage.workspace.base_url}/page/stream?user={MAYA}"
    with requests.get(url, stream=True, timeout=5) as response:
        lines = response.iter_lines(chunk_size=1, decode_unicode=True)
        assert [line for line in (next(lines) for _ in range(4)) if line] == [": open", ": ping"]

        stage.workspace.end_streams()

        began = time.perf_counter()
        assert set(lines) <= {"", ": ping"}
        assert time.perf_counter() - began < stretched(0.5)


def test_a_server_whose_pages_were_let_go_stops_promptly() -> None:
    workspace = Workspace(signing_secret=SECRET, bot_token=TOKEN)
    with serving(workspace.app) as url:
        response = requests.get(f"{url}/page/stream?user={MAYA}", stream=True, timeout=10)
        lines = response.iter_lines(chunk_size=1)
        assert next(lines) == b": open"

        workspace.end_streams()
        began = time.perf_counter()

    assert time.perf_counter() - began < stretched(0.9)
    response.close()
