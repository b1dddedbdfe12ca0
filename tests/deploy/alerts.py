"""What the alerts rest on: figures, the values of their labels, thresholds. No PromQL is evaluated."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import yaml
from prometheus_client.metrics import MetricWrapperBase
from prometheus_client.metrics_core import Metric
from prometheus_client.parser import text_string_to_metric_families

from slack_app import instruments
from slack_app.health import Readiness
from slack_app.metrics import Metrics
from slack_app.ports.figures import LinkFigures, QueueFigures
from tests.deploy.files import DEPLOY

RULES = DEPLOY / "prometheus" / "slack-app.rules.yaml"
_SELECTOR = re.compile(r"\b((?:slack_app|process)_\w+|up)\b(?:\{([^}]*)\})?")
_CONDITION = re.compile(r'(\w+)(=~|!~|=|!=)"([^"]*)"')


class Sample(NamedTuple):
    """One line of a page of figures."""

    name: str
    labels: Mapping[str, str]
    value: float


@dataclass(frozen=True)
class Selector:
    """The figures that an expression reads in one place."""

    name: str
    conditions: tuple[tuple[str, str, str], ...]

    def matches(self, sample: Sample) -> bool:
        """Return whether it selects this one, as Prometheus does."""
        if sample.name != self.name:
            return False
        return all(_holds(sample.labels.get(label, ""), how, value) for label, how, value in self.conditions)


def _holds(label: str, how: str, value: str) -> bool:
    is_it = bool(re.fullmatch(value, label)) if how.endswith("~") else label == value
    return is_it is not how.startswith("!")


def rules() -> dict[str, dict[str, Any]]:
    """Return the alerts, by name."""
    groups = yaml.safe_load(RULES.read_text())["groups"]
    return {rule["alert"]: rule for group in groups for rule in group["rules"]}


def selectors(expr: str) -> list[Selector]:
    """Return what an expression reads, in its order."""
    return [
        Selector(name, tuple(_CONDITION.findall(conditions or "")))
        for name, conditions in _SELECTOR.findall(re.sub(r"\b(by|on) \([^)]*\)", "", expr))
    ]


def thresholds(expr: str) -> list[tuple[str, float]]:
    """Return the numbers that an expression compares with, in its order."""
    return [(sign, float(number)) for sign, number in re.findall(r"([<>]) ([\d.]+)", expr)]


def samples_of(page: str) -> Iterator[Sample]:
    """Return what stands on a page of figures."""
    for family in text_string_to_metric_families(page):
        for sample in family.samples:
            yield Sample(sample.name, sample.labels, sample.value)


def exported() -> dict[str, set[str]]:
    """Return the labels of each figure that the app shows, and of what Prometheus itself adds, by name."""
    figures = {"up": set[str]()}
    for found in vars(instruments).values():
        if isinstance(found, MetricWrapperBase):
            for family in found.describe():
                figures |= _named(family, set(found._labelnames))
    queue = QueueFigures(0, 0, {"connect link_sent": 1}, 0, 0, 0, 0.0, 0, 0)
    links = LinkFigures({"connected": 1}, 0, 0.0, [("+Inf", 1)], 1.0)
    page = Metrics(lambda: queue, lambda: links, lambda: Readiness(["redis"])).text().decode()
    for family in text_string_to_metric_families(page):
        if family.samples:
            figures |= _named(family, {label for sample in family.samples for label in sample.labels} - {"le"})
    return figures


def _named(family: Metric, labels: set[str]) -> dict[str, set[str]]:
    names = {"counter": ["_total"], "histogram": ["_bucket", "_count", "_sum"]}.get(family.type, [""])
    return {f"{family.name}{end}": labels | ({"le"} if end == "_bucket" else set()) for end in names}
