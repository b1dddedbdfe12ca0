"""A typed command on its way from the stand-in workspace to the app, and what its answer shows."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest
from slack_sdk.signature import SignatureVerifier
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from slack_app.demo.serving import serving
from tests.stand_ins.stub_app import GENERAL, LEON, MAYA, SECRET, SlackWithApp


def test_a_command_is_sent_as_slack_documents_it_and_signed(stage: SlackWithApp) -> None:
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


def test_on_enterprise_grid_the_command_names_the_enterprise(stage: SlackWithApp) -> None:
    stage.workspace.store.enterprise_id = "E0GRID"

    stage.ask()

    assert stage.app.forms[0]["enterprise_id"] == "E0GRID"


def test_two_hundred_people_can_type_at_once(stage: SlackWithApp) -> None:
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
def test_who_gets_no_proper_answer_is_told_as_slack_tells_it(stage: SlackWithApp, answer: Response, error: str) -> None:
    stage.app.answer = answer

    stage.ask()

    [told] = stage.answers()
    assert (told.text, told.via, told.ephemeral_to) == (f'/connect failed with the error "{error}"', "slack", MAYA)
    assert stage.answers(LEON) == []


def test_an_app_that_is_away_or_too_slow_is_told_of_too(stage: SlackWithApp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("slack_app.stand_ins.slack.sender.ACK_SECONDS", 0.2)
    with serving(Starlette(routes=[Route("/", _never, methods=["POST"])])) as stage.workspace.request_url:
        slow = stage.workspace.type_command(user_id=MAYA, channel_id=GENERAL, text="github")
    away = stage.workspace.type_command(user_id=MAYA, channel_id=GENERAL, text="github")

    assert (slow.status, slow.error, away.status, away.error) == (0, "operation_timeout", 0, "dispatch_failed")
    assert [message.text for message in stage.answers()] == [
        '/connect failed with the error "operation_timeout"',
        '/connect failed with the error "dispatch_failed"',
    ]


def test_an_acknowledgement_may_be_bare_text_or_nothing_or_for_all(stage: SlackWithApp) -> None:
    for answer in (Response("Bare"), Response(""), JSONResponse({"response_type": "in_channel", "text": "For all"})):
        stage.app.answer = answer
        stage.ask()

    assert [message.text for message in stage.answers()] == ["Bare", "For all"]
    assert [message.text for message in stage.answers(LEON)] == ["For all"]


async def _never(_request: Request) -> Response:
    await asyncio.sleep(0.5)
    return Response()
