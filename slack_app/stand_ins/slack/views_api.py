"""The methods that open, push, publish and update views: https://docs.slack.dev/reference/methods/views.open"""

from __future__ import annotations

from collections.abc import Callable

from slack_app.stand_ins.slack.arguments import Arguments, view_in
from slack_app.stand_ins.slack.errors import ApiError
from slack_app.stand_ins.slack.objects import view_object
from slack_app.stand_ins.slack.store import Store
from slack_app.stand_ins.slack.views import View


class ViewsApi:
    """What the app may show in modals and App Homes of one workspace; a view that Slack refuses raises ViewError."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.methods: dict[str, Callable[[Arguments], Arguments]] = {
            "views.open": self._open,
            "views.push": self._push,
            "views.publish": self._publish,
            "views.update": self._update,
        }

    def _open(self, arguments: Arguments) -> Arguments:
        return self._answer(self._store.views.open(str(arguments.get("trigger_id", "")), view_in(arguments)))

    def _push(self, arguments: Arguments) -> Arguments:
        trigger_id = str(arguments.get("trigger_id", ""))
        return self._answer(self._store.views.open(trigger_id, view_in(arguments), is_pushed=True))

    def _publish(self, arguments: Arguments) -> Arguments:
        """https://docs.slack.dev/reference/methods/views.publish"""
        user_id = str(arguments.get("user_id", ""))
        if user_id not in self._store.people:
            raise ApiError("user_not_found")
        if not self._store.app.has_home_tab:
            raise ApiError("not_enabled")
        return self._answer(self._store.views.publish(user_id, view_in(arguments), arguments.get("hash")))

    def _update(self, arguments: Arguments) -> Arguments:
        """https://docs.slack.dev/reference/methods/views.update"""
        view_id = str(arguments.get("view_id", ""))
        return self._answer(self._store.views.update(view_id, view_in(arguments), arguments.get("hash")))

    def _answer(self, view: View) -> Arguments:
        return {"view": view_object(view, self._store.team_id)}
