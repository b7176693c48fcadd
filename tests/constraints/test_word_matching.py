"""Words of a list in a text."""

from __future__ import annotations

import pytest

from crab.constraints.word_lists import PRONOUNS
from crab.constraints.word_matching import holds_any, may_hold, occurrences
from crab.text import Text


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The Wall is ours, not Mine.", ["ours", "Mine"]),
        ("Nobody told us, nor Us, nor the US.", ["us", "Us"]),
        ("It was our-own-fault, said we’ll and I'm.", ["our", "we", "I"]),
        ("The file my_file, i.e. that one there.", []),
        ("The rain was over by noon.", []),
    ],
)
def test_words_are_found_whole_and_in_compounds(text, found):
    """A word of the list counts alone and beside a hyphen or apostrophe, not beside a low line."""
    prepared = Text(text)
    spans = occurrences(prepared, PRONOUNS["en"]["first"])
    assert [text[start:end] for start, end in spans] == found


def test_doubtful_words_may_count():
    """Words in doubt are no occurrences, and yet may count."""
    text = Text("The captain of the ship said: let me see what the US has for im.")
    assert may_hold(text, PRONOUNS["en"]["first"])
    assert holds_any(text, frozenset({"im"}))
    assert not holds_any(text, frozenset({"i", "m"}))
    assert not may_hold(text, PRONOUNS["en"]["second"])
