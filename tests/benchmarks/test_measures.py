"""Tests of `crab.benchmarks.measures`: each measurement is that of a plain expression of Python."""

from __future__ import annotations

import re
import string as ascii_sets

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crab.benchmarks import measures
from crab.testing import NASTY, TEXTS
from crab.text import Text

DELETED = str.maketrans("", "", ascii_sets.punctuation)
PIECES = [
    *("rain", "RAIN", "don't", "well-known", "3.14", "1,000", "_", "a_b", "x", "é", "İ", "ß", "Ⅳ"),
    *("雨が", "कि", "ﬁ", "ª", "²", "٣", "e\u0301", "😀", "“", "’", "—", "…", "。"),
    *(".", ",", "!", "'", '"', "-", "--", "*", "**", "***", "****", "`", "\\", "/", "#"),
    *(" ", "  ", "\n", "\n\n", "\t", "\r\n", "\v", "\f", "\x1c", "\x1d", "\x1e", "\x1f", "\x85"),
    *("\u00a0", "\u2003", "\u2028", "\u200b", "\x00"),
]
texts = st.one_of(
    st.lists(st.sampled_from(PIECES), max_size=20).map("".join),
    st.lists(st.text(max_size=3), max_size=20).map(" ".join),
)
fuzz = settings(max_examples=300, deadline=None, derandomize=True)


@fuzz
@given(texts)
def test_runs_and_bare_words(string):
    r"""Runs of ``\w``, words without marks and lower case are what Python says."""
    text = Text(string)
    bare = string.translate(DELETED)
    assert measures.word_runs(text) == len(re.findall(r"\w+", string))
    assert measures.lowered(text) == string.lower()
    assert measures.bare(string) == bare
    assert measures.bare_words(text) == bare.split()
    assert measures.low_bare_words(text) == string.lower().translate(DELETED).split()
    assert measures.low_bare_words(text) == bare.lower().split()


@pytest.mark.parametrize("string", [*TEXTS, *NASTY], ids=range(len(TEXTS) + len(NASTY)))
def test_runs_of_whole_texts(string):
    """Texts of many letters, and of one letter many times, have the runs that Python finds."""
    text = Text(string)
    assert measures.word_runs(text) == len(re.findall(r"\w+", text.string))
    assert measures.bare_words(text) == text.string.translate(DELETED).split()


def test_every_character_is_a_letter_or_not():
    r"""Each character stands in a run of ``\w`` as Python's pattern says."""
    chars = [
        chr(code) for code in (*range(0xD800), *range(0xE000, 0x11000), *range(0x1D400, 0x1D800))
    ]
    assert measures.word_runs(Text(".".join(chars))) == len(re.findall(r"\w+", ".".join(chars)))
    for start in range(0, len(chars), 10):
        few = f"a.{'.'.join(chars[start : start + 10])}"
        assert measures.word_runs(Text(few)) == len(re.findall(r"\w+", few)), start


def by_ifeval(string: str) -> int | None:
    """How IFEval counts paragraphs between ``***``; None where it gives up."""
    paragraphs = re.split(r"\s?\*\*\*\s?", string)
    count = len(paragraphs)
    for index, paragraph in enumerate(paragraphs):
        if not paragraph.strip():
            if index not in (0, len(paragraphs) - 1):
                return None
            count -= 1
    return count


@fuzz
@given(st.text(st.sampled_from("*a \n\x1c"), max_size=20))
def test_paragraphs_between_stars(string):
    """Paragraphs are cut and counted as IFEval does, whatever white space is around the stars."""
    assert measures.paragraphs_between_stars(Text(string)) == by_ifeval(string)


@pytest.mark.parametrize(
    ("parts", "count"),
    [
        ([""], 0),
        (["a"], 1),
        (["", ""], 0),
        (["", "a"], 1),
        (["a", "b", ""], 2),
        ([" ", "a", "\n"], 1),
        (["a", " ", "b"], None),
        (["", "", ""], None),
    ],
)
def test_pieces(parts, count):
    """A blank piece counts as none at either end, and is told where it stands between others."""
    assert measures.pieces(parts) == count


def test_language():
    """The language is what langdetect says with its seed 0, each time; None where it says none."""
    for string, code in [
        ("It rained the whole day long in the old town.", "en"),
        ("Es hat den ganzen Tag geregnet.", "de"),
        ("今天早上下雨了。我们在车站等了很久。", "zh-cn"),
        ("12345 !!!", None),
        ("", None),
    ]:
        assert {measures.language(Text(string)) for _ in range(3)} == {code}


def test_each_is_measured_once(monkeypatch):
    """Checks of the same text share what is measured."""
    text = Text("Rain, snow.")
    assert measures.bare_words(text) is measures.bare_words(text)
    assert measures.lowered(text) is measures.lowered(text)
    measures.language(text)
    monkeypatch.setattr(measures.ngram_language, "detect", None)
    assert measures.language(text) == measures.language(text)
