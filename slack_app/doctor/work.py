"""Who takes the jobs, what could not be done, and what the app met that it cannot put right by itself."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from slack_app.adapters.probes.work import WorkFacts
from slack_app.doctor.finding import Finding, is_good, named, note, to_do, wrong

WORKERS, JOBS, COMMAND, LINKS = "Workers", "Jobs", "Command", "Links"
LATELY_SECONDS = 3600.0
"""What was met within the hour is met now; what was met before that may have been put right since."""
LONGEST_SECONDS = 60.0
"""That a job may wait for its turn: people are told after 15 s that it takes longer."""
_START = "Start slack-app worker (or slack-app web --with-worker), with the same REDIS_URL."


def check_work(facts: WorkFacts, command: str, hosts: Collection[str]) -> Iterator[Finding]:
    """Judge whether jobs are done; `command` is SLACK_COMMAND, `hosts` are AUTHORIZATION_HOSTS."""
    yield _workers(facts)
    yield from _retried(facts)
    yield from _silent(facts)
    yield from _dead(facts)
    for name, ago in facts.noticed.commands.items():
        if name != command:
            yield _met(
                COMMAND,
                f"{name} is what Slack sent {_ago(ago)}, and this app listens to {command}: nobody gets an answer",
                f"Set SLACK_COMMAND={name} and restart, or import what slack-app manifest prints into the app.",
                ago,
            )
    for host, ago in facts.noticed.hosts.items():
        if hosts and host not in hosts:
            yield _met(
                LINKS,
                f"led to {host} {_ago(ago)} and were refused: AUTHORIZATION_HOSTS does not name it",
                f"Is {host} the tool's or the platform's? Then add it to AUTHORIZATION_HOSTS and restart the workers.",
                ago,
            )


def _workers(facts: WorkFacts) -> Finding:
    if facts.workers:
        versions = ", ".join(sorted({worker.version for worker in facts.workers}))
        count = f"{len(facts.workers)} worker{'s' * (len(facts.workers) > 1)}"
        if facts.oldest > LONGEST_SECONDS:
            waits = f"a job waits for {_long(facts.oldest)} already (jobs to do: {facts.to_do})"
            text = f"{count}, but {waits}: they do not keep up"
            return wrong(WORKERS, text, "Start more workers, or raise WORKER_THREADS; does the platform answer slowly?")
        return is_good(WORKERS, f"{count} of version {versions}; jobs to do: {facts.to_do}")
    if facts.to_do:
        return wrong(WORKERS, f"no worker lives, and jobs wait ({facts.to_do}): nobody gets a link", _START)
    return to_do(WORKERS, "no worker lives at the moment", _START)


def _retried(facts: WorkFacts) -> Iterator[Finding]:
    late = [seconds for seconds in facts.retried if seconds > LONGEST_SECONDS]
    if late:
        text = f"{len(late)} are tried again and again, the first for {_long(max(late))}: nobody gets these links"
        step = "The log says what Slack or the platform answers (job.outage); slack-app jobs list has the references."
        yield wrong(JOBS, text, step)


def _silent(facts: WorkFacts) -> Iterator[Finding]:
    if facts.silent:
        names = named([worker.name for worker in facts.silent])
        text = f"{len(facts.silent)} beat within the hour, and no more, without an end in order ({names})"
        yield to_do(WORKERS, text, "Restart what hangs (the name holds machine and process id); a killed one is past.")


def _dead(facts: WorkFacts) -> Iterator[Finding]:
    if facts.dead:
        reasons = ", ".join(f"{reason} {count}" for reason, count in sorted(facts.dead.items()))
        text = f"{sum(facts.dead.values())} could not be done within the last day ({reasons})"
        step = (
            "slack-app jobs list --dead shows them; slack-app jobs retry JOB has one done again, drop JOB forgets it."
        )
        yield wrong(JOBS, text, f"{step} {_first_look(facts)}")
    elif facts.older_dead:
        yield note(JOBS, f"{facts.older_dead} could not be done, all of them more than a day ago")
    elif not facts.has_ever_worked:
        yield to_do(JOBS, "no request of Slack's has arrived yet", "Type the command in Slack once the app runs.")
    elif not facts.retried:
        yield is_good(JOBS, "none is given up")


def _first_look(facts: WorkFacts) -> str:
    if "undeliverable" in facts.dead:
        return "Slack refused every way to the person: slack-app doctor --to U… tries it."
    return "The log has the reason under the job's reference (job.defect, job.undeliverable, job.unreadable)."


def _met(subject: str, text: str, next_step: str, ago: float) -> Finding:
    return Finding(subject, False if ago < LATELY_SECONDS else None, text, next_step)


def _long(seconds: float) -> str:
    return f"{round(seconds)} s" if seconds < 120 else f"{round(seconds / 60)} minutes"


def _ago(seconds: float) -> str:
    if seconds < 60:
        return "just now"
    return f"{round(seconds / 60)} minutes ago" if seconds < LATELY_SECONDS else f"{round(seconds / 3600)} hours ago"
