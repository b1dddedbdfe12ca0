"""Whatever Slack answers while a link is brought, or ends: the person knows where they stand, or the log says why not.

Each documented error is played by the stand-in Slack against the real messenger (slack-truth.md 4, reports.md K3).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any
from unittest.mock import Mock

import pytest
from structlog.testing import capture_logs

from slack_app import views
from slack_app.adapters.http import Http
from slack_app.adapters.jobs import DEAD
from slack_app.adapters.slack import PooledWebClient, SlackMessenger
from slack_app.adapters.slack_errors import known_errors
from slack_app.adapters.slack_pauses import SlackPauses
from slack_app.errors import Meaning, UpstreamError, UserError
from slack_app.features.policy import can_set_up
from slack_app.model.links import Completion, Outcome
from slack_app.model.tools import Connection
from slack_app.model.users import SlackUser
from slack_app.stand_ins.slack import Person, Workspace
from tests.adapters.test_slack_errors import documented
from tests.serving import serving
from tests.worker_harness import JOB, START, WorkerHarness

TOKEN, GENERAL = "xoxb-1", "C0GENERAL"
MAYA = SlackUser(None, "T1", "U0MAYA")
ACCOUNT = Connection("tcred_new", "github", "GitHub", "dev@example.com", created_at="2030-03-17T18:00:00")
PASSING = {"ratelimited": 429, "service_unavailable": 503}


class Scene:
    """A worker's logic with the real messenger, before the stand-in Slack."""

    def __init__(self, workspace: Workspace, url: str, people: int) -> None:
        self.workspace = workspace
        self.people = [SlackUser(None, "T1", f"U{number:05}") for number in range(people)] or [MAYA]
        api_url, http = f"{url}/api/", Http("slack", connections=2, deadline=5)
        pauses = SlackPauses(lambda: self.harness.now)
        messenger = SlackMessenger(
            client_for=lambda _: PooledWebClient(http, token=TOKEN, base_url=api_url, pauses=pauses),
            hooks=http,
            slack_api_url=api_url,
            renderer=views.Renderer("/connect"),
        )
        self.harness = WorkerHarness(messenger=lambda: messenger)  # type: ignore[arg-type]

    def ask(self, *, is_from_home: bool = False) -> None:
        """Ask for GitHub: by a press in a channel, or in the App Home, where there is no answer but a message."""
        for person in self.people:
            message = self.workspace.post_as_app(GENERAL, "Getting it", [], via="ack", ephemeral_to=person.user_id)
            where: dict[str, Any] = (
                {"response_url": "", "channel_id": "", "is_from_home": True}
                if is_from_home
                else {
                    "response_url": self.workspace.issue_response_url(person.user_id, message),
                    "channel_id": GENERAL,
                    "can_replace": True,
                }
            )
            self.harness.enqueue(replace(JOB, id=f"T1:{person.user_id}:1", person=person, **where))

    def after(self, *seconds: float) -> None:
        """Let so much time pass, step by step, and do what is due."""
        for step in seconds:
            self.harness.now += step
            self.harness.run()

    def finish(self) -> None:
        """Let everybody finish."""
        self.harness.platform.completion = Completion(Outcome.CONNECTED, ACCOUNT)

    def play(self, code: str, *methods: str) -> None:
        """Let the methods answer with the error."""
        for method in methods:
            self.workspace.refusals.play(method, code, status=PASSING.get(code, 200))

    def stop(self, *methods: str) -> None:
        """Let the methods do again what they do."""
        for method in methods:
            self.workspace.refusals.stop(method)

    def calls(self, method: str) -> int:
        """How often it was called."""
        return [call.method for call in self.workspace.calls].count(method)

    def dms(self, person: SlackUser = MAYA) -> list[str]:
        """What the person reads in their direct message with the app."""
        dm = self.workspace.dm_of(person.user_id)
        return [message.text for message in self.workspace.messages_in(dm, seen_by=person.user_id)]

    def answers(self, person: SlackUser = MAYA) -> list[str]:
        """What the person reads privately in the channel."""
        return [message.text for message in self.workspace.messages_in(GENERAL, seen_by=person.user_id)]

    def home(self) -> str:
        """What stands in Maya's App Home."""
        view = self.workspace.views.home_of(MAYA.user_id)
        return str(view.content) if view else ""

    def dead(self) -> list[str]:
        """Why jobs are kept for the operator."""
        return [fields["reason"] for _, fields in self.harness.redis.xrange(DEAD)]


