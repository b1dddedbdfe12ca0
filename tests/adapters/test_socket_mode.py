"""Slack refuses the connection of Socket Mode, or answers with nonsense: the process waits, and says so."""

from __future__ import annotations

import threading
from unittest.mock import Mock

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse
from structlog.testing import capture_logs

from slack_app.adapters.socket_mode import AGAIN_SECONDS, SocketMode

METHOD = "https://slack.com/api/apps.connections.open"
LIMITED = {"ok": False, "error": "ratelimited"}


def refused(answer: dict[str, object], status: int, headers: dict[str, str]) -> SlackApiError:
    response = SlackResponse(
        client=None, http_verb="POST", api_url=METHOD, req_args={}, data=answer, headers=headers, status_code=status
    )
    return SlackApiError("refused", response)


@pytest.mark.parametrize(
    ("answer", "code", "pause"),
    [
        (refused(LIMITED, 429, {"Retry-After": "30"}), "ratelimited", 30.0),
        (refused(LIMITED, 429, {"Retry-After": "99999999"}), "ratelimited", 300.0),
        (refused(LIMITED, 200, {}), "ratelimited", AGAIN_SECONDS),
        (refused({"ok": False, "error": "invalid_auth"}, 200, {}), "invalid_auth", AGAIN_SECONDS),
        ({"ok": True}, "KeyError", AGAIN_SECONDS),
        ({"ok": True, "url": None}, "ValidationError", AGAIN_SECONDS),
        (AttributeError("'list' object has no attribute 'get'"), "AttributeError", AGAIN_SECONDS),
    ],
)
def test_it_waits_as_long_as_slack_says_and_the_log_says_why(
    answer: dict[str, object] | Exception, code: str, pause: float
) -> None:
    """reports.md B7: slack_sdk's client slept for as long as it was told, without a line, or the process ended."""
    web_client, asked_to_end = Mock(), Mock(threading.Event())
    web_client.apps_connections_open = Mock(side_effect=[answer])
    asked_to_end.is_set.side_effect = [False, True]
    handler = SocketMode(Mock(), "xapp-1", web_client)

    with capture_logs() as lines:
        handler.connect_unless(asked_to_end)

    assert [(line["event"], line["code"]) for line in lines] == [("socket.not_connected", code)]
    asked_to_end.wait.assert_called_once_with(pause)
    handler.client.close()
