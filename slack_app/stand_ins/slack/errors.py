"""The answers of the Web API that say no: https://docs.slack.dev/apis/web-api/#evaluating"""

from __future__ import annotations


class ApiError(Exception):
    """An answer with `ok: false`: the error's name, and what Slack says besides."""

    def __init__(self, error: str, **more: str) -> None:
        super().__init__(error)
        self.more = more


class ViewError(ApiError):
    """Slack does not take a view."""
