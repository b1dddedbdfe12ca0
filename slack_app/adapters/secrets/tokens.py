"""Finds the bot token that serves a person, and has it refreshed in time: one refresh at a time for all processes.

    slack_app:refresh:<enterprise>:<team>   who refreshes the token; 30 s, which is also the pause after a refresh that
                                            failed; then it has Slack's word for why, where waiting does not help

A refresh token works once, so a second refresh at the same time would fail, and could lock the app out:
https://docs.slack.dev/authentication/using-token-rotation. Whoever does not get the lock uses the old token while that
lives. Look-ups are kept in the process for five seconds; what is not installed is looked up each time, so that an app
installed just now works at once.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable

import structlog
from slack_sdk.errors import SlackTokenRotationError
from slack_sdk.oauth.installation_store import Bot
from slack_sdk.oauth.token_rotation import TokenRotator

from slack_app.adapters.redis import PREFIX, Client, read_text, redis_errors
from slack_app.adapters.secrets.installations import RedisInstallations, StoredInstallation
from slack_app.adapters.slack_errors import slack_errors
from slack_app.errors import Meaning, UpstreamError
from slack_app.model.stored import as_record
from slack_app.model.users import SlackUser
from slack_app.ports import Clock

REMEMBERED_SECONDS = 5.0
MOST_REMEMBERED = 1000
REFRESH_AHEAD_SECONDS = 2 * 3600.0
LOCK_SECONDS = 30
WAIT_SECONDS = 5.0
ALWAYS_MINUTES = 10**9
"""The SDK's rotator looks whether it is time by itself; here that is decided before."""

log = structlog.get_logger("slack_app.tokens")

_REFUSED = "refused:"
_RELEASE = "if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end"


class BotTokens:
    """The tokens of all installations; thread-safe."""

    def __init__(
        self,
        installations: RedisInstallations,
        rotator: TokenRotator,
        redis: Client,
        clock: Clock,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._installations = installations
        self._rotator = rotator
        self._redis = redis
        self._clock = clock
        self._sleep = sleep
        self._release = redis.register_script(_RELEASE)
        self._remembered: dict[tuple[str | None, str], tuple[float, str]] = {}

    def bot_token(self, person: SlackUser) -> str:
        """Return the token that serves the person's workspace.

        Raises UpstreamError, with the code `not_installed` where none does.
        """
        where = (person.enterprise_id, person.team_id)
        until, token = self._remembered.get(where, (0.0, ""))
        now = self._clock()
        if now < until:
            return token
        kept = self._installations.for_user(person)
        if kept is None or kept.installation.bot_token is None:
            raise UpstreamError("slack", meaning=Meaning.BROKEN_INSTALLATION, code="not_installed")
        token = kept.installation.bot_token if self._lives(kept, REFRESH_AHEAD_SECONDS) else self._refreshed(kept)
        if len(self._remembered) >= MOST_REMEMBERED:
            self._remembered.clear()
        self._remembered[where] = (now + REMEMBERED_SECONDS, token)
        return token

    def _lives(self, kept: StoredInstallation, seconds: float) -> bool:
        """Return whether the token is good for so long."""
        expires_at = kept.installation.bot_token_expires_at
        return expires_at is None or expires_at > self._clock() + seconds

    def _refreshed(self, kept: StoredInstallation) -> str:
        """Return a fresh token; the old one where somebody else refreshes it, or where that fails."""
        key, mine = f"{PREFIX}refresh:{kept.place}", secrets.token_hex(8)
        with redis_errors():
            is_mine = self._redis.set(key, mine, nx=True, ex=LOCK_SECONDS)
        refused = None
        try:
            fresh = self._refresh(kept.place) if is_mine else None
        except UpstreamError as exc:
            if exc.retryable or exc.service != "slack" or exc.code == "not_installed":
                raise
            fresh, refused = None, exc
            with redis_errors():
                self._redis.set(key, f"{_REFUSED}{exc.code}", ex=LOCK_SECONDS)
        if fresh is not None:
            with redis_errors():
                self._release(keys=[key], args=[mine])
            return fresh
        if self._lives(kept, 0.0):
            return str(kept.installation.bot_token)
        if refused is not None:
            raise refused
        return self._awaited(kept.place, key) if not is_mine else _expired()

    def _refresh(self, place: str) -> str | None:
        """Refresh what stands there now, and keep it; None where Slack does not for a moment.

        Raises UpstreamError where waiting does not help: an admin has to install the app again.
        """
        kept = self._installations.load(place)
        if kept is None:
            raise UpstreamError("slack", meaning=Meaning.BROKEN_INSTALLATION, code="not_installed")
        if self._lives(kept, REFRESH_AHEAD_SECONDS):
            return kept.installation.bot_token  # by another process, between our look and our lock
        try:
            refreshed = self._ask_slack(kept.installation.to_bot())
        except UpstreamError as exc:
            report = log.warning if exc.retryable else log.error
            report("token.not_refreshed", code=exc.code, status=exc.status, team_id=kept.installation.team_id)
            if not exc.retryable:
                raise
            return None
        if not self._installations.renew(kept, refreshed):
            log.info("token.refreshed_too_late", team_id=kept.installation.team_id)  # installed anew meanwhile
            return None
        log.info("token.refreshed", team_id=kept.installation.team_id, enterprise_id=kept.installation.enterprise_id)
        return refreshed.bot_token

    def _ask_slack(self, bot: Bot) -> Bot:
        with slack_errors():
            try:
                refreshed = self._rotator.perform_bot_token_rotation(bot=bot, minutes_before_expiration=ALWAYS_MINUTES)
            except SlackTokenRotationError as exc:
                raise exc.api_error from exc
            if refreshed and not all(as_record(str, t) for t in (refreshed.bot_token, refreshed.bot_refresh_token)):
                raise ValueError("an empty token")
        if refreshed is None:
            raise UpstreamError("slack", code="not_a_bot_token")
        return refreshed

    def _awaited(self, place: str, key: str) -> str:
        """Return the token that somebody else fetches just now. Raises UpstreamError when that takes too long."""
        for _ in range(int(WAIT_SECONDS / 0.1)):
            word, is_refused, code = str(read_text(self._redis, key) or "").partition(_REFUSED)
            if is_refused and not word:
                raise UpstreamError("slack", meaning=Meaning.BROKEN_INSTALLATION, code=code)
            self._sleep(0.1)
            kept = self._installations.load(place)
            if kept and kept.installation.bot_token and self._lives(kept, 0.0):
                return kept.installation.bot_token
        return _expired()


def _expired() -> str:
    raise UpstreamError("slack", retryable=True, code="token_expired")
