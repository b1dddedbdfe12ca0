"""What people call a tool, and which they mean."""

from __future__ import annotations

from dataclasses import replace

import pytest

from slack_app.errors import UpstreamError
from slack_app.features.change import DisconnectChoice, NotConnected
from slack_app.features.deliver_link import LinkReady
from slack_app.features.greet import Greeting
from slack_app.features.search import lookup, nearest
from slack_app.features.understand import Which
from slack_app.model.messages import Failure
from slack_app.model.tools import Connector
from tests.worker_harness import DOWN, JOB, WorkerHarness

GITHUB, DRIVE, MONDAY = (
    Connector("github", "GitHub"),
    Connector("google_drive", "Google Drive"),
    Connector("monday", "monday.com"),
)
ALL = [GITHUB, DRIVE, MONDAY, Connector("gitlab", "GitLab")]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("github", GITHUB),
        ("GitHub", GITHUB),
        ("git hub", GITHUB),
        ("git-hub", GITHUB),
        ("gh", GITHUB),
        ("google drive", DRIVE),
        ("google-drive", DRIVE),
        ("GOOGLE_DRIVE", DRIVE),
        ("gdrive", DRIVE),
        ("monday.com", MONDAY),
        ("Monday", MONDAY),
        ("githib", None),
        ("drive", None),
        ("", None),
    ],
)
def test_names_are_forgiving(typed: str, meant: Connector | None) -> None:
    assert lookup(typed, ALL) == ([meant] if meant else [])


def test_a_near_miss_has_its_nearest_each_once() -> None:
    assert [connector.name for connector in nearest("githib", ALL)] == ["GitHub", "GitLab"]
    assert nearest("zzzz", ALL) == []


@pytest.fixture
def stage() -> WorkerHarness:
    stage = WorkerHarness()
    stage.platform.connectors = ALL
    return stage


def link(stage: WorkerHarness) -> LinkReady:
    fact = stage.messenger.dms[-1]
    assert isinstance(fact, LinkReady)
    return fact


def test_once_the_list_was_read_links_have_the_tools_own_name(stage: WorkerHarness) -> None:
    stage.catalogue.save("org_a", ALL)

    stage.enqueue(replace(JOB, connector_type="gdrive"))
    stage.run()

    assert stage.platform.asked == [("org_a", "google_drive", {})]
    assert link(stage).live.link.tool == "Google Drive"


def test_before_that_nobody_waits_for_the_list(stage: WorkerHarness) -> None:
    stage.enqueue(replace(JOB, connector_type="google-drive"))
    stage.run()

    assert stage.platform.asked == [("org_a", "google_drive", {})]
    assert link(stage).live.link.tool == "Google Drive"
    stage.finish_behind()
    assert stage.catalogue.connectors("org_a") == ALL


def test_a_name_that_only_the_list_knows_is_found_with_it(stage: WorkerHarness) -> None:
    stage.platform.refuses_all_but = {"github"}

    stage.enqueue(replace(JOB, connector_type="git-hub"))
    stage.run_until(5)

    assert [tool for _, tool, _ in stage.platform.asked] == ["git_hub", "github"]
    assert link(stage).live.link.tool == "GitHub"


def test_the_same_tool_by_another_name_is_the_same_link(stage: WorkerHarness) -> None:
    stage.catalogue.save("org_a", ALL)
    stage.enqueue(replace(JOB, connector_type="github"))
    stage.enqueue(replace(JOB, id="T1:U1:2", connector_type="Git Hub"))

    stage.run_until(3)

    assert stage.platform.links == 1


def test_a_list_that_cannot_be_read_costs_nobody_the_answer(stage: WorkerHarness) -> None:
    stage.platform.error = UpstreamError("platform", status=404)
    stage.platform.catalogue_error = UpstreamError("platform", status=500, retryable=True)

    stage.enqueue(replace(JOB, connector_type="githib"))
    stage.run()

    [failure] = stage.messenger.answers
    assert isinstance(failure, Failure)
    assert (failure.reason, failure.facts["nearest"]) == ("connector_unknown", {})


def test_a_sentence_goes_nowhere(stage: WorkerHarness) -> None:
    """reports.md B12: neither to authorize nor to any other address of the platform"""
    stage.enqueue(replace(JOB, connector_type="my salary is 123000"))
    stage.enqueue(replace(JOB, id="T1:U1:2", connector_type="all my private things", kind="disconnect.ask"))
    stage.enqueue(replace(JOB, id="T1:U1:3", connector_type="my", parameters={"salary": "123000"}))
    stage.run()

    assert (stage.platform.asked, stage.platform.looked_up) == ([], [])
    unclear, choice, unknown = stage.messenger.answers
    assert unclear == Greeting("unclear")
    assert isinstance(choice, DisconnectChoice)
    assert isinstance(unknown, Failure)


def test_who_names_a_tool_in_a_sentence_is_offered_that(stage: WorkerHarness) -> None:
    stage.enqueue(replace(JOB, connector_type="please connect my google drive and my git hub"))
    stage.run()

    assert stage.messenger.answers == [Which({"google_drive": "Google Drive", "github": "GitHub"})]


def test_who_names_a_tool_to_disconnect_in_a_sentence_is_not_offered_to_connect_it(stage: WorkerHarness) -> None:
    stage.enqueue(replace(JOB, connector_type="my github account", kind="disconnect.ask"))
    stage.run()

    assert stage.messenger.answers == [NotConnected("github", "GitHub", can_connect=False)]


def test_a_tool_with_a_long_name_is_found_in_the_list(stage: WorkerHarness) -> None:
    stage.platform.connectors = [*ALL, Connector("gcv", "Google Cloud Vision")]

    stage.enqueue(replace(JOB, connector_type="google cloud vision"))
    stage.run()

    assert stage.platform.asked == [("org_a", "gcv", {})]


def test_what_may_be_a_long_name_waits_until_the_list_can_be_read(stage: WorkerHarness) -> None:
    stage.platform.catalogue_error = DOWN
    stage.platform.connectors = [*ALL, Connector("gcv", "Google Cloud Vision")]

    stage.enqueue(replace(JOB, connector_type="google cloud vision"))
    stage.run()
    assert stage.platform.asked == []
    stage.platform.catalogue_error = None
    stage.now += 10
    stage.run()

    assert stage.platform.asked == [("org_a", "gcv", {})]


def test_a_name_with_details_does_not_depend_on_the_list(stage: WorkerHarness) -> None:
    stage.platform.catalogue_error = DOWN

    stage.enqueue(replace(JOB, connector_type="zendesk", parameters={"subdomain": "acme"}))
    stage.run()

    assert stage.platform.asked == [("org_a", "zendesk", {"subdomain": "acme"})]
