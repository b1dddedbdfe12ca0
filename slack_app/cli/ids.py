"""The ids that commands take, and what is said of a word that can be none."""

from __future__ import annotations

import re

import click

from slack_app.config import WORKSPACE_ID

_USER_ID = re.compile(r"[UW][A-Z0-9]{1,20}", re.ASCII)


def check_user_id(_context: click.Context, parameter: click.Parameter, value: str) -> str:
    """Return a person's id, or nothing where an option names none."""
    if (value or parameter.required) and not _USER_ID.fullmatch(value):
        raise click.BadParameter("must be a person's id such as U0123")
    return value


def check_workspace_id(_context: click.Context, parameter: click.Parameter, value: str) -> str:
    """Return the id of a workspace or a Grid, or nothing where an option names none."""
    if (value or parameter.required) and not WORKSPACE_ID.fullmatch(value):
        raise click.BadParameter("must be an id such as T0123 or E0456")
    return value
