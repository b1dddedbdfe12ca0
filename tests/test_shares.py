"""How many threads one organization gets, on a clock that the test turns."""

from __future__ import annotations

from collections import deque

import pytest

from slack_app.shares import MOST_REMEMBERED, REMEMBERED_SECONDS, Shares


def filled(shares: Shares, tenant: str, most: int = 100) -> int:
    """Take threads for the tenant as long as it gets one more; returns how many it got."""
    count = 0
    while count < most and tenant not in shares.held():
        shares.add(tenant)
        count += 1
    return count


def test_one_organization_alone_leaves_a_quarter_of_the_threads_to_others() -> None:
    shares = Shares(16, lambda _tenant: None)

    assert filled(shares, "T1") == 12
    assert "T2" not in shares.held()


def test_the_next_that_stalls_gets_less_and_a_thread_stays_free() -> None:
    shares = Shares(16, lambda _tenant: None)

    assert [filled(shares, tenant) for tenant in ("T1", "T2")] == [12, 3]
    assert "T3" not in shares.held()


@pytest.mark.parametrize(("threads", "alone"), [(1, 1), (2, 1), (4, 3), (8, 6), (64, 48)])
def test_a_worker_with_more_or_fewer_threads_shares_them_too(threads: int, alone: int) -> None:
    assert filled(Shares(threads, lambda _tenant: None), "T1") == alone


@pytest.mark.parametrize("stalling", [1, 3, 6, 11])
def test_while_organizations_stall_a_thread_is_free_for_the_next(stalling: int) -> None:
    # given organizations that take whatever they get, and hold it for the same time
    shares, in_hand = Shares(16, lambda _tenant: None), deque[str]()
    ring = deque(f"T{number}" for number in range(stalling))

    def fill() -> None:
        while len(in_hand) < 16 and (free := [tenant for tenant in ring if tenant not in shares.held()]):
            shares.add(free[0])
            in_hand.append(free[0])
            ring.remove(free[0])
            ring.append(free[0])

    fill()

    # when they have gone on so for a while, then there is a thread for one more at every moment
    for moment in range(200):
        shares.remove(in_hand.popleft())
        fill()
        assert moment < 100 or len(in_hand) <= 15
    assert set(in_hand) == set(ring)


def test_the_workspaces_of_one_organization_share_what_it_may_have() -> None:
    shares = Shares(16, {"T1": "org_a", "T2": "org_a", "T3": "org_b"}.get)
    for tenant in ("T1", "T2", "T3"):
        shares.learn(tenant)

    assert filled(shares, "T1") == 12
    assert filled(shares, "T2") == 0
    assert filled(shares, "T3") == 3


def test_whoever_ends_a_job_may_have_the_next() -> None:
    shares = Shares(16, lambda _tenant: None)
    filled(shares, "T1")

    shares.remove("T1")

    assert filled(shares, "T1") == 1


def test_whose_a_workspace_is_is_asked_once_in_minutes() -> None:
    now, asked = [0.0], list[str]()

    def organization_of(tenant: str) -> str | None:
        asked.append(tenant)
        return "org_a" if len(asked) == 1 else "org_b"

    shares = Shares(16, organization_of, clock=lambda: now[0])
    for _ in range(3):
        shares.learn("T1")
    assert asked == ["T1"]

    now[0] += REMEMBERED_SECONDS
    shares.learn("T1")
    assert asked == ["T1", "T1"]


def test_so_many_workspaces_are_remembered_and_no_more() -> None:
    shares = Shares(4, lambda _tenant: "org_a")
    for number in range(MOST_REMEMBERED + 10):
        shares.learn(f"T{number}")

    filled(shares, f"T{MOST_REMEMBERED}")

    assert len(shares.held()) == MOST_REMEMBERED
