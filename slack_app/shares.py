"""How many of a worker's threads one organization may have, so that others always find a free one.

Jobs that wait are sorted by tenant (a workspace, or a Grid). Which organization a tenant belongs to is found out from
its set-up, and remembered for minutes; until then, and where there is none, the tenant counts for itself.
"""

from __future__ import annotations

import threading
import time
from collections import Counter, OrderedDict
from collections.abc import Callable

from slack_app.ports import Clock

SHARE = 3
"""An organization gets one more thread while it has fewer than three times those that are free then: alone 12 of 16.

As more come, each one's share falls by itself, and the last free thread is for one that has none. A dynamic threshold,
as switches share their buffers by: https://doi.org/10.1109/90.664262
"""
REMEMBERED_SECONDS = 300.0
MOST_REMEMBERED = 1000


class Shares:
    """Counts the jobs in hand of one worker. Thread-safe."""

    def __init__(
        self, threads: int, organization_of: Callable[[str], str | None], clock: Clock = time.monotonic
    ) -> None:
        self._threads = threads
        self._organization_of = organization_of
        self._clock = clock
        self._lock = threading.Lock()
        self._in_hand: Counter[str] = Counter()
        self._owners: OrderedDict[str, tuple[str, float]] = OrderedDict()

    def held(self) -> list[str]:
        """Return the tenants that get no more threads now."""
        with self._lock:
            by_owner: Counter[str] = Counter()
            for tenant, jobs in self._in_hand.items():
                by_owner[self._owner(tenant)] += jobs
            most = SHARE * (self._threads - self._in_hand.total() - 1)
            full = {owner for owner, jobs in by_owner.items() if jobs >= most}
            tenants = {*self._in_hand, *self._owners} if full else set()
            return [tenant for tenant in tenants if self._owner(tenant) in full]

    def add(self, tenant: str) -> None:
        """Count a job of the tenant's that is in hand."""
        with self._lock:
            self._in_hand[tenant] += 1

    def remove(self, tenant: str) -> None:
        """Count one less."""
        with self._lock:
            self._in_hand[tenant] -= 1
            if not self._in_hand[tenant]:
                del self._in_hand[tenant]

    def learn(self, tenant: str) -> None:
        """Find out whose the tenant is, where that is not known. Raises UpstreamError."""
        now = self._clock()
        with self._lock:
            if tenant in self._owners and now < self._owners[tenant][1]:
                return
        organization_id = self._organization_of(tenant)  # no lock is held while Redis is asked
        owner = f"organization {organization_id}" if organization_id else tenant
        with self._lock:
            self._owners[tenant] = (owner, now + REMEMBERED_SECONDS)
            self._owners.move_to_end(tenant)
            while len(self._owners) > MOST_REMEMBERED:
                self._owners.popitem(last=False)

    def _owner(self, tenant: str) -> str:
        return self._owners[tenant][0] if tenant in self._owners else tenant
