"""What buttons, options and the `private_metadata` of modals carry: what it is about, and for which tool.

It comes back from a person's client, so it is input: whoever reads it checks whose the thing is.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Value:
    """`target_id` names a link, a request that waits, a connection, a problem or a version; empty for none."""

    target_id: str = ""
    connector_type: str = ""

    def __str__(self) -> str:
        """Return the carried form, `target:tool`."""
        return f"{self.target_id}:{self.connector_type.replace('%', '%25').replace(':', '%3A')}"

    @classmethod
    def parse(cls, text: object) -> Value:
        """Read the carried form; what has no colon is a target alone. Never fails."""
        carried = text if isinstance(text, str) else ""
        target_id, colon, connector_type = carried.rpartition(":")  # the platform's ids may have colons
        return cls(target_id, connector_type.replace("%3A", ":").replace("%25", "%")) if colon else cls(carried)
