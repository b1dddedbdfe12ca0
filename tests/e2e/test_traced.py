"""One request leaves one line a step, from web to the end of its link, and figures that all processes agree on."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import requests

from slack_app import __version__
from slack_app.demo.redis_server import free_port
from tests.e2e.connecting import connect
from tests.signed_web import COMMAND, FORM, signed
from tests.stage import SIGNING_SECRET, Stage, wait_for
from tests.test_metrics import Samples, at, samples


def lines_of(log: Path, **about: str) -> list[dict[str, Any]]:
    lines = [json.loads(line) for line in log.read_text().splitlines() if line.startswith("{")]
    return [line for line in lines if about.items() <= line.items()]


def page(url: str) -> Samples:
    return samples(requests.get(f"{url}/metrics", timeout=5).text)


def ask_for_help(stage: Stage, trigger_id: str, **headers: str) -> None:
    form = urlencode({**COMMAND, "trigger_id": trigger_id, "text": "whoami"}).encode()
    signature = signed(form, SIGNING_SECRET)
    answer = requests.post(
        f"{stage.url}/slack/events", data=form, headers={"Content-Type": FORM, **signature, **headers}, timeout=10
    )
    assert answer.status_code == 200


def test_one_reference_leads_from_the_request_to_the_end_of_its_link_and_all_processes_count(stage: Stage) -> None:
    # given two web processes behind one port, and a worker with a port of its own
    port = free_port()
    worker = stage.start("worker", METRICS_PORT=str(port))
    wait_for(lambda: lines_of(stage.log, event="worker.started"), what="the worker has started")
    web = stage.start_web(WEB_CONCURRENCY="2")

    # when somebody connects a tool
    connect(stage, "github")
    wait_for(lambda: lines_of(stage.log, event="link.ended"), what="the link has ended")

    # then each step is a line with the reference, in order, with its duration, and the organization once it is known
    [begun] = lines_of(stage.log, event="job.begun", kind="connect")
    wait_for(lambda: lines_of(stage.log, event="job.done", reference=begun["reference"]), what="the job is done")
    steps = lines_of(stage.log, reference=begun["reference"])
    assert [line["event"] for line in steps if line["event"] != "job.done"] == [
        "job.accepted",
        "job.begun",
        "link.made",
        "link.brought",
        "link.ended",
    ]
    assert all(line["ms"] >= 0 for line in steps if line["event"] != "link.ended")
    assert [line.get("organization_id") for line in steps] == [None, None, *["org_demo"] * (len(steps) - 2)]
    assert lines_of(stage.log, event="link.made")[0]["trace_id"]

    # and what a proxy in front calls the request is in its line
    ask_for_help(stage, "9.0", **{"X-Request-Id": "proxy-1"})
    [accepted] = lines_of(stage.log, request_id="proxy-1")
    assert (accepted["event"], accepted["kind"]) == ("job.accepted", "whoami.show")

    # and whichever process is asked shows what all have counted
    for number in range(1, 40):
        ask_for_help(stage, f"9.{number}")
    pages = [page(stage.url) for _ in range(6)]
    assert len({at(one, "answers_total", status="200") for one in pages}) == 1
    assert (at(pages[0], "answers_total", status="200") or 0) >= 41
    assert {at(one, "answer_seconds_count") for one in pages} == {at(pages[0], "answers_total", status="200")}
    assert len({one["process_start_time_seconds", ()] for one in pages}) == 1
    of_worker = page(f"http://127.0.0.1:{port}")
    assert {at(one, "link_seconds_count") for one in [*pages, of_worker]} == {1}
    posted = {"service": "slack", "method": "chat.postMessage", "status": "200"}
    assert (at(of_worker, "upstream_seconds_count", **posted) or 0) >= 1

    # and the processes say when they begin and end
    web.terminate()
    worker.terminate()
    assert (web.wait(60), worker.wait(60)) == (0, 0)
    for event, count in {"web.started": 2, "web.stopped": 2, "worker.started": 1, "worker.stopped": 1}.items():
        assert [line["version"] for line in lines_of(stage.log, event=event)] == [__version__] * count, event
