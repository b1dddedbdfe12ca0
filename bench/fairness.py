"""What one organization's trouble costs the others, and how many are kept up with: this app alone, one worker."""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from bench.load import Sent
from bench.measures import STALL, Figures, percentile
from bench.subjects import OURS, Running
from bench.workspaces import environment_of_many, install, key_of, teams
from bench.world import World

HEALTHY_RATE, STALLED_RATE = 2.0, 5.0
MOST_WAIT = 150.0
"""Seconds after the last command; who has no link then counts as if it came at that moment."""
ORGANIZATIONS, LINKS_EACH = 40, 15
LOOK_SECONDS = 0.2
ENOUGH_LOOKS, SOON_SECONDS, FINISHING = 70, 15.0, 20


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
    count = ORGANIZATIONS * LINKS_EACH
    with OURS.running(world, 1, environment_of_many()) as running:
        running.start_worker()
        running.warm_up(organizations)
        before = world.upstreams("totals")["posted"]
        world.send(running.port, count=count, connections=8, teams=organizations)
        world.wait_for(lambda now: now["posted"] >= before + count, 120)
        world.upstreams("set", look_delay=LOOK_SECONDS)
        time.sleep(seconds)
        began = time.monotonic()
        time.sleep(seconds / 2)
        world.upstreams("finish", count=FINISHING)
        time.sleep(seconds / 2)
        looks = world.upstreams("looks", since=began, until=began + seconds)
        ends = time.monotonic() + max(0.0, 90 - seconds / 2)
        while time.monotonic() < ends and None in world.upstreams("told"):
            time.sleep(0.5)
        told = [waited for waited in world.upstreams("told") if waited is not None]
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
