"""A button pressed in the stand-in workspace, and who can."""

from __future__ import annotations

import json

from starlette.responses import JSONResponse

from tests.stand_ins.stub_app import BLOCKS, BUTTON, LEON, MAYA, SlackWithApp, post_to


def test_a_pressed_button_is_sent_as_slack_documents_it(stage: SlackWithApp) -> None:
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


def test_the_payload_of_a_private_message_does_not_carry_its_content(stage: SlackWithApp) -> None:
    stage.app.answer = JSONResponse({"text": "Choose", "blocks": BLOCKS})
    stage.ask()

    assert stage.workspace.press(MAYA, stage.answers()[0].id, "go") is True

    payload = json.loads(stage.app.forms[-1]["payload"])
    assert payload["container"]["is_ephemeral"] is True
    assert "message" not in payload


def test_nobody_presses_a_button_that_they_cannot_see(stage: SlackWithApp) -> None:
    message_id = stage.dm(MAYA, "Choose", BLOCKS)

    for user, message, action in ((LEON, message_id, "go"), (MAYA, "m99", "go"), (MAYA, message_id, "other")):
        assert stage.post("/page/press", user=user, message_id=message, action_id=action).status_code == 404
    for block, status in (("nowhere", 404), (1, 404), (0, 200)):
        answer = stage.post("/page/press", user=MAYA, message_id=message_id, action_id="go", index=block)
        assert answer.status_code == status
    assert len(stage.app.requests) == 1
