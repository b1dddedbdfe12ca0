"""A whole Enterprise Grid with one installation: its workspaces are set up apart, each by its own admins."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet
from slack_sdk.oauth.installation_store import Installation

from slack_app.adapters.installations import RedisInstallations
from slack_app.adapters.redis import open_patient
from slack_app.adapters.vault import Vault
from slack_app.demo.platform import Platform
from slack_app.demo.serving import serving
from slack_app.demo.workspace import Person, Slack, Workspace
from slack_app.demo.workspace.installations import Grant
from tests.stage import SIGNING_SECRET, Stage, wait_for

TOKEN = "xoxb-canary-grid"
KEYS = {"T0ONE": ("org_one", "ak_canary_one_0123456789"), "T0TWO": ("org_two", "ak_canary_two_0123456789")}


@pytest.fixture
def grid() -> Slack:
    """Two workspaces of one Grid; an owner each, and the app installed in all of it."""
    workspaces = []
    for team_id, owner in (("T0ONE", "U0IDA"), ("T0TWO", "U0IRIS")):
        person = Person(owner, owner[2:].title(), owner[2:].title(), role="owner")
        workspace = Workspace(
            signing_secret=SIGNING_SECRET, bot_token="", people=[person], team_id=team_id, enterprise_id="E0GRID"
        )
        workspace.install(Grant(TOKEN, is_org_wide=True))
        workspaces.append(workspace)
    return Slack(workspaces, client_id="1.2", client_secret="canaryc11ent5ecret")


@pytest.fixture
def app(grid: Slack, redis_url: str, tmp_path: Path) -> Iterator[Stage]:
    with ExitStack() as stack:
        platform = Platform(keys={key: organization for organization, key in KEYS.values()})
        grid.base_url = stack.enter_context(serving(grid.app))
        encryption_key = Fernet.generate_key().decode()
        installations = RedisInstallations(open_patient(redis_url), Vault([encryption_key]), lambda: 1000.0)
        installations.save(
            Installation(user_id="U0IDA", enterprise_id="E0GRID", bot_token=TOKEN, is_enterprise_install=True)
        )
        environment = {
            "SLACK_SIGNING_SECRET": SIGNING_SECRET,
            "SLACK_CLIENT_ID": "1.2",
            "SLACK_CLIENT_SECRET": "canaryc11ent5ecret",
            "SLACK_API_URL": f"{grid.base_url}/api/",
            "ENCRYPTION_KEYS": encryption_key,
            "FREDDY_API_URL": stack.enter_context(serving(platform.app)),
            "REDIS_URL": redis_url,
            "LOG_LEVEL": "DEBUG",
            "LOG_FORMAT": "json",
        }
        stage = Stage(grid.workspaces[0], platform, environment, tmp_path / "app.log")
        stack.callback(stage.kill_all)
        stage.start_web("--with-worker")
        grid.request_url = stage.workspace.request_url
        yield stage


def ask(workspace: Workspace, text: str) -> str:
    """Type the command in the direct message with the app; gives who did."""
    [owner] = [person.id for person in workspace.room.people.values() if person.role == "owner"]
    ack = workspace.type_command(user_id=owner, channel_id=workspace.dm_of(owner), text=text)
    assert ack.status == 200
    return owner


def set_up(workspace: Workspace) -> None:
    owner = ask(workspace, "setup")

    def shown(text: str) -> Any:
        view = workspace.views.modal_of(owner)
        return view if view and text in str(view.content) else None

    wait_for(lambda: shown("setup_filled"), what="the form")
    organization, key = KEYS[workspace.team_id]
    filled = {"organization": organization, "way": "shared", "key": key, "who": "everybody"}
    assert workspace.hands.submit(owner, shown("setup_filled").id, {name: {name: v} for name, v in filled.items()})
    wait_for(lambda: shown("*Saved.*"), what=f"{organization} is set up")


def test_each_workspace_of_a_grid_connects_to_its_own_organization(app: Stage, grid: Slack) -> None:
    """security.md 7"""
    for workspace in grid.workspaces:
        set_up(workspace)

    for workspace in grid.workspaces:
        owner = ask(workspace, "github")

        def has_link(workspace: Workspace = workspace, owner: str = owner) -> bool:
            shown = workspace.messages_in(workspace.dm_of(owner), seen_by=owner)
            return any("github link is ready" in message.text.lower() for message in shown)

        wait_for(has_link, what=f"the link in {workspace.team_id}")

    asked = [(call.query["organization_id"], call.key) for call in app.platform.calls if "authorize" in call.path]
    assert asked == list(KEYS.values())
