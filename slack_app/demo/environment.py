"""What the demo takes of the environment: where programs and files are, and nothing that sets the app.

An operator tries the demo in the shell in which they set SLACK_COMMAND, REDIS_URL or HTTPS_PROXY for their own app.
"""

from __future__ import annotations

import os
from collections.abc import MutableMapping

_KEPT = frozenset(
    "HOME LANG LANGUAGE LD_LIBRARY_PATH LOGNAME PATH PYTHONHOME PYTHONPATH SHELL SYSTEMROOT TEMP TERM TMP TMPDIR TZ "
    "USER VIRTUAL_ENV".split()
)
_KEPT_PREFIXES = ("COVERAGE_", "COV_CORE_", "LC_")


def kept(environment: MutableMapping[str, str]) -> dict[str, str]:
    """Return what of the environment counts for the demo."""
    return {n: value for n, value in environment.items() if n in _KEPT or n.startswith(_KEPT_PREFIXES)}


def forget_the_rest() -> None:
    """Take everything else out of the environment of this process, for the libraries that read it themselves."""
    for name in os.environ.keys() - kept(os.environ).keys():
        del os.environ[name]
