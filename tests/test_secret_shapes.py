"""A key is told from the name of a tool (security.md 17)."""

from __future__ import annotations

import pytest

from slack_app.secret_shapes import is_like_a_key


@pytest.mark.parametrize(
    "key",
    [
        "oak_live_51Hx9QkzP",
        "oak_prod_abcdefgh",
        "ak_canary_3f9d2c",
        "sk-proj-abcdefghij",
        "xoxb-123-456-abcDEF",
        "ghp_16C7e42F292c6912E7",
        "github_pat_11ABCDEFG0abcdefgh",
        "glpat-abcdefgh12345678",
        "3f9d2c1b7a6e5d4c3b2a",
        "dGhpc2lzYXNlY3JldGtleQ==",
        "QmFzZTY0RW5jb2RlZFNlY3JldA",
    ],
)
def test_a_key_is_known_by_its_prefix_its_digits_or_because_it_looks_random(key: str) -> None:
    assert is_like_a_key(key)


@pytest.mark.parametrize(
    "name",
    [
        "github",
        "google_drive",
        "microsoft_dynamics_365_business_central",
        "google_analytics_4",
        "activecampaign",
        "SalesforceMarketingCloud",
        "amazon-web-services",
        "pandadoc",
        "1password",
        "",
        "monday.com",
    ],
)
def test_the_name_of_a_tool_is_no_key(name: str) -> None:
    assert not is_like_a_key(name)
