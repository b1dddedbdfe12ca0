"""Types commands: a process of its own, so that what it costs is not the app's.

    python -m bench.load < LOAD as JSON, prints a Sent as JSON

Closed loop: each of `connections` sends the next command when the one before was answered. Open loop, where there is a
`rate`: commands come evenly whatever the answers do, and each counts from when it was to be sent. The requests are
signed before the clock starts. As with Slack, an answer after three seconds is none.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import cast

from bench.answers import TEAM
from bench.commands import signed, user_of
from bench.protocol import message_in, new_loop

ACK_SECONDS = 3.0


@dataclass(frozen=True, slots=True)
class Load:
    """What is to be sent: `count` commands at most, for `seconds` at most; of people numbered from `first` on."""

    port: int
    slack_url: str
    count: int
    seconds: float = 600.0
    connections: int = 16
    rate: float | None = None
    first: int = 0
    teams: Sequence[str] = (TEAM,)


@dataclass(slots=True)
class Sent:
    """What came of it: acknowledgements within three seconds, their latencies, errors, when each person asked."""

    seconds: float
    latencies: list[float]
    errors: dict[str, int]
    asked_at: dict[str, float] = field(repr=False)

    @property
    def per_second(self) -> float:
        """Return the acknowledgements per second."""
        return len(self.latencies) / self.seconds

    def percentile(self, share: float) -> float:
        """Return the latency (seconds) within which that share was answered; of what failed it was never."""
        ordered = sorted(self.latencies) + [ACK_SECONDS] * sum(self.errors.values())
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


class Typist(asyncio.Protocol):
    """One connection, on which one command is under way at a time."""

    def __init__(self, done: asyncio.Queue[Typist], run: Run) -> None:
        self._done = done
        self._run = run
        self._buffer = bytearray()
        self._user_id = ""
        self._began = 0.0
        self.is_open = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's are not of its class
        self.is_open = True

    def send(self, user_id: str, request: bytes, began: float) -> None:
        """Send a command, which counts from `began` on."""
        self._user_id, self._began = user_id, began
        self._run.asked_at[user_id] = began
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while message := message_in(self._buffer):
            status = message[0].split(b" ", 2)[1].decode()
            self._note(status)

    def connection_lost(self, _exc: Exception | None) -> None:
        self.is_open = False
        if self._user_id:
            self._note("connection lost")

    def close(self) -> None:
        """End the connection."""
        self._transport.close()

    def _note(self, status: str) -> None:
        took = time.monotonic() - self._began
        if status == "200" and took <= ACK_SECONDS:
            self._run.latencies.append(took)
        else:
            self._run.errors["late" if status == "200" else status] += 1
        self._user_id = ""
        self._done.put_nowait(self)


class Run:
    """One load under way."""

    def __init__(self, load: Load) -> None:
        self._load = load
        numbers = range(load.first, load.first + load.count)
        self._requests = [(user_of(n), signed(n, load.port, load.slack_url, load.teams)) for n in numbers]
        self._idle: asyncio.Queue[Typist] = asyncio.Queue()
        self.latencies: list[float] = []
        self.errors: Counter[str] = Counter()
        self.asked_at: dict[str, float] = {}

    async def __call__(self) -> Sent:
        """Send everything, wait for the answers."""
        for _ in range(self._load.connections):
            self._idle.put_nowait(await self._connect())
        began = time.monotonic()
        ends = began + self._load.seconds
        for number, (user_id, request) in enumerate(self._requests):
            at = began + number / self._load.rate if self._load.rate else time.monotonic()
            if at > ends or time.monotonic() > ends:
                break
            await asyncio.sleep(max(0.0, at - time.monotonic()))
            await self._send(user_id, request, at)
        over = time.monotonic() + 2 * ACK_SECONDS
        while len(self.latencies) + self.errors.total() < len(self.asked_at) and time.monotonic() < over:
            await asyncio.sleep(0.005)
        seconds = time.monotonic() - began
        if missing := len(self.asked_at) - len(self.latencies) - self.errors.total():
            self.errors["no answer"] += missing
        return Sent(seconds, self.latencies, dict(self.errors), self.asked_at)

    async def _send(self, user_id: str, request: bytes, at: float) -> None:
        if self._load.rate and self._idle.empty():
            typist = await self._connect()
        else:
            typist = await self._idle.get()
            typist = typist if typist.is_open else await self._connect()
        typist.send(user_id, request, at if self._load.rate else time.monotonic())

    async def _connect(self) -> Typist:
        connect = asyncio.get_running_loop().create_connection
        _, typist = await connect(lambda: Typist(self._idle, self), "127.0.0.1", self._load.port)
        return typist


if __name__ == "__main__":
    asyncio.set_event_loop(event_loop := new_loop())
    sent = event_loop.run_until_complete(Run(Load(**json.load(sys.stdin)))())
    json.dump(asdict(sent), sys.stdout)
