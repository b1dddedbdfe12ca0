"""The methods that open, push, publish and update views: https://docs.slack.dev/reference/methods/views.open"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from slack_app.demo.workspace.arguments import ApiError, Arguments, view_in
from slack_app.demo.workspace.interactions import described_view
from slack_app.demo.workspace.views import View

if TYPE_CHECKING:
    from slack_app.demo.workspace.stand_in import Workspace


class ViewsApi:
    """What the app may show in modals and App Homes of one workspace; a view that Slack refuses raises ViewError."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self.methods: dict[str, Callable[[Arguments], Arguments]] = {
            "views.open": self._open,
            "views.push": self._push,
            "views.publish": self._publish,
            "views.update": self._update,
        }

    def _open(self, arguments: Arguments) -> Arguments:
        return self._described(self._workspace.views.open(str(arguments.get("trigger_id", "")), view_in(arguments)))

    def _push(self, arguments: Arguments) -> Arguments:
        trigger_id = str(arguments.get("trigger_id", ""))
        return self._described(self._workspace.views.open(trigger_id, view_in(arguments), is_pushed=True))

    def _publish(self, arguments: Arguments) -> Arguments:
        """https://docs.slack.dev/reference/methods/views.publish"""
        user_id = str(arguments.get("user_id", ""))
        if user_id not in self._workspace.room.people:
            raise ApiError("user_not_found")
        return self._described(self._workspace.views.publish(user_id, view_in(arguments), arguments.get("hash")))

    def _update(self, arguments: Arguments) -> Arguments:
        """https://docs.slack.dev/reference/methods/views.update"""
        view_id = str(arguments.get("view_id", ""))
        return self._described(self._workspace.views.update(view_id, view_in(arguments), arguments.get("hash")))

    def _described(self, view: View) -> Arguments:
        return {"view": described_view(self._workspace.where, view)}
