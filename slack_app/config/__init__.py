"""The only reader of the environment: settings with their defaults, checked all at once.

The table for operators stands in README.md, "Settings"; names and defaults are part of the contract. A secret is a
field of the type SecretStr: it may stand in a file, and is never shown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, ValidationError

from slack_app.config import checks, network, secrets, sources
from slack_app.config.checks import GOV_SLACK, ORGANIZATION_ID, WORKSPACE_ID, is_loopback, slack_host_of
from slack_app.config.near import near
from slack_app.config.redis_url import checked as checked_redis_url
from slack_app.errors import ConfigError

__all__ = [
    "GOV_SLACK",
    "NAMES",
    "ORGANIZATION_ID",
    "SECRETS",
    "WORKSPACE_ID",
    "Loaded",
    "Settings",
    "is_loopback",
    "load",
    "names_set",
    "read",
    "slack_host_of",
]

NEEDED_BY: Mapping[str, Sequence[str]] = {
    "web": ["SLACK_SIGNING_SECRET"],
    "worker": [],
    "socket": ["SLACK_APP_TOKEN"],
}
MANY_WORKSPACES = ("SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET", "ENCRYPTION_KEYS")
"""Needed together as soon as workspaces install the app themselves: their tokens are kept, and only encrypted."""
OF_MANY_PROGRAMS = frozenset({"HOST", "PORT", "LOG_LEVEL", "LOG_FORMAT", "PUBLIC_URL", "REDIS_URL", "WEB_CONCURRENCY"})
"""What is nearly called so may be another program's: it is pointed out, and stops nothing."""


def _parsed(parse: Callable[[str], Any]) -> BeforeValidator:
    """Return the reader of a setting that is a list; what is one already is taken as it is."""
    return BeforeValidator(lambda value: parse(value) if isinstance(value, str) else value)


class Settings(BaseModel):
    """Every setting of the app, named as in the environment but in lower case."""

    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)

    slack_signing_secret: Annotated[SecretStr, secrets.of_secret(secrets.signing_secret)] | None = None
    slack_bot_token: Annotated[SecretStr, secrets.of_secret(secrets.bot_token)] | None = None
    slack_client_id: Annotated[str, AfterValidator(checks.client_id)] | None = None
    slack_client_secret: Annotated[SecretStr, secrets.of_secret(secrets.client_secret)] | None = None
    slack_app_token: Annotated[SecretStr, secrets.of_secret(secrets.app_token)] | None = None
    slack_api_url: Annotated[str, AfterValidator(checks.slack_api_url)] = "https://slack.com/api/"
    slack_command: Annotated[str, AfterValidator(checks.command)] = "/connect"
    freddy_api_key: Annotated[SecretStr, secrets.of_secret(secrets.api_key)] | None = None
    freddy_api_url: Annotated[str, AfterValidator(checks.address_without_path)] = "https://api.aitronos.com"
    workspace_organizations: Annotated[dict[str, str], _parsed(checks.workspace_organizations)] = Field(
        default_factory=dict
    )
    encryption_keys: Annotated[tuple[SecretStr, ...], _parsed(secrets.encryption_keys)] = ()
    redis_url: Annotated[SecretStr, AfterValidator(checked_redis_url)] = SecretStr("redis://localhost:6379/0")
    redis_max_connections: int = Field(8, ge=4, le=1024)
    authorization_hosts: Annotated[frozenset[str], _parsed(checks.authorization_hosts)] = frozenset()
    state_ttl_seconds: int = Field(600, ge=1, le=600)
    worker_threads: int = Field(16, ge=1, le=256)
    web_concurrency: int = Field(1, ge=1, le=64)
    audit_days: int = Field(400, ge=1, le=3650)
    public_url: Annotated[str, AfterValidator(checks.address_without_path)] | None = None
    host: Annotated[str, AfterValidator(checks.host)] | None = None
    port: int = Field(3000, ge=0, le=65535)
    metrics_port: int | None = Field(None, ge=1, le=65535)
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    log_format: Literal["json", "text"] | None = None
    otel_exporter_otlp_endpoint: Annotated[str, AfterValidator(checks.collector)] | None = None
    sentry_dsn: Annotated[SecretStr, AfterValidator(checks.sentry_dsn)] | None = None
    https_proxy: Annotated[SecretStr, AfterValidator(network.proxy)] | None = None
    no_proxy: Annotated[tuple[str, ...], _parsed(network.no_proxy)] = ()
    ssl_cert_file: Annotated[Path, AfterValidator(network.certificates)] | None = None
    requests_ca_bundle: Annotated[Path, AfterValidator(network.certificates)] | None = None


