"""What the operator's commands need."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from slack_sdk import WebClient

from slack_app import doctor
from slack_app.adapters import redis
from slack_app.adapters.clock import RedisClock
from slack_app.adapters.secrets.keys import RedisKeys
from slack_app.adapters.secrets.rotation import SealedStore, unreadable
from slack_app.adapters.setups import RedisSetups
from slack_app.adapters.slack import PooledWebClient
from slack_app.app.clients import (
    build_installations,
    build_platform,
    build_slack_http,
    build_vault,
    build_web_client,
    redis_url,
    reveal,
)
from slack_app.config import Settings
from slack_app.features.credentials import CredentialResolver


def diagnose(settings: Settings) -> Iterator[doctor.Finding]:
    """Check everything outside that the settings name."""
    client, http = redis.open_fast(redis_url(settings)), build_slack_http(settings)
    vault, stored = build_vault(settings), RedisSetups(client, settings.workspace_organizations)
    keys, installations = RedisKeys(client, vault, stored), build_installations(settings, client, RedisClock(client))
    yield from doctor.check_redis(client)

    def count_unreadable() -> int:
        return sum(unreadable(client, vault, store.locations()) for store in (installations, keys))

    def client_of(place: str) -> WebClient:
        kept = installations.load(place)
        token = kept.installation.bot_token if kept else None
        return PooledWebClient(http, token=token or "", base_url=settings.slack_api_url)

    yield from doctor.check_secrets(can_seal=vault.can_seal, count_unreadable=count_unreadable)
    if settings.slack_client_id:
        yield from doctor.check_installations(installations.all, client_of)
    else:
        yield from doctor.check_slack(build_web_client(settings, http))
    findings, setups = doctor.check_mapping(stored.all, serves_many=bool(settings.slack_client_id))
    yield from findings
    resolve_credentials = CredentialResolver(stored, keys, reveal(settings.freddy_api_key))
    yield from doctor.check_platform(build_platform(settings), setups, resolve_credentials.shared)


def sealed_stores(settings: Settings) -> Sequence[SealedStore]:
    """Return every store that keeps secrets, with a client that does not wait for a Redis that is away."""
    fast = redis.open_fast(redis_url(settings))
    setups = RedisSetups(fast, settings.workspace_organizations)
    return [build_installations(settings, fast, RedisClock(fast)), RedisKeys(fast, build_vault(settings), setups)]
