"""Tests of `crab.benchmarks.tokens`: the words are those of nltk's own tokenizer."""

from __future__ import annotations

import json
from pathlib import Path
from time import process_time

import nltk
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from nltk.tokenize import NLTKWordTokenizer

from crab.benchmarks import nltk_data, token_counts, tokens
from crab.testing import TEXTS
from crab.text import Text

SEEDS = Path(__file__).parents[3] / "shared" / "data" / "seeds"

CLITICS = ["'s", "'m", "'d", "'ll", "'re", "'ve", "n't", "'t", "'n", "'em", "'"]
STEMS = [
    "I",
    "it",
    "He",
    "DO",
    "do",
    "ca",
    "O",
    "don",
    "who",
    "x3",
    "é",
    "Ⅳ",
    "THEY",
    "3D",
    "-",
    "",
]
CUT = [
    *("cannot", "gimme", "gonna", "gotta", "lemme", "wanna", "d'ye", "more'n", "'tis", "'twas"),
    *("wanna.", "'tis.", "cannots", "acannot", "more'n ever", "gonna'"),
]
MARKS = [
    *(
        ".",
        "?",
        "!",
        ". ",
        "? ",
        "! ",
        "...",
        "..",
        "…",
        ",",
        ", ",
        ":",
        ": ",
        ";",
        ",,",
        "::",
        ",:",
    ),
    *(
        "'",
        '"',
        "''",
        '""',
        "``",
        "`",
        "'\"",
        "\"'",
        " '",
        "' ",
        ' "',
        '" ',
        "'.",
        '".',
        "';",
        ".'",
    ),
    *("(", ")", "[", "]", "{", "}", "<", ">", "“", "”", "‘", "’", "„", "«", "»", "’S", "’s"),
    *(
        "-",
        "--",
        "---",
        "—",
        "–",
        "―",
        "‒",
        "•",
        "/",
        "\\",
        "|",
        "_",
        "*",
        "**",
        "#",
        "@",
        "$",
        "%",
    ),
    *("&", "+", "=", "~", "^"),
]
BLANKS = [" ", " ", " ", "\n", "\t", "\r\n", "\v\f", "\x1c", "\x1d", "\x1e", "\x1f", "\x85"]
BLANKS += ["\u00a0", "\u2003", "\u2028", "\u3000", "\u200b", "\x00"]
WORDS = [
    *(
        "a",
        "A",
        "I",
        "word",
        "Word",
        "WORD",
        "wORD",
        "Dr.",
        "U.S.",
        "U.S.A",
        "e.g.",
        "etc.",
        "p.m.",
    ),
    *("3", "3.14", "1,000", "12:30", "A1", "1A", "X-RAY", "x-Ray", "AND/OR", "a.B.c", "NO.", "OK."),
    *(
        "é",
        "É",
        "ÉTÉ",
        "ß",
        "ẞ",
        "İ",
        "ı",
        "ǅ",
        "Ⓐ",
        "ⓐ",
        "ℤ",
        "ª",
        "Ⅳ",
        "𝐀",
        "ﬁ",
        "中",
        "中A",
        "雨が",
    ),
    *("Я", "ДОМ", "٣", "e\u0301", "E\u0301", "😀", "A😀", "\N{REPLACEMENT CHARACTER}"),
]
PRONOUNS = [
    *(
        "i",
        "it",
        "IT",
        "them",
        "'em",
        "This",
        "that",
        "which",
        "none",
        "himself",
        "any",
        "us",
        "he",
    ),
    *("her", "s/he", "he/she", "/it", "it/", "itself", "who's", "it's", "i'm", "us-them", "any1"),
    *("all.", "who?", "some,", "İt", "éthis", "this_", "you;", "me:", "each)", "(each"),
]
CHUNK = st.one_of(
    st.sampled_from(MARKS),
    st.sampled_from(BLANKS),
    st.sampled_from(WORDS),
    st.sampled_from(PRONOUNS),
    st.sampled_from(CUT).flatmap(lambda word: st.sampled_from([word, word.upper(), word.title()])),
    st.builds(str.__add__, st.sampled_from(STEMS), st.sampled_from(CLITICS)),
    st.builds(str.__add__, st.sampled_from(STEMS), st.sampled_from(CLITICS)).map(str.upper),
)
TEXT = st.lists(CHUNK, max_size=16).map("".join)
SPACED = st.lists(CHUNK, max_size=12).map(" ".join)
MARKED = st.lists(st.sampled_from([*"ab A'\"`.,:-)(’I \n", "n't", "'S"]), max_size=14).map("".join)
fuzz = settings(
    max_examples=500, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)


def by_nltk(string: str) -> list[str]:
    """The words that nltk finds."""
    nltk_data.punkt()
    return list(nltk.word_tokenize(string))


