"""What one organization's trouble costs the others, and how many are kept up with: this app alone, one worker."""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from bench.load import Sent
from bench.measures import STALL, Figures, percentile
from bench.subjects import OURS, Running
from bench.workspaces import environment_of_many, install, key_of, organization_of, teams
from bench.world import World

HEALTHY_RATE, STALLED_RATE = 2.0, 5.0
MOST_WAIT = 150.0
"""Seconds after the last command; who has no link then counts as if it came at that moment."""
ORGANIZATIONS, LINKS_EACH = 40, 15
LOOK_SECONDS = 0.2
ENOUGH_LOOKS, SOON_SECONDS, FINISHING = 70, 15.0, 20
STALLED_LINKS, HEALTHY_LINKS, HEALTHY_FINISHING = 80, 20, 6
BACKLOG = 50_000


def neighbour(world: World, seconds: float) -> Figures:
    """From command to link for an organization with two commands a second: alone, and beside one in trouble.

    That one has five commands a second, and its platform takes 10 s for every answer.
    """
    healthy, stalled = teams(2)
    figures: dict[str, float] = {}
    for name, stalled_rate, asking in (("alone", 0.0, seconds / 2), ("beside", STALLED_RATE, seconds)):
        world.reset()
        install(world, [healthy, stalled])
        with OURS.running(world, 1, environment_of_many()) as running, ThreadPoolExecutor(1) as pool:
            running.start_worker()
            running.warm_up([healthy])
            world.upstreams("set", key_delays={key_of(stalled): STALL})
            noise = pool.submit(_ask, world, running, stalled_rate, asking, [stalled], 1_000_000)
            sent = _ask(world, running, HEALTHY_RATE, asking, [healthy], 0)
            noise.result()
            took = _waits(world, sent)
        figures |= {f"neighbour_{name}_p{p}_s": percentile(took, p / 100) for p in (50, 95)}
    figures["neighbour_ratio"] = figures["neighbour_beside_p95_s"] / figures["neighbour_alone_p95_s"]
    return figures


def _ask(
    world: World, running: Running, rate: float, seconds: float, team_ids: Sequence[str], first: int
) -> dict[str, float]:
    if not rate:
        return {}
    sent: Sent = world.send(running.port, count=int(rate * seconds), rate=rate, teams=team_ids, first=first)
    return sent.asked_at


def _waits(world: World, asked_at: dict[str, float]) -> list[float]:
    ends = time.monotonic() + MOST_WAIT
    while True:
        posted, now = world.upstreams("times")["posted"], time.monotonic()
        if now > ends or all(user in posted for user in asked_at):
            return [posted.get(user, now) - at for user, at in asked_at.items()]
        time.sleep(0.2)


def many(world: World, seconds: float) -> Figures:
    """600 links out in 40 organizations, 200 ms for each `complete-oauth`: who is asked about, and who is told.

    Begins a minute after the last link: until then links have used up much of what the platform takes of each.
    """
    world.reset()
    organizations = teams(ORGANIZATIONS)
    install(world, organizations)
    with OURS.running(world, 1, environment_of_many()) as running:
        running.start_worker()
        running.warm_up(organizations)
        _bring(world, running, organizations, ORGANIZATIONS * LINKS_EACH)
        world.upstreams("set", look_delay=LOOK_SECONDS)
        time.sleep(seconds)
        began = time.monotonic()
        time.sleep(seconds / 2)
        world.upstreams("finish", count=FINISHING)
        time.sleep(seconds / 2)
        looks = world.upstreams("looks", since=began, until=began + seconds)
        told = _told(world, 90 - seconds / 2)
    asked = [looks.get(f"org_{team_id}", [0, 0]) for team_id in organizations]
    enough = ENOUGH_LOOKS * seconds / 60
    return {
        "many_asked_enough": sum(1 for both, _ in asked if both >= enough),
        "many_never_asked": sum(1 for both, _ in asked if both == 0),
        "many_looks_least": min(both for both, _ in asked),
        "many_looks_median": percentile([float(both) for both, _ in asked], 0.5),
        "many_states_least": min(states for _, states in asked),
        "many_told_soon": sum(1 for waited in told if waited <= SOON_SECONDS),
        "many_told": len(told),
        "many_told_longest_s": max(told, default=0.0),
    }


def beside_a_stalled_one(world: World) -> Figures:
    """Six people of one organization go through their links, while another has 80 links out and takes 10 s a look.

    Begins a minute after the links, as above.
    """
    world.reset()
    healthy, stalled, first = teams(3)
    install(world, [healthy, stalled, first])
    with OURS.running(world, 1, environment_of_many()) as running:
        running.start_worker()
        running.warm_up([first])  # what the platform takes of the others in a minute is theirs alone
        _bring(world, running, [stalled], STALLED_LINKS)
        _bring(world, running, [healthy], HEALTHY_LINKS, 1_000_000)
        world.upstreams("set", key_delays={key_of(stalled): STALL})
        time.sleep(60.0)
        world.upstreams("finish", count=HEALTHY_FINISHING, organization_id=organization_of(healthy))
        told = _told(world, 60)
    return {"stalled_told": len(told), "stalled_told_longest_s": max(told, default=60.0)}


def _bring(world: World, running: Running, team_ids: Sequence[str], count: int, first: int = 0) -> None:
    before = world.upstreams("totals")["posted"]
    world.send(running.port, count=count, connections=8, teams=team_ids, first=first)
    world.wait_for(lambda now: now["posted"] >= before + count, 120)


def _told(world: World, seconds: float) -> list[float]:
    """Wait until everybody who went through was told; return how long each waited who was told in time."""
    ends = time.monotonic() + seconds
    while time.monotonic() < ends and None in world.upstreams("told"):
        time.sleep(0.2)
    return [waited for waited in world.upstreams("told") if waited is not None]


def backlog(world: World) -> Figures:
    """From command to link behind 50,000 that wait: for somebody of another organization."""
    world.reset()
    busy, other = teams(2)
    install(world, [busy, other])
    with OURS.running(world, 1, environment_of_many()) as running:
        waiting = 0
        while waiting < BACKLOG:
            sent = world.send(running.port, count=min(10_000, BACKLOG - waiting), teams=[busy], first=waiting)
            waiting += len(sent.latencies)
        running.start_worker()
        world.wait_for(lambda now: now["posted"] > 100, 60)
        sent = world.send(running.port, count=1, teams=[other], first=1_000_000)
        (waited,) = _waits(world, sent.asked_at)
    return {"backlog_s": waited, "backlog_jobs": waiting}
