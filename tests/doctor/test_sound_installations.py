"""No false alarm: a sound installation of each kind has nothing wrong, and the doctor's exit status is 0."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from slack_app.model.workspaces import Setup
from slack_app.pulse import Pulse
from slack_app.stand_ins.slack.installations import Grant
from tests.adapters.test_kept import cluster_of_two
from tests.conftest import running_redis
from tests.doctor.faults.redis import saying
from tests.doctor.faults.work import dead, nobody_works
from tests.doctor.scenes import Report, Scene, many, scene
from tests.failover import watched
from tests.secured import ENCODED, USER, documented_user
from tests.workspaces import GRID


@pytest.fixture
def one(redis_url: str) -> Iterator[Scene]:
    with scene(redis_url) as made:
        yield made


@pytest.fixture
def two(redis_url: str) -> Iterator[Scene]:
    with many(redis_url) as made:
        yield made


def is_sound(report: Report) -> bool:
    assert report.wrong == []
    return report.status == 0


def signs(report: Report, subject: str) -> set[object]:
    return {finding["is_right"] for finding in report.findings if finding["subject"] == subject}


def test_one_workspace_that_its_operator_mapped_is_sound(one: Scene) -> None:
    one.set(PUBLIC_URL=one.serve_web())

    report = one.examine()

    assert is_sound(report)
    subjects = ("Redis", "Slack", "Mapping", "Platform", "Workers", "Clock", "Address")
    assert [signs(report, subject) for subject in subjects] == [{True}] * len(subjects)


def test_one_workspace_that_an_admin_set_up_in_slack_is_sound(one: Scene) -> None:
    del one.environment["WORKSPACE_ORGANIZATIONS"]
    one.setups.save(Setup("T0DEMO", "org_demo"), "1")

    assert is_sound(one.examine())


def test_socket_mode_needs_neither_an_address_nor_a_signing_secret(one: Scene) -> None:
    del one.environment["SLACK_SIGNING_SECRET"]
    one.set(SLACK_APP_TOKEN="xapp-canary-1")

    report = one.examine()

    assert is_sound(report)
    assert signs(report, "Socket Mode") == {True}
    assert signs(report, "Address") == {None}
    assert "no slack-app socket runs on this machine" in report.printed


def test_where_a_setting_is_wrong_socket_mode_needs_no_signing_secret_either(one: Scene) -> None:
    del one.environment["SLACK_SIGNING_SECRET"]
    one.set(SLACK_APP_TOKEN="xapp-canary-1", WORKER_THREADS="many")

    report = one.examine()

    assert report.errors == "slack-app: WORKER_THREADS must be a whole number from 1 to 256\n"


def test_a_process_of_socket_mode_that_runs_here_is_seen(
    one: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    del one.environment["SLACK_SIGNING_SECRET"]
    one.set(SLACK_APP_TOKEN="xapp-canary-1")
    pulse = Pulse("socket", tuple)
    pulse.start()
    one.opened.callback(pulse.stop)

    report = one.examine()

    assert is_sound(report)
    assert "slack-app socket runs here" in report.printed


def test_many_workspaces_are_sound(two: Scene) -> None:
    report = two.examine()

    assert is_sound(report)
    assert "accepts the tokens of 2 of 2 workspaces" in report.printed
    assert signs(report, "Address") == {True}


def test_many_workspaces_that_nobody_has_set_up_yet_are_sound(two: Scene) -> None:
    for setup in two.setups.all():
        two.setups.remove(setup.workspace_id)

    report = two.examine()

    assert is_sound(report)
    assert "T0ONE has installed the app and belongs to no organization" in report.printed


def test_many_workspaces_of_which_none_has_come_yet_are_sound(two: Scene) -> None:
    two.redis.flushdb()

    report = two.examine()

    assert is_sound(report)
    assert "no workspace has installed the app yet" in report.printed
    assert signs(report, "Platform") == {True}


def test_a_token_that_is_refreshed_before_it_is_used_again_is_no_fault(two: Scene) -> None:
    two.workspace.install(Grant("xoxe.xoxb-1-old", expires_at=1.0))
    two.install((None, "T0ONE"), "xoxe.xoxb-1-old", bot_refresh_token="xoxe-1-x", bot_token_expires_at=1)

    assert is_sound(two.examine())


def test_a_grid_with_one_installation_is_sound(redis_url: str) -> None:
    with many(redis_url, enterprise_id=GRID) as grid:
        assert is_sound(grid.examine())


def test_a_workspaces_own_token_on_a_grid_that_is_mapped_as_a_whole_is_sound(one: Scene) -> None:
    one.workspace.store.enterprise_id = GRID
    one.set(WORKSPACE_ORGANIZATIONS=f"{GRID}=org_demo")

    assert is_sound(one.examine())


def test_redis_behind_sentinel_is_sound(one: Scene, tmp_path: Path) -> None:
    with running_redis() as server, watched(server, tmp_path) as sentinel:
        one.set(REDIS_URL=sentinel.url)

        assert is_sound(one.examine())


def test_many_workspaces_on_a_cluster_are_sound() -> None:
    with cluster_of_two() as url, many(url) as made:
        report = made.examine()

    assert is_sound(report)
    assert "what is kept can be opened" in report.printed


def test_the_user_of_redis_that_is_documented_may_do_all_that_the_app_does(one: Scene) -> None:
    one.redis.execute_command("ACL", *documented_user())
    one.opened.callback(one.redis.execute_command, "ACL", "DELUSER", USER)
    one.set(REDIS_URL=one.environment["REDIS_URL"].replace("://", f"://{USER}:{ENCODED}@"))

    assert is_sound(one.examine())


def test_a_redis_that_tells_nothing_about_itself_is_no_fault(one: Scene) -> None:
    rights = ("~slack_app:*", "+@all", "-@admin", "-@dangerous")
    one.redis.execute_command("ACL", "SETUSER", "shy", "on", ">canary", *rights)
    one.opened.callback(one.redis.execute_command, "ACL", "DELUSER", "shy")
    one.set(REDIS_URL=one.environment["REDIS_URL"].replace("://", "://shy:canary@"))

    report = one.examine()

    assert is_sound(report)
    assert "does not tell about itself" in report.printed


def test_a_hosted_redis_that_does_not_tell_of_its_file_is_no_fault(one: Scene) -> None:
    saying(b"\naof_enabled:", b"\nxof_enabled:")(one)

    report = one.examine()

    assert is_sound(report)
    assert "shows no append-only file, and its host does not say" in report.printed


def test_without_a_network_settings_and_redis_are_checked(one: Scene) -> None:
    one.set(SLACK_API_URL="http://127.0.0.1:1/api/", FREDDY_API_URL="http://127.0.0.1:1")

    report = one.examine("--offline")

    assert is_sound(report)
    assert [f["text"] for f in report.findings if f["subject"] == "Network"] == [
        "is not used (--offline): Slack, the platform and the app's own address were not asked"
    ]


def test_an_address_that_is_reached_only_by_the_proxy_is_not_called_unserved(one: Scene) -> None:
    """The proxy is for Slack and the platform alone; whether Slack reaches us is not known from here."""
    one.set(PUBLIC_URL="http://127.0.0.1:1", HTTPS_PROXY="http://proxy.invalid:3128")

    report = one.examine()

    assert is_sound(report)
    assert "is not reached from here without the proxy" in report.printed


@pytest.mark.parametrize("reason", ["defect", "undeliverable"])
def test_what_runs_keeps_no_release_back_which_may_be_what_mends_it(one: Scene, reason: str) -> None:
    dead(reason)(one)
    nobody_works(one)

    report = one.examine("--offline")

    assert is_sound(report)
    assert [f["subject"] for f in report.of(is_right=None) if f["next_step"]] == ["Workers", "Jobs"]


def test_a_redis_whose_host_keeps_its_configuration_to_itself_is_no_fault(one: Scene) -> None:
    one.own_redis("--appendonly", "no", "--rename-command", "CONFIG", "")

    report = one.examine()

    assert is_sound(report)
    assert "shows no append-only file" in report.printed


def test_a_release_that_begins_with_an_empty_redis_is_sound_offline(one: Scene) -> None:
    del one.environment["WORKSPACE_ORGANIZATIONS"]
    one.redis.flushdb()

    assert is_sound(one.examine("--offline"))


def test_a_test_message_arrives(one: Scene) -> None:
    report = one.examine("--to", "U0MAYA")

    assert is_sound(report)
    [message] = one.workspace.messages_in(one.workspace.dm_of("U0MAYA"), seen_by="U0MAYA")
    assert message.text.startswith("This is a test by whoever runs this app: your links arrive here.")
    assert signs(report, "Message") == {True}


def test_a_test_message_finds_the_workspace_of_its_person(two: Scene) -> None:
    [other] = [w for w in two.slack.workspaces if w.team_id == "T0TWO"] if two.slack else []
    other.store.people["U0ZOE"] = next(iter(other.store.people.values()))

    report = two.examine("--to", "U0ZOE")

    assert is_sound(report)
    assert "arrived at U0ZOE in T0TWO" in report.printed


def test_a_test_message_arrives_where_the_app_was_removed_elsewhere(two: Scene) -> None:
    [other] = [w for w in two.slack.workspaces if w.team_id == "T0TWO"] if two.slack else []
    other.store.people["U0ZOE"] = next(iter(other.store.people.values()))
    two.workspace.installations.revoke()
    two.redis.hset("slack_app:{installations}:of::T0GONE", "sealed", "of a key that is lost")
    two.redis.sadd("slack_app:{installations}:all", ":T0GONE")

    report = two.examine("--to", "U0ZOE")

    assert signs(report, "Message") == {True}
