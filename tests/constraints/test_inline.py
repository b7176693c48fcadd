"""Emphasis and code spans are those of CommonMark."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from crab.constraints.marks import marks
from crab.text import Text


@settings(max_examples=500, deadline=None)
@given(st.text("**__`a .(é", max_size=16))
def test_emphasis_is_that_of_commonmark(text: str) -> None:
    """Bold and italic spans are as many as a CommonMark parser finds."""
    tokens = [
        child.type
        for token in MarkdownIt("commonmark").parse(text)
        for child in token.children or []
    ]
    found = marks(Text(text)).emphases
    expected = (tokens.count("strong_open"), tokens.count("em_open"), tokens.count("code_inline"))
    bold = sum(1 for emphasis in found if emphasis.bold)
    assert (bold, len(found) - bold, len(marks(Text(text)).code_spans)) == expected