def _is_secret(annotation: Any) -> bool:
    return annotation is SecretStr or any(map(_is_secret, get_args(annotation)))


NAMES = [field.upper() for field in Settings.model_fields]
SECRETS = [name.upper() for name, field in Settings.model_fields.items() if _is_secret(field.annotation)]
"""What may stand in the file that NAME_FILE names."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """The settings in force, where each that is set was found, and what looks odd and stops nothing."""

    settings: Settings
    origins: Mapping[str, str]
    warnings: Sequence[str]


def load(needed_by: Sequence[str] = ()) -> Settings:
    """Return the settings for the named processes (`web`, `worker`, `socket`); raises as `read` does."""
    return read(needed_by).settings


def names_set() -> set[str]:
    """Return which settings are set, whatever they hold."""
    found = sources.read(NAMES, SECRETS)
    return {*found.values, *found.unreadable}


def read(needed_by: Sequence[str] = ()) -> Loaded:
    """Read the settings for the named processes, and where they come from.

    Raises ConfigError with every missing or wrong setting at once.
    """
    found = sources.read(NAMES, SECRETS)
    problems = [*found.problems, *_misplaced(found.values)]
    settings: Settings | None = None
    try:
        settings = Settings.model_validate({name.lower(): value for name, value in found.values.items()})
    except ValidationError as exc:
        stated = {problem.split()[0] for problem in problems}
        for error in exc.errors(include_input=False, include_url=False):
            field = str(error["loc"][0])
            if field.upper() not in stated:
                problems.append(f"{field.upper()} {checks.in_words(error, Settings.model_fields[field])}")
    if settings and settings.metrics_port == settings.port and "web" in needed_by:
        problems.append("METRICS_PORT must not be PORT: it is for what the internet does not reach")
    wrong = {problem.split()[0] for problem in problems}
    is_set = {*found.values, *found.unreadable}
    problems += [problem for problem in _missing(needed_by, is_set) if problem.split()[0] not in wrong]
    warnings: list[str] = []
    for name, meant in near(found.names, NAMES, SECRETS).items():
        setting = meant.removesuffix("_FILE")
        is_certain = setting not in is_set and setting not in OF_MANY_PROGRAMS
        (problems if is_certain else warnings).append(f"{ascii(name)[1:-1]} is not a setting; did you mean {meant}?")
    if problems or settings is None:
        raise ConfigError(problems)
    return Loaded(settings, found.origins, warnings)


def _misplaced(values: Mapping[str, str]) -> list[str]:
    """Return what stands around a value, or is in the place of another, one line each."""
    problems = []
    for name, value in values.items():
        if value[0] in "\"'" or value[-1] in "\"'":
            problems.append(f"{name} has quotes around it that belong to it here (docker --env-file); leave them out")
        elif value.startswith(f"{name}="):
            problems.append(f"{name} begins with its own name; leave that out")
    secret = values.get("SLACK_CLIENT_SECRET")
    if secret and secret == values.get("SLACK_SIGNING_SECRET"):
        problems.append("SLACK_CLIENT_SECRET is the same as SLACK_SIGNING_SECRET; Basic Information has both, apart")
    return problems


def _missing(processes: Sequence[str], is_set: set[str]) -> list[str]:
    """Return what these processes cannot do without, one line each."""
    missing = [f"{name} is missing" for process in processes for name in NEEDED_BY[process] if name not in is_set]
    if "worker" in processes and not {"SLACK_BOT_TOKEN", "SLACK_CLIENT_ID"} & is_set:
        missing.append("SLACK_BOT_TOKEN is missing (or SLACK_CLIENT_ID, where workspaces install the app themselves)")
    if "SLACK_CLIENT_ID" in is_set and ("web" in processes or "worker" in processes):
        missing += [
            f"{name} is missing (it goes with SLACK_CLIENT_ID)" for name in MANY_WORKSPACES if name not in is_set
        ]
    if "worker" in processes and not {"FREDDY_API_KEY", "ENCRYPTION_KEYS"} & is_set:
        missing.append("FREDDY_API_KEY is missing (or ENCRYPTION_KEYS, where workspaces bring keys of their own)")
    return missing
