"""What is kept of somebody is found under every kind of key, given out without secrets, and forgotten."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import Any

import pytest

from slack_app.adapters.jobs.consumer import GROUP
from slack_app.adapters.jobs.inspection import JobInspection
from slack_app.adapters.jobs.producer import JobProducer
from slack_app.adapters.kept import TREATMENTS, Subject, name_of
from slack_app.adapters.kept.export import export
from slack_app.adapters.kept.forgetting import Forgetting, Forgotten
from slack_app.adapters.kept.search import BATCH
from slack_app.adapters.redis import open_fast
from slack_app.adapters.setups import RedisSetups
from slack_app.demo.redis_server import free_port
from slack_app.model.workspaces import KeyMode, Setup
from tests.adapters.test_jobs import job, take, work
from tests.conftest import running_redis
from tests.contents import contents
from tests.kept_keys import names
from tests.stage import wait_for

MAYA = Subject(frozenset(["U1"]), is_person=True)


def forget(client: Any, subject: Subject = MAYA, sleep: Any = lambda _seconds: None) -> Forgotten:
    return Forgetting(client, JobInspection(client, lambda: 0.0), sleep).forget(subject)


def counted(counts: list[int], remove: Any, key: str, *parts: str) -> Any:
    counts.append(len(parts))
    return remove(key, *parts)


def test_every_kind_of_key_says_what_is_done_with_it_when_somebody_is_forgotten() -> None:
    """security.md 15: whoever adds a kind of key decides that here"""
    assert sorted(TREATMENTS) == sorted(names())


@pytest.mark.parametrize("name", list(TREATMENTS))
def test_each_key_is_known_by_its_kind(name: str) -> None:
    key = "slack_app:" + name.replace("<", "x").replace(">", "x")

    assert name_of(key) == name


@pytest.mark.parametrize("kind", ["string", "hash", "set", "zset", "list", "stream"])
def test_of_what_is_several_peoples_only_theirs_leaves(client: Any, kind: str) -> None:
    of_maya, of_others = '{"person": ["E1", "T1", "U1"]}', '{"person": ["E1", "T1", "U10"]}'
    for number, value in enumerate([of_maya, of_others]):
        key = "slack_app:new-kind"
        match kind:
            case "string":
                client.set(f"{key}:{number}", value)
            case "hash":
                client.hset(key, str(number), value)
            case "set":
                client.sadd(key, value)
            case "zset":
                client.zadd(key, {value: 1})
            case "list":
                client.rpush(key, value)
            case "stream":
                client.xadd(key, {"a": value})

    forgotten = forget(client)

    assert (forgotten.counts.total(), forgotten.is_all) == (1, True)
    left = contents(client)
    assert "'U10'" in left.replace('"', "'")
    assert "'U1'" not in left.replace('"', "'")


def test_what_is_long_is_read_and_removed_piece_by_piece(client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Redis does one command at a time, and web has to answer Slack meanwhile."""
    stream, removed = "slack_app:use:{slack_app:audit}", list[int]()
    with client.pipeline(transaction=False) as pipe:
        for number in range(4 * BATCH + 2):
            pipe.xadd(stream, {"who": "U1" if number % 2 else "U2"})
        pipe.sadd("slack_app:new-kind", *(f"U1:{number}" for number in range(2 * BATCH + 1)))
        pipe.execute()
    for name in ("xdel", "srem"):
        monkeypatch.setattr(client, name, partial(counted, removed, getattr(client, name)))

    forgotten = forget(client)

    assert forgotten.is_all
    assert client.keys("slack_app:*") == [stream]
    assert {fields["who"] for _, fields in client.xrange(stream)} == {"U2"}
    assert sorted(removed) == [1, 1, BATCH, BATCH, BATCH, BATCH]


def test_a_set_up_stays_without_the_name_of_who_made_it(client: Any) -> None:
    setups = RedisSetups(client, {})
    made = Setup("T1", "org_a", KeyMode.SHARED, admin_contacts=("U1", "U2"), configured_by="U1")
    setups.save(made, "T1:U1:5:setup", sealed_key="sealed")

    forgotten = forget(client)

    assert forgotten.is_all
    assert "U1" not in contents(client)
    setup = RedisSetups(client, {}).get("T1")
    assert setup
    assert (setup.organization_id, setup.configured_by, setup.admin_contacts) == ("org_a", "", ("U2",))
    assert setup.version > made.version + 1
    assert setups.sealed_key("T1") == "sealed"


