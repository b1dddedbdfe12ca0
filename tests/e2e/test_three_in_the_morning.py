"""What goes wrong at night moves the figures of the alert that wakes somebody: real processes, read at `/metrics`."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest
import redis
import requests

from slack_app.demo.clock import FILE, DemoClock
from slack_app.demo.redis_server import free_port
from tests.conftest import running_redis
from tests.deploy.alerts import rules, samples_of, selectors, thresholds
from tests.stage import GENERAL, MAYA, PATIENCE, Stage, on_stage, wait_for

MESSAGES = "chat.postMessage"
OF_A_TOKEN = (MESSAGES, "users.info", "auth.test", "views.publish")
STATES = ("TakesNoCommands", "NoWorker", "WorkerSilent", "JobsWait", "PlatformSilent", "DeadJobs")
COUNTS = ("ClockOff", "TokenRefused", "DirectMessagesFail")


@dataclass
class Night:
    """A web process and a worker, as Prometheus sees them on their `pages`."""

    stage: Stage
    redis: Any
    worker: subprocess.Popen[bytes]
    pages: list[str]

    def figures(self, alert: str, number: int = 0) -> float:
        """Return what the alert's expression reads in this place, of all processes together."""
        selector = selectors(rules()[alert]["expr"])[number]
        pages = [samples_of(requests.get(page, timeout=10).text) for page in self.pages]
        found = [[sample.value for sample in page if selector.matches(sample)] for page in pages]
        if selector.name.endswith(("_total", "_count")):
            return sum(map(sum, found))
        return max((value for values in found for value in values), default=0.0)

    def crosses(self, alert: str, number: int = 0, before: float = 0.0) -> bool:
        """Return whether the figure is beyond the alert's threshold; what is counted since `before`."""
        sign, limit = thresholds(rules()[alert]["expr"])[number]
        value = self.figures(alert, number) - before
        return value > limit if sign == ">" else value < limit


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Night]:
    """People get their links; the scenes follow each other, and each but that without a worker leaves all as it was."""
    with running_redis() as server, on_stage(server.url, tmp_path_factory.mktemp("night") / "app.log") as stage:
        port = free_port()
        worker = stage.start("worker", METRICS_PORT=str(port))
        stage.start_web()
        stage.answer_after("github")
        with redis.Redis.from_url(server.url) as client:
            yield Night(stage, client, worker, [f"{stage.url}/metrics", f"http://127.0.0.1:{port}/metrics"])
            client.config_set("maxmemory", 0)


def test_while_all_is_well_nobody_is_woken(night: Night) -> None:
    assert [name for name in (*STATES, *COUNTS) if night.crosses(f"SlackApp{name}")] == []


def test_slack_refuses_direct_messages_and_people_have_their_links_all_the_same(night: Night) -> None:
    failed, sent = (night.figures("SlackAppDirectMessagesFail", number) for number in (0, 1))
    night.stage.workspace.refusals.play(MESSAGES, "messages_tab_disabled")

    answer = night.stage.answer_after("gitlab")

    night.stage.workspace.refusals.stop(MESSAGES)
    assert "I couldn't message you, so the link is only here" in str(answer.blocks)
    ((_, share),) = thresholds(rules()["SlackAppDirectMessagesFail"]["expr"])
    failed = night.figures("SlackAppDirectMessagesFail", 0) - failed
    assert failed / (night.figures("SlackAppDirectMessagesFail", 1) - sent) > share
    assert not night.crosses("SlackAppTokenRefused")


def test_the_apps_token_was_revoked(night: Night) -> None:
    before = night.figures("SlackAppTokenRefused")
    for method in OF_A_TOKEN:
        night.stage.workspace.refusals.play(method, "token_revoked")

    night.stage.answer_after("notion")

    for method in OF_A_TOKEN:
        night.stage.workspace.refusals.stop(method)
    assert night.crosses("SlackAppTokenRefused", before=before)


def test_the_clock_of_a_web_process_is_off(night: Night) -> None:
    clock = night.stage.log.parent / "clock"
    url = night.stage.workspace.request_url
    process = night.stage.start_web(**{FILE: str(clock)})
    wrong = replace(night, pages=[f"{night.stage.url}/metrics"])
    assert not wrong.crosses("SlackAppClockOff")

    DemoClock(clock).forward(900)
    ack = night.stage.workspace.type_command(user_id=MAYA, channel_id=GENERAL, text="jira")

    assert ack.status == 401
    assert wrong.crosses("SlackAppClockOff")
    process.kill()
    night.stage.workspace.request_url = url


def test_a_worker_hangs_and_the_platform_stalls_for_an_organization(night: Night) -> None:
    """Both take a while to be seen: five beats, and a poll of links that gets no answer within 5 s."""
    hung = night.stage.start("worker")
    wait_for(lambda: night.figures("SlackAppNoWorker") == 2, what="the second worker beats")
    failed = night.figures("SlackAppPlatformSilent", 1)

    hung.send_signal(signal.SIGSTOP)
    night.stage.platform.delays[night.stage.organization_id] = 60

    wait_for(lambda: night.crosses("SlackAppPlatformSilent"), what="a breaker is open")
    assert night.crosses("SlackAppPlatformSilent", 1, before=failed)
    wait_for(lambda: night.crosses("SlackAppWorkerSilent"), what="the worker that hangs is seen")
    assert not night.crosses("SlackAppNoWorker")
    night.stage.platform.delays.clear()
    hung.send_signal(signal.SIGCONT)
    hung.terminate()  # at once, when each of its threads has just begun to move
    assert hung.wait(PATIENCE) == 0
    wait_for(lambda: not night.crosses("SlackAppWorkerSilent"), what="it has ended in order")


def test_no_worker_lives(night: Night) -> None:
    night.worker.terminate()
    night.worker.wait()
    night.pages.pop()

    wait_for(lambda: night.crosses("SlackAppNoWorker"), what="nobody beats")
    assert "longer" in str(night.stage.ask("jira"))


def test_redis_is_full(night: Night) -> None:
    night.redis.config_set("maxmemory", 1)

    assert night.crosses("SlackAppTakesNoCommands")
    assert "I can't take requests right now" in str(night.stage.ask("asana"))

    night.redis.config_set("maxmemory", 0)
    wait_for(lambda: not night.crosses("SlackAppTakesNoCommands"), what="commands are taken again")
