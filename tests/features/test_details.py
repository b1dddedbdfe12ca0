"""Tools that need details: they are asked for, and the request goes on with them by itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from slack_app.errors import UpstreamError
from slack_app.features.deliver_link import LinkReady
from slack_app.features.details import Details
from slack_app.model.jobs import Job
from slack_app.model.links import Authorization
from slack_app.model.messages import Failure
from slack_app.model.tools import Connector
from slack_app.model.workspaces import Credentials
from tests.worker_harness import JOB, PlatformStub, WorkerHarness

SHAREPOINT = replace(JOB, connector_type="SharePoint", trigger_id="1.2.3")
TOO_LATE = UpstreamError("slack", status=200, code="expired_trigger_id")


@pytest.fixture
def stage() -> WorkerHarness:
    stage = WorkerHarness()
    stage.catalogue.save("org_a", [Connector("sharepoint", "SharePoint"), Connector("github", "GitHub")])
    return stage


def asked(stage: WorkerHarness, job: Job = SHAREPOINT) -> Details:
    """Ask for the tool; returns what the person is asked in turn."""
    stage.enqueue(job)
    stage.run()
    details = stage.messenger.answers[-1]
    assert isinstance(details, Details)
    return details


def filled(details: Details, site: str = "Marketing", number: str = "2") -> Job:
    """What comes when the modal is submitted."""
    job = replace(
        JOB, id=f"T1:U1:{number}", kind="details.submit", connector_type="sharepoint", response_url="", channel_id=""
    )
    return replace(job, parameters={"site_name": site}, target_id=details.draft_id, trigger_id="4.5.6")


def test_a_tool_that_needs_details_asks_for_them_before_the_platform_is_asked(stage: WorkerHarness) -> None:
    details = asked(stage)

    assert (details.tool_key, details.name, details.keys) == ("sharepoint", "SharePoint", ("site_name",))
    assert stage.messenger.modals == [details]
    assert stage.platform.asked == []


def test_what_was_filled_in_brings_the_link_where_it_was_asked_for(stage: WorkerHarness) -> None:
    details = asked(stage)

    stage.enqueue(filled(details))
    stage.run()

    assert stage.platform.asked == [("org_a", "sharepoint", {"site_name": "Marketing"})]
    assert isinstance(stage.messenger.dms[-1], LinkReady)
    assert len(stage.messenger.answers) == 2  # the question, and in its place the link


def test_details_that_were_typed_need_no_modal(stage: WorkerHarness) -> None:
    stage.enqueue(replace(SHAREPOINT, parameters={"site_name": "Marketing"}))
    stage.run()

    assert stage.messenger.modals == []
    assert isinstance(stage.messenger.dms[-1], LinkReady)


def test_what_was_typed_beside_the_missing_detail_is_not_lost(stage: WorkerHarness) -> None:
    details = asked(stage, replace(SHAREPOINT, parameters={"tenant": "acme"}))

    stage.enqueue(filled(details))
    stage.run()

    assert stage.platform.asked[-1][2] == {"tenant": "acme", "site_name": "Marketing"}


def test_a_modal_that_came_too_late_leaves_the_button(stage: WorkerHarness) -> None:
    stage.messenger.modal_error = TOO_LATE
    details = asked(stage)
    assert stage.messenger.modals == []

    stage.messenger.modal_error = None
    stage.enqueue(replace(JOB, id="T1:U1:3", kind="details.open", target_id=details.draft_id, trigger_id="7.8.9"))
    stage.run()

    assert stage.messenger.modals == [details]


def test_a_press_that_came_too_late_says_so_and_keeps_the_button(stage: WorkerHarness) -> None:
    details = asked(stage)
    stage.messenger.modal_error = TOO_LATE

    stage.enqueue(replace(JOB, id="T1:U1:3", kind="details.open", target_id=details.draft_id, trigger_id="7.8.9"))
    stage.run()

    assert stage.messenger.answers[-1] == replace(details, was_late=True)


@pytest.mark.parametrize("kind", ["details.open", "details.submit"])
def test_nobody_goes_on_with_the_request_of_somebody_else(stage: WorkerHarness, kind: str) -> None:
    """security.md 6, 7"""
    details = asked(stage)
    other = replace(JOB.person, user_id="U2")

    stage.enqueue(replace(filled(details), kind=kind, person=other))
    stage.run()

    last = stage.messenger.dms[-1]
    assert isinstance(last, Failure)
    assert last.reason == "button_outdated"
    assert stage.platform.asked == []


def test_details_that_the_platform_names_are_asked_for_too(stage: WorkerHarness) -> None:
    stage.platform.error = UpstreamError("platform", status=422, fields={"tenant": ""})

    details = asked(stage, replace(SHAREPOINT, connector_type="github"))

    assert details.keys == ("tenant",)
    assert details.given == {}


def test_a_detail_that_the_platform_refuses_is_asked_for_again_with_what_was_given(stage: WorkerHarness) -> None:
    stage.platform.error = UpstreamError("platform", status=400, fields={"site_name": ""})

    details = asked(stage, replace(SHAREPOINT, parameters={"site_name": "Marketting"}))

    assert (details.keys, details.given) == (("site_name",), {"site_name": "Marketting"})


class Platform(PlatformStub):
    """Takes `count` as a whole number alone."""

    kind = "integer"

    def authorize(self, credentials: Credentials, connector_type: str, parameters: Mapping[str, Any]) -> Authorization:
        answer = super().authorize(credentials, connector_type, parameters)
        if not isinstance(parameters.get("count"), int):
            raise UpstreamError("platform", status=422, fields={"count": self.kind})
        return answer


def test_what_was_typed_is_converted_to_the_kind_that_the_platform_names_and_tried_once() -> None:
    stage = WorkerHarness(platform=Platform)
    stage.catalogue.save("org_a", [Connector("github", "GitHub")])

    stage.enqueue(replace(SHAREPOINT, connector_type="github", parameters={"count": "3", "other": "4"}))
    stage.run()

    assert [call[2] for call in stage.platform.asked] == [{"count": "3", "other": "4"}, {"count": 3, "other": "4"}]
    assert isinstance(stage.messenger.dms[-1], LinkReady)


def test_what_cannot_be_converted_is_asked_for_as_its_kind_and_kept() -> None:
    stage = WorkerHarness(platform=Platform)
    stage.catalogue.save("org_a", [Connector("github", "GitHub")])

    details = asked(stage, replace(SHAREPOINT, connector_type="github", parameters={"count": "many", "other": "4"}))

    assert len(stage.platform.asked) == 1
    assert (details.keys, details.kinds) == (("count",), {"count": "integer"})
    assert details.given == {"count": "many", "other": "4"}

    stage.enqueue(replace(filled(details), connector_type="github", parameters={"count": 3}))
    stage.run()

    assert stage.platform.asked[-1][2] == {"count": 3, "other": "4"}
    assert isinstance(stage.messenger.dms[-1], LinkReady)


def test_a_password_that_the_platform_asks_for_is_not_asked_for_in_slack(stage: WorkerHarness) -> None:
    stage.platform.error = UpstreamError("platform", status=422, fields={"imap_password": "string"})

    stage.enqueue(replace(SHAREPOINT, connector_type="github"))
    stage.run()

    last = stage.messenger.answers[-1]
    assert isinstance(last, Failure)
    assert last.reason == "secret_needed"


def test_asking_again_while_the_link_lives_sends_it_without_asking_for_details(stage: WorkerHarness) -> None:
    stage.enqueue(replace(SHAREPOINT, parameters={"site_name": "Marketing"}))
    stage.run()

    stage.enqueue(replace(SHAREPOINT, id="T1:U1:2"))
    stage.run()

    assert stage.platform.links == 1
    assert len(stage.messenger.dms) == 2


def test_a_tool_chosen_in_a_modal_brings_its_link_by_direct_message(stage: WorkerHarness) -> None:
    stage.enqueue(filled(Details("sharepoint", "SharePoint", ("site_name",))))
    stage.run()

    assert isinstance(stage.messenger.dms[-1], LinkReady)
    assert stage.messenger.answers == []


def test_the_same_details_in_another_order_are_the_same_request(stage: WorkerHarness) -> None:
    for number, parameters in enumerate([{"site_name": "A", "folder": "B"}, {"folder": "B", "site_name": "A"}]):
        stage.enqueue(replace(SHAREPOINT, id=f"T1:U1:o{number}", parameters=parameters))
        stage.run()

    assert len(stage.platform.asked) == 1
