"""The buttons of a link's message that have it polled first."""

from __future__ import annotations

from slack_app.features.deliver_link import LinkReady
from slack_app.model.messages import Failure
from slack_app.views.ids import ActionId
from tests.listeners_harness import Slack
from tests.worker_harness import WorkerHarness


def test_check_now_has_the_persons_own_link_polled_first() -> None:
    worker = WorkerHarness()
    slack = Slack(worker)
    worker.enqueue()
    worker.run()
    [fact] = worker.messenger.dms
    assert isinstance(fact, LinkReady)

    slack.press(ActionId.CHECK_LINK, f"{fact.live.id}:github", enterprise={"id": "E1"})

    assert slack.jobs() == []
    live = worker.links.get(fact.live.id)
    assert live is not None
    assert live.check_requested_at == worker.now


def test_check_now_on_a_link_that_is_over_or_somebody_elses_says_so() -> None:
    worker = WorkerHarness()
    slack = Slack(worker)

    slack.press(ActionId.CHECK_LINK, "0123456789abcdef:github")
    worker.run()

    [failure] = worker.messenger.answers
    assert isinstance(failure, Failure)
    assert failure.reason == "button_outdated"


def test_opening_a_link_that_is_over_is_not_answered_for_the_browser_shows_what_became_of_it() -> None:
    worker = WorkerHarness()
    slack = Slack(worker)

    slack.press(ActionId.OPEN_LINK, "0123456789abcdef:github")

    assert slack.jobs() == []
