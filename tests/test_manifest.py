"""The manifest against Slack's reference, and against what the app really listens to and calls."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import fakeredis
import pytest
import yaml
from slack_bolt import BoltRequest

from slack_app.adapters import people as people_adapter
from slack_app.adapters import slack as slack_adapter
from slack_app.adapters.breaker import Breaker
from slack_app.app.web import build_bolt
from slack_app.config import Settings
from slack_app.manifest import link_to_form, manifest
from tests.slack_schemas import violations

ROOT = Path(__file__).parents[1]
SCOPES_OF = {
    "auth_test": set[str](),
    "chat_postMessage": {"chat:write"},
    "chat_update": {"chat:write"},
    "chat_delete": {"chat:write"},
    "users_info": {"users:read"},
    "users_list": {"users:read"},
    "views_open": set[str](),
    "views_update": set[str](),
    "views_publish": set[str](),
}
"""Which scope each Web API method needs that the app calls: https://docs.slack.dev/reference/methods"""
SCOPES_OF_EVENT = {
    "message.im": {"im:history"},
    "app_home_opened": set[str](),
    "app_uninstalled": set[str](),
    "team_access_granted": set[str](),
    "team_access_revoked": set[str](),
    "tokens_revoked": set[str](),
}
"""The same for events: https://docs.slack.dev/reference/events"""


@pytest.fixture
def parsed() -> Any:
    return yaml.safe_load((ROOT / "manifest.yml").read_text())


def test_the_file_is_what_the_command_prints() -> None:
    printed = manifest("https://freddy-connect.example.com", "/connect")

    assert (ROOT / "manifest.yml").read_text() == printed


@pytest.mark.parametrize("url", ["https://connect.example.com", None], ids=["address", "Socket Mode"])
def test_slack_takes_the_manifest(url: str | None) -> None:
    assert violations("manifest", yaml.safe_load(manifest(url, "/connect"))) == []


def test_for_socket_mode_the_manifest_has_no_address_and_is_the_same_else(parsed: Any) -> None:
    for_socket = yaml.safe_load(manifest(None, "/connect"))

    assert for_socket == without_addresses(for_socket)
    assert for_socket["settings"].pop("socket_mode_enabled") is True
    assert parsed["settings"].pop("socket_mode_enabled") is False
    assert for_socket == without_addresses(parsed)


def without_addresses(value: Any) -> Any:
    if isinstance(value, dict):
        kept = {name: without_addresses(one) for name, one in value.items()}
        return {name: one for name, one in kept.items() if one is not None}
    if isinstance(value, list):
        return [one for one in map(without_addresses, value) if one is not None] or None
    return None if isinstance(value, str) and value.startswith("https://") else value


@pytest.mark.parametrize("url", ["https://connect.example.com", None], ids=["address", "Socket Mode"])
def test_the_link_opens_slacks_form_with_the_whole_manifest(url: str | None) -> None:
    printed = manifest(url, "/connect")

    link = urlsplit(link_to_form(printed))

    assert (link.scheme, link.hostname, link.path) == ("https", "api.slack.com", "/apps")
    fields = parse_qs(link.query, strict_parsing=True)
    assert fields["new_app"] == ["1"]
    assert yaml.safe_load(fields["manifest_yaml"][0]) == yaml.safe_load(printed)


def test_all_of_slacks_requests_lead_to_the_one_route(parsed: Any) -> None:
    address = "https://freddy-connect.example.com/slack/events"

    assert parsed["features"]["slash_commands"][0]["url"] == address
    assert parsed["settings"]["event_subscriptions"]["request_url"] == address
    assert parsed["settings"]["interactivity"]["request_url"] == address


def test_people_can_get_direct_messages_and_write_back(parsed: Any) -> None:
    assert parsed["features"]["app_home"]["messages_tab_enabled"] is True
    assert parsed["features"]["app_home"]["messages_tab_read_only_enabled"] is False


def test_the_command_is_the_one_that_is_listened_to(parsed: Any) -> None:
    settings = Settings(slack_signing_secret="s3cr3t-of-a-test", slack_command="/link-me")
    bolt = build_bolt(settings, fakeredis.FakeRedis(decode_responses=True), Breaker("redis"))
    printed = yaml.safe_load(manifest("https://a.example", "/link-me"))

    body = f"command={printed['features']['slash_commands'][0]['command'].replace('/', '%2F')}&text=help&team_id=T1"
    request = BoltRequest(body=body, mode="socket_mode")

    assert bolt.dispatch(request).status == 200


def test_the_scopes_are_the_least_that_the_app_needs(parsed: Any) -> None:
    source = "".join(Path(str(adapter.__file__)).read_text() for adapter in (slack_adapter, people_adapter))
    called = set(re.findall(r"\.((?:chat|conversations|users|views|auth|im)_\w+)\(", source))

    heard = [SCOPES_OF_EVENT[event] for event in parsed["settings"]["event_subscriptions"]["bot_events"]]

    needed = {"commands"}.union(*(SCOPES_OF[method] for method in called), *heard)

    assert set(parsed["oauth_config"]["scopes"]["bot"]) == needed
