"""The process that does the work."""

from __future__ import annotations

import os
import secrets
import socket
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from random import random
from typing import Any

import structlog

from slack_app import __version__, views, wording
from slack_app.adapters import redis
from slack_app.adapters.asks import RedisAsks
from slack_app.adapters.audit import RedisAudit
from slack_app.adapters.breaker import Breaker
from slack_app.adapters.catalogue import RedisCatalogue
from slack_app.adapters.clock import RedisClock
from slack_app.adapters.drafts import RedisDrafts
from slack_app.adapters.heartbeat import RedisHeartbeat
from slack_app.adapters.homes import RedisHomes
from slack_app.adapters.jobs.consumer import BLOCK_SECONDS, JobConsumer
from slack_app.adapters.jobs.producer import JobProducer
from slack_app.adapters.limits import RedisLimits
from slack_app.adapters.links.budget import RedisBudget
from slack_app.adapters.links.pending import RedisLinks
from slack_app.adapters.links.schedule import RedisSchedule
from slack_app.adapters.links.states import RedisStates
from slack_app.adapters.links.steps import RedisLinkSteps
from slack_app.adapters.noticed import RedisNoticed
from slack_app.adapters.owners import RedisOwners
from slack_app.adapters.people import SlackPeople
from slack_app.adapters.secrets.keys import RedisKeys
from slack_app.adapters.setups import RedisSetups
from slack_app.adapters.slack import SlackMessenger
from slack_app.app.clients import (
    build_client_for,
    build_installations,
    build_installed_by,
    build_is_served,
    build_platform,
    build_slack_http,
    build_vault,
    redis_url,
    reveal,
)
from slack_app.app.health import build_health, build_metrics
from slack_app.app.redis_check import check_redis
from slack_app.config import Settings
from slack_app.features.dependencies import Dependencies
from slack_app.handlers import handlers
from slack_app.health import Health
from slack_app.job_runner import JobRunner
from slack_app.poller import PollLoop
from slack_app.ports import Clock
from slack_app.pulse import Pulse
from slack_app.watchdog import Watchdog
from slack_app.worker import Worker

operators_log = structlog.get_logger("slack_app.app")


class WithContext(ThreadPoolExecutor):
    """Runs what it is given in the context of who gave it: log lines have their reference, spans their parent."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Run it soon."""
        return super().submit(copy_context().run, fn, *args, **kwargs)


def build_worker(settings: Settings, connections: int, watchdog: Watchdog) -> Worker:
    """Build the work of one process, with so many connections to Redis: one waits for jobs, the others do the rest."""
    url = redis_url(settings)
    patient = redis.open_patient(url, connections - 1)
    name = f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(3)}"
    consumer = JobConsumer(blocking=redis.open_blocking(url, BLOCK_SECONDS), redis=patient, consumer=name)
    clock = RedisClock(patient)
    schedule = RedisSchedule(patient, clock)
    deps = build_dependencies(settings, patient, schedule, clock)
    by_task, poller = handlers(deps)
    if not settings.encryption_keys:
        operators_log.warning("secrets.unsealable", reason="no ENCRYPTION_KEYS: nobody can bring a key of their own")
    return Worker(
        consumer=consumer,
        job_runner=JobRunner(consumer, by_task, deps),
        threads=settings.worker_threads,
        poll_loop=PollLoop(take_due=schedule.take_due, poll=poller.poll, watchdog=watchdog),
        heartbeat=RedisHeartbeat(patient, name, __version__, clock),
        check_redis=lambda: check_redis(url),
        clock=clock,
        organization_of=lambda tenant: setup.organization_id if (setup := deps.setups.get(tenant)) else None,
        watchdog=watchdog,
    )


def build_dependencies(
    settings: Settings, patient: redis.Client, schedule: RedisSchedule, clock: Clock
) -> Dependencies:
    """Build what the use cases need from outside."""
    http = build_slack_http(settings)
    client_for = build_client_for(settings, http, patient, clock)
    setups = RedisSetups(patient, settings.workspace_organizations)
    keys = RedisKeys(patient, build_vault(settings), setups)
    installations = build_installations(settings, patient, clock)
    is_served = build_is_served(settings, http)
    limits = RedisLimits(patient, clock)
    return Dependencies(
        setups=setups,
        keys=keys,
        secrets=keys,
        installations=installations,
        is_installed=lambda person: not settings.slack_client_id or installations.for_user(person) is not None,
        is_served=is_served,
        people=SlackPeople(client_for, patient, *build_installed_by(installations, is_served)),
        asks=RedisAsks(patient),
        limits=limits,
        audit=RedisAudit(patient, settings.audit_days),
        default_key=reveal(settings.freddy_api_key),
        platform=build_platform(settings, RedisBudget(patient, clock), RedisNoticed(patient).host),
        states=RedisStates(patient),
        links=RedisLinks(patient, clock),
        link_steps=RedisLinkSteps(patient, clock, limits),
        schedule=schedule,
        catalogue=RedisCatalogue(patient, clock),
        owners=RedisOwners(patient),
        drafts=RedisDrafts(patient),
        homes=RedisHomes(patient),
        queue=JobProducer(patient),
        messenger=SlackMessenger(
            client_for=client_for,
            hooks=http,
            slack_api_url=settings.slack_api_url,
            renderer=views.Renderer(settings.slack_command),
        ),
        required_details=wording.details.needed_details(),
        # More than the jobs in hand need: nobody waits behind what another organization's platform does not answer.
        background=WithContext(4 * settings.worker_threads, "background"),
        link_seconds=settings.state_ttl_seconds,
        clock=clock,
        random=random,
    )


def start_worker(settings: Settings) -> Worker:
    """Start the work of a process that does nothing else, and its operator's pages where METRICS_PORT is set."""
    for_pages, watchdog = 1 if settings.metrics_port else 0, Watchdog()
    work = build_worker(settings, settings.redis_max_connections - for_pages, watchdog)
    work.start()
    Pulse("worker", watchdog.stuck).start()
    if settings.metrics_port:
        fast = redis.open_fast(redis_url(settings), for_pages)
        start_operator_port(settings.host, settings.metrics_port, fast, build_health(fast, Breaker("redis"), watchdog))
    return work


def start_operator_port(host: str | None, port: int, fast: redis.Client, health: Health) -> None:
    """Start the operator's pages of a process that serves no other; a worker without them carries no web server."""
    from slack_app.app.serving import OperatorPort

    OperatorPort(host, port, build_metrics(fast, health), health).start()
