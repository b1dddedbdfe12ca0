"""Modals and App Homes: who has which open, what stands in their fields, and what may be done with them.

https://docs.slack.dev/surfaces/modals and https://docs.slack.dev/surfaces/app-home
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from slack_app.stand_ins.slack.blocks import interactive_elements, with_ids
from slack_app.stand_ins.slack.elements import Element, Value, initial_value, offered_options, problem_in, state_value
from slack_app.stand_ins.slack.errors import ViewError
from slack_app.stand_ins.slack.view_checks import checked

TRIGGER_SECONDS = 3.0
MOST_OPEN = 3
Values = Mapping[str, Mapping[str, Value]]
"""What the page says stands in the fields: block id, action id, value."""
Tell = Callable[[str, dict[str, Any], Callable[[str], bool]], None]


@dataclass(slots=True)
class View:
    """A view as it stands now: what the app gave, who is there to be chosen, and what it named for a select.

    `values` are those of the fields that the person has touched, `is_updated` whether it ever got other content.
    """

    id: str
    user_id: str
    content: dict[str, Any]
    people: Mapping[str, object]
    hash: str = ""
    is_updated: bool = False
    values: dict[str, dict[str, Value]] = field(default_factory=dict)
    suggested: dict[str, list[Element]] = field(default_factory=dict)

    @property
    def blocks(self) -> list[dict[str, Any]]:
        """Return the blocks with the ids that Slack makes up where there are none."""
        return with_ids(self.content["blocks"], self.id)

    def find(self, block_id: str, action_id: str) -> tuple[dict[str, Any], Element] | None:
        """Return the block and the element."""
        for block in self.blocks:
            for element in interactive_elements(block):
                if (block["block_id"], element.get("action_id")) == (block_id, action_id):
                    return block, element
        return None

    def fill(self, values: Values) -> None:
        """Note what stands in the fields, of those that hold something else than they were shown with."""
        for block_id, fields in values.items():
            for action_id, value in fields.items():
                found = self.find(block_id, action_id)
                before = self.values.get(block_id, {}).get(action_id, initial_value(found[1]) if found else None)
                if (value or None) != (before or None):
                    self.touch(block_id, action_id, value)

    def touch(self, block_id: str, action_id: str, value: Value) -> None:
        """Note what the person put into a field."""
        self.values.setdefault(block_id, {})[action_id] = value

    def state(self, *, is_seen: bool = False) -> dict[str, Any]:
        """Return what stands in the fields as the app is told, or as it `is_seen`.

        A field that nobody touched holds what it was first shown with; after an update it is told as empty, though it
        shows something: https://github.com/slackapi/bolt-js/issues/1073, https://github.com/slackapi/bolt-js/issues/1258
        """
        state: dict[str, Any] = {}
        for block in self.blocks:
            for element in interactive_elements(block):
                action_id = str(element.get("action_id"))
                untouched = initial_value(element) if is_seen or not self.is_updated else None
                value = self.values.get(block["block_id"], {}).get(action_id, untouched)
                options = offered_options(element, self.suggested.get(action_id, []), self.people)
                part = state_value(element, value, options)
                if part is not None:
                    state.setdefault(block["block_id"], {})[action_id] = part
        return {"values": state}

    def problems(self) -> dict[str, str]:
        """Return what Slack itself finds wrong with the fields.

        A text of spaces counts as one, and the app has to be ready for it.

        https://docs.slack.dev/reference/block-kit/blocks/input-block
        """
        values = self.state(is_seen=True)["values"]
        inputs = [block for block in self.blocks if block["type"] == "input" and block["block_id"] in values]
        problems = {block["block_id"]: problem_in(block, *values[block["block_id"]].values()) for block in inputs}
        return {name: problem for name, problem in problems.items() if problem}

    def shown(self) -> dict[str, Any]:
        """Return the page's form."""
        return {**self.content, "id": self.id, "hash": self.hash, "blocks": self.blocks}


