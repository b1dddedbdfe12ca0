"""Looks at an installation for `slack-app doctor`: every outside at once, each for a few seconds at most."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import NoReturn

from slack_app.adapters import redis
from slack_app.adapters.clock import RedisClock
from slack_app.adapters.probes.platform import CatalogueAnswer
from slack_app.adapters.probes.redis import RedisFacts, look_at_redis
from slack_app.adapters.probes.slack import TokenFacts
from slack_app.adapters.probes.work import look_at_work
from slack_app.adapters.redis_states import word_for
from slack_app.adapters.secrets.keys import RedisKeys
from slack_app.adapters.secrets.rotation import SealedStore, unreadable
from slack_app.adapters.setups import RedisSetups
from slack_app.app.background import Background
from slack_app.app.clients import build_installations, build_vault, redis_url, reveal
from slack_app.app.upstreams import MOST_ASKED, Upstreams
from slack_app.config import Settings
from slack_app.doctor import Finding, note, unfinished
from slack_app.doctor import slack as slack_findings
from slack_app.doctor.address import check_local, check_public, check_socket
from slack_app.doctor.attempt import findings_of
from slack_app.doctor.clock import check_clock
from slack_app.doctor.mapping import check_mapping_of_many, check_mapping_of_one
from slack_app.doctor.network import told_once
from slack_app.doctor.platform import check_catalogues
from slack_app.doctor.redis import check_redis
from slack_app.doctor.secrets import check_secrets
from slack_app.doctor.work import check_work
from slack_app.errors import UpstreamError
from slack_app.features.credentials import CredentialResolver
from slack_app.model.users import SlackUser
from slack_app.model.workspaces import Setup
from slack_app.pulse import seen_here

LONGEST_SECONDS = 8.0
"""For everything, the look-ups of names among it: for those no other limit holds."""
REDIS_SECONDS = 4.0
"""Of these, for the first look at Redis: who is asked because of what stands there has the rest."""


def diagnose(settings: Settings, *, is_offline: bool = False, person: str = "") -> list[Finding]:
    """Return what there is to say of an installation; `person` is sent a test message where one is named.

    `is_offline`: neither Slack nor the platform nor the app's own address is asked. What runs is no fault then: a
    release, which may be what mends it, is not kept back by it.
    """
    background = Background(LONGEST_SECONDS)
    examination = _Examination(settings, person, background, is_offline=is_offline)
    begun = [(subject, background.start(partial(_listed, check))) for subject, check in examination.checks()]
    found = [finding for subject, told in begun for finding in findings_of(subject, told)]
    return told_once(list(dict.fromkeys(found)))


def sealed_stores(settings: Settings) -> Sequence[SealedStore]:
    """Return every store that keeps secrets, with a client that does not wait for a Redis that is away."""
    fast = redis.open_fast(redis_url(settings))
    setups = RedisSetups(fast, settings.workspace_organizations)
    return [build_installations(settings, fast, RedisClock(fast)), RedisKeys(fast, build_vault(settings), setups)]


class _Examination:
    """One look at everything; what takes long was begun before anything is judged."""

    def __init__(self, settings: Settings, person: str, background: Background, *, is_offline: bool) -> None:
        self._settings, self._person = settings, person
        self._client = client = redis.open_fast(redis_url(settings), 2 * redis.FEW)  # half are the installations'
        look = Background(REDIS_SECONDS).start(lambda: look_at_redis(client))
        self._vault = vault = build_vault(settings)
        self._setups = RedisSetups(client, settings.workspace_organizations)
        self._keys = RedisKeys(client, vault, self._setups)
        self._installations = build_installations(settings, client, RedisClock(client))
        self._upstreams = Upstreams(settings, background)
        self._is_online = not is_offline
        self._ask_at_once()
        self._redis = self._facts(look)
        by_environment = settings.workspace_organizations.items()
        self._mapped: Sequence[Setup] = [Setup(*pair, is_inherited=True) for pair in by_environment]
        self._places: Sequence[str] = []
        self._catalogues: Sequence[Callable[[], CatalogueAnswer]] = []
        self._tokens: Sequence[tuple[str, Callable[[], TokenFacts | None]]] = []
        self._message: Callable[[], str | UpstreamError] = _not_asked
        self._unread: Exception | None = None
        with suppress(TimeoutError):  # what is asked then is not told in time, either
            background.start(self._ask_about_stored)()

    def checks(self) -> Iterator[tuple[str, Callable[[], Iterable[Finding]]]]:
        """Yield each check under its subject, in the order in which an operator puts things right."""
        yield "Redis", lambda: check_redis(self._redis)
        yield "Clock", self._check_clock
        if self._redis.outage:
            yield "Redis", lambda: [note("Redis", "has secrets, workers and jobs, which are not looked at until then")]
        else:
            yield "Secrets", self._check_secrets
        if self._is_online:
            yield "Slack", self._check_slack
            if self._settings.slack_app_token:
                yield "Socket Mode", lambda: [slack_findings.check_app_token(self._app_token())]
            yield "Address", self._check_address
        if self._mapped or not self._redis.outage:
            yield "Mapping", self._check_mapping
        if self._is_online:
            yield "Platform", self._check_catalogues
        if not self._redis.outage:
            yield "Workers", self._check_work
        yield ("Message", self._check_message) if self._is_online else ("Network", _offline)

    def _facts(self, look: Callable[[], RedisFacts]) -> RedisFacts:
        """Return how Redis is; one that speaks no TLS does not answer who greets it so."""
        try:
            facts = look()
        except TimeoutError:
            facts = RedisFacts(outage="silent")
        except Exception as exc:  # noqa: BLE001 - whatever REDIS_URL brings the library to raise
            facts = RedisFacts(outage=word_for(exc))
        is_tls = self._settings.redis_url.get_secret_value().startswith("rediss")
        return replace(facts, outage="tls") if facts.outage == "silent" and is_tls else facts

    @property
    def _serves_many(self) -> bool:
        return bool(self._settings.slack_client_id)

    def _ask_at_once(self) -> None:
        """Begin with what needs nothing of Redis."""
        if not self._is_online:
            return
        settings, ask = self._settings, self._upstreams
        if self._serves_many:
            self._client_secret = ask.client_secret()
        else:
            self._token = ask.token(reveal(settings.slack_bot_token))
        if settings.slack_app_token:
            self._app_token = ask.app_token()
        self._address = ask.address(self._url) if settings.slack_signing_secret and self._url else None

    def _ask_about_stored(self) -> None:
        """Learn what is mapped, and where the app is installed, and begin to ask about it.

        Without Redis that is what the environment says.
        """
        try:
            if not self._redis.outage:
                self._mapped, self._places = self._setups.all(), self._installations.all() if self._serves_many else []
        except UpstreamError as exc:
            self._unread = exc  # it is said where the mapping is judged
        if not self._is_online:
            return
        credentials = CredentialResolver(self._setups, self._keys, reveal(self._settings.freddy_api_key))
        asked = self._places[:MOST_ASKED]
        self._tokens = [(place, self._upstreams.installation(self._installations, place)) for place in asked]
        if self._person:
            self._message = self._upstreams.message(self._person, self._known_tokens)
        self._catalogues = self._upstreams.catalogues(self._mapped, credentials.shared)

    def _known_tokens(self) -> Sequence[tuple[str, str]]:
        if not self._serves_many:
            return [("the workspace", reveal(self._settings.slack_bot_token))]
        found: list[tuple[str, str]] = []
        for place in self._places:
            with suppress(UpstreamError):  # what no key opens has a line of its own
                kept = self._installations.load(place)
                found += [(_named(place), kept.installation.bot_token or "")] if kept else []
        return found

    def _check_secrets(self) -> Iterator[Finding]:
        stores: Sequence[SealedStore] = [self._installations, self._keys]
        count = sum(unreadable(self._client, self._vault, store.locations()) for store in stores)
        yield check_secrets(can_seal=self._vault.can_seal, unreadable=count)

    def _check_clock(self) -> Iterable[Finding]:
        before_slack = None
        if self._is_online:
            known = [ask() for _, ask in self._tokens[:1]] if self._serves_many else [self._token()]
            before_slack = next((facts.seconds_off for facts in known if facts), None)
        return check_clock(self._redis.seconds_off, before_slack)

    def _check_slack(self) -> Iterator[Finding]:
        if not self._serves_many:
            yield from slack_findings.check_token(self._token())
            return
        is_read = not (self._redis.outage or self._unread)
        found = [(_named(place), facts) for place, ask in self._tokens if (facts := ask())] if is_read else []
        yield from slack_findings.check_client(self._client_secret(), is_only=not found)
        if is_read:
            yield from slack_findings.check_installations(found, len(self._places))

    def _check_mapping(self) -> Iterator[Finding]:
        if self._unread:
            raise self._unread
        if self._serves_many:
            yield from self._check_mapping_of_many()
            return
        token = self._token() if self._is_online else None
        if token is None or not token.answer.is_good or self._redis.outage:  # what admins set up is not known then
            yield from check_mapping_of_one(self._mapped, None, None, self._settings.slack_command)
            return
        own = self._setups.for_user(SlackUser(token.enterprise_id or None, token.team_id, ""))
        yield from check_mapping_of_one(self._mapped, token, own, self._settings.slack_command)

    def _check_mapping_of_many(self) -> Iterator[Finding]:
        pairs = [(enterprise, team) for enterprise, _, team in (place.partition(":") for place in self._places)]
        self._setups.remember(team for _, team in pairs if team)
        installed = {id_ for pair in pairs for id_ in pair if id_}
        has_grid = any(not team for _, team in pairs)
        unmapped = {team or enterprise for enterprise, team in pairs if not self._is_mapped(enterprise, team)}
        by_operator = [] if has_grid else self._settings.workspace_organizations
        command = self._settings.slack_command
        yield from check_mapping_of_many(self._mapped, unmapped, installed, by_operator, command)

    def _is_mapped(self, enterprise_id: str, team_id: str) -> bool:
        if team_id:
            return self._setups.for_user(SlackUser(enterprise_id or None, team_id, "")) is not None
        # Each workspace of a Grid may have a set-up of its own; which of the others are of it, nobody has said.
        return self._setups.get(enterprise_id) is not None or any(s.workspace_id.startswith("T") for s in self._mapped)

    @property
    def _url(self) -> str:
        """Return where the app is asked; empty where there is nothing to ask."""
        settings = self._settings
        if settings.public_url or settings.slack_app_token or not settings.port:
            return settings.public_url or ""
        host = settings.host or "127.0.0.1"
        return f"http://{f'[{host}]' if ':' in host else host}:{settings.port}"

    def _check_address(self) -> Iterator[Finding]:
        if self._address is None:
            yield check_socket(list(seen_here()))
        elif self._settings.public_url:
            yield check_public(self._address(), self._url, has_proxy=bool(self._settings.https_proxy))
        else:
            yield check_local(self._address(), self._url, is_many=self._serves_many)

    def _check_catalogues(self) -> Iterable[Finding]:
        return check_catalogues([asked() for asked in self._catalogues], self._settings.slack_command)

    def _check_work(self) -> Iterable[Finding]:
        facts = look_at_work(self._client, RedisClock(self._client))
        found = check_work(facts, self._settings.slack_command, self._settings.authorization_hosts)
        return found if self._is_online else map(unfinished, found)

    def _check_message(self) -> Iterator[Finding]:
        if self._person:
            yield slack_findings.check_message(self._person, self._message())
        else:
            yield slack_findings.untried_message()


def _named(place: str) -> str:
    """Return the workspace's id, or the Grid's, of where an installation stands."""
    enterprise_id, _, team_id = place.partition(":")
    return team_id or enterprise_id


def _listed(check: Callable[[], Iterable[Finding]]) -> Sequence[Finding]:
    return list(check())


def _not_asked() -> NoReturn:
    raise TimeoutError


def _offline() -> list[Finding]:
    return [note("Network", "is not used (--offline): Slack, the platform and the app's own address were not asked")]
