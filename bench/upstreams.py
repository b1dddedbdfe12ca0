"""Plays Slack's Web API, its response URLs and the connector platform: one process, thousands of answers a second.

    python -m bench.upstreams [CERTIFICATE KEY]

It prints its three ports as JSON: Slack's, the platform's (both with TLS where a certificate is given), and `control`,
where `ledger.py` tells what was seen and takes settings. The answers have the shapes of slack_app/stand_ins, which
check what they are sent; nothing is checked here.
"""

from __future__ import annotations

import asyncio
import json
import re
import ssl
import sys
from functools import partial
from typing import Any
from urllib.parse import unquote_plus, urlsplit

from bench import answers
from bench.ledger import Ledger
from bench.protocol import Reply, Request, Serving, new_loop

ROOT = "/v1/personal-connectors"
_CHANNEL = re.compile(rb'"channel": ?"(\w+)"|(?:^|&)channel=(\w+)')
_TS = re.compile(rb'"ts": ?"([\d.]+)"|(?:^|&)ts=([\d.]+)')
_STATE = re.compile(rb"state(?:=|%3D)(ostate_[0-9a-z]+)")
_ORGANIZATION = re.compile(r"organization_id=([\w.:-]+)")


class Upstreams:
    """What answers; `ledger` remembers."""

    def __init__(self) -> None:
        self.ledger = Ledger()
        self.base_url = ""

    def slack(self, request: Request) -> Reply:
        """Answer a method of the Web API, or take what is posted to a response URL."""
        ledger, path = self.ledger, urlsplit(request.path).path
        if path.startswith("/commands/"):
            ledger.count("slack response_url")
            ledger.note_answer(path.split("/")[3], request.body.find(b"ostate_") > 0)
            return Reply(b"ok", delay=ledger.slack_delay, kind=b"text/plain")
        method = path.removeprefix("/api/")
        ledger.count(f"slack {method}")
        return Reply(self._method(method, request), delay=ledger.slack_delay)

    def _method(self, method: str, request: Request) -> bytes:
        if method == "chat.postMessage":
            user_id = _first(_CHANNEL.search(request.body))
            found = _STATE.search(request.body)
            return answers.posted(user_id, self.ledger.note_post(user_id, found[1].decode() if found else ""))
        if method == "chat.update":
            channel, ts = _first(_CHANNEL.search(request.body)), _first(_TS.search(request.body))
            self.ledger.note_edit(ts)
            return answers.posted(channel, ts)
        if method == "auth.test":
            return answers.identity(request.header(b"authorization"))
        if method == "users.info":
            fields = unquote_plus(urlsplit(request.path).query) + unquote_plus(request.body.decode())
            found_user = re.search(r'user"?[=:] ?"?(\w+)', fields)
            return answers.user(found_user[1] if found_user else "U0")
        return answers.OTHERWISE.get(method, answers.UNKNOWN_METHOD)

    def platform(self, request: Request) -> Reply:
        """Answer an operation of the platform, for the organization that the request names."""
        ledger, url = self.ledger, urlsplit(request.path)
        operation = url.path.removeprefix(ROOT).split("/")[1:2] or [""]
        name = f"platform {request.method.decode()} /{operation[0]}"
        ledger.count(name)
        asked = _ORGANIZATION.search(url.query)
        organization_id, key = asked[1] if asked else "", request.header(b"x-api-key")
        ledger.note_request(organization_id, operation[0])
        delay = ledger.delay_of(key, operation[0])
        if operation[0] == "authorize":
            state = ledger.new_link(organization_id)
            url_of_link = f"{self.base_url}/consent/github?client_id=bench&state={state}"
            return Reply(json.dumps({"authorization_url": url_of_link, "state": state}).encode(), delay=delay)
        if operation[0] == "complete-oauth":
            body: Any = json.loads(request.body)
            state = str(body.get("state_token"))
            return Reply(answers.completion(ledger.is_connected(state), state), delay=delay)
        if operation[0] == "available":
            return Reply(answers.CATALOGUE, delay=delay)
        if operation[0] == "connections":
            states = ledger.connected_of(organization_id)
            return Reply(answers.connections("github", states), delay=delay)
        return Reply(b"[]", delay=delay)

    def control(self, request: Request) -> Reply:
        """Take settings, or tell what was seen."""
        told: Any = json.loads(request.body) if request.body else {}
        answer = getattr(self.ledger, request.path.strip("/"))(**told)
        return Reply(json.dumps(answer).encode())


def _first(found: re.Match[bytes] | None) -> str:
    return next((group.decode() for group in found.groups() if group), "") if found else ""


async def serve(certificate: str | None, key: str | None) -> None:
    """Serve for ever."""
    context, scheme = None, "http"
    if certificate:
        context, scheme = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), "https"
        context.load_cert_chain(certificate, key)
    upstreams, loop = Upstreams(), asyncio.get_running_loop()
    ports = {}
    for name, answer in (("slack", upstreams.slack), ("platform", upstreams.platform), ("control", upstreams.control)):
        count = partial(upstreams.ledger.count, f"connections {name}")
        server = await loop.create_server(
            partial(Serving, answer, count), "127.0.0.1", 0, ssl=None if name == "control" else context, backlog=1024
        )
        ports[name] = server.sockets[0].getsockname()[1]
    upstreams.base_url = f"{scheme}://127.0.0.1:{ports['platform']}"
    print(json.dumps(ports), flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    given = [*sys.argv[1:], None, None]
    asyncio.set_event_loop(loop := new_loop())
    loop.run_until_complete(serve(given[0], given[1]))
