"""The processes that Slack reaches: over HTTP, or in Socket Mode."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import structlog
from slack_bolt import App
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.authorization.authorize import Authorize
from slack_sdk import WebClient
from starlette.types import ASGIApp

from slack_app import __version__, listeners, web
from slack_app.adapters import redis
from slack_app.adapters.breaker import Breaker
from slack_app.adapters.catalogue import RedisCatalogue
from slack_app.adapters.clock import RedisClock
from slack_app.adapters.jobs.producer import JobProducer
from slack_app.adapters.known import KnownPeople
from slack_app.adapters.links.pending import RedisLinks
from slack_app.adapters.links.schedule import RedisSchedule
from slack_app.adapters.noticed import RedisNoticed
from slack_app.adapters.oauth_states import RedisOAuthStates
from slack_app.adapters.secrets.keys import RedisKeys
from slack_app.adapters.setups import RedisSetups
from slack_app.adapters.slack import InstallWebClient, PooledWebClient
from slack_app.adapters.socket_mode import SocketMode
from slack_app.app import set_up_reporting
from slack_app.app.clients import build_installations, build_slack_http, build_vault, redis_url, reveal
from slack_app.app.ending import END_SECONDS, REQUESTS_SECONDS, end_within
from slack_app.app.health import build_health, build_metrics
from slack_app.app.redis_check import check_redis
from slack_app.app.serving import OperatorPort
from slack_app.app.worker import build_worker, start_operator_port
from slack_app.config import Settings, is_loopback, load, slack_host_of
from slack_app.features.install import Closed
from slack_app.features.menu import Choice
from slack_app.listeners.dependencies import Dependencies
from slack_app.listeners.install import Install, Registration, enqueue_invitation
from slack_app.operator_pages import operator_routes
from slack_app.pulse import Pulse
from slack_app.views import render_page
from slack_app.watchdog import Watchdog
from slack_app.worker import Worker

log = structlog.get_logger("slack_app.app")


class WithBreaker:
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


class NoToken(Authorize):
    """Authorizes without a token: acknowledging needs none, and Bolt's own way asks Slack for every request."""

    def __call__(self, *, enterprise_id: str | None, team_id: str | None, **_: Any) -> AuthorizeResult:
        """Return whose request it is."""
        return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id)


def build_bolt(settings: Settings, fast: redis.Client, breaker: Breaker) -> App:
    """Build Bolt with the app's listeners; nothing but Redis is called, and that through the breaker."""
    quiet = logging.getLogger("slack_app.bolt")
    quiet.setLevel(logging.CRITICAL)  # Bolt logs bodies; what matters is logged by the listeners
    bolt = App(
        signing_secret=reveal(settings.slack_signing_secret) or "unused in Socket Mode",
        authorize=NoToken(),  # type: ignore[no-untyped-call]
        request_verification_enabled=False,  # the front has done so
        attaching_function_token_enabled=False,
        process_before_response=True,
        raise_error_for_unhandled_request=False,
        logger=quiet,
        client=WebClient(base_url=settings.slack_api_url),
    )

    def protected(store: object) -> Any:
        return WithBreaker(store, breaker)

    clock, producer = RedisClock(fast, breaker=breaker), JobProducer(fast)
    setups = RedisSetups(fast, settings.workspace_organizations)
    keys = RedisKeys(fast, build_vault(settings), setups)
    deps = Dependencies(
        command=settings.slack_command,
        queue=protected(producer),
        schedule=protected(RedisSchedule(fast, clock)),
        links=protected(RedisLinks(fast, clock)),
        choice=Choice(protected(setups), protected(RedisCatalogue(fast, clock))),
        keys=protected(keys),
        clock=clock,
        recall=protected(KnownPeople(fast)).recall,
        has_worker=producer.has_worker,
        on_foreign_command=RedisNoticed(fast).command,
    )
    listeners.register(bolt, deps)
    return bolt


