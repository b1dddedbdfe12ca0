"""Which keys of tools are taken from the platform's list: all that can be shown and sent."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest

from slack_app.adapters.freddy import Freddy
from slack_app.adapters.freddy_answers import account_of, connector_of
from slack_app.adapters.http import Http, HttpResponse
from slack_app.errors import UpstreamError
from slack_app.features.menu import Menu
from slack_app.model.workspaces import Credentials
from slack_app.views.menu import suggestions


class Unreachable(Http):
    """A platform that must not be asked."""

    def __init__(self) -> None: ...

    def request(self, *_args: Any, **_options: Any) -> HttpResponse:
        raise AssertionError("asked")


@pytest.mark.parametrize(
    "key", ["github", "github:beta", "ünï", "日本", "a b", "24/7", "50%", "Box.com", "x" * 100, ":%" * 10]
)
def test_a_tool_does_not_vanish_whatever_its_key_looks_like(key: str) -> None:
    connector, account = connector_of({"tool_key": key}), account_of({"connector_type": key})

    assert connector
    assert account
    assert connector.tool_key == account.tool_key == key


@pytest.mark.parametrize("key", ["x" * 100, "x" * 80 + ":%" * 10, ":" * 100, "a%" * 50])
def test_no_key_that_the_platform_can_list_keeps_the_menu_from_everybody(key: str) -> None:
    """security.md 9: an option carries 150 letters, and with one that had more there were no options at all"""
    listed = [connector for name in (key, "github") if (connector := connector_of({"tool_key": name}))]

    assert "github" in str(suggestions(Menu(listed, None)))


@pytest.mark.parametrize("key", ["", " ", ".", "..", "a\nb", "\u200b", "\u202egithub", "x" * 101, None, 7, ["x"]])
def test_what_cannot_be_shown_and_sent_as_it_is_is_no_key(key: object) -> None:
    """security.md 9: dots alone would lead to another address of the platform"""
    assert connector_of({"tool_key": key}) is None
    assert account_of({"connector_type": key}) is None


@pytest.mark.parametrize("forged", ["", ".", "..", "..."])
def test_what_a_forged_button_names_leads_to_no_other_address_of_the_platform(forged: str) -> None:
    """security.md 6, 9"""
    platform, credentials = Freddy(Unreachable(), url="https://freddy.example"), Credentials("org_a", "ak_0123456789")

    for call in (platform.connections_of, platform.is_healthy, platform.disconnect):
        with suppress(UpstreamError):
            call(credentials, forged)
