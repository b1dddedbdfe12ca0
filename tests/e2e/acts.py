"""One process of the app before many cases: each has a workspace, an organization and a platform of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import redis

from slack_app.adapters.heartbeat import WORKERS
from slack_app.adapters.jobs import SCHEDULED, STREAM
from slack_app.adapters.jobs.producer import JobProducer
from slack_app.stand_ins.freddy import Platform
from tests.kept_keys import check_keys, undocumented
from tests.serving import Address, address
from tests.stage import API_KEY, Stage, settings_for, wait_for, workspace_with

MOST_ACTS = 100
ORGANIZATIONS = ",".join(f"T0DEMO{number}=org_demo{number}" for number in range(MOST_ACTS))


class Acts:
    """The cases of a module, one after the other, before the same process of the app."""

    def __init__(self, slack: Address, freddy: Address, stage: Stage) -> None:
        self._slack, self._freddy, self._stage = slack, freddy, stage
        self._number = 0

    def next(self) -> Stage:
        """Set the stage for the next case; what the app still does for the one before cannot reach it."""
        assert self._stage.processes[0].poll() is None, "the app does not run any more"
        self._forget_all()
        self._number += 1
        request_url = self._stage.workspace.request_url
        set_scene(self._stage, self._slack, self._freddy, self._number)
        self._stage.workspace.request_url = request_url
        assert self._stage.workspace.verify_request_url()
        return self._stage

    def _forget_all(self) -> None:
        client: Any = redis.Redis.from_url(self._stage.environment["REDIS_URL"], decode_responses=True)

        def is_idle() -> bool:
            client.delete(SCHEDULED)
            return JobProducer(client).facts()[0] == 0

        wait_for(is_idle, what="the app has done all that it was asked for")
        assert undocumented(client) == []
        # The stream stays: it has the group of workers, and a worker that finds none waits for a second. So does who
        # beats: the app that runs lives for the next case, too.
        for key in client.scan_iter():
            if key not in (STREAM, WORKERS):
                client.delete(key)
        client.close()


def set_scene(stage: Stage, slack: Address, freddy: Address, number: int) -> None:
    """Put a new workspace and a new platform, of the organization that belongs to it, behind the two addresses."""
    assert number < MOST_ACTS
    stage.organization_id = f"org_demo{number}"
    stage.platform = Platform(keys={API_KEY: stage.organization_id})
    stage.workspace = workspace_with(team_id=f"T0DEMO{number}")
    stage.workspace.base_url = slack.url
    slack.app, freddy.app = stage.workspace.app, stage.platform.app


@contextmanager
def acts(redis_url: str, log: Path, **settings: str) -> Iterator[Acts]:
    """Run one process that answers and works until the block is left."""
    with ExitStack() as stack:
        slack, freddy = stack.enter_context(address()), stack.enter_context(address())
        workspace, platform = workspace_with(), Platform(keys={})
        workspace.base_url = slack.url
        slack.app, freddy.app = workspace.app, platform.app
        environment = settings_for(slack.url, freddy.url, redis_url)
        more = {"WORKSPACE_ORGANIZATIONS": ORGANIZATIONS, **settings}
        stage = Stage(workspace, platform, {**environment, **more}, log)
        stack.callback(stage.clear)
        stage.start_web("--with-worker")
        yield Acts(slack, freddy, stage)
        check_keys(redis_url)
