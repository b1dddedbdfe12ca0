"""Whatever ids Slack names, the link reaches its person under one identity (slack-truth.md 1.4, 1.5, 3.2)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any

import pytest

from slack_app.features.deliver_link import LinkReady
from slack_app.model.messages import Failure
from slack_app.model.workspaces import Setup
from tests.grid_harness import MAYA, ORGANIZATIONS, SAM, World, interaction, message
from tests.sample_installations import installed

MAPPED = ["E1", "T1"]
"""What is set up, alone: the whole Grid, or one workspace of hers."""


def whose(world: World) -> set[str]:
    """Return under which ids something was counted, or a link is out."""
    keys = [key for key in world.redis.keys("slack_app:limit:*") if "organization" not in key]
    links = [link for place in ("T1", "T9", "E1") for link in world.links.of_workspace(place)]
    return {key.split(":", 3)[3] for key in keys} | {link.person.id for link in links}


def is_delivered(world: World) -> bool:
    [fact] = world.messenger.dms
    return isinstance(fact, LinkReady) and world.messenger.dm_to == [MAYA]


PRESSES = ["press", "private press", "home press", "submission"]
TEAMS: Mapping[str, Any] = {"T1 and its Grid": {"id": "T1", "enterprise_id": "E1"}, "T1": {"id": "T1"}, "none": None}
PERSONS = ["T1", "T9", "E1", None]


def interactions() -> Iterator[Any]:
    """Yield every shape that names anything at all."""
    for kind, has_grid, team, person, there in product(PRESSES, [True, False], TEAMS, PERSONS, ["T1", None]):
        if kind == "private press" and there:
            continue  # of a private message Slack says nothing more
        if has_grid or TEAMS[team] or person or there:
            grid = "Grid" if has_grid else "no Grid"
            yield pytest.param(
                kind, has_grid, TEAMS[team], person, there, id=f"{kind}, {grid}, team {team}, {person}, {there}"
            )


@pytest.mark.parametrize("mapped", MAPPED)
@pytest.mark.parametrize(("kind", "has_grid", "team", "person", "there"), list(interactions()))
def test_a_press_brings_the_link_under_one_identity(
    mapped: str, kind: str, has_grid: bool, team: Any, person: str | None, there: str | None
) -> None:
    """slack-truth.md 1.4, 3.2"""
    world = World(mapped)

    world.send(interaction(kind, has_grid, team, person, there))

    assert is_delivered(world)
    assert whose(world) == {f"E1:{MAYA}"}


GRANTED: Mapping[str, Any] = {
    "the Grid": [{"enterprise_id": "E1", "team_id": None, "is_enterprise_install": True}],
    "the Grid and T1": [{"enterprise_id": "E1", "team_id": "T1", "is_enterprise_install": True}],
    "T1": [{"enterprise_id": None, "team_id": "T1", "is_enterprise_install": True}],
    "nothing": [{"enterprise_id": None, "team_id": None, "is_enterprise_install": True}],
    "none": [],
}


def messages() -> list[tuple[str, str, str | None, str | None]]:
    """Return every shape that names anything at all.

    Where nothing says that it is of an org-wide installation, a message in T9 is one to a workspace that nobody set up.
    """
    shapes = product(MAPPED, GRANTED, ["T1", "T9", "E1", None], ["T1", "T9", "E1", None])
    return [
        (mapped, granted, envelope, team)
        for mapped, granted, envelope, team in shapes
        if (granted not in ("none", "nothing") or envelope or team)
        and (mapped, granted, envelope) != ("T1", "none", "T9")
    ]


@pytest.mark.parametrize(("mapped", "granted", "envelope", "team"), messages())
def test_a_message_brings_the_link_under_one_identity(
    mapped: str, granted: str, envelope: str | None, team: str | None
) -> None:
    """slack-truth.md 1.4, 3.2"""
    world = World(mapped)

    world.send(message(GRANTED[granted], envelope, team))

    assert is_delivered(world)
    assert whose(world) == {f"E1:{MAYA}"}


@pytest.mark.parametrize("mapped", MAPPED)
@pytest.mark.parametrize("grid", ["E1", None])
def test_a_command_brings_the_link_under_one_identity(mapped: str, grid: str | None) -> None:
    """slack-truth.md 1.4, 3.2"""
    world = World(mapped)
    form = {"team_id": "T1", "user_id": MAYA, "channel_id": "C1", "trigger_id": "9.9", "text": "github"}

    world.send(
        {**form, "command": "/connect", "response_url": "https://hooks.slack.com/x"}
        | ({"enterprise_id": grid} if grid else {})
    )

    assert is_delivered(world)
    assert whose(world) == {f"E1:{MAYA}"}


def refusals(world: World) -> list[str]:
    said = [*world.messenger.dms, *world.messenger.answers]
    return [fact.reason for fact in said if isinstance(fact, Failure)]


def test_where_two_of_their_workspaces_are_set_up_nobody_guesses_which_one_is_meant() -> None:
    """security.md 7"""
    world = World("T1")
    ORGANIZATIONS[MAYA]["enterprise_user"]["teams"].append("T5")
    world.setups.save(Setup("T5", "org_b"), "the operator's")
    try:
        world.send(interaction("private press", True, None, "T9", None))
    finally:
        ORGANIZATIONS[MAYA]["enterprise_user"]["teams"].remove("T5")

    assert world.platform.asked == []
    assert refusals(world) == ["workspace_unmapped"]


def test_a_workspace_that_is_named_is_not_exchanged_for_another_of_theirs() -> None:
    """security.md 7"""
    world = World("T1")

    world.send(interaction("press", True, {"id": "T9", "enterprise_id": "E1"}, "T9", None))

    assert world.platform.asked == []
    assert refusals(world) == ["workspace_unmapped"]


@pytest.mark.parametrize("team", ["T2", "T9", "E1"])
@pytest.mark.parametrize("has_grid", [True, False])
def test_a_stranger_does_not_reach_the_organization_of_a_workspace_that_they_name(team: str, has_grid: bool) -> None:
    """security.md 7, 25"""
    world = World("T1")
    pressed = interaction("press", has_grid, None, team, None)
    pressed["user"]["id"] = SAM

    world.send(pressed)

    assert "org_a" not in {organization_id for organization_id, *_ in world.platform.asked}


def test_nobody_reaches_the_organization_of_a_workspace_of_another_grid() -> None:
    """security.md 7: nothing but the workspace that Maya names says that she is in it."""
    world = World("T1")

    world.send(interaction("press", False, {"id": "T2"}, "T2", "T2"))

    assert world.platform.asked == []
    assert refusals(world) == ["workspace_unmapped"]


def test_a_workspace_that_left_its_grid_reaches_nothing_of_it_any_more() -> None:
    """security.md 24: the Grid that was found for a request is not believed of the next one that does not name it."""
    world = World("E1")
    world.send(interaction("private press", False, {"id": "T9"}, "T9", None))
    assert [organization_id for organization_id, *_ in world.platform.asked] == ["org_a"]
    mine = ORGANIZATIONS[MAYA].pop("enterprise_user")
    world.tokens.save(installed(None, "T9"))
    try:
        world.send({**interaction("private press", False, {"id": "T9"}, "T9", None), "trigger_id": "2.2.2"})
    finally:
        ORGANIZATIONS[MAYA]["enterprise_user"] = mine

    assert len(world.platform.asked) == 1


def test_where_nothing_can_be_known_a_line_of_the_log_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    """slack-truth.md 1.4: nobody's token knows her."""
    world = World("E1")
    world.tokens.remove("E1", None, 1e12)

    world.send(interaction("private press", False, None, "T9", None))

    assert world.messenger.dms == []
    assert "person.unknown" in capsys.readouterr().out
