"""Nobody does the work, or it comes to nothing."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import replace

from slack_app.adapters.jobs import DEAD
from slack_app.adapters.jobs.consumer import JobConsumer
from slack_app.adapters.jobs.producer import JobProducer
from slack_app.errors import UpstreamError
from slack_app.model.workspaces import Credentials
from tests.doctor.faults.fault import Fault, Plant
from tests.doctor.scenes import Scene
from tests.stage import API_KEY
from tests.worker_dependencies import dependencies
from tests.worker_harness import JOB


def nobody_works(scene: Scene) -> None:
    scene.redis.delete("slack_app:{jobs}:workers")
    scene.enqueue()


def late(scene: Scene) -> None:
    JobProducer(scene.redis).enqueue(replace(JOB, accepted_at=time.time() - 600))


def tried_in_vain(scene: Scene) -> None:
    JobProducer(scene.redis).enqueue(replace(JOB, accepted_at=time.time() - 300))
    consumer = JobConsumer(blocking=scene.redis, redis=scene.redis, consumer="w1")
    consumer.open()
    delivery = consumer.take()
    assert delivery
    consumer.retry_at(delivery, time.time() + 60)


def dead(reason: str) -> Plant:
    return lambda scene: scene.redis.xadd(DEAD, {"id": "T1:U1:1", "reason": reason})


def other_command(scene: Scene) -> None:
    scene.set(SLACK_COMMAND="/link")
    scene.serve_web()
    ack = scene.workspace.type_command(user_id="U0MAYA", channel_id="C0GENERAL", text="github")
    assert ack.status == 404


def other_hosts(scene: Scene) -> None:
    scene.set(AUTHORIZATION_HOSTS="github.com")
    deps = dependencies(scene.environment)
    with suppress(UpstreamError):
        deps.platform.authorize(Credentials("org_demo", API_KEY), "github", {})


def written_over(scene: Scene) -> None:
    scene.redis.set("slack_app:{jobs}:stream", "of somebody else")


FAULTS = [
    Fault("somebody else writes under our keys", written_over, "Workers: cannot be read", "redis-cli type KEY"),
    Fault("no worker while jobs wait", nobody_works, "no worker lives, and jobs wait (1)", "Start slack-app worker"),
    Fault("workers that do not keep up", late, "1 worker, but a job waits for 10 minutes", "Start more workers"),
    Fault("links that are tried in vain", tried_in_vain, "1 are tried again and again, the first for 5", "job.outage"),
    Fault("jobs that could not be done", dead("defect"), "1 could not be done", "slack-app jobs retry JOB"),
    Fault("people who could not be told", dead("undeliverable"), "(undeliverable 1)", "slack-app doctor --to U…"),
    Fault(
        "another command than the manifest's",
        other_command,
        "Command: /connect is what Slack sent",
        "SLACK_COMMAND=/connect",
    ),
    Fault("links that no host allows", other_hosts, "Links: led to 127.0.0.1", "add it to AUTHORIZATION_HOSTS"),
]
