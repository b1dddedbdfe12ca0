"""What the tests of the stand-ins share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from starlette.applications import Starlette
from starlette.routing import Route

from slack_app.stand_ins.freddy import Platform
from slack_app.stand_ins.slack import FaultChoice, Workspace
from tests.serving import serving
from tests.stand_ins.served import KEY, Now, Served
from tests.stand_ins.stub_app import SECRET, TOKEN, SlackWithApp, StubApp


@pytest.fixture
def stage() -> Iterator[SlackWithApp]:
    app = StubApp()
    workspace = Workspace(
        signing_secret=SECRET,
        bot_token=TOKEN,
        clock=lambda: made.now,
        faults=[FaultChoice("platform_down", "Platform down", "It refuses connections.")],
        play_fault=lambda name: made.played.append(name),
    )
    made = SlackWithApp(workspace, app)
    asgi = Starlette(routes=[Route("/slack/events", app.events, methods=["POST"])])
    with serving(asgi) as app_url, serving(workspace.app) as workspace.base_url:
        workspace.request_url = f"{app_url}/slack/events"
        assert workspace.verify_request_url()
        yield made


@pytest.fixture
def served() -> Iterator[Served]:
    now = Now()
    platform = Platform(keys={KEY: "org_a", "ak_other": "org_b"}, clock=now)
    with serving(platform.app) as url:
        yield Served(platform, url, now)
