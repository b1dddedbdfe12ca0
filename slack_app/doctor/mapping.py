"""Does each workspace that the app serves belong to an organization?"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from slack_app.adapters.probes.slack import TokenFacts
from slack_app.doctor.finding import Finding, is_good, to_do, wrong
from slack_app.model.workspaces import Setup

SUBJECT = "Mapping"
MOST_SHOWN = 20
_HOW = "An admin types /connect setup in Slack, or you run slack-app workspaces set {id} <organization id>"


def list_mapping(setups: Sequence[Setup]) -> Iterator[Finding]:
    """Return what is mapped."""
    for setup in setups[:MOST_SHOWN]:
        yield is_good(SUBJECT, f"{setup.workspace_id} belongs to {setup.organization_id}")
    if len(setups) > MOST_SHOWN:
        yield is_good(SUBJECT, f"{len(setups) - MOST_SHOWN} more workspaces belong to organizations")


def check_mapping_of_one(
    setups: Sequence[Setup], token: TokenFacts | None, own: Setup | None, command: str
) -> Iterator[Finding]:
    """Judge whether the token's workspace is mapped; `token` is None where Slack did not say, `own` is its setup."""
    yield from list_mapping(setups)
    how = _HOW.replace("/connect", command)
    if token is None:
        if not setups:
            yield to_do(SUBJECT, "is empty: nobody gets a link yet", how.format(id="T0123") + ".")
        return
    if own is not None or (token.is_org_wide and setups):
        return
    if not setups:
        yield wrong(SUBJECT, f"is empty: nobody in {_named(token)} gets a link", how.format(id=token.team_id) + ".")
        return
    mapped = ", ".join(setup.workspace_id for setup in setups[:3])
    text = f"names {mapped}, but not {_named(token)}, which the token is of: nobody there gets a link"
    step = f"{how.format(id=token.team_id)}. Is it the wrong workspace? Then take the SLACK_BOT_TOKEN of the right one."
    yield wrong(SUBJECT, text, step)


def check_mapping_of_many(
    setups: Sequence[Setup],
    unmapped: Collection[str],
    installed: Collection[str],
    by_operator: Collection[str],
    command: str,
) -> Iterator[Finding]:
    """Judge whether each workspace that installed the app is mapped.

    `unmapped` and `installed` are their ids (or their Grid's), `by_operator` the ids in WORKSPACE_ORGANIZATIONS.
    """
    yield from list_mapping(setups)
    how = _HOW.replace("/connect", command)
    if installed and by_operator and not set(by_operator) & set(installed):
        text = (
            f"takes from WORKSPACE_ORGANIZATIONS {', '.join(sorted(by_operator)[:3])}, where the app is not installed"
        )
        step = (
            f"Correct the ids in WORKSPACE_ORGANIZATIONS; the app is installed in {', '.join(sorted(installed)[:3])}."
        )
        yield wrong(SUBJECT, text, step)
    for place in sorted(unmapped)[:MOST_SHOWN]:
        text = f"{place} has installed the app and belongs to no organization: nobody there gets a link"
        yield to_do(SUBJECT, text, how.format(id=place) + ".")
    if len(unmapped) > MOST_SHOWN:
        text = f"{len(unmapped) - MOST_SHOWN} more workspaces have installed the app and belong to no organization"
        yield to_do(SUBJECT, text, "slack-app workspaces list shows the others; their admins type /connect setup.")


def _named(token: TokenFacts) -> str:
    return f"{token.team_id} ({token.team})" if token.team else token.team_id
