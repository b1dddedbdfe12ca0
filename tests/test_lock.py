"""The locked requirements install as they were locked, whatever is released later."""

from __future__ import annotations

import tomllib
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]


def pinned(file: str) -> dict[str, Requirement]:
    lines = [line for line in (ROOT / file).read_text().splitlines() if "==" in line]
    found = [Requirement(line.removesuffix("\\")) for line in lines]
    return {canonicalize_name(requirement.name): requirement for requirement in found}


def needed(name: str) -> list[Requirement]:
    """Return what the package needs here; nothing when it is not for this system."""
    try:
        found = [Requirement(text) for text in requires(name) or []]
    except PackageNotFoundError:
        return []
    return [
        requirement for requirement in found if not requirement.marker or requirement.marker.evaluate({"extra": "demo"})
    ]


@pytest.mark.parametrize(
    "file", ["requirements.txt", "requirements-extras.txt", "requirements-demo.txt", "requirements-dev.txt"]
)
def test_what_is_needed_with_an_extra_is_pinned_with_it(file: str) -> None:
    """Else pip takes the newest release for it, and refuses that for its hash."""
    pins = pinned(file)

    wanted = [requirement for name in [*pins, "freddy-connect"] for requirement in needed(name) if requirement.extras]
    missing = [
        str(requirement)
        for requirement in wanted
        if (pin := pins.get(canonicalize_name(requirement.name))) and not requirement.extras <= pin.extras
    ]

    assert wanted
    assert missing == []


def test_a_server_installs_nothing_that_only_the_demo_and_the_tests_need() -> None:
    of_server, of_demo, of_tests = (set(pinned(f"requirements{kind}.txt")) for kind in ("", "-demo", "-dev"))

    assert of_demo - of_server == {"fakeredis", "lupa", "sortedcontainers"}
    assert of_demo < of_tests
    assert not {"hatchling", "pip", "pytest", "setuptools", "uv"} & of_server


@pytest.mark.parametrize(
    "file", ["requirements.txt", "requirements-extras.txt", "requirements-demo.txt", "requirements-build.txt"]
)
def test_what_is_tested_is_what_is_served(file: str) -> None:
    tested = {name: requirement.specifier for name, requirement in pinned("requirements-dev.txt").items()}

    assert {name: requirement.specifier for name, requirement in pinned(file).items()}.items() <= tested.items()


def test_the_wheel_is_built_with_what_is_locked() -> None:
    backend = tomllib.loads((ROOT / "pyproject.toml").read_text())["build-system"]["requires"]

    assert {canonicalize_name(Requirement(text).name) for text in backend} <= set(pinned("requirements-build.txt"))
