"""The files of deploy/ run commands that there are, with settings that there are, and say the same as each other."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import click
import pytest
import yaml
from check_jsonschema import main as check_jsonschema  # type: ignore[import-untyped]

from slack_app import __version__
from slack_app.app.ending import END_SECONDS
from slack_app.cli import main
from slack_app.config import Settings
from tests.deploy import files
from tests.deploy.files import DEPLOY, ROOT, UNITS

OF_THE_SYSTEM = {"PATH", "HOME", "PYTHONDONTWRITEBYTECODE"}
OF_THE_PROCFILE = {"REDIS_OPTIONS"}
"""What its lines read themselves."""


@pytest.mark.parametrize(("where", "arguments"), [pytest.param(*found, id=found[0]) for found in files.commands()])
def test_each_command_exists_and_takes_its_options(where: str, arguments: list[str]) -> None:
    if arguments == ["--version"]:
        return
    command = main.commands[arguments[0]]

    command.make_context(arguments[0], arguments[1:])  # parses, and runs nothing


def test_an_option_that_is_not_there_would_be_found() -> None:
    with pytest.raises(click.UsageError):
        main.commands["web"].make_context("web", ["--no-such-option"])


def test_each_setting_exists() -> None:
    known = {name.upper() for name in Settings.model_fields} | OF_THE_SYSTEM | OF_THE_PROCFILE

    assert [(where, name) for where, name in files.names_set() if name not in known] == []


def test_each_way_waits_longer_than_the_app_takes_to_end() -> None:
    assert END_SECONDS < 30
    assert [files.compose()[name]["stop_grace_period"] for name in ("web", "worker", "redis")] == ["30s"] * 3
    assert [files.unit(path)["TimeoutStopSec"] for path in UNITS] == [["30"], ["30"]]
    assert [pod["terminationGracePeriodSeconds"] for pod in files.deployments().values()] == [30, 30]


def test_on_a_server_with_systemd_the_name_alone_runs_a_command_with_the_services_settings(tmp_path: Path) -> None:
    """The doctor's next steps and docs/operate.md say `slack-app …`, as somebody types it at night."""
    told = tmp_path / "systemd-run"
    told.write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n')
    told.chmod(0o755)

    command = [str(DEPLOY / "systemd" / "slack-app"), "workspaces", "set", "T0 1", "org_a"]
    environment = {"PATH": f"{tmp_path}:/bin:/usr/bin"}
    said = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)

    *options, program = said.stdout.splitlines()[:-4]
    assert said.stdout.splitlines()[-4:] == command[1:]
    assert {files.unit(path)["ExecStart"][0].split()[0] for path in UNITS} == {program}
    # none is read before it is written: `slack-app manifest` comes first
    for path in UNITS:
        assert f"--property=EnvironmentFile=-{files.unit(path)['EnvironmentFile'][0]}" in options