def check(string: str) -> None:
    """Compare all that is measured of the words of a text with nltk's words."""
    string = Text(string).string
    theirs = by_nltk(string)
    assert list(tokens.tokens(Text(string))) == theirs
    assert token_counts.capital_words(Text(string)) == sum(map(str.isupper, theirs))
    low = by_nltk(string.lower().replace("/", " "))
    assert token_counts.pronouns(Text(string)) == sum(
        word in token_counts._PRONOUNS for word in low
    )


@fuzz
@given(st.one_of(TEXT, SPACED))
def test_words_are_those_of_nltk(text):
    """Pieces of text that are hard to cut are cut as nltk cuts them."""
    check(text)


@fuzz
@given(MARKED)
def test_marks_side_by_side(text):
    """Quotation marks, stops and brackets in any order are read as nltk reads them."""
    check(text)


@fuzz
@given(st.text(st.characters(exclude_categories=()), max_size=20))
def test_any_characters(text):
    """Characters of all scripts are read as nltk reads them."""
    check(text)


@fuzz
@given(st.one_of(TEXT, SPACED, MARKED))
def test_words_of_one_sentence(text):
    """A text that is not split into sentences is cut as nltk's tokenizer cuts it."""
    string = Text(text).string
    assert tokens.words(string) == list(NLTKWordTokenizer().tokenize(string))


@pytest.mark.parametrize(
    "text",
    [
        *("Gimme it, and lemme see.", "GIMME", "lemme", "an't", "In't it?", "An't you?", "HEN'T"),
        *("'Tis", "It's. 'TIS", "'Twas I", "D'YE CANNOT", "MORE'N", "wanna.", "gonna'. X"),
        *("See Art.:5B and No.:7C please.", "REF.:12A is out.", "cannot'Tis", "gonna'Twas x"),
        *("I've\x1eM", "I'M\x1cI", "o'\x1fe", "O've\x1cE", "who've\x1eM", "3'VE\x1e~", "it\x1dit"),
        *(
            "Eİgimme",
            "İt is",
            "ⒶB",
            "ℤ",
            "“I”",
            "A’S",
            "A.B.C.",
            "i/it/he",
            "us-them",
            "it_",
            "_it",
        ),
        *("", " ", ".", "'", '"', "''", "A'", "'A", "'A'", '"A"', "A.'", "A.\"'", "``A''", "A--B"),
    ],
    ids=ascii,
)
def test_odd_words(text):
    """Words that are cut in two, or that touch odd marks, are read as nltk reads them."""
    check(text)


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_ordinary_texts(text):
    """Ordinary texts in many languages are cut as nltk cuts them."""
    for string in (text, text.upper(), text.title(), text.swapcase()):
        check(string)


@pytest.mark.slow
@pytest.mark.skipif(not SEEDS.is_dir(), reason="needs ../shared/data/seeds")
@pytest.mark.parametrize("name", ["en", "rich", "multi"])
def test_real_texts(name):
    """Real answers are cut as nltk cuts them."""
    lines = (SEEDS / f"{name}.jsonl").read_text("utf-8").strip().split("\n")
    for line in lines[:: len(lines) // 150]:
        check(json.loads(line)["response"])


def test_what_counts_as_a_word_in_capitals():
    """A letter and a half of a contraction count, and so does a letter in a circle."""
    assert (
        token_counts.capital_words(Text("I'M A 3D man. CANNOT \N{CIRCLED LATIN CAPITAL LETTER A}"))
        == 7
    )
    assert token_counts.capital_words(Text("No word is Here, “’tis” said.")) == 0


def test_pronouns_are_ifbench_s():
    """The pronouns are IFBench's 63, each of which counts."""
    assert len(token_counts._PRONOUNS) == 63
    for word in token_counts._PRONOUNS:
        assert token_counts.pronouns(Text(f"Rain/{word.upper()}, {word}.")) == 2


@pytest.mark.parametrize(
    "measure",
    [token_counts.capital_words, token_counts.pronouns, lambda text: list(tokens.tokens(text))],
    ids=["capitals", "pronouns", "tokens"],
)
@pytest.mark.parametrize(
    "piece",
    [
        ". ",
        "a.",
        '"',
        "'",
        "A",
        "A ",
        "I'M ",
        "it ",
        "it",
        "'a'",
        "`",
        "--",
        "(",
        "\n",
        "’",
        "CANNOT",
    ],
)
def test_time_is_linear(piece, measure):
    """A long text takes little more than twice the time of one of half its length."""
    nltk_data.punkt()
    spent = []
    for length in (30_000, 60_000):
        text = Text(piece * (length // len(piece)))
        began = process_time()
        measure(text)
        spent.append(process_time() - began)
    assert spent[1] < 3 * spent[0] + 0.3
