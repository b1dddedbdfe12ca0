"""The buttons that mean the same everywhere."""

from __future__ import annotations


def close() -> str:
    return "Close"


def cancel() -> str:
    return "Cancel"
