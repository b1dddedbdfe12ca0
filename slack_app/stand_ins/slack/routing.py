"""Which workspace of Slack a request is for: by its token, its path, or the team that the page names."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from starlette.requests import HTTPConnection, Request
from starlette.types import Message, Receive, Scope

from slack_app.stand_ins.slack.arguments import Arguments, read_arguments, token_in
from slack_app.stand_ins.slack.errors import ApiError
from slack_app.stand_ins.slack.store import Store


class Router:
    """Finds the workspace among those of one server."""

    def __init__(self, workspaces: Sequence[Store]) -> None:
        self._workspaces = workspaces

    async def find(self, scope: Scope, receive: Receive) -> tuple[Store | None, Receive]:
        """Return the workspace, None for an unknown team, and a channel that has the body once more."""
        kind, _, rest = str(scope["path"]).lstrip("/").partition("/")
        if kind == "commands":
            return self._named(rest.partition("/")[0]), receive
        if kind == "socket":
            return self._of_ticket(HTTPConnection(scope).query_params.get("ticket", "")), receive
        if kind == "api":
            request = Request(scope, receive)
            return self._of_call(request, await request.body()), _again(await request.body(), receive)
        if kind == "page" and scope["method"] == "POST":
            body = await Request(scope, receive).body()
            return self._named(_team_in(body)), _again(body, receive)
        return self._named(HTTPConnection(scope).query_params.get("team", "")), receive

    def _named(self, team_id: str) -> Store | None:
        if not team_id:
            return self._workspaces[0]
        return next((workspace for workspace in self._workspaces if workspace.team_id == team_id), None)

    def _of_ticket(self, ticket: str) -> Store:
        knowing = (workspace for workspace in self._workspaces if ticket in workspace.socket_tickets)
        return next(knowing, self._workspaces[0])

    def _of_call(self, request: Request, body: bytes) -> Store:
        """Return the workspace whose token is sent; a token of the organization's goes by what the call names."""
        try:
            arguments = read_arguments(request, body)
        except ApiError:
            arguments = {}
        token = token_in(request, arguments)
        granting = [w for w in self._workspaces if w.installations.find(token) or token == w.app.app_token]
        if len(granting) < 2:
            return granting[0] if granting else self._workspaces[0]
        granting.sort(key=lambda w: w.installations.is_withdrawn(token))
        return next(_most_likely(granting, arguments), granting[0])


def _most_likely(workspaces: Sequence[Store], arguments: Arguments) -> Iterator[Store]:
    """Yield those that hold what the arguments name, the surest first.

    https://docs.slack.dev/enterprise/developing-for-enterprise-orgs: some methods need `team_id`, most do without.
    """
    team_ids = [arguments.get("team_id"), *str(arguments.get("trigger_id", "")).split(".")[1:2]]
    yield from (w for w in workspaces if w.team_id in team_ids)
    view_id = str(arguments.get("view_id", ""))
    yield from (w for w in workspaces if view_id and w.views.find(view_id))
    channel = str(arguments.get("channel", ""))
    ts = str(arguments.get("ts", ""))
    yield from (w for w in workspaces if ts and w.find(channel, ts))
    users = arguments.get("users")
    named = {*(users if isinstance(users, list) else [users]), arguments.get("user"), arguments.get("user_id"), channel}
    yield from (w for w in workspaces if named & w.people.keys())
    yield from (w for w in workspaces if w.has_channel(channel))


def _team_in(body: bytes) -> str:
    try:
        content = json.loads(body)
    except ValueError:
        return ""
    return str(content.get("team", "")) if isinstance(content, dict) else ""


def _again(body: bytes, receive: Receive) -> Receive:
    """Return the body that was read already, then whatever comes after it."""
    left: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive_again() -> Message:
        return left.pop() if left else await receive()

    return receive_again
