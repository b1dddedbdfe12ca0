"""What people write to the app is answered there, with the same words as after the command."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from slack_app.stand_ins.slack import Message, Person
from tests.contents import contents
from tests.stage import GENERAL, MAYA, Stage, on_stage, wait_for


@pytest.fixture(scope="module")
def app(modules_redis_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    log: Path = tmp_path_factory.mktemp("message") / "app.log"
    with on_stage(modules_redis_url, log, people=20) as stage:
        stage.start_web("--with-worker")
        stage.ask("gitlab")
        wait_for(lambda: names_in(modules_redis_url), what="the connectors' names were read")
        yield stage


def names_in(url: str) -> object:
    """The names that were read behind the first answer."""
    return redis.Redis.from_url(url).exists("slack_app:catalogue:org_demo")


def from_app(app: Stage, user_id: str) -> list[Message]:
    """What the app wrote to the person."""
    return [message for message in app.dms(user_id) if message.via != "person"]


def written(app: Stage, user_id: str, text: str, **how: str) -> Message:
    """Write to the app; returns what it answers."""
    before = len(from_app(app, user_id))
    app.workspace.say(user_id, app.workspace.dm_of(user_id), text, **how)
    wait_for(lambda: len(from_app(app, user_id)) > before)
    return from_app(app, user_id)[-1]


@pytest.mark.parametrize(
    ("number", "text", "answer"),
    [
        (0, "connect github", "*Connect GitHub*"),
        (1, "GitHub", "*Connect GitHub*"),
        (2, "connect", "*Which tool do you want to connect?*"),
        (3, "git+hub!", "*Connect GitHub*"),
        (4, "status", "You haven't connected anything yet."),
        (5, "remove github", "You haven't connected *GitHub*. Nothing changed."),
        (6, "disconnect", "You haven't connected anything. Nothing changed."),
        (7, "githib", "I don't know a tool called “githib”. Did you mean *GitHub*"),
        # reports.md A15, A19, B12
        (13, "> • *connect* `GitHub`!", "*Connect GitHub*"),
        (14, "my salary is 123000 and my manager is ann", "I didn't understand that. I can connect a tool for you"),
        (15, "please connect my github account", "*Connect GitHub*"),
    ],
)
def test_the_same_words_do_the_same(app: Stage, number: int, text: str, answer: str) -> None:
    assert written(app, f"U{number:05}", text).text.startswith(answer)


def test_who_writes_in_a_thread_is_answered_there(app: Stage) -> None:
    """slack-truth.md 2.1, reports.md B13"""
    user_id = "U00012"
    root = written(app, user_id, "help")

    replies = [written(app, user_id, text, thread_ts=root.ts) for text in ("`/connect github`", "help")]
    apart = written(app, user_id, "status", subtype="file_share")

    assert replies[0].text.startswith("*Connect GitHub*")
    assert [reply.thread_ts for reply in [root, *replies, apart]] == ["", root.ts, root.ts, ""]


def test_a_message_that_slack_sends_twice_is_answered_once(app: Stage) -> None:
    user_id = "U00008"
    asked = app.workspace.store.post(
        channel_id=app.workspace.dm_of(user_id), user_id=user_id, text="github", blocks=[], via="person"
    )

    first, again = (app.workspace.deliver(asked, event_id="Ev1") for _ in range(2))
    wait_for(lambda: from_app(app, user_id), what="the link")
    written(app, user_id, "help")

    assert (first.status, again.status) == (200, 200)
    links = [message for message in from_app(app, user_id) if "allow access" in message.text]
    assert len(links) == 1


def test_the_app_does_not_answer_itself_or_other_bots(app: Stage) -> None:
    user_id = "U00009"
    own = app.workspace.post_as_app(app.workspace.dm_of(user_id), "github", [], via="chat.postMessage")

    ack = app.workspace.deliver(own)
    written(app, user_id, "help")

    assert ack.status == 200
    assert [message.text for message in from_app(app, user_id) if "allow access" in message.text] == []


@pytest.mark.parametrize(
    ("number", "team", "is_shared"), [(10, "T0OTHER", False), (10, "T0OTHER", True), (11, None, True)]
)
def test_people_of_other_workspaces_and_of_unknown_ones_get_nothing(
    app: Stage, number: int, team: str | None, is_shared: bool
) -> None:
    """Closed when unknown: a conversation that is shared with others names the sender's workspace, or is not read."""
    user_id = f"U{number:05}"
    dm = app.workspace.dm_of(user_id)
    app.workspace.store.people[user_id] = Person(user_id, "Sam", "Sam Stranger", home="T0OTHER")
    event = {
        "type": "message", "channel": dm, "channel_type": "im", "user": user_id, "text": "github", "ts": "1.1"
    }  # fmt: skip
    asked = app.workspace.store.post(channel_id=dm, user_id=user_id, text="github", blocks=[], via="person")

    ack = app.workspace.deliver(
        asked, event={**event, "team": team} if team else event, is_ext_shared_channel=is_shared
    )
    written(app, MAYA, "help")  # what came before it has been looked at, too

    assert ack.status == 200
    assert from_app(app, user_id) == []


def test_slack_can_verify_the_address_for_events(app: Stage) -> None:
    """https://docs.slack.dev/reference/events/url_verification"""
    assert app.workspace.verify_request_url()


def test_what_is_said_in_channels_is_not_the_apps_business(app: Stage) -> None:
    calls = len(app.workspace.calls)

    app.workspace.say("U00009", GENERAL, "github")
    written(app, "U00009", "help")

    assert len(app.workspace.calls) == calls + 1


def test_an_address_is_passed_on_as_it_was_typed(app: Stage) -> None:
    """slack-truth.md 1.8, reports.md A15: the stand-in sends it as Slack does, linked"""
    written(app, "U00016", 'sharepoint site_name="contoso.sharepoint.com" owner: me@contoso.com')

    asked = [call.body for call in app.platform.calls if call.path.endswith("/authorize")]
    assert asked[-1] == {
        "connector_type": "sharepoint",
        "integration_params": {"site_name": "contoso.sharepoint.com", "owner": "me@contoso.com"},
    }


def test_what_is_said_to_the_app_stays_out_of_logs_and_off_the_platform(app: Stage) -> None:
    """reports.md B12"""
    written(app, "U00017", "my password is hunter42")
    written(app, "U00018", "hunter42")

    assert "hunter42" not in app.log.read_text()
    assert not [call for call in app.platform.calls if "password" in str(call)]


def test_a_key_that_is_written_there_goes_nowhere(app: Stage, modules_redis_url: str) -> None:
    """security.md 15, 17"""
    answer = written(app, "U00008", "ak_canary_9f8e7d6c5b4a3210")

    assert answer.text.startswith("*That looks like a key, so I didn't read on.*")
    client = redis.Redis.from_url(modules_redis_url, decode_responses=True)
    assert "9f8e7d6c" not in contents(client)
    client.close()
    assert "9f8e7d6c" not in app.log.read_text()
