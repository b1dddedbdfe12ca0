"""The app was removed: which jobs come of Slack's events."""

from __future__ import annotations

from dataclasses import asdict

import pytest

from slack_app.features.uninstall import RESTORE, UNINSTALL, Uninstalled
from slack_app.model.users import SlackUser
from tests.listeners_harness import Slack
from tests.worker_harness import WorkerHarness


def test_each_workspace_that_leaves_its_grids_installation_is_a_job() -> None:
    """slack-truth.md 2.4: team_access_revoked names several, and in the envelope none."""
    slack = Slack(worker := WorkerHarness())

    assert slack.access("revoked", "T1", "T2") == 200

    assert slack.tasks() == [UNINSTALL, UNINSTALL]
    assert [job.person for job in slack.jobs()] == [SlackUser("E1", "T1", ""), SlackUser("E1", "T2", "")]
    left = asdict(Uninstalled(worker.now, is_org_wide=False, is_grid_kept=True))
    assert [job.payload for job in slack.jobs()] == [left] * 2


def test_each_workspace_that_joins_it_again_is_a_job() -> None:
    """slack-truth.md 2.4"""
    slack = Slack(WorkerHarness())

    assert slack.access("granted", "T1", "T2") == 200

    assert slack.tasks() == [RESTORE, RESTORE]


@pytest.mark.parametrize(
    "authorizations",
    [
        [{"enterprise_id": "E1", "team_id": "T1", "is_enterprise_install": False}],
        [{"enterprise_id": "E1", "team_id": "T1", "is_enterprise_install": "false"}],
        [
            {"enterprise_id": "E1", "team_id": None, "is_enterprise_install": True},
            {"enterprise_id": "E1", "team_id": "T1", "is_enterprise_install": False},
        ],
    ],
)
def test_a_workspace_that_removes_the_app_ends_no_installation_of_a_grid(authorizations: list[object]) -> None:
    slack = Slack(WorkerHarness())

    slack.event({"enterprise_id": "E1", "authorizations": authorizations}, type="app_uninstalled")

    [job] = slack.jobs()
    assert (job.person.team_id, job.payload["is_org_wide"]) == ("T1", False)


@pytest.mark.parametrize("is_org_wide", [True, "true"])
def test_a_grid_that_removes_the_app_ends_its_installation(is_org_wide: object) -> None:
    slack = Slack(WorkerHarness())
    granted = {"enterprise_id": "E1", "team_id": None, "is_enterprise_install": is_org_wide}

    slack.event({"enterprise_id": "E1", "authorizations": [granted]}, type="app_uninstalled")

    [job] = slack.jobs()
    assert (job.person.team_id, job.payload["is_org_wide"]) == ("E1", True)
