"""The app was removed: which jobs come of Slack's events."""

from __future__ import annotations

from dataclasses import asdict

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
