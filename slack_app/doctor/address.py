"""Does Slack reach the app: who answers at its address, and with which signing secret?"""

from __future__ import annotations

from collections.abc import Sequence

from slack_app.adapters.probes.address import AddressFacts
from slack_app.doctor.finding import Finding, is_good, note, to_do, wrong
from slack_app.doctor.reach import is_certificate, why
from slack_app.pulse import Seen

SUBJECT = "Address"
_RESTART = "Start every process with the same SLACK_SIGNING_SECRET, that of the app's page › Basic Information."
_EVENTS = "press Retry: the app's page › Event Subscriptions › Request URL"


def check_public(facts: AddressFacts, url: str, *, has_proxy: bool = False) -> Finding:
    """Judge whether Slack's requests to PUBLIC_URL reach the app; where there is a proxy, it was asked without that."""
    if facts.is_ours:
        return is_good(SUBJECT, f"{url} answers what is signed with SLACK_SIGNING_SECRET")
    if refused := _refused(facts, url):
        return refused
    if facts.status is None:
        if is_certificate(facts.outage):
            text = f"{url} has a certificate that no public authority signed: Slack does not come there"
            return wrong(SUBJECT, text, "Give the address a certificate of a public authority, with its whole chain.")
        if has_proxy:
            text = f"{url} is not reached from here without the proxy; whether Slack reaches it is not known"
            return to_do(SUBJECT, text, f"{_EVENTS[0].upper()}{_EVENTS[1:]}; Slack says there whether it does.")
        text = f"nobody serves PUBLIC_URL, {url}: {why(facts.outage)}"
        return wrong(SUBJECT, text, f"Start slack-app web behind it, or correct PUBLIC_URL; then {_EVENTS}.")
    if 300 <= facts.status < 400:
        text = f"{url}/slack/events leads elsewhere ({facts.status}): Slack does not follow"
        return wrong(SUBJECT, text, "Set PUBLIC_URL to where it leads, and pass POST /slack/events on as it is.")
    if facts.status >= 500:
        text = f"{url} answers {facts.status}: what stands before slack-app web does not reach it, or Redis is away"
        return wrong(SUBJECT, text, "Start slack-app web; lead the proxy to its PORT; look at /readyz.")
    text = f"{url}/slack/events is answered by something else ({facts.status})"
    return wrong(SUBJECT, text, f"Correct PUBLIC_URL, or lead the proxy to slack-app web; then {_EVENTS}.")


def check_local(facts: AddressFacts, url: str, *, is_many: bool) -> Finding:
    """Judge who answers on this machine; whether Slack reaches it cannot be known without PUBLIC_URL."""
    if refused := _refused(facts, url):
        return refused
    if facts.is_ours:
        text = f"{url} answers here; without PUBLIC_URL nobody knows whether Slack reaches it"
    elif facts.status is None:
        text = "is not known: PUBLIC_URL is missing, and no slack-app web listens on PORT of this machine"
    else:
        text = f"another program answers at {url} ({facts.status}): slack-app web cannot listen there"
        return wrong(SUBJECT, text, "End that program (ss -ltnp names it), or give slack-app web another PORT.")
    if is_many:
        text += "; Slack needs it for installs where the app has several addresses"
    return to_do(
        SUBJECT, text, "Set PUBLIC_URL to the address that Slack is given, such as https://connect.example.com."
    )


def check_socket(here: Sequence[Seen]) -> Finding:
    """Judge in Socket Mode who keeps the connection; `here` are the app's processes that run on this machine.

    Nobody can be asked whether one runs elsewhere.
    """
    text = "is not needed: SLACK_APP_TOKEN is set"
    found = [process for process in here if process.kind == "socket"]
    if not found:
        text += ", and no slack-app socket runs on this machine: where none runs, no request of Slack's arrives"
        return to_do(SUBJECT, text, "Start slack-app socket, if it does not run on another machine.")
    if not any(process.moves for process in found):
        text = f"is not needed in Socket Mode, but slack-app socket has not moved for {found[0].idle:.0f} s"
        return wrong(SUBJECT, text, f"Restart it (process {found[0].pid}); its log says what hangs (process.stuck).")
    return note(SUBJECT, f"{text}, and slack-app socket runs here, which opens the connection itself")


def _refused(facts: AddressFacts, url: str) -> Finding | None:
    if facts.is_late:
        text = f"{url} finds what is signed here more than five minutes early or late: the clocks differ"
        return wrong(SUBJECT, text, "Switch on time synchronization, here and there: timedatectl set-ntp true")
    if facts.is_refusal_of_ours:
        text = f"{url} refuses what is signed with SLACK_SIGNING_SECRET: that process has another one"
        return wrong(SUBJECT, text, _RESTART)
    return None
