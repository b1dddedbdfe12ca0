"""The page of figures for Prometheus: what this process counts (instruments.py), and what all count in Redis.

The latter every process shows alike, whichever is asked; each part is left out while Redis does not say it.
"""

from __future__ import annotations

import os
import platform
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Generic, TypeVar

from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead
from prometheus_client.registry import Collector

from slack_app import __version__, instruments
from slack_app.errors import UpstreamError
from slack_app.health import Readiness
from slack_app.ports.figures import LinkFigures, QueueFigures

Figures = TypeVar("Figures")
DIRECTORY = "PROMETHEUS_MULTIPROC_DIR"
"""Where several processes keep their figures; prometheus_client reads it when it is imported."""
_BROKEN = "connect installation_broken"
"""Counted from 0, since an alert rests on it: Prometheus sees no increase in a figure that begins with its first."""


class Metrics:
    """The page; `queue` and `links` read what all processes count, `readiness` tries what `/readyz` tries."""

    content_type = CONTENT_TYPE_LATEST

    def __init__(
        self, queue: Callable[[], QueueFigures], links: Callable[[], LinkFigures], readiness: Callable[[], Readiness]
    ) -> None:
        self._shared = CollectorRegistry()
        self._shared.register(_Missing(readiness))
        self._shared.register(_Kept(queue, _queue))
        self._shared.register(_Kept(links, _links))
        self._shared.register(_Build())

    def text(self) -> bytes:
        """Return the figures in Prometheus' text format."""
        own, directory = instruments.REGISTRY, os.environ.get(DIRECTORY)
        processes: Sequence[str | int] = ["self"]
        if directory:
            own = CollectorRegistry()
            processes = _living(Path(directory))
            MultiProcessCollector(own, directory)  # type: ignore[no-untyped-call]
        return generate_latest(own) + b"".join(map(generate_latest, (self._shared, _Processes(processes))))  # type: ignore[arg-type]


def _living(directory: Path) -> Sequence[int]:
    """Return which processes keep figures here and live; of the others only what is not counted up goes."""
    known = {int(path.stem.rpartition("_")[2]) for path in directory.glob("*_*.db")}
    living = [pid for pid in sorted(known) if Path(f"/proc/{pid}").exists()]
    for pid in known.difference(living):
        mark_process_dead(pid, str(directory))  # type: ignore[no-untyped-call]
    return living


class _Missing(Collector):
    """A state, not a count: it is seen also while nobody asks for anything."""

    def __init__(self, read: Callable[[], Readiness]) -> None:
        self._read = read

    def collect(self) -> Iterator[Metric]:
        family = GaugeMetricFamily("slack_app_missing", "What commands cannot be taken for want of.", labels=["what"])
        for what in self._read().missing:
            family.add_metric([what], 1)
        yield family


class _Kept(Collector, Generic[Figures]):
    """Figures that stand in Redis; left out while it does not say them."""

    def __init__(self, read: Callable[[], Figures], families: Callable[[Figures], Iterator[Metric]]) -> None:
        self._read, self._families = read, families

    def collect(self) -> Iterator[Metric]:
        try:
            found = self._read()
        except UpstreamError:
            return
        yield from self._families(found)


def _queue(found: QueueFigures) -> Iterator[Metric]:
    yield _gauge("jobs_to_do", "Jobs accepted and not finished.", found.to_do)
    yield _gauge("jobs_waiting", "Of these: that wait for a worker.", found.waiting)
    yield _gauge("jobs_in_hand", "Of these: that a worker does now.", found.in_hand)
    yield _gauge("jobs_retrying", "Of these: that are to be tried again later.", found.retrying)
    yield _gauge("jobs_dead", "Jobs that could not be done, kept to look at.", found.dead)
    yield _gauge("oldest_job_seconds", "How long the job has waited that waits longest for a worker.", found.oldest)
    yield _gauge("workers", "Workers that beat within the last 15 s.", found.workers)
    yield _gauge("workers_silent", "Workers that beat no more, within an hour, and did not end.", found.silent)
    finished = CounterMetricFamily(
        "slack_app_jobs_finished", "Jobs finished, by kind and outcome.", labels=["kind", "outcome"]
    )
    for counted, count in {_BROKEN: 0, **found.outcomes}.items():
        kind, _, outcome = counted.rpartition(" ")
        finished.add_metric([kind, outcome], count)
    yield finished


def _links(found: LinkFigures) -> Iterator[Metric]:
    ended = CounterMetricFamily(
        "slack_app_links_ended", "Links that were used, declined, or ended otherwise.", labels=["outcome"]
    )
    for outcome, count in found.ended.items():
        ended.add_metric([outcome], count)
    yield ended
    yield _gauge("links_polled", "Links that are out with their people, or just ended and looked at.", found.polled)
    yield _gauge("poll_lag_seconds", "How late the poll is that has been due for longest.", found.lag)
    yield HistogramMetricFamily(
        "slack_app_link_seconds",
        "Time from a request's acceptance until its link was in Slack.",
        buckets=_accumulated(found.brought),
        sum_value=found.brought_seconds,
    )


def _accumulated(counts: Sequence[tuple[str, int]]) -> list[tuple[str, float]]:
    total = 0
    accumulated: list[tuple[str, float]] = []
    for bound, count in counts:
        total += count
        accumulated.append((bound, total))
    return accumulated


class _Build(Collector):
    def collect(self) -> Iterator[Metric]:
        family = GaugeMetricFamily("slack_app_build_info", "Which version runs.", labels=["version", "python"])
        family.add_metric([__version__, platform.python_version()], 1)
        yield family


class _Processes:
    """The figures of the operating system, of several processes together: the sum, and when the first began."""

    def __init__(self, processes: Sequence[str | int]) -> None:
        self._processes = processes

    def collect(self) -> Iterator[Metric]:
        found: Mapping[str, list[Metric]] = defaultdict(list)
        for pid in self._processes:
            for family in ProcessCollector(pid=lambda pid=pid: pid, registry=None).collect():  # type: ignore[misc]
                found[family.name].append(family)
        for name, families in found.items():
            together = min if name == "process_start_time_seconds" else sum
            first = families[0]
            value = together(sample.value for family in families for sample in family.samples[:1])
            first.samples = [first.samples[0]._replace(value=value)]
            yield first


def _gauge(name: str, meaning: str, value: float) -> Metric:
    return GaugeMetricFamily(f"slack_app_{name}", meaning, value=value)
