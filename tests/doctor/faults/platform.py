"""The platform gives no link."""

from __future__ import annotations

from dataclasses import replace

from starlette.responses import HTMLResponse, JSONResponse

from slack_app.app import upstreams
from slack_app.model.workspaces import KeyMode
from tests.doctor.faults.fault import HTML, NOWHERE, Fault, Plant, page, served, settings, untrusted
from tests.doctor.scenes import Scene


def platform_hangs(scene: Scene) -> None:
    scene.patch.setattr(upstreams, "SECONDS", 1.0)
    scene.platform.delay = 5.0


def platform_down(scene: Scene) -> None:
    scene.set(FREDDY_API_URL=page(scene, JSONResponse({"error": {"code": "DOWN"}}, 503)))


def offers_nothing(scene: Scene) -> None:
    scene.set(FREDDY_API_URL=page(scene, JSONResponse({"connectors": [], "total": 0})))


def unmapped(plant: Plant) -> Plant:
    """Plant it where nothing is set up yet: no admin can, for the platform is asked at that."""

    def both(scene: Scene) -> None:
        settings(WORKSPACE_ORGANIZATIONS=None)(scene)
        plant(scene)

    return both


IS_EMPTY = ("Mapping: is empty: nobody in T0DEMO (Freddy Demo) gets a link",)


def keys_of_their_own(scene: Scene) -> None:
    """Plant a platform out of reach where no key is kept but each person's own."""
    for setup in scene.setups.all():
        scene.setups.save(replace(setup, key_mode=KeyMode.PER_USER), "2")
    scene.set(FREDDY_API_URL=NOWHERE)


def key_of_another_organization(scene: Scene) -> None:
    scene.platform.accept("ak_canary_one_0123456789", "org_other")


def operators_key_missing(scene: Scene) -> None:
    scene.set(WORKSPACE_ORGANIZATIONS="T0ONE=org_one", ENCRYPTION_KEYS=scene.environment["ENCRYPTION_KEYS"])
    scene.setups.remove("T0ONE")


FAULTS = [
    Fault(
        "a wrong key of the platform",
        settings(FREDDY_API_KEY="ak_other"),
        "the key (401)",
        "Settings › API Keys › Create New API Key",
    ),
    Fault(
        "an organization that is not the key's",
        settings(WORKSPACE_ORGANIZATIONS="T0DEMO=org_x"),
        "the key for org_x (403)",
        "slack-app workspaces set T0DEMO",
    ),
    Fault(
        "an organization that is not there",
        lambda s: s.platform.refuse_organization(404),
        "knows no org_demo",
        "Correct the organization id",
    ),
    Fault(
        "a workspace's key was withdrawn",
        lambda s: s.platform.refuse("ak_canary_one_0123456789"),
        "does not accept the key of T0ONE",
        "An admin of T0ONE brings a new key",
        of_many=True,
    ),
    Fault(
        "a workspace's key is another organization's",
        key_of_another_organization,
        "does not allow the key for org_one (403)",
        "An admin of T0ONE corrects the organization id, or brings a key of org_one, with /connect setup",
        of_many=True,
    ),
    Fault(
        "no key for the operator's mapping",
        operators_key_missing,
        "there is no key for org_one",
        "FREDDY_API_KEY",
        of_many=True,
    ),
    Fault(
        "FREDDY_API_URL leads nowhere", settings(FREDDY_API_URL=NOWHERE), "Platform: does not answer", "FREDDY_API_URL"
    ),
    Fault(
        "FREDDY_API_URL leads elsewhere", served("FREDDY_API_URL", HTML), "not the platform's form", "without a path"
    ),
    Fault(
        "FREDDY_API_URL leads nowhere before the set-up",
        unmapped(settings(FREDDY_API_URL=NOWHERE)),
        "Platform: does not answer",
        "FREDDY_API_URL",
        before=IS_EMPTY,
    ),
    Fault(
        "FREDDY_API_URL leads elsewhere before the set-up",
        unmapped(served("FREDDY_API_URL", HTMLResponse("nginx", 404))),
        "Platform: is not what answers at FREDDY_API_URL",
        "without a path",
        before=IS_EMPTY,
    ),
    Fault(
        "FREDDY_API_URL leads nowhere, and each person has a key",
        keys_of_their_own,
        "Platform: does not answer",
        "FREDDY_API_URL",
        of_many=True,
    ),
    Fault("the platform is down", platform_down, "Platform: is away (503", "Report it to the platform"),
    Fault("the platform hangs", platform_hangs, "the answer did not come in time", "FREDDY_API_URL"),
    Fault(
        "an authority that is not ours", lambda s: s.set(FREDDY_API_URL=untrusted(s)), "certificate", "SSL_CERT_FILE"
    ),
    Fault("the platform offers nothing", offers_nothing, "offers org_demo no connector", "switch connectors on"),
]
