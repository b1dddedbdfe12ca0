"""People see who they are to the platform."""

from __future__ import annotations

from dataclasses import replace

import pytest

from slack_app.errors import UserError
from slack_app.features.whoami import Whoami
from slack_app.model.messages import Failure
from slack_app.model.users import Role
from slack_app.model.workspaces import KeyMode, Setup
from tests.worker_harness import JOB, WorkerHarness

ASKED = replace(JOB, kind="whoami.show", connector_type="")


@pytest.fixture
def worker() -> WorkerHarness:
    return WorkerHarness()


def told(worker: WorkerHarness) -> object:
    worker.enqueue(ASKED)
    worker.run()
    assert worker.messenger.dms == []
    return worker.messenger.answers[-1]


def test_a_member_sees_the_organization_and_that_one_key_is_for_all(worker: WorkerHarness) -> None:
    assert told(worker) == Whoami("org_a", KeyMode.OPERATOR, None, Role.MEMBER)


def test_whoever_has_a_key_of_their_own_sees_how_it_ends_and_no_more(worker: WorkerHarness) -> None:
    worker.setups.save(Setup("T1", "org_b", KeyMode.PER_USER), "set up")
    worker.people.roles = {"U1": Role.OWNER}
    assert told(worker) == Whoami("org_b", KeyMode.PER_USER, None, Role.OWNER)

    worker.keys.save(JOB.person, "ak_person_0123456789")
    worker.enqueue(replace(ASKED, id="T1:U1:2"))
    worker.run()

    assert worker.messenger.answers[-1] == Whoami("org_b", KeyMode.PER_USER, "6789", Role.OWNER)


def test_nobody_sees_how_the_key_for_all_ends(worker: WorkerHarness) -> None:
    shared = Setup("T1", "org_b", KeyMode.SHARED)
    worker.setups.save(shared, "set up", sealed_key=worker.keys.seal_shared(shared, "ak_shared_0123456789"))
    worker.keys.save(JOB.person, "ak_person_0123456789")

    assert told(worker) == Whoami("org_b", KeyMode.SHARED, None, Role.MEMBER)


def test_where_nothing_is_set_up_the_role_is_told_all_the_same(worker: WorkerHarness) -> None:
    stranger = replace(ASKED, person=replace(JOB.person, team_id="T9", enterprise_id=None))
    worker.people.roles = {"U1": Role.ADMIN}
    worker.enqueue(stranger)
    worker.run()

    assert worker.messenger.answers == [Whoami("", KeyMode.OPERATOR, None, Role.ADMIN)]


def test_where_slack_does_not_say_who_is_who_the_person_is_told_so(worker: WorkerHarness) -> None:
    worker.people.error = UserError("people_unseen")

    failure = told(worker)

    assert isinstance(failure, Failure)
    assert failure.reason == "people_unseen"
