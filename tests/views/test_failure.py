"""What people are told when there is no link, whole; and nothing raw in any of it."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from slack_app import wording
from slack_app.config import Settings
from slack_app.features.pending_requests import NEEDS_ADMIN
from slack_app.model.messages import Failure
from slack_app.views import render_message
from slack_app.views.failure import TYPED
from tests.views.block_kit import check, check_schema

ASKED = {"connector_type": "github", "organization_id": "org_demo"}
TELL_AN_ADMIN = "If it stays like this, give the reference below to an admin of this workspace."
SENTENCES: Mapping[str, tuple[Mapping[str, object], str]] = {
    "busy": ({}, "I can't take requests right now. Please try again in a minute."),
    "connection_not_yours": (
        {},
        "You did not connect this account here, so you can't change it. An admin of this workspace can disconnect it. "
        "`/connect status` shows what is yours.",
    ),
    "defect": (
        {},
        "Sorry, something went wrong on my side, and there is no link. Please try again. "
        "If it happens once more, give the reference below to an admin of this workspace.",
    ),
    "installation_broken": (
        {},
        "Slack does not let me do this here any more: the way Freddy Connect is installed in this workspace has to be "
        "renewed. An admin can add it again; if that does not help, please give the reference below to whoever runs "
        "it.",
    ),
    "unreachable": (
        {},
        "Slack does not let me write to you in a direct message, so what you asked for could not reach you. "
        "Please type `/connect` in any conversation: I answer there, and only you see it. "
        "An admin of this workspace can allow direct messages from apps.",
    ),
    "tool_missing": (
        {},
        "Which tool do you want to disconnect? `/connect disconnect` lists them.",
    ),
    "account_unauthorized": (
        {},
        "I can't see your connections right now: the connector service does not accept my access. "
        "Nothing has changed, and there is nothing for you to fix. "
        "An admin of this workspace can help.",
    ),
    "account_forbidden": (
        {},
        "I may not see or change connections of your organization. Nothing has changed. "
        "An admin of this workspace can have it allowed.",
    ),
    "account_fault": (
        {},
        "Sorry, the connector service sent an answer that I can't use. Please try again later. " + TELL_AN_ADMIN,
    ),
    "account_unavailable": (
        {},
        "Sorry, I kept trying, but the connector service did not answer. "
        "Please try again later: `/connect status` shows how it stands then.",
    ),
    "button_outdated": (
        {},
        "That button is too old, or it was made for somebody else. Please start again with `/connect`.",
    ),
    "not_disconnected": (
        {"connector_type": "github"},
        "The connector service did not let me disconnect github, so it is still connected. "
        "Please try again, and if it stays like this, give the reference below to an admin of this workspace.",
    ),
    "secrets_unsealable": (
        {},
        "I can't keep keys safely yet, so I did not keep yours. Whoever runs Freddy Connect has to turn on "
        "encryption first: please give them the reference below.",
    ),
    "turn_too_late": (
        {"connector_type": "clickup"},
        "Sorry, there is no clickup link: others of your organization were connecting it all the time, "
        "and only one person can at a time. Please try `/connect clickup` again later.",
    ),
    "name_invalid": (
        {"connector_type": "../etc"},
        "I didn't understand that.",
    ),
    "not_understood": (
        {"nearest": {}},
        "I didn't understand that.",
    ),
    "not_understood but a tool is named": (
        {"nearest": {"github": "GitHub"}},
        "I didn't understand that. Do you want to connect *GitHub*?",
    ),
    "parameters_invalid": (
        {"parameter": "state", "problem": "reserved", "connector_type": "sharepoint"},
        "I can't pass on “state”: that name is reserved. "
        'Details look like this: `/connect sharepoint site_name="Team Marketing"`.',
    ),
    "parameters_invalid of a tool that we know no detail of": (
        {"parameter": "site.id", "problem": "too_long", "connector_type": "github"},
        'I can\'t pass on “site.id”: it is too long. Details look like this: `/connect github name="…"`.',
    ),
    "parameters_invalid for want of JSON": (
        {"parameter": "count", "problem": "unreadable", "connector_type": "github"},
        "I can't read “count”: after `:=` goes a number, true, false, or JSON in quotes. "
        "Details look like this: `/connect github count:=3`.",
    ),
    "parameters_invalid for a key": (
        {"parameter": "token", "problem": "secret", "connector_type": "github"},
        "*“token” looks like a password or key, so I sent it nowhere.* Without it, github asks you to sign in on its "
        "own page: `/connect github`. If you wrote it as a message, delete that message.",
    ),
    "secret_needed": (
        {"connector_type": "mail", "name": "Mail"},
        "*Mail* asks for a password or key, and those don't belong in Slack. Please connect it in Freddy itself.",
    ),
    "workspace_unmapped": (
        {"team_id": "T0DEMO"},
        "This Slack workspace does not belong to an organization yet, so I can't connect anything. "
        "Please ask an admin of this workspace to set it up.\n"
        "*If you are an admin:* type `/connect setup`. (The id of this workspace is `T0DEMO`.)",
    ),
    "workspace_key_missing": (
        {"organization_id": "org_demo"},
        "I can't connect anything right now: this workspace has no key for the connector service any more. "
        "You did nothing wrong. An admin of this workspace can bring one.\n"
        "*If you are an admin:* type `/connect setup`.",
    ),
    "key_needed": (
        {"organization_id": "org_demo"},
        "*I need your key first.* In this workspace each person connects with a key of their own, so that your tools "
        "stay yours. You find it in your account at org_demo, under API keys. Add it once, and what you asked for goes "
        "on by itself.",
    ),
    "key_refused": (
        {"organization_id": "org_demo"},
        "*Your key does not work any more.* The connector service does not accept it: it may have expired, or it was "
        "removed. You find it in your account at org_demo, under API keys. Give me a new one, and what you asked for "
        "goes on by itself.",
    ),
    "key_typed": (
        {},
        "*That looks like a key, so I did not read on.* Please give it to me with `/connect key`, which keeps it safe. "
        "If you wrote it as a message, delete that message.",
    ),
    "not_installed": (
        {},
        "Freddy Connect is not installed in this workspace any more, so I can't do this. An admin can add it again.",
    ),
    "people_unseen": (
        {},
        "Slack does not let me look up who is who here, and I need that for this. It usually helps when an admin adds "
        "Freddy Connect to this workspace again. If it does not, please give the reference below to whoever runs it.",
    ),
    "connector_not_offered": (
        {"connector_type": "github", "name": "GitHub"},
        "*GitHub* is not offered in this workspace: its admins chose which tools can be connected. "
        "`/connect` shows them.",
    ),
    "guests_not_allowed": (
        {},
        "In this workspace only members can connect tools, not guests: its admins decided that.",
    ),
    "not_admin": (
        {"admins": ["U1", "U2", "U3"]},
        "Only admins of this workspace can do that. Please ask one: <@U1>, <@U2> and <@U3>.",
    ),
    "not_admin without any to name": ({"admins": []}, "Only admins of this workspace can do that."),
    "admins_unreachable": (
        {},
        "I could not reach an admin of this workspace. Please ask one yourself, and give them the reference below.\n"
        "*If you are an admin:* type `/connect setup`.",
    ),
    "limit_person": (
        {"again_at": 1_900_000_000.0},
        "You asked for many links in a short time, so I make no more for now. "
        "Please come back at <!date^1900000000^{time}|17:46 UTC>.",
    ),
    "limit_requests": ({}, "That was a lot in a short time, so I left this one out. Please try again in a minute."),
    "limit_organization": (
        {"again_at": 1_900_000_000.0},
        "Very many people of your organization are connecting tools right now, and the connector service takes only so "
        "many at a time. Please come back at <!date^1900000000^{time}|17:46 UTC>.",
    ),
    "limit_asks": (
        {"again_at": 1_900_000_000.0},
        "Your admins were asked a lot already, so I did not ask them again. "
        "Please come back at <!date^1900000000^{time}|17:46 UTC>, or ask one yourself.",
    ),
    "platform_unauthorized": (
        ASKED,
        "I can't connect github right now: the connector service does not accept my access. "
        "You did nothing wrong, and there is nothing for you to fix. "
        "An admin of this workspace can help.",
    ),
    "platform_forbidden": (
        ASKED,
        "Connecting github is not allowed for your organization, org_demo. "
        "An admin of this workspace can have it allowed.",
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
        "Freddy refused to connect sharepoint and doesn't say why. Please check what you gave as *site_name*. "
        "If it is right, ask an admin.",
    ),
    "request_rejected without a detail": (
        {**ASKED, "parameters": []},
        "Freddy refused to connect github and doesn't say why. An admin can look it up.",
    ),
    "organization_unknown": (
        ASKED,
        "Freddy doesn't know the organization that this workspace is set up for, so nothing can be connected yet. "
        "An admin can correct it.\n*If you are an admin:* type `/connect setup`.",
    ),
    "platform_fault": (
        ASKED,
        "Sorry, there is no github link: the connector service sent an answer that I can't use safely. "
        f"You did nothing wrong. Please try again later. {TELL_AN_ADMIN}",
    ),
    "platform_unavailable": (
        ASKED,
        "Sorry, there is no github link: I kept trying, but the connector service did not answer. "
        f"Nothing was connected. Please try `/connect github` again later. {TELL_AN_ADMIN}",
    ),
    "platform_busy": (
        ASKED,
        "Sorry, there is no github link: the connector service has too many requests and asks us to wait "
        "longer than I can keep yours. Nothing was connected. "
        f"Please try `/connect github` again later. {TELL_AN_ADMIN}",
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
MENDING = {"key_needed": ADD_MY_KEY, "key_refused": CHANGE_MY_KEY}


@pytest.mark.parametrize("reason", sorted(NEEDS_ADMIN))
def test_what_an_admin_can_mend_can_be_asked_of_one(reason: str) -> None:
    facts = SENTENCES[reason][0]

    message = render_message(Failure(reason, facts, "A1B2C3D4", draft_id="d1"), "/connect")

    [button] = message.blocks[1]["elements"]
    assert (button["text"]["text"], button["action_id"], button["value"]) == ("Ask an admin", "ask_admin", "d1:")
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

    is_typed = case.split()[0] in TYPED
    assert message.text == (sentence if is_typed else f"{sentence}\nReference: `A1B2C3D4`")
    choices = [
        {
            "type": "button",
            "text": {"type": "plain_text", "text": f"Connect {name}"},
            "action_id": f"trouble_choose:{key}",
            "value": f":{key}",
        }
        for key, name in dict(facts.get("nearest") or {}).items()  # type: ignore[call-overload]
    ] or [button for button in [MENDING.get(case)] if button]
    choices += [ALL_TOOLS] if is_typed else []
    reference = {"type": "mrkdwn", "text": "Reference: `A1B2C3D4`", "verbatim": True}
    assert message.blocks == [
        {"type": "section", "text": {"type": "mrkdwn", "text": sentence, "verbatim": True}},
        *([{"type": "actions", "elements": choices}] if choices else []),
        *([] if is_typed else [{"type": "context", "elements": [reference]}]),
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
