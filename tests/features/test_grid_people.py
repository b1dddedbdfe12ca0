"""A person of an Enterprise Grid is one person, whichever of its workspaces Slack names (slack-truth.md 1.4, 3.2)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from slack_app.features.deliver_link import LinkReady
from slack_app.features.key import AskKey, SealedKey
from slack_app.model.jobs import Job
from slack_app.model.links import Outcome
from slack_app.model.messages import Failure, HomeFilter
from slack_app.model.tools import Connection
from slack_app.model.users import SlackUser
from slack_app.model.workspaces import KeyMode, Setup
from tests.sample_links import claim
from tests.worker_harness import JOB, WorkerHarness

MAYA = SlackUser("E1", "T1", "U1")
ELSEWHERE, ALONE = SlackUser("E1", "T9", "U1"), SlackUser(None, "T1", "U1")


@pytest.fixture
def stage() -> WorkerHarness:
    return WorkerHarness()


def pressed(kind: str, person: SlackUser, target_id: str) -> Job[Any]:
    return replace(JOB, id=f"T1:U1:{kind}", person=person, kind=kind, target_id=target_id, connector_type="")


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        (MAYA, ELSEWHERE, True),
        (MAYA, ALONE, True),
        (ALONE, ALONE, True),
        (MAYA, replace(MAYA, user_id="U2"), False),
        (MAYA, replace(MAYA, enterprise_id="E2"), False),
        (ALONE, replace(ALONE, team_id="T2"), False),
        (ELSEWHERE, ALONE, False),
    ],
)
def test_who_is_the_same_person(one: SlackUser, other: SlackUser, is_same: bool) -> None:
    assert (one == other, other == one) == (is_same, is_same)
    assert not is_same or hash(one) == hash(other)


@pytest.mark.parametrize("presser", [MAYA, ELSEWHERE, ALONE], ids=["there", "elsewhere", "without the Grid"])
def test_their_link_is_theirs_wherever_slack_sees_them(stage: WorkerHarness, presser: SlackUser) -> None:
    """slack-truth.md 1.4, reports.md A6"""
    stage.enqueue()
    stage.run()
    [link] = stage.links.of_workspace("T1")

    assert stage.schedule.prioritize(link.id, presser, is_asked=True)
    stage.enqueue(pressed("link.cancel", presser, link.id))
    stage.run()

    ended = stage.links.get(link.id)
    assert ended
    assert ended.outcome is Outcome.CANCELLED


def test_a_link_is_renewed_for_the_workspace_that_it_was_made_in(stage: WorkerHarness) -> None:
    """slack-truth.md 1.4: the press names a workspace that nobody set up."""
    stage.enqueue()
    stage.run()
    [link] = stage.links.of_workspace("T1")
    stage.now += 700
    stage.run()

    stage.enqueue(pressed("link.renew", ELSEWHERE, link.id))
    stage.run()

    assert [organization_id for organization_id, *_ in stage.platform.asked] == ["org_a", "org_a"]
    assert isinstance(stage.messenger.edits[-1][1], LinkReady)


def test_what_waits_goes_on_in_the_workspace_that_it_was_asked_in(stage: WorkerHarness) -> None:
    """slack-truth.md 1.4"""
    stage.enqueue(replace(JOB, connector_type="sharepoint"))
    stage.run()
    draft_id = stage.messenger.modals[-1].draft_id if stage.messenger.modals else stage.messenger.answers[-1].draft_id  # type: ignore[attr-defined]

    filled = replace(pressed("details.submit", ELSEWHERE, draft_id), parameters={"site_name": "Team"})
    stage.enqueue(replace(filled, connector_type="sharepoint"))
    stage.run()

    assert stage.platform.asked == [("org_a", "sharepoint", {"site_name": "Team"})]


def test_what_waits_does_not_go_on_with_a_grid_that_the_workspace_has_left(stage: WorkerHarness) -> None:
    """security.md 7"""
    stage.setups.save(Setup("E1", "org_grid"), "the operator's")
    before, after = SlackUser("E1", "T9", "U1"), SlackUser(None, "T9", "U1")
    stage.enqueue(replace(JOB, person=before, connector_type="sharepoint"))
    stage.run()
    draft_id = stage.messenger.answers[-1].draft_id  # type: ignore[attr-defined]

    filled = replace(pressed("details.submit", after, draft_id), parameters={"site_name": "Team"})
    stage.enqueue(replace(filled, connector_type="sharepoint"))
    stage.run()

    assert stage.platform.asked == []
    failure = stage.messenger.dms[-1] if stage.messenger.dms else stage.messenger.answers[-1]
    assert isinstance(failure, Failure)
    assert failure.reason == "workspace_unmapped"


def test_what_is_kept_is_found_after_the_workspace_joined_a_grid(stage: WorkerHarness) -> None:
    """reports.md A17b"""
    account = Connection("", "github", "GitHub", "maya@example.com")
    stage.enqueue(replace(JOB, person=ALONE))
    stage.run()
    stage.homes.remember(ALONE, HomeFilter("git"))
    stage.catalogue.save_accounts(ALONE, [account])
    [link] = stage.links.of_workspace("T1")

    assert stage.links.pending(MAYA, ["github", "gitlab"]).keys() == {"github"}
    assert claim(stage.redis, MAYA, "github", "another") == link.id
    assert stage.homes.filter_of(MAYA) == HomeFilter("git")
    assert stage.catalogue.accounts(MAYA) == [account]


def test_an_app_home_that_is_opened_stays_up_to_date_after_the_workspace_joined_a_grid(stage: WorkerHarness) -> None:
    """reports.md A17b"""
    stage.homes.remember(ALONE, HomeFilter("git"))
    [key] = stage.redis.keys("slack_app:home:*")
    stage.redis.expire(key, 60)

    stage.homes.keep(MAYA)

    assert stage.redis.ttl(key) > 60


def test_one_person_has_one_limit_in_all_of_their_workspaces(stage: WorkerHarness) -> None:
    """slack-truth.md 3.2"""
    for number, person in enumerate([MAYA, ELSEWHERE]):
        stage.enqueue(replace(JOB, id=f"T1:U1:{number}", person=person, kind="help.show"))
    stage.run()

    assert stage.redis.get("slack_app:limit:limit_requests:E1:U1") == "2"


def test_a_key_that_is_brought_elsewhere_is_for_the_workspace_that_asked_for_it(stage: WorkerHarness) -> None:
    """slack-truth.md 1.4: the message that asks for it can be pressed in each workspace of the Grid."""
    stage.setups.save(Setup("T1", "org_a", KeyMode.PER_USER), "set up")
    stage.enqueue(replace(JOB, person=MAYA))
    stage.run()
    asked = stage.messenger.answers[-1]
    assert isinstance(asked, Failure)

    stage.enqueue(replace(pressed("key.open", ELSEWHERE, asked.draft_id), trigger_id="1.2"))
    stage.run()
    assert stage.messenger.modals == [AskKey("org_a", None, asked.draft_id)]
    sealed = SealedKey(stage.keys.seal(ELSEWHERE, "ak_maya_0123456789"))
    filled = replace(pressed("key.save", ELSEWHERE, asked.draft_id), id="T9:U1:2", view_id="V1", payload=sealed)
    stage.enqueue(filled)
    stage.run()

    assert stage.platform.asked == [("org_a", "github", {})]
    assert stage.platform.keys_used == {"ak_maya_0123456789"}


def test_what_was_filled_in_is_read_as_from_whom_the_request_named(stage: WorkerHarness) -> None:
    """slack-truth.md 1.4: Slack says of the person another workspace than their request."""
    stage.setups.save(Setup("T1", "org_a", KeyMode.PER_USER), "set up")
    sealed = SealedKey(stage.keys.seal(replace(MAYA, team_id="E1"), "ak_maya_0123456789"))

    stage.enqueue(replace(pressed("key.save", MAYA, ""), id="E1:U1:2", view_id="V1", payload=sealed))
    stage.run()

    assert stage.keys.get(MAYA) == "ak_maya_0123456789"
