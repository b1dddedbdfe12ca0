"""From the typed command to the link in the direct message, with real processes, real HTTP and a real Redis."""

from __future__ import annotations

import json
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import redis

from slack_app.demo.redis_server import RedisServer
from slack_app.features.policy import REFUSALS_TOLD, REQUESTS
from slack_app.stand_ins.freddy import Fault
from slack_app.stand_ins.slack import SlackFault
from tests.stage import API_KEY, BOT_TOKEN, GENERAL, LEON, MAYA, SIGNING_SECRET, Stage, on_stage, stretched, wait_for

ACCEPTED = "I asked for your *GitHub* link. Only you will see the answer."


def reference_of(text: str) -> str:
    found = re.search(r"Reference: `([0-9A-F]{8})`$", text)
    assert found, text
    return found.group(1)


def link_of(stage: Stage) -> str:
    """The address that the platform gave last."""
    [pending] = stage.platform.pending.values()
    return str(pending.authorization_url)


def test_the_link_is_in_the_direct_message_a_moment_after_the_command(app: Stage) -> None:
    ack = app.ask("github")
    wait_for(lambda: app.dms() and len(app.answers()) == 2)

    assert (ack["text"], ack["response_type"]) == (ACCEPTED, "ephemeral")
    [dm] = app.dms()
    url = link_of(app)
    buttons = [e for block in dm.blocks if block["type"] == "actions" for e in block["elements"]]
    assert [button["url"] for button in buttons if "url" in button] == [url]
    assert dm.blocks[-1]["type"] == "context"  # last and small
    assert dm.blocks[-1]["elements"][0]["text"] == url
    assert url.replace("&", "&amp;") in dm.text
    assert dm.fields["unfurl_links"] in (False, "false", "0")
    assert dm.fields["unfurl_media"] in (False, "false", "0")
    acknowledged, answer = app.answers()
    assert acknowledged.text == ACCEPTED  # Slack lets nobody change it (slack-truth.md 1.2)
    assert url.replace("&", "&amp;") in answer.text
    assert answer.text.startswith("*Connect GitHub*")

    client = redis.Redis.from_url(app.environment["REDIS_URL"], decode_responses=True)
    [key] = client.keys("slack_app:state:*")
    stored = json.loads(client.get(key))  # type: ignore[arg-type]
    assert (stored["user_id"], stored["organization_id"]) == (MAYA, app.organization_id)
    assert 590 <= client.ttl(key) <= 600


def test_the_platform_is_asked_as_its_reference_says(app: Stage) -> None:
    app.answer_after("sharepoint site_name=“Team Marketing”")

    [call] = [call for call in app.platform.calls if call.path.endswith("/authorize")]
    assert (call.method, call.path) == ("POST", "/v1/personal-connectors/authorize")
    assert call.query == {"organization_id": app.organization_id}
    assert call.key == API_KEY
    assert call.body == {"connector_type": "sharepoint", "integration_params": {"site_name": "Team Marketing"}}


def test_nobody_else_sees_the_link(app: Stage) -> None:
    """security.md 5"""
    app.answer_after("github")

    url = link_of(app).split("?")[0]
    assert [m for m in app.workspace.messages_in(GENERAL, seen_by=LEON) if url in m.text] == []
    assert [m for m in app.dms(LEON) if url in m.text] == []
    assert {m.channel_id for m in app.workspace.messages if url in m.text and not m.ephemeral_to} == {
        app.workspace.dm_of(MAYA)
    }


def test_typed_in_the_apps_own_conversation_the_answer_is_an_ordinary_message(app: Stage) -> None:
    dm = app.workspace.dm_of(MAYA)

    app.ask("github", channel_id=dm)
    wait_for(lambda: len(app.dms()) == 2)

    acknowledged, message = app.dms()
    assert (acknowledged.text, acknowledged.ephemeral_to) == (ACCEPTED, MAYA)
    assert message.ephemeral_to is None
    assert message.text.startswith("*Connect GitHub*")


FAULT = "I couldn't get your GitHub link; it's not your fault. Still failing? Give your admin the reference."
SENTENCES = [
    (Fault.UNAUTHORIZED, "github", "I can't connect GitHub: Freddy Connect's key was rejected.", False),
    (Fault.FORBIDDEN, "github", "Your organization doesn't allow GitHub.", False),
    *((fault, "github", FAULT, True) for fault in (Fault.UNSAFE_LINK, Fault.REDIRECT, Fault.ENDLESS)),
]


