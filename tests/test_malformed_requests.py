"""Signed requests of a shape that Slack never sends: each field of each payload, missing or of each wrong type.

Each is answered 400, or 200 where nobody reads the field: never a server error, never a traceback (security.md 3, 16).
"""

from __future__ import annotations

import copy
import json
import time
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

import pytest
import redis
from cryptography.fernet import Fernet
from structlog.testing import capture_logs

from slack_app.app.web import build_web
from slack_app.config import Settings
from slack_app.stand_ins.slack import Person, events, interactions
from slack_app.stand_ins.slack.commands import command_payload
from slack_app.stand_ins.slack.team import Team
from slack_app.views.ids import ActionId, CallbackId
from tests.listeners_harness import FORMS
from tests.serving import serving
from tests.signed_web import FORM, SECRET, Web

TEAM = Team("T0DEMO", "demo", "E0GRID", is_org_wide=False)
MAYA = Person("U0MAYA", "Maya", "Maya Demo")
GONE = object()
WRONG: Mapping[str, Any] = {
    "missing": GONE,
    "null": None,
    "a number": 7,
    "a huge number": 10**400,
    "true": True,
    "text": "../:x",
    "half of a surrogate pair": "\ud800",
    "a list": [],
    "a list of lists": [[]],
    "an object": {},
    "deep": json.loads("[" * 300 + "]" * 300),
}


