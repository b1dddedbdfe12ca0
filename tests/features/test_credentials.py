"""With whose key, and for which organization, the platform is asked for a person."""

from __future__ import annotations

from typing import Any

import pytest
from cryptography.fernet import Fernet

from slack_app.adapters.secrets.keys import RedisKeys
from slack_app.adapters.secrets.vault import Vault
from slack_app.adapters.setups import RedisSetups
from slack_app.errors import UserError
from slack_app.features.credentials import CredentialResolver
from slack_app.model.users import SlackUser
from slack_app.model.workspaces import KeyMode, Setup

MAYA = SlackUser(None, "T1", "U1")


def test_a_setup_that_another_process_has_just_saved_serves_at_once_with_its_key(client: Any) -> None:
    # given two processes, of which one has read the setup of before
    vault = Vault([Fernet.generate_key().decode()])
    here, elsewhere = RedisSetups(client, {}), RedisSetups(client, {})
    keys = RedisKeys(client, vault, here)
    credentials = CredentialResolver(here, keys, "")
    before = Setup("T1", "org_a", KeyMode.SHARED)
    elsewhere.save(before, "1", sealed_key=keys.seal_shared(before, "ak_a"))
    assert credentials(MAYA).api_key == "ak_a"

    # when the other one saves another organization, whose key opens for that one alone
    after = Setup("T1", "org_b", KeyMode.SHARED, version=1)
    assert elsewhere.save(after, "2", sealed_key=keys.seal_shared(after, "ak_b"))

    # then nobody hears that there is no key
    found = credentials(MAYA)
    assert (found.organization_id, found.api_key) == ("org_b", "ak_b")


@pytest.mark.parametrize("workspace_id", ["T1", "E1"])
def test_a_workspace_that_another_process_has_just_set_up_is_not_said_to_be_without_a_setup(
    client: Any, workspace_id: str
) -> None:
    # given two processes, of which one has read that there is no setup
    here, elsewhere = RedisSetups(client, {}), RedisSetups(client, {})
    keys = RedisKeys(client, Vault([Fernet.generate_key().decode()]), here)
    credentials = CredentialResolver(here, keys, "ak_default")
    person = SlackUser("E1", "T1", "U1")
    with pytest.raises(UserError, match="workspace_unmapped"):
        credentials(person)

    # when the other one sets the workspace up, or its Grid
    elsewhere.save(Setup(workspace_id, "org_a", KeyMode.OPERATOR), "1")

    # then it serves at once
    assert credentials(person).organization_id == "org_a"
