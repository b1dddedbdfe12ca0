"""The one tree of errors: what a person can be told, what an outside system did, what an operator set wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import Enum, auto
from typing import Any

BROKEN_RECORD = "broken_record"
"""The code of an UpstreamError of Redis: what stands there is of a type that we never write; waiting mends nothing."""

BUDGET_SPENT = "budget_spent"
"""The code of an UpstreamError of the platform that we did not ask: this minute's requests are for others."""


class UserError(Exception):
    """Something the person can be told. `reason` is a stable key: it picks the sentence, the log event, the count."""

    def __init__(self, reason: str, **facts: object) -> None:
        super().__init__(reason)
        self.reason = reason
        self.facts = facts


class RetryLater(Exception):
    """It is not this job's turn: it is to be retried in `seconds`; `fact` is what the person is told, once."""

    def __init__(self, seconds: float, fact: Any = None) -> None:
        super().__init__(f"not for {seconds} s")
        self.seconds = seconds
        self.fact = fact


class DetailsNeeded(Exception):
    """A tool needs details that the person did not give, or did not take what they gave; `keys` are all it asks for.

    `kinds` says of which kind they are (model/parameters.py), as far as the platform said.
    """

    def __init__(self, tool_key: str, name: str, keys: Sequence[str], kinds: Mapping[str, str] | None = None) -> None:
        super().__init__(tool_key)
        self.tool_key = tool_key
        self.name = name
        self.keys = tuple(keys)
        self.kinds = dict(kinds or {})


class Meaning(Enum):
    """What an error asks of us; which of Slack's errors means what stands in adapters/slack_errors.py."""

    TRY_AGAIN = auto()
    """It passes by itself: the same call may succeed later."""
    OTHER_WAY = auto()
    """This way to the person is closed; another may be open: a private answer, a new message, a button for a modal.

    It says what happened, whether the person, an admin or nobody can open the way again.
    """
    BROKEN_INSTALLATION = auto()
    """No call gets through with this token until somebody installs or allows the app anew."""
    DEFECT = auto()
    """We asked for something wrong; waiting does not help."""


class UpstreamError(Exception):
    """An outside system (`platform`, `slack`, `redis`) failed.

    `meaning` says what that asks of us; where it is not given, `retryable` does: whether the same call may succeed
    later. `retry_after` says in how many seconds the system itself wants to be asked again, `fields` which of a
    person's details it named, by path, and of which kind they have to be (model/parameters.py; empty where it did not
    say). `code` and `trace_id` are the system's own words for the log; neither they nor a body
    ever reach a person.
    """

    def __init__(
        self,
        service: str,
        *,
        status: int | None = None,
        retryable: bool = False,
        meaning: Meaning | None = None,
        retry_after: float | None = None,
        code: str | None = None,
        trace_id: str | None = None,
        fields: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(f"{service}: {code or status or 'no answer'}")
        self.service = service
        self.status = status
        self.meaning = meaning or (Meaning.TRY_AGAIN if retryable else Meaning.DEFECT)
        self.retry_after = retry_after
        self.code = code
        self.trace_id = trace_id
        self.fields = dict(fields or {})

    @property
    def retryable(self) -> bool:
        """Return whether the same call may succeed later."""
        return self.meaning is Meaning.TRY_AGAIN


class ConfigError(Exception):
    """One or more settings are missing or wrong; all of them at once, one line each, values never repeated."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)
