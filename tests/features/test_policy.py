"""How many links a person and an organization may have, and that what did not arrive does not count."""

from __future__ import annotations

from dataclasses import replace

import pytest

from slack_app.errors import UpstreamError
from slack_app.features import policy
from slack_app.model.messages import Failure
from slack_app.model.tools import Connector
from slack_app.model.workspaces import Setup
from tests.worker_harness import JOB, SLACK_REFUSES, WorkerHarness


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch) -> WorkerHarness:
    monkeypatch.setattr(policy, "PERSON_LINKS", 2)
    stage = WorkerHarness()
    stage.platform.connectors = [Connector(name, name) for name in ("aa", "bb", "cc")]
    return stage


def ask(stage: WorkerHarness, tool: str, user_id: str = "U1", number: str = "") -> None:
    person = replace(JOB.person, user_id=user_id)
    stage.enqueue(replace(JOB, id=f"T1:{user_id}:{tool}{number}", person=person, connector_type=tool))
    stage.run()


def links_of_the_organization(stage: WorkerHarness) -> int:
    """How many links the organization is counted for."""
    return int(stage.redis.get("slack_app:limit:limit_organization:org_a"))


def test_beyond_the_limit_the_person_is_told_when_to_come_back_and_others_go_on(stage: WorkerHarness) -> None:
    """security.md 19"""
    for tool in ("aa", "bb", "cc"):
        ask(stage, tool)
    failure = stage.messenger.answers[-1]
    assert isinstance(failure, Failure)
    assert failure.reason == "limit_person"
    assert stage.now < failure.facts["again_at"] <= stage.now + 600

    ask(stage, "cc", "U2")
    assert stage.platform.links == 3


def test_the_same_link_again_is_no_new_one(stage: WorkerHarness) -> None:
    for number in "12345":
        ask(stage, "aa", number=number)
    ask(stage, "bb")

    assert stage.platform.links == 2


def test_a_name_that_no_tool_has_is_not_called_not_offered(stage: WorkerHarness) -> None:
    stage.platform.connectors = [Connector("github", "GitHub"), Connector("gitlab", "GitLab")]
    stage.setups.save(Setup("T1", "org_a", allowed_connectors=("github",)), "set up")

    ask(stage, "gihtub")
    ask(stage, "git lab")

    unknown, not_offered = stage.messenger.answers
    assert isinstance(unknown, Failure)
    assert (unknown.reason, unknown.facts["nearest"]) == ("connector_unknown", {"github": "GitHub"})
    assert isinstance(not_offered, Failure)
    assert (not_offered.reason, not_offered.facts["name"]) == ("connector_not_offered", "GitLab")
    assert stage.platform.asked == []


def test_what_is_offered_is_found_under_a_name_that_nobody_had_read_yet(stage: WorkerHarness) -> None:
    stage.platform.connectors = [Connector("g_hub", "Octo Cat")]
    stage.setups.save(Setup("T1", "org_a", allowed_connectors=("g_hub",)), "set up")

    ask(stage, "octo cat")

    assert stage.platform.asked == [("org_a", "g_hub", {})]


def test_an_organization_has_a_limit_too(stage: WorkerHarness, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(policy, "ORGANIZATION_LINKS", 1)
    ask(stage, "aa", "U1")

    ask(stage, "aa", "U2")

    failure = stage.messenger.answers[-1]
    assert isinstance(failure, Failure)
    assert failure.reason == "limit_organization"
    assert stage.redis.get("slack_app:limit:limit_person:T1:U2") == "0"


def test_what_the_platform_did_not_make_is_given_back(stage: WorkerHarness) -> None:
    stage.platform.error = UpstreamError("platform", status=403)
    for tool in ("aa", "bb"):
        ask(stage, tool)
    stage.platform.error = None
    assert links_of_the_organization(stage) == 0

    for tool in ("aa", "bb"):
        ask(stage, tool, number="2")

    assert stage.platform.links == 2
    assert links_of_the_organization(stage) == 2


def test_what_was_not_delivered_is_given_back_once(stage: WorkerHarness) -> None:
    stage.messenger.dm_error = stage.messenger.answer_error = SLACK_REFUSES
    ask(stage, "aa")
    for _ in range(5):
        stage.now += 60
        stage.run()

    assert stage.redis.get("slack_app:limit:limit_person:T1:U1") == "0"
    assert links_of_the_organization(stage) == 0


def test_a_link_that_another_request_brought_stays_counted_when_it_is_not_delivered_again(
    stage: WorkerHarness,
) -> None:
    ask(stage, "aa")
    stage.messenger.dm_error = stage.messenger.answer_error = SLACK_REFUSES

    ask(stage, "aa", number="2")

    assert stage.redis.get("slack_app:limit:limit_person:T1:U1") == "1"
    assert links_of_the_organization(stage) == 1
