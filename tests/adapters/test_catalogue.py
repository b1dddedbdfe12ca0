"""The kept connectors, on fakeredis and on a real Redis."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from slack_app.adapters.catalogue import RedisCatalogue
from slack_app.model.tools import Connection, Connector
from slack_app.model.workspaces import Credentials

KEY = "slack_app:catalogue:org_a"


@pytest.fixture
def catalogue(client: Any) -> RedisCatalogue:
    return RedisCatalogue(client, lambda: 1000.0)


def test_connectors_come_out_as_they_went_in(catalogue: RedisCatalogue, client: Any) -> None:
    connectors = [Connector("github", "GitHub", "Development", "Repositories"), Connector("x", "Märchen")]

    catalogue.save("org_a", connectors)

    assert catalogue.connectors("org_a") == connectors
    assert catalogue.connectors("org_b") is None
    assert 0 < client.ttl(KEY) <= 24 * 3600


@pytest.mark.parametrize("garbage", ["", "{", "[]", "{}", '{"connectors": [{"x": 1}]}', '{"connectors": 1}'])
def test_what_cannot_be_read_was_never_read(catalogue: RedisCatalogue, client: Any, garbage: str) -> None:
    """security.md 16"""
    client.set(KEY, garbage)

    assert catalogue.connectors("org_a") is None


def test_one_of_many_reads_the_list_anew(catalogue: RedisCatalogue) -> None:
    assert [catalogue.claim_refresh("org_a") for _ in range(3)] == [True, False, False]
    assert catalogue.claim_refresh("org_b")


WORK = Connection("tcred_1", "github", "GitHub", "dev@example.com", "Work")
CREDENTIALS = Credentials("org_a", "ak_1")


def test_the_connections_of_a_tool_are_asked_for_once_as_long_as_they_are_current(catalogue: RedisCatalogue) -> None:
    def read(*, is_current: bool = True) -> list[Connection]:
        return list(catalogue.connections(CREDENTIALS, "github", lambda: answers.pop(0), lambda _: is_current))

    answers = [[WORK], [], [WORK]]

    assert [read(), read(), read(is_current=False), read()] == [[WORK], [WORK], [], []]
    catalogue.forget_connections(CREDENTIALS, "github")
    assert [read(), read()] == [[WORK], [WORK]]


def test_what_was_read_before_a_change_is_not_kept(catalogue: RedisCatalogue) -> None:
    renamed = replace(WORK, label="Other")

    def overtaken() -> list[Connection]:
        catalogue.forget_connections(CREDENTIALS, "github")
        return [WORK]

    assert catalogue.connections(CREDENTIALS, "github", overtaken, lambda _: True) == [WORK]
    assert catalogue.connections(CREDENTIALS, "github", lambda: [renamed], lambda _: True) == [renamed]
    assert catalogue.connections(CREDENTIALS, "github", lambda: [], lambda _: True) == [renamed]
