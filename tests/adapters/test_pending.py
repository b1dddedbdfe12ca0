"""The links that are out, on fakeredis and on a real Redis: one each, made in turn, ended once."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import Any

import pytest

from slack_app.adapters.links.pending import RedisLinks
from slack_app.errors import RetryLater
from slack_app.model.links import EphemeralRef, Outcome, PendingLink
from slack_app.model.messages import MessageRef
from slack_app.model.tools import Connection
from tests.adapters.conftest import Clock
from tests.sample_links import LEON, MAYA, NOW, job, live


def publish(links: RedisLinks, link: PendingLink) -> None:
    links.publish(link, job(link.person, tool=link.link.connector_type), is_only=False)


def test_a_link_comes_out_as_it_went_in(links: RedisLinks) -> None:
    publish(links, live())
    assert links.set_message("a1", MessageRef("D1", "1.1")) is None
    assert links.set_message("a1", MessageRef("D1", "1.2")) == MessageRef("D1", "1.1")
    links.add_ephemeral("a1", EphemeralRef("https://hooks.slack.com/x", "C1", NOW))
    links.add_ephemeral("a1", EphemeralRef("https://hooks.slack.com/x", "C1", NOW))

    stored = links.get("a1")

    expected = replace(
        live(), dm=MessageRef("D1", "1.2"), ephemerals=(EphemeralRef("https://hooks.slack.com/x", "C1", NOW),)
    )
    assert stored == expected


def test_a_person_has_one_link_to_a_tool(links: RedisLinks) -> None:
    assert links.claim(MAYA, "github", "j1") is None
    with pytest.raises(RetryLater):
        links.claim(MAYA, "github", "j2")
    publish(links, live())

    assert links.claim(MAYA, "github", "j2") == "a1"
    assert links.claim(MAYA, "gitlab", "j2") is None
    assert links.claim(LEON, "github", "j3") is None
    assert links.claim(replace(MAYA, team_id="T2"), "github", "j4") is None


def test_of_many_requests_at_once_exactly_one_may_make_a_link(links: RedisLinks) -> None:
    """security.md 19"""
    outcomes: list[str] = []

    def claim(number: int) -> None:
        try:
            outcomes.append("mine" if links.claim(MAYA, "github", f"j{number}") is None else "live")
        except RetryLater:
            outcomes.append("not yet")

    threads = [threading.Thread(target=claim, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["mine"] + ["not yet"] * 19


def test_a_job_that_failed_lets_the_next_one_make_the_link(links: RedisLinks) -> None:
    links.claim(MAYA, "github", job().id)

    links.release_claim("org_a", job())

    assert links.claim(MAYA, "github", "another") is None


def test_one_at_a_time_is_served_in_the_order_of_asking(links: RedisLinks, clock: Clock) -> None:
    first, second, third = (job(MAYA, str(n), "clickup", NOW + n) for n in range(3))
    assert links.take_turn("org_a", "clickup", first)
    assert not links.take_turn("org_a", "clickup", third)
    assert not links.take_turn("org_a", "clickup", second)
    links.publish(live("a1", tool="clickup"), first, is_only=True)
    assert not links.take_turn("org_a", "clickup", second)
    assert links.take_turn("org_b", "clickup", third)

    links.mark_finished(live("a1", tool="clickup"), Outcome.CONNECTED)

    assert not links.take_turn("org_a", "clickup", third)
    assert links.take_turn("org_a", "clickup", second)


def test_a_link_ends_once(links: RedisLinks) -> None:
    publish(links, live())
    connection = Connection("tcred_2", "github", "GitHub", "dev@example.com")

    ended = links.mark_finished(live(), Outcome.CONNECTED, connection)

    assert ended == replace(live(), outcome=Outcome.CONNECTED, connection=connection)
    assert links.mark_finished(live(), Outcome.CANCELLED) is None
    assert links.ended() == {"connected": 1}
    assert links.get("a1") == ended
    assert links.claim(MAYA, "github", "next") is None


@pytest.mark.parametrize("garbage", ["", "{", "[]", "{}", '{"person": 1}'])
def test_what_cannot_be_read_is_no_link(links: RedisLinks, client: Any, garbage: str) -> None:
    """security.md 16"""
    client.hset("slack_app:{links}:link:a1", mapping={"made": garbage, "owner": "x", "organization": "org_a"})

    assert links.get("a1") is None


def test_every_key_has_a_lifetime_or_a_reason_to_stay(links: RedisLinks, client: Any) -> None:
    links.claim(LEON, "github", "j1")
    links.take_turn("org_a", "clickup", job(tool="clickup"))
    publish(links, live())
    links.add_ephemeral("a1", EphemeralRef("https://hooks.slack.com/x", "C1", NOW))
    links.mark_finished(live(), Outcome.CONNECTED)

    lasting = {key for key in client.keys("*") if client.ttl(key) == -1}

    assert lasting <= {"slack_app:{links}:order", "slack_app:{links}:idle:org_a", "slack_app:{links}:ended"}
    assert all(key.startswith("slack_app:") for key in client.keys("*"))
