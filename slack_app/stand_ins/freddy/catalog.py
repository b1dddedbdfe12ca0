"""What can be connected, searched and paged."""

from __future__ import annotations

from starlette.responses import Response

from slack_app.stand_ins.freddy.connectors import CONNECTORS, Connector
from slack_app.stand_ins.freddy.request import ApiRequest
from slack_app.stand_ins.freddy.responses import error_response, ok, validation_error
from slack_app.stand_ins.freddy.state import State


class Catalog:
    """The catalogue as one key sees it."""

    def __init__(self, state: State) -> None:
        self._state = state

    def available(self, request: ApiRequest) -> Response:
        """List the connectors that match; `total` counts them all, `returned` those of this page."""
        limit, offset = _number(request.query.get("limit", "50")), _number(request.query.get("offset", "0"))
        if not limit:
            return validation_error(["query", "limit"], "not a number above 0")
        if offset is None:
            return validation_error(["query", "offset"], "not a number from 0 on")
        found = _matching(request.query.get("q", ""), request.query.get("category", ""))
        page = found[offset : offset + limit]
        return ok(
            {
                "connectors": [self._to_json(request.key, connector) for connector in page],
                "categories": sorted({connector.category for connector in CONNECTORS.values()}),
                "total": len(found),
                "total_connected": len({connection.tool_key for connection in self._state.connections_of(request.key)}),
                "returned": len(page),
            }
        )

    def get(self, request: ApiRequest) -> Response:
        """Describe one connector."""
        connector = CONNECTORS.get(request.path["tool_key"])
        if connector is None:
            return error_response(404, "CONNECTOR_NOT_FOUND", "There is no such connector.")
        return ok(self._to_json(request.key, connector))

    def _to_json(self, key: str, connector: Connector) -> dict[str, object]:
        owned = self._state.connections_of(key, connector.tool_key)
        return connector.to_json(owned[0].connection_id if owned else None)


def _matching(word: str, category: str) -> list[Connector]:
    return [
        connector
        for connector in CONNECTORS.values()
        if word.lower() in f"{connector.display_name} {connector.tool_key}".lower()
        and category in ("", connector.category)
    ]


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
