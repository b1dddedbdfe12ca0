"""What the connector platform's answers mean: does it accept the key for each organization?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from slack_app.adapters.probes.platform import CatalogueAnswer
from slack_app.doctor.finding import Finding, is_good, named, note, wrong
from slack_app.doctor.reach import mend, why
from slack_app.errors import UpstreamError, UserError
from slack_app.model.workspaces import KeyMode, Setup

SUBJECT = "Platform"
SLOW_SECONDS = 2.0
_RIGHT_URL = "Correct FREDDY_API_URL: https://api.aitronos.com, without a path."
_KEY = "a key of the platform (Freddy): Settings › API Keys › Create New API Key"


def check_catalogues(answers: Sequence[CatalogueAnswer], command: str) -> Iterator[Finding]:
    """Judge whether the platform names the connectors of each organization, with the key that serves it.

    `command` is SLACK_COMMAND.
    """
    unreached = [answer for answer in answers if _has_no_answer(answer)]
    if unreached:
        asked = [answer for answer in answers if isinstance(answer.outcome, int | UpstreamError)]
        yield _without_answer_for(unreached) if len(asked) > len(unreached) else _judged(unreached[0], command)
    yield from (_judged(answer, command) for answer in answers if not _has_no_answer(answer))


def _has_no_answer(answer: CatalogueAnswer) -> bool:
    return isinstance(answer.outcome, UpstreamError) and answer.outcome.status is None


def _without_answer_for(unreached: Sequence[CatalogueAnswer]) -> Finding:
    """One line for the organizations that are not answered while others are."""
    outcome = unreached[0].outcome
    code = outcome.code if isinstance(outcome, UpstreamError) and outcome.code else "no_answer"
    names = sorted({answer.setup.organization_id for answer in unreached})
    text = f"does not answer for {named(names)}: {why(code)}; nobody there gets a link"
    return wrong(SUBJECT, text, mend(code, "FREDDY_API_URL"))


def _judged(answer: CatalogueAnswer, command: str) -> Finding:
    setup, outcome = answer.setup, answer.outcome
    organization_id = setup.organization_id
    if not organization_id:
        return _without_organization(answer, command)
    if outcome is None:
        return note(SUBJECT, f"is asked for {organization_id} with each person's own key")
    if isinstance(outcome, UserError):
        return _no_key(setup, command)
    if isinstance(outcome, UpstreamError):
        return _refused(setup, outcome, command)
    if not outcome:
        text = f"offers {organization_id} no connector: there is nothing to connect"
        return wrong(SUBJECT, text, f"Ask the platform to switch connectors on for {organization_id}.")
    slowly = f", but took {answer.seconds:.0f} s" if answer.seconds > SLOW_SECONDS else ""
    text = f"accepts the key for {organization_id} ({outcome} connectors){slowly}"
    return note(SUBJECT, text) if slowly else is_good(SUBJECT, text)


def _without_organization(answer: CatalogueAnswer, command: str) -> Finding:
    """Judge what was asked for nobody: a platform that refuses it in its own form is reached."""
    exc = answer.outcome
    if isinstance(exc, UpstreamError):
        is_of_key = exc.status == 401 and answer.setup.key_mode is KeyMode.OPERATOR
        if exc.status in (None, 200) or exc.status >= 500 or is_of_key:
            return _refused(answer.setup, exc, command)
        if (exc.code or "").startswith("http_"):
            return wrong(SUBJECT, f"is not what answers at FREDDY_API_URL ({exc.status})", _RIGHT_URL)
    return is_good(SUBJECT, "answers; there is no key of an organization to try")


def _no_key(setup: Setup, command: str) -> Finding:
    text = f"there is no key for {setup.organization_id}: nobody in {setup.workspace_id} gets a link"
    if setup.key_mode is KeyMode.OPERATOR:
        return wrong(SUBJECT, text, "Set FREDDY_API_KEY to a key of that organization.")
    return wrong(SUBJECT, text, f"An admin of {setup.workspace_id} brings a key with {command} setup.")


def _refused(setup: Setup, exc: UpstreamError, command: str) -> Finding:
    organization_id, status, code = setup.organization_id, exc.status, exc.code or "no_answer"
    if status is None:
        return wrong(SUBJECT, f"does not answer: {why(code)}; nobody gets a link", mend(code, "FREDDY_API_URL"))
    trace = f", with the trace {exc.trace_id}" if exc.trace_id else ""
    where = f"({status}, {code}, trace {exc.trace_id or 'none'})"
    if status == 401 and setup.key_mode is KeyMode.SHARED:
        text = f"does not accept the key of {setup.workspace_id} (401): nobody there gets a link"
        return wrong(SUBJECT, text, f"An admin of {setup.workspace_id} brings a new key with {command} setup.")
    if status == 401:
        text = "does not accept the key (401): nobody who is connected with it gets a link"
        return wrong(SUBJECT, text, f"Set FREDDY_API_KEY to {_KEY}.")
    if status == 403:
        text = f"does not allow the key for {organization_id} (403): it is another organization's, or may not connect"
        return wrong(SUBJECT, text, _another_key(setup, command))
    if status == 429:
        return note(SUBJECT, f"was asked too often for {organization_id} within this minute {where}")
    if status >= 500:
        return wrong(
            SUBJECT,
            f"is away {where}: people wait ten minutes for their link, then they are told",
            f"Report it to the platform{trace}.",
        )
    if status == 200:
        text = f"is not what answers at FREDDY_API_URL {where}: it is not the platform's form"
        return wrong(SUBJECT, text, _RIGHT_URL)
    text = f"knows no {organization_id}, or FREDDY_API_URL leads elsewhere {where}"
    step = f"{_remap(setup, command)}; or correct FREDDY_API_URL: https://api.aitronos.com, without a path."
    return wrong(SUBJECT, text, step)


def _another_key(setup: Setup, command: str) -> str:
    if setup.key_mode is KeyMode.SHARED:
        who, key = f"An admin of {setup.workspace_id}", f"a key of {setup.organization_id}"
        return f"{who} corrects the organization id, or brings {key}, with {command} setup."
    return f"{_remap(setup, command)}; or set FREDDY_API_KEY to a key of {setup.organization_id}."


def _remap(setup: Setup, command: str) -> str:
    """Return how the organization is corrected: one that an admin chose by an admin, for a key came with it."""
    if setup.key_mode is KeyMode.SHARED:
        return f"An admin of {setup.workspace_id} corrects the organization id with {command} setup"
    return f"Correct the organization id: slack-app workspaces set {setup.workspace_id} <organization id>"
