"""What is measured of this app alone: CPU while nothing happens, round trips to Redis, and that nothing is lost."""

from __future__ import annotations

import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from bench.measures import Figures
from bench.subjects import OURS, Running, Subject
from bench.world import World, running_server

TIMERS = ("keeper", "teller", "poller")
"""The threads of a worker whose round trips belong to no link."""
TRACED_LINKS = 200
KILLS, KILLED_LINKS = 8, 200
PLAN, CROWD = 20, 40


def idle(world: World, seconds: float) -> Figures:
    """CPU of a worker and of a web process that have nothing to do, in milliseconds a second."""
    world.reset()
    with OURS.running(world) as running:
        running.start_worker()
        running.warm_up()
        world.reset()  # and with it the links that would be polled
        time.sleep(3.0)
        used, began = running.cpu(), time.monotonic()
        time.sleep(seconds)
        now, passed = running.cpu(), time.monotonic() - began
    return {f"idle_{name}_ms_per_s": (now[name] - used[name]) * 1000 / passed for name in now}


def trips(world: World) -> Figures:
    """Round trips to Redis and HTTP calls for a link: for one alone, listed; and on average for 200 at once."""
    world.reset()
    trace = Path(world.log.parent) / "trace"
    traced = (sys.executable, "-m", "bench.traced", "slack_app")
    subject = Subject("traced", "traced", OURS.directory, (*traced, "web"), [*traced, "worker"])
    with subject.running(world, 1, {"BENCH_TRACE": str(trace)}) as running:
        running.start_worker()
        running.warm_up()
        alone = _traced(world, running, trace, 1)
        print("  one link alone:")
        for number, (at, thread, what, callers) in enumerate(alone, start=1):
            print(f"  {number:3} {(at - alone[0][0]) * 1000:7.1f} ms  {thread:14} {' + '.join(what)}")
            print(f"      {'':12}{' < '.join(callers)}")
        stats = world.redis.info("commandstats")
        many = _traced(world, running, trace, TRACED_LINKS)
        calls = _calls(world.redis.info("commandstats")) - _calls(stats)
    return {
        "trips_alone": sum(1 for event in alone if not _is_http(event)),
        "http_alone": sum(1 for event in alone if _is_http(event)),
        "trips": sum(1 for event in many if not _is_http(event)) / TRACED_LINKS,
        "redis_commands": calls / TRACED_LINKS,
    }


def _traced(world: World, running: Running, trace: Path, count: int) -> list[Any]:
    """Return what so many links led to, until they were brought; without what the timers do."""
    before, size, began = world.upstreams("totals"), trace.stat().st_size, time.monotonic()
    world.send(running.port, count=count, connections=8, first=int(began * 1000) % 100_000_000)
    world.wait_for(lambda now: all(now[n] >= before[n] + count for n in ("posted", "answered")), 60)
    time.sleep(0.3)
    with trace.open() as lines:
        lines.seek(size)
        events = sorted(json.loads(line) for line in lines)
    first = next(n for n, event in enumerate(events) if _is_enqueued(event))
    return [event for event in events[first:] if not event[1].startswith(TIMERS)]


def _is_enqueued(event: Any) -> bool:
    return any("producer" in caller for caller in event[3])


def _is_http(event: Any) -> bool:
    return str(event[2][0]).startswith("HTTP ")


def _calls(stats: Any) -> int:
    return sum(int(stat["calls"]) for stat in stats.values())


def kills(world: World) -> Figures:
    """200 commands within 8 s while one of two workers is killed (SIGKILL) each second: who has no link, or two."""
    world.reset()
    with OURS.running(world) as running:
        running.start_worker()
        running.warm_up()
        running.start("worker2", OURS.worker or [])
        world.upstreams("set", platform_delay=0.5)
        before = world.upstreams("totals")
        with ThreadPoolExecutor(1) as pool:
            asking = pool.submit(world.send, running.port, count=KILLED_LINKS, rate=KILLED_LINKS / KILLS)
            for number in range(KILLS):
                time.sleep(1.0)
                name = ("worker", "worker2")[number % 2]
                running.process(name).kill()
                running.process(name).wait()
                running.start(name, OURS.worker or [])
            acknowledged = len(asking.result().latencies)
        world.wait_for(lambda now: now["posted"] >= before["posted"] + KILLED_LINKS, 90)
        after = world.upstreams("totals")
    posted = after["posted"] - before["posted"]
    return {"kills_lost": acknowledged - posted, "kills_twice": after["repeated"] - before["repeated"]}


def crowd(world: World) -> Figures:
    """40 commands at once on a Redis that takes 20 connections: who is served, and how long somebody later waits."""
    world.reset()
    with running_server("--maxclients", str(PLAN)) as url, OURS.running(world, 1, {"REDIS_URL": url}) as running:
        running.start_worker()
        running.warm_up()
        before = world.upstreams("totals")["posted"]
        sent = world.send(running.port, count=CROWD, connections=CROWD)
        world.wait_for(lambda now: now["posted"] >= before + CROWD, 30)
        served = world.upstreams("totals")["posted"] - before
        later = world.send(running.port, count=1, first=1_000_000)
        world.wait_for(lambda now: now["posted"] > before + served, 30)
        posted = world.upstreams("times")["posted"]
    took = [posted.get(user, at + 30.0) - at for user, at in later.asked_at.items()]
    return {"crowd_acknowledged": len(sent.latencies), "crowd_served": served, "crowd_later_s": max(took)}
