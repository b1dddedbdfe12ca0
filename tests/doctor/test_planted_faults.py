"""Each fault is planted in a sound installation, and the doctor names it, what it means and the next step."""

from __future__ import annotations

import time
from typing import Any

import pytest

from tests.doctor.faults import FAULTS
from tests.doctor.faults.fault import Fault
from tests.doctor.scenes import many, scene
from tests.stage import stretched


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_the_doctor_finds_the_fault_and_nothing_else(fault: Fault, redis_url: str) -> None:
    with (many if fault.of_many else scene)(redis_url) as made:
        fault.plant(made)

        report = made.examine()

    assert report.status == fault.status, report.printed
    if fault.status == 2:
        assert fault.says in report.errors
        assert all(line.startswith("slack-app: ") for line in report.errors.splitlines())
        return
    [found] = [finding for finding in report.findings if fault.says in said(finding)]
    assert fault.step in found["next_step"]
    assert found["is_right"] is (None if fault.is_hint else False)
    assert report.wrong == ([] if fault.is_hint else [*fault.before, said(found), *fault.besides])


def said(finding: dict[str, Any]) -> str:
    return f"{finding['subject']}: {finding['text']}"


def test_more_than_fifty_faults_are_planted() -> None:
    assert len(FAULTS) == len({fault.name for fault in FAULTS}) >= 51


def test_a_report_says_what_was_found_and_the_next_step(redis_url: str) -> None:
    with scene(redis_url) as made:
        made.set(FREDDY_API_KEY="ak_other")

        [wrong] = made.examine().of(is_right=False)

    assert wrong == {
        "subject": "Platform",
        "is_right": False,
        "text": "does not accept the key (401): nobody who is connected with it gets a link",
        "next_step": "Set FREDDY_API_KEY to a key of the platform (Freddy): Settings › API Keys › Create New API Key.",
    }


def test_without_a_network_each_is_asked_once_and_the_reason_is_said_once(redis_url: str) -> None:
    with scene(redis_url) as made:
        nowhere = "http://127.0.0.1:1"
        made.set(SLACK_API_URL=f"{nowhere}/api/", FREDDY_API_URL=nowhere, PUBLIC_URL=nowhere)

        report = made.examine()

    assert len(report.wrong) == 1


@pytest.mark.parametrize("place", [scene, many])
def test_without_redis_nothing_is_said_of_what_stands_there(place: Any, redis_url: str) -> None:
    with place(redis_url) as made:
        made.environment.pop("WORKSPACE_ORGANIZATIONS", None)
        made.set(REDIS_URL="redis://127.0.0.1:1/0")

        report = made.examine()

    assert [finding["subject"] for finding in report.of(is_right=False)] == ["Redis"]
    assert "Mapping" not in {finding["subject"] for finding in report.findings}


def test_it_takes_a_second_where_all_is_well(redis_url: str) -> None:
    with scene(redis_url) as made:
        made.workspace.delay = made.platform.delay = 0.3
        made.set(PUBLIC_URL=made.serve_web(), SLACK_APP_TOKEN="xapp-canary-1")

        began = time.monotonic()
        report = made.examine()
        seconds = time.monotonic() - began

    assert report.wrong == []
    assert seconds < stretched(1.0)
