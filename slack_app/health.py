"""How a process is, as its operator's probes are told."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Readiness:
    """What is `missing`, so that no command is taken, and what keeps those that are taken from being done."""

    missing: Sequence[str] = ()
    warnings: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Health:
    """How the process is: `readiness` tries what it needs, `stuck` names its threads that do not move."""

    readiness: Callable[[], Readiness]
    stuck: Callable[[], Sequence[str]]
