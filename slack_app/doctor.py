"""Checks an installation from the operator's shell: what is wrong, and what to do about each.

A check that cannot be made is said as such; only what is wrong makes the exit status 1.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from redis import RedisError
from redis.exceptions import RedisClusterException
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError

from slack_app.adapters.slack import SCOPES
from slack_app.errors import UpstreamError, UserError
from slack_app.model.workspaces import Credentials, KeyMode, Setup
from slack_app.ports.platform import Platform

OLDEST_REDIS = (6, 2)
"""Scripts use `ZADD … LT`: https://redis.io/docs/latest/commands/zadd/. Valkey says which Redis it answers as."""
REDIS_VERSION = "Redis version"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report; `is_right` is None where nothing could be checked."""

    subject: str
    is_right: bool | None
    text: str


def check_redis(redis: Any) -> Iterator[Finding]:
    """Redis answers, is new enough, keeps what it is given, and never throws anything away."""
    try:
        redis.ping()
    except (RedisError, RedisClusterException) as exc:
        yield Finding("Redis", False, f"does not answer ({type(exc).__name__}); start it, or correct REDIS_URL")
        return
    yield Finding("Redis", True, "answers")
    try:
        facts = redis.info()
    except RedisError:
        yield Finding("Redis", None, "does not tell about itself (INFO is not allowed); make sure it persists")
        return
    yield from _check_version(str(facts.get("redis_version", "")))
    if facts.get("aof_enabled"):
        yield Finding("Redis", True, "has an append-only file: accepted requests survive its restart")
    else:
        yield Finding("Redis", False, "has no append-only file; set appendonly yes, or a restart loses requests")
    policy = str(facts.get("maxmemory_policy", "noeviction"))
    if policy == "noeviction":
        yield Finding("Redis", True, "evicts nothing")
    else:
        yield Finding("Redis", False, f"evicts keys when full ({policy}); set maxmemory-policy noeviction")


def _check_version(version: str) -> Iterator[Finding]:
    numbers = tuple(map(int, re.findall(r"\d+", version)[:2]))
    if numbers and numbers < OLDEST_REDIS:
        text = f"{version} is too old; the app needs Redis 6.2 or later, or Valkey"
        yield Finding(REDIS_VERSION, False, text)


def check_slack(
    client: WebClient, remedy: str = "take a fresh SLACK_BOT_TOKEN from the app's page"
) -> Iterator[Finding]:
    """Slack accepts the token, and the token may do what the app does; `remedy` is what mends a refused one."""
    try:
        answer = client.auth_test()
    except SlackApiError as exc:
        code = exc.response.get("error", "unknown_error")
        yield Finding("Slack", False, f"refuses the token ({code}); {remedy}")
        return
    except (UpstreamError, SlackClientError, OSError) as exc:
        yield Finding("Slack", False, f"does not answer ({type(exc).__name__}); is SLACK_API_URL reachable from here?")
        return
    yield Finding("Slack", True, f"accepts the token, for the workspace {answer.get('team')} ({answer.get('team_id')})")
    granted = {name.lower(): value for name, value in answer.headers.items()}.get("x-oauth-scopes", "")
    lacking = set(SCOPES) - {scope.strip() for scope in granted.split(",")}
    if lacking:
        text = f"did not grant {', '.join(sorted(lacking))}; import manifest.yml again and reinstall the app"
        yield Finding("Slack", False, text)
    else:
        yield Finding("Slack", True, f"granted the scopes {', '.join(sorted(SCOPES))}")
    yield Finding(
        "Slack",
        None,
        "does not tell an app whether its Messages tab is on; it is with manifest.yml (App Home > Messages Tab)",
    )


def check_mapping(setups: Callable[[], Sequence[Setup]], *, serves_many: bool) -> tuple[list[Finding], Sequence[Setup]]:
    """At least one workspace belongs to an organization; returns the set-ups too. Many are set up by their admins."""
    try:
        found = setups()
    except UpstreamError:
        return [Finding("Mapping", False, "cannot be read while Redis does not answer")], []
    if not found:
        text = (
            "is empty; an admin types /connect setup in Slack, or you run slack-app workspaces set T0123 "
            "<organization id>"
        )
        return [Finding("Mapping", None if serves_many else False, text)], []
    return [
        Finding("Mapping", True, f"{setup.workspace_id} belongs to {setup.organization_id}") for setup in found
    ], found


def check_secrets(*, can_seal: bool, count_unreadable: Callable[[], int]) -> Iterator[Finding]:
    """Secrets can be kept, and those that are kept can be opened."""
    try:
        count = count_unreadable()
    except UpstreamError:
        yield Finding("Secrets", None, "cannot be looked at while Redis does not answer")
        return
    if count:
        text = f"{count} can't be opened; put the key that they were sealed with back into ENCRYPTION_KEYS"
        yield Finding("Secrets", False, text)
    elif can_seal:
        yield Finding("Secrets", True, "can be kept, and what is kept can be opened")
    else:
        yield Finding("Secrets", None, "can't be kept: nobody can bring a key; set ENCRYPTION_KEYS if they are to")


def check_installations(
    places: Callable[[], Sequence[str]], client_of: Callable[[str], WebClient]
) -> Iterator[Finding]:
    """Slack accepts the token of each workspace that installed the app."""
    try:
        found = places()
    except UpstreamError:
        yield Finding("Slack", None, "cannot be asked: the tokens are in Redis, which does not answer")
        return
    if not found:
        yield Finding("Slack", None, "no workspace has installed the app yet; open /slack/install")
    for place in found:
        try:
            remedy = f"an admin of {place.strip(':')} adds the app at /slack/install again"
            yield from check_slack(client_of(place), remedy)
        except UpstreamError as exc:
            yield Finding("Slack", False, f"the token of {place.strip(':')} cannot be read ({exc.code})")


def check_platform(
    platform: Platform, setups: Sequence[Setup], resolve_credentials: Callable[[Setup], Credentials]
) -> Iterator[Finding]:
    """Check that the connector platform answers, and accepts the key for each organization."""
    seen: set[Credentials] = set()
    for setup in setups:
        organization_id = setup.organization_id
        if setup.key_mode is KeyMode.PER_USER:
            yield Finding("Platform", None, f"is asked for {organization_id} with each person's own key")
            continue
        try:
            credentials = resolve_credentials(setup)
            if credentials in seen:
                continue
            seen.add(credentials)
            count = len(platform.catalogue(credentials))
        except UserError:
            yield Finding("Platform", False, _no_key(setup))
        except UpstreamError as exc:
            yield Finding("Platform", False, _platform_advice(exc, setup))
        else:
            yield Finding("Platform", True, f"accepts the key for {organization_id} ({count} connectors)")


def _no_key(setup: Setup) -> str:
    if setup.key_mode is KeyMode.OPERATOR:
        return f"there is no key for {setup.organization_id}; set FREDDY_API_KEY"
    return f"there is no key for {setup.organization_id}; an admin of {setup.workspace_id} brings one with the set-up"


def _platform_advice(exc: UpstreamError, setup: Setup) -> str:
    organization_id = setup.organization_id
    if exc.status == 401 and setup.key_mode is KeyMode.SHARED:
        return f"does not accept the key of {setup.workspace_id} (401); an admin brings a new one with the set-up"
    if exc.status == 401:
        return "does not accept the key (401); correct FREDDY_API_KEY"
    if exc.status == 403:
        return f"does not allow the key for {organization_id} (403); is the organization id right?"
    if exc.status is None:
        return f"does not answer ({exc.code}); is FREDDY_API_URL right and reachable from here?"
    return f"answers {exc.status} for {organization_id} ({exc.code}, trace {exc.trace_id or 'none'})"
