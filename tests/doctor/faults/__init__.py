"""The faults that an operator makes or meets: how each is planted, what the doctor has to say, and the next step."""

from __future__ import annotations

from tests.doctor.faults import addresses, mapping, platform, redis, settings, slack, work
from tests.doctor.faults.fault import Fault

FAULTS: list[Fault] = [
    *settings.FAULTS,
    *redis.FAULTS,
    *slack.FAULTS,
    *mapping.FAULTS,
    *platform.FAULTS,
    *work.FAULTS,
    *addresses.FAULTS,
]
