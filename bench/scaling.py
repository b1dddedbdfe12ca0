"""Reckons what so many workspaces need on a morning when many people connect: processes, Redis, connections.

python -m bench.scaling                                                  the table of docs/scaling.md
python -m bench.scaling --workspaces 20000 --people 100 --peak 0.02      one row for yours

What one command, link, look and end cost stands in bench/costs.json, which `make bench BENCH="idle costs"` writes. The
morning is played link by link (bench/morning.py) with the app's own schedule of polls.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from pathlib import Path

from bench.costs import KEPT, LINKS, LOOK_SECONDS, WORKSPACES
from bench.morning import JOBS, MINUTE, PEAK, PEOPLE, Load, Morning, play, played_costs
from slack_app.config import Settings
from slack_app.poller import THREADS as POLL_THREADS

DOCS = Path(__file__).parent.parent / "docs" / "scaling.md"
SIZES = (100, 1_000, 10_000, 50_000)
USE = 0.6
"""As busy a core or a thread is planned to be in the busiest minute; the rest is for what nobody foresees."""
UPSTREAM_SECONDS = 0.2
"""For one answer of Slack or the platform: an assumption."""
CALLS = {"link": 3, "look": 1.3, "end": 2}
"""One after the other: a link's own (what is connected already is asked beside it), message, answer; a look reads the
list every second to fourth time; an end edits message and answer."""
DAY = 4
"""So many times the peak hour's links come in a day: what is kept of a link is kept that long."""
CONNECTED = 0.3
"""Of all people; what is kept of them has no end, or a late one."""
PROCESSES = ("web", "worker", "redis")
JOB_THREADS = int(Settings.model_fields["worker_threads"].default)
CONNECTIONS = int(Settings.model_fields["redis_max_connections"].default)


@dataclass(frozen=True, slots=True)
class Costs:
    """What each thing costs, as it was measured; `taken` says when and where."""

    figures: Mapping[str, float]
    taken: Sequence[str]

    @classmethod
    def read(cls, path: Path = KEPT) -> Costs:
        """Return what was measured last."""
        return cls(**json.loads(path.read_text()))

    def of(self, thing: str, what: str) -> float:
        """Return what a thing costs; of the looks that were made while it was measured their own cost is taken off."""
        looks = {"link": "cost_looks_while_linking", "end": "cost_looks_while_ending"}.get(thing)
        between = self.figures[looks] * self.of("look", what) if looks else 0.0
        return max(0.0, self.figures[f"cost_{thing}_{what}"] - between)

    def cpu(self, process: str, load: Mapping[str, float]) -> float:
        """Return the cores that a process, or several of its kind, are busy with for so much a second."""
        things = ((JOBS.get(name, name), count) for name, count in load.items())
        return sum(count * self.of(thing, f"cpu_{process}_ms") for thing, count in things) / 1000


@dataclass(frozen=True, slots=True)
class Need:
    """What is needed: the busiest minutes' load a second, cores and processes, and what Redis holds."""

    morning: Morning
    load: Mapping[str, float]
    cores: Mapping[str, float]
    web: int
    workers: int
    bound_by: str
    played: Load
    redis_mb: float
    process_mb: float

    @property
    def connections(self) -> int:
        """Return how many connections to Redis the processes open at most."""
        return (self.web + self.workers) * CONNECTIONS


def need(morning: Morning, costs: Costs) -> Need:
    """Play the morning, and return what its busiest minutes need."""
    played, figures = play(morning), costs.figures
    load = busiest(played)
    cores = {process: costs.cpu(process, load) for process in PROCESSES}
    bounds = {
        "CPU": cores["worker"],
        "threads for jobs": seconds_of(load, "links", "others") / JOB_THREADS,
        "threads for looks": seconds_of(load, "looks", "ends") / POLL_THREADS,
    }
    bound_by = max(bounds, key=lambda name: bounds[name])
    workers = max(1, ceil(bounds[bound_by] / USE))
    web = max(1, ceil(cores["web"] / USE))
    cores["redis"] += workers * figures["idle_redis_ms_per_s"] / 1000
    redis_bytes = (
        morning.workspaces * figures["cost_workspace_bytes"]
        + played.total("commands") * DAY * figures["cost_command_redis_memory_bytes"]
        + played.total("links") * DAY * figures["cost_link_redis_memory_bytes"]
        + morning.workspaces * morning.people * CONNECTED * figures["cost_lasting_bytes"]
    )
    memory = {name: figures[f"cost_memory_{name}_mb"] for name in ("web", "worker")}
    return Need(
        morning,
        load,
        cores,
        web,
        workers,
        bound_by,
        played,
        redis_bytes / 1e6,
        web * memory["web"] + workers * memory["worker"],
    )


