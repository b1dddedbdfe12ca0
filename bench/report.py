"""Writes docs/benchmarks.md: the table of a run, how it was taken, and what was measured before."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.chart import chart

Results = Mapping[str, Mapping[str, Sequence[float]]]
"""By subject and figure, one value a round."""

DOCS = Path(__file__).parent.parent / "docs"
APP, PYTHON, JS = "app", "bolt-python", "bolt-js"


@dataclass(frozen=True, slots=True)
class Row:
    """One figure; `before` is what the issue's table has for the version before, in its own words."""

    key: str
    label: str
    before: str = ""
    digits: int = 0


COMPARED = [
    Row("acks_per_s_1", "acknowledgements/s, one process", "2.1 to 2.7 × Bolt for Python"),
    Row("acks_per_s_2", "acknowledgements/s, two processes", "1.0 to 1.4 × Bolt for Python"),
    Row("beside_per_s_1", "… one process, the links being made meanwhile"),
    Row("beside_per_s_2", "… two processes, the links being made meanwhile"),
    Row("stalled_per_s_1", "… one process, the platform takes 10 s", digits=1),
    Row("stalled_per_s_2", "… two processes, the platform takes 10 s", digits=1),
    Row("acks_p50_ms_1", "50th percentile, one process, ms", digits=1),
    Row("acks_p99_ms_1", "99th percentile, one process, ms", digits=1),
    Row("acks_p50_ms_2", "50th percentile, two processes, ms", "48", 1),
    Row("acks_p99_ms_2", "99th percentile, two processes, ms", digits=1),
    Row("half_p99_ms_1", "99th percentile at half that rate, one process, ms", digits=1),
    Row("half_p99_ms_2", "99th percentile at half that rate, two processes, ms", digits=1),
    Row("stalled_p50_ms_2", "50th percentile, two processes, the platform takes 10 s, ms", digits=1),
    Row("stalled_p99_ms_2", "99th percentile, two processes, the platform takes 10 s, ms", digits=1),
    Row("paced_cpu_ms", "CPU for a link, 20 commands a second, all processes of the app, ms", digits=2),
    Row("paced_cpu_web_ms", "… of that the process that Slack reaches, ms", "peers 4.3 to 6.0 and 3.8 to 4.7", 2),
    Row("paced_cpu_worker_ms", "… of that the worker, ms", "11 to 13", 2),
    Row("cpu_ms", "CPU for a link, as many as go, all processes of the app, ms", digits=2),
    Row("cpu_web_ms", "… of that the process that Slack reaches, ms", digits=2),
    Row("cpu_worker_ms", "… of that the worker, ms", digits=2),
    Row("cpu_redis_ms", "CPU of Redis for a link, ms", digits=2),
    Row("links_per_s", "links/s of one worker process (peers: of one process)", "49 to 80"),
    Row("links_per_core_s", "links/s for each core, all processes of the app"),
    Row("connections_platform", "connections to the platform for 1,000 links"),
    Row("connections_slack", "connections to Slack for 1,000 links"),
    Row("link_p50_ms", "from command to link, 40 ms and TLS on both upstreams, 50th percentile, ms"),
    Row("link_p95_ms", "… 95th percentile, ms"),
    Row("start_s_1", "start to first acknowledgement, s", digits=2),
    Row("memory_mb", "memory after {links:,} links, all processes of the app, MB"),
]  # fmt: skip
OWN = [
    Row("neighbour_alone_p50_s", "an organization alone, 2 commands/s: 50th percentile to the link, s", "0.04", 2),
    Row("neighbour_alone_p95_s", "… 95th percentile, s", "0.11", 2),
    Row("neighbour_beside_p50_s", "the same beside one with 5 commands/s × 10 s: 50th percentile, s", "62", 2),
    Row("neighbour_beside_p95_s", "… 95th percentile, s", "121", 2),
    Row("neighbour_ratio", "… 95th percentile beside : alone", "1100", 1),
    Row("many_asked_enough", "40 organizations × 15 links, 200 ms a look: asked about 70 times a minute, of 40"),
    Row("many_never_asked", "… never asked about in that minute, of 40", "23"),
    Row("many_looks_median", "… looks for one organization in that minute, median"),
    Row("many_told_soon", "… people told within 15 s that they are connected, of 20"),
    Row("many_told", "… people told within 90 s, of 20", "0"),
    Row("many_told_longest_s", "… the longest wait of those, s", digits=1),
    Row("stalled_told", "beside one with 80 links out and 10 s a look: told within 60 s, of 6", "0"),
    Row("stalled_told_longest_s", "… the longest wait of those, s", digits=1),
    Row("backlog_s", "behind 50,000 commands of another organization: from command to link, s", "961", 2),
    Row("crowd_served", "40 commands at once, a Redis of 20 connections: links", "31 to 37"),
    Row("crowd_later_s", "… from command to link for who comes then, s", "outage for ever", 2),
    Row("trips", "round trips to Redis for a link, web process included", "36", 1),
    Row("redis_commands", "commands in Redis for a link, those of scripts and timers included", "98", 1),
    Row("idle_worker_ms_per_s", "CPU of a worker with nothing to do, ms/s", digits=1),
    Row("idle_web_ms_per_s", "CPU of a web process with nothing to do, ms/s", digits=1),
    Row("memory_worker_mb", "memory of the worker after {links:,} links, MB"),
    Row("memory_worker_first_mb", "… after its first 40, MB"),
    Row("redis_bytes_per_link", "memory in Redis for each link, bytes"),
    Row("kills_lost", "200 commands while workers are killed 8 times: links lost"),
    Row("kills_twice", "… links brought twice"),
]
CHARTED = {
    "acks_per_s_2": "acknowledgements/s, two processes (more is better)",
    "stalled_per_s_2": "acknowledgements/s, two processes, while the platform takes 10 s (more is better)",
    "half_p99_ms_2": "99th percentile at half that rate, ms (less is better)",
    "paced_cpu_ms": "CPU for a link, 20 commands a second, ms (less is better)",
    "memory_mb": "memory after {links:,} links, MB (less is better)",
}


