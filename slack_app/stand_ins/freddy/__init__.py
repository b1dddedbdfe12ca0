"""A stand-in for the connector platform: its API, and the consent page of the tools behind it.

It keeps its state in memory and follows the public reference; tests/contract calls every operation of it through
the platform's official SDK. `state` remembers, `catalog`, `linking`, `connections` and `consent` answer, `platform`
puts them together.
"""

from slack_app.stand_ins.freddy.faults import FAULTS, Fault
from slack_app.stand_ins.freddy.parameters import Shape
from slack_app.stand_ins.freddy.platform import Platform
from slack_app.stand_ins.freddy.state import Call, Connection, Pending

__all__ = ["FAULTS", "Call", "Connection", "Fault", "Pending", "Platform", "Shape"]
