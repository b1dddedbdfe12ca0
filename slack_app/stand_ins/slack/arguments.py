"""What the app hands to a Web API method: https://docs.slack.dev/apis/web-api/#basics"""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request

from slack_app.stand_ins.slack.errors import ApiError

Arguments = dict[str, Any]


def read_arguments(request: Request, body: bytes) -> Arguments:
    """Read the arguments, from JSON or a form. Raises ApiError."""
    if request.headers.get("content-type", "").startswith("application/json"):
        try:
            arguments = json.loads(body or b"{}")
        except ValueError:
            raise ApiError("invalid_json") from None
        if not isinstance(arguments, dict):
            raise ApiError("json_not_object")
        return arguments
    return {**request.query_params, **dict(parse_qsl(body.decode(errors="replace"), keep_blank_values=True))}


def token_in(request: Request, arguments: Arguments) -> str:
    """Return the token, which comes as a header or as an argument."""
    return request.headers.get("authorization", "").removeprefix("Bearer ") or str(arguments.get("token", ""))


def peer_of(request: Request) -> str:
    """Return the address and port that the request came from."""
    return f"{request.client.host}:{request.client.port}" if request.client else ""


def view_in(arguments: Arguments) -> object:
    """Return the view, which may come as JSON in a form's field. Raises ApiError."""
    view = arguments.get("view")
    if not isinstance(view, str):
        return view
    try:
        return json.loads(view)
    except ValueError:
        raise ApiError("invalid_arguments") from None


def blocks_in(arguments: Arguments) -> list[dict[str, Any]]:
    """Return the blocks, which may come as JSON in a form's field, unchecked. Raises ApiError."""
    blocks = arguments.get("blocks") or []
    if isinstance(blocks, str):
        try:
            blocks = json.loads(blocks)
        except ValueError:
            raise ApiError("invalid_blocks_format") from None
    given: list[dict[str, Any]] = blocks
    return given