def write(results: Results, labels: Mapping[str, str], conditions: Sequence[str], links: int) -> None:
    """Write the page and its chart."""
    groups = []
    for row in COMPARED:
        if row.key in CHARTED:
            found = [(label, median(results, name, row.key)) for name, label in labels.items()]
            bars = [(label, value, shown(value, row)) for label, value in found if value is not None]
            groups.append((CHARTED[row.key].format(links=links), bars))
    (DOCS / "images" / "benchmarks.svg").write_text(chart(groups))
    (DOCS / "benchmarks.md").write_text(page(results, labels, conditions, links))


def page(results: Results, labels: Mapping[str, str], conditions: Sequence[str], links: int) -> str:
    """Return the page."""
    peers = [name for name in (PYTHON, JS) if name in labels]
    head = ["what", "before", *labels.values(), *(f"app : {labels[peer]}" for peer in peers)]
    lines = [_INTRODUCTION, _table_head(head)]
    for row in COMPARED:
        values = [cell(results, name, row) for name in labels]
        ratios = [ratio(results, peer, row.key) for peer in peers]
        lines.append(f"| {' | '.join([row.label.format(links=links), row.before or '', *values, *ratios])} |")
    lines += ["", _OWN, _table_head(["what", "before", "this app"])]
    lines += [f"| {row.label.format(links=links)} | {row.before} | {cell(results, APP, row)} |" for row in OWN]
    lines += ["", "## How it was taken", "", *(f"- {condition}" for condition in conditions), _METHOD]
    return "\n".join(lines)


def table(results: Results, labels: Mapping[str, str]) -> str:
    """Return what was measured, for a terminal."""
    lines = []
    for row in (*COMPARED, *OWN):
        found = [f"{labels[name]} {cell(results, name, row)}" for name in labels if results[name].get(row.key)]
        found += [f"× {labels[p]} {r}" for p in (PYTHON, JS) if p in labels and (r := ratio(results, p, row.key))]
        if found:
            lines.append(f"{row.label}: {'; '.join(found)}")
    return "\n".join(lines)


def median(results: Results, subject: str, key: str) -> float | None:
    """Return the median of the rounds; None where it was not measured."""
    values = results[subject].get(key)
    return statistics.median(values) if values else None


def shown(value: float, row: Row) -> str:
    """Return the number as the page has it."""
    return f"{value:,.{row.digits}f}"


def cell(results: Results, subject: str, row: Row) -> str:
    """Return median and, of several rounds, the spread."""
    values = results[subject].get(row.key)
    if not values:
        return ""
    spread = f" ({shown(min(values), row)}–{shown(max(values), row)})" if len(values) > 1 else ""
    return f"{shown(statistics.median(values), row)}{spread}"


def ratio(results: Results, peer: str, key: str) -> str:
    """Return the app's figure by the peer's, round by round: the median, and the spread of several."""
    pairs = zip(results[APP].get(key, []), results[peer].get(key, []), strict=False)
    found = [mine / theirs for mine, theirs in pairs if theirs]
    if not found:
        return ""
    spread = f" ({_rounded(min(found))}–{_rounded(max(found))})" if len(found) > 1 else ""
    return f"{_rounded(statistics.median(found))}{spread}"


def _rounded(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.2f}"


def _table_head(names: Sequence[str]) -> str:
    return f"| {' | '.join(names)} |\n|{' --- |' * len(names)}"


_INTRODUCTION = """\
# Benchmarks

Written by `make bench`. Medians of the rounds, and their spread; ratios are of figures of the same round. The peers in
[bench/peers](../bench/peers) bring the same link as Bolt's own documentation shows it: acknowledge, then do the work in
the listener. They make two HTTP calls for a link, this app four: it also asks what is connected already, and answers
where the command was typed. "Before" is what this app's version of November 2026 had on a machine of two cores.

![Acknowledgements, CPU and memory of this app and its peers](images/benchmarks.svg)
"""
_OWN = """\
## This app alone

One web process and one worker.
"""
_METHOD = """
One machine runs everything: the app, Redis (append-only file, `appendfsync everysec`), the load (`bench/load.py`) and
the upstreams (`bench/upstreams.py`, which answer at once unless said). Each measurement starts its processes anew with
an empty Redis. In a round each measurement is taken of the app and then of its peers. Commands are signed, each of a
person of its own, over 16 kept connections, and are sent as fast as they are answered; an answer after three seconds
counts as an error of three seconds. "Half that rate" sends evenly, whatever the answers do.

This app is measured without a worker where acknowledgements alone are meant, since a worker may run on another machine;
"the links being made meanwhile" and "the platform takes 10 s" have one beside. A peer's acknowledgements include its
work, for they are one process. Bolt for Python runs in gunicorn with 8 threads for each process, Bolt for JavaScript in
Node's own cluster where there are two processes.

CPU for a link counts the commands' acknowledgements, the work and everything besides until the last link was brought,
not the start: of 1,000 links whose commands come as fast as they are taken, and of 100 that come 20 a second, which is
dearer, since each thread is woken for each. "Before" names ratios where figures of another machine would say nothing.
"""
