"""What people do with what the app shows them: press, choose, type, submit, close, run a shortcut."""

from __future__ import annotations

import json
import time
from typing import Any

from slack_app.stand_ins.slack import interactions
from slack_app.stand_ins.slack.app_client import AppClient
from slack_app.stand_ins.slack.blocks import interactive_elements
from slack_app.stand_ins.slack.element_checks import are_suggestions
from slack_app.stand_ins.slack.elements import (
    Element,
    Value,
    action_value,
    asks_the_app,
    flat_options,
    has_options,
    offered_options,
)
from slack_app.stand_ins.slack.errors import ViewError
from slack_app.stand_ins.slack.events import home_opened
from slack_app.stand_ins.slack.model import Ack, Message
from slack_app.stand_ins.slack.response_urls import ResponseUrls
from slack_app.stand_ins.slack.store import Store
from slack_app.stand_ins.slack.views import Values, View

NO_ANSWER = {"": "We had some trouble connecting. Try again?"}
"""What Slack says when the app does not take a submission; under no block, and so at the foot of the modal."""
Place = Message | View


class UserActions:
    """What the people of one workspace do; each method returns how it went."""

    def __init__(self, store: Store, client: AppClient, response_urls: ResponseUrls) -> None:
        self._store = store
        self._client = client
        self._response_urls = response_urls

    def press(self, user_id: str, message_id: str, action_id: str, block: str | int | None = None) -> bool | None:
        """Press a button of a message; None when this person sees no such button, else whether the app took it."""
        message = self._message(user_id, message_id)
        for place, shown in enumerate(message.blocks_with_ids() if message else []):
            if message is None or block not in (None, place, shown["block_id"]):
                continue
            for element in interactive_elements(shown):
                if element.get("action_id") == action_id:
                    return self._use(user_id, message, str(shown["block_id"]), element, None)
        return None

    def act(
        self, user_id: str, place_id: str, block_id: str, action_id: str, value: Value = None,
        values: Values | None = None,
    ) -> bool | None:  # fmt: skip
        """Use an element; None when this person sees no such element, or it does not offer the value.

        `values` is what stands in the fields of the view besides.
        """
        place, element = self._element(user_id, place_id, block_id, action_id)
        if place is None or element is None:
            return None
        if isinstance(place, View):
            place.fill(values or {})
            place.touch(block_id, action_id, value)
        return self._use(user_id, place, block_id, element, value)

    def suggest(self, user_id: str, place_id: str, block_id: str, action_id: str, query: str) -> dict[str, Any] | None:
        """Ask the app what it offers for what was typed; None when the person sees no such select.

        Raises TimeoutError when the app does not say, or says what Slack would not show.
        https://docs.slack.dev/reference/interaction-payloads/block_suggestion-payload
        """
        place, element = self._element(user_id, place_id, block_id, action_id)
        if place is None or element is None or not asks_the_app(element):
            return None
        asked = {"block_id": block_id, "action_id": action_id, "value": query}
        ack = self._send(user_id, "block_suggestion", {**self._container(place), **asked})
        if ack.status != 200 or not isinstance(ack.body, dict) or not are_suggestions(ack.body):
            raise TimeoutError("the app did not say")
        # What was named before stays: it may have been chosen already.
        place.suggested[action_id] = [*flat_options(ack.body), *place.suggested.get(action_id, [])]
        return ack.body

    def submit(self, user_id: str, view_id: str, values: Values) -> bool | None:
        """Submit the modal; None when this person sees no such modal, else whether the app took it.

        With a required field left empty, or no number where one belongs, it stays open, and the app is not asked.
        """
        view = self._store.views.modal_of(user_id)
        if view is None or view.id != view_id:
            return None
        view.fill(values)
        if problems := view.problems():
            self._store.views.refuse(user_id, problems)
            return False
        person, trigger_id = self._store.people[user_id], self._store.issue_trigger(user_id, is_of_submission=True)
        payload = interactions.view_submission(self._store.team, view, person, trigger_id)
        ack = self._client.send_interaction(payload)
        time.sleep(self._store.ack_delay)  # what the app does meanwhile comes first
        try:
            return self._answered(view, ack)
        except (ViewError, KeyError, TypeError):
            self._store.views.refuse(user_id, NO_ANSWER)
            return False

    def close(self, user_id: str, view_id: str) -> None:
        """Close the modal without submitting it."""
        view = self._store.views.modal_of(user_id)
        if view is None or view.id != view_id:
            return
        self._store.views.close(user_id, is_all=bool(view.content.get("clear_on_close")))
        if view.content.get("notify_on_close"):
            payload = interactions.view_closed(self._store.team, view, self._store.people[user_id])
            self._client.send_interaction(payload)

    def open_home(self, user_id: str, tab: str = "home") -> Ack:
        """Open the App Home, or the conversation, its tab "messages"; returns how the app took the event."""
        store = self._store
        person, channel_id, view = store.people[user_id], store.dm_of(user_id), store.views.home_of(user_id)
        return self._client.send_event(home_opened(store.team, person, channel_id, view, store.clock(), tab=tab))

    def run_shortcut(self, user_id: str, callback_id: str) -> bool | None:
        """Run a global shortcut; None when the app has none of that name, else whether it took it."""
        store = self._store
        if callback_id not in {shortcut.callback_id for shortcut in store.app.shortcuts}:
            return None
        person, trigger_id = store.people[user_id], store.issue_trigger(user_id)
        payload = interactions.shortcut(store.team, callback_id, person, trigger_id, store.clock())
        return self._client.send_interaction(payload).status == 200

    def _answered(self, view: View, ack: Ack) -> bool:
        """Do what the app says of a submission: https://docs.slack.dev/surfaces/modals#response_actions"""
        views, user_id = self._store.views, view.user_id
        if ack.status != 200:
            views.refuse(user_id, NO_ANSWER)
            return False
        answer = _json(ack.body)
        kind = answer.get("response_action")
        if kind == "errors":
            views.refuse(user_id, {str(key): str(text) for key, text in answer["errors"].items()})
        elif kind == "update":
            views.update(view.id, answer["view"])
        elif kind == "push":
            views.show(user_id, answer["view"], is_pushed=True)
        else:
            views.close(user_id, is_all=kind == "clear")
        return True

    def _use(self, user_id: str, place: Place, block_id: str, element: Element, value: Value) -> bool | None:
        action_id = str(element.get("action_id"))
        offered = offered_options(element, place.suggested.get(action_id, []), self._store.people)
        part = action_value(element, value, offered)
        if part is None:
            return None
        done = interactions.action_fields(block_id, part, self._store.issue_trigger(user_id), self._store.clock())
        if isinstance(place, Message):
            state = {block_id: {action_id: part}} if has_options(element) and element["type"] != "overflow" else {}
            response_url = self._response_urls.issue(user_id, place.channel_id, place)
            done |= {"state": {"values": state}, "response_url": response_url}
        return self._send(user_id, "block_actions", {**self._container(place), **done}).status == 200

    def _send(self, user_id: str, kind: str, more: dict[str, Any]) -> Ack:
        payload = {**interactions.common_fields(self._store.team, kind, self._store.people[user_id]), **more}
        return self._client.send_interaction(payload)

    def _container(self, place: Place) -> dict[str, Any]:
        if isinstance(place, View):
            return interactions.view_container(self._store.team, place)
        name = self._store.channel_name(place.channel_id)
        return interactions.message_container(self._store.team, place, name)

    def _message(self, user_id: str, message_id: str) -> Message | None:
        return next((m for m in self._store.seen_by(user_id) if m.id == message_id), None)

    def _element(
        self, user_id: str, place_id: str, block_id: str, action_id: str
    ) -> tuple[Place | None, Element | None]:
        """Return the element, and where it stands, if this person sees it."""
        if view := self._store.views.of(user_id, place_id):
            found = view.find(block_id, action_id)
            return view, found[1] if found else None
        message = self._message(user_id, place_id)
        blocks = message.blocks_with_ids() if message else []
        elements = (e for block in blocks if block["block_id"] == block_id for e in interactive_elements(block))
        return message, next((element for element in elements if element.get("action_id") == action_id), None)


def _json(body: dict[str, Any] | str) -> dict[str, Any]:
    if isinstance(body, dict):
        return body
    try:
        answer = json.loads(body or "{}")
    except ValueError:
        return {}
    return answer if isinstance(answer, dict) else {}
