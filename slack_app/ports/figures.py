"""What all processes count together, for whoever watches."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple


class QueueFigures(NamedTuple):
    """How many jobs are `to_do`, and of these `waiting` for a worker, `in_hand`, and `retrying`: to be tried later.

    `dead` are those that could not be done; `outcomes` counts the finished ones by "<kind> <outcome>". `oldest` is for
    how many seconds the job has waited that waits longest; `workers` counts those that live,
    `silent` those that have beaten within the hour and neither live nor have ended in order.
    """

    to_do: int
    dead: int
    outcomes: Mapping[str, int]
    waiting: int
    in_hand: int
    retrying: int
    oldest: float
    workers: int
    silent: int


class LinkFigures(NamedTuple):
    """How links ended; how many are `polled`, and how late, in seconds, the one is that is due for longest (`lag`).

    `brought` counts the links that came into Slack, by how long after their requests: the bounds of a histogram and how
    many were between this one and the one before; `brought_seconds` is the sum of these times.
    """

    ended: Mapping[str, int]
    polled: int
    lag: float
    brought: Sequence[tuple[str, int]]
    brought_seconds: float