def build_socket(settings: Settings, *, with_worker: bool) -> tuple[SocketMode, Worker | None]:
    """Build the Socket Mode process: Slack's requests come over a connection that the app opens.

    Its operator's pages stand on METRICS_PORT, where that is set.
    """
    fast, connections = open_fast(settings, with_worker=with_worker)
    breaker, watchdog = Breaker("redis"), Watchdog()
    bolt = build_bolt(settings, fast, breaker)
    client = PooledWebClient(build_slack_http(settings), token="", base_url=settings.slack_api_url)
    handler = SocketMode(bolt, reveal(settings.slack_app_token), client)
    Pulse("socket", watchdog.stuck).start()
    if settings.metrics_port:

        def absent() -> list[str]:
            return [] if handler.client.is_connected() else ["slack connection"]

        health = build_health(fast, breaker, watchdog, absent)
        start_operator_port(settings.host, settings.metrics_port, fast, health)
    return handler, build_worker(settings, connections, watchdog) if with_worker else None


def build_web(settings: Settings, *, with_worker: bool, on_end: Callable[[], None] = lambda: None) -> ASGIApp:
    """Build the HTTP process; `on_end` is called when it is to end, after the requests in hand were answered."""
    fast, connections = open_fast(settings, with_worker=with_worker)
    watchdog = Watchdog()
    worker = build_worker(settings, connections, watchdog) if with_worker else None
    breaker, pulse = Breaker("redis"), Pulse("web", watchdog.stuck)
    health = build_health(fast, breaker, watchdog)
    metrics = build_metrics(fast, health)
    host, port, is_shared = settings.host, settings.metrics_port, settings.web_concurrency > 1
    operator = OperatorPort(host, port, metrics, health, is_shared=is_shared) if port else None

    def start() -> None:
        pulse.start()
        if worker:
            worker.start()
        if operator:
            operator.start()
        log.info("web.started", version=__version__, port=settings.port)

    def stop() -> None:
        on_end()
        if worker:
            worker.stop()
        if operator:
            operator.stop()
        pulse.stop()
        log.info("web.stopped", version=__version__)

    front = web.Front(build_bolt(settings, fast, breaker), reveal(settings.slack_signing_secret))
    return web.build(
        front=front,
        install=build_install(settings, fast),
        closed=render_page(Closed(), settings.slack_command),
        pages=operator_routes(health, None if operator else metrics),
        watchdog=watchdog,
        start=start,
        stop=stop,
    )


def open_fast(settings: Settings, *, with_worker: bool) -> tuple[redis.Client, int]:
    """Open the client that answers Slack; also return how many connections are left for the work, if any is done."""
    most = settings.redis_max_connections
    left = most // 2 if with_worker else 0
    if not with_worker:  # which checks it itself
        check_redis(redis_url(settings))
    return redis.open_fast(redis_url(settings), most - left), left


def build_install(settings: Settings, fast: redis.Client) -> Install | None:
    """Build the pages of an install; None where the app serves one workspace."""
    if not settings.slack_client_id:
        return None
    http, clock = build_slack_http(settings), RedisClock(fast)
    api = urlsplit(settings.slack_api_url)
    public = settings.public_url
    registration = Registration(
        client_id=settings.slack_client_id,
        client_secret=reveal(settings.slack_client_secret),
        slack_url=f"{api.scheme}://{api.netloc}"
        if is_loopback(api.hostname)
        else f"https://{slack_host_of(settings.slack_api_url)}",
        redirect_uri=f"{public.rstrip('/')}/slack/oauth_redirect" if public else None,
    )
    return Install(
        registration,
        client=InstallWebClient(http, token="", base_url=settings.slack_api_url),
        installations=build_installations(settings, fast, clock),
        states=RedisOAuthStates(fast, registration.client_secret),
        command=settings.slack_command,
        on_installed=lambda installation: enqueue_invitation(installation, JobProducer(fast), clock),
    )


def web_process() -> ASGIApp:
    """Build the HTTP process from the environment; uvicorn's workers call this by its name."""
    return _web_process(with_worker=False)


def web_process_with_worker() -> ASGIApp:
    """Build the HTTP process that also does the work."""
    return _web_process(with_worker=True)


def _web_process(*, with_worker: bool) -> ASGIApp:
    settings = load(["web", "worker"] if with_worker else ["web"])
    set_up_reporting(settings, "web")
    return build_web(settings, with_worker=with_worker, on_end=lambda: end_within(END_SECONDS - REQUESTS_SECONDS))
