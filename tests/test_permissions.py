"""Who may do what holds at every door: each kind of job, each role (security.md 6 and 23)."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn

import fakeredis
import pytest
from slack_sdk import WebClient

from slack_app.adapters.people import SlackPeople
from slack_app.errors import UpstreamError, UserError
from slack_app.features.menu import Menu, MenuLoading
from slack_app.features.policy import Policy
from slack_app.model.jobs import Job
from slack_app.model.messages import Failure
from slack_app.model.tasks import Permission, Reply, Task, all_tasks, task_of
from slack_app.model.tools import Connection
from slack_app.model.users import Membership, Role
from slack_app.model.workspaces import KeyMode, Setup
from tests.worker_harness import JOB, PlatformStub, WorkerHarness

SECURITY = Path(__file__).parents[1] / "docs" / "security.md"
USERS: dict[str, dict[str, Any]] = {
    "owner": {"is_owner": True, "is_admin": True},
    "admin": {"is_admin": True},
    "member": {},
    "guest": {"is_restricted": True},
    "single-channel guest": {"is_restricted": True, "is_ultra_restricted": True},
    "deactivated": {"deleted": True, "is_admin": True},
    "bot": {"is_bot": True},
    "stranger": {"team_id": "T2"},
}
"""As Slack describes them: https://docs.slack.dev/reference/objects/user-object"""
STRANGERS = ("deactivated", "bot", "stranger")
ROLES = [*USERS, "unknown"]
"""Of whom is unknown Slack does not say who they are, because a scope is missing."""
SAMPLES: dict[str, str] = {
    task.kind: bodies[0]
    for kind, bodies in json.loads((Path(__file__).parent / "stored" / "version_0_1.json").read_text())["jobs"].items()
    if (task := task_of(kind))
}


def sample_of(task: Task, now: float) -> Job[Any]:
    """Return a job of the kind, as version 0.1 wrote it; of a kind that came later, one that carries nothing."""
    job = Job.from_json(SAMPLES[task.kind]) if task.kind in SAMPLES else task.job("T1:U1:1", JOB.person, now)
    return replace(job, person=JOB.person, accepted_at=now)


class Slack(WebClient):
    """Knows one person."""

    def __init__(self, role: str) -> None:
        super().__init__()
        self.role = role

    def users_info(self, **_: Any) -> Any:
        if self.role == "unknown":
            raise UpstreamError("slack", code="missing_scope")
        return {"user": {"id": "U1", "team_id": "T1", **USERS[self.role]}}

    def users_list(self, **_: Any) -> Any:
        return {"members": []}


class UntouchedPlatform(PlatformStub):
    """Fails as soon as it is asked for anything."""

    def _asked(self, *_: Any, **__: Any) -> NoReturn:
        raise AssertionError("the platform was asked")

    authorize = catalogue = accounts = connections = connections_of = _asked
    is_healthy = switch = rename = complete = disconnect = _asked


def is_allowed(task: Task, role: str, *, guests_allowed: bool) -> bool:
    """Ask the policy, with everything between it and Slack's answer."""
    harness = WorkerHarness()
    harness.setups.save(Setup("T1", "org_a", guests_allowed=guests_allowed), "set up")
    redis = fakeredis.FakeRedis(decode_responses=True)
    people = SlackPeople(lambda _: Slack(role), redis, lambda _: ("E1", "T1"), lambda _: None)
    try:
        policy = Policy(harness.setups, people, harness.limits)
        person = JOB.person
        if task.permission is not Permission.SYSTEM:
            person = policy.identify(person, Membership.UNSTATED)
        policy.check(task, person)
    except UserError:
        return False
    return True


