"""The connections of a key: list, turn on and off, rename, forget."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from slack_app.demo.platform.answers import good, parsed, refused, unprocessable
from slack_app.demo.platform.world import Connection, World


class Connections:
    """The operations on what is connected."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def mine(self, _request: Request, key: str) -> Response:
        """List all of the caller's connections."""
        return good([_listed(connection) for connection in self._world.owned(key)])

    async def mine_of_one_tool(self, request: Request, key: str) -> Response:
        """List those to one tool."""
        tool_key = request.path_params["tool_key"]
        return good({"connections": [c.described() for c in self._world.owned(key, tool_key)], "tool_key": tool_key})

    def _owned_one(self, request: Request, key: str) -> Connection | None:
        connection = self._world.connections.get(request.path_params["id"])
        return connection if connection and connection.owner == key else None

    async def switch(self, request: Request, key: str) -> Response:
        """Turn one on or off."""
        connection, body = self._owned_one(request, key), parsed(await request.body())
        if connection is None:
            return _no_connection()
        if not isinstance(body, dict) or not isinstance(body.get("is_active"), bool):
            return unprocessable(["body", "is_active"], "not a boolean")
        connection.is_active = body["is_active"]
        return good({"id": connection.id, "is_active": connection.is_active})

    async def rename(self, request: Request, key: str) -> Response:
        """Give one another name."""
        connection, body = self._owned_one(request, key), parsed(await request.body())
        if connection is None:
            return _no_connection()
        if not isinstance(body, dict) or not isinstance(body.get("credential_name"), str):
            return unprocessable(["body", "credential_name"], "not a string")
        connection.credential_name = body["credential_name"]
        return good(
            {
                "id": connection.id,
                "credential_name": connection.credential_name,
                "display_name": connection.display_name,
            }
        )

    async def disconnect(self, request: Request, key: str) -> Response:
        """Forget one."""
        connection = self._owned_one(request, key)
        if connection is None:
            return _no_connection()
        del self._world.connections[connection.id]
        return good({"id": connection.id, "deleted": True})

    async def health(self, request: Request, key: str) -> Response:
        """Say how one is."""
        connection = self._owned_one(request, key)
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
                "last_checked_at": connection.created_at.isoformat(),
            }
        )


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
