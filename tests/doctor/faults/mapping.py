"""A workspace belongs to no organization, or its secrets are lost."""

from __future__ import annotations

from cryptography.fernet import Fernet

from tests.doctor.faults.fault import Fault, settings
from tests.doctor.scenes import Scene
from tests.stage import API_KEY


def unmapped_in_one(scene: Scene) -> None:
    scene.setups.remove("T0TWO")


def keys_lost(scene: Scene) -> None:
    scene.set(ENCRYPTION_KEYS=Fernet.generate_key().decode())


FAULTS = [
    Fault("nothing is mapped", settings(WORKSPACE_ORGANIZATIONS=None), "Mapping: is empty", "/connect setup"),
    Fault(
        "the mapping names none of ours",
        settings(WORKSPACE_ORGANIZATIONS="T0STRANGER=org_demo", FREDDY_API_KEY=API_KEY),
        "T0STRANGER, where the app is not installed",
        "Correct the ids in WORKSPACE_ORGANIZATIONS",
        of_many=True,
    ),
    Fault(
        "installed but not mapped",
        unmapped_in_one,
        "T0TWO has installed the app and belongs to no organization",
        "slack-app workspaces set T0TWO",
        status=0,
        of_many=True,
        is_hint=True,
    ),
    Fault(
        "the encryption key was lost",
        keys_lost,
        "Secrets: 4 can't be opened",
        "back into ENCRYPTION_KEYS",
        of_many=True,
        besides=(
            *(
                f"Slack: cannot be asked about {id_}: its token can't be opened, so nobody there gets a link"
                for id_ in ("T0ONE", "T0TWO")
            ),
            "Platform: there is no key for org_one: nobody in T0ONE gets a link",
            "Platform: there is no key for org_two: nobody in T0TWO gets a link",
        ),
    ),
]
