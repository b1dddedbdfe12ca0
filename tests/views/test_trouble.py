"""What people are told when there is no link, whole; and nothing raw in any of it."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from slack_app import wording
from slack_app.config import Settings
from slack_app.model import Trouble
from slack_app.views import render
from tests.views.block_kit import check, check_schema

ASKED = {"connector_type": "github", "organization_id": "org_demo"}
TELL_AN_ADMIN = "If it stays like this, give the reference below to an admin of this workspace."
SENTENCES: Mapping[str, tuple[Mapping[str, object], str]] = {
    "busy": ({}, "I can't take requests right now. Please try again in a minute."),
    "defect": (
        {},
        "Sorry, something went wrong on my side, and there is no link. Please try again. "
        "If it happens once more, give the reference below to an admin of this workspace.",
    ),
    "tool_missing": (
        {},
        "Which tool do you want to disconnect? Type it like this: `/connect disconnect github`.",
    ),
    "account_unauthorized": (
        {},
        "I can't see your connections right now: the connector service does not accept my access. "
        "Nothing has changed, and there is nothing for you to mend. "
        "Please tell an admin of this workspace, with the reference below.",
    ),
    "account_forbidden": (
        {},
        "I may not see or change connections of your organization. Nothing has changed. "
        "An admin of this workspace can have it allowed: please ask them, with the reference below.",
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
        "“../etc” can't be the name of a tool. "
        "Names are made of letters and digits, such as *GitHub* or *Google Drive*: `/connect github`.",
    ),
    "parameters_invalid": (
        {"parameter": "state"},
        "I can't pass on “state”: the name is reserved, or it is too long. "
        'Details look like this: `/connect sharepoint site_name="Team Marketing"`.',
    ),
    "workspace_unmapped": (
        {"team_id": "T0DEMO"},
        "This Slack workspace does not belong to an organization yet, so I can't connect anything. "
        "Please ask an admin of this workspace to set it up.\n"
        "*If you are the admin:* the id of this workspace is `T0DEMO`. Whoever runs Freddy Connect links it "
        "to your organization with `slack-app workspaces set T0DEMO &lt;organization id&gt;`.",
    ),
    "platform_unauthorized": (
        ASKED,
        "I can't connect github right now: the connector service does not accept my access. "
        "You did nothing wrong, and there is nothing for you to mend. "
        "Please tell an admin of this workspace, with the reference below.",
    ),
    "platform_forbidden": (
        ASKED,
        "Connecting github is not allowed for your organization, org_demo. "
        "An admin of this workspace can have it allowed: please ask them, with the reference below.",
    ),
    "connector_unknown": (
        {**ASKED, "connector_type": "githib", "nearest": {"github": "GitHub", "gitlab": "GitLab"}},
        "I don't know a tool called “githib”. Did you mean *GitHub* or *GitLab*?",
    ),
    "connector_unknown without a near name": (
        {**ASKED, "connector_type": "zzz", "nearest": {}},
        "I don't know a tool called “zzz”. Please check the spelling, "
        "or ask an admin of this workspace which tools there are.",
    ),
    "request_rejected": (
        {**ASKED, "connector_type": "sharepoint", "parameters": ["site_name"]},
        "sharepoint did not accept what you gave as *site_name*. Please check the spelling and try again.",
    ),
    "request_rejected without a detail": (
        {**ASKED, "connector_type": "sharepoint", "parameters": []},
        "sharepoint needs a detail from you before it can be connected. "
        'Add it like this: `/connect sharepoint site_name="Team Marketing"`.',
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


@pytest.mark.parametrize("case", SENTENCES)
def test_the_person_is_told_what_happened_and_what_to_do(case: str) -> None:
    facts, sentence = SENTENCES[case]

    message = render(Trouble(case.split()[0], facts, "A1B2C3D4"), "/connect")

    assert message.text == f"{sentence}\nReference: `A1B2C3D4`"
    choices = [
        {
            "type": "button",
            "text": {"type": "plain_text", "text": f"Connect {name}"},
            "action_id": f"trouble_choose:{key}",
            "value": f":{key}",
        }
        for key, name in dict(facts.get("nearest") or {}).items()  # type: ignore[call-overload]
    ]
    assert message.blocks == [
        {"type": "section", "text": {"type": "mrkdwn", "text": sentence}},
        *([{"type": "actions", "elements": choices}] if choices else []),
        {"type": "context", "elements": [{"type": "mrkdwn", "text": "Reference: `A1B2C3D4`"}]},
    ]
    check(message)


@pytest.mark.parametrize("case", SENTENCES)
def test_every_trouble_has_the_shape_of_slacks_types(case: str) -> None:
    facts, _ = SENTENCES[case]

    check_schema(render(Trouble(case.split()[0], facts, "A1B2C3D4"), "/connect"))


def test_every_reason_has_its_sentence_here() -> None:
    assert {case.split()[0] for case in SENTENCES} == set(wording.trouble._TROUBLE)


@pytest.mark.parametrize("case", SENTENCES)
def test_no_trouble_names_a_setting(case: str) -> None:
    text = render(Trouble(case.split()[0], SENTENCES[case][0], "A1B2C3D4"), "/connect").text

    assert not [name for name in Settings.model_fields if name.upper() in text]


@pytest.mark.parametrize("case", SENTENCES)
def test_nothing_from_outside_is_formatted(case: str) -> None:
    hostile = "<!channel> <https://evil.example|ok>"
    facts: dict[str, object] = {
        name: [hostile] if isinstance(fact, list) else {"x": hostile} if isinstance(fact, dict) else hostile
        for name, fact in SENTENCES[case][0].items()
    }

    text = render(Trouble(case.split()[0], facts, "A1B2C3D4"), "/connect").text

    assert "<!channel>" not in text
    assert "<https" not in text