@pytest.mark.parametrize(("fault", "typed", "sentence", "is_looked_up"), SENTENCES)
def test_fault_that_waiting_does_not_mend_is_told_whole_and_at_once(
    app: Stage, fault: Fault, typed: str, sentence: str, is_looked_up: bool
) -> None:
    app.platform.fault = fault

    answer = app.answer_after(typed)

    if is_looked_up:
        reference = reference_of(answer.text)
        assert answer.text == f"{sentence}\nReference: `{reference}`"
        assert reference in app.log.read_text()
    else:
        assert answer.text == sentence
    assert app.dms() == []


def test_a_name_that_no_tool_has_comes_with_those_that_may_be_meant_and_no_reference(app: Stage) -> None:
    answer = app.answer_after("githib")

    assert answer.text == "I don't know a tool called “githib”. Did you mean *GitHub* or *GitLab*?"
    buttons = [element["text"]["text"] for element in answer.blocks[1]["elements"]]
    assert buttons == ["Connect GitHub", "Connect GitLab", "Show all tools"]


@pytest.mark.parametrize("fault", [Fault.DOWN, Fault.BROKEN, Fault.REFUSED, Fault.HTML, Fault.EMPTY, Fault.FIELDLESS])
def test_a_platform_that_fails_for_a_moment_is_asked_again(app: Stage, fault: Fault) -> None:
    app.platform.fault, app.platform.faults_left = fault, 2

    app.ask("github")

    wait_for(app.dms, 10)
    assert len([call for call in app.platform.calls if call.path.endswith("/authorize")]) == 3


def test_too_many_requests_are_waited_out_as_told(app: Stage) -> None:
    app.platform.retry_after = 2
    app.platform.fault, app.platform.faults_left = Fault.RATE_LIMITED, 1

    app.ask("github")

    wait_for(app.dms, 10)
    first, second = [call.at for call in app.platform.calls if call.path.endswith("/authorize")]
    assert 2.0 <= second - first <= stretched(4.0)


def test_who_waits_longer_is_told_once_and_gets_the_link_in_the_end(app: Stage) -> None:
    app.platform.retry_after = 17
    app.platform.fault, app.platform.faults_left = Fault.RATE_LIMITED, 1

    answer = app.answer_after("github", within=40)

    told, link = app.dms()
    assert re.fullmatch(
        r"Still working on your GitHub link\. I'll post it here by <!date\^\d+\^\{time\}\|\d\d:\d\d UTC>\.",
        told.text,
    )
    assert link.text.startswith("*Connect GitHub*")
    assert answer.text.startswith("*Connect GitHub*")


def test_a_platform_that_stalls_is_told_of_after_15_seconds(app: Stage) -> None:
    app.platform.fault, app.platform.faults_left = Fault.STALLED, 1

    app.ask("github")
    wait_for(app.dms, within=20)

    assert app.dms()[0].text.startswith("Still working on your GitHub link.")
    wait_for(lambda: len(app.dms()) == 2, 20)


def test_a_long_link_is_replaced_by_the_platforms_own_short_one(app: Stage) -> None:
    app.platform.fault = Fault.LONG_LINK

    app.ask("github")
    wait_for(app.dms)

    [dm] = app.dms()
    [button] = [e for block in dm.blocks if block["type"] == "actions" for e in block["elements"] if "url" in e]
    [state] = app.platform.pending
    assert button["url"] == f"{app.environment['FREDDY_API_URL']}/v1/personal-connectors/auth/{state}"


def test_cookies_of_the_platform_do_not_reach_the_next_call(app: Stage) -> None:
    """security.md 13"""
    app.platform.fault = Fault.COOKIES

    for user_id in (MAYA, LEON, MAYA, LEON):
        app.answer_after("github", user_id)

    assert not [call for call in app.platform.calls if call.has_cookie]


def test_without_a_direct_message_the_private_answer_carries_the_link(app: Stage) -> None:
    app.workspace.fault = SlackFault.DM_CLOSED

    answer = app.answer_after("github")

    assert link_of(app).replace("&", "&amp;") in answer.text
    assert "I couldn't message you, so the link is only here." in answer.text
    assert app.dms() == []


def test_a_workspace_that_nobody_set_up_is_told_what_to_do(stage: Stage) -> None:
    stage.start_web("--with-worker", WORKSPACE_ORGANIZATIONS="T0OTHER=org_other")

    answer = stage.answer_after("github")

    assert answer.text.startswith("Freddy Connect isn't set up here yet.")
    assert stage.platform.calls == []


