"""What people are told when there is no link, whole; and nothing raw in any of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pytest

from slack_app import wording
from slack_app.config import Settings
from slack_app.features.pending_requests import CAN_BE_RETRIED, NEEDS_ADMIN
from slack_app.model.messages import Failure, Message
from slack_app.views import render_message
from slack_app.views.failure import TYPED
from tests.views.block_kit import check, check_schema

ASKED = {"connector_type": "github", "organization_id": "org_demo"}
SENTENCES: Mapping[str, tuple[Mapping[str, object], str]] = {
    "busy": ({}, "I can't take requests right now. Please try again in a minute."),
    "connection_not_yours": (
        {},
        "You didn't connect this account, so you can't change it. An admin can disconnect it.",
    ),
    "defect": (
        {},
        "Something went wrong on my side. Please try again. Still failing? Give your admin the reference.",
    ),
    "installation_broken": (
        {},
        "Slack doesn't let me do this here: Freddy Connect has to be added to this workspace "
        "again. An admin can do that. Still failing? Give whoever runs it the reference.",
    ),
    "unreachable": (
        {},
        "Slack doesn't let me message you, so what you asked for couldn't reach you. Type "
        "`/connect` in any conversation: I answer there, and only you see it. An admin can allow "
        "direct messages from apps.",
    ),
    "tool_missing": (
        {},
        "Which tool do you want to disconnect?",
    ),
    "account_unauthorized": (
        {},
        "I can't show or change your connections: Freddy Connect's key was rejected. Nothing changed.",
    ),
    "account_forbidden": (
        {},
        "Your organization doesn't let me show or change connections. Nothing changed.",
    ),
    "account_fault": (
        {},
        "I couldn't read Freddy's answer; it's not your fault. Still failing? Give your admin the reference.",
    ),
    "account_unavailable": (
        {},
        "Freddy isn't answering. Press *What I have* later to see what is connected.",
    ),
    "button_outdated": (
        {},
        "That button is too old, or it isn't yours. Please start again.",
    ),
    "not_disconnected": (
        {"connector_type": "github"},
        "I couldn't disconnect GitHub, so it's still connected. Please try again. Still failing? "
        "Give your admin the reference.",
    ),
    "secrets_unsealable": (
        {},
        "I can't keep keys safely yet, so I didn't keep yours. Whoever runs Freddy Connect has "
        "to turn on encryption first: please give them the reference.",
    ),
    "turn_too_late": (
        {"connector_type": "clickup"},
        "I couldn't get your ClickUp link: others were connecting it all the time, and only one person can at a time.",
    ),
    "name_invalid": (
        {"connector_type": "../etc"},
        "I didn't understand “../etc”.",
    ),
    "not_understood": (
        {"nearest": {}},
        "I didn't understand that.",
    ),
    "not_understood but a tool is named": (
        {"nearest": {"github": "GitHub"}},
        "I didn't understand that. Did you mean *GitHub*?",
    ),
    "parameters_invalid": (
        {"parameter": "state", "problem": "reserved", "connector_type": "sharepoint"},
        "I can't pass on “state”: that name is reserved. "
        'Type details like this: `/connect sharepoint site_name="Team Marketing"`.',
    ),
    "parameters_invalid of a tool that we know no detail of": (
        {"parameter": "site.id", "problem": "too_long", "connector_type": "github"},
        'I can\'t pass on “site.id”: it is too long. Type details like this: `/connect github name="…"`.',
    ),
    "parameters_invalid for want of JSON": (
        {"parameter": "count", "problem": "unreadable", "connector_type": "github"},
        "I can't read “count”: put a number, true, false, or JSON in quotes after `:=`. "
        "Type details like this: `/connect github count:=3`.",
    ),
    "parameters_invalid for a key": (
        {"parameter": "token", "problem": "secret", "connector_type": "github"},
        "*“token” looks like a password or key, so I sent it nowhere.* You sign in on GitHub's own page: "
        "`/connect github`. If you wrote it as a message, delete that message.",
    ),
    "parameters_invalid for a key of nobody knows which tool": (
        {"parameter": "password", "problem": "secret", "connector_type": ""},
        "*“password” looks like a password or key, so I sent it nowhere.* You sign in on the tool's own page. "
        "If you wrote it as a message, delete that message.",
    ),
    "parameters_invalid of nobody knows which tool": (
        {"parameter": "state", "problem": "reserved", "connector_type": ""},
        "I can't pass on “state”: that name is reserved.",
    ),
    "secret_needed": (
        {"connector_type": "mail", "name": "Mail"},
        "*Mail* asks for a password or key, and those don't belong in Slack. Please connect it in Freddy itself.",
    ),
    "workspace_unmapped": (
        {"team_id": "T0DEMO"},
        "Freddy Connect isn't set up here yet.",
    ),
    "workspace_key_missing": (
        {"organization_id": "org_demo"},
        "Freddy Connect has no key for this workspace, so nothing can be connected right now.",
    ),
    "key_needed": (
        {"organization_id": "org_demo"},
        "*One-time step:* paste your Freddy API key. I'll do the rest.",
    ),
    "key_refused": (
        {"organization_id": "org_demo"},
        "*Your Freddy API key no longer works:* it expired or was deleted. Paste a new one. I'll do the rest.",
    ),
    "key_typed": (
        {},
        "*That looks like a key, so I didn't read on.* Press *My key* to add it safely. "
        "If you wrote it as a message, delete that message.",
    ),
    "not_installed": (
        {},
        "Freddy Connect was removed from this workspace, so I can't do this. An admin can add it again.",
    ),
    "people_unseen": (
        {},
        "Slack doesn't tell me who is who here, so I can't do this. An admin can add Freddy "
        "Connect to this workspace again. Still failing? Give whoever runs it the reference.",
    ),
    "connector_not_offered": (
        {"connector_type": "github", "name": "GitHub"},
        "*GitHub* isn't offered in this workspace. An admin can offer it.",
    ),
    "guests_not_allowed": (
        {},
        "Only members can connect tools in this workspace, not guests.",
    ),
    "not_admin": (
        {"admins": ["U1", "U2", "U3"]},
        "Only admins of this workspace can do that. Please ask one: <@U1>, <@U2> and <@U3>.",
    ),
    "not_admin without any to name": ({"admins": []}, "Only admins of this workspace can do that."),
    "admins_unreachable": (
        {},
        "I couldn't reach an admin. Please ask one yourself, and give them the reference.",
    ),
    "limit_person": (
        {"again_at": 1_900_000_000.0},
        "You asked for many links in a short time. Please come back at <!date^1900000000^{time}|17:46 UTC>.",
    ),
    "limit_requests": ({}, "That was a lot at once, so I skipped this one. Please try again in a minute."),
    "limit_organization": (
        {"again_at": 1_900_000_000.0},
        "Many people of your organization are connecting tools right now. Please come back at "
        "<!date^1900000000^{time}|17:46 UTC>.",
    ),
    "limit_asks": (
        {"again_at": 1_900_000_000.0},
        "Your admins were already asked a lot, so I didn't ask again. Please come back at "
        "<!date^1900000000^{time}|17:46 UTC>, or ask one yourself.",
    ),
    "platform_unauthorized": (
        ASKED,
        "I can't connect GitHub: Freddy Connect's key was rejected.",
    ),
    "platform_forbidden": (
        ASKED,
        "Your organization doesn't allow GitHub.",
    ),
    "connector_unknown": (
        {**ASKED, "connector_type": "githib", "nearest": {"github": "GitHub", "gitlab": "GitLab"}},
        "I don't know a tool called “githib”. Did you mean *GitHub* or *GitLab*?",
    ),
    "connector_unknown without a near name": (
        {**ASKED, "connector_type": "zzz", "nearest": {}},
        "I don't know a tool called “zzz”.",
    ),
    "request_rejected": (
        {**ASKED, "connector_type": "sharepoint", "parameters": ["site_name"]},
        "Freddy refused to connect SharePoint and doesn't say why. Please check what you gave as "
        "*site_name*. If it is right, ask an admin.",
    ),
    "request_rejected without a detail": (
        {**ASKED, "parameters": []},
        "Freddy refused to connect GitHub and doesn't say why. An admin can look it up.",
    ),
    "organization_unknown": (
        ASKED,
        "Freddy doesn't know the organization of this workspace, so nothing can be connected yet.",
    ),
    "platform_fault": (
        ASKED,
        "I couldn't get your GitHub link; it's not your fault. Still failing? Give your admin the reference.",
    ),
    "platform_unavailable": (
        ASKED,
        "I couldn't get your GitHub link: Freddy isn't answering. Still failing? Give your admin the reference.",
    ),
    "platform_busy": (
        ASKED,
        "I couldn't get your GitHub link: Freddy is too busy. Please try again in a few minutes.",
    ),
}


ADD_MY_KEY = {
    "type": "button",
    "text": {"type": "plain_text", "text": "Add my key"},
    "action_id": "key_open",
    "value": ":",
    "style": "primary",
}
CHANGE_MY_KEY = {**ADD_MY_KEY, "text": {"type": "plain_text", "text": "Change my key"}}


def word(label: str, name: str) -> dict[str, Any]:
    text = {"type": "plain_text", "text": label}
    return {"type": "button", "text": text, "action_id": f"word_do:{name}", "value": f":{name}"}


SET_UP = word("Set up", "setup")
WAYS_ON: Mapping[str, Mapping[str, Any]] = {
    "key_needed": ADD_MY_KEY,
    "key_refused": CHANGE_MY_KEY,
    "workspace_unmapped": SET_UP,
    "workspace_key_missing": SET_UP,
    "organization_unknown": SET_UP,
    "admins_unreachable": SET_UP,
    "account_unavailable": word("What I have", "status"),
    "connection_not_yours": word("What I have", "status"),
    "not_disconnected": word("What I have", "status"),
    "key_typed": word("My key", "key"),
    "button_outdated": word("Choose a tool", "menu"),
    "tool_missing": word("Disconnect a tool", "disconnect"),
}
LOOKED_UP = """
account_fault admins_unreachable defect installation_broken not_disconnected people_unseen platform_fault
platform_unavailable request_rejected secrets_unsealable
""".split()
"""wording.md: a reference only where somebody has to look something up."""


@pytest.mark.parametrize("reason", sorted(NEEDS_ADMIN))
def test_what_an_admin_can_mend_can_be_asked_of_one(reason: str) -> None:
    facts = SENTENCES[reason][0]

    message = render_message(Failure(reason, facts, "A1B2C3D4", draft_id="d1"), "/connect")

    button = message.blocks[1]["elements"][0]
    assert (button["text"]["text"], button["action_id"], button["value"]) == ("Ask an admin", "ask_admin", "d1:")
    check(message)


@pytest.mark.parametrize("reason", sorted(CAN_BE_RETRIED))
def test_what_may_be_gone_by_now_can_be_tried_again_with_one_press(reason: str) -> None:
    """wording.md "fault", and its rule: no next step that has no button"""
    message = render_message(Failure(reason, SENTENCES[reason][0], "A1B2C3D4", draft_id="d1"), "/connect")

    [button] = message.blocks[1]["elements"]
    assert (button["text"]["text"], button["action_id"], button["value"]) == ("Try again", "ask_again", "d1:")
    check(message)


ALL_TOOLS = {
    "type": "button",
    "text": {"type": "plain_text", "text": "Show all tools"},
    "action_id": "word_do:menu",
    "value": ":menu",
}


@pytest.mark.parametrize("case", SENTENCES)
def test_the_person_is_told_what_happened_and_what_to_do(case: str) -> None:
    facts, sentence = SENTENCES[case]

    message = render_message(Failure(case.split()[0], facts, "A1B2C3D4"), "/connect")

    is_typed, is_looked_up = case.split()[0] in TYPED, case.split()[0] in LOOKED_UP
    assert message.text == (f"{sentence}\nReference: `A1B2C3D4`" if is_looked_up else sentence)
    choices: list[Mapping[str, Any]] = [
        {
            "type": "button",
            "text": {"type": "plain_text", "text": f"Connect {name}"},
            "action_id": f"trouble_choose:{key}",
            "value": f":{key}",
        }
        for key, name in dict(facts.get("nearest") or {}).items()  # type: ignore[call-overload]
    ] or [button for button in [WAYS_ON.get(case)] if button]
    choices += [ALL_TOOLS] if is_typed else []
    reference = {"type": "mrkdwn", "text": "Reference: `A1B2C3D4`", "verbatim": True}
    assert message.blocks == [
        {"type": "section", "text": {"type": "mrkdwn", "text": sentence, "verbatim": True}},
        *([{"type": "actions", "elements": choices}] if choices else []),
        *([{"type": "context", "elements": [reference]}] if is_looked_up else []),
    ]
    check(message)


@pytest.mark.parametrize("case", SENTENCES)
def test_every_trouble_has_the_shape_of_slacks_types(case: str) -> None:
    facts, _ = SENTENCES[case]

    check_schema(render_message(Failure(case.split()[0], facts, "A1B2C3D4"), "/connect"))


def test_every_reason_has_its_sentence_here() -> None:
    assert {case.split()[0] for case in SENTENCES} == set(wording.failure._FAILURES)


@pytest.mark.parametrize("case", SENTENCES)
def test_no_trouble_names_a_setting(case: str) -> None:
    text = render_message(Failure(case.split()[0], SENTENCES[case][0], "A1B2C3D4"), "/connect").text

    assert not [name for name in Settings.model_fields if name.upper() in text]


@pytest.mark.parametrize("case", SENTENCES)
def test_nothing_from_outside_is_formatted(case: str) -> None:
    hostile = "<!channel> <https://evil.example|ok>"
    facts: dict[str, object] = {
        name: fact
        if isinstance(fact, float)
        else [hostile]
        if isinstance(fact, list)
        else {"x": hostile}
        if isinstance(fact, dict)
        else hostile
        for name, fact in SENTENCES[case][0].items()
    }

    text = render_message(Failure(case.split()[0], facts, "A1B2C3D4"), "/connect").text

    assert "<!channel>" not in text
    assert "<https" not in text


SENT_TO_ADMINS = re.compile(r"(ask|tell|give) (an|your|the) admin|an admin can|your admins|if you are an admin", re.I)
NEVER_TOLD_TO_ADMINS = {"not_admin", "admins_unreachable", "limit_asks"}
"""Who meets these is none, or has asked for one."""
TOLD_WITHOUT_A_ROLE = {"not_installed", "installation_broken", "people_unseen", "unreachable"}
"""Slack does not say then who somebody is."""


def labels_of(message: Message) -> list[str]:
    return [e["text"]["text"] for block in message.blocks if block["type"] == "actions" for e in block["elements"]]


@pytest.mark.parametrize("case", SENTENCES)
def test_no_admin_is_told_to_ask_an_admin(case: str) -> None:
    """wording.md, 403, unmapped: whoever can fix it is told how."""
    reason, facts = case.split()[0], SENTENCES[case][0]
    if reason in NEVER_TOLD_TO_ADMINS | TOLD_WITHOUT_A_ROLE:
        return

    message = render_message(Failure(reason, facts, "A1B2C3D4", "d1", is_admin=True), "/connect")

    assert not SENT_TO_ADMINS.search(message.text)
    assert "Ask an admin" not in labels_of(message)
    if reason in NEEDS_ADMIN:
        assert labels_of(message)[0] in ("Set up", wording.setup.open_button(), f"Offer {facts.get('name')}")
    check(message)
    check_schema(message)


@pytest.mark.parametrize("case", SENTENCES)
def test_no_member_is_shown_the_way_to_the_setup(case: str) -> None:
    reason, facts = case.split()[0], SENTENCES[case][0]

    message = render_message(Failure(reason, facts, "A1B2C3D4", "d1", is_admin=False), "/connect")

    assert not {"Set up", wording.setup.open_button()} & set(labels_of(message))
    assert ("Ask an admin" in labels_of(message)) == (reason in NEEDS_ADMIN | {"admins_unreachable"})


ADMINS_READ = {
    "account_forbidden": "Your organization doesn't let me show or change connections. Nothing changed. Allow it in "
    "Freddy, then try again. If it is the wrong organization, change it in setup.",
    "account_unauthorized": "I can't show or change your connections: Freddy Connect's key was rejected. Add a new one "
    "in setup.",
    "connection_not_yours": "You didn't connect this account, so you can only disconnect it.",
    "connector_not_offered": "*Notion* isn't offered in this workspace. You can offer it to everybody.",
    "organization_unknown": "Freddy doesn't know org_demo, so nothing can be connected yet. Correct its id in setup.",
    "platform_forbidden": "Your organization doesn't allow Notion. Allow it in Freddy, then try again. If it is the "
    "wrong organization, change it in setup.",
    "platform_unauthorized": "I can't connect Notion: Freddy Connect's key was rejected. Add a new one in setup.",
    "request_rejected": "Freddy refused to connect Notion and doesn't say why. Please check what you gave as "
    "*site_name*. Freddy's support can look it up with the reference.\nReference: `A1B2C3D4`",
    "platform_unavailable": "I couldn't get your Notion link: Freddy isn't answering. Still failing? Give whoever runs "
    "Freddy Connect the reference.\nReference: `A1B2C3D4`",
    "workspace_key_missing": "Freddy Connect has no key for this workspace, so nothing can be connected right now. Add "
    "one in setup.",
}


@pytest.mark.parametrize("reason", ADMINS_READ)
def test_an_admin_is_told_what_they_can_do(reason: str) -> None:
    facts = {
        "connector_type": "notion", "name": "Notion", "organization_id": "org_demo", "parameters": ["site_name"],
    }  # fmt: skip

    assert (
        render_message(Failure(reason, facts, "A1B2C3D4", "d1", is_admin=True), "/connect").text == ADMINS_READ[reason]
    )
