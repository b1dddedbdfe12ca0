"""A check that fails says so, and spoils no other."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from slack_app.adapters.redis_states import missing_of, word_for
from slack_app.doctor.finding import Finding, note, wrong
from slack_app.doctor.redis import SUBJECT as REDIS
from slack_app.errors import BROKEN_RECORD, UpstreamError


def findings_of(subject: str, check: Callable[[], Iterable[Finding]]) -> list[Finding]:
    """Return what a check finds, or that it could not be made."""
    try:
        return list(check())
    except UpstreamError as exc:
        if exc.code == BROKEN_RECORD:
            text = "cannot be read: somebody else has written under this app's keys in Redis"
            step = (
                "A worker moves such a key of the queue aside: run slack-app doctor again while one runs. Else find it "
                "(redis-cli --scan --pattern 'slack_app:*' for the keys, redis-cli type KEY), and rename it."
            )
            return [wrong(subject, text, step)]
        # The same for everything that is looked at there. A Cluster's node answers: what is wrong check_redis says.
        if exc.service == "redis" and missing_of(exc) == "redis" and word_for(exc) != "cluster":
            text = f"answered at first, and then no more ({exc.code}): no request is taken while that is so"
            step = "Look at Redis's log, its load, and the network to it; then run slack-app doctor again."
            return [wrong(REDIS, text, step)]
        return [note(subject, f"could not be looked at in {exc.service.capitalize()} ({exc.code})")]
    except TimeoutError:
        text = "was not found out in time: one of those who are asked does not answer"
        return [wrong(subject, text, "Look for a name server or a proxy that hangs; then run slack-app doctor again.")]
    except Exception as exc:  # noqa: BLE001 - the operator is to be told the rest all the same
        return [note(subject, f"could not be checked ({type(exc).__name__}); please report this")]
