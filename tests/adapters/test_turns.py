"""The watch is fair between organizations, on fakeredis and on a real Redis, with a clock that the test turns."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
import redis

from slack_app.adapters.links.schedule import ORDER, ORGANIZATIONS, RedisSchedule
from slack_app.model.links import PendingLink
from tests.adapters.conftest import Clock
from tests.sample_links import MAYA, NOW, job, live, publish


@dataclass
class Watch:
    """A worker's threads in simulated time; `look_seconds` says how long an organization's platform takes."""

    client: Any
    clock: Clock
    threads: int
    look_seconds: Mapping[str, float]
    asked: Counter[str] = field(default_factory=Counter)
    latest: dict[str, float] = field(default_factory=dict)

    def publish(self, organization_id: str, links: int) -> None:
        """Have so many links of the organization out, all of them due."""
        schedule = RedisSchedule(self.client, self.clock)
        for number in range(links):
            person = replace(MAYA, user_id=f"U{number}", team_id=f"T{organization_id}")
            link = live(f"{organization_id}-{number}", person, organization_id=organization_id)
            publish(self.client, link, job(person), clock=self.clock)
            schedule.put(link, NOW, is_prioritized=False)

    def run(self, seconds: float) -> None:
        """Poll for so long; each link is due again ten seconds after its answer."""
        schedule = RedisSchedule(self.client, self.clock)
        ends: list[tuple[float, PendingLink]] = []
        in_hand: Counter[str] = Counter()
        while self.clock.now < NOW + seconds:
            while ends and ends[0][0] <= self.clock.now:
                _, link = heapq.heappop(ends)
                in_hand[link.link.organization_id] -= 1
                schedule.put(link, self.clock.now + 10, is_prioritized=False)
            free = self.threads - in_hand.total()
            for due in schedule.take_due(free, in_hand) if free else []:
                whose = due.organization_id
                in_hand[whose] += 1
                self.asked[whose] += 1
                self.latest[whose] = max(self.latest.get(whose, 0.0), due.late_seconds)
                ends_at = self.clock.now + self.look_seconds[whose] + len(ends) / 1e6  # no two at the same time
                heapq.heappush(ends, (ends_at, live(due.id, organization_id=whose)))
            self.clock.now += 0.05


def test_40_organizations_are_each_asked_once_a_second_at_200_ms_an_answer(client: Any, clock: Clock) -> None:
    """Issue 14, reach"""
    names = [f"org_{number:02}" for number in range(40)]
    watch = Watch(client, clock, 24, dict.fromkeys(names, 0.2))
    for name in names:
        watch.publish(name, 15)

    watch.run(20)

    assert min(watch.asked[name] for name in names) >= 20
    assert max(watch.latest.values()) < 1.0


@pytest.mark.parametrize("other", ["org_a", "org_z"], ids=["listed before it", "listed after it"])
def test_links_of_a_platform_that_stalls_do_not_keep_anothers_waiting(client: Any, clock: Clock, other: str) -> None:
    """Issue 14, point 2"""
    watch = Watch(client, clock, 8, {"org_stalled": 10.0, other: 0.2})
    watch.publish("org_stalled", 80)
    watch.publish(other, 6)

    watch.run(30)

    assert watch.latest[other] < 0.5
    assert watch.asked[other] >= 18


def test_few_threads_go_round_among_the_organizations(client: Any, clock: Clock) -> None:
    watch = Watch(client, clock, 1, dict.fromkeys(["org_a", "org_b", "org_c"], 1.0))
    watch.publish("org_a", 50)
    watch.publish("org_b", 50)
    watch.publish("org_c", 1)

    watch.run(40)

    assert abs(watch.asked["org_a"] - watch.asked["org_b"]) <= 2
    assert watch.asked["org_c"] >= 3
    assert watch.latest["org_c"] < 4


def test_alone_an_organization_leaves_some_threads_free(client: Any, clock: Clock) -> None:
    watch = Watch(client, clock, 8, {"org_stalled": 60.0})
    watch.publish("org_stalled", 80)

    watch.run(20)

    assert watch.asked == {"org_stalled": 6}


def test_how_late_a_link_is_polled_is_known(client: Any, clock: Clock) -> None:
    Watch(client, clock, 1, {}).publish("org_a", 1)
    clock.now += 7.5

    [due] = RedisSchedule(client, clock).take_due(1)

    assert due.late_seconds == pytest.approx(7.5)


def commands_to_take(client: Any, clock: Clock, links: int) -> int:
    """Return how many commands Redis runs, those of the script included, until so many links are taken."""
    client.config_resetstat()
    assert len(RedisSchedule(client, clock).take_due(5)) == links
    stats: Mapping[str, Mapping[str, int]] = client.info("commandstats")
    return sum(stat["calls"] for name, stat in stats.items() if "config" not in name)


def test_what_is_due_now_costs_redis_the_same_however_many_organizations_have_links(redis_url: str) -> None:
    client = redis.Redis.from_url(redis_url, decode_responses=True)
    clock = Clock()
    RedisSchedule(client, clock).take_due(5)

    alone = commands_to_take(client, clock, 0)
    client.zadd(ORDER, {f"org_{number}": NOW + 60 for number in range(500)})

    assert commands_to_take(client, clock, 0) == alone


def test_to_take_a_link_costs_redis_18_commands_and_another_of_the_same_organization_12(redis_url: str) -> None:
    """Polls are most of what Redis does (docs/scaling.md): it was 45 for the first, when each visit counted anew."""
    client = redis.Redis.from_url(redis_url, decode_responses=True)
    clock = Clock()
    RedisSchedule(client, clock).take_due(5)
    watch = Watch(client, clock, 5, {})

    watch.publish("org_a", 1)
    assert commands_to_take(client, clock, 1) <= 18
    watch.publish("org_b", 2)
    assert commands_to_take(client, clock, 2) <= 18 + 12


def test_an_order_that_is_none_is_made_anew_of_the_links_that_wait(client: Any, clock: Clock) -> None:
    """security.md 16"""
    Watch(client, clock, 5, {}).publish("org_a", 1)
    client.set(ORDER, "x")
    schedule = RedisSchedule(client, clock)

    taken = [*schedule.take_due(5), *schedule.take_due(5)]

    assert [due.id for due in taken] == ["org_a-0"]


def test_organizations_that_a_version_before_kept_are_polled(client: Any, clock: Clock) -> None:
    """The set without times, as version 0.1 kept it"""
    watch = Watch(client, clock, 5, {})
    for name in ("org_a", "org_b"):
        watch.publish(name, 1)
    client.delete(ORDER)
    client.sadd(ORGANIZATIONS, "org_a", "org_b", "org_without_links")

    taken: Sequence[str] = sorted(due.id for due in RedisSchedule(client, clock).take_due(5))

    assert taken == ["org_a-0", "org_b-0"]
    assert not client.exists(ORGANIZATIONS)
    assert client.zscore(ORDER, "org_without_links") is None
