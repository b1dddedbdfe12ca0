"""Two organizations, and the platform stalls for one of them: real processes, real HTTP."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from slack_app.adapters.jobs import job_key
from slack_app.adapters.links.schedule import RedisSchedule
from slack_app.adapters.redis import open_patient
from slack_app.model.workspaces import Credentials
from tests.e2e.connecting import allow
from tests.sample_links import MAYA as PERSON
from tests.sample_links import job, live, publish
from tests.stage import Stage, on_stage, wait_for

STALLED, LINKS, PEOPLE = "org_stalled", 40, 6


@pytest.fixture
def stage(redis_url: str, tmp_path: Path) -> Iterator[Stage]:
    with on_stage(redis_url, tmp_path / "app.log", people=PEOPLE) as stage:
        stage.environment["WORKSPACE_ORGANIZATIONS"] = f"T0DEMO=org_demo,T0STALLED={STALLED}"
        stage.platform.delay = 0.2
        stage.platform.delays[STALLED] = 3600.0
        yield stage


def publish_links(redis_url: str) -> None:
    """Have 40 links of people of the organization out for which the platform stalls."""
    client = open_patient(redis_url)
    schedule = RedisSchedule(client, time.time)
    now = time.time()
    for number in range(LINKS):
        person = replace(PERSON, enterprise_id=None, team_id="T0STALLED", user_id=f"U{number}")
        made = live(f"stalled{number}", person, organization_id=STALLED)
        link = replace(
            made.link,
            created_at=now,
            expires_at=now + 600,
            fingerprint=Credentials(STALLED, "").fingerprint,
        )
        publish(client, replace(made, link=link), job(person), clock=time.time)
        client.delete(job_key(job(person).id))  # of a job that nobody has enqueued
        schedule.put(replace(made, link=link), now, is_prioritized=False)
    client.close()


def test_who_finishes_is_told_within_15_s_while_anothers_platform_stalls(stage: Stage) -> None:
    publish_links(stage.environment["REDIS_URL"])
    stage.start_web()
    stage.start("worker")
    people = [f"U{number:05}" for number in range(PEOPLE)]
    for user_id in people:
        stage.ask("github", user_id)
    wait_for(lambda: all(stage.dms(user_id) for user_id in people), within=15.0, what="everybody's link")
    wait_for(lambda: any(call.query.get("organization_id") == STALLED for call in stage.platform.calls))

    for pending in list(stage.platform.pending.values()):
        allow(pending)

    def told() -> int:
        return sum("is connected" in stage.dms(user_id)[-1].text for user_id in people)

    wait_for(lambda: told() == PEOPLE, within=15.0, what="everybody told")
