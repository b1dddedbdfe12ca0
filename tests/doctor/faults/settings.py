"""The settings are wrong: the exit status is 2, before anything is asked."""

from __future__ import annotations

from cryptography.fernet import Fernet

from slack_app.model.workspaces import KeyMode, Setup
from tests.doctor.faults.fault import Fault, settings
from tests.doctor.scenes import Scene
from tests.stage import API_KEY


def keys_missing(scene: Scene) -> None:
    scene.set(ENCRYPTION_KEYS=Fernet.generate_key().decode())
    setup = Setup("T0DEMO", "org_demo", KeyMode.SHARED)
    scene.setups.save(setup, "1", sealed_key=scene.keys.seal_shared(setup, API_KEY))
    del scene.environment["ENCRYPTION_KEYS"]


FAULTS = [
    Fault("no signing secret", settings(SLACK_SIGNING_SECRET=None), "SLACK_SIGNING_SECRET is missing", status=2),
    Fault("no bot token", settings(SLACK_BOT_TOKEN=None), "SLACK_BOT_TOKEN is missing", status=2),
    Fault("no key of the platform", settings(FREDDY_API_KEY=None), "FREDDY_API_KEY is missing", status=2),
    Fault(
        "an example for a secret", settings(SLACK_SIGNING_SECRET="your-signing-secret"), "still the example", status=2
    ),
    Fault("a mapping that is none", settings(WORKSPACE_ORGANIZATIONS="org_demo"), "T0123=org_a", status=2),
    Fault(
        "METRICS_PORT is PORT", settings(PORT="3999", METRICS_PORT="3999"), "METRICS_PORT must not be PORT", status=2
    ),
    Fault("secrets go over plain http", settings(FREDDY_API_URL="http://api.example"), "FREDDY_API_URL", status=2),
    Fault("client id without its secret", settings(SLACK_CLIENT_ID="1.2"), "SLACK_CLIENT_SECRET is missing", status=2),
    Fault("secrets are kept, their key is missing", keys_missing, "ENCRYPTION_KEYS is missing", status=2),
    Fault(
        "a setting's name is misspelt",
        settings(SLACK_SIGNING_SECRET=None, SLACK_SIGNING_SECERT="canary5igning5ecret"),
        "SLACK_SIGNING_SECERT is not a setting; did you mean SLACK_SIGNING_SECRET?",
        status=2,
    ),
    Fault(
        "the name of what many programs read is misspelt",
        settings(REDIS_URLS="redis://127.0.0.1:1/0"),
        "REDIS_URLS is not a setting; did you mean REDIS_URL?",
        "Correct the name",
        status=0,
        is_hint=True,
    ),
    Fault("a token of another kind", settings(SLACK_BOT_TOKEN="xoxp-canary-1"), "is a user token (xoxp-…)", status=2),
    Fault("quotes around a value", settings(SLACK_BOT_TOKEN='"xoxb-canary-1"'), "SLACK_BOT_TOKEN has quotes", status=2),
]
