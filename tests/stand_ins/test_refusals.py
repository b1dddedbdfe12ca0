"""The stand-in's methods can say no as Slack's do: each with each error, and for as long as a limit lasts."""

from __future__ import annotations

import pytest
from slack_sdk.errors import SlackApiError

from tests.stand_ins.stub_app import MAYA, SlackWithApp


def refusal(stage: SlackWithApp) -> SlackApiError:
    with pytest.raises(SlackApiError) as caught:
        stage.client.chat_postMessage(channel=MAYA, text="x")
    return caught.value


def test_a_method_answers_with_an_error_so_often(stage: SlackWithApp) -> None:
    """slack-truth.md 5, web_api.py"""
    stage.workspace.refusals.play("chat.postMessage", "is_archived", times=2)

    errors = [refusal(stage).response["error"] for _ in range(2)]

    assert errors == ["is_archived", "is_archived"]
    stage.client.chat_postMessage(channel=MAYA, text="x")


def test_a_method_answers_with_an_error_until_it_is_over_and_the_others_go_on(stage: SlackWithApp) -> None:
    stage.workspace.refusals.play("chat.postMessage", "fatal_error", status=500)

    assert [refusal(stage).response.status_code for _ in range(3)] == [500, 500, 500]
    stage.client.auth_test()

    stage.workspace.refusals.stop("chat.postMessage")
    stage.client.chat_postMessage(channel=MAYA, text="x")


def test_a_limit_says_how_much_of_it_is_left_and_ends_by_itself(stage: SlackWithApp) -> None:
    """slack-truth.md 5, web_api.py: https://docs.slack.dev/apis/web-api/rate-limits"""
    stage.workspace.refusals.limit("chat.postMessage", 30)
    said = [refusal(stage).response.headers["Retry-After"]]
    stage.now += 29.5
    said.append(refusal(stage).response.headers["Retry-After"])
    stage.now += 0.5

    stage.client.chat_postMessage(channel=MAYA, text="x")

    assert said == ["30", "1"]


def test_a_text_of_more_than_4000_characters_is_posted_but_not_edited_in(stage: SlackWithApp) -> None:
    """slack-truth.md 5, chat_api.py: https://docs.slack.dev/reference/methods/chat.update#errors"""
    posted = stage.client.chat_postMessage(channel=MAYA, text="x" * 4001)

    with pytest.raises(SlackApiError) as caught:
        stage.client.chat_update(channel=posted["channel"], ts=posted["ts"], text="x" * 4001)

    assert caught.value.response["error"] == "msg_too_long"
    stage.client.chat_update(channel=posted["channel"], ts=posted["ts"], text="x" * 4000)


def test_a_view_of_more_than_250_kilobytes_is_refused(stage: SlackWithApp) -> None:
    """slack-truth.md 5, views_api.py: https://docs.slack.dev/reference/methods/views.publish#errors"""
    section = {"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3000}}

    with pytest.raises(SlackApiError) as caught:
        stage.client.views_publish(user_id=MAYA, view={"type": "home", "blocks": [section] * 90})

    assert caught.value.response["error"] == "view_too_large"
