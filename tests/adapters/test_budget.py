"""Who of an organization may ask the platform, on fakeredis and on a real Redis: links first, and never too often."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from slack_app.adapters.freddy import Freddy
from slack_app.adapters.http import Http, HttpResponse
from slack_app.adapters.links.budget import LOOKUPS_KEPT, POLLS_KEPT, RedisBudget, Use
from slack_app.adapters.links.schedule import RedisSchedule
from slack_app.adapters.redis import open_fast
from slack_app.errors import BUDGET_SPENT, UpstreamError
from slack_app.model.workspaces import Credentials
from tests.adapters.conftest import Clock
from tests.sample_links import MAYA, job, live, publish

PLATFORM_TAKES = 100


@pytest.fixture
def budget(client: Any, clock: Clock) -> RedisBudget:
    return RedisBudget(client, clock)


def spent(budget: RedisBudget, use: Use, most: int = 200, organization_id: str = "org_a", whose: str = "") -> int:
    """Ask again and again; returns how often that was let through."""
    for count in range(most):
        try:
            budget.spend(organization_id, use, whose)
        except UpstreamError:
            return count
    return most


def polled(client: Any, clock: Clock, seconds: int) -> int:
    """Poll 100 links as often as may be, for so long; returns how often that was."""
    schedule = RedisSchedule(client, clock)
    for number in range(100):
        publish(client, live(f"a{number}"), job(MAYA, f"{number}"), clock=clock)
        schedule.put(live(f"a{number}"), clock.now, is_prioritized=False)
    taken = 0
    for _ in range(10 * seconds):
        taken += len(schedule.take_due(10))
        clock.now += 0.1
    return taken


def test_look_ups_leave_room_for_links_and_polls(budget: RedisBudget, client: Any, clock: Clock) -> None:
    """security.md 27"""
    lookups = spent(budget, Use.LOOKUP)
    assert 40 <= lookups <= PLATFORM_TAKES - POLLS_KEPT

    links = spent(budget, Use.LINK, most=14)
    polls = polled(client, clock, 59)

    assert links == 14
    assert polls >= POLLS_KEPT
    assert lookups + links + polls <= PLATFORM_TAKES


def test_look_ups_that_come_at_once_leave_room_for_fifteen_links_within_their_minute(
    budget: RedisBudget, client: Any, clock: Clock
) -> None:
    """security.md 27: after one request too many the whole organization waits for half a minute."""
    lookups = spent(budget, Use.LOOKUP)
    links = spent(budget, Use.LINK, most=30)
    polls = polled(client, clock, 59)

    assert (lookups >= 40, links) == (True, 30)
    assert lookups + links + polls <= PLATFORM_TAKES


def test_polls_and_look_ups_leave_room_for_the_links_that_are_still_to_come(
    budget: RedisBudget, client: Any, clock: Clock
) -> None:
    """security.md 27: eighteen links within half a minute, beside somebody's look-ups."""
    lookups = spent(budget, Use.LOOKUP, most=36)
    links = polls = 0
    for _ in range(18):
        links += spent(budget, Use.LINK_AND_LIST, most=1)
        polls += polled(client, clock, 2)

    assert links == 18
    assert lookups + 2 * links + polls <= PLATFORM_TAKES


def test_polls_leave_room_for_links_and_look_ups(budget: RedisBudget, client: Any, clock: Clock) -> None:
    """security.md 27"""
    polls = polled(client, clock, 59)
    assert 60 <= polls <= 67

    links, lookups = spent(budget, Use.LINK, most=14), spent(budget, Use.LOOKUP)

    assert links == 14
    assert lookups >= LOOKUPS_KEPT
    assert lookups + links + polls <= PLATFORM_TAKES


def test_a_link_is_never_held_back_and_the_others_wait_for_it(budget: RedisBudget) -> None:
    """security.md 27"""
    assert spent(budget, Use.LINK) == 200
    assert spent(budget, Use.LOOKUP) == 5


def test_whether_connections_work_is_left_out_first(budget: RedisBudget) -> None:
    asked = spent(budget, Use.HEALTH)

    assert 25 <= asked < 35
    assert spent(budget, Use.LOOKUP) >= 15


def test_one_person_alone_cannot_use_up_the_look_ups(budget: RedisBudget) -> None:
    """security.md 27: whoever turns a connection on and off asks four times with each press."""
    lookups = spent(budget, Use.LOOKUP, whose="T1:U_MAYA")

    assert 30 <= lookups <= 38
    assert spent(budget, Use.LOOKUP, whose="T1:U_LEON") >= 8


