"""What of the details that somebody types is passed on, and how the others are refused (security.md 9)."""

from __future__ import annotations

from typing import Any

import pytest

from slack_app.errors import UserError
from slack_app.listeners.parameters import typed_parameters
from slack_app.listeners.text import parse


def parameters(typed: str) -> Any:
    return typed_parameters(parse(typed), "acme")


@pytest.mark.parametrize(
    ("typed", "passed_on"),
    [
        ("acme a=x b:=3", {"a": "x", "b": 3}),
        ("acme site.id=x site.zone.name=y", {"site": {"id": "x", "zone": {"name": "y"}}}),
        ("""acme site:='{"id": 1}' site.name=x""", {"site": {"id": 1, "name": "x"}}),
        ("""acme site.name=x site:='{"id": 1}'""", {"site": {"name": "x", "id": 1}}),
        ("acme a= b=\"\" c='   ' d:=null e=f", {"e": "f"}),
        ("acme a:=0 b:=false c:=[]", {"a": 0, "b": False, "c": []}),
        ("acme site.state=Bern", {"site": {"state": "Bern"}}),
    ],
)
def test_parameters_are_an_object_of_json_values_and_a_blank_is_none(typed: str, passed_on: object) -> None:
    assert parameters(typed) == passed_on


@pytest.mark.parametrize(
    ("typed", "problem", "named"),
    [
        ("acme organization_id=x", "reserved", "organization_id"),
        ("acme state.a=x", "reserved", "state.a"),
        ("acme a=" + "x" * 1001, "too_long", "a"),
        ("acme " + "k" * 65 + "=x", "too_long", "k" * 65),
        ("acme a:=" + "[" * 12 + "]" * 12, "too_long", "a"),
        ("acme " + " ".join(f"a{n}=x" for n in range(21)), "too_many", "a20"),
        ("acme a:=abc", "unreadable", "a"),
        ("acme a=x a.b=y", "clash", "a.b"),
        ("acme a.b=y a=x", "clash", "a"),
        ("acme token=ghp_16C7e42F292c6912E7", "secret", "token"),
        ("acme password=hunter2", "secret", "password"),
        ("acme note=ghp_16C7e42F292c6912E7", "secret", "note"),
        ("""acme auth:='{"apiKey": "x"}'""", "secret", "auth"),
        ("""acme notes:='["see xoxb-123-456-abcDEF"]'""", "secret", "notes"),
        ("acme note=sk-a1b2c3d4e5f6a7b8c9d0", "secret", "note"),
        ("acme password:=12345678", "secret", "password"),
        ('acme pins:={"secret":[1234]}', "secret", "pins"),
        ('acme note:={"ghp_16C7e42F292c6912E7":1}', "secret", "note"),
    ],
)
def test_a_refusal_names_the_detail_and_what_is_wrong_with_it(typed: str, problem: str, named: str) -> None:
    with pytest.raises(UserError) as refused:
        parameters(typed)

    facts = refused.value.facts
    assert (facts["problem"], facts["parameter"], facts["connector_type"]) == (problem, named, "acme")


@pytest.mark.parametrize(
    "value",
    [
        "Team Marketing",
        "sk-marketing-team",
        "pk-projects-2024",
        "Projekt-2024-0815-Nord",
        "contoso.sharepoint.com",
        "550e8400-e29b-41d4-a716-446655440000",
        "1f2e3d4c5b6a79880123456789abcdef",
        "SK_Vertrieb_Schweiz",
        "key accounts",
    ],
)
def test_names_of_sites_and_ids_are_no_secrets(value: str) -> None:
    assert parameters(f'acme site_name="{value}" tenant_key="{value}"') == {"site_name": value, "tenant_key": value}
