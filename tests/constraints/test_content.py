"""The content family: kinds that only a reader decides."""

from __future__ import annotations

import pytest

from crab.constraints import content
from crab.constraints.base import Constraint, Judged
from crab.constraints.content import Content

KINDS = [getattr(content, name) for name in content.__all__ if name != "Content"]


def test_the_kinds_of_the_design_are_there():
    """The family holds the six kinds that the design names."""
    assert {kind.model_fields["kind"].default for kind in KINDS} == {
        "semantic_element",
        "audience",
        "exclusion",
        "order_of_parts",
        "output_format",
        "circumstance",
    }


@pytest.mark.parametrize("kind", KINDS)
def test_a_reader_decides(kind):
    """Each kind is judged, belongs to the family, and says its own words."""
    assert issubclass(kind, Content)
    assert issubclass(kind, Judged)
    assert kind.family == "content"
    rule = kind(**kind.example.fields)
    assert rule.describe() == kind.example.fields["text"]
    assert rule.describe(language="fi") == rule.text


@pytest.mark.parametrize("kind", KINDS)
def test_round_trip(kind):
    """A judged constraint goes through JSON unchanged, read by its kind."""
    rule = kind(**kind.example.fields)
    assert Constraint._read(rule.model_dump()) == rule
    assert kind.model_validate_json(rule.model_dump_json()) == rule
    assert hash(kind(**kind.example.fields)) == hash(rule)


@pytest.mark.parametrize("kind", KINDS)
def test_hints_ask_for_one_demand(kind):
    """Each hint says what to look for and shows how to word it."""
    assert "worded as one" in kind.hint
    assert '"' in kind.hint
    assert kind.hint != kind.__mro__[1].hint
    assert kind.example.met != kind.example.unmet


@pytest.mark.parametrize("text", ["", "  \n"])
@pytest.mark.parametrize("kind", KINDS)
def test_empty_words_are_refused(kind, text):
    """A demand without words is no constraint."""
    with pytest.raises(ValueError, match="text"):
        kind(text=text)
