"""What is measured of the app and its peers alike, in rounds: each returns figures by name."""

from __future__ import annotations

from collections.abc import Mapping

from bench.commands import user_of
from bench.load import Sent
from bench.subjects import OURS, Running, Subject
from bench.workspaces import environment_of_many, install, teams
from bench.world import World

Figures = Mapping[str, float]

ACK_SECONDS = 1.5
STALL_SECONDS = 2.0
CONNECTIONS = 16
MOST_PER_SECOND = 7000
LINKS, PACED_LINKS, PACED_RATE = 1000, 100, 20.0
UPSTREAM_DELAY = 0.04
STALL = 10.0


def acks(world: World, subject: Subject, processes: int) -> Figures:
    """Acknowledgements: as many as go, at half that rate, and while the platform takes 10 s for every answer.

    A peer does the work in the process that acknowledges; this app's is another, so there the figure stands twice:
    alone, and beside a worker that makes the links of all that was acknowledged before.
    """
    world.reset()
    with subject.running(world, processes) as running:
        figures: dict[str, float] = {"start_s": running.start_seconds} if processes == 1 else {}
        _closed(world, running, 0, 0.5)
        alone = _closed(world, running, 1)
        world.settle(10)
        rate = alone.per_second / 2
        half = world.send(running.port, count=int(rate * ACK_SECONDS), rate=rate, first=2_000_000)
        figures |= _figures("acks", alone) | {"half_p99_ms": half.percentile(0.99) * 1000}
        beside = alone
        if subject.worker:
            running.start_worker()
            world.wait_for(lambda now: now["posted"] > 20, 30)
            beside = _closed(world, running, 3)
        figures["beside_per_s"] = beside.per_second
        world.upstreams("set", platform_delay=STALL)
        stalled = _closed(world, running, 4, STALL_SECONDS)
        figures |= _figures("stalled", stalled) | {"stalled_errors": sum(stalled.errors.values())}
    return {f"{name}_{processes}": value for name, value in figures.items()}


def _closed(world: World, running: Running, part: int, seconds: float = ACK_SECONDS) -> Sent:
    most = int(seconds * MOST_PER_SECOND)
    return world.send(running.port, count=most, seconds=seconds, connections=CONNECTIONS, first=part * 1_000_000)


def _figures(name: str, sent: Sent) -> dict[str, float]:
    return {
        f"{name}_per_s": sent.per_second,
        f"{name}_p50_ms": sent.percentile(0.5) * 1000,
        f"{name}_p99_ms": sent.percentile(0.99) * 1000,
    }


def links(world: World, subject: Subject) -> Figures:
    """CPU per link, links per second, connections: 1,000 links, commands as fast as they are taken; and 20 a second.

    This app's worker is stopped (SIGSTOP) until the commands are in: its rate is that of one worker process alone. CPU
    is that of the acknowledgements and the work, not of the start.
    """
    world.reset()
    with subject.running(world) as running:
        running.start_worker()
        running.warm_up()
        before, used = world.upstreams("totals"), running.cpu()
        if subject.worker:
            running.process("worker").suspend()
        world.send(running.port, count=LINKS, connections=8)
        if subject.worker:
            running.process("worker").resume()
        _all_there(world, before, LINKS, subject)
        after, now = world.upstreams("totals"), running.cpu()
        posted = sorted(at for user, at in world.upstreams("times")["posted"].items() if user < user_of(LINKS))
        world.settle(5)
        paced = _paced(world, running, subject)
    made = len(posted)
    cpu = {name: (now[name] - used[name]) * 1000 / made for name in now}
    app = sum(ms for name, ms in cpu.items() if name != "redis")
    opened = {name: after[f"connections {name}"] for name in ("slack", "platform")}
    return {
        "links_lost": LINKS - made,
        "links_per_s": (made - 1) / (posted[-1] - posted[0]),
        "links_per_core_s": 1000 / app,
        "cpu_ms": app,
        **{f"cpu_{name}_ms": ms for name, ms in cpu.items()},
        "paced_cpu_ms": sum(paced.values()),
        **{f"paced_cpu_{name}_ms": ms for name, ms in paced.items()},
        **{f"connections_{name}": opened[name] * 1000 / after["posted"] for name in opened},
    }


def _paced(world: World, running: Running, subject: Subject) -> Figures:
    """Return the milliseconds of CPU for a link by process, where commands come 20 a second and nobody has to wait."""
    before, used = world.upstreams("totals"), running.cpu()
    world.send(running.port, count=PACED_LINKS, rate=PACED_RATE, first=8_000_000)
    _all_there(world, before, PACED_LINKS, subject, 20)
    now = running.cpu()
    return {name: (now[name] - used[name]) * 1000 / PACED_LINKS for name in now if name != "redis"}


def _all_there(world: World, before: Mapping[str, int], count: int, subject: Subject, seconds: float = 120.0) -> None:
    """Wait for the links of so many people: the direct messages, and this app's private answers."""
    names = ("posted", "answered") if subject is OURS else ("posted",)
    world.wait_for(lambda now: all(now[name] >= before[name] + count for name in names), seconds)


def latency(world: World, subject: Subject) -> Figures:
    """From the command to the link, with TLS and 40 ms for every answer of both upstreams; eight commands a second."""
    world.reset(has_tls=True)
    with subject.running(world) as running:
        running.start_worker()
        running.warm_up()
        before = world.upstreams("totals")
        world.upstreams("set", slack_delay=UPSTREAM_DELAY, platform_delay=UPSTREAM_DELAY)
        sent = world.send(running.port, count=24, rate=8.0)
        _all_there(world, before, 24, subject, 20)
        posted = world.upstreams("times")["posted"]
    took = [posted.get(user, at + 20.0) - at for user, at in sent.asked_at.items()]
    return {"link_p50_ms": percentile(took, 0.5) * 1000, "link_p95_ms": percentile(took, 0.95) * 1000}


def memory(world: World, subject: Subject, count: int) -> Figures:
    """Resident memory after so many links, of workspaces and organizations with a thousand each; and Redis' own."""
    world.reset()
    many = teams(count // 1000 + 1)
    if subject is OURS:
        install(world, many)
    with subject.running(world, 1, environment_of_many() if subject is OURS else None) as running:
        running.start_worker()
        running.warm_up(many)
        first, kept = running.memory(), int(world.redis.info("memory")["used_memory"])
        done = 0
        while done < count:
            part, before = min(5000, count - done), world.upstreams("totals")
            world.send(running.port, count=part, connections=8, first=done, teams=many)
            _all_there(world, before, part, subject, part / 10)
            done += part
        last, now = running.memory(), int(world.redis.info("memory")["used_memory"])
    return {
        **{f"memory_{name}_first_mb": value for name, value in first.items()},
        **{f"memory_{name}_mb": value for name, value in last.items()},
        "memory_mb": sum(last.values()),
        "redis_bytes_per_link": (now - kept) / count,
    }


def percentile(values: list[float], share: float) -> float:
    """Return the value within which that share lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]
