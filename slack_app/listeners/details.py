"""What was filled into the modal of a tool that needs details; and which tool was chosen in the modal of the menu.

https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from slack_app import wording
from slack_app.errors import UserError
from slack_app.features.details import Details
from slack_app.listeners.connect import checked
from slack_app.listeners.job import interactor, of_interaction
from slack_app.ports import Clock
from slack_app.ports.jobs import JobQueue
from slack_app.views.details import VALUE
from slack_app.views.menu import CHOOSE, TOOL


def chosen(payload: Mapping[str, Any], queue: JobQueue, clock: Clock) -> Details | None:
    """Write the job for the chosen tool; for one that needs details give what is to be asked first.

    Raises UserError for somebody of another workspace, UpstreamError when the job could not be written.
    """
    option = filled_in(payload)[TOOL][CHOOSE]["selected_option"]
    tool_key = str(option["value"]).rpartition(":")[2]
    if needed := wording.details.needed_details().get(tool_key):
        return Details(tool_key, str(option["text"]["text"]), needed)
    person = interactor(payload)
    if person is None:
        raise UserError("button_outdated")
    queue.enqueue(of_interaction(payload, person, "connect", clock(), connector_type=tool_key))
    return None


def hand_over(payload: Mapping[str, Any], queue: JobQueue, clock: Clock) -> Mapping[str, str]:
    """Write the job; gives what is wrong with which field instead, if something is. Raises as `chosen` does."""
    values = {key: str(block[VALUE].get("value") or "").strip() for key, block in filled_in(payload).items()}
    missing = {key: wording.details.missing() for key, value in values.items() if not value}
    if missing:
        return missing
    person = interactor(payload)
    if person is None:
        raise UserError("button_outdated")
    about, _, tool_key = str(payload["view"]["private_metadata"]).partition(":")
    queue.enqueue(
        of_interaction(
            payload,
            person,
            "fill",
            clock(),
            connector_type=tool_key,
            parameters=checked(values),
            details={"about": about},
        )
    )
    return {}


def filled_in(payload: Mapping[str, Any]) -> Mapping[str, Mapping[str, Any]]:
    """Give what the person filled in: block id, action id, value."""
    values: Mapping[str, Mapping[str, Any]] = payload["view"]["state"]["values"]
    return values
