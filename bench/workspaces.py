"""Many workspaces that have installed the app, each set up for an organization of its own with that one's key."""

from __future__ import annotations

import base64
import time
from collections.abc import Sequence

from slack_sdk.oauth.installation_store import Installation

from bench.answers import APP_USER, token_of
from bench.world import World
from slack_app.adapters.secrets.installations import RedisInstallations
from slack_app.adapters.secrets.keys import RedisKeys
from slack_app.adapters.secrets.vault import Vault
from slack_app.adapters.setups import RedisSetups
from slack_app.model.workspaces import KeyMode, Setup
from slack_app.stand_ins.slack.team import APP_ID, BOT_ID

ENCRYPTION_KEY = base64.urlsafe_b64encode(b"bench" * 6 + b"ke").decode()


def teams(count: int) -> Sequence[str]:
    """Return the ids of so many workspaces."""
    return [f"T{number:06}" for number in range(count)]


def organization_of(team_id: str) -> str:
    """Return the organization of a workspace."""
    return f"org_{team_id}"


def key_of(team_id: str) -> str:
    """Return the API key of a workspace's organization."""
    return f"ak_bench_{team_id}_0123456789"


def environment_of_many() -> dict[str, str]:
    """Return the settings that serve many workspaces, in the place of those for one."""
    return {
        "SLACK_BOT_TOKEN": "",
        "SLACK_CLIENT_ID": "1.2",
        "SLACK_CLIENT_SECRET": "benchc11ent5ecret",
        "ENCRYPTION_KEYS": ENCRYPTION_KEY,
        "WORKSPACE_ORGANIZATIONS": "",
        "FREDDY_API_KEY": "",
    }


def install(world: World, team_ids: Sequence[str]) -> None:
    """Keep the installation and the set-up of each, as the install page and `/connect setup` do."""
    vault, setups = Vault([ENCRYPTION_KEY]), RedisSetups(world.redis, {})
    keys = RedisKeys(world.redis, vault, setups)
    installations = RedisInstallations(world.redis, vault, time.time, lambda _token: True)
    for team_id in team_ids:
        installations.save(
            Installation(
                app_id=APP_ID,
                team_id=team_id,
                user_id="U0ADMIN",
                bot_token=token_of(team_id),
                bot_id=BOT_ID,
                bot_user_id=APP_USER,
                bot_scopes="commands,chat:write,im:history,users:read",
            )
        )
        setup = Setup(team_id, organization_of(team_id), KeyMode.SHARED, configured_by="U0ADMIN")
        setups.save(setup, "bench", sealed_key=keys.seal_shared(setup, key_of(team_id)), is_forced=True)
