"""The shapes of what goes over the wire; every answer carries a request id.

Invalid input comes back in three: 400 and 422 in the envelope, and FastAPI's own 422.
"""

from __future__ import annotations

import json
import secrets
from datetime import UTC, datetime
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response


def parsed(body: bytes) -> object:
    """Read a JSON body; None for what is none."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):  # a body can be nested deeper than the parser goes
        return None


def ok(content: object) -> Response:
    """Return a 200."""
    return JSONResponse(content, headers=request_id())


def request_id() -> dict[str, str]:
    """Return the header that names the answer."""
    return {"x-request-id": f"req_{secrets.token_hex(8)}"}


def unrouted(_request: Request, exc: Exception) -> Response:
    """Return the platform's error for what no route takes; a handler of Starlette's."""
    if isinstance(exc, HTTPException) and exc.status_code == 405:
        return error_response(405, "METHOD_NOT_ALLOWED", "This cannot be done here.")
    return error_response(404, "NOT_FOUND", "There is nothing here.")


def error_response(
    status: int,
    code: str,
    message: str,
    *,
    details: object = None,
    system_message: str = "internal: not for people",
    headers: dict[str, str] | None = None,
) -> Response:
    """Return an error in the platform's envelope."""
    error: dict[str, object] = {
        "code": code,
        "message": message,
        "system_message": system_message,
        "type": "client_error" if status < 500 else "server_error",
        "status": status,
        "trace_id": f"trace_{secrets.token_hex(8)}",
        "timestamp": datetime.now(UTC).isoformat(),
    }
    if details is not None:
        error["details"] = details
    return JSONResponse({"success": False, "error": error}, status, headers={**request_id(), **(headers or {})})


def validation_error(location: list[str], message: str) -> Response:
    """Return the other shape of an error: what FastAPI itself answers to a body that it cannot read."""
    return invalid_fields([{"loc": location, "msg": message, "type": "value_error"}])


def invalid_fields(detail: list[dict[str, Any]]) -> Response:
    """Return FastAPI's error for what is wrong with the fields of a body."""
    return JSONResponse({"detail": detail}, 422, headers=request_id())