def test_each_way_runs_without_root_and_writes_nowhere_but_in_its_own_tmp() -> None:
    """slack-app healthy reads there what the processes beside it write."""
    user = files.instructions("USER")[0]
    for name in ("web", "worker"):
        service, pod = files.compose()[name], files.deployments()[name]
        container = pod["containers"][0]
        assert service["read_only"]
        assert service["tmpfs"] == ["/tmp"]
        assert service["cap_drop"] == container["securityContext"]["capabilities"]["drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]
        assert pod["securityContext"]["runAsNonRoot"]
        assert f"{pod['securityContext']['runAsUser']}:{pod['securityContext']['runAsGroup']}" == user
        assert container["securityContext"]["readOnlyRootFilesystem"]
        assert [mount["mountPath"] for mount in container["volumeMounts"]] == ["/tmp"]
    for path in UNITS:
        unit = files.unit(path)
        assert [unit[name] for name in ("DynamicUser", "ProtectSystem", "PrivateTmp")] == [["yes"], ["strict"], ["yes"]]


def test_it_runs_as_a_user_whom_no_list_of_users_has() -> None:
    """DynamicUser of systemd, any id on OpenShift: slack_sdk asks for their home when it is imported."""
    unknown = "import pwd\ndef getpwuid(_): raise KeyError\npwd.getpwuid = getpwuid\nimport slack_app.app.web"
    kept = {name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ}
    homes = [environment["HOME"] for environment in (files.image_environment(), *map(files.unit_environment, UNITS))]

    assert len(homes) == 3
    subprocess.run([sys.executable, "-c", unknown], env=kept | {"HOME": homes[0]}, check=True)


def test_the_redis_of_compose_keeps_what_it_is_given() -> None:
    redis = files.compose()["redis"]
    options = dict(zip(redis["command"][1::2], redis["command"][2::2], strict=True))

    assert options["--appendonly"] == "yes"
    assert options["--maxmemory-policy"] == "noeviction"
    assert redis["volumes"] == ["redis:/data"]
    assert redis["healthcheck"]


def test_compose_builds_the_image_once() -> None:
    """Where Docker keeps images in containerd, the second of two builds under one name fails: `already exists`."""
    apps = [files.compose()[name] for name in ("web", "worker")]

    assert len({app["image"] for app in apps}) == 1
    assert [name for name, service in files.compose().items() if "build" in service] == ["worker"]


def test_compose_publishes_where_web_listens_whatever_env_says() -> None:
    web = files.compose()["web"]

    assert web["environment"]["HOST"] == ""  # all addresses: another container's loopback is not reached
    assert web["ports"] == [f"127.0.0.1:3000:{web['environment']['PORT']}"]


def test_the_version_in_the_files_is_this_one() -> None:
    image = f"freddy-connect:{__version__}"

    assert files.compose()["web"]["image"] == image
    assert image in files.DOCKERFILE
    assert (
        yaml.safe_load((DEPLOY / "kubernetes" / "kustomization.yaml").read_text())["images"][0]["newTag"] == __version__
    )
    assert files.in_blocks("docs/deploy.md").count(image) == 2
    assert f"`slack-app {__version__}`" in (ROOT / "docs/deploy.md").read_text()


def test_the_image_has_a_python_that_is_tested() -> None:
    claims = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["classifiers"]
    versions = {claim.rpartition(" ")[2] for claim in claims if "Python :: 3." in claim}
    images = {line.split()[0] for line in files.instructions("FROM")}

    assert [image.split(":")[1].rpartition(".")[0] for image in images] == ["3.13"]
    assert "3.13" in versions
    assert set(yaml.safe_load(workflow())["jobs"]["test"]["strategy"]["matrix"]["python"]) == versions


def workflow() -> str:
    return (ROOT / ".github" / "workflows" / "ci.yml").read_text()


def test_each_file_that_the_image_copies_is_sent_to_the_builder() -> None:
    sent = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    copied = [line.split()[:-1] for line in files.instructions("COPY") if "--from" not in line]

    assert {name for names in copied for name in names} == sent
    assert all((ROOT / name).exists() for name in sent)


def test_the_image_has_nothing_of_the_demo(tmp_path: Path) -> None:
    left_out = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("slack_app/")]
    assert left_out == ["slack_app/demo", "slack_app/stand_ins"]
    shutil.copytree(ROOT / "slack_app", tmp_path / "slack_app")
    for name in left_out:
        shutil.rmtree(tmp_path / name)

    command = [sys.executable, "-m", "slack_app", "demo"]
    ended = subprocess.run(command, cwd=tmp_path, timeout=60, check=False, capture_output=True, text=True)

    assert ended.returncode == 1
    assert ended.stderr == "slack-app: the demo is not in this image; pip install . in a clone has it\n"


SCHEMAS = [
    ("vendor.compose-spec", [DEPLOY / "compose.yaml"]),
    ("vendor.github-workflows", sorted((ROOT / ".github" / "workflows").glob("*"))),
    ("vendor.dependabot", [ROOT / ".github" / "dependabot.yml"]),
    ("vendor.github-issue-forms", [*(ROOT / ".github" / "ISSUE_TEMPLATE").glob("[!c]*.yml")]),
    ("vendor.github-issue-config", [ROOT / ".github" / "ISSUE_TEMPLATE" / "config.yml"]),
]


@pytest.mark.parametrize(("schema", "paths"), SCHEMAS, ids=[schema for schema, _ in SCHEMAS])
def test_the_files_are_as_their_schema_says(schema: str, paths: list[Path]) -> None:
    assert paths

    assert check_jsonschema(["--builtin-schema", schema, *map(str, paths)], standalone_mode=False) in (0, None)
