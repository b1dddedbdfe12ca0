"""When which link is looked at, on fakeredis and on a real Redis: in turn, and never asked about too often."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from slack_app.adapters.links.pending import RedisLinks
from slack_app.adapters.links.schedule import ORDER, RedisSchedule, idle_key
from slack_app.adapters.redis import open_patient
from slack_app.model.links import Outcome, PendingLink
from slack_app.model.users import SlackUser
from tests import sample_links
from tests.adapters.conftest import Clock
from tests.features.test_link_steps import round_trips
from tests.sample_links import LEON, MAYA, NOW, job, live

Publish = Callable[..., None]


def due(schedule: RedisSchedule, most: int) -> list[str]:
    """Take so many at most; returns the links."""
    return [link.id for link in schedule.take_due(most)]


@pytest.fixture
def schedule(client: Any, clock: Clock) -> RedisSchedule:
    return RedisSchedule(client, clock)


@pytest.fixture
def publish(client: Any, schedule: RedisSchedule) -> Publish:
    def out(link: PendingLink, *, due: float = NOW, is_prioritized: bool = False) -> None:
        sample_links.publish(client, link, job(link.person, tool=link.link.connector_type))
        schedule.put(link, due, is_prioritized=is_prioritized)

    return out


def test_a_link_is_looked_at_when_it_is_due_and_by_one_worker_only(
    publish: Publish, schedule: RedisSchedule, clock: Clock
) -> None:
    publish(live(), due=NOW + 2)

    assert due(schedule, 5) == []
    clock.now = NOW + 2
    assert due(schedule, 5) == ["a1"]
    assert due(schedule, 5) == []
    clock.now = NOW + 33  # its worker died
    assert due(schedule, 5) == ["a1"]


def test_an_ended_link_is_looked_at_until_its_person_was_told(
    publish: Publish, links: RedisLinks, schedule: RedisSchedule, clock: Clock
) -> None:
    publish(live())
    due(schedule, 5)
    links.mark_finished(live(), Outcome.CONNECTED)
    clock.now += 31
    assert due(schedule, 5) == ["a1"]

    schedule.forget(live())

    clock.now += 1000
    assert due(schedule, 5) == []


def test_the_platform_is_polled_67_times_a_minute_at_most(
    publish: Publish, schedule: RedisSchedule, clock: Clock
) -> None:
    for number in range(300):
        publish(live(f"a{number}", replace(MAYA, user_id=f"U{number}")))
    asked: list[float] = []

    for _ in range(3 * 60 * 10):
        asked += [clock.now] * len(due(schedule, 10))
        clock.now += 0.1

    busiest = max(sum(1 for other in asked if at <= other < at + 60) for at in asked)
    assert 66 <= busiest <= 67
    assert len(asked) >= 3 * 65


def test_whoever_opened_the_link_is_looked_at_first_and_the_others_are_not_forgotten(
    publish: Publish, schedule: RedisSchedule, clock: Clock
) -> None:
    for number in range(100):
        publish(live(f"a{number}", replace(MAYA, user_id=f"U{number}")), due=NOW - 100)
    for number in range(100, 110):
        publish(live(f"a{number}", replace(MAYA, user_id=f"U{number}")), due=NOW + 500)
        assert schedule.prioritize(f"a{number}", replace(MAYA, user_id=f"U{number}"), is_asked=False)

    taken: list[str] = []
    for _ in range(100):
        taken += due(schedule, 10)
        clock.now += 0.1

    hurried = [link_id for link_id in taken if int(link_id[1:]) >= 100]
    assert len(taken) in (16, 17)
    assert len(hurried) == 10
    assert set(taken[:4]) <= set(hurried)
    assert taken[4] not in hurried


def test_organizations_do_not_wait_for_each_other(publish: Publish, schedule: RedisSchedule) -> None:
    for number in range(50):
        publish(live(f"a{number}", replace(MAYA, user_id=f"U{number}")))
    publish(live("b1", LEON, organization_id="org_b"))

    assert "b1" in due(schedule, 20)


def test_a_platform_that_asks_for_a_pause_gets_it(publish: Publish, schedule: RedisSchedule, clock: Clock) -> None:
    publish(live())

    schedule.pause("org_a", 10.0)

    clock.now += 9.9
    assert due(schedule, 5) == []
    clock.now += 0.2
    assert due(schedule, 5) == ["a1"]


def test_thousands_of_organizations_that_may_not_be_asked_keep_none_behind_them_waiting(
    client: Any, schedule: RedisSchedule
) -> None:
    for number in range(1000):
        client.zadd(ORDER, {f"org_{number}": NOW - 10})
        client.zadd(idle_key(f"org_{number}"), {f"a{number}": NOW - 10})
        schedule.pause(f"org_{number}", 60.0)
    client.zadd(ORDER, {"org_behind": NOW - 5})
    client.zadd(idle_key("org_behind"), {"b": NOW - 5})

    assert due(schedule, 5) == ["b"]


@pytest.mark.parametrize(
    "person", [LEON, replace(MAYA, enterprise_id=None, team_id="T2"), replace(MAYA, enterprise_id="E2")]
)
def test_nobody_else_can_hurry_a_link(
    publish: Publish, schedule: RedisSchedule, clock: Clock, person: SlackUser
) -> None:
    """security.md 6, 7"""
    publish(live(), due=NOW + 100)

    assert not schedule.prioritize("a1", person, is_asked=True)
    assert not schedule.prioritize("unknown", MAYA, is_asked=True)
    assert due(schedule, 5) == []


def test_a_press_on_check_now_is_answered_once(publish: Publish, links: RedisLinks, schedule: RedisSchedule) -> None:
    publish(live())
    schedule.prioritize("a1", MAYA, is_asked=True)
    stored = links.get("a1")
    assert stored is not None
    assert (stored.check_requested_at, stored.prioritized_at) == (NOW, NOW)

    assert links.answer_check("a1", NOW)
    assert not links.answer_check("a1", NOW)


def test_a_link_without_a_record_is_forgotten_at_once_however_many_organizations_there_are(
    redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a day without workers all links are so: each asked Redis twice for each organization."""
    # given many organizations whose links wait, and one link of which nothing else is known
    client = open_patient(redis_url)
    client.zadd(ORDER, {f"org_{number}": NOW for number in range(100)})
    client.zadd(idle_key("org_99"), {"a1": NOW})
    schedule = RedisSchedule(client, lambda: NOW)

    # when it is to be forgotten
    with round_trips(monkeypatch) as sent:
        schedule.forget_unreadable("a1")

    # then it is, and that costs as much as for one organization
    assert client.zcard(idle_key("org_99")) == 0
    assert len(sent) == 2
    client.close()
