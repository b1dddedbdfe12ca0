"""What can be connected, searched and paged."""

from __future__ import annotations

from starlette.responses import Response

from slack_app.demo.platform.answers import good, refused, unprocessable
from slack_app.demo.platform.catalogue import CATALOGUE, Connector
from slack_app.demo.platform.request import ApiRequest
from slack_app.demo.platform.world import World


class Offers:
    """The catalogue as one key sees it."""

    def __init__(self, world: World) -> None:
        self._world = world

    def available(self, asked: ApiRequest) -> Response:
        """List the connectors that match; `total` counts them all, `returned` those of this page."""
        limit, offset = _number(asked.query.get("limit", "50")), _number(asked.query.get("offset", "0"))
        if not limit:
            return unprocessable(["query", "limit"], "not a number above 0")
        if offset is None:
            return unprocessable(["query", "offset"], "not a number from 0 on")
        found = _matching(asked.query.get("q", ""), asked.query.get("category", ""))
        page = found[offset : offset + limit]
        return good(
            {
                "connectors": [self._described(asked.key, connector) for connector in page],
                "categories": sorted({connector.category for connector in CATALOGUE.values()}),
                "total": len(found),
                "total_connected": len({connection.tool_key for connection in self._world.owned(asked.key)}),
                "returned": len(page),
            }
        )

    def one(self, asked: ApiRequest) -> Response:
        """Describe one connector."""
        connector = CATALOGUE.get(asked.path["tool_key"])
        if connector is None:
            return refused(404, "CONNECTOR_NOT_FOUND", "There is no such connector.")
        return good(self._described(asked.key, connector))

    def _described(self, key: str, connector: Connector) -> dict[str, object]:
        owned = self._world.owned(key, connector.tool_key)
        return connector.described(owned[0].connection_id if owned else None)


def _matching(word: str, category: str) -> list[Connector]:
    return [
        connector
        for connector in CATALOGUE.values()
        if word.lower() in f"{connector.display_name} {connector.tool_key}".lower()
        and category in ("", connector.category)
    ]


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