def scenes(people: int) -> Iterator[Scene]:
    """Set the scene with so many people, or with Maya."""
    crowd = [Person(f"U{number:05}", f"P{number}", f"Person {number}") for number in range(people)]
    made: list[Scene] = []
    clock: Callable[[], float] = lambda: made[0].harness.now if made else START  # noqa: E731
    workspace = Workspace(
        signing_secret="s",
        bot_token=TOKEN,
        team_id="T1",
        clock=clock,
        people=[Person(MAYA.user_id, "Maya", "Maya Lindqvist"), *crowd],
    )
    with serving(workspace.app) as url:
        workspace.base_url = url
        made.append(Scene(workspace, url, people))
        yield made[0]


@pytest.fixture
def scene() -> Iterator[Scene]:
    yield from scenes(0)


@pytest.fixture
def crowded() -> Iterator[Scene]:
    yield from scenes(30)


def codes(lines: list[Any], level: str = "") -> list[str]:
    """The codes of Slack's that the log holds."""
    return [line["code"] for line in lines if line.get("code") and level in ("", line["log_level"])]


def told(texts: list[str]) -> bool:
    """Whether one of them says that it is connected."""
    return any("is connected as" in text for text in texts)


@pytest.mark.parametrize("code", documented()["chat.update"])
def test_an_ending_that_cannot_be_edited_in_reaches_the_person_all_the_same(scene: Scene, code: str) -> None:
    """reports.md A12; chat.update's errors: https://docs.slack.dev/reference/methods/chat.update#errors"""
    meaning = known_errors("chat.update")[code]
    broken = ["chat.postMessage"] if meaning is Meaning.BROKEN_INSTALLATION else []
    scene.ask()
    scene.after(0)
    scene.play(code, "chat.update", *broken)

    # when the person finishes
    scene.finish()
    with capture_logs() as lines:
        scene.after(3, 1, 1)

    # then the private answer says so whatever became of the message
    assert told(scene.answers())
    assert code in codes(lines)

    # and the message, or a new one, as soon as Slack takes it; nothing is told twice
    if meaning is Meaning.TRY_AGAIN:
        scene.stop("chat.update")
        scene.after(10, 1)
    assert told(scene.dms()) is not bool(broken)
    assert sum(map(told, [[text] for text in [*scene.dms(), *scene.answers()]])) == (1 if broken else 2)
    assert scene.calls("chat.update") == (2 if meaning is Meaning.TRY_AGAIN else 1)
    assert (code in codes(lines, "error")) is (meaning in (Meaning.BROKEN_INSTALLATION, Meaning.DEFECT))


@pytest.mark.parametrize("code", documented()["chat.postMessage"])
def test_an_ending_that_cannot_be_told_in_any_way_is_told_to_the_log(scene: Scene, code: str) -> None:
    """reports.md K3: asked for in the App Home there is no private answer"""
    meaning = known_errors("chat.postMessage")[code]
    scene.ask(is_from_home=True)
    scene.after(0)
    scene.play("message_not_found", "chat.update")
    scene.play(code, "chat.postMessage")

    scene.finish()
    with capture_logs() as lines:
        scene.after(3, 1, 1)

    assert code in codes(lines)
    if meaning is Meaning.TRY_AGAIN:
        scene.stop("chat.postMessage")
        scene.after(10, 1)
        assert told(scene.dms())
    else:
        [untold] = [line for line in lines if line["event"] == "link.notify_failed"]
        assert (untold["codes"], untold["log_level"]) == ([code], "error")
        assert scene.calls("chat.postMessage") == 2  # the link itself, and its ending


