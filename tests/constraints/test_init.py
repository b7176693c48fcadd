"""`crab.constraints` gives every built-in kind and family by name."""

from __future__ import annotations

import subprocess
import sys

import pytest

import crab
from crab import constraints
from crab.constraints import Constraint, Rule

KINDS = {name: kind for name, kind in crab.kinds().items() if kind.__module__.startswith("crab.")}
FAMILIES = {
    "length": constraints.Length,
    "format": constraints.Format,
    "keywords": constraints.Lexical,
    "punctuation": constraints.Punctuation,
    "language": constraints.Language,
    "style": constraints.Style,
    "content": constraints.Content,
}


@pytest.mark.parametrize("kind", KINDS.values(), ids=list(KINDS))
def test_every_kind_is_there_by_name(kind: type[Constraint]) -> None:
    """The class of each built-in kind is public, and belongs to the class of its family."""
    assert kind.__name__ in constraints.__all__
    assert getattr(constraints, kind.__name__) is kind
    assert issubclass(kind, FAMILIES[kind.family])


def test_names_are_sorted_and_nothing_else_is_public() -> None:
    """The public names are the kinds, the families and what kinds are made of, in order."""
    made_of = {"Bounded", "Constraint", "Example", "Judged", "Measure", "Rule", "Verdict"}
    families = {family.__name__ for family in FAMILIES.values()}
    kinds = {kind.__name__ for kind in KINDS.values()}
    assert constraints.__all__ == sorted(made_of | families | kinds)


def test_each_family_names_itself() -> None:
    """The class of a family bears its name and a hint, and is no kind itself."""
    assert {kind.family for kind in KINDS.values()} == set(FAMILIES)
    for name, family in FAMILIES.items():
        assert vars(family)["family"] == name
        assert vars(family)["hint"]
        assert not issubclass(family, Rule)


def test_importing_crab_imports_no_kind() -> None:
    """``import crab`` is light: the kinds are imported when the first one is asked for."""
    code = "import sys, crab; sys.exit('crab.constraints' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
