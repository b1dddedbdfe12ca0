"""The page behind the link: a tool asks the person whether the assistant may come in."""

from __future__ import annotations

from html import escape
from pathlib import Path
from string import Template
from urllib.parse import parse_qsl, urlencode

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from slack_app.stand_ins.freddy.connectors import CONNECTORS
from slack_app.stand_ins.freddy.responses import request_id
from slack_app.stand_ins.freddy.state import Pending, Progress, State

STATIC = Path(__file__).parent / "static"
ACCOUNTS = ("dev@example.com", "second@example.com")
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
_GONE = ("This link has expired", "Ask for a new one in Slack. Nothing was connected.", "gone")
_UNKNOWN = ("There is no such link", "It may have been used already. Ask for a new one in Slack.", "gone")

_UNCONFIRMED = ("That did not work", "The tool did not confirm it. Ask for a new link in Slack.", "gone")


class Consent:
    """The provider's pages, for all tools alike."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._ask = Template((STATIC / "consent.html").read_text())
        self._tell = Template((STATIC / "result.html").read_text())

    async def page(self, request: Request) -> Response:
        """Ask for consent."""
        pending = self._open(request, request.query_params.get("state", ""))
        if not isinstance(pending, Pending):
            return pending
        connector = CONNECTORS[pending.tool_key]
        accounts = "".join(
            f'<label><input type="radio" name="account" value="{account}"{" checked" if n == 0 else ""}>'
            f"<span>{account}</span></label>"
            for n, account in enumerate(ACCOUNTS)
        )
        content = self._ask.substitute(
            name=escape(connector.display_name),
            initial=escape(connector.display_name[0]),
            does=escape(connector.description),
            state=escape(pending.state),
            accounts=accounts,
        )
        return HTMLResponse(content, headers={**HEADERS, **request_id()})

    async def decide(self, request: Request) -> Response:
        """Take the decision, and send the browser on to the platform's callback, as a provider does."""
        form = dict(parse_qsl((await request.body()).decode(errors="replace")))
        pending = self._open(request, form.get("state", ""))
        if not isinstance(pending, Pending):
            return pending
        answer = {"app_name": pending.tool_key}
        if CONNECTORS[pending.tool_key].returns_state:
            answer["state"] = pending.state
        if form.get("decision") == "allow":
            account = form.get("account", "")
            chosen = account if account in ACCOUNTS else ACCOUNTS[0]
            answer |= {"code": self._state.issue_code(chosen), "status": "success"}
        else:
            answer |= {"error": "access_denied", "status": "failed"}
        return RedirectResponse(f"/v1/personal-connectors/callback?{urlencode(answer)}", 303, headers=HEADERS)

    async def callback(self, request: Request) -> Response:
        """Connect the account that the code stands for, or note that the person declined, and say which.

        A tool that returns no state (ClickUp) is taken for its most recent open link, as the platform does: two
        people at once can be crossed.
        """
        query = request.query_params
        pending = self._open(request, self._state_of(query.get("state", ""), query.get("app_name", "")))
        if not isinstance(pending, Pending):
            return pending
        name = CONNECTORS[pending.tool_key].display_name
        if query.get("error") or query.get("status") == "failed":
            pending.progress = Progress.FAILED
            return self._say("Declined", f"{name} was not connected.", "declined")
        connection = self._state.connect(pending, name, query.get("code", ""))
        if connection is None:
            return self._say(*_UNCONFIRMED, status=400)
        return self._say("Connected", f"{name} is connected as {connection.account_email}.", "connected")

    def unknown(self) -> Response:
        """Return the page that says that there is no such link."""
        return self._say(*_UNKNOWN, status=404)

    def _state_of(self, state: str, tool_key: str) -> str:
        connector = CONNECTORS.get(tool_key)
        if state or connector is None or connector.returns_state:
            return state
        newest = self._state.newest_open(tool_key)
        return newest.state if newest else ""

    def _open(self, request: Request, state: str) -> Pending | Response:
        """Return the link while it can be decided on, else the page that says why not."""
        pending = self._state.find(state)
        tool_key = request.path_params.get("tool_key")
        if pending is None or tool_key not in (None, pending.tool_key):
            return self.unknown()
        if pending.progress is Progress.EXPIRED:
            return self._say(*_GONE, status=410)
        if pending.progress is not Progress.INITIATED:
            return self.unknown()
        return pending

    def _say(self, title: str, text: str, kind: str, status: int = 200) -> Response:
        content = self._tell.substitute(title=escape(title), text=escape(text), kind=kind)
        return HTMLResponse(content, status, headers={**HEADERS, **request_id()})
