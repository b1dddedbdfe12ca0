"""`slack-app settings`: what is in force, and where it comes from."""

from __future__ import annotations

import json
from collections.abc import Mapping, Set

import click
from pydantic import SecretStr

from slack_app.cli.opening import loaded_for
from slack_app.config import NAMES
from slack_app.config.redis_url import masked
from slack_app.config.secrets import token_kind

WIDTH = max(map(len, NAMES))


@click.command()
@click.option("--json", "as_json", is_flag=True, help="As JSON: by name, `value` and `from`.")
def settings(as_json: bool) -> None:
    """Print what is in force, and where it comes from; secrets are masked."""
    loaded = loaded_for()
    rows = {
        name: (_shown(getattr(loaded.settings, name.lower())), loaded.origins.get(name, "default")) for name in NAMES
    }
    if as_json:
        click.echo(json.dumps({name: {"value": value, "from": origin} for name, (value, origin) in rows.items()}))
        return
    for name, (value, origin) in rows.items():
        click.echo(f"{name:<{WIDTH}}  {value or 'not set'}  ({origin})")


def _shown(value: object) -> str | None:
    """Return a value as it is set in the environment, None where there is none; of a secret, only its kind."""
    if isinstance(value, SecretStr):
        secret = value.get_secret_value()
        kind = token_kind(secret)
        return masked(secret) if "://" in secret else f"{kind}…" if kind else "set"
    if isinstance(value, Mapping):
        return ",".join(f"{key}={of_key}" for key, of_key in value.items()) or None
    if isinstance(value, tuple | Set):
        secrets = [part for part in value if isinstance(part, SecretStr)]
        return f"set ({len(secrets)})" if secrets else ",".join(sorted(map(str, value))) or None
    return None if value is None else str(value)
