"""The platform and Slack answer an odd shape: an outage that is tried again, no defect (security.md 16)."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import fakeredis
import pytest
from slack_sdk.models.blocks import DividerBlock
from slack_sdk.models.views import View

from slack_app import views
from slack_app.adapters.freddy import Freddy
from slack_app.adapters.http import HttpResponse
from slack_app.adapters.network import DIRECT
from slack_app.adapters.people import SlackPeople
from slack_app.adapters.slack import PooledWebClient, SlackMessenger
from slack_app.errors import UpstreamError
from slack_app.features.key import KeyChecking
from slack_app.model.facts import MessageFact, ModalFact
from slack_app.model.messages import Message, MessageRef
from slack_app.model.users import SlackUser
from slack_app.model.workspaces import Credentials

MAYA = SlackUser(None, "T0DEMO", "U0MAYA")
CREDENTIALS = Credentials("org_a", "ak_0123456789")
DEEP = "[" * 100_000
NO_OBJECTS = [
    "",
    "null",
    "7",
    '"text"',
    "[]",
    "[7]",
    DEEP,
    '{"a":' * 100_000,
    "<html>",
    '{"a": NaN}',
    '{"a": "\\ud800"}',
]
FIELDS = [None, 7, 1e300, True, "text", [], [7], {}, {"id": 7}, [{"id": 7}], [None]]


class Answers:
    """Answers every request with the same."""

    network = DIRECT

    def __init__(self, body: str) -> None:
        self.body = body.encode()

    def request(self, *_args: object, **_options: object) -> HttpResponse:
        return HttpResponse(200, {}, self.body)


class AsText(views.Renderer):
    """Renders every fact as the same text."""

    def message(self, fact: MessageFact) -> Message:
        return Message("hello", [])

    def modal(self, fact: ModalFact) -> View:
        return View(type="modal", blocks=[DividerBlock()])


def freddy(body: str) -> Freddy:
    http: Any = Answers(body)
    return Freddy(http, url="https://platform.example")


PLATFORM: Mapping[str, tuple[Callable[[Freddy], object], list[str]]] = {
    "authorize": (lambda f: f.authorize(CREDENTIALS, "github", {}), ["authorization_url", "state"]),
    "catalogue": (lambda f: f.catalogue(CREDENTIALS), ["connectors"]),
    "connections_of": (lambda f: f.connections_of(CREDENTIALS, "github"), ["connections"]),
    "complete": (lambda f: f.complete(CREDENTIALS, "s"), []),
    "is_healthy": (lambda f: f.is_healthy(CREDENTIALS, "c"), []),
}


@pytest.mark.parametrize("body", NO_OBJECTS, ids=range(len(NO_OBJECTS)))
@pytest.mark.parametrize("call", PLATFORM)
def test_an_answer_of_the_platform_that_is_no_object_is_an_outage(call: str, body: str) -> None:
    """security.md 16"""
    with pytest.raises(UpstreamError) as caught:
        PLATFORM[call][0](freddy(body))

    assert (caught.value.service, caught.value.retryable) == ("platform", True)


@pytest.mark.parametrize("value", FIELDS, ids=str)
@pytest.mark.parametrize("call", PLATFORM)
def test_an_odd_field_in_an_answer_of_the_platform_is_an_outage_or_left_out(call: str, value: object) -> None:
    """security.md 16"""
    ask, fields = PLATFORM[call]
    everything = [*fields, "total", "connected", "connection", "composio_status", "status"]

    outage = outage_of(lambda: ask(freddy(json.dumps(dict.fromkeys(everything, value)))))

    if outage is None:
        is_optional = call == "connections_of" and value is None
        assert not fields or isinstance(value, list) or is_optional
    else:
        assert (outage.service, outage.retryable or outage.code == "unsafe_link") == ("platform", True)


def outage_of(call: Callable[[], object]) -> UpstreamError | None:
    """Return the outage that the call ends with, if any."""
    try:
        call()
    except UpstreamError as exc:
        return exc
    return None


@pytest.mark.parametrize(
    ("call", "body"),
    [
        *(("catalogue", body) for body in ["{}", '{"connectors": {}}', '{"connections": []}', '{"connectors": null}']),
        *(("connections_of", body) for body in ['{"connections": {}}', '{"connections": "x"}', '{"connections": 0}']),
    ],
)
def test_what_is_no_list_is_not_taken_for_an_empty_one(call: str, body: str) -> None:
    """security.md 16"""
    with pytest.raises(UpstreamError) as caught:
        PLATFORM[call][0](freddy(body))

    assert caught.value.code == "not_a_list"


@pytest.mark.parametrize("body", ['{"tool_key": "github"}', '{"connections": null, "tool_key": "github"}'])
def test_of_a_tool_of_which_nothing_is_connected_the_list_may_be_left_out(body: str) -> None:
    """`connections` is optional in the platform's reference (GET connections/{tool_key})."""
    assert freddy(body).connections_of(CREDENTIALS, "github") == []


