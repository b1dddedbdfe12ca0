"""Knows which workspace an app with SLACK_BOT_TOKEN serves: the token's, and on an Enterprise Grid all of its Grid.

https://docs.slack.dev/reference/methods/auth.test
"""

from __future__ import annotations

import structlog
from slack_sdk import WebClient

from slack_app.adapters.slack_errors import slack_errors
from slack_app.errors import UpstreamError
from slack_app.model.users import SlackUser
from slack_app.ports import Clock

REMEMBERED_SECONDS = 600.0

log = structlog.get_logger("slack_app.served")


class ServedWorkspace:
    """The one workspace that the client's token is of."""

    def __init__(self, client: WebClient, clock: Clock) -> None:
        self._client = client
        self._clock = clock
        self._served: tuple[str, str] | None = None
        self._until = 0.0

    def __call__(self, person: SlackUser) -> bool:
        """Return whether the app serves the person. Raises UpstreamError while Slack does not say.

        With a token that Slack does not know everybody is served: nobody gets more than a private answer.
        """
        now = self._clock()
        if now < self._until and self._is_of(person):
            return True
        try:
            self._served = self._ask()  # for each stranger anew, too: the workspace may have joined a Grid, or left it
            self._until = now + REMEMBERED_SECONDS
        except UpstreamError:
            if self._served is None:
                raise
        return self._served is None or self._is_of(person)

    def place(self, person: SlackUser) -> tuple[str | None, str | None]:
        """Return the Grid, if there is one, and the workspace that the token is of. Raises UpstreamError."""
        now = self._clock()
        if self._served is None or now >= self._until or not self._is_of(person):  # it may have moved since
            self._served, self._until = self._ask(), now + REMEMBERED_SECONDS
        team_id, enterprise_id = self._served or ("", "")
        return enterprise_id or None, team_id or None

    def _is_of(self, person: SlackUser) -> bool:
        if self._served is None:
            return False
        team_id, enterprise_id = self._served
        return person.team_id == team_id or (bool(enterprise_id) and person.enterprise_id == enterprise_id)

    def _ask(self) -> tuple[str, str] | None:
        try:
            with slack_errors():
                answer = self._client.auth_test()
                return str(answer["team_id"]), str(answer.get("enterprise_id") or "")
        except UpstreamError as exc:
            if exc.retryable:
                raise
            log.warning("served.unknown", code=exc.code)
            return None
