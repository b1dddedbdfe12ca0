"""What people type, read: property tests, since any text may come."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slack_app.listeners.text import parse, quote


def escaped_by_slack(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


@given(st.text())
def test_any_text_can_be_read(text: str) -> None:
    typed = parse(text)

    assert all(isinstance(word, str) for word in typed.words)


@given(st.text())
def test_a_quoted_value_comes_back_as_it_was(value: str) -> None:
    typed = parse(escaped_by_slack(f"sharepoint site_name={quote(value)} folder={quote(value)}"))

    assert typed.words == ["sharepoint"]
    assert typed.pairs == {"site_name": value, "folder": value}


@given(st.lists(st.text(alphabet=st.characters(categories=["L", "N"]), min_size=1)))
def test_plain_words_stay_as_they_are(words: list[str]) -> None:
    assert parse("  ".join(words)).words == words


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ('site_name="Team Marketing"', "Team Marketing"),
        ("site_name=“Team Marketing”", "Team Marketing"),  # iOS, macOS
        ("site_name=„Team Marketing“", "Team Marketing"),  # German keyboards
        ("site_name=«Team Marketing»", "Team Marketing"),
        ("site_name='Team Marketing'", "Team Marketing"),
        ("site_name=‘Team Marketing’", "Team Marketing"),
        ("site_name=“Team Marketing", "Team Marketing"),  # never closed
        ("site_name=O'Brien", "O'Brien"),
        ("site_name=", ""),
        ('site_name="say \\"hi\\""', 'say "hi"'),
        ("site_name=R&amp;D", "R&D"),
        ("site_name=a=b", "a=b"),
    ],
)
def test_quotes_of_every_keyboard_are_understood(typed: str, value: str) -> None:
    assert parse(f"sharepoint {typed}").pairs == {"site_name": value}


@pytest.mark.parametrize("typed", ["\u200b", "\u3000", "\u202e \ufeff", '"\u3164"'])
def test_a_word_of_which_there_is_nothing_to_see_is_none(typed: str) -> None:
    assert parse(typed).words == []
    assert parse(f"github {typed}").words == ["github"]
