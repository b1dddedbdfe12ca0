"""The kept connectors, on fakeredis and on a real Redis."""

from __future__ import annotations

from typing import Any

import pytest

from slack_app.adapters.catalogue import RedisCatalogue
from slack_app.model.tools import Connector

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
