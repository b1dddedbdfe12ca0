"""What people type, read: property tests, since any text may come."""

from __future__ import annotations

import json
import time
from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slack_app.listeners.text import CommandText, parse, quote


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


PLAIN = st.characters(categories=["L", "N"]).filter(lambda c: normalize("NFKC", c) == c and c not in "İı")


@given(st.lists(st.text(alphabet=PLAIN, min_size=1).filter(lambda word: normalize("NFKC", word) == word)))
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
        # reports.md A19b
        ("site_name=‚Team Marketing‘", "Team Marketing"),
        ("site_name=‹Team Marketing›", "Team Marketing"),
        ("site_name=「Team Marketing」", "Team Marketing"),
    ],
)
def test_quotes_of_every_keyboard_are_understood(typed: str, value: str) -> None:
    assert parse(f"sharepoint {typed}").pairs == {"site_name": value}


@pytest.mark.parametrize("typed", ["\u200b", "\u3000", "\u202e \ufeff", '"\u3164"'])
def test_a_word_of_which_there_is_nothing_to_see_is_none(typed: str) -> None:
    assert parse(typed).words == []
    assert parse(f"github {typed}").words == ["github"]


@pytest.mark.parametrize(
    "typed",
    [
        # reports.md A19: what chat clients put around it
        "<@U0BOT> connect github",
        "<@U0BOT><@U0ANN|ann> connect github",
        "connect github <@U0BOT>",
        "<@U0BOT|freddy>: github",
        "&gt; <@U0BOT> connect github",
        "*connect github*",
        "connect *github*",
        "_connect_ ~github~",
        "`/connect github`",
        "```\n/connect github\n```",
        "&gt; connect github",
        "&gt;&gt;&gt; connect github",
        "• connect github",
        "1. connect github",
        "- connect github",
        "github :rocket:",
        # reports.md A19b: what keyboards and copying make of it
        "git\u200bhub",
        "git\u2060hub",
        "\ufeffgithub",
        "github\u200f",
        "\u202agithub\u202c",
        "git\u200dhub",
        "ｇｉｔｈｕｂ",
        "“connect github”",
        "‚github‘",
        "‹github›",
        "「github」",
        # reports.md A19c: punctuation
        "github,",
        "github!",
        "github?",
        "github:",
        "github/",
        "github.",
        "(github)",
        "connect: github",
        "/connect connect github",
    ],
)
def test_what_stands_around_the_words_is_not_meant(typed: str) -> None:
    assert parse(typed) == CommandText(["github"], {})


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("connect <http://monday.com|monday.com>", ["monday.com"]),  # reports.md A15
        ("google–drive", ["google-drive"]),
        ("google\u2011drive", ["google-drive"]),
        ("—help", ["--help"]),
        ("–h", ["-h"]),
        ("--help", ["--help"]),
        ("İntercom", ["Intercom"]),
        ("ask <#C0123|general> or <!here>", ["ask", "general", "or"]),
        ("on <!date^1^{date}|Monday>", ["on", "Monday"]),
        ("../etc", ["../etc"]),
        ("&lt;b&gt; &amp;lt;", ["b", "lt"]),
        ("???", ["?"]),
        (":rocket:", []),
        ("!!!", []),
        ("connect", []),
    ],
)
def test_words_are_read_as_the_person_saw_them(typed: str, words: list[str]) -> None:
    """slack-truth.md 1.8, reports.md A19b"""
    assert parse(typed) == CommandText(words, {})


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        # slack-truth.md 1.8, reports.md A15: Slack's label is what was typed
        ("site_name=<http://contoso.sharepoint.com|contoso.sharepoint.com>", "contoso.sharepoint.com"),
        ('site_name="<http://contoso.sharepoint.com|contoso.sharepoint.com>"', "contoso.sharepoint.com"),
        ("site_name=<mailto:team@contoso.com|team@contoso.com>", "team@contoso.com"),
        ("site_name=<mailto:team@contoso.com>", "team@contoso.com"),
        ("site_name=<https://x.io/a?b=1&amp;c=2>", "https://x.io/a?b=1&c=2"),
        ("site_name=<https://x.io>", "https://x.io"),
        ("site_name=https://x.io/*_~", "https://x.io/*_~"),
        ("site_name=<@U0ANN>", "@U0ANN"),
        ("site_name=&lt;a&gt;", "<a>"),
        # reports.md A19c
        ('site_name = "Team Marketing"', "Team Marketing"),
        ("site_name = x", "x"),
        ("site_name= x", "x"),
        ("site_name: x", "x"),
        ('site_name: "Team Marketing"', "Team Marketing"),
        ("site_name: Team Marketing", "Team Marketing"),
        ("site_name = Team: Marketing\n", "Team: Marketing"),
        ("site_name：“Team”", "Team"),
        ("site_name＝x", "x"),
        ("ｓｉｔｅ＿ｎａｍｅ=x", "x"),
        ("site\u200b_name=\u200bx\u200b", "x"),
        ("site_name=`Team Marketing`", "Team Marketing"),
        # What a person really meant stays.
        ('site_name="R&amp;D – Team"', "R&D – Team"),
        ("site_name=R&amp;D–Team!", "R&D–Team!"),
        ('site_name="*_~`• &gt; ｘ\u200b:"', "*_~`• > ｘ\u200b:"),
        ("site_name=_x_", "_x_"),
    ],
)
def test_the_value_of_a_detail_is_what_was_typed(typed: str, value: str) -> None:
    assert parse(f"sharepoint {typed}") == CommandText(["sharepoint"], {"site_name": value})


