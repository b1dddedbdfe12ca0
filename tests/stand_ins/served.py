"""The stand-in platform over real HTTP, with a clock that the test turns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import requests

from slack_app.stand_ins.freddy import Platform

KEY = "ak_test"


class Now:
    seconds = 1_700_000_000.0

    def __call__(self) -> float:
        return self.seconds


@dataclass
class Served:
    platform: Platform
    url: str
    now: Now

    def call(self, method: str, path: str, body: object = None, key: str | None = KEY, **query: str) -> Any:
        return requests.request(
            method,
            f"{self.url}/v1/personal-connectors{path}",
            params={"organization_id": "org_a", **query},
            json=body,
            headers={"X-API-Key": key} if key else {},
            timeout=5,
            allow_redirects=False,
        )

    def authorize(self, tool_key: str = "github", **parameters: str) -> Any:
        body = {"connector_type": tool_key, **({"integration_params": parameters} if parameters else {})}
        return self.call("POST", "/authorize", body)
