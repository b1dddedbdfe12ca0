"""What could not be kept is not acknowledged: Slack sends an event again, and shows at a button that it failed."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
import requests
from redis import Redis

from slack_app.adapters.jobs.producer import JobProducer
from slack_app.app.web import build_web
from slack_app.config import Settings
from slack_app.demo.redis_server import RedisServer
from slack_app.errors import UpstreamError
from slack_app.model.jobs import Job
from slack_app.stand_ins.slack import Workspace, uninstalled_event
from slack_app.views.ids import ActionId, CallbackId
from tests.listeners_harness import Slack
from tests.serving import serving
from tests.signed_web import SECRET
from tests.stage import wait_for
from tests.worker_harness import WorkerHarness

SENT: dict[str, Callable[[Slack], int]] = {
    "app_uninstalled": lambda slack: slack.event(type="app_uninstalled"),
    "tokens_revoked": lambda slack: slack.event(type="tokens_revoked", tokens={"bot": ["B1"]}),
    "team_access_revoked": lambda slack: slack.access("revoked"),
    "team_access_granted": lambda slack: slack.access("granted"),
    "message": lambda slack: slack.say("github"),
    "message with a wrong word": lambda slack: slack.say("git+hub"),
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


def test_an_event_of_an_outage_is_done_once_when_slack_sends_it_again(own_redis: RedisServer) -> None:
    """slack-truth.md 1.7, reports.md A18"""
    # given a removal of the app that Slack told of while Redis was away, twice
    now = [time.time()]
    workspace = Workspace(signing_secret=SECRET, bot_token="xoxb-1", clock=lambda: now[0])
    event = uninstalled_event(team_id="T0DEMO", at=now[0])
    settings = Settings(slack_signing_secret=SECRET, redis_url=own_redis.url)
    with serving(build_web(settings, with_worker=False)) as url:
        workspace.request_url = f"{url}/slack/events"
        assert workspace.verify_request_url()
        own_redis.kill()
        assert workspace.send_event(event).status == 503

        # when Redis is back, and a minute has passed
        own_redis.start()
        client: Any = Redis.from_url(own_redis.url, decode_responses=True)
        wait_for(lambda: requests.get(f"{url}/readyz", timeout=5).status_code == 200, what="the app has Redis again")
        queue = JobProducer(client)
        assert queue.facts()[0] == 0
        now[0] += 61
        wait_for(lambda: queue.facts()[0] == 1, what="the event is kept")

        # then it is a job once, however often it comes
        assert [workspace.send_event(event).status for _ in range(3)] == [200] * 3
        assert queue.facts()[0] == 1
        client.close()


def test_a_defect_is_acknowledged_for_it_would_be_one_the_next_time_too(monkeypatch: pytest.MonkeyPatch) -> None:
    worker = WorkerHarness()

    def broken(_job: Job) -> bool:
        raise ZeroDivisionError

    monkeypatch.setattr(worker.queue, "enqueue", broken)

    assert Slack(worker).say("github") == 200
