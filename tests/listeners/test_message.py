"""What people write to the app itself, and what is not kept (tests/e2e/test_message.py has the conversations)."""

from __future__ import annotations

import pytest

from slack_app.features.setup import SetupOffer
from slack_app.model.users import Role
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
