"""Why somebody is not reached, in words: the same for Slack, the platform and the app's own address."""

from __future__ import annotations

NOBODY = "nobody is reached there"
"""Stands in every finding of that kind."""
_CERTIFICATE = ("SSLError", "certificate_refused")
_TOO_SLOW = ("answer_too_slow", "ReadTimeoutError")
_UNREACHED = {
    "NameResolutionError": "the name is not known here",
    "NewConnectionError": "the connection is refused",
    "ConnectTimeoutError": "the connection is not taken",
    "proxy_unreachable": "the proxy is away",
}


def why(code: str) -> str:
    """Return what the code says."""
    if code in _CERTIFICATE:
        return "the certificate is not accepted"
    if code in _UNREACHED:
        return f"{NOBODY} ({_UNREACHED[code]})"
    if code.startswith("proxy_"):
        return f"the proxy does not let us through ({code})"
    if code in _TOO_SLOW:
        return "the answer did not come in time"
    return f"there is no whole answer ({code})"


def is_certificate(code: str) -> bool:
    """Return whether it is the certificate that is refused."""
    return code in _CERTIFICATE


def mend(code: str, setting: str) -> str:
    """Return the next step, where `setting` holds the address."""
    if code in _CERTIFICATE:
        return f"Set SSL_CERT_FILE to the file of your company's authority, or correct {setting}."
    if code.startswith("proxy_"):
        return f"Correct HTTPS_PROXY, or add the host of {setting} to NO_PROXY."
    if code in _TOO_SLOW:
        who = "look at slack-status.com" if setting == "SLACK_API_URL" else f"ask who serves {setting}"
        return f"Run slack-app doctor again in a minute; if it stays so, {who}."
    if code == "NameResolutionError":
        return f"Look at DNS here, or correct {setting} where it is set; behind a proxy set HTTPS_PROXY."
    return f"Open the firewall to it (behind a proxy set HTTPS_PROXY), or correct {setting} where it is set."