def test_in_one_workspace_only_what_is_of_it_is_forgotten(client: Any) -> None:
    for place in ("T1", "T2"):
        client.set(f"slack_app:home::{place}:U1", "{}")

    forget(client, Subject(frozenset(["U1"]), is_person=True, places=frozenset(["T1"])))

    assert client.keys("slack_app:*") == ["slack_app:home::T2:U1"]


def test_a_job_that_is_being_done_is_waited_for_and_what_it_leaves_is_forgotten(client: Any) -> None:
    JobProducer(client).enqueue(job())
    worker = work(client)
    held = [take(worker)]
    slept: list[float] = []

    def finish(seconds: float) -> None:
        slept.append(seconds)
        if held:
            worker.finish(held.pop(), "link_sent")

    forgotten = forget(client, sleep=finish)

    assert (forgotten.is_all, forgotten.in_hand, len(slept)) == (True, 0, 2)
    assert "U1" not in contents(client)


def test_a_job_that_does_not_end_is_said_to_be_left(client: Any) -> None:
    JobProducer(client).enqueue(job())
    take(work(client))

    forgotten = forget(client)

    assert (forgotten.is_all, forgotten.in_hand > 0) == (False, True)
    assert client.xpending("slack_app:{jobs}:stream", GROUP)["pending"] == 1


def test_what_is_given_out_holds_nothing_that_opens_anything(client: Any) -> None:
    """security.md 15"""
    state = {"team_id": "T1", "user_id": "U1", "connector_type": "github"}
    client.set("slack_app:state:ostate_canary", json.dumps(state))
    client.hset("slack_app:keys::T1", "U1", "gAAAAAB" + "canary-" * 20)
    JobProducer(client).enqueue(job())

    found = {record["kind"]: record for record in export(client, MAYA)}

    assert found["state:<state>"]["value"] == state
    assert found["keys:<enterprise>:<team>"]["value"] == {"U1": "[hidden]"}
    assert found["{jobs}:job:<id>"]["value"]["body"]["parameters"] == {"site_name": "Team “Märketing”"}
    assert "canary" not in json.dumps(list(found.values()))
    assert "hooks.slack.com" not in json.dumps(list(found.values()))


def test_nothing_of_a_colleagues_is_given_out(client: Any) -> None:
    """security.md 15"""
    own = {"tool_key": "github", "account": "maya@example.com", "owner_id": ""}
    of_maya = {**own, "owner_id": "U1"}
    of_leon = {"tool_key": "github", "account": "leon@example.com", "owner_id": "U2"}
    client.set("slack_app:connected::T1:U1", json.dumps([own, of_leon]))
    client.set("slack_app:connected::T1:U7", json.dumps([of_maya, of_leon]))
    client.set("slack_app:admins::T1", json.dumps({"of_workspace": {"U1": "owner", "U2": "admin"}, "of_grid": ["U2"]}))

    found = {record["key"]: record["value"] for record in export(client, MAYA)}

    assert found == {
        "connected::T1:U1": [own],
        "connected::T1:U7": [of_maya],
        "admins::T1": {"of_workspace": {"U1": "owner"}, "of_grid": []},
    }


@contextmanager
def cluster_of_two() -> Iterator[str]:
    """A cluster of two primaries that share the slots."""
    with ExitStack() as stack:
        servers = []
        for slots in ((0, 8191), (8192, 16383)):
            bus = ("--cluster-port", str(free_port()))
            options = ("--cluster-enabled", "yes", "--cluster-config-file", f"nodes{slots[0]}.conf", *bus)
            server = stack.enter_context(running_redis(*options))
            client = stack.enter_context(open_fast(server.url))
            client.execute_command("CLUSTER", "ADDSLOTSRANGE", *slots)
            servers.append((server.port, int(bus[1]), client))
        (_, _, first), (port, bus_port, _) = servers
        first.execute_command("CLUSTER", "MEET", "127.0.0.1", port, bus_port)
        for *_, client in servers:
            wait_for(lambda client=client: "cluster_state:ok" in str(client.execute_command("CLUSTER", "INFO")))  # type: ignore[misc]
        yield f"redis+cluster://127.0.0.1:{servers[0][0]}"


def test_on_a_cluster_all_primaries_are_searched() -> None:
    with cluster_of_two() as url:
        client = open_fast(url)
        for number in range(20):
            client.set(f"slack_app:home::T{number}:U1", "{}")
            client.set(f"slack_app:home::T{number}:U2", "{}")
        JobProducer(client).enqueue(job())
        work(client)

        forgotten = forget(client)

        assert (forgotten.counts["home:<person>"], forgotten.counts["{jobs}:job:<id>"]) == (20, 1)
        left = sorted(client.scan_iter())
        assert len(left) >= 20
        assert not [key for key in left if "U1" in key]