def test_marks_around_everything_end_with_the_last_value() -> None:
    """reports.md A19"""
    assert parse("*sharepoint site_name=Team*").pairs == {"site_name": "Team"}
    assert parse("`/connect sharepoint site_name=Team`").pairs == {"site_name": "Team"}
    assert parse("*connect* sharepoint site_name=Team*").pairs == {"site_name": "Team*"}


def test_a_key_is_no_detail_of_a_sentence() -> None:
    """security.md 15: `connect` refuses what looks like a key among the words"""
    assert parse("my key: ak_0123456789abcdef ok").words == ["my", "key", "ak_0123456789abcdef", "ok"]


def test_details_stand_in_one_line_or_in_several() -> None:
    """reports.md A19c"""
    read = {"site_name": "Team Marketing", "folder": "Q 3"}

    assert parse("sharepoint site_name: Team Marketing folder = Q 3").pairs == read
    assert parse("sharepoint\n• site_name: Team Marketing\n• folder: Q 3").pairs == read
    assert parse("`sharepoint site_name: Team Marketing, folder: Q 3`").pairs == read


def test_an_empty_value_does_not_take_the_next_detail() -> None:
    assert parse("sharepoint site_name= folder=x").pairs == {"site_name": "", "folder": "x"}


@pytest.mark.parametrize("part", ["<a:", "*", "a=`", "a-", "“", "a: ", "\u200b", "<@U1>", "a *", "&gt;", "a = "])
def test_no_text_takes_long_to_read(part: str) -> None:
    began = time.perf_counter()

    parse(part * 10_000)

    assert time.perf_counter() - began < 2


@pytest.mark.parametrize(
    ("typed", "pairs"),
    [
        ("acme count:=3", {"count": 3}),
        ("acme count := -2.5", {"count": -2.5}),
        ("acme on:=true off:=false", {"on": True, "off": False}),
        ("""acme filter:='{"a": [1]}'""", {"filter": {"a": [1]}}),
        ("""acme filter:={"a": [1, "x y"]} b=c""", {"filter": {"a": [1, "x y"]}, "b": "c"}),
        ("acme filter:=‘{“a”: [1]}’", {"filter": {"a": [1]}}),
        ("acme filter:={“a”: [1, “x y”]} b=c", {"filter": {"a": [1, "x y"]}, "b": "c"}),
        ("""acme text:='"3"'""", {"text": "3"}),
        ('acme text:="3"', {"text": "3"}),
        ("acme site.id=x site.region:=2", {"site.id": "x", "site.region": 2}),
        ("acme count=3", {"count": "3"}),
    ],
)
def test_what_follows_a_colon_and_an_equals_sign_is_json(typed: str, pairs: dict[str, object]) -> None:
    read = parse(typed)

    assert (read.words, json.dumps(read.pairs), read.unreadable) == (["acme"], json.dumps(pairs), ())


@pytest.mark.parametrize("value", ["abc", "{", "'{\"a\": }'", "NaN", "1e999", "tru", "", '"\\ud800"', "[" * 3000])
def test_what_is_no_json_is_named(value: str) -> None:
    read = parse(f"acme count:={value} b=c")

    assert read.unreadable == ("count",)


def test_a_host_before_a_colon_is_no_key() -> None:
    assert parse("acme see monday.com: great").pairs == {}


@pytest.mark.parametrize("piece", ["x:=“", "x:=[", 'x:={"', "x:='[", "a.b:=‘", "x=“", "k: v "])
def test_no_text_keeps_the_listeners_busy(piece: str) -> None:
    """security.md 4, 27: Slack waits three seconds for the answer to everybody's command."""
    begun = time.process_time()

    parse(piece * (40_000 // len(piece)))

    assert time.process_time() - begun < 2.0
