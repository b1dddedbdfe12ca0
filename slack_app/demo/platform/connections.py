"""The connections of a key: list, turn on and off, rename, forget."""

from __future__ import annotations

from datetime import UTC, datetime

from starlette.responses import Response

from slack_app.demo.platform.answers import good, refused, unprocessable
from slack_app.demo.platform.request import ApiRequest
from slack_app.demo.platform.world import Connection, World


class Connections:
    """The operations on connections; another key's connection does not exist."""

    def __init__(self, world: World) -> None:
        self._world = world

    def mine(self, asked: ApiRequest) -> Response:
        """List all of them: a bare array."""
        return good([_listed(connection) for connection in self._world.owned(asked.key)])

    def mine_of_one_tool(self, asked: ApiRequest) -> Response:
        """List those of one tool."""
        tool_key = asked.path["tool_key"]
        connections = [connection.described() for connection in self._world.owned(asked.key, tool_key)]
        return good({"connections": connections, "tool_key": tool_key})

    def switch(self, asked: ApiRequest) -> Response:
        """Turn one on or off; it stays connected."""
        connection, is_active = self._asked_for(asked), asked.field("is_active")
        if connection is None:
            return _no_connection()
        if not isinstance(is_active, bool):
            return unprocessable(["body", "is_active"], "not a boolean")
        connection.is_active = is_active
        return good({"id": connection.id, "is_active": connection.is_active})

    def rename(self, asked: ApiRequest) -> Response:
        """Give one a name of its own; the tool's name stays beside it."""
        connection, name = self._asked_for(asked), asked.field("credential_name")
        if connection is None:
            return _no_connection()
        if not isinstance(name, str):
            return unprocessable(["body", "credential_name"], "not a string")
        connection.credential_name = name
        return good({"id": connection.id, "credential_name": name, "display_name": connection.display_name})

    def disconnect(self, asked: ApiRequest) -> Response:
        """Forget one."""
        connection = self._asked_for(asked)
        if connection is None:
            return _no_connection()
        self._world.disconnect(connection)
        return good({"id": connection.id, "deleted": True})

    def health(self, asked: ApiRequest) -> Response:
        """Say how one is: what is remembered here is always healthy, switched on or off."""
        connection = self._asked_for(asked)
        if connection is None:
            return _no_connection()
        return good(
            {
                "credential_id": connection.id,
                "tool_key": connection.tool_key,
                "status": "healthy",
                "is_active": connection.is_active,
                "connection_status": "ACTIVE",
                "reason": None,
                "last_checked_at": datetime.fromtimestamp(self._world.clock(), UTC).isoformat(),
            }
        )

    def _asked_for(self, asked: ApiRequest) -> Connection | None:
        connection = self._world.connections.get(asked.path["id"])
        return connection if connection and connection.owner == asked.key else None


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
    return refused(404, "CONNECTION_NOT_FOUND", "There is no such connection.")
