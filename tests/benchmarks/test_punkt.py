"""Tests of `crab.benchmarks.punkt`: the sentences are those of nltk's own Punkt."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from time import process_time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crab.benchmarks import nltk_data, punkt
from crab.benchmarks.punkt_model import model
from crab.testing import TEXTS
from crab.text import Text

SEEDS = Path(__file__).parents[3] / "shared" / "data" / "seeds"

PIECES = [
    *(".", "?", "!", ". ", "? ", "! ", ".\n", "...", "…", "?!", "!!", ". . ", ".. "),
    *(" ", "  ", "\n", "\n\n", "\t", "\r", "\r\n", "\v", "\f"),
    *("\x1c", "\x1d", "\x1e", "\x1f", "\x85", "\u00a0", "\u2003", "\u2028", "\u200b", "\u3000"),
    *("\ufeff", "\x00"),
    *("'", '"', ")", "(", "[", "]", "{", "}", "“", "”", "‘", "’", "«", "»", "``", "''"),
    *("*", "**", "_"),
    *(",", ";", ":", "-", "--", "—", "–", "/", "#", "@", "%", "&", "<", ">"),
    *("word", "Word", "WORD", "The", "the", "said", "in", "of", "and", "He", "well-known", "x"),
    *("Dr.", "Mr", "St", "U.S.", "U.S", "e.g.", "i.e.", "etc.", "p.m.", "Inc.", "vs.", "No.", "n."),
    *("Ph.D.", "J.", "K. ", "A.", "a.", "I.", "i.", "Z", "é.", "ß.", "1.a", "St.-Just", "co.-op"),
    *("3.14", "12.", "1.", "5", "10.5.", "1,000.", "##number##", "2nd.", "IV."),
    *("vitamin-c", "international", "among", "Jan.", "sept. ", "Oct. 3", "S. Bach", "lt", "gen. "),
    *("中", "。", "雨が降った。", "！", "？", "é", "É", "İ", "ı", "ǅ", "Ⓐ", "ℤ", "ß", "ﬁ"),
    *("Дом. ", "٣."),
    *("\N{REPLACEMENT CHARACTER}", "😀", "e\u0301", "\u202e"),
]  # fmt: skip
MARKS = [". ", ".", ".\n", '." ', ".) ", ". (", "? ", ".. ", "., ", ' "']
WORDS = st.deferred(lambda: st.sampled_from(known()))
TEXT = st.lists(st.sampled_from(PIECES), max_size=24).map("".join)
BETWEEN = st.lists(st.tuples(WORDS, st.sampled_from(MARKS)).map("".join), max_size=8).map("".join)
fuzz = settings(
    max_examples=600, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)


@cache
def known() -> list[str]:
    """Words that Punkt's tables hold, in every case that may matter."""
    tables = model()
    words = [
        *(word for pair in sorted(tables.collocations) for word in pair),
        *sorted(tables.abbreviations),
        *sorted(tables.starters),
        *sorted(tables.cases)[::40],
    ]
    return [form for word in words for form in (word, word.capitalize(), word.upper())]


def check(string: str) -> None:
    """Compare the sentences of a text with those that nltk's Punkt finds."""
    string = Text(string).string
    assert list(punkt.spans(string)) == list(nltk_data.punkt().span_tokenize(string))


@fuzz
@given(TEXT)
def test_sentences_are_those_of_nltk(text):
    """Pieces of text that are hard to split are split as nltk splits them."""
    check(text)


@fuzz
@given(BETWEEN)
def test_words_of_the_tables(text):
    """Words that Punkt knows, side by side with a mark between, are split as nltk splits them."""
    check(text)


@fuzz
@given(
    st.lists(st.sampled_from(["Rain fell", "It was.", *"aB1.?!\"')( \n\x1c\u00a0,;-*:"])).map(
        "".join
    )
)
def test_marks_side_by_side(text):
    """Marks and white space of any number and order are read as nltk reads them."""
    check(text)


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_ordinary_texts(text):
    """Ordinary texts in many languages are split as nltk splits them."""
    check(text)


@pytest.mark.slow
@pytest.mark.skipif(not SEEDS.is_dir(), reason="needs ../shared/data/seeds")
@pytest.mark.parametrize("name", ["en", "rich", "multi"])
def test_real_texts(name):
    """Real answers are split as nltk splits them."""
    lines = (SEEDS / f"{name}.jsonl").read_text("utf-8").strip().split("\n")
    for line in lines[:: len(lines) // 300]:
        check(json.loads(line)["response"])


def test_sentences_of_a_text():
    """Sentences are counted and returned without the white space around them."""
    text = Text("It rained in St. Ives.\nDid it? (It did.)\n\nSo  ")
    assert punkt.sentences(text) == ["It rained in St. Ives.", "Did it?", "(It did.)", "So"]
    assert punkt.sentence_count(text) == 4
    for blank in ("", " ", "\n\t \x1c"):
        assert (punkt.sentences(Text(blank)), punkt.sentence_count(Text(blank))) == ([], 0)


@pytest.mark.parametrize(
    "piece", [". ", "a.", "a. ", "1. ", '"', "'", '." ', "? ", "...", "\n", "x ", "J. ", ".\x1c"]
)
def test_time_is_linear(piece):
    """A long text takes little more than twice the time of one of half its length."""
    nltk_data.punkt()
    spent = []
    for length in (30_000, 60_000):
        text = piece * (length // len(piece))
        began = process_time()
        for _ in punkt.spans(text):
            pass
        spent.append(process_time() - began)
    assert spent[1] < 3 * spent[0] + 0.3