def test_two_persons_together_cannot_use_up_the_look_ups(budget: RedisBudget) -> None:
    """security.md 27"""
    for whose in ("T1:U_MAYA", "T1:U_LEON") * 100:
        spent(budget, Use.LOOKUP, most=1, whose=whose)

    assert spent(budget, Use.LOOKUP, whose="T1:U_IDA") >= 5


def test_who_has_had_their_part_hears_when_their_own_requests_are_forgotten(budget: RedisBudget, clock: Clock) -> None:
    spent(budget, Use.LOOKUP, most=10, whose="T1:U_LEON")
    clock.now += 40
    spent(budget, Use.LOOKUP, whose="T1:U_MAYA")

    with pytest.raises(UpstreamError) as refused:
        budget.spend("org_a", Use.LOOKUP, "T1:U_MAYA")

    assert refused.value.retry_after == pytest.approx(60)
    assert spent(budget, Use.LOOKUP, most=1, whose="T1:U_IDA") == 1


def test_a_key_that_is_checked_counts_when_the_platform_takes_it(client: Any, clock: Clock) -> None:
    """security.md 27"""
    budget = RedisBudget(client, clock)
    platform = Freddy(Answering(200, b"[]"), url="https://freddy.example", budget=budget)

    for _ in range(30):
        platform.check(Credentials("org_a", "ak_valid"))

    assert client.zcard("slack_app:{links}:requests-link:org_a") == 30


def test_a_refusal_says_when_there_is_room_again(budget: RedisBudget, clock: Clock) -> None:
    spent(budget, Use.LOOKUP, most=1)
    clock.now += 40
    spent(budget, Use.LOOKUP)

    with pytest.raises(UpstreamError) as refused:
        budget.spend("org_a", Use.LOOKUP)

    refusal = refused.value
    assert (refusal.service, refusal.retryable, refusal.code) == ("platform", True, BUDGET_SPENT)
    assert refusal.retry_after == pytest.approx(20)
    clock.now += 20.1
    assert spent(budget, Use.LOOKUP) == 1


def test_what_was_counted_before_the_clock_was_set_back_holds_nobody_up(
    budget: RedisBudget, client: Any, clock: Clock
) -> None:
    spent(budget, Use.LOOKUP)
    clock.now -= 3600

    assert spent(budget, Use.LOOKUP) > 40
    assert polled(client, clock, 59) >= POLLS_KEPT


def test_organizations_do_not_share_a_budget(budget: RedisBudget) -> None:
    """security.md 7, 27"""
    spent(budget, Use.LOOKUP)

    assert spent(budget, Use.LOOKUP, organization_id="org_b") > 40


class Answering(Http):
    """A platform that answers everything alike."""

    def __init__(self, status: int, body: bytes = b"{}") -> None:
        self.status = status
        self.body = body

    def request(self, *_args: Any, **_options: Any) -> HttpResponse:
        return HttpResponse(self.status, {}, self.body)


@pytest.mark.parametrize("status", [401, 403])
def test_who_has_no_key_of_an_organization_uses_up_nothing_of_it(client: Any, clock: Clock, status: int) -> None:
    """security.md 27: a workspace whose key was taken back asks on and on."""
    budget, revoked = RedisBudget(client, clock), Credentials("org_a", "ak_revoked")
    platform = Freddy(Answering(status), url="https://freddy.example", budget=budget)

    for _ in range(100):
        for call in (platform.accounts, partial(platform.authorize, connector_type="github", parameters={})):
            with pytest.raises(UpstreamError) as refused:
                call(revoked)
            assert refused.value.status == status

    assert client.keys("*") == []


def test_requests_that_are_counted_live_two_minutes(budget: RedisBudget, client: Any) -> None:
    for use in Use:
        budget.spend("org_a", use)

    for key in client.keys("*"):
        assert 0 < client.ttl(key) <= 120


def test_while_redis_is_away_nobody_is_held_back(clock: Clock) -> None:
    assert spent(RedisBudget(open_fast("redis://127.0.0.1:1/0"), clock), Use.LOOKUP, most=3) == 3


def test_a_broken_record_goes_and_holds_nobody_back(budget: RedisBudget, client: Any) -> None:
    """security.md 16"""
    client.set("slack_app:{links}:requests-lookup:org_a", "garbage")

    budget.spend("org_a", Use.LOOKUP)

    assert client.keys("*") == []
    assert 40 <= spent(budget, Use.LOOKUP) < 80