def table() -> str:
    """Return what the policy says of each kind of job and each role, as docs/security.md has it."""
    lines = ["| kind of job | " + " | ".join(ROLES) + " |", "| --- |" + " --- |" * len(ROLES)]
    verdicts: dict[Permission, list[str]] = {}
    for task in sorted(all_tasks(), key=lambda task: task.kind):
        if task.permission not in verdicts:
            verdicts[task.permission] = [
                {2: "yes", 1: "where guests may", 0: "no"}[
                    sum(is_allowed(task, role, guests_allowed=allowed) for allowed in (True, False))
                ]
                for role in ROLES
            ]
        cells = verdicts[task.permission]
        if task.permission is Permission.SYSTEM:
            cells = ["no person asks for it"] + [""] * (len(ROLES) - 1)
        lines.append(f"| `{task.kind}` | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def test_the_table_of_jobs_and_roles_stands_in_the_documentation() -> None:
    assert table() in SECURITY.read_text(), f"put this into docs/security.md:\n{table()}"


@pytest.mark.parametrize("task", list(all_tasks()), ids=lambda task: task.kind)
@pytest.mark.parametrize("role", ROLES)
def test_each_role_may_what_the_permission_says(task: Task, role: str) -> None:
    everybody = dict.fromkeys(ROLES, True)
    ours = {role: role not in STRANGERS for role in ROLES}
    admins = {role: role in ("owner", "admin") for role in ROLES}
    members = {role: role in ("owner", "admin", "member") for role in ROLES}
    expected = {
        Permission.ANYBODY: (ours, ours),
        Permission.SYSTEM: (everybody, everybody),
        Permission.ADMIN: (admins, admins),
        Permission.CONNECT: (ours, members),
    }[task.permission]

    for guests_allowed, verdict in zip((True, False), expected, strict=True):
        assert is_allowed(task, role, guests_allowed=guests_allowed) is verdict[role]


@pytest.mark.parametrize(
    "task", [t for t in all_tasks() if t.permission is Permission.CONNECT], ids=lambda task: task.kind
)
@pytest.mark.parametrize("key_mode", [KeyMode.OPERATOR, KeyMode.PER_USER])
def test_a_guest_who_may_not_connect_reads_and_changes_nothing(task: Task, key_mode: KeyMode) -> None:
    """security.md 6, 23"""
    worker = WorkerHarness(platform=UntouchedPlatform)
    worker.setups.save(Setup("T1", "org_a", key_mode, guests_allowed=False), "set up")
    worker.people.roles = {"U1": Role.GUEST}
    worker.catalogue.save_accounts(JOB.person, [Connection("", "github", "GitHub", "boss@example.com")])
    worker.enqueue(sample_of(task, worker.now))
    worker.run()

    said = [*worker.messenger.answers, *worker.messenger.dms]
    said += [fact for _, fact in [*worker.messenger.edits, *worker.messenger.updates, *worker.messenger.homes]]
    is_told = task.reply is not Reply.NONE  # of what nobody asked for nobody waits to hear
    assert [fact.reason for fact in said if isinstance(fact, Failure)] == ["guests_not_allowed"] * is_told
    assert "boss@example.com" not in repr(said)
    assert worker.keys.get(JOB.person) is None


@pytest.mark.parametrize(
    "task", [t for t in all_tasks() if t.permission is Permission.ADMIN], ids=lambda task: task.kind
)
@pytest.mark.parametrize("role", [Role.MEMBER, Role.GUEST])
def test_whoever_is_no_admin_changes_nothing_of_the_workspace(task: Task, role: Role) -> None:
    """security.md 6, 8"""
    worker = WorkerHarness(platform=UntouchedPlatform)
    setup = Setup("T1", "org_a", KeyMode.SHARED, allowed_connectors=("github",))
    worker.setups.save(setup, "set up", sealed_key=worker.keys.seal_shared(setup, "ak_shared_0123456789"))
    worker.people.roles = {"U1": role, "U7": Role.ADMIN}
    before = worker.setups.get("T1")

    worker.enqueue(replace(sample_of(task, worker.now), membership=Membership.STATED))
    worker.run()

    said = [*worker.messenger.answers, *worker.messenger.dms, *(fact for _, fact in worker.messenger.updates)]
    assert [(fact.reason, fact.facts) for fact in said if isinstance(fact, Failure)] == [
        ("not_admin", {"admins": ["U7"]})
    ]
    assert worker.setups.get("T1") == before


@pytest.mark.parametrize(
    "task",
    [t for t in all_tasks() if t.permission in (Permission.ADMIN, Permission.CONNECT)],
    ids=lambda task: task.kind,
)
def test_who_is_none_of_ours_is_told_nothing_whatever_their_request_says(task: Task) -> None:
    """security.md 23, 25: neither who the admins are, nor what the rule is; and no admin reads of them."""
    worker = WorkerHarness(platform=UntouchedPlatform)
    worker.setups.save(Setup("T1", "org_a", guests_allowed=False), "set up")
    worker.people.roles = {"U1": Role.NONE, "U7": Role.ADMIN}

    worker.enqueue(replace(sample_of(task, worker.now), membership=Membership.STATED))
    worker.run()

    messenger = worker.messenger
    said = [messenger.answers, messenger.dms, messenger.updates, messenger.homes, messenger.edits]
    assert said == [[]] * 5
    assert worker.audit.last(9) == []


@pytest.mark.parametrize("guests_allowed", [True, False])
def test_what_is_shown_before_the_role_is_known_holds_no_account_where_guests_may_not_connect(
    guests_allowed: bool,
) -> None:
    worker = WorkerHarness()
    worker.setups.save(Setup("T1", "org_a", guests_allowed=guests_allowed), "set up")
    worker.catalogue.save("org_a", worker.platform.connectors)
    worker.catalogue.save_accounts(JOB.person, [Connection("", "github", "GitHub", "boss@example.com")])

    at_once, suggested = worker.choice.at_once(JOB.person), worker.choice.matching(JOB.person, "git")

    assert isinstance(at_once, Menu if guests_allowed else MenuLoading)
    assert [connector.name for connector in suggested.connectors] == ["github", "gitlab"]
    assert ("boss@example.com" in repr((at_once, suggested))) is guests_allowed


def test_a_member_gets_the_menu_where_guests_may_not_connect() -> None:
    worker = WorkerHarness()
    worker.setups.save(Setup("T1", "org_a", guests_allowed=False), "set up")
    worker.catalogue.save("org_a", worker.platform.connectors)
    worker.catalogue.save_accounts(JOB.person, [])

    worker.enqueue(replace(JOB, kind="menu.show", connector_type=""))
    worker.run()

    [menu] = worker.messenger.answers
    assert isinstance(menu, Menu)


def test_a_kind_of_job_cannot_be_declared_without_a_decision() -> None:
    undecided: Callable[..., Task] = Task

    with pytest.raises(TypeError, match="permission"):
        undecided("undecided")