class Views:
    """Everybody's App Home, and the modals that they have open; safe to use from any thread.

    `opens_after_submission`: whether the trigger of a submission opens a modal, as it does on some clients.
    """

    def __init__(self, clock: Callable[[], float], tell: Tell, people: Mapping[str, object]) -> None:
        self.opens_after_submission = False
        self._clock = clock
        self._people = people
        self._tell = tell
        self._lock = threading.RLock()
        self._triggers: dict[str, tuple[str, float]] = {}
        self._used: set[str] = set()
        self._homes: dict[str, View] = {}
        self._stacks: dict[str, list[View]] = {}
        self._errors: dict[str, dict[str, str]] = {}

    def issue_trigger(self, trigger_id: str, user_id: str, *, is_of_submission: bool = False) -> str:
        """Let the trigger open one modal for the person, for three seconds.

        That of a submission is not to be relied on: https://github.com/slackapi/bolt-js/issues/1072
        https://docs.slack.dev/interactivity/handling-user-interaction#modal_responses
        """
        if self.opens_after_submission or not is_of_submission:
            self._triggers[trigger_id] = (user_id, self._clock())
        return trigger_id

    def home_of(self, user_id: str) -> View | None:
        """Return what was published for the person."""
        return self._homes.get(user_id)

    def modal_of(self, user_id: str) -> View | None:
        """Return the modal that the person sees: the uppermost."""
        stack = self._stacks.get(user_id)
        return stack[-1] if stack else None

    def errors_of(self, user_id: str) -> dict[str, str]:
        """Return what the app did not like of the last submission."""
        return self._errors.get(user_id, {})

    def of(self, user_id: str, view_id: str) -> View | None:
        """Return the view if the person sees it."""
        seen = (self._homes.get(user_id), self.modal_of(user_id))
        return next((view for view in seen if view and view.id == view_id), None)

    def find(self, view_id: str) -> View | None:
        """Return the view, whoever has it open."""
        with self._lock:
            open_views = [view for stack in self._stacks.values() for view in stack] + list(self._homes.values())
        return next((view for view in open_views if view.id == view_id), None)

    def publish(self, user_id: str, content: object, hash_: str | None) -> View:
        """Put a view into a person's App Home. Raises ViewError."""
        home = checked(content, "home")
        with self._lock:
            view = self._homes.get(user_id)
            if view and hash_ and hash_ != view.hash:
                raise ViewError("hash_conflict")
            if view is None:
                view = self._homes[user_id] = View(_new_id(), user_id, home, self._people)
            else:
                view.is_updated = True
            self._put(view, home)
            self._tell("home", {"view": view.shown()}, lambda other: other == user_id)
        return view

    def open(self, trigger_id: str, content: object, *, is_pushed: bool = False) -> View:
        """Open a modal, in the place of all that are open, or above them. Raises ViewError."""
        with self._lock:
            user_id = self._take(trigger_id)
            modal = checked(content, "modal")
            stack = self._stacks.get(user_id, [])
            if is_pushed and not stack:
                raise ViewError("not_found")
            return self.show(user_id, modal, is_pushed=is_pushed)

    def show(self, user_id: str, content: object, *, is_pushed: bool) -> View:
        """Show a modal without a trigger, as the answer to a submission may. Raises ViewError."""
        with self._lock:
            stack = self._stacks.get(user_id, []) if is_pushed else []
            if len(stack) >= MOST_OPEN:
                raise ViewError("push_limit_reached")
            view = View(_new_id(), user_id, checked(content, "modal"), self._people)
            self._put(view, view.content)
            self._stacks[user_id] = [*stack, view]
            self._changed(user_id, {})
        return view

    def update(self, view_id: str, content: object, hash_: str | None = None) -> View:
        """Put other content into a view that somebody has open. Raises ViewError."""
        with self._lock:
            view = self.find(view_id)
            if view is None:
                raise ViewError("not_found")
            if hash_ and hash_ != view.hash:
                raise ViewError("hash_conflict")
            kind = str(view.content["type"])
            self._put(view, checked(content, kind))
            view.is_updated = True
            if kind == "modal":
                self._changed(view.user_id, {})
            else:
                self._tell("home", {"view": view.shown()}, lambda other: other == view.user_id)
        return view

    def close(self, user_id: str, *, is_all: bool = False) -> None:
        """Close the uppermost modal, or all."""
        with self._lock:
            self._stacks[user_id] = [] if is_all else self._stacks.get(user_id, [])[:-1]
            self._changed(user_id, {})

    def refuse(self, user_id: str, errors: dict[str, str]) -> None:
        """Keep the modal open, with what is wrong."""
        with self._lock:
            self._changed(user_id, errors)

    def _take(self, trigger_id: str) -> str:
        if trigger_id not in self._triggers:
            raise ViewError("invalid_trigger_id")
        user_id, issued_at = self._triggers[trigger_id]
        if trigger_id in self._used:
            raise ViewError("exchanged_trigger_id")
        if self._clock() > issued_at + TRIGGER_SECONDS:
            raise ViewError("expired_trigger_id")
        self._used.add(trigger_id)
        return user_id

    def _put(self, view: View, content: dict[str, Any]) -> None:
        view.content = content
        view.hash = f"{int(self._clock())}.{secrets.token_hex(4)}"
        known = {(block["block_id"], e.get("action_id")) for block in view.blocks for e in interactive_elements(block)}
        # What stands in a field stays there when the app gives the field the same two ids.
        view.values = {
            block_id: kept
            for block_id, fields in view.values.items()
            if (kept := {action_id: value for action_id, value in fields.items() if (block_id, action_id) in known})
        }

    def _changed(self, user_id: str, errors: dict[str, str]) -> None:
        self._errors[user_id] = errors
        view = self.modal_of(user_id)
        data = {"view": view.shown() if view else None, "errors": errors}
        self._tell("modal", data, lambda other: other == user_id)


def _new_id() -> str:
    return f"V{secrets.token_hex(5).upper()}"
