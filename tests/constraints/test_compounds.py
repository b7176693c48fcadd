"""Compounds and their parts."""

from __future__ import annotations

import pytest

from crab.constraints.compounds import compounds, first_part, part_spans, parts
from crab.text import Text


def test_compounds_are_joined_words():
    """Hyphens, low lines and apostrophes of every form join words; letters and digits do not."""
    text = Text("Rain2, well-known my_file it's it’s itʼs x² café")
    assert compounds(text) == {"well-known", "my_file", "it's", "it’s", "itʼs"}


def test_a_part_before_an_apostrophe_is_there_with_it_too():
    """What French ``j'`` and a bare ``j`` have in common is told apart."""
    assert parts(Text("J’ai")) == {"j", "j'", "ai"}
    assert parts(Text("rock-n-roll")) == {"rock", "n", "roll"}
    assert parts(Text("Nothing is joined here.")) == frozenset()


@pytest.mark.parametrize(
    ("word", "first"),
    [("it’s", "it"), ("itʼs", "it"), ("do-it-yourself", "do"), ("_x", "_x"), ("雨", "雨")],
)
def test_first_part(word, first):
    """The first part ends at the first mark; a word that begins with one stays whole."""
    assert first_part(word) == first


def test_part_spans_lie_in_the_text():
    """Spans count from the beginning of the text, apostrophes left out."""
    text = Text("So it’s well-known.")
    found = [(text[span], marked) for word in text.words for span, marked in part_spans(text, word)]
    assert found == [
        ("So", False), ("it", True), ("s", False), ("well", False), ("known", False)
    ]  # fmt: skip
