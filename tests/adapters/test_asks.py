"""Who waits for which help, and whether the admins have heard of it today."""

from __future__ import annotations

from typing import Any

from slack_app.adapters.asks import RedisAsks
from slack_app.model.messages import AdminPost, MessageRef
from slack_app.model.users import SlackUser

MAYA, LEON = SlackUser("E1", "T1", "U1"), SlackUser(None, "T1", "U2")


def test_whoever_waits_waits_until_it_is_over_for_them(client: Any) -> None:
    asks = RedisAsks(client)
    asks.wait("unauthorized", MAYA, "d1")
    asks.wait("unauthorized", LEON, "d2")
    asks.wait("unauthorized", LEON, "d2")

    assert asks.causes("T1") == ["unauthorized"]
    assert sorted(asks.waiting("T1", "unauthorized"), key=str) == [(MAYA, "d1"), (LEON, "d2")]

    asks.close("T1", "unauthorized", ["d1"])
    assert asks.waiting("T1", "unauthorized") == [(LEON, "d2")]
    assert asks.causes("T1") == ["unauthorized"]

    asks.close("T1", "unauthorized", ["d2"])
    assert asks.waiting("T1", "unauthorized") == []
    assert asks.causes("T1") == []


def test_workspaces_and_causes_are_kept_apart(client: Any) -> None:
    """security.md 7"""
    asks = RedisAsks(client)
    asks.wait("unauthorized", MAYA, "d1")

    assert asks.causes("T2") == []
    assert asks.waiting("T2", "unauthorized") == []
    assert asks.waiting("T1", "workspace_unmapped") == []
    assert asks.posts("T1", "unauthorized") == []


def test_a_grid_knows_in_which_of_its_workspaces_people_wait(client: Any) -> None:
    asks = RedisAsks(client)
    asks.wait("workspace_unmapped", MAYA, "d1")
    asks.wait("workspace_unmapped", LEON, "d2")
    asks.wait("workspace_unmapped", SlackUser("E1", "T2", "U3"), "d3")

    assert asks.workspaces_of("E1") == ["T1", "T2"]
    assert asks.workspaces_of("E2") == []


def test_one_job_a_day_may_tell_the_admins_and_its_repetition_too(client: Any) -> None:
    asks = RedisAsks(client)

    assert asks.claim_notification("T1", "unauthorized", "job 1")
    assert asks.claim_notification("T1", "unauthorized", "job 1")
    assert not asks.claim_notification("T1", "unauthorized", "job 2")
    assert asks.claim_notification("T1", "forbidden/github", "job 2")


def test_what_is_mended_and_breaks_again_is_told_again(client: Any) -> None:
    asks = RedisAsks(client)
    asks.claim_notification("T1", "unauthorized", "job 1")

    asks.close("T1", "unauthorized", [])

    assert asks.claim_notification("T1", "unauthorized", "job 2")


def test_where_the_admins_were_asked_is_known_until_it_is_over(client: Any) -> None:
    asks = RedisAsks(client)
    posts = [AdminPost(SlackUser("E1", "T1", f"U{n}"), MessageRef("D1", f"{n}.1"), MAYA, "GitHub") for n in range(12)]
    for post in posts:
        asks.save_post("unauthorized", post)

    assert asks.posts("T1", "unauthorized") == posts[2:]

    asks.close("T1", "unauthorized", [])
    assert asks.posts("T1", "unauthorized") == []


def test_everything_ends_by_itself(client: Any) -> None:
    asks = RedisAsks(client)
    asks.save_post("unauthorized", AdminPost(LEON, MessageRef("D1", "1.1"), MAYA, "GitHub"))
    asks.wait("unauthorized", MAYA, "d1")
    asks.claim_notification("T1", "unauthorized", "job 1")

    assert all(0 < client.ttl(key) <= 7 * 24 * 3600 for key in client.scan_iter())


def test_what_nobody_of_us_wrote_waits_for_nothing(client: Any) -> None:
    """security.md 16"""
    client.hset("slack_app:{asks:T1}:waiting:x", mapping={"d1": "garbage", "d2": "[]", "d3": "{}"})

    client.rpush("slack_app:{asks:T1}:posts:x", "garbage", "[]", "{}")

    assert RedisAsks(client).waiting("T1", "x") == []
    assert RedisAsks(client).posts("T1", "x") == []
