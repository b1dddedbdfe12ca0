"""What one command, link, look and end cost in CPU, Redis operations, bytes and memory: what scaling is reckoned from.

This app alone, 100 workspaces with an organization each, one web process and one worker. More links of one organization
would use up what the platform takes of it in a minute (adapters/links/budget.py), and nobody would look at them.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass

from bench.measures import Figures
from bench.subjects import OURS, Running
from bench.workspaces import environment_of_many, install, teams
from bench.world import World

WORKSPACES, LINKS, LOOK_SECONDS = 100, 1000, 30.0
LASTING_SECONDS = 2 * 3600
"""What lives longer in Redis than anything about a pending link is kept for the person."""


@dataclass(frozen=True, slots=True)
class Moment:
    """What had been used until then."""

    cpu: Mapping[str, float]
    commands: int
    traffic: int
    memory: int
    looks: int

    def since(self, before: Moment, name: str, count: int) -> dict[str, float]:
        """Return what each of so many things has cost since then."""
        each = {f"cpu_{process}_ms": (self.cpu[process] - before.cpu[process]) * 1000 for process in self.cpu}
        each |= {
            "redis_commands": self.commands - before.commands,
            "redis_traffic_bytes": self.traffic - before.traffic,
            "redis_memory_bytes": self.memory - before.memory,
        }
        return {f"cost_{name}_{what}": value / max(1, count) for what, value in each.items()}


def costs(world: World) -> Figures:
    """1,000 commands; their links; looks at them for half a minute; and all of their people going through."""
    world.reset()
    many = teams(WORKSPACES)
    install(world, many)
    with OURS.running(world, 1, environment_of_many()) as running:
        running.start_worker()
        running.warm_up(many)
        begun = world.upstreams("totals")
        start = _moment(world, running)
        running.process("worker").suspend()
        world.send(running.port, count=LINKS, connections=8, teams=many)
        enqueued = _moment(world, running)
        running.process("worker").resume()
        world.wait_for(lambda now: now["answered"] >= begun["answered"] + LINKS, 120)
        linked = _moment(world, running)
        time.sleep(LOOK_SECONDS)
        looked = _moment(world, running)
        finished = world.upstreams("finish", count=LINKS)
        ends = time.monotonic() + 180
        while time.monotonic() < ends and None in world.upstreams("told"):
            time.sleep(0.5)
        told = _moment(world, running)
        clients = int(world.redis.info("clients")["connected_clients"])
    looks = looked.looks - linked.looks
    return {
        **enqueued.since(start, "command", LINKS),
        **linked.since(enqueued, "link", LINKS),
        **looked.since(linked, "look", looks),
        **told.since(looked, "end", finished),
        "cost_looks_per_s": looks / LOOK_SECONDS,
        "cost_looks_while_ending": (told.looks - looked.looks) / max(1, finished),
        "cost_lasting_bytes": _lasting(world) / LINKS,
        "cost_redis_connections": clients,
    }


def _moment(world: World, running: Running) -> Moment:
    stats = world.redis.info("commandstats")
    network = world.redis.info("stats")
    return Moment(
        running.cpu(),
        sum(int(stat["calls"]) for stat in stats.values()),
        int(network["total_net_input_bytes"]) + int(network["total_net_output_bytes"]),
        int(world.redis.info("memory")["used_memory"]),
        int(world.upstreams("totals").get("platform POST /complete-oauth", 0)),
    )


def _lasting(world: World) -> int:
    """Return the bytes of what is kept for people beyond their links."""
    found = 0
    for key in world.redis.scan_iter("slack_app:*", count=1000):
        seconds = world.redis.ttl(key)
        if seconds < 0 or seconds > LASTING_SECONDS:
            found += int(world.redis.memory_usage(key) or 0)
    return found
