"""Each error that Slack documents has one meaning, and a method that Slack wants to be left alone is left alone."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

import pytest
import yaml

from slack_app import adapters, views
from slack_app.adapters.http import Http
from slack_app.adapters.slack import LONGEST_EDIT, PooledWebClient, SlackMessenger
from slack_app.adapters.slack_errors import LONGEST_PAUSE, known_errors, slack_errors
from slack_app.adapters.slack_pauses import SlackPauses
from slack_app.errors import Meaning, UpstreamError
from slack_app.model.facts import MessageFact
from slack_app.model.messages import Message, MessageRef
from slack_app.model.users import SlackUser
from slack_app.stand_ins.slack import Workspace
from tests.serving import serving

TOKEN = "xoxb-1"
MAYA = SlackUser(None, "T0DEMO", "U0MAYA")


def documented() -> Mapping[str, Sequence[str]]:
    """The errors of each method, as Slack documents them."""
    lists = yaml.safe_load((Path(__file__).parents[1] / "slack_schemas" / "errors.yml").read_text())
    every, met = lists.pop("every_method"), lists.pop("met")
    return {method: [*every, *own, *met.get(method, [])] for method, own in lists.items()}


class Long(MessageFact):
    """Something with a long text."""


class AsText(views.Renderer):
    """Renders every fact as the same text."""

    text: ClassVar[str] = "hello"

    def message(self, fact: MessageFact) -> Message:
        return Message(self.text, [])


class Now:
    """A clock that the test turns."""

    def __init__(self) -> None:
        self.now = 1_900_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def now() -> Now:
    return Now()


@pytest.fixture
def workspace(now: Now) -> Iterator[Workspace]:
    workspace = Workspace(signing_secret="s", bot_token=TOKEN, clock=now)
    with serving(workspace.app) as url:
        workspace.base_url = url
        yield workspace


@pytest.fixture
def messenger(workspace: Workspace, now: Now) -> SlackMessenger:
    http, pauses, api_url = Http("slack", connections=2, deadline=5), SlackPauses(now), f"{workspace.base_url}/api/"
    return SlackMessenger(
        client_for=lambda _: PooledWebClient(http, token=TOKEN, base_url=api_url, pauses=pauses),
        hooks=http,
        slack_api_url=api_url,
        renderer=AsText("/connect"),
    )


def failure(call: Any, *arguments: Any) -> UpstreamError:
    with pytest.raises(UpstreamError) as caught:
        call(*arguments)
    return caught.value


def test_each_method_that_the_app_calls_has_its_list() -> None:
    """slack-truth.md 4"""
    source = "".join(path.read_text() for path in Path(adapters.__file__).parent.rglob("*.py"))
    called = set(re.findall(r"client\.((?:auth|chat|oauth|users|views)_\w+)\(", source))

    assert called >= {"chat_postMessage", "views_open", "users_list"}
    assert {method.replace("_", ".", 1) for method in called} - set(documented()) == set()


@pytest.mark.parametrize("method", documented())
def test_each_error_that_slack_documents_has_a_meaning(method: str) -> None:
    """slack-truth.md 4"""
    assert [code for code in documented()[method] if code not in known_errors(method)] == []


@pytest.mark.parametrize(
    ("method", "code", "meaning"),
    [
        ("chat.postMessage", "rate_limited", Meaning.TRY_AGAIN),
        ("chat.postMessage", "org_login_required", Meaning.TRY_AGAIN),
        ("chat.postMessage", "messages_tab_disabled", Meaning.OTHER_WAY),
        ("chat.postMessage", "restricted_action", Meaning.OTHER_WAY),
        ("chat.postMessage", "ekm_access_denied", Meaning.BROKEN_INSTALLATION),
        ("chat.postMessage", "msg_blocks_too_long", Meaning.DEFECT),
        ("chat.postMessage", "of_next_year", Meaning.DEFECT),
        ("chat.update", "edit_window_closed", Meaning.OTHER_WAY),
        ("chat.update", "team_access_not_granted", Meaning.BROKEN_INSTALLATION),
        ("chat.update", "msg_too_long", Meaning.DEFECT),
    ],
)
def test_an_error_of_slacks_asks_for_what_it_means(
    messenger: SlackMessenger, workspace: Workspace, method: str, code: str, meaning: Meaning
) -> None:
    """slack-truth.md 4"""
    posted = messenger.post_dm(MAYA, Long())
    workspace.refusals.play(method, code)

    error = (
        failure(messenger.post_dm, MAYA, Long())
        if method == "chat.postMessage"
        else failure(messenger.edit_dm, MAYA, posted, Long())
    )

    assert (error.code, error.meaning) == (code, meaning)


def test_while_slack_says_so_a_method_is_called_once_and_no_more(
    messenger: SlackMessenger, workspace: Workspace, now: Now
) -> None:
    """slack-truth.md 1.12: https://docs.slack.dev/apis/web-api/rate-limits"""
    posted = messenger.post_dm(MAYA, Long())
    workspace.refusals.limit("chat.update", 30)

    errors = [failure(messenger.edit_dm, MAYA, posted, Long()) for _ in range(30)]

    assert [call.method for call in workspace.calls].count("chat.update") == 1
    assert {(error.status, error.code, error.meaning) for error in errors} == {(429, "ratelimited", Meaning.TRY_AGAIN)}
    assert {error.retry_after for error in errors} == {30.0}

    # the other methods go on, and this one too when the time is over
    messenger.post_dm(MAYA, Long())
    now.now += 30
    messenger.edit_dm(MAYA, posted, Long())


