"""Which organization a workspace belongs to."""

from __future__ import annotations

from typing import Any

from slack_app.adapters.organizations import RedisOrganizations
from slack_app.model import Person


def test_the_workspace_comes_before_its_grid_and_what_was_set_before_the_environment(client: Any) -> None:
    organizations = RedisOrganizations(client, {"T1": "org_env_team", "E1": "org_env_grid"})
    on_grid = Person("E1", "T1", "U1")

    assert organizations.organization_of(on_grid) == "org_env_team"
    assert organizations.organization_of(Person("E1", "T2", "U1")) == "org_env_grid"

    organizations.set("E1", "org_set_grid")
    assert organizations.organization_of(on_grid) == "org_env_team"
    assert organizations.organization_of(Person("E1", "T2", "U1")) == "org_set_grid"

    organizations.set("T1", "org_set_team")
    assert organizations.organization_of(on_grid) == "org_set_team"


def test_a_workspace_that_nobody_mapped_has_no_organization(client: Any) -> None:
    organizations = RedisOrganizations(client, {"T1": "org_a"})

    assert organizations.organization_of(Person(None, "T2", "U1")) is None


def test_a_mapping_can_be_listed_and_removed(client: Any) -> None:
    organizations = RedisOrganizations(client, {"T1": "org_a"})
    organizations.set("T2", "org_b")

    assert organizations.all() == {"T1": "org_a", "T2": "org_b"}
    assert organizations.remove("T2") is True
    assert organizations.remove("T2") is False
    assert organizations.all() == {"T1": "org_a"}
