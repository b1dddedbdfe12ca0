"""Slack does not take what it is asked, or not from a clock like ours."""

from __future__ import annotations

import time
from functools import partial

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from slack_app.adapters.probes.redis import look_at_redis
from slack_app.adapters.probes.slack import look_at_token
from slack_app.app import diagnostics, upstreams
from slack_app.stand_ins.slack import SlackFault
from slack_app.stand_ins.slack.installations import Grant
from tests.doctor.faults.fault import NOWHERE, Fault, Plant, page, settings
from tests.doctor.scenes import Scene


def granted(scopes: str) -> Plant:
    return lambda scene: scene.workspace.install(Grant("xoxb-canary-1-b0tt0k3n", scopes))


def user_token(scene: Scene) -> None:
    """Plant a token of a person's, where Slack tells of no bot."""

    async def endpoint(_request: Request) -> Response:
        said = {"ok": True, "team": "Freddy Demo", "team_id": "T0DEMO", "user": "maya", "user_id": "U0MAYA"}
        return JSONResponse(said, headers={"x-oauth-scopes": "chat:write,commands,im:history,users:read"})

    url = scene.serve(Starlette(routes=[Route("/api/{method}", endpoint, methods=["POST"])]))
    scene.set(SLACK_API_URL=f"{url}/api/")


def of_another_workspace(scene: Scene) -> None:
    scene.workspace.store.team_id = "T0OTHER"


def slack_hangs(scene: Scene) -> None:
    scene.patch.setattr(upstreams, "SECONDS", 1.0)
    scene.workspace.delay = 5.0


def refused(method: str, error: str, *arguments: str) -> Plant:
    def plant(scene: Scene) -> None:
        scene.workspace.refusals.play(method, error)
        scene.arguments += arguments

    return plant


def app_token_without_scope(scene: Scene) -> None:
    scene.set(SLACK_APP_TOKEN="xapp-canary-1")
    scene.workspace.refusals.play("apps.connections.open", "missing_scope")


def dm_closed(scene: Scene) -> None:
    scene.workspace.fault = SlackFault.DM_CLOSED
    scene.arguments += ["--to", "U0MAYA"]


def slack_down(scene: Scene) -> None:
    scene.workspace.fault = SlackFault.DOWN


def revoked_in_one(scene: Scene) -> None:
    scene.workspace.installations.revoke()


def clock_off(seconds: float, *, of_redis_too: bool = True) -> Plant:
    """Plant a clock of this machine that is so far ahead."""

    def plant(scene: Scene) -> None:
        shifted = partial(lambda by: time.time() + by, seconds)
        if of_redis_too:
            scene.patch.setattr(diagnostics, "look_at_redis", lambda client: look_at_redis(client, shifted))
        scene.patch.setattr(upstreams, "look_at_token", lambda client: look_at_token(client, shifted))

    return plant


def slack_nowhere_before_any_install(scene: Scene) -> None:
    scene.redis.flushdb()
    scene.beat()
    scene.set(SLACK_API_URL=f"{NOWHERE}/api/")


def redis_clock_off(scene: Scene) -> None:
    scene.patch.setattr(diagnostics, "look_at_redis", lambda client: look_at_redis(client, lambda: time.time() - 4000))


FAULTS = [
    Fault(
        "a token that Slack does not know",
        settings(SLACK_BOT_TOKEN="xoxb-of-nobody"),
        "refuses SLACK_BOT_TOKEN (invalid_auth: Slack does not know it)",
        "Take a fresh SLACK_BOT_TOKEN",
    ),
    Fault("the token was revoked", revoked_in_one, "account_inactive", "Install it again"),
    Fault("a user's token", user_token, "is not a bot's", "Bot User OAuth Token (xoxb-…)"),
    Fault(
        "a token of another workspace",
        of_another_workspace,
        "Mapping: names T0DEMO, but not T0OTHER",
        "SLACK_BOT_TOKEN of the right one",
    ),
    Fault("a scope is missing", granted("commands,chat:write,users:read"), "did not grant im:history", "Reinstall"),
    Fault(
        "SLACK_API_URL leads nowhere", settings(SLACK_API_URL=f"{NOWHERE}/api/"), "Slack: does not answer", "SLACK_API"
    ),
    Fault(
        "SLACK_API_URL leads nowhere before anybody has installed the app",
        slack_nowhere_before_any_install,
        "Slack: does not answer",
        "SLACK_API",
        of_many=True,
    ),
    Fault(
        "SLACK_API_URL leads elsewhere",
        lambda s: s.set(SLACK_API_URL=f"{page(s, HTMLResponse('nginx', 404))}/api/"),
        "is not what answers at SLACK_API_URL",
        "GovSlack",
    ),
    Fault("Slack is down", slack_down, "Slack: does not answer: it is away (503", "slack-status.com"),
    Fault("Slack hangs", slack_hangs, "the answer did not come in time", "Run slack-app doctor again"),
    Fault(
        "an app-level token that is none",
        settings(SLACK_APP_TOKEN="xapp-of-nobody"),
        "Socket Mode: cannot be opened with SLACK_APP_TOKEN",
        "connections:write",
    ),
    Fault(
        "an app-level token without its scope",
        app_token_without_scope,
        "missing_scope",
        "connections:write",
    ),
    Fault("direct messages are closed", dm_closed, "Messages tab is off", "App Home › Show Tabs › Messages Tab"),
    Fault("nobody of that id", lambda s: s.arguments.extend(["--to", "U0NOBODY"]), "no such person", "Copy member ID"),
    Fault(
        "apps may not write to people",
        refused("chat.postMessage", "restricted_action", "--to", "U0MAYA"),
        "does not let apps write",
        "Ask an admin",
    ),
    Fault("one of many was removed", revoked_in_one, "refuses the token of T0ONE", "/slack/install", of_many=True),
    Fault(
        "a wrong client secret",
        settings(SLACK_CLIENT_SECRET="canary0fsomebody"),
        "does not know SLACK_CLIENT_SECRET",
        "Basic Information",
        of_many=True,
    ),
    Fault(
        "the clock here is off",
        clock_off(400.0),
        "ahead of Slack's",
        "timedatectl set-ntp true",
        besides=("Clock: this machine's is 6 minutes ahead of Redis's, by which links expire and jobs wait",),
    ),
    Fault("Redis's clock is off", redis_clock_off, "behind Redis's", "on Redis's machine"),
]
