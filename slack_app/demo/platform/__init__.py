"""A stand-in for the connector platform: its API, and the consent page of the tools behind it.

It keeps its state in memory and follows the public reference; tests/contract calls every operation of it through
the platform's official SDK.
"""

from slack_app.demo.platform.api import Platform
from slack_app.demo.platform.troubles import TROUBLES, Trouble
from slack_app.demo.platform.world import Call, Connection, Pending

__all__ = ["TROUBLES", "Call", "Connection", "Pending", "Platform", "Trouble"]
