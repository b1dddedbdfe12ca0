"""`/connect` alone: the menu at once as it is known, and a job that brings it up to date; and what is typed into it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from slack_app.features.menu import Choice, Menu, Opening
from slack_app.listeners.job import commander, interactor, of_command, of_interaction
from slack_app.listeners.words import Typed
from slack_app.ports import Clock
from slack_app.ports.jobs import JobQueue


def is_asked_for(typed: Typed) -> bool:
    """Say whether the person typed nothing that names a tool or a verb."""
    return not typed.words


def hand_over(payload: Mapping[str, Any], choice: Choice, queue: JobQueue, clock: Clock) -> Menu | Opening:
    """Write the job and give what is known. Raises UserError for a workspace not set up, UpstreamError for Redis."""
    known = choice.cached(commander(payload))
    queue.enqueue(of_command(payload, "menu", clock()))
    return known


def hand_over_shortcut(payload: Mapping[str, Any], queue: JobQueue, clock: Clock) -> None:
    """Write the job that opens the menu as a modal. Raises UpstreamError.

    https://docs.slack.dev/reference/interaction-payloads/shortcuts-interaction-payload
    """
    person = interactor(payload)
    if person is not None:
        queue.enqueue(of_interaction(payload, person, "open_menu", clock()))


def matching(payload: Mapping[str, Any], choice: Choice) -> Menu:
    """Give what fits the letters typed so far. Raises UserError, UpstreamError.

    https://docs.slack.dev/reference/interaction-payloads/block_suggestion-payload
    """
    person = interactor(payload)
    return choice.matching(person, str(payload.get("value", ""))) if person else Menu([], None)
