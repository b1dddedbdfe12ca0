"""Seals secrets before they are kept, and opens them: MultiFernet, each text bound to the one whose secret it is.

What is encrypted is the pair of owner and secret, so a sealed text that somebody moved to another workspace's key does
not open there. The newest key seals, all of them open: https://cryptography.io/en/latest/fernet/#cryptography.fernet.MultiFernet
"""

from __future__ import annotations

import json
from collections.abc import Sequence

import structlog
from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from slack_app.errors import UserError
from slack_app.model.stored import read_json

log = structlog.get_logger("slack_app.vault")


class Vault:
    """The keys, newest first; without any it opens nothing, and refuses to seal."""

    def __init__(self, keys: Sequence[str]) -> None:
        self._newest = Fernet(keys[0]) if keys else None
        self._all = MultiFernet([Fernet(key) for key in keys]) if keys else None

    def __repr__(self) -> str:
        return "Vault()"  # nothing of the keys, not even how many

    @property
    def can_seal(self) -> bool:
        """Return whether there is a key."""
        return self._newest is not None

    def seal(self, secret: str, owner: str) -> str:
        """Seal the owner's secret. Raises UserError without a key: then nothing may be kept."""
        if self._newest is None:
            raise UserError("secrets_unsealable")
        return self._newest.encrypt(json.dumps([owner, secret]).encode()).decode()

    def open(self, sealed: str, owner: str) -> str | None:
        """Return the secret; None, and a line in the log, when it cannot be read or is not this owner's."""
        plain = self._read(sealed)
        if plain is not None:
            try:
                sealed_for, secret = read_json(plain.decode())
            except (ValueError, TypeError):
                sealed_for, secret = None, None
            if sealed_for == owner and isinstance(secret, str):
                return secret
        log.error("vault.unreadable", reason="no key opens it" if plain is None else "it is not the owner's")
        return None

    def rotate(self, sealed: str) -> str:
        """Return the text sealed with the newest key; the same where it was already, or where no key opens it."""
        if self._newest is None or self._all is None or self._is_sealed_with(self._newest, sealed):
            return sealed
        try:
            return self._all.rotate(sealed.encode()).decode()
        except (InvalidToken, ValueError):
            log.error("vault.unreadable", reason="no key opens it")
            return sealed

    def _read(self, sealed: str) -> bytes | None:
        if self._all is None:
            return None
        try:
            return self._all.decrypt(sealed.encode())
        except (InvalidToken, ValueError):  # a lone surrogate cannot even be encoded
            return None

    @staticmethod
    def _is_sealed_with(key: Fernet, sealed: str) -> bool:
        try:
            key.decrypt(sealed.encode())
        except (InvalidToken, ValueError):
            return False
        return True
