"""When which link is looked at, on fakeredis and on a real Redis: in turn, and never asked about too often."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from slack_app.adapters.live import RedisLinks
from slack_app.adapters.schedule import RedisSchedule
from slack_app.model.links import LiveLink, Outcome
from slack_app.model.users import SlackUser
from tests.adapters.conftest import NOW, Clock
from tests.adapters.test_live import LEON, MAYA, job, live

PutOut = Callable[..., None]


@pytest.fixture
def schedule(client: Any, clock: Clock) -> RedisSchedule:
    return RedisSchedule(client, clock)


@pytest.fixture
def put_out(links: RedisLinks, schedule: RedisSchedule) -> PutOut:
    def out(link: LiveLink, *, due: float = NOW, is_hurried: bool = False) -> None:
        links.put_out(link, job(link.person, tool=link.link.connector_type), is_only=False)
        schedule.put(link, due, is_hurried=is_hurried)

    return out


def test_a_link_is_looked_at_when_it_is_due_and_by_one_worker_only(
    put_out: PutOut, schedule: RedisSchedule, clock: Clock
) -> None:
    put_out(live(), due=NOW + 2)

    assert schedule.take_due(5) == []
    clock.now = NOW + 2
    assert schedule.take_due(5) == ["a1"]
    assert schedule.take_due(5) == []
    clock.now = NOW + 33  # its worker died
    assert schedule.take_due(5) == ["a1"]


def test_an_ended_link_is_looked_at_until_its_person_was_told(
    put_out: PutOut, links: RedisLinks, schedule: RedisSchedule, clock: Clock
) -> None:
    put_out(live())
    schedule.take_due(5)
    links.settle(live(), Outcome.CONNECTED)
    clock.now += 31
    assert schedule.take_due(5) == ["a1"]

    schedule.forget(live())

    clock.now += 1000
    assert schedule.take_due(5) == []


def test_the_platform_is_asked_86_times_a_minute_at_most(
    put_out: PutOut, schedule: RedisSchedule, clock: Clock
) -> None:
    for number in range(300):
        put_out(live(f"a{number}", replace(MAYA, user_id=f"U{number}")))
    asked: list[float] = []

    for _ in range(3 * 60 * 10):
        asked += [clock.now] * len(schedule.take_due(10))
        clock.now += 0.1

    busiest = max(sum(1 for other in asked if at <= other < at + 60) for at in asked)
    assert 80 <= busiest <= 86
    assert len(asked) >= 3 * 80


def test_whoever_opened_the_link_is_looked_at_first_and_the_others_are_not_forgotten(
    put_out: PutOut, schedule: RedisSchedule, clock: Clock
) -> None:
    for number in range(100):
        put_out(live(f"a{number}", replace(MAYA, user_id=f"U{number}")), due=NOW - 100)
    for number in range(100, 110):
        put_out(live(f"a{number}", replace(MAYA, user_id=f"U{number}")), due=NOW + 500)
        assert schedule.hurry(f"a{number}", replace(MAYA, user_id=f"U{number}"), is_asked=False)

    taken: list[str] = []
    for _ in range(100):
        taken += schedule.take_due(10)
        clock.now += 0.1

    hurried = [link_id for link_id in taken if int(link_id[1:]) >= 100]
    assert len(taken) in (18, 19, 20)
    assert len(hurried) == 10
    assert set(taken[:4]) <= set(hurried)
    assert taken[4] not in hurried


def test_organizations_do_not_wait_for_each_other(put_out: PutOut, schedule: RedisSchedule) -> None:
    for number in range(50):
        put_out(live(f"a{number}", replace(MAYA, user_id=f"U{number}")))
    put_out(live("b1", LEON, organization_id="org_b"))

    assert "b1" in schedule.take_due(20)


def test_a_platform_that_asks_for_a_pause_gets_it(put_out: PutOut, schedule: RedisSchedule, clock: Clock) -> None:
    put_out(live())

    schedule.hold("org_a", 10.0)

    clock.now += 9.9
    assert schedule.take_due(5) == []
    clock.now += 0.2
    assert schedule.take_due(5) == ["a1"]


@pytest.mark.parametrize("person", [LEON, replace(MAYA, team_id="T2"), replace(MAYA, enterprise_id="E2")])
def test_nobody_else_can_hurry_a_link(
    put_out: PutOut, schedule: RedisSchedule, clock: Clock, person: SlackUser
) -> None:
    """security.md 6, 7"""
    put_out(live(), due=NOW + 100)

    assert not schedule.hurry("a1", person, is_asked=True)
    assert not schedule.hurry("unknown", MAYA, is_asked=True)
    assert schedule.take_due(5) == []


def test_a_press_on_check_now_is_answered_once(put_out: PutOut, links: RedisLinks, schedule: RedisSchedule) -> None:
    put_out(live())
    schedule.hurry("a1", MAYA, is_asked=True)
    stored = links.get("a1")
    assert stored is not None
    assert (stored.asked_at, stored.hurried_at) == (NOW, NOW)

    assert links.answer_check("a1", NOW)
    assert not links.answer_check("a1", NOW)
