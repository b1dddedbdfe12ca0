"""Plays a morning in many workspaces, link by link: who asks when, how often is looked, how each link ends.

Nothing crosses workspaces, so each is played by itself. Pauses, and what an organization may be asked in a minute, are
the app's own (features/poll.py, adapters/links/schedule.py, budget.py); what people do is assumed here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush
from math import exp, inf
from random import Random
from statistics import NormalDist

from slack_app.adapters.links.budget import LEAST_POLLS, LINK_ROOM, LOOKUPS_KEPT, MOST_REQUESTS
from slack_app.adapters.links.schedule import AT_ONCE, PER_MINUTE
from slack_app.features import poll
from slack_app.features.completion import PRIORITIZED_SECONDS
from slack_app.features.deliver_link import FIRST_LOOK_SECONDS

MINUTE, HOUR = 60, 3600
PEOPLE, PEAK = 40.0, 0.05
"""In a workspace on average; the share of them who connect something within the hour."""
OFFERED_SECONDS = 600.0
SPREAD = 1.5
"""Of the logarithm of the sizes: half of the workspaces have a third of the average, one in 100 ten times as many."""
LINKS_EACH = 1.5
OPENED, OPENED_AFTER = 0.9, 15.0
"""Who opens the link, and after how many seconds on average."""
THROUGH, THROUGH_AFTER = 0.8, 60.0
"""Who of these is connected in the end, and how many seconds after they opened it."""
OTHERS = 0.5
"""For each link, menus, App Homes, `/connect status`; each is counted as if it were a link's work."""
JOBS = {"commands": "command", "links": "link", "others": "link", "looks": "look", "ends": "end"}
"""What is counted, and what each of it costs."""


@dataclass(frozen=True, slots=True)
class Morning:
    """An hour in which a share (`peak`) of the people connect; half-way it is twice as busy as on average."""

    workspaces: int
    people: float = PEOPLE
    peak: float = PEAK
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Link:
    """What becomes of a link by itself: never, where its person does not open it, or is not through."""

    made_at: float
    opened_at: float = inf
    through_at: float = inf

    @property
    def expires_at(self) -> float:
        """Return when it is offered no more."""
        return self.made_at + OFFERED_SECONDS


@dataclass(slots=True)
class Load:
    """How much of everything came in each second, and how long each person waited to be told."""

    seconds: dict[str, Counter[int]] = field(default_factory=lambda: {name: Counter() for name in JOBS})
    told_after: list[float] = field(default_factory=list)
    expired: int = 0
    pending: Counter[int] = field(default_factory=Counter)
    """How many links more are out, or less, from that second on."""

    def note(self, name: str, at: float) -> None:
        """Count one."""
        self.seconds[name][int(at)] += 1

    def at(self, name: str, second: int) -> int:
        """Return how many came in that second."""
        return self.seconds[name][second]

    def total(self, name: str) -> int:
        """Return how many came in all."""
        return self.seconds[name].total()

    @property
    def minutes(self) -> int:
        """Return the minutes until nothing came any more."""
        return max((max(counted, default=0) for counted in self.seconds.values()), default=0) // MINUTE + 1

    def minute(self, number: int) -> dict[str, int]:
        """Return how many came in that minute."""
        span = range(number * MINUTE, (number + 1) * MINUTE)
        return {name: sum(counted[second] for second in span) for name, counted in self.seconds.items()}

    def most_pending(self) -> int:
        """Return how many links were out at most."""
        now = most = 0
        for second in sorted(self.pending):
            now += self.pending[second]
            most = max(most, now)
        return most

    def told_within(self, share: float) -> float:
        """Return the seconds after which that share of those who were connected was told."""
        ordered = sorted(self.told_after)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


def play(morning: Morning) -> Load:
    """Play it; the same morning is always the same."""
    random, load = Random(morning.seed), Load()
    for people in sizes(morning):
        count = int(people * morning.peak * LINKS_EACH + random.random())  # on average what it is before the point
        if links := [_link(random) for _ in range(count)]:
            for link in links:
                _note_asked(link, load, random)
            play_workspace(links, load, random)
    return load