def test_nothing_secret_is_ever_logged(app: Stage) -> None:
    """security.md 17: canaries in every secret, grep everything that was logged at DEBUG."""
    app.answer_after("github")
    for fault in (Fault.BROKEN, Fault.UNSAFE_LINK, Fault.UNAUTHORIZED):
        app.platform.fault, app.platform.faults_left = fault, 1
        app.ask('sharepoint site_name="canary value"')
    wait_for(lambda: len(app.answers()) == 8, 20)

    logged = app.log.read_text()

    states = list(app.platform.pending)
    for secret in (API_KEY, SIGNING_SECRET, BOT_TOKEN, "canary", "/commands/", "://", *states):
        assert secret not in logged
    assert '"outcome": "link_sent"' in logged


def test_an_accepted_command_survives_the_death_of_everything(own_redis: RedisServer, tmp_path: Path) -> None:
    with on_stage(own_redis.url, tmp_path / "app.log") as stage:
        web = stage.start_web()
        stage.ask("github")
        web.kill()
        own_redis.kill()

        own_redis.start()
        stage.start("worker")

        wait_for(stage.dms, 10)


def test_a_worker_killed_in_the_middle_is_replaced_within_20_seconds(stage: Stage) -> None:
    stage.platform.delay = 2.0
    stage.start_web()
    first = stage.start("worker")
    stage.ask("github")
    wait_for(lambda: stage.platform.calls)

    first.kill()
    stage.start("worker")

    wait_for(stage.dms, 20)
    assert len(stage.dms()) == 1


def test_stopping_finishes_what_is_in_hand(stage: Stage) -> None:
    stage.platform.delay = 1.0
    web = stage.start_web()
    worker = stage.start("worker")
    stage.ask("github")
    wait_for(lambda: stage.platform.calls)

    worker.terminate()
    web.terminate()

    assert (worker.wait(25), web.wait(25)) == (0, 0)
    assert len(stage.dms()) == 1


def test_redis_may_go_and_come_without_a_restart(own_redis: RedisServer, tmp_path: Path) -> None:
    with on_stage(own_redis.url, tmp_path / "app.log") as stage:
        stage.start_web()
        stage.start("worker")
        stage.answer_after("github")

        own_redis.kill()
        ack = stage.ask("github", LEON)
        assert ack["text"] == "I can't take requests right now. Please try again in a minute."

        own_redis.start()
        wait_for(lambda: str(stage.ask("github", LEON)["text"]) == ACCEPTED, 5)
        wait_for(lambda: stage.dms(LEON), 10)


def test_a_frozen_redis_still_lets_every_command_be_answered(own_redis: RedisServer, tmp_path: Path) -> None:
    with on_stage(own_redis.url, tmp_path / "app.log") as stage:
        stage.start_web()
        own_redis.freeze()

        with ThreadPoolExecutor(50) as pool:
            acks = list(
                pool.map(
                    lambda _: stage.workspace.type_command(user_id=MAYA, channel_id=GENERAL, text="github"), range(50)
                )
            )

        assert {ack.status for ack in acks} == {200}
        assert max(ack.seconds for ack in acks) < 3.0


def test_socket_mode_serves_the_same(stage: Stage) -> None:
    stage.workspace.request_url = None
    stage.start("socket", "--with-worker")
    wait_for(lambda: stage.workspace.is_socket_connected, 10)

    stage.workspace.type_command(user_id=MAYA, channel_id=GENERAL, text="github")

    wait_for(stage.dms, 10)
    wait_for(lambda: stage.answers()[-1].text.startswith("*Connect GitHub*"), 10)


def test_a_hundred_requests_in_a_second_make_one_link_and_leave_one_message(app: Stage) -> None:
    """security.md 19"""
    acks = [app.workspace.type_command(user_id=MAYA, channel_id=GENERAL, text="github") for _ in range(100)]

    wait_for(lambda: len(app.answers()) == 100 + REQUESTS + REFUSALS_TOLD, 60)
    wait_for(lambda: len(app.dms()) == 1)

    assert {ack.status for ack in acks} == {200}
    answers = [message.text for message in app.answers() if message.text != ACCEPTED]
    assert sum("allow access" in text for text in answers) == REQUESTS
    assert sum("That was a lot at once" in text for text in answers) == REFUSALS_TOLD
    assert len([call for call in app.platform.calls if call.path.endswith("/authorize")]) == 1
