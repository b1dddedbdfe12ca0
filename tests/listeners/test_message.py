"""What people write to the app itself, and what is not kept (tests/e2e/test_message.py has the conversations)."""

from __future__ import annotations

import pytest

from slack_app.features.deliver_link import LinkReady
from slack_app.features.setup import SetupOffer
from slack_app.model.messages import MessageRef
from slack_app.model.users import Role
from slack_app.views.ids import ActionId
from tests.listeners_harness import Slack
from tests.worker_harness import WorkerHarness


@pytest.fixture
def worker() -> WorkerHarness:
    return WorkerHarness()


@pytest.mark.parametrize("text", ["github", "connect github", "/connect github", "link github", "/link github"])
def test_the_command_may_stand_before_the_words_whatever_it_is_called(worker: WorkerHarness, text: str) -> None:
    slack = Slack(worker, command="/link")

    slack.say(text)

    [job] = slack.jobs()
    assert (job.kind, job.connector_type) == ("connect", "github")


def test_setup_is_offered_without_the_excuse_that_it_took_too_long(worker: WorkerHarness) -> None:
    slack = Slack(worker)
    worker.people.roles["U1"] = Role.ADMIN

    slack.say("setup")
    worker.run()

    [job_id] = worker.redis.keys("slack_app:{jobs}:job:*")
    assert job_id.endswith("Ev1"), "an event that Slack sends again is the same job"
    assert worker.messenger.modals == []
    assert worker.messenger.dms == [SetupOffer(is_invited=False)]


@pytest.mark.parametrize("subtype", ["file_share", "thread_broadcast", "me_message"])
def test_what_a_person_writes_in_another_form_is_answered(worker: WorkerHarness, subtype: str) -> None:
    """slack-truth.md 1.8 and 2.4, reports.md B13"""
    slack = Slack(worker)

    slack.say("github", subtype=subtype)

    assert [job.connector_type for job in slack.jobs()] == ["github"]


@pytest.mark.parametrize(
    "event",
    [
        {"user": "USLACKBOT"},
        {"user": "USLACK"},
        {"user": None},
        {"bot_id": "B1"},
        {"subtype": "bot_message", "bot_id": "B1"},
        {"subtype": "message_changed"},
        {"subtype": "message_deleted"},
        {"subtype": "channel_join"},
    ],
)
def test_what_slack_bots_and_edits_say_is_not_answered(worker: WorkerHarness, event: dict[str, str | None]) -> None:
    """slack-truth.md 2.4"""
    slack = Slack(worker)

    assert slack.say("github", **event) == 200

    assert slack.jobs() == []


@pytest.mark.parametrize("text", ["github", "help", "status", "git+hub"])
def test_who_writes_in_a_thread_is_answered_there(worker: WorkerHarness, text: str) -> None:
    """slack-truth.md 2.1, reports.md B13"""
    slack = Slack(worker)

    slack.say(text, thread_ts="1.0")
    worker.run()

    assert set(worker.messenger.dm_threads) == {MessageRef("D1", "1.0")}


def test_a_button_that_stands_in_a_thread_is_answered_there(worker: WorkerHarness) -> None:
    """slack-truth.md 2.1"""
    slack = Slack(worker)
    where = {"type": "message", "is_ephemeral": False, "channel_id": "D1", "message_ts": "1.1", "thread_ts": "1.0"}

    slack.press(ActionId.CONNECT_SUGGESTED, ":github", container=where)
    worker.run()

    [link] = worker.messenger.dms
    assert isinstance(link, LinkReady)
    assert worker.messenger.dm_threads == [MessageRef("D1", "1.0")]


@pytest.mark.parametrize("about", [{}, {"response_url": ""}])
def test_what_is_typed_in_a_thread_of_a_channel_is_never_answered_there(
    worker: WorkerHarness, about: dict[str, str]
) -> None:
    """security.md 5: a link is for one person alone, and everybody in the channel reads the thread."""
    slack = Slack(worker)

    slack.type("github", channel_id="C1", thread_ts="1.0", **about)
    worker.run()

    assert [type(fact) for fact in worker.messenger.dms] == [LinkReady]
    assert worker.messenger.dm_threads == [None]


@pytest.mark.parametrize("action_id", [ActionId.CONNECT_SUGGESTED, ActionId.RENEW_LINK])
@pytest.mark.parametrize("thread", [{}, {"thread_ts": "1.0"}])
@pytest.mark.parametrize("channel_id", ["C1", "G1"])
def test_a_button_that_others_can_see_is_answered_in_the_direct_message(
    worker: WorkerHarness, channel_id: str, thread: dict[str, str], action_id: ActionId
) -> None:
    """security.md 5: neither the thread nor the message itself may show the link."""
    slack = Slack(worker)
    where = {"type": "message", "is_ephemeral": False, "channel_id": channel_id, "message_ts": "1.1", **thread}

    slack.press(action_id, ":gitlab", container=where)
    [job] = slack.jobs()
    worker.run()

    assert (job.message, job.thread) == (None, None)
    assert len(worker.messenger.dms) == 1
    assert (worker.messenger.dm_threads, worker.messenger.edits) == ([None], [])


@pytest.mark.parametrize("text", ["key=ak_live_9f8e7d6c5b4a3210ffee", "/connect api-key=ak_live_9f8e7d6c5b4a3210ffee"])
def test_whoever_gives_their_key_as_a_detail_of_nothing_is_told_where_it_belongs(
    worker: WorkerHarness, text: str
) -> None:
    """security.md 17: a menu would leave it unsaid that others may have read along."""
    slack = Slack(worker)

    slack.say(text)

    [job] = slack.jobs()
    assert (job.kind, job.payload) == ("help.explain", {"reason": "key_typed", "facts": {}})
