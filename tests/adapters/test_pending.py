"""The links that are out, on fakeredis and on a real Redis: one each, made in turn, ended once."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import Any

import pytest

from slack_app.adapters.links.pending import RedisLinks
from slack_app.adapters.links.schedule import RedisSchedule
from slack_app.errors import RetryLater
from slack_app.model.links import EphemeralRef, Outcome, PendingLink
from slack_app.model.messages import MessageRef
from slack_app.model.tools import Connection
from tests import sample_links
from tests.adapters.conftest import Clock
from tests.sample_links import LEON, MAYA, NOW, claim, job, live


def publish(client: Any, link: PendingLink) -> None:
    sample_links.publish(client, link, job(link.person, tool=link.link.connector_type))


def test_a_link_comes_out_as_it_went_in(links: RedisLinks, client: Any) -> None:
    publish(client, live())
    assert links.set_message("a1", MessageRef("D1", "1.1")) is None
    assert links.set_message("a1", MessageRef("D1", "1.2")) == MessageRef("D1", "1.1")
    links.add_ephemeral("a1", EphemeralRef("https://hooks.slack.com/x", "C1", NOW))
    links.add_ephemeral("a1", EphemeralRef("https://hooks.slack.com/x", "C1", NOW))

    stored = links.get("a1")

    expected = replace(
        live(), dm=MessageRef("D1", "1.2"), ephemerals=(EphemeralRef("https://hooks.slack.com/x", "C1", NOW),)
    )
    assert stored == expected


def test_a_link_whose_record_is_gone_gets_none_that_has_no_end(links: RedisLinks, client: Any, clock: Clock) -> None:
    """security.md 15"""
    RedisSchedule(client, clock).put(live("gone"), NOW, is_prioritized=False)
    links.count_late_look("gone")
    links.first_seen("gone", "tcred_1")
    links.claim_answer("gone", "Ended", 1)
    links.answer_check("gone", NOW)
    links.set_message("gone", MessageRef("D1", "1.1"))

    assert client.keys("*gone*") == []


def test_a_person_has_one_link_to_a_tool(links: RedisLinks, client: Any) -> None:
    assert claim(client, MAYA, "github", "j1") is None
    with pytest.raises(RetryLater):
        claim(client, MAYA, "github", "j2")
    publish(client, live())

    assert claim(client, MAYA, "github", "j2") == "a1"
    assert claim(client, MAYA, "gitlab", "j2") is None
    assert claim(client, LEON, "github", "j3") is None
    assert claim(client, replace(MAYA, team_id="T2"), "github", "j4") is None


def test_of_many_requests_at_once_exactly_one_may_make_a_link(links: RedisLinks, client: Any) -> None:
    """security.md 19"""
    outcomes: list[str] = []

    def ask(number: int) -> None:
        try:
            outcomes.append("mine" if claim(client, MAYA, "github", f"j{number}") is None else "live")
        except RetryLater:
            outcomes.append("not yet")

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["mine"] + ["not yet"] * 19


def test_a_job_that_failed_lets_the_next_one_make_the_link(links: RedisLinks, client: Any) -> None:
    claim(client, MAYA, "github", "1")

    links.release_claim("org_a", job())

    assert claim(client, MAYA, "github", "another") is None


def test_one_at_a_time_is_served_in_the_order_of_asking(links: RedisLinks, client: Any, clock: Clock) -> None:
    first, second, third = (job(MAYA, str(n), "clickup", NOW + n) for n in range(3))
    assert links.take_turn("org_a", "clickup", first)
    assert not links.take_turn("org_a", "clickup", third)
    assert not links.take_turn("org_a", "clickup", second)
    sample_links.publish(client, live("a1", tool="clickup"), first, is_only=True)
    assert not links.take_turn("org_a", "clickup", second)
    assert links.take_turn("org_b", "clickup", third)

    links.mark_finished(live("a1", tool="clickup"), Outcome.CONNECTED)

    assert not links.take_turn("org_a", "clickup", third)
    assert links.take_turn("org_a", "clickup", second)


def test_a_link_ends_once(links: RedisLinks, client: Any) -> None:
    publish(client, live())
    connection = Connection("tcred_2", "github", "GitHub", "dev@example.com")

    ended = links.mark_finished(live(), Outcome.CONNECTED, connection)

    assert ended == replace(live(), outcome=Outcome.CONNECTED, connection=connection)
    assert links.mark_finished(live(), Outcome.CANCELLED) is None
    assert links.ended() == {"connected": 1}
    assert links.get("a1") == ended
    assert claim(client, MAYA, "github", "next") is None


@pytest.mark.parametrize("garbage", ["", "{", "[]", "{}", '{"person": 1}'])
def test_what_cannot_be_read_is_no_link(links: RedisLinks, client: Any, garbage: str) -> None:
    """security.md 16"""
    client.hset("slack_app:{links}:link:a1", mapping={"made": garbage, "owner": "x", "organization": "org_a"})

    assert links.get("a1") is None


def test_every_key_has_a_lifetime_or_a_reason_to_stay(links: RedisLinks, client: Any) -> None:
    claim(client, LEON, "github", "j1")
    links.take_turn("org_a", "clickup", job(tool="clickup"))
    publish(client, live())
    links.add_ephemeral("a1", EphemeralRef("https://hooks.slack.com/x", "C1", NOW))
    links.mark_finished(live(), Outcome.CONNECTED)

    lasting = {key for key in client.keys("*") if client.ttl(key) == -1 and "{jobs}" not in key}

    assert lasting <= {"slack_app:{links}:order", "slack_app:{links}:idle:org_a", "slack_app:{links}:ended"}
    assert all(key.startswith("slack_app:") for key in client.keys("*"))
