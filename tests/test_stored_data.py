"""What version 0.1 stored in Redis still works: its jobs, links, requests that wait, setups, keys and installations.

tests/stored/version_0_1.json was written by that version's own code: a job of every kind that it knew, and everything
that its workers left in Redis after links, a link that ended untold, questions to admins and keys.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import fakeredis
import pytest

from slack_app.features.deliver_link import LinkReady
from slack_app.features.key import KeySaved, SealedKey
from slack_app.features.link_messages import Ended
from slack_app.features.setup_check import SetupInput
from slack_app.features.status import NewName, Status
from slack_app.model.jobs import Job
from slack_app.model.links import EphemeralRef, Outcome, PendingLink
from slack_app.model.messages import HomeFilter, MessageRef
from slack_app.model.tasks import all_tasks, task_of
from slack_app.model.tools import Connection
from slack_app.model.users import Role, SlackUser
from slack_app.model.workspaces import Credentials, KeyMode, Setup
from tests.worker_harness import START, WorkerHarness

STORED: dict[str, Any] = json.loads((Path(__file__).parent / "stored" / "version_0_1.json").read_text())
JOBS = [(kind, body) for kind, bodies in STORED["jobs"].items() for body in bodies]
MAYA = SlackUser("E1", "T1", "U1")


@pytest.fixture
def worker() -> WorkerHarness:
    """A worker of today on the Redis of before."""
    redis = fakeredis.FakeRedis(decode_responses=True)
    write: dict[str, Callable[[str, Any], object]] = {
        "string": redis.set,
        "hash": lambda key, value: redis.hset(key, mapping=value),
        "list": lambda key, value: redis.rpush(key, *value),
        "set": lambda key, value: redis.sadd(key, *value),
        "zset": lambda key, value: redis.zadd(key, dict(value)),
        "stream": lambda key, value: [redis.xadd(key, fields, id=id_) for id_, fields in value],
    }
    for entry in STORED["redis"]:
        write[entry["type"]](entry["key"], entry["value"])
    return WorkerHarness(redis, encryption_key=STORED["encryption_key"])


def links(worker: WorkerHarness) -> dict[str, PendingLink]:
    return {live.link.connector_type: live for live in worker.links.of_workspace("T1")}


@pytest.mark.parametrize(("kind", "body"), JOBS, ids=[f"{kind}-{number}" for number, (kind, _) in enumerate(JOBS)])
def test_every_kind_of_job_is_read_whole(kind: str, body: str) -> None:
    before = json.loads(body)
    details = before["details"]

    job = Job.from_json(body)
    task = task_of(job.kind)
    assert task is not None
    typed = task.read_payload(job)

    for field in ("id", "channel_id", "response_url", "connector_type", "parameters", "accepted_at"):
        assert getattr(job, field) == before[field]
    assert job.person == SlackUser(**before["person"])
    assert (job.target_id, job.trigger_id, job.view_id) == tuple(
        details.get(name, "") for name in ("about", "trigger_id", "view_id")
    )
    assert job.message == (MessageRef(**details["dm"]) if "dm" in details else None)
    if task.payload is not None:
        assert isinstance(typed.payload, task.payload)
    assert Job.from_json(job.to_json()) == job


def test_there_is_a_sample_of_every_kind_that_version_0_1_knew() -> None:
    assert {task_of(kind) for kind in STORED["jobs"]} == set(all_tasks()) - {
        task_of("whoami.show"),
        task_of("help.add_admin"),
        task_of("disconnect.notify_owner"),
        task_of("menu.refresh"),
        task_of("uninstall.undo"),
        task_of("person.identify"),
        task_of("connect.chosen"),
        task_of("connection.change"),
        task_of("which.ask"),
        task_of("greet"),
        task_of("greet.first"),
        task_of("admins.open_decline"),
        task_of("admins.decline"),
        task_of("setup.ask_remove"),
    }


def test_what_a_job_carried_stands_in_its_payload() -> None:
    def payloads(kind: str) -> list[Any]:
        task = task_of(kind)
        assert task is not None
        return [task.read_payload(Job.from_json(body)).payload for body in STORED["jobs"][kind]]

    form, part = payloads("set_up")
    assert form == SetupInput(3, "org_a", KeyMode.SHARED, False, ["github"], ["U7"], form.sealed_key)
    assert form.sealed_key.startswith("gAAAA")
    assert part == SetupInput(0, "org_a", KeyMode.SHARED, False, None, [], "")
    assert payloads("name") == [NewName("Work")]
    assert {payload.home_filter for payload in payloads("home")} == {None, HomeFilter("git", "code")}


def test_a_job_of_the_very_first_form_is_a_request_for_a_link() -> None:
    first = {name: value for name, value in json.loads(STORED["jobs"]["connect"][0]).items() if name != "details"}
    del first["word"]

    job = Job.from_json(json.dumps({**first, "v": 1}))

    assert (job.kind, job.connector_type, job.target_id) == ("connect", "github", "")


def test_a_job_that_waited_in_the_queue_is_done(worker: WorkerHarness) -> None:
    worker.run()

    sent = [fact for _, fact in worker.messenger.edits if isinstance(fact, LinkReady)] + worker.messenger.dms
    assert any(isinstance(fact, LinkReady) and fact.live.link.connector_type == "github" for fact in sent)


def test_a_pending_link_is_followed_as_before(worker: WorkerHarness) -> None:
    github = links(worker)["github"]
    assert github.connections_before == {"tcred_1": "2026-01-01T00:00:00Z"}
    assert github.ephemerals == (EphemeralRef("https://hooks.slack.com/commands/x", "C1", START),)
    assert github.link.is_made_with(Credentials("org_a", "ak_default"))

    worker.run()
    worker.poller.finish(github, Outcome.CONNECTED, Connection("tcred_9", "github", "GitHub"))

    assert any(isinstance(fact, Ended) for _, fact in worker.messenger.edits)


def test_who_was_not_told_how_a_link_ended_is_told_now(worker: WorkerHarness) -> None:
    assert links(worker)["gitlab"].outcome is Outcome.CONNECTED
    worker.now += 10

    worker.run()

    told = [fact.live.link.connector_type for _, fact in worker.messenger.edits if isinstance(fact, Ended)]
    assert told == ["gitlab"]


@pytest.mark.parametrize(("before", "now"), [("withdrawn", Outcome.REVOKED), ("unsure", Outcome.UNKNOWN)])
def test_an_outcome_is_known_and_counted_by_its_former_word(worker: WorkerHarness, before: str, now: Outcome) -> None:
    worker.redis.hset("slack_app:{links}:ended", before, 3)

    assert Outcome(before) is now
    assert worker.links.ended()[now] == 3


def test_what_a_tool_needed_to_know_is_filled_in(worker: WorkerHarness) -> None:
    draft = worker.drafts.get("ef79f29cca0ffa36", MAYA)
    assert draft is not None
    assert (draft.name, list(draft.keys)) == ("sharepoint", ["site_name"])
    filled = Job.from_json(STORED["jobs"]["fill"][0])

    worker.enqueue(replace(filled, target_id="ef79f29cca0ffa36", channel_id=""))
    worker.run()

    assert ("org_a", "sharepoint", {"site_name": "Team"}) in worker.platform.asked


def test_a_name_that_was_asked_for_is_kept(worker: WorkerHarness) -> None:
    worker.platform.connected = [Connection("tcred_1", "github", "GitHub")]
    worker.own(*worker.platform.connected, person=MAYA)
    named = Job.from_json(STORED["jobs"]["name"][0])

    worker.enqueue(replace(named, target_id="c51e21b37a37e41a"))
    worker.run()

    assert [connection.label for connection in worker.platform.connected] == ["Work"]
    [status] = [fact for _, fact in worker.messenger.edits if isinstance(fact, Status)]
    assert status.changed is not None


def test_who_waits_for_an_admin_goes_on_when_the_workspace_is_set_up(worker: WorkerHarness) -> None:
    worker.people.roles = {"U7": Role.ADMIN}
    worker.setups.save(Setup("T9", "org_a", configured_by="U7"), "now")
    worker.enqueue(Job.from_json(STORED["jobs"]["fixed"][0]))
    worker.run()
    requester = SlackUser(None, "T9", "U9")
    assert "U9" in worker.messenger.dm_to

    again = Job.from_json(STORED["jobs"]["again"][0])
    worker.enqueue(replace(again, person=requester, target_id=STORED["drafts"]["ask"]))
    worker.run()

    assert worker.platform.asked[-1][:2] == ("org_a", "github")


def test_what_waited_for_a_key_goes_on_and_its_prompt_asks_no_more(worker: WorkerHarness) -> None:
    person = SlackUser(None, "T3", "U4")
    saved = Job.from_json(STORED["jobs"]["key_keep"][0])
    sealed = SealedKey(worker.keys.seal(person, "ak_person_0123456789"))

    worker.enqueue(replace(saved, person=person, target_id=STORED["drafts"]["key"], payload=sealed))
    worker.run()

    assert (MessageRef("D3", "8.8"), KeySaved("org_c", "6789", goes_on=True)) in worker.messenger.edits
    assert worker.platform.asked[-1][:2] == ("org_c", "github")


def test_setups_keys_and_installations_are_there(worker: WorkerHarness) -> None:
    rules = worker.setups.get("T1")
    assert rules == Setup("T1", "org_a", KeyMode.OPERATOR, guests_allowed=False, version=1)
    shared = worker.setups.get("T2")
    assert shared == Setup(
        "T2",
        "org_b",
        KeyMode.SHARED,
        guests_allowed=False,
        allowed_connectors=("github",),
        admin_contacts=("U7",),
        configured_by="U7",
        enterprise_id="E1",
        version=1,
    )
    assert worker.keys.shared(shared) == "ak_shared_0123456789"
    assert worker.keys.get(SlackUser(None, "T3", "U3")) == "ak_person_0123456789"
    kept = worker.installations.for_user(SlackUser("E1", "T2", "U7"))
    assert kept is not None
    assert kept.installation.bot_token == "xoxb-stored"
    assert worker.homes.filter_of(MAYA) == HomeFilter("git", "code")


@pytest.mark.parametrize("body", ["[]", "{}", '{"v":2}', '{"v":2,"word":7}', '{"v":"2"}', "[" * 5000])
def test_what_no_version_wrote_is_no_job(body: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        Job.from_json(body)
