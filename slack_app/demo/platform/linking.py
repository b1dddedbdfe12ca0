"""The way to a connection: a link is made, a person goes through it, and the caller asks how it went."""

from __future__ import annotations

from starlette.responses import RedirectResponse, Response

from slack_app.demo.platform.answers import good, refused, request_id, unprocessable
from slack_app.demo.platform.catalogue import CATALOGUE, Connector
from slack_app.demo.platform.request import ApiRequest
from slack_app.demo.platform.world import Progress, World

_MESSAGES = {
    Progress.INITIATED: "The person has not finished yet.",
    Progress.ACTIVE: "Connected.",
    Progress.FAILED: "The person declined.",
    Progress.EXPIRED: "The link has expired.",
}


class Linking:
    """The operations around a state."""

    def __init__(self, world: World) -> None:
        self._world = world

    def authorize(self, asked: ApiRequest, padding: str = "") -> Response:
        """Make a link to the tool's consent page; every call makes a new one. `padding` makes it longer."""
        connector = _connector(asked)
        if isinstance(connector, Response):
            return connector
        tool_key = connector.tool_key
        pending = self._world.start(
            tool_key,
            asked.key,
            lambda state: f"{asked.base_url}consent/{tool_key}?client_id=demo&state={state}{padding}",
        )
        return good({"authorization_url": pending.authorization_url, "state": pending.state})

    def complete(self, asked: ApiRequest) -> Response:
        """Say how far the person is; the answer stays the same however often it is asked for.

        Not finished, declined and expired are a 200 with `connected: false` and `composio_status` INITIATED, FAILED
        or EXPIRED. A state that never was, is another key's, or whose connection has been deleted is a 404.
        """
        state = asked.field("state_token")
        if not isinstance(state, str):
            return unprocessable(["body", "state_token"], "field required")
        pending = self._world.look_up(state)
        if pending is None or pending.owner != asked.key:
            return refused(404, "OAUTH_STATE_NOT_FOUND", "There is no such state.")
        answer: dict[str, object] = {
            "connected": pending.progress is Progress.ACTIVE,
            "composio_status": pending.progress.value,
            "message": _MESSAGES[pending.progress],
        }
        if pending.credential_id:
            answer["connection"] = self._world.connections[pending.credential_id].described()
        return good(answer)

    def branded(self, name: str) -> Response | None:
        """Lead on to the provider's page, for a state or a connection id; None when there is no such link."""
        pending = self._world.look_up(name) or self._world.by_connection(name)
        if pending is None:
            return None
        headers = {**request_id(), "Cache-Control": "no-store"}
        return RedirectResponse(pending.authorization_url, 302, headers=headers)


def _connector(asked: ApiRequest) -> Connector | Response:
    """Give the connector that is asked for, or say what is wrong with the question."""
    if not isinstance(asked.body, dict):
        return unprocessable(["body"], "the body is not a JSON object")
    tool_key, parameters = asked.field("connector_type"), asked.field("integration_params")
    if tool_key is None:
        missing = {"connector_type": "required"}
        return refused(422, "VALIDATION_ERROR", "connector_type is missing.", details=missing)
    if not isinstance(tool_key, str) or not isinstance(parameters, dict | None):
        return refused(400, "VALIDATION_ERROR", "connector_type or integration_params has a wrong type.")
    connector = CATALOGUE.get(tool_key)
    if connector is None:
        return refused(404, "CONNECTOR_NOT_FOUND", "There is no such connector.")
    value = (parameters or {}).get(connector.parameter)
    if connector.parameter and not (isinstance(value, str) and value.strip()):
        missing_parameter = {"integration_params": {connector.parameter: "required"}}
        return refused(400, "VALIDATION_ERROR", "A parameter is missing.", details=missing_parameter)
    return connector
