"""The way to a connection: a link is made, a person goes through it, and the caller asks how it went."""

from __future__ import annotations

from starlette.responses import RedirectResponse, Response

from slack_app.stand_ins.freddy.connectors import CONNECTORS, Connector
from slack_app.stand_ins.freddy.parameters import Shape, refusal
from slack_app.stand_ins.freddy.request import ApiRequest
from slack_app.stand_ins.freddy.responses import error_response, ok, request_id, validation_error
from slack_app.stand_ins.freddy.state import Progress, State

_MESSAGES = {
    Progress.INITIATED: "The person has not finished yet.",
    Progress.ACTIVE: "Connected.",
    Progress.FAILED: "The person declined.",
    Progress.EXPIRED: "The link has expired.",
}


class Linking:
    """The operations around a state."""

    def __init__(self, state: State) -> None:
        self._state = state

    def authorize(self, request: ApiRequest, padding: str = "") -> Response:
        """Make a link to the tool's consent page; every call makes a new one. `padding` makes it longer."""
        connector = _connector(request)
        if isinstance(connector, Response):
            return connector
        wanted, shape = self._state.wanted.get(connector.tool_key, (connector.parameters, Shape.ENVELOPE_400))
        if refused := refusal(request.field("integration_params") or {}, wanted, shape):  # type: ignore[arg-type]
            return refused
        tool_key = connector.tool_key
        pending = self._state.create_link(
            tool_key,
            request.key,
            lambda state: f"{request.base_url}consent/{tool_key}?client_id=demo&state={state}{padding}",
        )
        return ok({"authorization_url": pending.authorization_url, "state": pending.state})

    def complete(self, request: ApiRequest) -> Response:
        """Return how far the person is; the answer stays the same however often it is asked for.

        Not finished, declined and expired are a 200 with `connected: false` and `composio_status` INITIATED, FAILED
        or EXPIRED. A state that never was, is another key's, or whose connection has been deleted is a 404.
        """
        state = request.field("state_token")
        if not isinstance(state, str):
            return validation_error(["body", "state_token"], "field required")
        pending = self._state.find(state)
        if pending is None or pending.owner != request.key:
            return error_response(404, "OAUTH_STATE_NOT_FOUND", "There is no such state.")
        if pending.progress is Progress.ACTIVE and self._state.after_callback is not None:
            return self._consumed(self._state.after_callback)
        answer: dict[str, object] = {
            "connected": pending.progress is Progress.ACTIVE,
            "composio_status": pending.progress.value,
            "message": _MESSAGES[pending.progress],
        }
        if pending.credential_id:
            answer["connection"] = self._state.connections[pending.credential_id].to_json()
        return ok(answer)

    def _consumed(self, status: int) -> Response:
        if status == 200:
            waiting = Progress.INITIATED
            return ok({"connected": False, "composio_status": waiting.value, "message": _MESSAGES[waiting]})
        return error_response(status, "OAUTH_STATE_CONSUMED", "The state is no longer known.")

    def redirect(self, name: str) -> Response | None:
        """Lead on to the provider's page, for a state or a connection id; None when there is no such link."""
        pending = self._state.find(name) or self._state.find_by_connection(name)
        if pending is None:
            return None
        headers = {**request_id(), "Cache-Control": "no-store"}
        return RedirectResponse(pending.authorization_url, 302, headers=headers)


def _connector(request: ApiRequest) -> Connector | Response:
    """Return the connector that is asked for, or what is wrong with the request."""
    if not isinstance(request.body, dict):
        return validation_error(["body"], "the body is not a JSON object")
    tool_key, parameters = request.field("connector_type"), request.field("integration_params")
    if tool_key is None:
        missing = {"connector_type": "required"}
        return error_response(422, "VALIDATION_ERROR", "connector_type is missing.", details=missing)
    if not isinstance(tool_key, str) or not isinstance(parameters, dict | None):
        return error_response(400, "VALIDATION_ERROR", "connector_type or integration_params has a wrong type.")
    connector = CONNECTORS.get(tool_key)
    if connector is None:
        return error_response(404, "CONNECTOR_NOT_FOUND", "There is no such connector.")
    return connector
