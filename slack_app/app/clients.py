"""What several processes need: clients, stores, and what seals secrets."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from urllib.parse import urlencode, urlsplit

from pydantic import SecretStr
from slack_sdk import WebClient
from slack_sdk.oauth.installation_store import Installation
from slack_sdk.oauth.token_rotation import TokenRotator

from slack_app.adapters import redis
from slack_app.adapters.freddy import Freddy
from slack_app.adapters.http import Http
from slack_app.adapters.links.budget import RedisBudget
from slack_app.adapters.network import Network
from slack_app.adapters.people import Place
from slack_app.adapters.secrets.installations import RedisInstallations
from slack_app.adapters.secrets.tokens import BotTokens
from slack_app.adapters.secrets.vault import Vault
from slack_app.adapters.served import ServedWorkspace
from slack_app.adapters.slack import PooledWebClient, is_token_good
from slack_app.adapters.slack_pauses import SlackPauses
from slack_app.config import Settings
from slack_app.model.users import SlackUser
from slack_app.poller import THREADS as POLL_THREADS
from slack_app.ports import Clock

PLATFORM_DEADLINE = 15.0
SLACK_DEADLINE = 10.0


def build_vault(settings: Settings) -> Vault:
    """Build what seals secrets."""
    return Vault([key.get_secret_value() for key in settings.encryption_keys])


def build_platform(
    settings: Settings,
    budget: RedisBudget | None = None,
    on_refused_host: Callable[[str], None] = lambda _host: None,
    *,
    deadline: float = PLATFORM_DEADLINE,
) -> Freddy:
    """Build the client of the connector platform, which keeps to each organization's budget.

    It has a connection for each thread that may ask: calls that stall keep nobody else's call waiting.
    """
    return Freddy(
        Http(
            "platform",
            connections=5 * settings.worker_threads + POLL_THREADS,
            deadline=deadline,
            network=build_network(settings),
        ),
        url=settings.freddy_api_url,
        allowed_hosts=settings.authorization_hosts,
        budget=budget,
        on_refused_host=on_refused_host,
    )


def build_slack_http(settings: Settings, deadline: float = SLACK_DEADLINE) -> Http:
    """Build the connections to Slack."""
    network = build_network(settings)
    return Http("slack", connections=settings.worker_threads, deadline=deadline, network=network)


def redis_url(settings: Settings) -> str:
    """Return where Redis is; under SSL_CERT_FILE where TLS is spoken and the address names no authorities itself."""
    url, file = settings.redis_url.get_secret_value(), settings.ssl_cert_file
    if file is None or not url.startswith("rediss") or "ssl_ca_certs=" in url:
        return url
    return f"{url}{'&' if urlsplit(url).query else '?'}{urlencode({'ssl_ca_certs': file})}"


def build_network(settings: Settings) -> Network:
    """Build what says how Slack and the platform are reached."""
    return Network(
        proxy=reveal(settings.https_proxy) or None,
        no_proxy=settings.no_proxy,
        authorities=tuple(str(file) for file in (settings.ssl_cert_file, settings.requests_ca_bundle) if file),
    )


def build_web_client(settings: Settings, http: Http, pauses: SlackPauses | None = None) -> WebClient:
    """Build the client of the one workspace that SLACK_BOT_TOKEN is for."""
    token = reveal(settings.slack_bot_token)
    return PooledWebClient(http, token=token, base_url=settings.slack_api_url, pauses=pauses)


def build_is_served(settings: Settings, http: Http) -> Callable[[SlackUser], bool]:
    """Build what says whether the app serves a person's workspace."""
    if settings.slack_client_id:
        return lambda _person: True
    return ServedWorkspace(build_web_client(settings, http), time.time)


def build_installed_by(
    installations: RedisInstallations, is_served: Callable[[SlackUser], bool]
) -> tuple[Callable[[SlackUser], Place], Callable[[SlackUser], str | None], Callable[[], Sequence[str]]]:
    """Build what says where the installation is that serves a person, who made it, and which are org-wide."""
    if isinstance(is_served, ServedWorkspace):
        return is_served.place, lambda _person: None, list

    def installation_for(person: SlackUser) -> Installation | None:
        kept = installations.for_user(person)
        return kept.installation if kept else None

    def installed_in(person: SlackUser) -> Place:
        installation = installation_for(person)
        return (installation.enterprise_id, installation.team_id) if installation else (None, None)

    def installer_of(person: SlackUser) -> str | None:
        return getattr(installation_for(person), "user_id", None)

    return installed_in, installer_of, installations.grids


def build_client_for(
    settings: Settings, http: Http, patient: redis.Client, clock: Clock
) -> Callable[[SlackUser], WebClient]:
    """Build what gives the client that may do something for a person: with their workspace's token."""
    pauses = SlackPauses()
    client = build_web_client(settings, http, pauses)
    if not settings.slack_client_id:
        return lambda _person: client
    rotator = TokenRotator(
        client_id=settings.slack_client_id, client_secret=reveal(settings.slack_client_secret), client=client
    )
    tokens = BotTokens(build_installations(settings, patient, clock), rotator, patient, clock)

    def client_for(person: SlackUser) -> WebClient:
        token = tokens.bot_token(person)
        return PooledWebClient(http, token=token, base_url=settings.slack_api_url, pauses=pauses)

    return client_for


def build_installations(settings: Settings, client: redis.Client, clock: Clock) -> RedisInstallations:
    """Build where installs are kept."""
    http = build_slack_http(settings)

    def is_good(token: str) -> bool:
        return is_token_good(PooledWebClient(http, token=token, base_url=settings.slack_api_url))

    return RedisInstallations(client, build_vault(settings), clock, is_good)


def reveal(value: SecretStr | None) -> str:
    """Return a secret setting's value, empty where it is not set."""
    return value.get_secret_value() if value is not None else ""
