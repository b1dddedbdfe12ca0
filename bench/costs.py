"""What one command, link, look and end cost in CPU, Redis operations, bytes and memory: what scaling is reckoned from.

This app alone, 100 workspaces with an organization each, one web process and one worker. More links of one organization
would use up what the platform takes of it in a minute (adapters/links/budget.py), and nobody would look at them.
`make bench BENCH="idle costs"` keeps the figures in bench/costs.json, from which bench/scaling.py reckons.
"""

from __future__ import annotations

import json
import re
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.measures import Figures
from bench.subjects import OURS, Running
from bench.workspaces import environment_of_many, install, teams
from bench.world import World

WORKSPACES, LINKS, LOOK_SECONDS = 100, 1000, 30.0
LASTING_SECONDS = 2 * 86400
"""What lives longer in Redis than anything about a link (a day longer than itself) is kept for the person."""
KEPT = Path(__file__).parent / "costs.json"
SLOT_LINKS, MOST_LOGGED = 200, 200_000


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
    empty = int(world.redis.info("memory")["used_memory"])
    install(world, many)
    installed, of_workspaces = int(world.redis.info("memory")["used_memory"]), _lasting(world)
    with OURS.running(world, 1, environment_of_many()) as running:
        running.start_worker()
        running.warm_up(many)
        begun = world.upstreams("totals")
        start = _moment(world, running)
        running.process("worker").suspend()
        world.send(running.port, count=LINKS, connections=8, teams=many)
        enqueued = _moment(world, running)
        running.process("worker").resume()
        began = time.monotonic()
        world.wait_for(lambda now: now["answered"] >= begun["answered"] + LINKS, 120)
        took = time.monotonic() - began
        linked = _moment(world, running)
        time.sleep(LOOK_SECONDS)
        looked = _moment(world, running)
        finished = world.upstreams("finish", count=LINKS)
        ends = time.monotonic() + 180
        while time.monotonic() < ends and None in world.upstreams("told"):
            time.sleep(0.5)
        told = _moment(world, running)
        clients = int(world.redis.info("clients")["connected_clients"]) - 1  # without the bench's own
        memory = {f"cost_memory_{name}_mb": value for name, value in running.memory().items()}
        lasting = (_lasting(world) - of_workspaces) / LINKS
        slots = _slots(world, running, many)
    looks = looked.looks - linked.looks
    return {
        **enqueued.since(start, "command", LINKS),
        **linked.since(enqueued, "link", LINKS),
        **looked.since(linked, "look", looks),
        **told.since(looked, "end", finished),
        **memory,
        **slots,
        "cost_workspace_bytes": (installed - empty) / WORKSPACES,
        "cost_links_per_s": LINKS / took,
        "cost_looks_while_linking": (linked.looks - enqueued.looks) / LINKS,
        "cost_looks_per_s": looks / LOOK_SECONDS,
        "cost_looks_while_ending": (told.looks - looked.looks) / max(1, finished),
        "cost_lasting_bytes": lasting,
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


def _slots(world: World, running: Running, many: Sequence[str]) -> Figures:
    """Return the microseconds that Redis spends in commands of each hash slot, for a link, its looks and its end.

    Measured apart, since the log costs something itself. https://redis.io/docs/latest/commands/slowlog/
    """
    world.redis.config_set("slowlog-max-len", MOST_LOGGED)
    world.redis.config_set("slowlog-log-slower-than", 0)
    world.redis.slowlog_reset()
    before = world.upstreams("totals")["answered"]
    world.send(running.port, count=SLOT_LINKS, connections=8, first=20_000_000, teams=many)
    world.wait_for(lambda now: now["answered"] >= before + SLOT_LINKS, 60)
    time.sleep(LOOK_SECONDS)
    world.upstreams("finish", count=SLOT_LINKS)
    time.sleep(LOOK_SECONDS / 2)
    world.redis.config_set("slowlog-log-slower-than", -1)
    spent: Counter[str] = Counter()
    # The log cuts words off within a letter.
    for entry in world.redis.execute_command("SLOWLOG GET", MOST_LOGGED, NEVER_DECODE=[]):
        words = entry["command"].decode(errors="replace")
        slot = re.search(r"slack_app:\{(jobs|links)\}", words)
        if slot or "slack_app:" in words:
            spent[slot[1] if slot else "other"] += entry["duration"]
    return {f"cost_slot_{slot}_us": spent[slot] / SLOT_LINKS for slot in ("jobs", "links", "other")}


def keep(figures: Mapping[str, Sequence[float]], taken: Sequence[str]) -> None:
    """Write down what scaling is reckoned from; what was not measured this time stays as it was."""
    known = json.loads(KEPT.read_text())["figures"] if KEPT.exists() else {}
    found = {
        name: float(f"{values[-1]:.4g}") for name, values in figures.items() if name.startswith(("cost_", "idle_"))
    }
    KEPT.write_text(json.dumps({"taken": list(taken), "figures": known | found}, indent=2) + "\n")


def _lasting(world: World) -> int:
    """Return the bytes of what is kept for people beyond their links."""
    found = 0
    for key in world.redis.scan_iter("slack_app:*", count=1000):
        seconds = world.redis.ttl(key)
        if seconds < 0 or seconds > LASTING_SECONDS:
            found += int(world.redis.memory_usage(key) or 0)
    return found
