"""Modals, App Homes and what is chosen in them: what the stand-in tells the app, takes from it, and shows to whom."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from starlette.responses import JSONResponse, Response

from tests.stage import wait_for
from tests.stand_ins.sample_views import (
    FIELD,
    HOME,
    MENU,
    MODAL,
    OPTIONS,
    SELECT,
    opened,
    plain,
    refused,
    trigger,
)
from tests.stand_ins.stub_app import GENERAL, LEON, MAYA, SlackWithApp


def test_a_modal_is_open_for_its_person_alone(stage: SlackWithApp) -> None:
    modal = opened(stage)

    assert (modal["title"]["text"], modal["blocks"][0]["block_id"]) == ("A question", "site")
    assert stage.state(LEON)["modal"] is None


def test_a_trigger_opens_one_modal_within_three_seconds(stage: SlackWithApp) -> None:
    first, late = trigger(stage), trigger(stage)
    stage.client.views_open(trigger_id=first, view=MODAL)

    assert refused(stage.client.views_open, trigger_id=first, view=MODAL) == "exchanged_trigger_id"
    assert refused(stage.client.views_open, trigger_id="1.2.3", view=MODAL) == "invalid_trigger_id"
    stage.now += 3.1
    assert refused(stage.client.views_open, trigger_id=late, view=MODAL) == "expired_trigger_id"


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"title": plain("t" * 25)}, "invalid_arguments"),
        ({"submit": plain("s" * 25)}, "invalid_arguments"),
        ({"submit": None}, "invalid_arguments"),
        ({"private_metadata": "m" * 3001}, "invalid_arguments"),
        ({"type": "home"}, "invalid_arguments"),
        ({"blocks": [FIELD, FIELD]}, "invalid_arguments"),
        ({"blocks": [{**FIELD, "label": None}]}, "invalid_arguments"),
        ({"blocks": [{"type": "divider"}] * 101}, "invalid_arguments"),
        ({"blocks": [FIELD, *[{"type": "section", "text": plain("é" * 3000)}] * 14]}, "view_too_large"),
    ],
)
def test_what_slack_refuses_is_refused(stage: SlackWithApp, changes: dict[str, Any], error: str) -> None:
    assert refused(stage.client.views_open, trigger_id=trigger(stage), view={**MODAL, **changes}) == error


@pytest.mark.parametrize(
    "element",
    [
        {**SELECT, "options": []},
        {**SELECT, "options": OPTIONS * 51},
        {**SELECT, "options": [{"text": plain("t" * 76), "value": "v"}]},
        {**SELECT, "options": [{"text": plain("t"), "value": "v" * 151}]},
        {**SELECT, "option_groups": [{"label": plain("l"), "options": OPTIONS}]},
        {**SELECT, "placeholder": plain("p" * 151)},
        {**SELECT, "initial_option": {"text": plain("Other"), "value": "other"}},
        {
            **SELECT,
            "confirm": {"title": plain("t" * 101), "text": plain("?"), "confirm": plain("y"), "deny": plain("n")},
        },
        {"type": "overflow", "action_id": "more", "options": OPTIONS * 3},
        {"type": "button", "action_id": "go", "text": plain("t" * 76)},
    ],
)
def test_elements_that_slack_refuses_are_refused(stage: SlackWithApp, element: dict[str, Any]) -> None:
    blocks = [{"type": "actions", "elements": [element]}]

    assert refused(stage.client.chat_postMessage, channel=MAYA, text="x", blocks=blocks) == "invalid_blocks"


def test_a_submission_tells_the_app_what_stands_in_the_fields(stage: SlackWithApp) -> None:
    modal = opened(stage)

    answer = stage.post("/page/submit", user=MAYA, view_id=modal["id"], values={"site": {"name": "Sales"}})

    assert answer.json() == {"ok": True}
    payload = stage.app.payloads[-1]
    assert payload["type"] == "view_submission"
    assert payload["user"]["id"] == MAYA
    assert payload["view"]["callback_id"] == "asked"
    assert payload["view"]["private_metadata"] == "d1"
    assert payload["view"]["state"] == {"values": {"site": {"name": {"type": "plain_text_input", "value": "Sales"}}}}
    assert stage.state(MAYA)["modal"] is None


def test_after_an_update_only_what_the_person_touched_is_told(stage: SlackWithApp) -> None:
    """slack-truth.md 1.9: what a field shows is told of a first showing only."""
    modal = opened(stage)
    shown = {"site": {"name": "Marketing"}}

    stage.client.views_update(view_id=modal["id"], view={**MODAL, "title": plain("Again")})
    stage.app.answer = JSONResponse({"response_action": "errors", "errors": {"site": "?"}})
    stage.post("/page/submit", user=MAYA, view_id=modal["id"], values=shown)
    stage.post("/page/submit", user=MAYA, view_id=modal["id"], values={"site": {"name": "Sales"}})
    stage.client.views_update(view_id=modal["id"], view=MODAL)
    stage.post("/page/submit", user=MAYA, view_id=modal["id"], values=shown)

    told = [payload["view"]["state"]["values"]["site"]["name"]["value"] for payload in stage.app.payloads]
    assert told == [None, "Sales", "Marketing"]
    assert stage.state(MAYA)["modal_errors"] == {"site": "?"}


def test_a_home_that_is_published_again_tells_only_what_the_person_touched(stage: SlackWithApp) -> None:
    """slack-truth.md 1.9"""
    for _ in range(2):
        stage.client.views_publish(user_id=MAYA, view=HOME)
    place = {"view_id": stage.state(MAYA)["home"]["id"]}

    shown = {"site": {"name": "Marketing"}}
    stage.post("/page/act", user=MAYA, place=place, block_id="menu", action_id="choose", value="notion", values=shown)

    values = stage.app.payloads[-1]["view"]["state"]["values"]
    assert values["site"]["name"]["value"] is None
    assert values["menu"]["choose"]["selected_option"]["value"] == "notion"


def test_the_answer_to_a_submission_may_come_after_what_the_app_did_meanwhile(stage: SlackWithApp) -> None:
    """slack-truth.md 2.3"""
    modal = opened(stage)
    stage.app.answer = JSONResponse({"response_action": "update", "view": {**MODAL, "title": plain("Checking")}})
    stage.workspace.store.ack_delay = 0.3

    submit = threading.Thread(target=stage.post, args=["/page/submit"], kwargs={"user": MAYA, "view_id": modal["id"]})
    submit.start()
    wait_for(lambda: stage.app.payloads)
    stage.client.views_update(view_id=modal["id"], view={**MODAL, "title": plain("Done")})
    submit.join()

    assert stage.state(MAYA)["modal"]["title"]["text"] == "Checking"


@pytest.mark.parametrize(("opens", "error"), [(False, "invalid_trigger_id"), (True, "")])
def test_the_trigger_of_a_submission_opens_a_modal_on_some_clients_only(
    stage: SlackWithApp, opens: bool, error: str
) -> None:
    """slack-truth.md 2.3"""
    stage.workspace.views.opens_after_submission = opens
    modal = opened(stage)
    stage.post("/page/submit", user=MAYA, view_id=modal["id"], values={})

    trigger_id = stage.app.payloads[-1]["trigger_id"]
    if error:
        assert refused(stage.client.views_open, trigger_id=trigger_id, view=MODAL) == error
    else:
        assert stage.client.views_open(trigger_id=trigger_id, view=MODAL)["ok"]


def test_without_a_home_tab_nothing_can_be_published(stage: SlackWithApp) -> None:
    """slack-truth.md 4"""
    stage.workspace.store.app.has_home_tab = False

    assert refused(stage.client.views_publish, user_id=MAYA, view=HOME) == "not_enabled"


def test_a_submission_can_be_refused_field_by_field(stage: SlackWithApp) -> None:
    modal = opened(stage)
    stage.app.answer = JSONResponse({"response_action": "errors", "errors": {"site": "There is no such site."}})

    stage.post("/page/submit", user=MAYA, view_id=modal["id"], values={"site": {"name": "?"}})

    state = stage.state(MAYA)
    assert state["modal"]["id"] == modal["id"]
    assert state["modal_errors"] == {"site": "There is no such site."}


def test_a_submission_can_lead_to_another_modal(stage: SlackWithApp) -> None:
    modal = opened(stage)
    stage.app.answer = JSONResponse({"response_action": "update", "view": {**MODAL, "title": plain("And then?")}})

    stage.post("/page/submit", user=MAYA, view_id=modal["id"], values={})

    assert stage.state(MAYA)["modal"]["title"]["text"] == "And then?"


@pytest.mark.parametrize(
    "answer",
    [
        Response("", 500),
        JSONResponse({"response_action": "update", "view": {}}),
        JSONResponse({"response_action": "errors"}),
    ],
    ids=["failed", "no view", "no errors"],
)
def test_an_app_that_fails_leaves_the_modal_open_and_says_so(stage: SlackWithApp, answer: Response) -> None:
    modal = opened(stage)
    stage.app.answer = answer

    assert stage.post("/page/submit", user=MAYA, view_id=modal["id"], values={}).json() == {"ok": False}
    assert stage.state(MAYA)["modal_errors"] == {"": "We had some trouble connecting. Try again?"}


def test_a_closed_modal_is_told_of_only_when_the_app_asked(stage: SlackWithApp) -> None:
    quiet = opened(stage)
    stage.post("/page/close", user=MAYA, view_id=quiet["id"])
    asked = opened(stage, notify_on_close=True)

    stage.post("/page/close", user=MAYA, view_id=asked["id"])

    assert [payload["type"] for payload in stage.app.payloads] == ["view_closed"]
    assert stage.state(MAYA)["modal"] is None


def test_opening_the_app_home_is_told_with_what_was_published(stage: SlackWithApp) -> None:
    stage.client.views_publish(user_id=MAYA, view=HOME)

    stage.post("/page/home", user=MAYA)

    wait_for(lambda: stage.app.requests)
    event = stage.app.events_sent[-1]["event"]
    assert (event["type"], event["tab"], event["user"]) == ("app_home_opened", "home", MAYA)
    assert event["view"]["type"] == "home"
    assert "state" not in event["view"]


def test_a_home_is_published_for_one_person_and_keeps_what_stands_in_its_fields(stage: SlackWithApp) -> None:
    stage.client.views_publish(user_id=MAYA, view=HOME)
    home = stage.state(MAYA)["home"]
    place = {"view_id": home["id"]}
    stage.post("/page/act", user=MAYA, place=place, block_id="site", action_id="name", value="Sales", values={})

    stage.client.views_publish(user_id=MAYA, view=HOME)
    stage.post("/page/act", user=MAYA, place=place, block_id="menu", action_id="choose", value="notion", values={})

    payload = stage.app.payloads[-1]
    assert payload["container"] == {"type": "view", "view_id": home["id"]}
    assert "response_url" not in payload
    assert payload["actions"][0]["selected_option"]["value"] == "notion"
    values = payload["view"]["state"]["values"]
    assert values["site"]["name"]["value"] == "Sales"
    assert values["menu"]["choose"]["selected_option"]["value"] == "notion"
    assert stage.state(LEON)["home"] is None


def test_a_view_that_changed_meanwhile_is_not_overwritten(stage: SlackWithApp) -> None:
    before = stage.client.views_publish(user_id=MAYA, view=HOME)["view"]["hash"]
    stage.client.views_publish(user_id=MAYA, view=HOME)

    assert refused(stage.client.views_publish, user_id=MAYA, view=HOME, hash=before) == "hash_conflict"
    assert refused(stage.client.views_update, view_id="V404", view=MODAL) == "not_found"


def test_choosing_in_a_message_tells_the_app_what(stage: SlackWithApp) -> None:
    message_id = stage.dm(MAYA, "Which?", MENU)

    answer = stage.post(
        "/page/act",
        user=MAYA,
        place={"message_id": message_id},
        block_id="menu",
        action_id="choose",
        value="github",
        values={},
    )

    assert answer.json() == {"ok": True}
    payload = stage.app.payloads[-1]
    [action] = payload["actions"]
    assert (action["type"], action["block_id"], action["action_id"]) == ("static_select", "menu", "choose")
    assert action["selected_option"] == OPTIONS[0]
    assert payload["container"]["type"] == "message"
    assert payload["response_url"]


def test_nobody_chooses_what_is_not_offered_or_not_theirs(stage: SlackWithApp) -> None:
    place = {"message_id": stage.dm(MAYA, "Which?", MENU)}
    modal = opened(stage)
    chosen = {"block_id": "menu", "action_id": "choose", "values": {}}

    assert stage.post("/page/act", user=MAYA, place=place, value="other", **chosen).status_code == 404
    assert stage.post("/page/act", user=LEON, place=place, value="github", **chosen).status_code == 404
    assert stage.post("/page/submit", user=LEON, view_id=modal["id"], values={}).status_code == 404
    assert stage.app.payloads == []


def test_typing_into_a_select_asks_the_app_and_offers_what_it_says(stage: SlackWithApp) -> None:
    place = {"message_id": stage.dm(MAYA, "Which?", MENU)}
    stage.app.answer = JSONResponse({"options": OPTIONS})
    find = {"user": MAYA, "place": place, "block_id": "menu", "action_id": "find"}

    assert stage.post("/page/suggest", **find, query="git").json() == {"options": OPTIONS}
    assert stage.post("/page/act", **find, value="notion", values={}).json() == {"ok": True}

    asked, acted = stage.app.payloads
    assert (asked["type"], asked["value"], asked["action_id"]) == ("block_suggestion", "git", "find")
    assert acted["actions"][0]["selected_option"] == OPTIONS[1]


@pytest.mark.parametrize("answer", [Response("", 500), JSONResponse({"options": [{"text": "no object"}]})])
def test_an_app_that_suggests_nothing_of_use_is_an_error(stage: SlackWithApp, answer: Response) -> None:
    place = {"message_id": stage.dm(MAYA, "Which?", MENU)}
    stage.app.answer = answer

    find = {"user": MAYA, "place": place, "block_id": "menu", "action_id": "find", "query": "git"}
    assert stage.post("/page/suggest", **find).status_code == 502


def test_a_shortcut_brings_a_trigger_and_no_channel(stage: SlackWithApp) -> None:
    answer = stage.post("/page/shortcut", user=MAYA, callback_id="connect_open_menu")

    assert answer.json() == {"ok": True}
    payload = stage.app.payloads[-1]
    assert (payload["type"], payload["callback_id"]) == ("shortcut", "connect_open_menu")
    assert "channel" not in payload
    stage.client.views_open(trigger_id=payload["trigger_id"], view=MODAL)
    assert stage.state(MAYA)["modal"]["title"]["text"] == "A question"
    assert stage.post("/page/shortcut", user=MAYA, callback_id="other").status_code == 404


def test_the_channel_sees_none_of_it(stage: SlackWithApp) -> None:
    opened(stage)
    stage.client.views_publish(user_id=MAYA, view=HOME)

    assert stage.workspace.messages_in(GENERAL, seen_by=LEON) == []
