"""A whole Enterprise Grid with one installation: its workspaces are set up apart, each by its own admins."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import redis
import requests

from slack_app.stand_ins.slack import Person, Slack, Workspace
from slack_app.stand_ins.slack.team import Naming
from tests.stage import SIGNING_SECRET, Stage, wait_for
from tests.workspaces import (
    CLIENT_ID,
    CLIENT_SECRET,
    GRID,
    KEYS,
    app_for,
    ask,
    await_link,
    install,
    set_up,
    slack_of_two,
)

MAYA, SAM = "U0MAYA", "U0SAM"
HOME = "T0TRE"
"""Where Maya was first; Slack names it wherever she is."""
NAMINGS = {
    "her home": Naming(person=HOME),
    "the Grid": Naming(person=GRID, view=GRID, installed=GRID),
    "no workspace": Naming(person=HOME, team=None, installed=GRID),
    "no Grid but as the person's": Naming(person=GRID, has_enterprise=False),
}


@pytest.fixture
def slack() -> Slack:
    return slack_of_two(GRID)


@pytest.fixture
def app(slack: Slack, redis_url: str, tmp_path: Path) -> Iterator[Stage]:
    with app_for(slack, redis_url, tmp_path / "app.log") as stage:
        yield stage


def test_a_grid_installs_once_and_each_of_its_workspaces_connects_to_its_own_organization(
    app: Stage, slack: Slack
) -> None:
    """security.md 7"""
    install(app, GRID)
    for workspace in slack.workspaces:
        set_up(workspace)

    for workspace in slack.workspaces:
        ask(workspace, "github")
        await_link(workspace)

    asked = [(call.query["organization_id"], call.key) for call in app.platform.calls if "authorize" in call.path]
    assert asked == list(KEYS.values())
    assert [call.method for call in slack.calls] == ["oauth.v2.access"]


def test_an_event_of_a_whole_grid_takes_the_grids_installation_and_the_keys_of_its_workspaces(
    app: Stage, slack: Slack, redis_url: str
) -> None:
    """security.md 20"""
    install(app, GRID)
    for workspace in slack.workspaces:
        set_up(workspace)
    client: Any = redis.Redis.from_url(redis_url, decode_responses=True)
    assert client.exists(f"slack_app:{{installations}}:of:{GRID}:")

    slack.workspaces[0].uninstall()

    wait_for(lambda: not client.exists(f"slack_app:{{installations}}:of:{GRID}:"), what="the Grid's token is gone")
    wait_for(
        lambda: not any(client.hget(f"slack_app:setup:{team_id}", "key") for team_id in KEYS), what="the keys are gone"
    )
    client.close()


def test_a_workspace_that_leaves_the_grids_installation_goes_alone(app: Stage, slack: Slack, redis_url: str) -> None:
    """slack-truth.md 2.4: team_access_revoked; the Grid's token stays good for the others."""
    install(app, GRID)
    for workspace in slack.workspaces:
        set_up(workspace)
    one, two = slack.workspaces
    client: Any = redis.Redis.from_url(redis_url, decode_responses=True)

    one.set_access(is_granted=False)

    wait_for(lambda: client.hget("slack_app:setup:T0ONE", "key") is None, what="the key is gone")
    assert client.hget("slack_app:setup:T0TWO", "key")
    assert client.exists(f"slack_app:{{installations}}:of:{GRID}:")
    ask(two, "github")
    await_link(two)

    one.set_access(is_granted=True)

    wait_for(lambda: client.ttl("slack_app:setup:T0ONE") == -1, what="its set-up is kept again")
    client.close()


@pytest.fixture(params=NAMINGS)
def grid_of_three(request: pytest.FixtureRequest) -> Slack:
    """Three workspaces of which Maya is in all, and Sam, who is of another Grid, sees a channel of one."""
    maya, ida = Person(MAYA, "Maya", "Maya Lindqvist"), Person("U0IDA", "Ida", "Ida Holm", "admin")
    sam = Person(SAM, "Sam", "Sam Stranger", home="T0OTHER", home_org="E0OTHER")
    workspaces = [
        Workspace(
            signing_secret=SIGNING_SECRET,
            bot_token="",
            people=[ida, maya, sam] if team_id == "T0ONE" else [maya],
            team_id=team_id,
            name=team_id,
            enterprise_id=GRID,
        )
        for team_id in ("T0ONE", "T0TWO", HOME)
    ]
    slack = Slack(workspaces, client_id=CLIENT_ID, client_secret=CLIENT_SECRET)
    slack.workspaces[0].store.naming = NAMINGS[request.param]
    return slack


def test_somebody_of_three_workspaces_goes_the_whole_way_and_a_stranger_gets_nothing(
    grid_of_three: Slack, redis_url: str, tmp_path: Path
) -> None:
    """slack-truth.md 1.4, security.md 25"""
    with app_for(grid_of_three, redis_url, tmp_path / "app.log") as app:
        install(app, GRID)
        workspace = grid_of_three.workspaces[0]
        set_up(workspace)

        def dms(user_id: str = MAYA) -> list[str]:
            return [
                m.text for m in workspace.messages_in(workspace.dm_of(user_id), seen_by=user_id) if m.via != "person"
            ]

        workspace.say(SAM, workspace.dm_of(SAM), "github")
        workspace.say(MAYA, workspace.dm_of(MAYA), "github")
        wait_for(lambda: any("connect github*" in text.lower() for text in dms()), what="the link")
        [link] = [m for m in workspace.messages_in(workspace.dm_of(MAYA), seen_by=MAYA) if "allow access" in m.text]

        assert workspace.press(MAYA, link.id, "link_check")
        wait_for(lambda: "Not connected yet" in link.text, what="it was checked")
        assert workspace.user_actions.open_home(MAYA).status == 200
        wait_for(lambda: workspace.views.home_of(MAYA), what="the App Home")
        assert workspace.user_actions.run_shortcut(MAYA, "connect_open_menu")
        wait_for(lambda: workspace.views.modal_of(MAYA), what="the menu")

        pending = list(app.platform.pending.values())[-1]
        allowed = {"state": pending.state, "decision": "allow", "account": "dev@example.com"}
        requests.post(pending.authorization_url.partition("?")[0], data=allowed, timeout=5).raise_for_status()
        wait_for(lambda: "is connected as" in link.text, what="the end")

        assert dms(SAM) == []
        assert [call.arguments["user"] for call in workspace.calls if call.method == "users.info"].count(MAYA) <= 1