def shown_as(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return the element that holds this, untouched."""
    [(action_id, part)] = fields.items()
    initial = {f"initial_{name.removeprefix('selected_')}": held for name, held in part.items() if name != "type"}
    return {"action_id": str(action_id), **copy.deepcopy(initial)}


def view(callback_id: str, kind: str = "modal") -> dict[str, Any]:
    values = FORMS.get(callback_id) or {"home_search": {"home_search": {"type": "plain_text_input", "value": "git"}}}
    blocks = [
        {"type": "input", "block_id": block_id, "optional": True, "element": shown_as(fields)}
        for block_id, fields in values.items()
    ]
    state = {"values": copy.deepcopy(dict(values))}
    return {
        "id": "V1", "type": kind, "callback_id": callback_id, "private_metadata": "1:github", "blocks": blocks,
        "state": state,
    }  # fmt: skip


def press(action_id: str, **where: Any) -> dict[str, Any]:
    action = {"type": "button", "action_id": action_id, "value": "d1:github"}
    about = {
        "response_url": "https://hooks.slack.com/actions/x",
        **interactions.common_fields(TEAM, "block_actions", MAYA),
    }
    return {**about, **where, **interactions.action_fields("b", action, "1.2.3", 1.0)}


MESSAGE = {
    "container": {"type": "message", "message_ts": "1.1", "channel_id": "D0MAYA", "is_ephemeral": False},
    "channel": {"id": "D0MAYA", "name": "directmessage"},
    "message": {"ts": "1.1", "text": "x"},
}
INTERACTIONS: Mapping[str, dict[str, Any]] = {
    "press": press(ActionId.RENEW_LINK, **MESSAGE),
    "check": press(ActionId.CHECK_LINK, **MESSAGE),
    "home": press(ActionId.SEARCH_HOME, container={"type": "view", "view_id": "V1"}, view=view("", "home")),
    "suggestion": {
        **interactions.common_fields(TEAM, "block_suggestion", MAYA),
        "action_id": str(ActionId.CHOOSE_TOOL), "block_id": "b", "value": "git",
        "container": {"type": "view", "view_id": "V1"}, "view": view(CallbackId.CHOOSE_TOOL),
    },
    "setup's suggestion": {
        **interactions.common_fields(TEAM, "block_suggestion", MAYA),
        "action_id": str(ActionId.ALLOWED_CONNECTORS), "block_id": "b", "value": "git",
    },
    "shortcut": interactions.shortcut(TEAM, CallbackId.OPEN_MENU, MAYA, "1.2.3", 1.0),
    **{
        callback_id: {
            **interactions.common_fields(TEAM, "view_submission", MAYA),
            "trigger_id": "1.2.3", "response_urls": [], "view": view(callback_id),
        }
        for callback_id in FORMS
    },
}  # fmt: skip


def event(name: str, **fields: Any) -> dict[str, Any]:
    granted = {"enterprise_id": "E0GRID", "team_id": "T0DEMO", "is_enterprise_install": False}
    about = {"team_id": "T0DEMO", "event_id": "Ev1", "event_time": 1, "authorizations": [granted]}
    return {"type": "event_callback", **about, "is_ext_shared_channel": False, "event": {"type": name, **fields}}


EVENTS: Mapping[str, dict[str, Any]] = {
    "message": event("message", channel="D0MAYA", channel_type="im", user="U0MAYA", team="T0DEMO", text="github"),
    "home": event("app_home_opened", user="U0MAYA", channel="D0MAYA", tab="home", view=view("", "home")),
    "uninstalled": events.uninstalled_event(team_id="T0DEMO", at=1.0),
    "revoked": events.revoked_event(team_id="T0DEMO", at=1.0),
}
COMMAND = command_payload(
    TEAM, person=MAYA, channel_id="C0GENERAL", channel_name="general", command="/connect", text="github",
    response_url="https://hooks.slack.com/commands/x", trigger_id="1.2.3",
)  # fmt: skip


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the way to everything in the value."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in items:
        yield (*path, key)
        yield from places(part, (*path, key))


def changed(value: Any, path: tuple[Any, ...], to: Any) -> Any:
    """Return the value with something else in one place."""
    whole = copy.deepcopy(value)
    holder = whole
    for key in path[:-1]:
        holder = holder[key]
    if to is GONE:
        del holder[path[-1]]
    else:
        holder[path[-1]] = to
    return whole


@pytest.fixture(scope="module")
def web(modules_redis_url: str) -> Iterator[Web]:
    settings = Settings(
        slack_signing_secret=SECRET, redis_url=modules_redis_url, encryption_keys=Fernet.generate_key().decode()
    )
    with serving(build_web(settings, with_worker=False)) as url:
        yield Web(url, redis.Redis.from_url(modules_redis_url))


def sent(web: Web, body: bytes, content_type: str) -> tuple[int, list[Any]]:
    """Send the body, signed; return the status and what was logged."""
    with capture_logs() as logged:
        status = web.send(body, content_type).status_code
    return status, logged


def problems(web: Web, payload: dict[str, Any], *, as_form: bool) -> Iterator[str]:
    """Send the payload with each wrong thing in each place; yield what is not answered as it should be."""
    for path in places(payload):
        for name, wrong in WRONG.items():
            text = json.dumps(changed(payload, path, wrong))
            body = urlencode({"payload": text}).encode() if as_form else text.encode()
            status, logged = sent(web, body, FORM if as_form else "application/json")
            # What no version knows is answered 404: an unknown word in the place of a known one.
            is_unknown = status == 404 and name == "text" and path[-1] in ("type", "action_id", "callback_id")
            is_refused = status == 400 and [line["event"] for line in logged] == ["request.refused"]
            if not (is_unknown or is_refused or status == 200) or any("exc_info" in line for line in logged):
                yield f"{'.'.join(map(str, path))} {name}: {status} {[line['event'] for line in logged]}"


@pytest.mark.parametrize("kind", INTERACTIONS)
def test_an_interaction_of_another_shape_is_the_senders_fault(web: Web, kind: str) -> None:
    """security.md 3, 16"""
    payload = INTERACTIONS[kind]
    assert sent(web, urlencode({"payload": json.dumps(payload)}).encode(), FORM)[0] == 200

    assert list(problems(web, payload, as_form=True)) == []


@pytest.mark.parametrize("kind", EVENTS)
def test_an_event_of_another_shape_is_the_senders_fault(web: Web, kind: str) -> None:
    """security.md 3, 16"""
    assert sent(web, json.dumps(EVENTS[kind]).encode(), "application/json")[0] == 200

    assert list(problems(web, EVENTS[kind], as_form=False)) == []


@pytest.mark.parametrize("wrong", [None, "", "../:x", "x" * 65, "\u00e9"])
@pytest.mark.parametrize("field", COMMAND)
def test_a_command_of_another_shape_is_the_senders_fault(web: Web, field: str, wrong: str | None) -> None:
    """security.md 3, 16"""
    form = (
        {**COMMAND, field: wrong, "trigger_id": f"{time.time()}"}
        if field != "trigger_id"
        else {**COMMAND, field: wrong}
    )
    body = urlencode({name: value for name, value in form.items() if value is not None}).encode()

    status, logged = sent(web, body, FORM)

    assert status in ((400, 404) if field == "command" else (200, 400))
    assert not any("exc_info" in line for line in logged)
    if field in ("user_id", "channel_id") or (
        field in ("team_id", "enterprise_id") and wrong
    ):  # one of the two is enough
        assert status == 400


def test_a_command_of_no_place_at_all_is_the_senders_fault(web: Web) -> None:
    """security.md 3"""
    form = {**COMMAND, "team_id": "", "enterprise_id": ""}

    status, logged = sent(web, urlencode(form).encode(), FORM)

    assert (status, [line["event"] for line in logged]) == (400, ["request.refused"])


def test_a_nest_without_end_is_the_senders_fault(web: Web) -> None:
    """security.md 3"""
    for depth in (200, 500, 800, 900, 950, 990, 5000):
        inner = '{"authorizations":[' * depth + "]}" * depth
        text = json.dumps(EVENTS["message"]).replace(
            '"authorizations": [{', f'"x": {inner}, "authorizations": [{{"authorizations":[{inner}],'
        )

        status, logged = sent(web, text.encode(), "application/json")

        assert status in (200, 400)
        assert not any("exc_info" in line for line in logged)
