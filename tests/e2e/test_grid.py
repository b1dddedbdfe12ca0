"""A whole Enterprise Grid with one installation: its workspaces are set up apart, each by its own admins."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import redis

from slack_app.stand_ins.slack import Slack
from tests.stage import Stage, wait_for
from tests.workspaces import GRID, KEYS, app_for, ask, await_link, install, set_up, slack_of_two


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
