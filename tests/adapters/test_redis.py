"""Redis by every kind of address, and no wait without end."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from slack_app.adapters.jobs.consumer import JobConsumer
from slack_app.adapters.jobs.producer import JobProducer
from slack_app.adapters.links.pending import RedisLinks
from slack_app.adapters.links.schedule import RedisSchedule
from slack_app.adapters.links.states import RedisStates
from slack_app.adapters.redis import open_fast, open_patient, redis_errors
from slack_app.adapters.setups import RedisSetups
from slack_app.demo.redis_server import RedisServer, free_port
from slack_app.errors import UpstreamError
from slack_app.features.connect import CONNECT
from slack_app.model.jobs import Job
from slack_app.model.links import Link, Outcome, PendingLink
from slack_app.model.messages import MessageRef
from slack_app.model.users import SlackUser
from slack_app.model.workspaces import Credentials, KeyMode, Setup
from slack_app.ports.links import Begun, Brought
from slack_app.ports.workspaces import Limit
from tests.conftest import running_redis
from tests.failover import watched
from tests.sample_links import steps
from tests.stage import stretched

JOB = Job("T1:U1:1", SlackUser("E1", "T1", "U1"), "C1", "https://hooks.slack.com/x", "github", {}, 1000.0, CONNECT.kind)


@pytest.fixture
def cluster() -> Iterator[str]:
    """A cluster of one node that holds all slots."""
    # The bus stands by default 10,000 above the server's port, which may be beyond the last port there is.
    bus = ("--cluster-port", str(free_port()))
    with running_redis("--cluster-enabled", "yes", "--cluster-config-file", "nodes.conf", *bus) as server:
        client = open_patient(server.url)
        client.execute_command("CLUSTER", "ADDSLOTSRANGE", 0, 16383)
        while "cluster_state:ok" not in str(client.execute_command("CLUSTER", "INFO")):
            time.sleep(0.05)
        yield f"redis+cluster://127.0.0.1:{server.port}"


@pytest.fixture
def sentinel(own_redis: RedisServer, tmp_path: Path) -> Iterator[str]:
    """A sentinel that watches one server."""
    with watched(own_redis, tmp_path) as sentinel:
        yield sentinel.url


def go_the_whole_way(url: str) -> None:
    """Everything that the app does with Redis, once."""
    client = open_patient(url)
    setups, queue = RedisSetups(client, {}), JobProducer(open_fast(url))
    work = JobConsumer(blocking=client, redis=client, consumer="a")
    work.open()
    setups.save(Setup("T1", "org_a"), "1")
    assert setups.for_user(JOB.person) == Setup("T1", "org_a", version=1)
    assert (queue.enqueue(JOB), queue.enqueue(JOB)) == (True, False)
    assert list(work.take_overdue(2000.0)) == [JOB]
    delivery = work.take()
    assert delivery
    assert delivery.job == JOB
    now = time.time()
    link = Link("https://github.com/", "ostate_1", "github.com", "org_a", "clickup", now, now + 600)
    RedisStates(client).remember(link, JOB.person)
    delivery.progress.record_link("9f1c")
    serves_links(client, link)
    work.renew([delivery.entry_id])
    work.retry_at(delivery, 0.0)
    assert work.requeue_due(1.0) == 1
    assert work.take(["E1"]) is None
    delivery = work.take()
    assert delivery
    assert delivery.progress.link_id == "9f1c"
    assert JobConsumer(blocking=client, redis=client, consumer="b", lease_seconds=0).requeue_stale() == 1
    work.wait()
    assert queue.facts()[:3] == (1, 0, {})
    delivery = work.take()
    assert delivery
    work.dead_letter(delivery, "defect")
    assert queue.facts()[:3] == (0, 1, {"connect defect": 1})


def serves_links(client: Any, link: Link) -> None:
    """Every script of the links and their schedule, once; the steps as after a restart, with no script loaded."""
    links, schedule = RedisLinks(client, time.time), RedisSchedule(client, time.time)
    of_link = steps(client, time.time)
    job = replace(JOB, connector_type="clickup", can_replace=True)
    live = PendingLink("9f1c", JOB.person, link, {}, {}, "ABCD1234", explains_key=True)
    credentials, limits = Credentials("org_a", "ak_1", KeyMode.OPERATOR), [Limit("limit_person", "U1", 1, 600)]
    begun = of_link.begin(job, credentials, limits)
    assert begun == Begun(is_key_explained=False)
    client.script_flush()
    assert of_link.begin(job, credentials, limits).refused.keys() == {"limit_person"}
    assert links.take_turn("org_a", "clickup", job)
    links.release_claim("org_a", job)
    assert of_link.publish(live, job, begun, [], is_only=True)
    assert of_link.begin(job, credentials, limits).link_id == "9f1c"
    noted = of_link.note_brought(live, job, MessageRef("D1", "1.1"), link.created_at, is_new=True)
    assert noted == Brought(None, has_ended=False, has_home=False)
    schedule.put(live, link.created_at, is_prioritized=False)
    assert schedule.prioritize("9f1c", JOB.person, is_asked=True)
    assert [link.id for link in schedule.take_due(5)] == ["9f1c"]
    schedule.pause("org_a", 5.0)
    ended = links.mark_finished(live, Outcome.CONNECTED)
    assert ended
    schedule.forget(ended)
    assert links.get("9f1c") is not None


def test_a_cluster_serves_as_well_as_a_single_server(cluster: str) -> None:
    go_the_whole_way(cluster)


def test_a_server_behind_sentinel_serves_too(sentinel: str) -> None:
    go_the_whole_way(sentinel)


def test_a_frozen_server_is_given_up_within_a_second_on_the_way_of_an_acknowledgement(own_redis: RedisServer) -> None:
    client = open_fast(own_redis.url)
    queue = JobProducer(client)
    queue.enqueue(JOB)
    own_redis.freeze()
    began = time.monotonic()

    with pytest.raises(UpstreamError) as caught:
        queue.enqueue(JOB)

    assert time.monotonic() - began < stretched(2.0)
    assert caught.value.retryable


def test_a_defect_is_not_taken_for_an_outage(redis_url: str) -> None:
    client = open_fast(redis_url)
    client.set("slack_app:setups", "garbage")

    with pytest.raises(UpstreamError) as caught, redis_errors():
        client.hgetall("slack_app:setups")

    assert not caught.value.retryable


@pytest.mark.parametrize(
    "key", ["stream", "later", "waiting", "job:T1:U1:1", "line:person:E1", "ring:person", "wake", "dead", "outcomes"]
)
def test_garbage_in_any_key_is_an_error_and_not_a_crash(redis_url: str, key: str) -> None:
    """security.md 16"""
    client = open_patient(redis_url)
    client.set(f"slack_app:{{jobs}}:{key}", "garbage")
    work = JobConsumer(blocking=client, redis=client, consumer="a")

    for step in (
        work.open,
        lambda: JobProducer(client).enqueue(JOB),
        work.take,
        lambda: work.requeue_due(1.0),
        work.requeue_stale,
        work.wait,
    ):
        with suppress(UpstreamError):
            step()
