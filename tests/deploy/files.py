"""What the files of deploy/ say, read as those who use them read it."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
DOCKERFILE = (DEPLOY / "Dockerfile").read_text()


def instructions(name: str) -> list[str]:
    """Return what follows an instruction of the Dockerfile, each time that it is there."""
    return re.findall(rf"^{name} (.*)$", DOCKERFILE.replace("\\\n", ""), re.MULTILINE)


def image_environment() -> dict[str, str]:
    """Return what the image sets."""
    return dict(pair.split("=", 1) for line in instructions("ENV") for pair in shlex.split(line))


def unit(path: Path) -> dict[str, list[str]]:
    """Return the settings of a unit's [Service], each with all of its values."""
    found: dict[str, list[str]] = {}
    for line in path.read_text().split("[Service]")[1].split("[Install]")[0].splitlines():
        if "=" in line and not line.startswith("#"):
            found.setdefault(line.partition("=")[0], []).append(line.partition("=")[2])
    return found


def unit_environment(path: Path) -> dict[str, str]:
    """Return what a unit sets."""
    return dict(pair.split("=", 1) for pair in unit(path).get("Environment", []))


def compose() -> dict[str, Any]:
    """Return the services of compose.yaml."""
    services: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]
    return services


def manifests() -> list[dict[str, Any]]:
    """Return every object that the kustomization brings, and the secret's example."""
    folder = DEPLOY / "kubernetes"
    names = [*yaml.safe_load((folder / "kustomization.yaml").read_text())["resources"], "secret.example.yaml"]
    return [found for name in names for found in yaml.safe_load_all((folder / name).read_text())]


def deployments() -> dict[str, dict[str, Any]]:
    """Return the pod of each Deployment, by the name of its one container."""
    pods = [found["spec"]["template"]["spec"] for found in manifests() if found["kind"] == "Deployment"]
    return {pod["containers"][0]["name"]: pod for pod in pods}


def procfile() -> dict[str, str]:
    """Return the command of each kind of process."""
    return dict(line.split(": ", 1) for line in (ROOT / "Procfile").read_text().splitlines())


def commands() -> Iterator[tuple[str, list[str]]]:
    """Return every command of `slack-app` that the files run, and where it stands."""
    entry = json.loads(instructions("ENTRYPOINT")[0])
    assert entry == ["slack-app"]
    yield "Dockerfile, CMD", json.loads(instructions("CMD")[0])
    health = json.loads(instructions("HEALTHCHECK")[0].partition("CMD ")[2])
    assert health[0] == "slack-app"
    yield "Dockerfile, HEALTHCHECK", health[1:]
    for name in ("web", "worker"):
        yield f"compose.yaml, {name}", compose()[name]["command"]
        yield f"kubernetes, {name}", deployments()[name]["containers"][0]["args"]
    for path in UNITS:
        program, *arguments = shlex.split(unit(path)["ExecStart"][0])
        assert program == "/opt/slack-app/bin/slack-app"
        yield path.name, arguments
    for kind, line in procfile().items():
        yield f"Procfile, {kind}", shlex.split(line.partition("python -m slack_app ")[2])
    for words in re.findall(r"(?:/bin/|exec worker |-- |^)slack-app (.+)$", in_blocks("docs/deploy.md"), re.MULTILINE):
        yield "docs/deploy.md", shlex.split(words)


def in_blocks(document: str) -> str:
    """Return what a document's shell blocks hold."""
    return "\n".join(re.findall(r"```sh\n(.*?)```", (ROOT / document).read_text(), re.DOTALL))


def names_set() -> Iterator[tuple[str, str]]:
    """Return every setting that the files name, and where."""
    for service in ("web", "worker"):
        for name in compose()[service]["environment"]:
            yield "compose.yaml", name
        for variable in deployments()[service]["containers"][0]["env"]:
            yield "kubernetes", variable["name"]
    for found in manifests():
        for name in found.get("stringData", {}):
            yield "secret.example.yaml", name
    for path in UNITS:
        for name in unit_environment(path):
            yield path.name, name
    for name in image_environment():
        yield "Dockerfile", name
    for name in json.loads((ROOT / "app.json").read_text())["env"]:
        yield "app.json", name
    for name in re.findall(r"^(?:# )?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE):
        yield ".env.example", name
