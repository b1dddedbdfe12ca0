"""Alerts and dashboard read figures that there are, and each alert leads to a part of docs/operate.md."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import click
import pytest
import yaml

from slack_app.adapters.slack_errors import known_errors
from slack_app.cli import main
from slack_app.errors import Meaning
from tests.conftest import missing, tool
from tests.deploy.alerts import RULES, exported, rules, selectors
from tests.deploy.files import DEPLOY, ROOT

OPERATE = (ROOT / "docs" / "operate.md").read_text()
BOARD = json.loads((DEPLOY / "grafana" / "slack-app.json").read_text())
PANEL_QUERIES = [target["expr"] for panel in BOARD["panels"] for target in panel["targets"]]
EXPRESSIONS = [*(rule["expr"] for rule in rules().values()), *PANEL_QUERIES]


@pytest.mark.parametrize("expr", EXPRESSIONS)
def test_each_figure_that_is_read_exists_with_the_labels_that_are_named(expr: str) -> None:
    known = exported()

    for selector in selectors(expr):
        assert selector.name in known
        assert {label for label, _, _ in selector.conditions} <= known[selector.name] | {"job", "instance"}
    together = {label for labels in re.findall(r"\bby \(([^)]*)\)", expr) for label in labels.split(", ")}
    assert together <= {"le"}.union(*(known[selector.name] for selector in selectors(expr)))


@pytest.mark.parametrize(("name", "rule"), rules().items(), ids=rules())
def test_each_alert_says_how_bad_it_is_and_leads_to_what_to_do(name: str, rule: dict[str, object]) -> None:
    labels, said = rule["labels"], rule["annotations"]

    assert isinstance(labels, dict)
    assert isinstance(said, dict)
    assert labels["severity"] in {"page", "ticket"}
    assert said["summary"].endswith(".")
    assert said["runbook_url"] == f"docs/operate.md#{name.lower()}"
    section = re.search(rf"^### {name}\n\n`{labels['severity']}`(.*?)(?=^##)", OPERATE, re.MULTILINE | re.DOTALL)
    assert section
    assert [f"**{part}" in section[1] for part in ("People", "First", "Then")] == [True] * 3


def test_operate_md_has_no_alert_that_there_is_not() -> None:
    assert re.findall(r"^### (SlackApp\w+)$", OPERATE, re.MULTILINE) == list(rules())


def test_the_alert_about_the_token_knows_every_code_that_says_so() -> None:
    codes = rules()["SlackAppTokenRefused"]["expr"].partition('code=~"')[2].partition('"')[0].split("|")

    broken = [c for c, meaning in known_errors("chat.postMessage").items() if meaning is Meaning.BROKEN_INSTALLATION]
    assert sorted(codes) == sorted(broken)


@pytest.mark.parametrize("command", sorted(set(re.findall(r"`slack-app ([a-z][^`…]*)`", OPERATE))))
def test_each_command_of_operate_md_exists(command: str) -> None:
    words = command.split()
    found: click.Command = main
    while isinstance(found, click.Group):
        found = found.commands[words.pop(0)]

    found.make_context(found.name, words)  # parses, and runs nothing


def test_the_dashboard_can_be_imported_for_any_prometheus() -> None:
    """https://grafana.com/docs/grafana/latest/dashboards/build-dashboards/view-dashboard-json-model/"""
    chosen = {"type": "prometheus", "uid": "${datasource}"}
    assert [(one["name"], one["type"], one["query"]) for one in BOARD["templating"]["list"]] == [
        ("datasource", "datasource", "prometheus")
    ]
    assert "id" not in BOARD  # Grafana gives it one
    places: set[tuple[int, int]] = set()
    for panel in BOARD["panels"]:
        assert panel["datasource"] == chosen
        assert [target["datasource"] for target in panel["targets"]] == [chosen] * len(panel["targets"])
        assert len({target["refId"] for target in panel["targets"]}) == len(panel["targets"])
        place = panel["gridPos"]
        assert place["x"] + place["w"] <= 24
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert not places & cells
        places |= cells
    assert len({panel["id"] for panel in BOARD["panels"]}) == len(BOARD["panels"])


def test_prometheus_understands_all_of_it_and_alerts_when_it_should(tmp_path: Path) -> None:
    promtool = tool("promtool") or missing("promtool (package prometheus)")
    records = [
        {"record": f"panel_{n}", "expr": q.replace("$__rate_interval", "5m")} for n, q in enumerate(PANEL_QUERIES)
    ]
    queries = tmp_path / "queries.yaml"
    queries.write_text(yaml.safe_dump({"groups": [{"name": "dashboard", "rules": records}]}))

    subprocess.run([promtool, "check", "rules", str(RULES), str(queries)], check=True, capture_output=True)
    subprocess.run(
        [promtool, "test", "rules", str(Path(__file__).with_name("alerts.promtool.yaml"))],
        check=True,
        capture_output=True,
    )
