"""Measures this app beside its peers in one run, in rounds, and writes docs/benchmarks.md.

make bench                          the short form, about 20 minutes on a machine that does nothing else
make bench LINKS=100000             memory after so many links
make bench BENCH="acks links"       some of it, printed only
make bench BENCH="idle costs"       what bench/scaling.py reckons from, written into bench/costs.json
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import signal
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from importlib.metadata import PackageNotFoundError, version

import psutil

from bench import costs, fairness, measures, own, report
from bench.subjects import OURS, PEERS, Subject, subjects, version_of
from bench.world import World, a_world

PACKAGES = "slack-bolt slack-sdk redis hiredis requests uvicorn uvloop httptools flask gunicorn".split()
ONLY_NAMED = "costs"
"""Not for the page: scaling is reckoned from it."""
FAULTS = (RuntimeError, OSError, ValueError, LookupError, ArithmeticError, psutil.Error)

Measure = Callable[[World, Subject], measures.Figures]


def the_compared(links: int) -> dict[str, tuple[Measure, ...]]:
    """Return what is measured of everybody, by name; `memory` once, the others in each round."""
    return {
        "acks": (partial(measures.acks, processes=1), partial(measures.acks, processes=2)),
        "links": (measures.links,),
        "latency": (measures.latency,),
        "memory": (partial(measures.memory, count=links),),
    }


def the_own(seconds: float) -> dict[str, Callable[[World], measures.Figures]]:
    """Return what is measured of this app alone, once."""
    return {
        "idle": partial(own.idle, seconds=20.0),
        "trips": own.trips,
        "neighbour": partial(fairness.neighbour, seconds=seconds),
        "many": partial(fairness.many, seconds=seconds),
        "stalled": fairness.beside_a_stalled_one,
        "backlog": fairness.backlog,
        "crowd": own.crowd,
        "kills": own.kills,
        "costs": costs.costs,
    }


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="make bench")
    names = [*the_compared(0), *the_own(0)]
    parser.add_argument("names", nargs="*", metavar="BENCH", help=f"some of: {' '.join(names)}")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--links", type=int, default=5000, help="for the memory")
    parser.add_argument("--seconds", type=float, default=60.0, help="of the two measurements of fairness")
    found = parser.parse_args()
    if wrong := set(found.names) - set(names):
        parser.error(f"there is no {' '.join(sorted(wrong))}, but {' '.join(names)}")
    return found


def conditions(began: datetime, rounds: int, load: float) -> list[str]:
    """Return under which conditions the run was taken."""
    found = []
    for name in PACKAGES:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            found.append(f"no {name}")
    bolt = PEERS / "bolt_js" / "node_modules" / "@slack" / "bolt" / "package.json"
    if bolt.exists():
        found.append(
            f"@slack/bolt {json.loads(bolt.read_text())['version']} on Node {version_of(['node', '--version'])}"
        )
    minutes = (datetime.now(UTC) - began).total_seconds() / 60
    commit = version_of(["git", "rev-parse", "--short", "HEAD"])
    return [
        f"{began:%Y-%m-%d %H:%M} UTC, {minutes:.0f} minutes, {rounds} rounds, commit {commit}",
        f"{os.cpu_count()} cores, {psutil.virtual_memory().total / 1e9:.0f} GB, {platform.platform()}, "
        f"Python {platform.python_version()}; the load was {load:.1f} before the start",
        ", ".join(found),
    ]


def measure(
    results: defaultdict[str, defaultdict[str, list[float]]],
    name: str,
    subject: Subject,
    take: Callable[[], measures.Figures],
) -> None:
    """Take one measurement and print it; one that fails is said, and the others go on."""
    began = time.monotonic()
    try:
        figures = take()
    except FAULTS as exc:
        print(f"{name} of {subject.label} failed: {type(exc).__name__}: {exc}", file=sys.stderr)
        return
    for key, value in figures.items():
        results[subject.name][key].append(value)
    shown = ", ".join(f"{key} {value:.4g}" for key, value in figures.items())
    print(f"{name}, {subject.label} ({time.monotonic() - began:.0f} s): {shown}", flush=True)


def main() -> None:
    """Run everything, or what is named on the command line."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # what was started ends, too
    wanted, began, load = arguments(), datetime.now(UTC), os.getloadavg()[0]
    if load > 0.5:
        print(f"bench: something else runs here (load {load:.1f}); figures of a busy machine are worth little")
    found = subjects()
    results: defaultdict[str, defaultdict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    with a_world() as world:
        for number in range(wanted.rounds):
            for name, takes in the_compared(wanted.links).items():
                if (wanted.names and name not in wanted.names) or (name == "memory" and number):
                    continue
                for take in takes:
                    for subject in found:
                        measure(results, name, subject, partial(take, world, subject))
        for name, take_own in the_own(wanted.seconds).items():
            if name in wanted.names or (not wanted.names and name != ONLY_NAMED):
                measure(results, name, OURS, partial(take_own, world))
    labels = {subject.name: subject.label for subject in found}
    print(f"\n{report.table(results, labels)}")
    if ONLY_NAMED in wanted.names:
        costs.keep(results[OURS.name], conditions(began, 1, load))
        print("\nwritten: bench/costs.json")
    if not wanted.names:
        report.write(results, labels, conditions(began, wanted.rounds, load), wanted.links)
        print("\nwritten: docs/benchmarks.md, docs/images/benchmarks.svg")


if __name__ == "__main__":
    main()
