"""With whose key, and for which organization, the platform is asked for a person."""

from __future__ import annotations

from typing import Any

from cryptography.fernet import Fernet

from slack_app.adapters.secrets.keys import RedisKeys
from slack_app.adapters.secrets.vault import Vault
from slack_app.adapters.setups import RedisSetups
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
