"""The only reader of the environment: settings with their defaults, checked all at once.

The table for operators stands in README.md, "Settings"; names and defaults are part of the contract.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from ipaddress import ip_address
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from slack_app.errors import ConfigError

NEEDED_BY: Mapping[str, Sequence[str]] = {
    "web": ["SLACK_SIGNING_SECRET"],
    "worker": [],
    "socket": ["SLACK_APP_TOKEN"],
}
MANY_WORKSPACES = ("SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET", "ENCRYPTION_KEYS")
"""Needed together as soon as workspaces install the app themselves: their tokens are kept, and only encrypted."""
ENCRYPTION_KEY = re.compile(r"[A-Za-z0-9_+/-]{43}=")
"""32 bytes in base64: https://cryptography.io/en/latest/fernet/"""
EXAMPLE = re.compile(r"your[-_ ]|change[-_ ]?me|^\.\.\.$|<.*>", re.IGNORECASE)
GOV_SLACK = "slack-gov.com"
WORKSPACE_ID = re.compile(r"[TE][A-Z0-9]+")


def slack_host_of(api_url: str) -> str:
    """Return the host of the Slack that the API belongs to: GovSlack has its own, whatever stands before it has not.

    https://github.com/opsdroid/opsdroid/issues/2013
    """
    return GOV_SLACK if urlsplit(api_url).hostname == GOV_SLACK else "slack.com"


