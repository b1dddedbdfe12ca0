"""The composition root: the only place that builds clients, stores and Bolt; the rest is handed what it needs."""

from __future__ import annotations

import logging
import os
import random
import secrets
import socket
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit

import structlog
from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient
from slack_sdk.oauth.token_rotation import TokenRotator
from starlette.applications import Starlette

from slack_app import doctor, listeners, log, views, web, wording
from slack_app.adapters import redis
from slack_app.adapters.asks import RedisAsks
from slack_app.adapters.audit import RedisAudit
from slack_app.adapters.breaker import Breaker
from slack_app.adapters.catalogue import RedisCatalogue
from slack_app.adapters.drafts import RedisDrafts
from slack_app.adapters.freddy import Freddy
from slack_app.adapters.homes import RedisHomes
from slack_app.adapters.http import Http
from slack_app.adapters.installations import RedisInstallations
from slack_app.adapters.jobs import RedisQueue
from slack_app.adapters.keys import RedisKeys
from slack_app.adapters.limits import RedisLimits
from slack_app.adapters.live import RedisLinks
from slack_app.adapters.oauth_states import RedisOAuthStates
from slack_app.adapters.people import SlackPeople
from slack_app.adapters.schedule import RedisSchedule
from slack_app.adapters.sealed import SealedStore, unreadable
from slack_app.adapters.setups import RedisSetups
from slack_app.adapters.slack import PooledWebClient, SlackMessenger
from slack_app.adapters.states import RedisStates
from slack_app.adapters.tokens import BotTokens
from slack_app.adapters.vault import Vault
from slack_app.adapters.work import BLOCK_SECONDS, RedisWork
from slack_app.attempt import Attempts
from slack_app.config import Settings, is_loopback, load
from slack_app.duties import Outside, duties
from slack_app.errors import UpstreamError
from slack_app.features.access import AccessOf
from slack_app.features.install import Closed
from slack_app.features.menu import Choice
from slack_app.listeners.install import Install, Registration, hand_over
from slack_app.metrics import Metrics
from slack_app.model import Person
from slack_app.views.install import page
from slack_app.watcher import Watcher
from slack_app.worker import Worker

PLATFORM_DEADLINE = 15.0
SLACK_DEADLINE = 10.0

operators_log = structlog.get_logger("slack_app.app")


class Guarded:
    """A store behind a breaker: while Redis does not answer, one request a second finds that out, not all."""

    def __init__(self, store: object, breaker: Breaker) -> None:
        self._store = store
        self._breaker = breaker

    def __getattr__(self, name: str) -> Callable[..., Any]:
        method = getattr(self._store, name)

        def call(*args: Any, **options: Any) -> Any:
            with self._breaker():
                return method(*args, **options)

        return call


def nobody(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
    """Authorize without a token: acknowledging needs none, and Bolt's own way asks Slack for every request."""
    return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id)


def build_bolt(settings: Settings, fast: redis.Client, breaker: Breaker) -> App:
    """Build Bolt with the app's listeners; nothing but Redis is called, and that through the breaker."""
    quiet = logging.getLogger("slack_app.bolt")
    quiet.setLevel(logging.CRITICAL)  # Bolt logs bodies; what matters is logged by the guards
    bolt = App(
        signing_secret=_secret(settings.slack_signing_secret) or "unused in Socket Mode",
        authorize=nobody,
        process_before_response=True,
        raise_error_for_unhandled_request=False,
        logger=quiet,
        client=WebClient(base_url=settings.slack_api_url),
    )

    def guarded(store: object) -> Any:
        return Guarded(store, breaker)

    setups = RedisSetups(fast, settings.workspace_organizations)
    keys = RedisKeys(fast, build_vault(settings), setups)
    desk = listeners.Desk(
        command=settings.slack_command,
        queue=guarded(RedisQueue(fast)),
        schedule=guarded(RedisSchedule(fast, time.time)),
        choice=Choice(guarded(setups), guarded(RedisCatalogue(fast, time.time))),
        keys=guarded(keys),
        clock=time.time,
    )
    listeners.register(bolt, desk)
    return bolt


def build_socket(settings: Settings, *, with_worker: bool) -> tuple[SocketModeHandler, Worker | None]:
    """Build the Socket Mode process: Slack's requests come over a connection that the app opens."""
    fast = redis.open_fast(settings.redis_url.get_secret_value())
    app_token = _secret(settings.slack_app_token)
    bolt = build_bolt(settings, fast, Breaker("redis"))
    handler = SocketModeHandler(bolt, app_token, web_client=WebClient(base_url=settings.slack_api_url))
    return handler, build_worker(settings) if with_worker else None


