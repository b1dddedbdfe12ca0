"""Asks Slack, the platform and the app's own address for `slack-app doctor`, all of them in the background."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from itertools import islice

from slack_sdk import WebClient

from slack_app.adapters.http import Http
from slack_app.adapters.probes.address import AddressFacts, look_at_address
from slack_app.adapters.probes.platform import CatalogueAnswer, look_at_catalogue
from slack_app.adapters.probes.slack import (
    UNREADABLE,
    SlackAnswer,
    TokenFacts,
    knows_person,
    look_at_app_token,
    look_at_client_secret,
    look_at_token,
)
from slack_app.adapters.redis import FEW
from slack_app.adapters.secrets.installations import RedisInstallations
from slack_app.adapters.slack import PooledWebClient, SlackMessenger
from slack_app.app.background import Background
from slack_app.app.clients import build_platform, build_slack_http, reveal
from slack_app.config import Settings
from slack_app.errors import BROKEN_RECORD, Meaning, UpstreamError, UserError
from slack_app.features.greet import TEST, Greeting
from slack_app.model.users import SlackUser
from slack_app.model.workspaces import Credentials, KeyMode, Setup
from slack_app.ports.platform import Platform

SECONDS = 4.0
"""For one answer; people wait longer for theirs, but a doctor who is asked at night has to answer."""
MOST_ASKED = 50
"""Of workspaces and of organizations: Slack and the platform are there for people, too."""

NOBODYS = "none"
"""The organization, and the key, of nobody."""


class Upstreams:
    """The outsides of one installation; each method begins to ask, and returns what waits for the answer."""

    def __init__(self, settings: Settings, background: Background) -> None:
        self._settings = settings
        self._background = background
        self._http = build_slack_http(settings, SECONDS)
        self._reading = threading.Semaphore(FEW)  # fifty at once would find no connection to Redis
        self._address = Http("address", connections=1, deadline=SECONDS)

    def address(self, url: str) -> Callable[[], AddressFacts]:
        """Ask the app at that address."""
        secret = reveal(self._settings.slack_signing_secret)
        return self._background.start(lambda: look_at_address(self._address, url, secret))

    def token(self, token: str) -> Callable[[], TokenFacts]:
        """Ask Slack about a bot's token."""
        return self._background.start(lambda: look_at_token(self._client(token)))

    def app_token(self) -> Callable[[], SlackAnswer]:
        """Ask Slack about the token of Socket Mode."""
        client = self._client(reveal(self._settings.slack_app_token))
        return self._background.start(lambda: look_at_app_token(client))

    def client_secret(self) -> Callable[[], SlackAnswer]:
        """Ask Slack about the app's own id and secret."""
        client_id, secret = self._settings.slack_client_id or "", reveal(self._settings.slack_client_secret)
        return self._background.start(lambda: look_at_client_secret(self._client(""), client_id, secret))

    def installation(self, stored: RedisInstallations, place: str) -> Callable[[], TokenFacts | None]:
        """Ask Slack about the token of an installation; None for one that is refreshed before it is used again."""

        def ask() -> TokenFacts | None:
            try:
                with self._reading:
                    kept = stored.load(place)
            except UpstreamError as exc:
                if exc.service == "redis" and exc.code != BROKEN_RECORD:
                    raise
                return TokenFacts(SlackAnswer(refusal=UNREADABLE))
            if kept is None:
                return None
            facts = look_at_token(self._client(kept.installation.bot_token or ""))
            is_asleep = facts.answer.refusal == "token_expired" and kept.installation.bot_refresh_token
            return None if is_asleep else facts

        return self._background.start(ask)

    def catalogues(
        self, setups: Sequence[Setup], credentials_of: Callable[[Setup], Credentials]
    ) -> Sequence[Callable[[], CatalogueAnswer]]:
        """Ask the platform for the connectors of each of the first organizations, with the key that serves it.

        Where there is no such key (nothing is mapped, or each person brings theirs), it is asked for no organization,
        so that somebody says whether it is reached.
        """
        platform = build_platform(self._settings, deadline=SECONDS)
        seen: set[Credentials] = set()

        def begin(setup: Setup) -> Callable[[], CatalogueAnswer] | None:
            if setup.key_mode is KeyMode.PER_USER:
                return lambda: CatalogueAnswer(setup, None)
            try:
                credentials = credentials_of(setup)
            except UserError as exc:
                answer = CatalogueAnswer(setup, exc)
                return lambda: answer
            except UpstreamError:  # what Redis does not tell is said where it is asked for itself
                return None
            if credentials in seen:
                return None
            seen.add(credentials)
            return self._background.start(lambda: look_at_catalogue(platform, setup, credentials))

        begun = (asked for setup in setups if (asked := begin(setup)))
        found = list(islice(begun, MOST_ASKED))
        return found if seen else [*found, self._reached(platform)]

    def _reached(self, platform: Platform) -> Callable[[], CatalogueAnswer]:
        key = reveal(self._settings.freddy_api_key)
        nobody = Setup("", "", KeyMode.OPERATOR if key else KeyMode.PER_USER)
        return self._background.start(lambda: look_at_catalogue(platform, nobody, Credentials(NOBODYS, key or NOBODYS)))

    def message(
        self, person: str, tokens: Callable[[], Sequence[tuple[str, str]]]
    ) -> Callable[[], str | UpstreamError]:
        """Send a person a test message, with the first of the tokens whose workspace knows them; return where.

        `tokens` returns pairs of a workspace's name and its token.
        """

        def send() -> str | UpstreamError:
            known = tokens()
            for where, token in known:
                client = self._client(token)
                if len(known) > 1 and not _knows(client, person):
                    continue
                try:
                    self._messenger(client).post_dm(SlackUser(None, where, person), Greeting(TEST))
                except UpstreamError as exc:
                    return exc
                return where
            return UpstreamError("slack", meaning=Meaning.OTHER_WAY, code="not_installed")

        return self._background.start(send)

    def _messenger(self, client: WebClient) -> SlackMessenger:
        from slack_app.views import Renderer  # a tenth of a second, for whoever sends no message

        return SlackMessenger(
            client_for=lambda _person: client,
            hooks=self._http,
            slack_api_url=self._settings.slack_api_url,
            renderer=Renderer(self._settings.slack_command),
        )

    def _client(self, token: str) -> WebClient:
        return PooledWebClient(self._http, token=token, base_url=self._settings.slack_api_url)


def _knows(client: WebClient, person: str) -> bool:
    try:
        return knows_person(client, person)
    except UpstreamError:  # a token that is refused has a line of its own
        return False
