"""The address behind each response URL, to which the app posts."""

from __future__ import annotations

import json

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from slack_app.stand_ins.slack.arguments import peer_of
from slack_app.stand_ins.slack.model import Call, SlackFault
from slack_app.stand_ins.slack.response_urls import ResponseUrlError, ResponseUrls
from slack_app.stand_ins.slack.store import Store


class ResponseUrlApi:
    """The response URLs of one workspace over HTTP."""

    def __init__(self, store: Store, response_urls: ResponseUrls) -> None:
        self._store = store
        self._response_urls = response_urls
        self.routes = [Route("/commands/{path:path}", self._respond, methods=["POST"])]

    async def _respond(self, request: Request) -> Response:
        store = self._store
        try:
            body = json.loads(await request.body())
        except ValueError:
            body = None
        arguments = body if isinstance(body, dict) else {}
        store.calls.append(Call("response_url", arguments, peer_of(request), store.clock()))
        if status := 503 if store.fault is SlackFault.DOWN else store.response_url_status:
            headers = {"Retry-After": "30"} if status == 429 else None
            return PlainTextResponse("", status, headers)
        url = self._response_urls.find(request.path_params["path"])
        if url is None or store.fault is SlackFault.RESPONSE_URLS_GONE:
            return PlainTextResponse("no_service", 404)
        try:
            self._response_urls.use(url, body)
        except ResponseUrlError as exc:
            return JSONResponse({"ok": False, "error": exc.error}, exc.status)
        return PlainTextResponse("ok")
