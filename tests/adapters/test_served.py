"""Which workspace an app with SLACK_BOT_TOKEN serves: Slack says so of its token (security.md 7)."""

from __future__ import annotations

from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse

from slack_app.adapters.served import ServedWorkspace
from slack_app.errors import UpstreamError
from slack_app.model.users import SlackUser

MEMBER, STRANGER = SlackUser(None, "T1", "U1"), SlackUser(None, "T2", "U9")


class Slack:
    """Says whose token it is, or what is wrong with it."""

    def __init__(self, answer: dict[str, Any] | str) -> None:
        self.answer = answer
        self.asked = 0
        self.now = 1000.0
        self.is_served = ServedWorkspace(self, lambda: self.now)  # type: ignore[arg-type]

    def auth_test(self) -> dict[str, Any]:
        self.asked += 1
        if isinstance(self.answer, str):
            response = SlackResponse(
                client=None, http_verb="POST", api_url="", req_args={}, data={"error": self.answer}, headers={},
                status_code=200,
            )  # fmt: skip
            raise SlackApiError("refused", response)
        return self.answer


def test_people_of_the_tokens_workspace_are_served_and_others_are_not() -> None:
    slack = Slack({"team_id": "T1"})

    assert [slack.is_served(person) for person in (MEMBER, STRANGER, MEMBER, STRANGER)] == [True, False, True, False]
    assert slack.asked == 3, "once for its own people, and for each stranger"


def test_on_a_grid_all_of_its_people_are_served() -> None:
    slack = Slack({"team_id": "T1", "enterprise_id": "E1"})

    assert slack.is_served(SlackUser("E1", "T2", "U1"))
    assert not slack.is_served(SlackUser("E2", "T3", "U1"))
    assert not slack.is_served(SlackUser(None, "T3", "U1"))


def test_where_the_token_is_of_is_asked_once_in_ten_minutes_and_anew_for_a_stranger() -> None:
    """slack-truth.md 3.2: by this, and not by what a request names, it is judged who is a stranger."""
    slack = Slack({"team_id": "T1", "enterprise_id": "E1"})

    assert [slack.is_served.place(person) for person in (MEMBER, MEMBER, STRANGER)] == [("E1", "T1")] * 3
    assert slack.asked == 2
    assert Slack({"team_id": "T1"}).is_served.place(MEMBER) == (None, "T1")


def test_a_workspace_that_joins_a_grid_needs_no_restart() -> None:
    slack = Slack({"team_id": "T1"})
    colleague = SlackUser("E1", "T2", "U1")
    assert not slack.is_served(colleague)

    slack.answer = {"team_id": "T1", "enterprise_id": "E1"}

    assert slack.is_served(colleague)


def test_a_workspace_that_left_its_grid_is_known_within_ten_minutes() -> None:
    slack = Slack({"team_id": "T1", "enterprise_id": "E1"})
    colleague = SlackUser("E1", "T2", "U1")
    assert slack.is_served(colleague)

    slack.answer, slack.now = {"team_id": "T1"}, slack.now + 600

    assert not slack.is_served(colleague)


def test_an_outage_of_slack_is_tried_again_and_a_revoked_token_leaves_the_private_answer() -> None:
    with pytest.raises(UpstreamError):
        Slack("internal_error").is_served(MEMBER)

    assert Slack("token_revoked").is_served(MEMBER)