def busiest(played: Load) -> dict[str, float]:
    """Return how much of each comes in a second of the minute in which most of it comes."""
    minutes = [played.minute(number) for number in range(played.minutes)]
    return {name: max(minute[name] for minute in minutes) / MINUTE for name in JOBS}


def seconds_of(load: Mapping[str, float], *names: str) -> float:
    """Return how many threads wait for Slack or the platform at a time."""
    return sum(load[name] * CALLS[JOBS[name]] * UPSTREAM_SECONDS for name in names)


def row(found: Need) -> str:
    """Return the row of the table."""
    load, cores = found.load, found.cores
    cells = [
        f"{found.morning.workspaces:,}",
        f"{load['commands']:,.1f}",
        f"{load['links']:,.1f}",
        f"{load['looks']:,.0f}",
        f"{found.played.most_pending():,}",
        f"{found.web} ({cores['web']:.2f})",
        f"{found.workers} ({cores['worker']:.2f})",
        f"{ceil(cores['redis'] / USE)} ({cores['redis']:.2f})",
        f"{found.redis_mb:,.0f} MB",
        f"{found.connections}",
        f"{found.process_mb:,.0f} MB",
    ]
    return f"| {' | '.join(cells)} |"


HEAD = """\
| workspaces | commands/s | links/s | looks/s | links out | web processes (cores) | workers (cores) | Redis (cores) | \
Redis, memory | … connections | memory of the processes |
| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |"""


def limits(found: Need, costs: Costs) -> list[str]:
    """Return at how many links a second one Redis, and one slot of a Cluster, is busy all the time."""
    links = found.played.total("links")
    most = 1 / costs.cpu("redis", {name: found.played.total(name) / links for name in JOBS})
    lines = [f"Redis is busy {1000 / most:.2f} ms for each link, looks and all: {most:,.0f} links/s at most"]
    slots = {name: costs.figures[f"cost_slot_{name}_us"] for name in ("jobs", "links", "other")}
    for name, spent in slots.items():
        share = spent / sum(slots.values())
        each = f"{share:.0%} of its time, {most / max(share, 1e-9):,.0f} links/s at most where it is a node's alone"
        lines.append(f"  {name if name == 'other' else f'{{{name}}}'}: {each}")
    return lines


def check_ratio(costs: Costs) -> float:
    """Return the looks of the played schedule by those that were counted while the costs were measured."""
    taken = LINKS / costs.figures["cost_links_per_s"]
    looked = played_costs(WORKSPACES, LINKS, taken, LOOK_SECONDS) / LOOK_SECONDS
    return looked / costs.figures["cost_looks_per_s"]


def main() -> None:
    """Print the table, or one row of it."""
    parser = argparse.ArgumentParser(prog="python -m bench.scaling", description="what so many workspaces need")
    parser.add_argument("--workspaces", type=int, help=f"instead of {SIZES}")
    parser.add_argument("--people", type=float, default=PEOPLE, help="in each, on average")
    parser.add_argument("--peak", type=float, default=PEAK, help="share of them who connect in the peak hour")
    wanted = parser.parse_args()
    costs = Costs.read()
    print(HEAD)
    found = None
    for workspaces in [wanted.workspaces] if wanted.workspaces else SIZES:
        found = need(Morning(workspaces, wanted.people, wanted.peak), costs)
        print(row(found), flush=True)
    assert found
    print(f"\nworkers are bound by {found.bound_by}; 95 % are told within {found.played.told_within(0.95):.1f} s\n")
    print("\n".join(limits(found, costs)))
    print(f"\nlooks as played : as counted in the bench: {check_ratio(costs):.2f}\ncosts: {'; '.join(costs.taken)}")


if __name__ == "__main__":
    main()