BROKEN = [code for code, meaning in known_errors("chat.update").items() if meaning is Meaning.BROKEN_INSTALLATION]


@pytest.mark.parametrize("code", BROKEN)
def test_an_ending_that_a_broken_installation_kept_back_is_told_when_it_is_mended(scene: Scene, code: str) -> None:
    """slack-truth.md 4: a broken installation heals by itself; asked for in the App Home there is no private answer"""
    scene.ask(is_from_home=True)
    scene.after(0)
    scene.play(code, "chat.update", "chat.postMessage")

    # nothing gets through for minutes: tried now and then, and said once
    scene.finish()
    with capture_logs() as lines:
        scene.after(3, *[10] * 18)
    assert 2 <= scene.calls("chat.update") <= 4
    assert codes(lines, "error") == [code]
    assert [line["event"] for line in lines if line["log_level"] == "error"] == [
        "slack.way_closed",
        "link.notify_failed",
    ]

    # somebody installs or allows the app anew
    scene.stop("chat.update", "chat.postMessage")
    scene.after(*[10] * 8)
    assert told(scene.dms())
    tried = scene.calls("chat.update")
    scene.after(*[10] * 8)
    assert scene.calls("chat.update") == tried


@pytest.mark.parametrize("code", documented()["chat.postMessage"])
def test_a_link_that_cannot_be_posted_is_brought_in_the_private_answer(scene: Scene, code: str) -> None:
    """reports.md A4, A5: https://docs.slack.dev/reference/methods/chat.postMessage#errors"""
    meaning = known_errors("chat.postMessage")[code]
    scene.play(code, "chat.postMessage")

    scene.ask()
    with capture_logs() as lines:
        scene.after(0, 1.5)

    [answer] = scene.answers()
    assert "github.com/?state=s1" in answer
    assert "so the link is only here" in answer
    assert code in codes(lines)
    is_error = meaning in (Meaning.BROKEN_INSTALLATION, Meaning.DEFECT)
    assert codes(lines, "error").count(code) == (1 if is_error else 0)
    assert scene.calls("chat.postMessage") == (2 if meaning is Meaning.TRY_AGAIN else 1)
    assert scene.harness.is_idle


@pytest.mark.parametrize("code", documented()["chat.postMessage"])
def test_where_there_is_no_private_answer_the_app_home_says_why_there_is_no_link(scene: Scene, code: str) -> None:
    """reports.md A3: asked for in the App Home"""
    meaning = known_errors("chat.postMessage")[code]
    scene.play(code, "chat.postMessage")

    scene.ask(is_from_home=True)
    with capture_logs() as lines:
        scene.after(0, 1.5)
    if meaning is Meaning.TRY_AGAIN:
        scene.stop("chat.postMessage")
        scene.after(10, 1)

    said = {
        Meaning.OTHER_WAY: ("Type `/connect` in any conversation", [], 1),
        Meaning.DEFECT: ("Something went wrong on my side", ["defect"], 1),
        Meaning.BROKEN_INSTALLATION: ("", ["undeliverable"], 1),
    }
    if meaning is Meaning.TRY_AGAIN:
        assert "github.com/?state=s1" in scene.dms()[0]
        return
    sentence, dead, calls = said[meaning]
    assert sentence in scene.home()
    assert scene.dead() == dead
    assert scene.calls("chat.postMessage") == calls
    assert codes(lines, "error").count(code) == 1
    assert scene.harness.links.pending(MAYA, ["github"]) == {}  # the App Home does not say that a link is out
    assert not scene.harness.redis.exists("slack_app:state:s1")