def sizes(morning: Morning) -> Iterator[float]:
    """Return how many people each workspace has: few have many, on a log-normal curve cut into equal parts."""
    curve = [exp(SPREAD * NormalDist().inv_cdf((n + 0.5) / morning.workspaces)) for n in range(morning.workspaces)]
    scale = morning.people * morning.workspaces / sum(curve)
    return (one * scale for one in curve)


def _link(random: Random) -> Link:
    made_at = random.triangular(0.0, HOUR)
    if random.random() >= OPENED:
        return Link(made_at)
    opened_at = made_at + random.expovariate(1 / OPENED_AFTER)
    if random.random() >= THROUGH:
        return Link(made_at, opened_at)
    return Link(made_at, opened_at, opened_at + random.expovariate(1 / THROUGH_AFTER))


def _note_asked(link: Link, load: Load, random: Random) -> None:
    load.note("commands", link.made_at)
    load.note("links", link.made_at)
    if link.opened_at < link.expires_at:
        load.note("commands", link.opened_at)  # Slack reports the press
    if random.random() < OTHERS:
        load.note("commands", link.made_at)
        load.note("others", link.made_at)


def play_workspace(links: Sequence[Link], load: Load, random: Random) -> None:
    """Look at its links until each has ended, and a while after; never more often than its organization allows.

    Who waits for the organization's turn is served in the order in which they are due: that who pressed goes first is
    not played.
    """
    asked = Counter(int(link.made_at) // MINUTE for link in links)
    due = [(min(link.made_at + FIRST_LOOK_SECONDS, link.opened_at), number) for number, link in enumerate(links)]
    heapify(due)
    looks, late_looks = [0] * len(links), [0] * len(links)
    for link in links:
        load.pending[int(link.made_at)] += 1
    turn = 0.0
    while due:
        at, number = heappop(due)
        link = links[number]
        gap = MINUTE / _most_looks(2 * asked[int(at) // MINUTE])
        at = max(at, turn - (AT_ONCE - 1) * gap)
        turn = max(turn, at) + gap
        load.note("looks", at)
        if late_looks[number] or at >= min(link.through_at, link.expires_at):
            if not late_looks[number]:
                _note_end(link, at, load)
            if link.through_at > at and late_looks[number] < len(poll.LATE_LOOKS):
                late_looks[number] += 1
                heappush(due, (at + poll.LATE_LOOKS[late_looks[number] - 1], number))
            continue
        looks[number] += 1
        heappush(due, (_next_look(link, at, looks[number], random), number))


def _most_looks(requests_for_links: int) -> float:
    room = MOST_REQUESTS - max(LINK_ROOM, requests_for_links) - LOOKUPS_KEPT
    return min(PER_MINUTE, max(LEAST_POLLS, room))


def _next_look(link: Link, at: float, looks: int, random: Random) -> float:
    is_prioritized = link.opened_at <= at < link.opened_at + PRIORITIZED_SECONDS
    pause = poll._pause(at - link.opened_at if is_prioritized else None, looks) * (0.85 + 0.3 * random.random())
    due = min(at + pause, link.expires_at)
    return link.opened_at if at < link.opened_at < due else due


def _note_end(link: Link, at: float, load: Load) -> None:
    load.note("ends", at)
    load.pending[int(at)] -= 1
    if link.through_at <= at:
        load.told_after.append(at - link.through_at)
    else:
        load.expired += 1


def played_costs(workspaces: int, links: int, made_in: float, looked_at: float) -> int:
    """Return the looks in the seconds after the last link, as bench/costs.py measures them: nobody opens one."""
    load, random = Load(), Random(1)
    for workspace in range(workspaces):
        mine = [Link(made_in * number / links) for number in range(workspace, links, workspaces)]
        play_workspace(mine, load, random)
    return sum(load.at("looks", int(made_in) + second) for second in range(int(looked_at)))
