"""Measures what the README and the notes claim: real processes, a real Redis, stand-ins on loopback.

Each figure is printed with how it was taken. The machine is shared and noisy: medians, and ratios within one run.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import requests

from slack_app.demo.redis_server import RedisServer, find_server
from slack_app.stand_ins.slack import Ack
from tests.half_sent import half_sent
from tests.stage import GENERAL, Stage, answers, on_stage, wait_for

PEOPLE = 200
PENDING, FINISHING = 500, 60


def ask_all(stage: Stage, seconds: float, tool: str = "github") -> list[Ack]:
    """Every person types the command once, evenly over the seconds; returns the acknowledgements."""
    began = time.monotonic()

    def ask(number: int) -> Ack:
        time.sleep(max(0.0, began + number * seconds / PEOPLE - time.monotonic()))
        return stage.workspace.type_command(user_id=f"U{number:05}", channel_id=GENERAL, text=tool)

    with ThreadPoolExecutor(PEOPLE) as pool:
        return list(pool.map(ask, range(PEOPLE)))


def served(stage: Stage) -> int:
    """How many people have their link."""
    return sum(1 for number in range(PEOPLE) if stage.dms(f"U{number:05}"))


def milliseconds(seconds: list[float]) -> str:
    """Median, 99th percentile and maximum."""
    ordered = sorted(seconds)
    p99 = ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]
    return (
        f"median {statistics.median(ordered) * 1000:.1f} ms, p99 {p99 * 1000:.1f} ms, max {ordered[-1] * 1000:.1f} ms"
    )


def slow_platform(stage: Stage) -> None:
    """200 commands in 5 s while the platform takes 10 s for every answer."""
    stage.platform.delay = 10.0
    stage.start_web()
    stage.start("worker")
    began = time.monotonic()
    acks = ask_all(stage, 5.0)
    good = [ack for ack in acks if ack.status == 200 and ack.seconds < 3]
    print(f"  acknowledged within 3 s: {len(good)} of {PEOPLE}; {milliseconds([a.seconds for a in acks])}")
    wait_for(lambda: served(stage) == PEOPLE, 300)
    print(f"  all {PEOPLE} links delivered {time.monotonic() - began:.0f} s after the first command (16 at a time)")


def killed_workers(stage: Stage) -> None:
    """200 commands while workers are killed with SIGKILL eight times."""
    stage.platform.delay = 0.5
    stage.start_web()
    workers = [stage.start("worker"), stage.start("worker")]
    with ThreadPoolExecutor(1) as pool:
        asking = pool.submit(ask_all, stage, 8.0)
        for number in range(8):
            time.sleep(1.0)
            workers[number % 2].kill()
            workers[number % 2] = stage.start("worker")
        asking.result()
    killed_at = time.monotonic()
    wait_for(lambda: served(stage) == PEOPLE, 120)
    doubled = sum(len(stage.dms(f"U{number:05}")) for number in range(PEOPLE)) - PEOPLE
    print(f"  {served(stage)} of {PEOPLE} people have their link, {doubled} twice; "
          f"the last one {time.monotonic() - killed_at:.1f} s after the last command")  # fmt: skip


def own_time(stage: Stage) -> None:
    """From the command to the posted direct message, stand-ins answering at once, one after the other."""
    stage.start_web()
    stage.start("worker")
    for _ in range(20):
        stage.answer_after("github")
    took = []
    for number in range(PEOPLE):
        began, user_id = time.perf_counter(), f"U{number:05}"
        stage.workspace.type_command(user_id=user_id, channel_id=GENERAL, text="github")
        while not stage.dms(user_id):
            time.sleep(0.0002)
        took.append(time.perf_counter() - began)
        time.sleep(0.02)
    print(f"  {milliseconds(took)} (both stand-ins' own time included)")


def hostile_bodies(stage: Stage) -> None:
    """64 half-sent bodies and a 30 MB body: the acknowledgements beside them."""
    stage.start_web()
    number = iter(range(10_000))

    def acknowledgements() -> list[float]:
        return [
            stage.workspace.type_command(
                user_id=f"U{next(number) % PEOPLE:05}", channel_id=GENERAL, text="github"
            ).seconds
            for _ in range(300)
        ]

    acknowledgements()
    alone = acknowledgements()
    held = [half_sent(stage.url) for _ in range(64)]
    with ThreadPoolExecutor(1) as pool:
        large = pool.submit(requests.post, f"{stage.url}/slack/events", data=b"x" * 30 * 2**20, timeout=30)
        beside = acknowledgements()
        status = large.result().status_code
    print(f"  alone:  {milliseconds(alone)}")
    print(f"  beside: {milliseconds(beside)} ({len(held)} half-sent, 30 MB answered {status})")


def start_and_size(stage: Stage) -> None:
    """Time from start to ready, and resident memory after work."""
    took = []
    for _ in range(5):
        began = time.perf_counter()
        process = stage.start_web()
        took.append(time.perf_counter() - began)
        process.terminate()
        process.wait()
    web, worker = stage.start_web(), stage.start("worker")
    ask_all(stage, 2.0)
    wait_for(lambda: served(stage) == PEOPLE, 60)
    sizes = {name: psutil.Process(p.pid).memory_info().rss / 1e6 for name, p in (("web", web), ("worker", worker))}
    print(f"  ready after {statistics.median(took):.2f} s (median of 5)")
    print(f"  resident after {PEOPLE} links: web {sizes['web']:.0f} MB, worker {sizes['worker']:.0f} MB")


def connections(stage: Stage) -> None:
    """1,000 links: how many connections each upstream saw (16 threads)."""
    stage.start_web()
    stage.start("worker")
    for tool in ("github", "gitlab", "notion", "linear", "asana"):
        ask_all(stage, 1.0, tool)
    wait_for(lambda: sum(len(stage.dms(f"U{number:05}")) for number in range(PEOPLE)) == 5 * PEOPLE, 120)
    wait_for(lambda: len([call for call in stage.workspace.calls if call.method == "response_url"]) == 5 * PEOPLE, 60)
    platform = {call.peer for call in stage.platform.calls}
    slack = {call.peer for call in stage.workspace.calls}
    print(f"  {len(stage.platform.calls)} calls over {len(platform)} connections to the platform, "
          f"{len(stage.workspace.calls)} over {len(slack)} to Slack")  # fmt: skip


def restarted_redis(stage: Stage, server: RedisServer) -> None:
    """Redis stopped for 3 s while people ask, and started again."""
    stage.start_web()
    stage.start("worker")
    promised: set[str] = set()
    clear = 0
    for number in range(PEOPLE):
        if number == 60:
            server.kill()
            killed_at = time.monotonic()
        if number > 60 and not server.is_running and time.monotonic() > killed_at + 3:
            server.start()
        ack = stage.workspace.type_command(user_id=f"U{number:05}", channel_id=GENERAL, text="github")
        if ack.status == 200 and "I asked for your" in str(ack.body):
            promised.add(f"U{number:05}")
        elif ack.status == 200 and "can't take requests" in str(ack.body):
            clear += 1
        time.sleep(0.03)
    wait_for(lambda: all(stage.dms(user_id) for user_id in promised), 60)
    unclear = PEOPLE - len(promised) - clear
    print(
        f"  {len(promised)} accepted, and each has the link; {clear} asked to come again; {unclear} got no clear answer"
    )
    print(f"  ready again without a restart: {answers(f'{stage.url}/readyz')}")


def pending_links(stage: Stage) -> None:
    """500 links out in one organization; 60 people open theirs and allow it, one every 2 s; a worker is killed."""
    stage.start_web()
    worker = stage.start("worker")
    for number in range(PENDING):
        stage.workspace.type_command(user_id=f"U{number:05}", channel_id=GENERAL, text="github")
    wait_for(lambda: all(stage.dms(f"U{number:05}") for number in range(PENDING)), 120)
    states = {p.authorization_url: p.state for p in list(stage.platform.pending.values())}
    took: list[float] = []
    with ThreadPoolExecutor(FINISHING) as pool:
        finishing = []
        for number in range(FINISHING):
            finishing.append(pool.submit(finish, stage, f"U{number * 7:05}", states, took))
            if number == FINISHING // 2:
                worker.kill()
                worker = stage.start("worker")
            time.sleep(2.0)
        for one in finishing:
            one.result()
    polls = [call.at for call in list(stage.platform.calls) if call.path.endswith("/complete-oauth")]
    busiest = max(sum(1 for other in polls if at <= other < at + 60) for at in polls)
    print(f"  polls in the busiest minute: {busiest}, {len(polls)} in {polls[-1] - polls[0]:.0f} s")
    print(f"  told after they allowed it: median {statistics.median(took):.1f} s, longest {max(took):.1f} s, "
          f"{len(took)} of {FINISHING}")  # fmt: skip


def finish(stage: Stage, user_id: str, states: dict[str, str], took: list[float]) -> None:
    """Press the link's button, allow it on the consent page, and wait until the message says so."""
    [message] = stage.dms(user_id)
    [url] = [e["url"] for b in message.blocks if b["type"] == "actions" for e in b["elements"] if "url" in e]
    stage.workspace.press(user_id, message.id, "connect_open_link")
    time.sleep(3.0)
    answer = {"state": states[url], "decision": "allow", "account": "dev@example.com"}
    requests.post(url.partition("?")[0], data=answer, timeout=10).raise_for_status()
    began = time.monotonic()
    wait_for(lambda: "is connected as" in stage.dms(user_id)[0].text, 120)
    took.append(time.monotonic() - began)


MEASUREMENTS: list[Callable[[Stage], None]] = [
    own_time, slow_platform, killed_workers, hostile_bodies, start_and_size, connections, pending_links,
]  # fmt: skip


def main() -> None:
    """Run those that are named on the command line, else all."""
    executable = find_server()
    if executable is None:
        sys.exit("bench: redis-server or valkey-server is needed")
    chosen = sys.argv[1:]
    for measurement in [*MEASUREMENTS, restarted_redis]:
        if chosen and measurement.__name__ not in chosen:
            continue
        print(f"{measurement.__name__}: {measurement.__doc__}", flush=True)
        server = RedisServer(executable)
        server.start()
        with (
            tempfile.TemporaryDirectory() as directory,
            on_stage(server.url, Path(directory) / "log", PENDING) as stage,
        ):
            stage.environment["LOG_LEVEL"] = "WARNING"
            stage.platform.requests_a_minute = 1_000_000  # our own time is measured, not an organization's tier
            if measurement is restarted_redis:
                restarted_redis(stage, server)
            else:
                measurement(stage)  # type: ignore[operator]
        server.close()


main()
