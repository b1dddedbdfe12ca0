"""What operators watch, for Prometheus: the answers to Slack by this process, the jobs and links by all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.registry import Collector

from slack_app.errors import UpstreamError

QueueFacts = Callable[[], tuple[int, int, Mapping[str, int]]]
LinksEnded = Callable[[], Mapping[str, int]]


class Metrics:
    """The figures of one process; `queue_facts` counts jobs to do, dead jobs, outcomes; `links_ended` links' ends."""

    content_type = CONTENT_TYPE_LATEST

    def __init__(self, queue_facts: QueueFacts, links_ended: LinksEnded) -> None:
        self._registry = CollectorRegistry()
        self._answers = Counter(
            "slack_app_answers", "Answers to Slack, by status.", ["status"], registry=self._registry
        )
        self._seconds = Histogram(
            "slack_app_answer_seconds",
            "Time until Slack had its answer (Slack waits 3 s).",
            buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 3),
            registry=self._registry,
        )
        self._registry.register(_Shared(queue_facts, links_ended))

    def count_answer(self, status: int, seconds: float) -> None:
        """Count one answer."""
        self._answers.labels(str(status)).inc()
        self._seconds.observe(seconds)

    def text(self) -> bytes:
        """Return the figures in Prometheus' text format."""
        return generate_latest(self._registry)


class _Shared(Collector):
    """Read at each scrape, from where all processes write it; left out while Redis is away."""

    def __init__(self, queue_facts: QueueFacts, links_ended: LinksEnded) -> None:
        self._queue_facts, self._links_ended = queue_facts, links_ended

    def collect(self) -> Iterator[Metric]:
        try:
            (to_do, dead, outcomes), ended = self._queue_facts(), self._links_ended()
        except UpstreamError:
            return
        yield GaugeMetricFamily("slack_app_jobs_to_do", "Jobs accepted and not finished.", value=to_do)
        yield GaugeMetricFamily("slack_app_jobs_dead", "Jobs that could not be done, kept to look at.", value=dead)
        yield _by_outcome("slack_app_jobs_finished", "Jobs finished, by outcome.", outcomes)
        yield _by_outcome("slack_app_links_ended", "Links that were used, declined, or ended otherwise.", ended)


def _by_outcome(name: str, meaning: str, counts: Mapping[str, int]) -> Metric:
    family = CounterMetricFamily(name, meaning, labels=["outcome"])
    for outcome, count in counts.items():
        family.add_metric([outcome], count)
    return family
