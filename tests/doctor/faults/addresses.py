"""Slack does not reach the app."""

from __future__ import annotations

from starlette.responses import HTMLResponse, RedirectResponse

from tests.doctor.faults.fault import HTML, NOWHERE, Fault, page, served, settings, untrusted
from tests.doctor.scenes import Scene


def web_with_other_secret(scene: Scene) -> None:
    scene.set(PUBLIC_URL=scene.serve_web(SLACK_SIGNING_SECRET="another5igning5ecret"))


def web_here_with_other_secret(scene: Scene) -> None:
    scene.set(PORT=scene.serve_web(SLACK_SIGNING_SECRET="another5igning5ecret").rpartition(":")[2])


def port_taken(scene: Scene) -> None:
    scene.set(PORT=page(scene, HTML).rpartition(":")[2])


FAULTS = [
    Fault("nobody serves PUBLIC_URL", settings(PUBLIC_URL=NOWHERE), "nobody serves PUBLIC_URL", "Start slack-app web"),
    Fault(
        "PUBLIC_URL is missing",
        settings(PUBLIC_URL=None),
        "PUBLIC_URL is missing",
        "Set PUBLIC_URL",
        status=0,
        of_many=True,
        is_hint=True,
    ),
    Fault("web has another signing secret", web_with_other_secret, "has another one", "same SLACK_SIGNING_SECRET"),
    Fault("web here has another signing secret", web_here_with_other_secret, "has another one", "SLACK_SIGNING_SECRET"),
    Fault(
        "PUBLIC_URL is something else", served("PUBLIC_URL", HTML), "answered by something else", "Correct PUBLIC_URL"
    ),
    Fault(
        "PUBLIC_URL leads elsewhere",
        served("PUBLIC_URL", RedirectResponse("https://www.example.com/")),
        "leads elsewhere (307)",
        "Set PUBLIC_URL to where it leads",
    ),
    Fault(
        "a proxy without us", served("PUBLIC_URL", HTMLResponse("Bad Gateway", 502)), "answers 502", "lead the proxy"
    ),
    Fault("a certificate Slack refuses", lambda s: s.set(PUBLIC_URL=untrusted(s)), "certificate", "public authority"),
    Fault("another program on PORT", port_taken, "another program answers", "another PORT"),
    Fault(
        "no network",
        settings(SLACK_API_URL=f"{NOWHERE}/api/", FREDDY_API_URL=NOWHERE, SLACK_APP_TOKEN="xapp-canary-1"),
        "Network: reaches nobody from here",
        "--offline",
    ),
]
