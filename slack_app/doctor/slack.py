"""What Slack's answers mean: are the tokens good, and may they do what the app does?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from slack_app.adapters.probes.slack import UNREADABLE, SlackAnswer, TokenFacts
from slack_app.adapters.slack import SCOPES
from slack_app.doctor.finding import Finding, is_good, note, to_do, wrong
from slack_app.doctor.reach import mend, why
from slack_app.errors import UpstreamError

SUBJECT, SOCKET, MESSAGE = "Slack", "Socket Mode", "Message"
_PAGE = "api.slack.com/apps › your app › OAuth & Permissions"
_REINSTALL = "the app's page › Install App › Reinstall to Workspace"
_RATE_LIMITED = "ratelimited"
_REFUSED_TOKENS: Mapping[str, str] = {
    "invalid_auth": "Slack does not know it",
    "not_authed": "Slack got none",
    "account_inactive": "the app was removed from the workspace",
    "token_revoked": "it was revoked",
    "token_expired": "it has expired",
    "missing_scope": "it lacks a scope",
    "not_allowed_token_type": "it is a token of another kind",
}
_MESSAGES: Mapping[str, tuple[str, str]] = {
    "messages_tab_disabled": (
        "the app's Messages tab is off, so nobody can get a direct message",
        "Switch it on: the app's page › App Home › Show Tabs › Messages Tab.",
    ),
    "missing_scope": ("the token lacks the scope chat:write", f"Import the manifest again, then {_REINSTALL}."),
    "cannot_dm_bot": ("this is a bot", "Give --to the id of a person."),
    "user_not_found": ("Slack knows no such person there", ""),
    "channel_not_found": ("Slack knows no such person there", ""),
    "user_not_visible": ("the app may not see this person", ""),
    "restricted_action": (
        "the workspace does not let apps write to people",
        "Ask an admin of the workspace to allow it: Settings & administration › Workspace settings › Permissions.",
    ),
    "not_installed": ("no workspace that installed the app has this person", ""),
}
_WHO = "Give --to the id of a person of the workspace: their profile in Slack › ⋮ › Copy member ID."


def check_token(facts: TokenFacts, whose: str = "") -> Iterator[Finding]:
    """Judge whether Slack accepts a token, and grants what the app does; `whose` is the workspace that installed it."""
    answer, token = facts.answer, f"the token of {whose}" if whose else "SLACK_BOT_TOKEN"
    if answer.outage:
        yield not_answering(answer)
        return
    if answer.status not in (None, 200) and answer.refusal.startswith("http_"):
        yield not_slack(answer)
        return
    if answer.refusal == UNREADABLE:
        text = f"cannot be asked about {whose}: its token can't be opened, so nobody there gets a link"
        step = "Put the key that it was sealed with back into ENCRYPTION_KEYS"
        yield wrong(SUBJECT, text, f"{step}, or an admin of {whose} adds the app again at /slack/install.")
        return
    if answer.refusal:
        text = f"refuses {token} ({_said(answer.refusal)}): no link can be sent"
        yield wrong(SUBJECT, text, _fresh_token(answer.refusal, whose))
        return
    yield is_good(SUBJECT, f"accepts the token, for the workspace {facts.team} ({facts.team_id})")
    if not facts.is_of_bot:
        text = f"says that {token} is not a bot's: messages would come from a person"
        yield wrong(SUBJECT, text, f"Take the Bot User OAuth Token (xoxb-…): {_PAGE}.")
        return
    lacking = sorted(set(SCOPES) - facts.scopes)
    if lacking:
        text = f"did not grant {', '.join(lacking)}{f' in {whose}' if whose else ''}: the app cannot do all it has to"
        yield wrong(SUBJECT, text, _regrant(whose))
    else:
        yield is_good(SUBJECT, f"granted the scopes {', '.join(sorted(SCOPES))}")


def check_installations(found: Sequence[tuple[str, TokenFacts]], asked_of: int) -> Iterator[Finding]:
    """Judge the token of each workspace that installed the app; `asked_of` is how many have, in all."""
    if not asked_of:
        step = "Open /slack/install at your PUBLIC_URL, and add the app to a workspace."
        yield to_do(SUBJECT, "no workspace has installed the app yet", step)
        return
    outages = [facts for _, facts in found if facts.answer.outage]
    if outages:
        yield not_answering(outages[0].answer)
    good = 0
    for place, facts in found:
        judged = list(check_token(facts, place)) if not facts.answer.outage else []
        yield from (finding for finding in judged if finding.is_right is not True)
        good += bool(judged) and all(finding.is_right for finding in judged)
    if good:
        yield is_good(SUBJECT, f"accepts the tokens of {good} of {asked_of} workspaces, with the scopes of the app")
    if len(found) < asked_of:
        yield note(SUBJECT, f"was asked about {len(found)} of {asked_of} workspaces")


def check_client(answer: SlackAnswer, *, is_only: bool) -> Iterator[Finding]:
    """Judge whether Slack knows the app by its client id and secret.

    `is_only`: no token was shown to Slack, so that nothing else says whether it answers.
    """
    if answer.is_good:
        yield is_good(SUBJECT, "knows SLACK_CLIENT_ID and SLACK_CLIENT_SECRET")
    elif answer.refusal in ("invalid_client_id", "bad_client_secret"):
        name = "SLACK_CLIENT_ID" if answer.refusal == "invalid_client_id" else "SLACK_CLIENT_SECRET"
        text = f"does not know {name} ({answer.refusal}): nobody can install the app, and tokens are not refreshed"
        yield wrong(SUBJECT, text, f"Take {name} from api.slack.com/apps › your app › Basic Information.")
    elif is_only and answer.outage:
        yield not_answering(answer)
    elif is_only and answer.refusal.startswith("http_"):
        yield not_slack(answer)


def check_app_token(answer: SlackAnswer) -> Finding:
    """Judge whether Slack opens the connection of Socket Mode."""
    if answer.is_good:
        return is_good(SOCKET, "can be opened with SLACK_APP_TOKEN")
    if answer.outage == _RATE_LIMITED:
        return note(SOCKET, "was tried too often within a minute, says Slack")
    if answer.outage:
        return not_answering(answer, SOCKET)
    text = f"cannot be opened with SLACK_APP_TOKEN ({_said(answer.refusal)}): no request of Slack's arrives"
    step = (
        "Make an app-level token (xapp-…) with the scope connections:write: the app's page › Basic Information › "
        "App-Level Tokens; and switch Socket Mode on, on its page."
    )
    return wrong(SOCKET, text, step)


def check_message(person: str, outcome: UpstreamError | str) -> Finding:
    """Judge whether a test message arrives; `outcome` is the workspace where it did, or why it did not."""
    if isinstance(outcome, str):
        return is_good(MESSAGE, f"arrived at {person} in {outcome}: links arrive the same way")
    code = outcome.code or "no_answer"
    if code in _MESSAGES:
        said, step = _MESSAGES[code]
        return wrong(MESSAGE, f"did not arrive at {person}: {said} ({code})", step or _WHO)
    if outcome.retryable:
        return wrong(MESSAGE, f"did not arrive at {person}: Slack does not take it now ({code})", "Try it again soon.")
    if code in _REFUSED_TOKENS:
        return wrong(MESSAGE, f"did not arrive at {person}: Slack refuses the token ({code})", _fresh_token(code))
    step = f"Look {code} up in the errors of chat.postMessage: docs.slack.dev/reference/methods/chat.postMessage."
    return wrong(MESSAGE, f"did not arrive at {person}: Slack refuses it ({code})", step)


def untried_message() -> Finding:
    """Return what cannot be known without a message."""
    text = "was not tried: Slack does not tell an app whether its Messages tab is on"
    return to_do(MESSAGE, text, "slack-app doctor --to U… sends you one (your profile in Slack › ⋮ › Copy member ID).")


def not_answering(answer: SlackAnswer, subject: str = SUBJECT) -> Finding:
    """Return what it means that Slack gives no answer of its own."""
    if answer.outage == _RATE_LIMITED:
        return note(subject, "was asked too often, it says (ratelimited); run slack-app doctor again in a minute")
    if answer.status == 200:
        return not_slack(answer, subject)
    if answer.status is not None:
        text = f"does not answer: it is away ({answer.status}, {answer.outage}); links wait until it is back"
        return wrong(subject, text, "Look at slack-status.com; nothing is to be done here.")
    text = f"does not answer: {why(answer.outage)}"
    return wrong(subject, text, mend(answer.outage, "SLACK_API_URL"))


def not_slack(answer: SlackAnswer, subject: str = SUBJECT) -> Finding:
    """Return what it means that somebody else answers."""
    text = f"is not what answers at SLACK_API_URL (status {answer.status}, and nothing that Slack says)"
    step = "Leave SLACK_API_URL out; on GovSlack set it to https://slack-gov.com/api/."
    return wrong(subject, text, step)


def _said(code: str) -> str:
    return f"{code}: {_REFUSED_TOKENS[code]}" if code in _REFUSED_TOKENS else code


def _fresh_token(code: str, whose: str = "") -> str:
    if whose:
        return f"An admin of {whose} adds the app again at /slack/install."
    if code == "account_inactive":
        return f"Install it again (the app's page › Install App), and set SLACK_BOT_TOKEN to the token of {_PAGE}."
    on_gov_slack = "; for GovSlack set SLACK_API_URL to https://slack-gov.com/api/" if code == "invalid_auth" else ""
    return f"Take a fresh SLACK_BOT_TOKEN from {_PAGE}{on_gov_slack}."


def _regrant(whose: str) -> str:
    if whose:
        return f"An admin of {whose} adds the app again at /slack/install, which asks for the scopes."
    return f"Import what slack-app manifest prints again (the app's page › App Manifest), then {_REINSTALL}."
