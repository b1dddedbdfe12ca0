"""What could not be kept is not acknowledged: Slack sends an event again, and shows at a button that it failed."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from slack_app.errors import UpstreamError
from slack_app.model.jobs import Job
from slack_app.views.ids import ActionId, CallbackId
from tests.listeners_harness import Slack
from tests.worker_harness import WorkerHarness

SENT: dict[str, Callable[[Slack], int]] = {
    "app_uninstalled": lambda slack: slack.event(type="app_uninstalled"),
    "tokens_revoked": lambda slack: slack.event(type="tokens_revoked", tokens={"bot": ["B1"]}),
    "team_access_revoked": lambda slack: slack.access("revoked"),
    "team_access_granted": lambda slack: slack.access("granted"),
    "message": lambda slack: slack.say("github"),
    "message with a wrong word": lambda slack: slack.say("github!!"),
    "message for help": lambda slack: slack.say("help"),
    "shortcut": lambda slack: slack.send("shortcut", callback_id=CallbackId.OPEN_MENU),
}


def down(*_args: object, **_kwargs: object) -> bool:
    raise UpstreamError("redis", retryable=True)


BUTTONS = sorted(set(ActionId) - {ActionId.ALLOWED_CONNECTORS})
"""But for a field of a form, which is never pressed."""


@pytest.mark.parametrize("sent", [*SENT, *BUTTONS])
def test_while_redis_is_down_nothing_is_acknowledged_that_was_not_kept(
    sent: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    send = SENT.get(sent) or (lambda slack: slack.press(sent))
    worker = WorkerHarness()
    slack = Slack(worker)
    with monkeypatch.context() as outage:
        outage.setattr(worker.queue, "enqueue", down)
        outage.setattr(worker.schedule, "prioritize", down)

        assert send(slack) == 503

    assert send(slack) == 200


def test_a_defect_is_acknowledged_for_it_would_be_one_the_next_time_too(monkeypatch: pytest.MonkeyPatch) -> None:
    worker = WorkerHarness()

    def broken(_job: Job) -> bool:
        raise ZeroDivisionError

    monkeypatch.setattr(worker.queue, "enqueue", broken)

    assert Slack(worker).say("github") == 200
