"""Recognises what is shaped like a secret: in what people type, and in what is about to be logged.

The prefixes are those that Slack (https://docs.slack.dev/authentication/tokens), the connector platform and the
common providers document. No text can make a search slow: what a pattern repeats is bounded before the part that
decides, and without a bound after it, so that the whole of a long secret is found.
"""

from __future__ import annotations

import math
import re
from collections import Counter

_PREFIXES = r"oak|ak|sk|pk|rk|pat|ghp|gho|ghs|ghu|github_pat|glpat|xox[a-z]|xapp"
_KEY = re.compile(rf"(?:{_PREFIXES})[_-][\w.~+/=-]{{8,512}}", re.ASCII | re.IGNORECASE)
_CERTAIN = re.compile(
    r"(?:gh[opsu]_|github_pat_|glpat-)[\w-]{10,512}|xox[a-z]-[\w-]{10,512}|xapp-[\w-]{10,512}|AKIA[A-Z0-9]{16}"
    r"|AIza[\w-]{35}|ya29\.[\w-]{20,512}|eyJ[\w-]{8,512}\.eyJ[\w-]{8,2000}\.[\w-]{8,512}",
    re.ASCII,
)
"""GitHub, GitLab, Slack, AWS, Google and JSON Web Tokens, as each documents them."""
_RANDOM = re.compile(r"(?=[a-z]{0,64}\d)[a-z\d]{16}|\d{9}", re.ASCII | re.IGNORECASE)
_SECRET_NAME = re.compile(
    r"(?:^|[^a-z])(?:tokens?|secrets?|passwords?|passwd|pwd|passphrase|credentials?|apikey"
    r"|(?:api|access|private|secret|auth|signing)[^a-z]?key)(?![a-z])",
    re.IGNORECASE,
)
_RUN = re.compile(r"[A-Za-z0-9+/=]{20,512}", re.ASCII)
_MANY_DIGITS = re.compile(r"(?=.{0,512}[a-z])(?=(?:.{0,100}\d){5})[\w.~+/=-]{16,512}", re.ASCII | re.IGNORECASE)
_NAMES = r"code|\w{0,30}(?:state|token|secret|key|password|authorization|signature)"
LOGGED = [
    re.compile(r"\bx(?:ox[a-z.]{0,20}|app)-[\w.-]+", re.IGNORECASE),
    re.compile(rf"(?<![\w-])(?:{_PREFIXES})[_-][\w.~+/=-]{{8,}}", re.ASCII | re.IGNORECASE),
    re.compile(r"\bostate_[\w.-]+"),
    # As a form, a keyword or a dataclass shows it.
    re.compile(rf"(?i)\b(?:{_NAMES})=(?:b?\\?[\"'][^\"']+|[^\s&\"']+)"),
    # As a dictionary, JSON or a header shows it; bytes, and JSON within JSON, too.
    re.compile(rf"(?i)[\"'](?:{_NAMES}|\w{{1,30}}_code)\\?[\"']\s{{0,3}}:\s{{0,3}}b?\\?[\"'][^\"']+"),
    re.compile(r"(?i)\b(?:authorization|x-api-key)[\"']?\s{0,3}:\s{0,3}[\"']?[^\r\n\"']+"),
    re.compile(r"(?i)[a-z0-9+.-]{0,30}://[^\s\"'<>]+"),
    # Exceptions of HTTP libraries name the path alone: "… exceeded with url: /commands/T1/2/3".
    re.compile(r"(?i)\burl: /[^\s\"'<>]*"),
    re.compile(r"/(?:commands|actions|app|services|triggers|workflows)/[TEA][A-Z0-9]{1,20}/[^\s\"'<>]+"),
]
"""What is blacked out in a log line; each demands a character that is no letter, digit or dot (log.py rests on it)."""


def is_like_a_key(word: str) -> bool:
    """Return whether the word is rather a key than a name: by its prefix, its digits, or because it looks random."""
    if has_key_prefix(word) or _MANY_DIGITS.fullmatch(word):
        return True
    return bool(_RUN.fullmatch(word)) and any(map(str.isdigit, word)) and _entropy(word) >= 3.5


def is_secret_name(path: str) -> bool:
    """Return whether a detail is called as secrets are: `token`, `apiKey`, `auth/client_secret`."""
    return _SECRET_NAME.search(re.sub(r"(?<=[a-z])(?=[A-Z])", "_", path)) is not None


def is_secret(name: str, value: str) -> bool:
    """Return whether a detail must not be passed on: it is called a secret, or is one beyond doubt.

    The ids of tenants, sites and databases look as random as keys, and a site may be called "sk-marketing-team": so
    random letters alone are no sign here, and a short prefix counts only before what no name has.
    """
    if is_secret_name(name):
        return True
    return any(_CERTAIN.fullmatch(word) or (has_key_prefix(word) and _RANDOM.search(word)) for word in value.split())


def has_key_prefix(word: str) -> bool:
    """Return whether the word begins as the keys of a provider do."""
    return _KEY.fullmatch(word) is not None


def _entropy(word: str) -> float:
    """Return the bits of each character, by how often each stands in the word."""
    return -sum(count / len(word) * math.log2(count / len(word)) for count in Counter(word).values())