def build_web(settings: Settings, *, with_worker: bool) -> Starlette:
    """Build the HTTP process."""
    fast = redis.open_fast(settings.redis_url.get_secret_value())
    metrics = Metrics(RedisQueue(fast).facts)
    worker = build_worker(settings) if with_worker else None
    breaker = Breaker("redis")

    def missing() -> Sequence[str]:
        try:
            with breaker(), redis.redis_errors():  # as commands do: while it is open, they are not taken
                fast.ping()
        except UpstreamError:
            return ["redis"]
        return []

    front = web.Front(build_bolt(settings, fast, breaker), _secret(settings.slack_signing_secret), metrics)
    return web.build(
        front=front,
        install=build_install(settings, fast),
        closed=page(Closed(), settings.slack_command),
        missing=missing,
        metrics=metrics,
        start=worker.start if worker else lambda: None,
        stop=worker.stop if worker else lambda: None,
    )


def build_worker(settings: Settings) -> Worker:
    """Build the work of one process."""
    url = settings.redis_url.get_secret_value()
    patient = redis.open_patient(url)
    work = RedisWork(
        blocking=redis.open_blocking(url, BLOCK_SECONDS),
        redis=patient,
        consumer=f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(3)}",
    )
    http = _slack_http(settings)
    client_for = build_client_for(settings, http, patient)
    messenger, platform = build_messenger(settings, http, client_for), build_platform(settings)
    setups, drafts = RedisSetups(patient, settings.workspace_organizations), RedisDrafts(patient)
    keys = RedisKeys(patient, build_vault(settings), setups)
    schedule = RedisSchedule(patient, time.time)
    words, watch = duties(
        Outside(
            setups=setups,
            keys=keys,
            secrets=keys,
            installations=build_installations(settings, patient),
            people=SlackPeople(client_for, patient),
            asks=RedisAsks(patient),
            limits=RedisLimits(patient, time.time),
            audit=RedisAudit(patient),
            default_key=_secret(settings.freddy_api_key),
            platform=platform,
            states=RedisStates(patient),
            links=RedisLinks(patient, time.time),
            schedule=schedule,
            catalogue=RedisCatalogue(patient, time.time),
            drafts=drafts,
            homes=RedisHomes(patient),
            queue=RedisQueue(patient),
            messenger=messenger,
            needed=wording.details.needed_details(),
            background=ThreadPoolExecutor(settings.worker_threads, "background"),
            link_seconds=settings.state_ttl_seconds,
            clock=time.time,
            chance=random.random,
        )
    )
    if not settings.encryption_keys:
        operators_log.warning("secrets.unsealable", reason="no ENCRYPTION_KEYS: nobody can bring a key of their own")
    return Worker(
        work=work,
        attempts=Attempts(work=work, features=words, messenger=messenger, drafts=drafts),
        threads=settings.worker_threads,
        watcher=Watcher(take_due=schedule.take_due, look=watch.look),
        check_redis=lambda: warn_of_redis(redis.open_fast(url)),
    )


def warn_of_redis(client: redis.Client) -> None:
    """Log what is wrong with how Redis is set up; the work starts all the same."""
    for finding in doctor.check_redis(client):
        if finding.is_right is False:
            operators_log.warning("redis.set_up", reason=finding.text)


def diagnose(settings: Settings) -> Iterator[doctor.Finding]:
    """Check everything outside that the settings name."""
    client, http = redis.open_fast(settings.redis_url.get_secret_value()), _slack_http(settings)
    vault, stored = build_vault(settings), RedisSetups(client, settings.workspace_organizations)
    keys, installations = RedisKeys(client, vault, stored), build_installations(settings, client)
    yield from doctor.check_redis(client)

    def count_unreadable() -> int:
        return sum(unreadable(client, vault, store.places()) for store in (installations, keys))

    def client_of(place: str) -> WebClient:
        kept = installations.read(place)
        token = kept.installation.bot_token if kept else None
        return PooledWebClient(http, token=token or "", base_url=settings.slack_api_url)

    yield from doctor.check_secrets(can_seal=vault.can_seal, count_unreadable=count_unreadable)
    if settings.slack_client_id:
        yield from doctor.check_installations(installations.all, client_of)
    else:
        yield from doctor.check_slack(_web_client(settings, http))
    findings, setups = doctor.check_mapping(stored.all)
    yield from findings
    access_of = AccessOf(stored, keys, _secret(settings.freddy_api_key))
    yield from doctor.check_platform(build_platform(settings), setups, access_of.for_all)


