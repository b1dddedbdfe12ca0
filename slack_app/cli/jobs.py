"""`slack-app jobs`: what waits, and what could not be done."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from slack_app.cli.opening import operator_stores
from slack_app.outside_text import cleaned

if TYPE_CHECKING:
    from slack_app.adapters.jobs.inspection import Listed
    from slack_app.app.workspaces import OperatorStores

MOST_DEAD = 1000
"""As many as are kept, or a few more."""


@click.group()
def jobs() -> None:
    """Look at jobs that wait or could not be done, have them done again, or drop them.

    A JOB is an id, or the reference that a person was told. Nothing is shown of what somebody typed.
    """


@jobs.command("list")
@click.option("--dead", is_flag=True, help="Only those that could not be done.")
@click.option("--last", default=100, show_default=True, type=click.IntRange(1, 10_000), help="How many of each.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def list_jobs(dead: bool, last: int, as_json: bool) -> None:
    """Print state, id, kind, workspace, person, age, attempts and retries, and why it is dead."""
    with operator_stores() as stored:
        found = [*stored.jobs.dead(last), *([] if dead else stored.jobs.waiting(last))]
        if not found:
            click.echo("No job is dead." if dead else "No job waits, and none is dead.", err=True)
        for one in found:
            fields = _fields(one, stored.clock())
            click.echo(json.dumps(fields) if as_json else "\t".join(map(_shown, list(fields.values())[:9])))


@jobs.command("show")
@click.argument("job")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def show_job(job: str, as_json: bool) -> None:
    """Print what is known of one job."""
    with operator_stores() as stored:
        for one in _found(stored, job):
            fields = _fields(one, stored.clock())
            click.echo(json.dumps(fields) if as_json else "\n".join(f"{k}\t{_shown(v)}" for k, v in fields.items()))


@jobs.command("retry")
@click.argument("job", required=False)
@click.option("--all", "all_dead", is_flag=True, help="Every dead job.")
def retry_jobs(job: str | None, all_dead: bool) -> None:
    """Have a dead job done once more, last in its workspace's line; its person is answered in their direct message."""
    _name_one(job, all_dead)
    with operator_stores() as stored:
        dead = [one for one in _named(stored, job) if one.state == "dead"]
        if job and not dead:
            _fail(f"{job} is not dead: it is left as it is")
        count = sum(stored.jobs.retry(one.id) for one in dead)
    if job and not count:
        _fail(f"{job} can't be done again: what it asked for is not kept any more (7 days), or can't be read")
    click.echo(f"{count} of {len(dead)} put back." if all_dead else f"{job} is put back.")


@jobs.command("drop")
@click.argument("job", required=False)
@click.option("--all", "all_dead", is_flag=True, help="Every dead job.")
def drop_jobs(job: str | None, all_dead: bool) -> None:
    """Forget a job that waits or is dead. Its person is told nothing."""
    _name_one(job, all_dead)
    with operator_stores() as stored:
        named = _named(stored, job)
        ends = [stored.jobs.drop(one.id) for one in named]
    if job and None in ends:
        _fail(f"{job} is being done at this moment: it can't be dropped")
    count = sum(end is True for end in ends)
    click.echo(f"{count} of {len(named)} dropped." if all_dead else f"{job} is dropped.")


def _name_one(job: str | None, all_dead: bool) -> None:
    if bool(job) == all_dead:
        raise click.UsageError("name one JOB, or --all for every dead one")


def _named(stored: OperatorStores, job: str | None) -> list[Listed]:
    return _found(stored, job) if job else list(stored.jobs.dead(MOST_DEAD))


def _found(stored: OperatorStores, job: str) -> list[Listed]:
    """Return the job, or what the reference leads to; exits with 1 where there is none."""
    found = list(stored.jobs.find(job))
    if not found:
        _fail(f"there is no job {job} that waits or is dead: it may be done")
    return found


def _fields(one: Listed, now: float) -> dict[str, Any]:
    """Return what may be shown: the first nine stand in a line of the list."""
    job = one.job
    return {
        "state": one.state.value,
        "id": one.id,
        "kind": job and job.kind,
        "workspace": job and job.person.team_id,
        "person": job and job.person.user_id,
        "age_seconds": job and round(now - job.accepted_at),
        "attempts": one.attempts,
        "retries": one.retries,
        "reason": one.reason,
        "reference": job and job.reference,
        "enterprise": job and job.person.enterprise_id,
        "accepted_at": _time(job.accepted_at if job else None),
        "due_at": _time(one.due_at),
        "died_at": _time(one.died_at),
        "link_made": one.has_link,
        "message_sent": one.has_message,
    }


def _time(seconds: float | None) -> str | None:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds") if seconds is not None else None


def _shown(value: object) -> str:
    return "" if value is None else cleaned(str(value))


def _fail(text: str) -> None:
    click.echo(f"slack-app: {text}.", err=True)
    sys.exit(1)