def slack(body: str) -> tuple[SlackMessenger, SlackPeople]:
    http: Any = Answers(body)
    client = PooledWebClient(http, token="xoxb-1", base_url="https://slack.com/api/")
    renderer: Any = AsText("/connect")
    messenger = SlackMessenger(
        client_for=lambda _: client, hooks=http, slack_api_url="https://slack.com/api/", renderer=renderer
    )
    redis = fakeredis.FakeRedis(decode_responses=True)
    return messenger, SlackPeople(lambda _: client, redis, lambda _: ("E1", "T1"), lambda _: None)


POSTED = MessageRef("D0MAYA", "1.1")
HELLO = type("Greeting", (MessageFact,), {})()
SLACK: Mapping[str, Callable[[SlackMessenger, SlackPeople], object]] = {
    "post_dm": lambda messenger, _: messenger.post_dm(MAYA, HELLO),
    "edit_dm": lambda messenger, _: messenger.edit_dm(MAYA, POSTED, HELLO),
    "open_modal": lambda messenger, _: messenger.open_modal(MAYA, "1.2", KeyChecking()),
    "role_of": lambda _, people: people.role_of(MAYA),
    "admins_of": lambda _, people: people.admins_of(MAYA),
}
ODD_ERRORS: list[Any] = [None, [], {}, 7, True, "a sentence"]
NO_ANSWERS = [
    *(body for body in NO_OBJECTS if not body.startswith('{"a": ')),
    "{}",
    '{"ok": null}',
    *(json.dumps({"ok": False, "error": error}) for error in ODD_ERRORS),
]


@pytest.mark.parametrize("body", NO_ANSWERS, ids=range(len(NO_ANSWERS)))
@pytest.mark.parametrize("call", SLACK)
def test_an_answer_of_slack_that_is_none_is_an_outage(call: str, body: str) -> None:
    """security.md 16"""
    with pytest.raises(UpstreamError) as caught:
        SLACK[call](*slack(body))

    assert (caught.value.service, caught.value.retryable) == ("slack", True)


ODD_FIELDS = [
    (call, field, value)
    for call, field in [("post_dm", "channel"), ("post_dm", "ts"), ("role_of", "user"), ("admins_of", "members")]
    for value in FIELDS
    if value != [] and (call, value) not in [("post_dm", "text"), ("admins_of", {})]  # which are not odd
]


@pytest.mark.parametrize(("call", "field", "value"), ODD_FIELDS)
def test_an_odd_field_in_an_answer_of_slack_is_an_outage(call: str, field: str, value: object) -> None:
    """security.md 16"""
    body = {"ok": True, "channel": "D0MAYA", "ts": "1.1", field: value}

    with pytest.raises(UpstreamError) as caught:
        SLACK[call](*slack(json.dumps(body)))

    assert (caught.value.service, caught.value.retryable) == ("slack", True)


@pytest.mark.parametrize("odd", ["false", 1, [], {"a": 1}])
@pytest.mark.parametrize("field", ["is_admin", "is_owner", "is_primary_owner"])
def test_nobody_is_an_admin_by_an_odd_word(field: str, odd: object) -> None:
    """security.md 8, 16"""
    people = slack(json.dumps({"ok": True, "user": {"id": "U0MAYA", field: odd}}))[1]

    assert not people.role_of(MAYA).is_admin
