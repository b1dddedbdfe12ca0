"""The connections of a key: list, turn on and off, rename, forget."""

from __future__ import annotations

from datetime import UTC, datetime

from starlette.responses import Response

from slack_app.stand_ins.freddy.request import ApiRequest
from slack_app.stand_ins.freddy.responses import error_response, ok, validation_error
from slack_app.stand_ins.freddy.state import Connection, State


class Connections:
    """The operations on connections; another key's connection does not exist."""

    def __init__(self, state: State) -> None:
        self._state = state

    def list_all(self, request: ApiRequest) -> Response:
        """List all of them: a bare array."""
        return ok([_listed(connection) for connection in self._state.connections_of(request.key)])

    def list_for_tool(self, request: ApiRequest) -> Response:
        """List those of one tool; `connections` is optional in the reference, and is left out where there are none."""
        tool_key = request.path["tool_key"]
        connections = [connection.to_json() for connection in self._state.connections_of(request.key, tool_key)]
        return ok({**({"connections": connections} if connections else {}), "tool_key": tool_key})

    def set_active(self, request: ApiRequest) -> Response:
        """Turn one on or off; it stays connected."""
        connection, is_active = self._owned_connection(request), request.field("is_active")
        if connection is None:
            return _no_connection()
        if not isinstance(is_active, bool):
            return validation_error(["body", "is_active"], "not a boolean")
        connection.is_active = is_active
        return ok({"id": connection.id, "is_active": connection.is_active})

    def rename(self, request: ApiRequest) -> Response:
        """Return one a name of its own; the tool's name stays beside it."""
        connection, name = self._owned_connection(request), request.field("credential_name")
        if connection is None:
            return _no_connection()
        if not isinstance(name, str):
            return validation_error(["body", "credential_name"], "not a string")
        connection.credential_name = name
        return ok({"id": connection.id, "credential_name": name, "display_name": connection.display_name})

    def disconnect(self, request: ApiRequest) -> Response:
        """Forget one."""
        connection = self._owned_connection(request)
        if connection is None:
            return _no_connection()
        self._state.disconnect(connection)
        return ok({"id": connection.id, "deleted": True})

    def health(self, request: ApiRequest) -> Response:
        """Return how one is: here always healthy, switched on or off."""
        connection = self._owned_connection(request)
        if connection is None:
            return _no_connection()
        return ok(
            {
                "credential_id": connection.id,
                "tool_key": connection.tool_key,
                "status": "healthy",
                "is_active": connection.is_active,
                "connection_status": "ACTIVE",
                "reason": None,
                "last_checked_at": datetime.fromtimestamp(self._state.clock(), UTC).isoformat(),
            }
        )

    def _owned_connection(self, request: ApiRequest) -> Connection | None:
        connection = self._state.connections.get(request.path["id"])
        return connection if connection and connection.owner == request.key else None


def _listed(connection: Connection) -> dict[str, object]:
    return {
        "connector_id": connection.connection_id,
        "connector_type": connection.tool_key,
        "display_name": connection.display_name,
        "account_email": connection.account_email,
        "is_active": connection.is_active,
        "last_sync_at": None,
        "created_at": connection.created_at.isoformat(),
        "mcp_configuration_id": f"mcp_{connection.id}",
        "icon_url": None,
        "app_url": None,
    }


def _no_connection() -> Response:
    return error_response(404, "CONNECTION_NOT_FOUND", "There is no such connection.")