def test_another_workspace_is_not_made_to_wait() -> None:
    """slack-truth.md 1.12"""
    pauses = SlackPauses(Now())
    pauses.begin("xoxb-1", "https://slack.com/api/chat.update", 30)

    pauses.check("xoxb-2", "https://slack.com/api/chat.update")

    assert failure(pauses.check, "xoxb-1", "https://slack.com/api/chat.update").retry_after == 30


def test_a_call_with_a_token_of_its_own_makes_no_other_token_wait(workspace: Workspace, now: Now) -> None:
    """slack-truth.md 1.12: who installs asks `auth.test` with the token that has just come"""
    http, api_url = Http("slack", connections=2, deadline=5), f"{workspace.base_url}/api/"
    client = PooledWebClient(http, token="", base_url=api_url, pauses=SlackPauses(now))
    workspace.refusals.limit("auth.test", 30)

    def auth_test(token: str) -> None:
        with slack_errors():
            client.auth_test(token=token)

    assert failure(auth_test, "xoxb-2").code == "ratelimited"
    workspace.refusals.stop("auth.test")

    auth_test(TOKEN)
    assert failure(auth_test, "xoxb-2").retry_after == 30


@pytest.mark.parametrize(("said", "pause"), [(None, 1.0), (86_400.0, LONGEST_PAUSE)])
def test_a_pause_that_is_not_said_or_absurd_is_a_short_one(said: float | None, pause: float) -> None:
    pauses = SlackPauses(Now())
    pauses.begin("xoxb-1", "https://slack.com/api/chat.update", said)

    assert failure(pauses.check, "xoxb-1", "https://slack.com/api/chat.update").retry_after == pause


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("7", 7.0),
        ("1000000000", LONGEST_PAUSE),
        ("9" * 400, LONGEST_PAUSE),
        ("-5", None),
        ("\u00b2", None),
        ("nan", None),
    ],
)
def test_a_server_that_is_away_says_when_to_come_back_and_is_believed_for_minutes(
    said: str, seconds: float | None
) -> None:
    """After a header of years, what came of a link was never told; "²" is a digit to Python, and no number."""
    with serving(_Away(said)) as url, pytest.raises(UpstreamError) as caught, slack_errors():
        PooledWebClient(Http("slack", connections=1, deadline=5), token=TOKEN, base_url=f"{url}/api/").auth_test()

    assert (caught.value.status, caught.value.meaning, caught.value.retry_after) == (503, Meaning.TRY_AGAIN, seconds)


class _Away:
    """A server that answers 503 with a Retry-After."""

    def __init__(self, said: str) -> None:
        self.headers = [(b"retry-after", said.encode("latin-1"))]

    async def __call__(self, scope: Any, _receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            await send({"type": "http.response.start", "status": 503, "headers": self.headers})
            await send({"type": "http.response.body", "body": b"{}"})


def test_a_text_that_is_too_long_to_be_edited_in_loses_lines_and_no_halves(
    messenger: SlackMessenger, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """slack-truth.md 2.1: `msg_too_long` at 4,000 characters"""
    posted = messenger.post_dm(MAYA, Long())
    text = "\n".join(["The link is ready.", *["<https://example.com/?a=1&amp;b=2>" * 10] * 20])
    monkeypatch.setattr(AsText, "text", text)

    messenger.edit_dm(MAYA, posted, Long())

    [shown] = workspace.messages
    assert LONGEST_EDIT * 0.9 < len(shown.text) <= LONGEST_EDIT
    assert shown.text.endswith("<https://example.com/?a=1&amp;b=2>…")
    assert text.startswith(shown.text[:-1] + "\n")


@pytest.mark.parametrize(("change", "code"), [("removed", "message_not_found"), ("locked", "edit_window_closed")])
def test_a_message_that_is_gone_or_locked_is_known_as_such(
    messenger: SlackMessenger, workspace: Workspace, change: str, code: str
) -> None:
    """reports.md A12"""
    posted: MessageRef = messenger.post_dm(MAYA, Long())
    [message] = workspace.messages
    if change == "removed":
        workspace.store.remove(message)
    message.is_locked = True

    error = failure(messenger.edit_dm, MAYA, posted, Long())

    assert (error.code, error.meaning) == (code, Meaning.OTHER_WAY)
