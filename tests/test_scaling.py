"""What so many workspaces need is reckoned by bench/scaling.py, from a morning that bench/morning.py plays."""

from __future__ import annotations

import pytest

from bench.morning import Load, Morning, play
from bench.scaling import DOCS, Costs, check_ratio, need, row
from slack_app.adapters.links.schedule import AT_ONCE, PER_MINUTE

COSTS = Costs.read()


def test_each_link_that_is_asked_for_ends_once_connected_or_expired() -> None:
    load = play(Morning(300))

    links = load.total("links")
    assert links > 500
    assert load.total("ends") == len(load.told_after) + load.expired == links
    assert load.pending.total() == 0


def test_the_same_morning_is_always_the_same() -> None:
    assert play(Morning(100)) == play(Morning(100))
    assert play(Morning(100)) != play(Morning(100, seed=2))


def test_twice_as_many_people_are_twice_the_load() -> None:
    once, twice = (need(Morning(2000, people), COSTS) for people in (20.0, 40.0))

    for name in ("commands", "links", "ends"):
        assert twice.played.total(name) == pytest.approx(2 * once.played.total(name), rel=0.03)
    assert 1.8 < twice.played.total("looks") / once.played.total("looks") < 2.05  # large ones are at their most
    for process in ("web", "worker", "redis"):
        assert twice.cores[process] == pytest.approx(2 * once.cores[process], rel=0.15)


def test_no_organization_is_asked_more_often_than_the_app_asks_it() -> None:
    load: Load = play(Morning(1, people=2000))

    assert load.total("links") == 150
    assert max(load.minute(number)["looks"] for number in range(load.minutes)) <= PER_MINUTE + AT_ONCE


def test_the_played_schedule_looks_as_often_as_was_counted() -> None:
    assert check_ratio(COSTS) == pytest.approx(1.0, abs=0.2)


@pytest.mark.parametrize("workspaces", [100, 1000])
def test_the_page_has_the_figures_that_the_script_reckons(workspaces: int) -> None:
    reckoned = row(need(Morning(workspaces), COSTS))

    assert reckoned in DOCS.read_text(), f"paste the table of `python -m bench.scaling`: {reckoned}"
