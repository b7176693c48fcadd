"""Contractions."""

from __future__ import annotations

from random import Random

import pytest

from crab.constraints import NoContractions

PLAIN = (
    "The boats came back before the rain and nobody on the quay said a word about the storm. "
    "Later that evening the harbour fell quiet, and the gulls slept on the warm roofs. "
)


@pytest.mark.parametrize(
    ("text", "met"),
    [
        ("It is John's dog's coat in o'clock time.", True),
        ("They cannot, will not and ought not.", True),
        ("It's", False),
        ("they’d", False),
        ("shouldnʼt", False),
        ("'Tis late", False),
        ("y'all", False),
        ("'em' is a unit", True),
        ("WE'RE", False),
        ("", True),
    ],
)
def test_cases(text, met):
    """The definition on its edges."""
    assert NoContractions().check(text).met is met


@pytest.mark.parametrize(
    "doubt",
    ["John's", "the '90s", "goin'", "dont", "gonna", "don&#39;t", "don`t", "it’s", "'tis", "isn´t"],
)
def test_contractions_are_silent_in_doubt(doubt):
    """An apostrophe that touches a letter, or a form without one, silences the proposal."""
    assert list(NoContractions.propose(f"{PLAIN} {PLAIN}", Random(0)))
    assert not list(NoContractions.propose(f"{PLAIN} {doubt} {PLAIN}", Random(0)))
