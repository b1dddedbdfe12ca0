"""Whatever a feature can tell is rendered by a view; what is forgotten fails here, not a person."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

import pytest

from slack_app import handlers  # noqa: F401  (its features define the facts)
from slack_app.features import install  # noqa: F401
from slack_app.model.facts import HomeFact, MessageFact, ModalFact, PageFact
from slack_app.views import render_home, render_message, render_modal, render_page

SURFACES: dict[type, Any] = {
    MessageFact: render_message,
    ModalFact: render_modal,
    HomeFact: render_home,
    PageFact: render_page,
}


def facts(surface: type[object]) -> Iterator[type[object]]:
    """Yield every fact of the product for the surface."""
    fact: type[object]
    for fact in surface.__subclasses__():
        is_of_the_product = fact.__module__.startswith("slack_app") and fact.__module__ != "slack_app.model.facts"
        # A dataclass with slots is made anew; the class it was made of lingers among the subclasses.
        if is_of_the_product and getattr(sys.modules[fact.__module__], fact.__name__) is fact:
            yield fact
        yield from facts(fact)


@pytest.mark.parametrize(("surface", "fact"), [(surface, fact) for surface in SURFACES for fact in facts(surface)])
def test_a_view_renders_each_fact_on_each_surface_that_it_is_for(surface: type, fact: type) -> None:
    render = SURFACES[surface]

    assert render.dispatch(fact) is not render.dispatch(object)


def test_there_are_facts_for_every_surface() -> None:
    assert all(list(facts(surface)) for surface in SURFACES)


def test_a_fact_that_no_view_knows_is_a_defect() -> None:
    class Forgotten(MessageFact):
        pass

    with pytest.raises(NotImplementedError, match="Forgotten"):
        render_message(Forgotten(), "/connect")
