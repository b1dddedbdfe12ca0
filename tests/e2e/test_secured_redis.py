"""Redis with TLS, passwords and the user of docs/deploy.md, whose primary goes while people ask; real processes."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.certificates import Authority
from tests.secured import Secured, secured_cluster, secured_pair, sentinel
from tests.stage import GENERAL, Stage, on_stage, wait_for

PEOPLE = 40
PERSON = "U{:05}".format
BUSY = "can't take requests"


@dataclass
class Asked:
    """Who was told that their request was taken, and who that they have to come again."""

    accepted: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


def keep_asking(stage: Stage, asked: Asked, people: Iterator[str], until: threading.Event) -> None:
    """Let one after the other type the command, and again who was not served."""
    for person in people:
        while person not in asked.accepted:
            ack = stage.workspace.type_command(user_id=person, channel_id=GENERAL, text="github")
            taken = ack.status == 200 and BUSY not in str(ack.body)
            (asked.accepted if taken else asked.refused).append(person)
            if until.wait(0.05):
                return


@contextmanager
def served_by(url: str, log: Path) -> Iterator[Stage]:
    with on_stage(url, log, PEOPLE) as stage:
        stage.platform.requests_a_minute = 1_000_000
        stage.start("worker")
        stage.start_web()
        yield stage


def ask_while(stage: Stage, fail_over: Callable[[], None]) -> Asked:
    """Have everybody ask while that happens; returns what became of them when all who were accepted had their link."""
    asked, is_over = Asked(), threading.Event()
    people = iter([PERSON(number) for number in range(PEOPLE)])
    with ThreadPoolExecutor(1) as pool:
        asking = pool.submit(keep_asking, stage, asked, people, is_over)
        wait_for(lambda: len(asked.accepted) >= PEOPLE // 4, what="the first of them")
        fail_over()
        try:
            wait_for(lambda: len(asked.accepted) == PEOPLE, what="all are accepted")
        finally:
            is_over.set()
        asking.result()
    return asked


def lost(stage: Stage, asked: Asked) -> list[str]:
    return [person for person in asked.accepted if not stage.dms(person)]


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


def refused(*servers: Secured) -> list[str]:
    return [command for server in servers for command in server.refused()]


def test_a_cluster_whose_replica_takes_over_loses_nobody_and_serves_nobody_twice(
    authority: Authority, tmp_path: Path
) -> None:
    with ExitStack() as stack:
        primary, replica = stack.enter_context(secured_cluster(authority))
        url = f"rediss+cluster://{primary.netloc}?ssl_ca_certs={authority.file}"
        stage = stack.enter_context(served_by(url, tmp_path / "app.log"))

        asked = ask_while(stage, lambda: replica.operator.execute_command("CLUSTER", "FAILOVER"))

        wait_for(lambda: not lost(stage, asked), what="everybody's link")
        assert replica.operator.info("replication")["role"] == "master"
        assert [person for person in asked.accepted if len(stage.dms(person)) > 1] == []
        assert refused(primary, replica) == []


def test_behind_sentinel_a_primary_that_is_killed_is_replaced_and_everybody_served(
    authority: Authority, tmp_path: Path
) -> None:
    with ExitStack() as stack:
        primary, replica = stack.enter_context(secured_pair(authority))
        watching = stack.enter_context(sentinel(authority, primary, tmp_path))
        port = watching.connection_pool.connection_kwargs["port"]
        address = primary.netloc.replace(str(primary.port), str(port))
        url = f"rediss+sentinel://{address}/main/0?ssl_ca_certs={authority.file}&sentinel_password=sentinel-p%40ss"
        stage = stack.enter_context(served_by(url, tmp_path / "app.log"))
        stage.ask("github")
        wait_for(stage.dms, what="a link before")
        assert refused(primary) == []

        asked = ask_while(stage, primary.server.kill)

        # What a primary took and told nobody of when it was killed is gone with it: replication is not waited for.
        wait_for(lambda: len(lost(stage, asked)) <= 2, what="everybody's link")
        assert replica.operator.info("replication")["role"] == "master"
        assert [person for person in asked.accepted if len(stage.dms(person)) > 1] == []
        assert refused(replica) == []