def build_vault(settings: Settings) -> Vault:
    """Build what seals secrets."""
    return Vault([key.get_secret_value() for key in settings.encryption_keys])


def build_platform(settings: Settings) -> Freddy:
    """Build the client of the connector platform."""
    return Freddy(
        Http("platform", connections=2 * settings.worker_threads, deadline=PLATFORM_DEADLINE),
        url=settings.freddy_api_url,
        allowed_hosts=settings.authorization_hosts,
    )


def build_client_for(settings: Settings, http: Http, patient: redis.Client) -> Callable[[Person], WebClient]:
    """Build what gives the client that may do something for a person: with their workspace's token."""
    client = _web_client(settings, http)
    if not settings.slack_client_id:
        return lambda _person: client
    rotator = TokenRotator(
        client_id=settings.slack_client_id, client_secret=_secret(settings.slack_client_secret), client=client
    )
    tokens = BotTokens(build_installations(settings, patient), rotator, patient, time.time)

    def client_for(person: Person) -> WebClient:
        return PooledWebClient(http, token=tokens.bot_token(person), base_url=settings.slack_api_url)

    return client_for


def build_installations(settings: Settings, client: redis.Client) -> RedisInstallations:
    """Build where installs are kept."""
    return RedisInstallations(client, build_vault(settings), time.time)


def sealed_stores(settings: Settings) -> Sequence[SealedStore]:
    """Give every store that keeps secrets, with a client that does not wait for a Redis that is away."""
    fast = redis.open_fast(settings.redis_url.get_secret_value())
    setups = RedisSetups(fast, settings.workspace_organizations)
    return [build_installations(settings, fast), RedisKeys(fast, build_vault(settings), setups)]


def build_install(settings: Settings, fast: redis.Client) -> Install | None:
    """Build the pages of an install; None where the app serves one workspace."""
    if not settings.slack_client_id:
        return None
    http = _slack_http(settings)
    api = urlsplit(settings.slack_api_url)
    public = settings.public_url
    registration = Registration(
        client_id=settings.slack_client_id,
        client_secret=_secret(settings.slack_client_secret),
        slack_url=f"{api.scheme}://{api.netloc}" if is_loopback(api.hostname) else "https://slack.com",
        redirect_uri=f"{public.rstrip('/')}/slack/oauth_redirect" if public else None,
    )
    return Install(
        registration,
        client=PooledWebClient(http, token="", base_url=settings.slack_api_url),
        installations=build_installations(settings, fast),
        states=RedisOAuthStates(fast),
        command=settings.slack_command,
        on_installed=lambda installation: hand_over(installation, RedisQueue(fast), time.time),
    )


def build_messenger(settings: Settings, http: Http, client_for: Callable[[Person], WebClient]) -> SlackMessenger:
    """Build the ways to a person."""
    return SlackMessenger(
        client_for=client_for,
        hooks=http,
        slack_api_url=settings.slack_api_url,
        renderer=views.Renderer(settings.slack_command),
    )


def _slack_http(settings: Settings) -> Http:
    return Http("slack", connections=settings.worker_threads, deadline=SLACK_DEADLINE)


def _web_client(settings: Settings, http: Http) -> WebClient:
    return PooledWebClient(http, token=_secret(settings.slack_bot_token), base_url=settings.slack_api_url)


def web_process() -> Starlette:
    """Build the HTTP process from the environment; uvicorn's workers call this by its name."""
    return _web_process(with_worker=False)


def web_process_with_worker() -> Starlette:
    """Build the HTTP process that also does the work."""
    return _web_process(with_worker=True)


def _web_process(*, with_worker: bool) -> Starlette:
    settings = load(["web", "worker"] if with_worker else ["web"])
    set_up_logging(settings)
    return build_web(settings, with_worker=with_worker)


def set_up_logging(settings: Settings) -> None:
    """Log as the settings say; text where a person reads along."""
    log.set_up(settings.log_level, settings.log_format or ("text" if os.isatty(2) else "json"))


def _secret(value: Any) -> str:
    return value.get_secret_value() if value is not None else ""
