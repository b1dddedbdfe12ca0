"""Secrets at rest: sealed, bound to their owner, and of no use to whoever reads Redis (security.md 15)."""

from __future__ import annotations

import pytest
from cryptography.fernet import Fernet
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from slack_app.adapters.secrets.vault import Vault
from slack_app.errors import UserError

KEY, NEWER = Fernet.generate_key().decode(), Fernet.generate_key().decode()
VAULT = Vault([KEY])
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=200)


@given(secret=TEXT, owner=TEXT)
def test_a_secret_comes_back_to_its_owner_and_is_not_to_be_seen_before(secret: str, owner: str) -> None:
    """security.md 15"""
    sealed = VAULT.seal(secret, owner)

    assert VAULT.open(sealed, owner) == secret
    assert len(secret) < 5 or secret not in sealed


@given(owner=TEXT, other=TEXT)
def test_a_sealed_secret_does_not_open_for_another_owner(owner: str, other: str) -> None:
    """security.md 15"""
    sealed = VAULT.seal("xoxb-1", owner)

    assert VAULT.open(sealed, other) == ("xoxb-1" if other == owner else None)


@given(garbage=st.text(max_size=300))
def test_garbage_is_not_opened_and_no_crash(garbage: str) -> None:
    """security.md 16"""
    assert VAULT.open(garbage, "T1") is None
    assert VAULT.rotate(garbage) == garbage


@pytest.mark.parametrize("content", [b"[]", b'["T1"]', b'["T1", 3]', b"null", b"not json", b'{"T1": "x"}', b"\xff"])
def test_what_is_sealed_but_is_no_pair_is_not_opened(content: bytes) -> None:
    """security.md 16"""
    assert VAULT.open(Fernet(KEY).encrypt(content).decode(), "T1") is None


def test_the_same_secret_never_looks_the_same() -> None:
    assert VAULT.seal("xoxb-1", "T1") != VAULT.seal("xoxb-1", "T1")


def test_without_a_key_nothing_is_sealed_and_nothing_opened() -> None:
    """security.md 22"""
    keyless = Vault([])

    assert (keyless.can_seal, VAULT.can_seal) == (False, True)
    with pytest.raises(UserError, match="secrets_unsealable"):
        keyless.seal("xoxb-1", "T1")
    assert keyless.open(VAULT.seal("xoxb-1", "T1"), "T1") is None


def test_after_a_rotation_the_newest_key_alone_opens_what_was_sealed_before() -> None:
    sealed = VAULT.seal("xoxb-1", "T1")

    resealed = Vault([NEWER, KEY]).rotate(sealed)

    assert Vault([NEWER]).open(resealed, "T1") == "xoxb-1"
    assert VAULT.open(resealed, "T1") is None


def test_a_second_rotation_changes_nothing() -> None:
    both = Vault([NEWER, KEY])
    resealed = both.rotate(VAULT.seal("xoxb-1", "T1"))

    assert both.rotate(resealed) == resealed


def test_what_cannot_be_opened_is_said_once_and_without_its_content() -> None:
    """security.md 17"""
    sealed = VAULT.seal("xoxb-canary", "T1")

    with capture_logs() as lines:
        VAULT.open(sealed, "T2")

    assert lines == [{"event": "vault.unreadable", "reason": "it is not the owner's", "log_level": "error"}]


def test_a_vault_can_be_shown() -> None:
    """security.md 17"""
    assert repr(Vault([KEY, NEWER])) == "Vault()"
