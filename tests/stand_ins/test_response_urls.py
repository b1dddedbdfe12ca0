"""Response URLs of the stand-in workspace: how often, how long, and what they change."""

from __future__ import annotations

import asyncio
import time

import pytest
import requests
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from slack_app.stand_ins.slack import SlackFault
from tests.serving import serving
from tests.stand_ins.stub_app import BLOCKS, GENERAL, LEON, MAYA, SlackWithApp, StubApp, post_to


def test_a_response_url_works_five_times(stage: SlackWithApp) -> None:
    url = stage.ask()

    answers = [post_to(url, text=f"Answer {n}") for n in range(6)]

    assert answers == [(200, "ok")] * 5 + [(404, "used_url")]
    assert [message.text for message in stage.answers()] == ["On its way", *(f"Answer {n}" for n in range(5))]
    assert {call.method for call in stage.workspace.calls} == {"response_url"}


def test_a_response_url_works_for_half_an_hour(stage: SlackWithApp) -> None:
    url = stage.ask()

    stage.now += 1800
    in_time = post_to(url, text="Just in time")
    stage.now += 1
    too_late = post_to(url, text="Too late")

    assert (in_time, too_late) == ((200, "ok"), (404, "expired_url"))


def test_what_a_response_url_does_not_take_costs_no_use(stage: SlackWithApp) -> None:
    url = stage.ask()

    refused = [post_to(url), post_to(url, text="x", blocks=[{"type": "marquee"}])]

    assert refused == [(400, "no_text"), (400, "invalid_blocks")]
    assert requests.post(url, data=b"{broken", timeout=5).status_code == 400
    assert [post_to(url, text="x") for _ in range(5)] == [(200, "ok")] * 5


def test_a_commands_response_url_changes_nothing_that_was_said(stage: SlackWithApp) -> None:
    """slack-truth.md 1.2"""
    url = stage.ask()

    answers = [
        post_to(url, text="First"),
        post_to(url, replace_original=True, text="Second"),
        post_to(url, delete_original=True),
    ]

    assert answers == [(200, "ok")] * 3
    assert [message.text for message in stage.answers()] == ["On its way", "First", "Second"]


@pytest.mark.parametrize("status", [400, 404, 410, 429, 500, 503])
def test_a_response_url_can_answer_each_of_the_odd_statuses(stage: SlackWithApp, status: int) -> None:
    url = stage.ask()

    stage.workspace.store.response_url_status = status

    assert post_to(url, text="x")[0] == status
    stage.workspace.store.response_url_status = None
    assert post_to(url, text="x") == (200, "ok")


def test_in_the_other_reading_the_private_answer_is_replaced_in_its_place_and_can_be_deleted(
    stage: SlackWithApp,
) -> None:
    stage.workspace.store.command_urls_replace = True
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


def test_in_the_other_reading_an_answer_that_overtakes_the_acknowledgement_has_replaced_it(
    stage: SlackWithApp,
) -> None:
    stage.workspace.store.command_urls_replace = True

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


def test_faults_of_response_urls(stage: SlackWithApp) -> None:
    url = stage.ask()

    stage.workspace.fault = SlackFault.RESPONSE_URLS_GONE
    gone = post_to(url, text="x")
    stage.workspace.fault = SlackFault.DOWN
    down = post_to(url, text="x")
    stage.workspace.fault = SlackFault.NONE

    assert (gone, down[0]) == ((404, "no_service"), 503)
    assert [post_to(url, text="x") for _ in range(5)] == [(200, "ok")] * 5


def test_slack_can_be_slow(stage: SlackWithApp) -> None:
    stage.workspace.delay = 0.2

    began = time.perf_counter()
    stage.dm(MAYA, "Hello")

    assert time.perf_counter() - began >= 0.2
    [call] = stage.workspace.calls
    assert (call.method, call.arguments["text"]) == ("chat.postMessage", "Hello")
    assert call.peer.startswith("127.0.0.1:")