def test_it_heals_by_itself_when_a_call_works_again(scene: Scene) -> None:
    """slack-truth.md 4: a token that was revoked, and an admin who adds the app again"""
    scene.play("token_revoked", "chat.postMessage", "chat.update")
    scene.ask()
    scene.after(0)
    scene.stop("chat.postMessage", "chat.update")

    scene.harness.enqueue(replace(JOB, id="T1:U0MAYA:2", person=MAYA, response_url="", channel_id=""))
    scene.after(1)

    assert "github.com/?state=s1" in scene.dms()[0]


def test_one_failure_that_passes_costs_nobody_the_message(scene: Scene) -> None:
    """reports.md A5: slackapi/slack-github-action#292"""
    scene.workspace.refusals.limit("chat.postMessage", 1)
    scene.ask()

    scene.after(0, 1.5)

    assert "github.com/?state=s1" in scene.dms()[0]
    assert "so the link is only here" not in scene.answers()[0]


def test_who_would_wait_long_for_the_message_has_the_link_at_once(scene: Scene) -> None:
    """reports.md A5, the other side: Slack says Retry-After 30"""
    scene.workspace.refusals.limit("chat.postMessage", 30)
    scene.ask()

    scene.after(0)

    assert "github.com/?state=s1" in scene.answers()[0]
    assert "so the link is only here" in scene.answers()[0]


def test_thirty_links_that_end_while_slack_is_busy_make_one_call(crowded: Scene) -> None:
    """slack-truth.md 1.12: https://docs.slack.dev/apis/web-api/rate-limits"""
    crowded.ask(is_from_home=True)
    crowded.after(0, 0, 0)
    crowded.workspace.refusals.limit("chat.update", 30)
    crowded.finish()

    # when all end in these seconds
    crowded.after(*[1.0] * 29)
    assert crowded.calls("chat.update") == 1

    # then everybody is told as soon as Slack takes it, with one call for each
    crowded.after(*[1.0] * 60)
    assert all(told(crowded.dms(person)) for person in crowded.people)
    assert crowded.calls("chat.update") == 31


@pytest.mark.parametrize("change", ["removed", "locked"])
def test_a_message_that_is_gone_or_locked_is_followed_by_a_new_one(scene: Scene, change: str) -> None:
    """reports.md A12: denoland/clawpatrol#595"""
    scene.ask(is_from_home=True)
    scene.after(0)
    [message] = [m for m in scene.workspace.messages if m.channel_id == scene.workspace.dm_of(MAYA.user_id)]
    if change == "removed":
        scene.workspace.store.remove(message)
    message.is_locked = True

    scene.finish()
    scene.after(3, 1)

    assert told([scene.dms()[-1]])
    assert scene.dms()[-1] != message.text


def test_a_private_answer_that_fails_for_a_moment_is_given_later_and_once(scene: Scene) -> None:
    """reports.md K3"""
    scene.ask()
    scene.after(0)
    respond = scene.harness.messenger.respond
    failures = [UpstreamError("slack", status=503, retryable=True)]

    def fail_once(place: Any, fact: Any) -> None:
        if failures:
            raise failures.pop()
        respond(place, fact)

    scene.harness.messenger.respond = fail_once  # type: ignore[method-assign]
    scene.finish()
    scene.after(3)
    assert told(scene.dms())
    assert not told(scene.answers())

    scene.after(10, 10)

    assert told(scene.answers())
    assert scene.workspace.calls[-1].method == "chat.update"
    assert scene.calls("response_url") == 2


def test_who_is_an_admin_is_not_known_and_the_log_says_slacks_word_for_it() -> None:
    """slack-truth.md 4: what waiting does not solve is told in our words, of which Slack's is the cause."""
    refusal = UserError("people_unseen")
    refusal.__cause__ = UpstreamError("slack", meaning=Meaning.BROKEN_INSTALLATION, code="missing_scope")

    with capture_logs() as lines:
        assert can_set_up(Mock(can_set_up=Mock(side_effect=refusal)), MAYA) is None

    [line] = [line for line in lines if line["event"] == "role.unknown"]
    assert (line["reason"], line["code"]) == ("people_unseen", "missing_scope")
