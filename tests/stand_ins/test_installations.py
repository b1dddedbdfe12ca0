"""Whether the app is installed in the stand-in: what its tokens are good for, and what it is told when it is gone."""

from __future__ import annotations

from typing import Any

from slack_app.stand_ins.slack import Workspace, revoked_event, uninstalled_event
from tests.stand_ins.sample_views import refused
from tests.stand_ins.stub_app import GENERAL, LEON, MAYA, SECRET, SlackWithApp


def told(stage: SlackWithApp) -> list[dict[str, Any]]:
    """The events that the app was sent, without their ids, each of which is another."""
    return [{key: value for key, value in event.items() if key != "event_id"} for event in stage.app.events_sent]


def test_an_app_that_is_uninstalled_loses_its_token_and_is_told(stage: SlackWithApp) -> None:
    stage.workspace.uninstall()

    envelope = {
        "token": "deprecated-verification-token",
        "type": "event_callback",
        "team_id": "T0DEMO",
        "api_app_id": "A0FREDDY",
        "event_time": int(stage.now),
    }
    revoked = {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": ["U0FREDDY"]}}
    assert told(stage) == [{**envelope, "event": revoked}, {**envelope, "event": {"type": "app_uninstalled"}}]
    assert len({event["event_id"] for event in stage.app.events_sent}) == 2
    assert refused(stage.client.auth_test) == "account_inactive"
    assert refused(stage.client.chat_postMessage, channel=MAYA, text="x") == "account_inactive"


def test_both_events_can_be_sent_late(stage: SlackWithApp) -> None:
    for event in (
        uninstalled_event(team_id="T0DEMO", at=stage.now - 60),
        revoked_event(team_id="T0DEMO", at=stage.now - 60),
    ):
        assert stage.workspace.send_event(event).status == 200

    assert [event["event_time"] for event in stage.app.events_sent] == [int(stage.now) - 60] * 2


def test_of_an_organizations_installation_no_workspace_is_named() -> None:
    event = uninstalled_event(team_id=None, enterprise_id="E0GRID", at=1.0)

    assert (event["enterprise_id"], "team_id" in event) == ("E0GRID", False)


def test_where_the_app_is_not_installed_nothing_is_sent_to_it(stage: SlackWithApp) -> None:
    # given a workspace without the app
    stage.workspace.uninstall()
    stage.app.requests.clear()

    # when somebody types its command, and writes to it
    stage.workspace.say(MAYA, GENERAL, "/connect github")
    stage.workspace.say(LEON, stage.workspace.dm_of(LEON), "Hello")

    # then Slack does not know the command, and nobody hears of the message
    assert stage.app.requests == []
    assert stage.answers()[-1].text.startswith("/connect is not a valid command.")
    assert "try /connect" not in stage.answers()[-1].text
    assert stage.state(MAYA)["app"]["is_installed"] is False


def test_without_a_token_the_app_is_not_installed_from_the_start() -> None:
    assert not Workspace(signing_secret=SECRET, bot_token="").is_installed
    assert Workspace(signing_secret=SECRET, bot_token="xoxb-1").is_installed


def test_on_a_grid_an_uninstalled_app_is_told_of_both(stage: SlackWithApp) -> None:
    stage.workspace.store.enterprise_id = "E0GRID"

    stage.workspace.uninstall()

    assert {(event["team_id"], event["enterprise_id"]) for event in told(stage)} == {("T0DEMO", "E0GRID")}