def is_loopback(host: str | None) -> bool:
    """Return whether a URL's host never leaves this machine."""
    if host is None:
        return False
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class Settings(BaseSettings):
    """Every setting of the app, named as in the environment but in lower case."""

    model_config = SettingsConfigDict(extra="ignore", env_ignore_empty=True, hide_input_in_errors=True)

    slack_signing_secret: SecretStr | None = None
    slack_bot_token: SecretStr | None = None
    slack_client_id: str | None = None
    slack_client_secret: SecretStr | None = None
    slack_app_token: SecretStr | None = None
    slack_api_url: str = "https://slack.com/api/"
    slack_command: str = "/connect"
    freddy_api_key: SecretStr | None = None
    freddy_api_url: str = "https://api.aitronos.com"
    workspace_organizations: Annotated[dict[str, str], NoDecode] = Field(default_factory=dict)
    encryption_keys: Annotated[tuple[SecretStr, ...], NoDecode] = ()
    redis_url: SecretStr = SecretStr("redis://localhost:6379/0")
    redis_max_connections: int = Field(8, ge=4, le=1024)
    authorization_hosts: Annotated[frozenset[str], NoDecode] = frozenset()
    state_ttl_seconds: int = Field(600, ge=1, le=600)
    worker_threads: int = Field(16, ge=1, le=256)
    web_concurrency: int = Field(1, ge=1, le=64)
    audit_days: int = Field(400, ge=1, le=3650)
    public_url: str | None = None
    port: int = Field(3000, ge=0, le=65535)
    metrics_port: int | None = Field(None, ge=1, le=65535)
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    log_format: Literal["json", "text"] | None = None
    otel_exporter_otlp_endpoint: str | None = None
    sentry_dsn: SecretStr | None = None

    @field_validator(
        "slack_signing_secret", "slack_bot_token", "slack_client_secret", "slack_app_token", "freddy_api_key"
    )
    @classmethod
    def _is_no_example(cls, secret: SecretStr | None) -> SecretStr | None:
        if secret is not None and EXAMPLE.search(secret.get_secret_value()):
            raise ValueError("is still the example; put the real secret there")
        if secret is not None and not re.fullmatch(r"[\x21-\x7e]+", secret.get_secret_value()):
            raise ValueError("holds a character that no secret has (a space or a line break copied along?)")
        return secret

    @field_validator("slack_client_id")
    @classmethod
    def _is_a_client_id(cls, client_id: str | None) -> str | None:
        if client_id is not None and not re.fullmatch(r"[0-9A-Za-z.]+", client_id):
            raise ValueError("must be the Client ID of the app's page, such as 1234567890.1234567890")
        return client_id

    @field_validator("encryption_keys", mode="before")
    @classmethod
    def _keys(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        keys = tuple(filter(None, (key.strip() for key in value.split(","))))
        if not keys or any(not ENCRYPTION_KEY.fullmatch(key) for key in keys):
            raise ValueError("must be keys of 32 bytes in base64, separated by commas, newest first")
        return keys

    @field_validator("slack_api_url", "freddy_api_url", "public_url", "otel_exporter_otlp_endpoint")
    @classmethod
    def _is_safe_address(cls, url: str | None) -> str | None:
        if url is None:
            return None
        parts = urlsplit(url)
        if parts.scheme not in ("https", "http") or not parts.hostname:
            raise ValueError("must be an address that begins with https://")
        if parts.scheme == "http" and not is_loopback(parts.hostname):
            raise ValueError("must begin with https:// (plain http only to this machine): secrets go there")
        return url

    @field_validator("slack_api_url")
    @classmethod
    def _ends_in_a_slash(cls, url: str) -> str:
        return url.rstrip("/") + "/"  # slack_sdk appends the method's name as it is

    @field_validator("slack_command")
    @classmethod
    def _is_a_command(cls, command: str) -> str:
        if not re.fullmatch(r"/[a-z0-9_-]{1,31}", command):
            raise ValueError("must be a slash and up to 31 lower-case letters, digits, hyphens or underscores")
        return command

    @field_validator("workspace_organizations", mode="before")
    @classmethod
    def _pairs(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        pairs: dict[str, str] = {}
        for pair in filter(None, (part.strip() for part in value.split(","))):
            workspace_id, _, organization_id = (word.strip() for word in pair.partition("="))
            if not WORKSPACE_ID.fullmatch(workspace_id) or not organization_id:
                raise ValueError("must look like T0123=org_a,E0456=org_b")
            if pairs.setdefault(workspace_id, organization_id) != organization_id:
                raise ValueError(f"names {workspace_id} twice")
        return pairs

    @field_validator("authorization_hosts", mode="before")
    @classmethod
    def _hosts(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        hosts = frozenset(filter(None, (host.strip().lower() for host in value.split(","))))
        if any(not re.fullmatch(r"[a-z0-9.:\[\]-]+", host) for host in hosts):
            raise ValueError("must be host names separated by commas, without https:// and paths")
        return hosts


def load(needed_by: Sequence[str] = ()) -> Settings:
    """Read the environment for the named processes (`web`, `worker`, `socket`).

    Raises ConfigError with every missing or wrong setting at once.
    """
    problems: list[str] = []
    settings: Settings | None = None
    try:
        settings = Settings()
    except ValidationError as exc:
        for error in exc.errors(include_input=False, include_url=False):
            name = str(error["loc"][0]).upper() if error["loc"] else "settings"
            problems.append(f"{name} {error['msg'].removeprefix('Value error, ')}")
    wrong = {problem.split()[0] for problem in problems}
    if settings and settings.metrics_port == settings.port and "web" in needed_by:
        problems.append("METRICS_PORT must not be PORT: it is for what the internet does not reach")
    problems += [problem for problem in _missing(needed_by) if problem.split()[0] not in wrong]
    if problems or settings is None:
        raise ConfigError(problems)
    return settings


def _missing(processes: Sequence[str]) -> list[str]:
    """Return what these processes cannot do without, one line each."""

    def is_set(name: str) -> bool:
        return bool(os.environ.get(name))

    missing = [f"{name} is missing" for process in processes for name in NEEDED_BY[process] if not is_set(name)]
    if "worker" in processes and not is_set("SLACK_BOT_TOKEN") and not is_set("SLACK_CLIENT_ID"):
        missing.append("SLACK_BOT_TOKEN is missing (or SLACK_CLIENT_ID, where workspaces install the app themselves)")
    if is_set("SLACK_CLIENT_ID") and ("web" in processes or "worker" in processes):
        missing += [f"{name} is missing (it goes with SLACK_CLIENT_ID)" for name in MANY_WORKSPACES if not is_set(name)]
    if "worker" in processes and not is_set("FREDDY_API_KEY") and not is_set("ENCRYPTION_KEYS"):
        missing.append("FREDDY_API_KEY is missing (or ENCRYPTION_KEYS, where workspaces bring keys of their own)")
    return missing
