"""One request to the API, read whole: what the operations need of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from starlette.requests import Request

from slack_app.stand_ins.freddy.responses import parsed


@dataclass(frozen=True, slots=True)
class ApiRequest:
    """A request. `body` is None where it is not JSON, `key` is empty where none was sent."""

    key: str
    body: object
    query: Mapping[str, str]
    path: Mapping[str, str]
    base_url: str

    def field(self, name: str) -> object:
        """Return a field of the body; None where it is missing or the body is not an object."""
        return self.body.get(name) if isinstance(self.body, dict) else None


async def read(request: Request) -> ApiRequest:
    """Read the request to its end."""
    return ApiRequest(
        key=request.headers.get("x-api-key", ""),
        body=parsed(await request.body()),
        query=dict(request.query_params),
        path=dict(request.path_params),
        base_url=str(request.base_url),
    )
