"""How workspaces are set up, and what that lets the platform be asked with."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from enum import StrEnum


class KeyMode(StrEnum):
    """Whose key people are connected with: the operator's, one of the organization for all, or each person's own."""

    OPERATOR = "operator"
    SHARED = "shared"
    PER_USER = "own"


@dataclass(frozen=True, slots=True)
class Setup:
    """How a workspace (or an Enterprise Grid) is set up; `workspace_id` is the id that it was set up under.

    `allowed_connectors` are the keys of the tools that people may connect, none for all; `admin_contacts` the ids of
    those who are asked for help, none for the workspace's admins; `configured_by` who chose the organization, empty for
    the operator; `enterprise_id` the Grid that the workspace is part of. `version` grows with each change; it is 0
    where only the environment names the workspace. `is_inherited` where the organization is by a mapping of the
    operator that stands elsewhere, in the environment or for the whole Grid.
    """

    workspace_id: str
    organization_id: str
    key_mode: KeyMode = KeyMode.OPERATOR
    guests_allowed: bool = True
    allowed_connectors: tuple[str, ...] = ()
    admin_contacts: tuple[str, ...] = ()
    configured_by: str = ""
    enterprise_id: str = ""
    version: int = 0
    is_inherited: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class Credentials:
    """What the platform is asked with: for which organization, and with whose key.

    `asked_by` is the id of the person who is answered with it, empty where nobody waits.
    """

    organization_id: str
    api_key: str = field(repr=False)
    key_mode: KeyMode = KeyMode.OPERATOR
    asked_by: str = field(default="", compare=False)

    @property
    def fingerprint(self) -> str:
        """Tell them from all others; nothing of the key can be learnt from it.

        The operator may change their key, one process after the other: it stays the same credentials.
        """
        key = "" if self.key_mode is KeyMode.OPERATOR else self.api_key
        return hashlib.sha256("\0".join([self.organization_id, self.key_mode, key]).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Change:
    """One entry of the audit trail: who (a user id, or `operator`) did what in which workspace, at which time.

    `about` is what it was about, in the product's words; never a secret. A change that is noted again under the same
    `id` is the same.
    """

    at: float
    workspace_id: str
    who: str
    what: str
    about: str = ""
    id: str = ""
