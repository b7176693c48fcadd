"""Tests of `crab.readings`: every interval contains counts made by other means.

The other means are written here: plain patterns, NLTK's word tokenizers and, where its data is
present, NLTK's Punkt, as the public checkers of instructions use them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from nltk.tokenize import NLTKWordTokenizer, TreebankWordTokenizer

from crab.readings import Interval
from crab.text import Text

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
NLTK_DATA = DATA / "nltk_data"
PUNKT = NLTK_DATA / "tokenizers" / "punkt_tab" / "english"

needs_punkt = pytest.mark.skipif(not PUNKT.is_dir(), reason=f"Punkt's data is not at {PUNKT}")
fuzz = settings(
    max_examples=150, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)

ALNUM = re.compile(r"[^\W_]")
WORD_OR_STOP = re.compile(r"[^\W_]|[.?!]")
ENDS = re.compile(
    r"""[.?!。！？…]+["'”’»›」』)\]}*_~`]*(?=\s)"""  # a stop, closed, before white space
    r"""|[.?!。！？…]*[。！？]["'”’»›」』)\]}*_~`]*"""  # a wide stop anywhere
    r"""|\r\n|\r|\n"""
)
TREEBANK = (NLTKWordTokenizer(), TreebankWordTokenizer())

SENTENCES = [
    *("The rain fell on the old town. ", "It stopped at noon! ", "Who saw it? ", "What?! "),
    "Stop!! ",
    *("Dr. Smith met J. K. Rowling at 5 p.m. today. ", "U.S. law, e.g. this, etc. "),
    "See No. 5 vs. 6. ",
    *("He can't, cannot and won't. ", "'Tis gonna be fine, y'all; gimme 3.50! "),
    "well-known — so-called ",
    *('"Go," he said. ', "“Go.” ", "(See below.) ", "It was so.(And then) we left. "),
    "so… and then ",
    *("Wait... what? ", "We left! ) ", "1,000.5 km/h ", "a/b/c ", "http://x.io/y.z?q=1 "),
    "me@x.org. ",
    *("We saw it。 Then we left. ", "naïve café ", "**Bold.** ", "*so.*Next ", "`x.y` "),
    *("the end ", "- "),
]
BLOCKS = [
    *("\n", "\n\n", "\n\n\n", "\n \t\n", "\r\n", "\r\n\r\n", "\r", "\n\u00a0\n", "\n- ", "\n* "),
    "\n• ",
    *("\n1. ", "\n2) ", "\n> ", "\n\n# ", "\n***\n", "\n\n```\ncode. x = 1\n```\n\n"),
    "\n\n    indented. x\n\n",
    "\n\n| a | b |\n|---|---|\n| 1. | 2 |\n\n",
]
OTHERS = [
    *("雨が降った。", "今天下雨了。", "「引用。」", "비가 왔다. ", "Дождь, т.е. вода. "),
    "बारिश रुक गई। ",
    *("ฝนตก ", "توقف المطر؟ ", "Où ça ? ", "¿Qué? ", "\u00a0", "\u3000", "\u200b", "👩‍👧 "),
    *("e\u0301", "\0"),
]
ENGLISH = st.lists(st.sampled_from(SENTENCES + BLOCKS), max_size=14).map(
    lambda pieces: "".join(["The children walked home through the rain. ", *pieces]).rstrip(" ")
)
ANY_TEXT = st.one_of(
    st.lists(st.sampled_from(SENTENCES + BLOCKS + OTHERS), max_size=14).map("".join),
    st.text(st.characters(exclude_categories=()), max_size=40),
)

Parts = dict[str, list[str]]


@pytest.fixture(scope="module")
def punkt() -> Any:
    """Punkt for English, as IFEval loads it."""
    import nltk  # only where its data is present

    nltk.data.path.insert(0, str(NLTK_DATA))
    yield nltk.tokenize.punkt.PunktTokenizer("english")
    nltk.data.path.remove(str(NLTK_DATA))


def word_counts(string: str, unspaced: bool) -> dict[str, int]:
    """Count the words of a part in every fair way."""
    ours = {"ours": len(Text(string).words)}
    if unspaced:
        return ours | {"characters": len(string), "black characters": len("".join(string.split()))}
    treebank = [
        sum(bool(ALNUM.search(token)) for token in way.tokenize(string)) for way in TREEBANK
    ]
    return ours | {
        "runs": len(re.findall(r"\w+", string)),
        "tokens": len(string.split()),
        "joined runs": len(re.findall(r"\w+(?:['’-]\w+)*", string)),
        "NLTK": treebank[0],
        "Treebank": treebank[1],
    }


def ends(string: str) -> list[str]:
    """Split after every stop and at every line end; what holds no word is no sentence."""
    parts, last = [], 0
    for match in ENDS.finditer(string):
        parts.append(string[last : match.end()].strip())
        last = match.end()
    return [part for part in [*parts, string[last:].strip()] if ALNUM.search(part)]


def paragraphs(string: str) -> Parts:
    """Split at blank lines, and at literal double line ends."""
    found = {"blank lines": re.split(r"\n\s*\n", string), "double line ends": string.split("\n\n")}
    return {way: [part for part in parts if part.strip()] for way, parts in found.items()}


def outside(
    name: str, interval: Interval, values: dict[str, int], parts: str = ""
) -> Iterator[str]:
    """Say which values lie outside an interval."""
    for way, value in values.items():
        if not interval.low <= value <= interval.high:
            yield f"{name}: {value} {way}{parts}, not in {tuple(interval)}"


def extremes_outside(
    name: str, interval: Interval, ways: Parts, counts: dict[str, list[dict[str, int]]]
) -> Iterator[str]:
    """Say in which ways the smallest or the largest part has too few or too many."""
    for way, parts in ways.items():
        for part, found in zip(parts, counts[way], strict=True):
            yield from outside(name, interval, found, f" in {part!r} ({way})")


def wrong_words(text: Text) -> Iterator[str]:
    """Say which counts of words lie outside the readings."""
    string, readings = text.string, text.readings
    code = [(block.start, block.end) for block in text.blocks if block.kind == "code"]
    counts = word_counts(string, text.unspaced)
    counts["ours without code"] = len(text.words) - sum(text.words_in(code))
    yield from outside("words", readings.words, counts)
    lengths = {
        "in runs": max(map(len, re.findall(r"\w+", string)), default=0),
        "in joined runs": max(map(len, re.findall(r"\w+(?:['’-]\w+)*", string)), default=0),
        "in tokens": max(map(len, string.split()), default=0),
        "in ours": max([end - start for start, end in text.words], default=0),
    }
    yield from outside("longest word", readings.longest_word, lengths)
    characters = {
        "all": len(string),
        "black": len("".join(string.split())),
        "bare": len(string.strip()),
    }
    yield from outside("characters", readings.characters, characters)
    lines = {
        "full lines": sum(bool(line.strip()) for line in re.split(r"\r\n|\r|\n", string)),
        "all lines": len(text.lines),
    }
    if "\r" not in string:
        lines["line feeds and one"] = string.count("\n") + 1
    yield from outside("lines", readings.lines, lines)


def wrong_sentences(text: Text, splitters: dict[str, Any]) -> Iterator[str]:
    """Say which counts of sentences, and of words in a sentence, lie outside the readings."""
    readings = text.readings
    ways = {name: splitter(text.string) for name, splitter in splitters.items()}
    ways["ours"] = [text[span] for span in text.sentences]
    yield from outside("sentences", readings.sentences, {way: len(ways[way]) for way in ways})
    ways = {way: [part for part in ways[way] if WORD_OR_STOP.search(part)] for way in ways}
    counts = {way: [word_counts(part, text.unspaced) for part in ways[way]] for way in ways}
    yield from extremes_outside("sentence words", readings.sentence_words, ways, counts)


def wrong_paragraphs(text: Text, splitters: dict[str, Any]) -> Iterator[str]:
    """Say which counts of paragraphs, and of what is in one, lie outside the readings."""
    readings = text.readings
    ways = paragraphs(text.string)
    ways["ours"] = [text[span] for span in text.paragraphs]
    yield from outside("paragraphs", readings.paragraphs, {way: len(ways[way]) for way in ways})
    words = {way: [word_counts(part, text.unspaced) for part in ways[way]] for way in ways}
    yield from extremes_outside("paragraph words", readings.paragraph_words, ways, words)
    sentences = {
        way: [{name: len(split(part)) for name, split in splitters.items()} for part in ways[way]]
        for way in ways
    }
    for found, ours in zip(sentences["ours"], text.sentences_in(text.paragraphs), strict=True):
        found["ours"] = ours
    yield from extremes_outside(
        "paragraph sentences", readings.paragraph_sentences, ways, sentences
    )


def wrong(text: Text, splitters: dict[str, Any]) -> list[str]:
    """Say everything that lies outside the readings of a text."""
    return [
        *wrong_words(text),
        *wrong_sentences(text, splitters),
        *wrong_paragraphs(text, splitters),
    ]


@fuzz
@given(ANY_TEXT)
def test_words_of_any_text(string: str) -> None:
    """However words, characters and lines are counted, the count lies in the interval."""
    assert list(wrong_words(Text(string))) == []


@fuzz
@given(ANY_TEXT)
def test_sentences_of_any_text(string: str) -> None:
    """Our sentences and those that end with each stop and line lie in the interval."""
    assert list(wrong_sentences(Text(string), {"ends": ends})) == []


@fuzz
@given(ANY_TEXT)
def test_paragraphs_of_any_text(string: str) -> None:
    """Our paragraphs and the blocks between blank lines lie in the interval."""
    assert list(wrong_paragraphs(Text(string), {"ends": ends})) == []


@needs_punkt
@fuzz
@given(ENGLISH)
def test_punkt_of_english_texts(punkt: Any, string: str) -> None:
    """Punkt's sentences lie in the interval, and so do their words and those of paragraphs."""
    text = Text(string)
    if text.language == "en":
        assert wrong(text, {"ends": ends, "Punkt": punkt.tokenize}) == []


@needs_punkt
@pytest.mark.parametrize("name", ["en", "multi", "rich"])
def test_seed_responses(punkt: Any, name: str) -> None:
    """Every count of every 25th real response lies in its interval."""
    path = DATA / "seeds" / f"{name}.jsonl"
    if not path.exists():
        pytest.skip(f"the seed data {path.name} is not here")
    with path.open(encoding="utf-8") as lines:
        responses = [json.loads(line)["response"] for at, line in enumerate(lines) if at % 25 == 0]
    assert responses
    found = {}
    for number, response in enumerate(responses):
        text = Text(response)
        english = {"Punkt": punkt.tokenize} if text.language == "en" else {}
        found[25 * number] = wrong(text, {"ends": ends, **english})
    assert {line: problems for line, problems in found.items() if problems} == {}


@needs_punkt
def test_punkts_abbreviations_are_known() -> None:
    """After no abbreviation that Punkt knows is a sentence end certain."""
    known = (PUNKT / "abbrev_types.txt").read_text("utf-8").split("\n")
    plain = [word for word in known if len(word) > 1 and word.isalpha()]
    assert len(plain) > 50
    for word in plain:
        text = Text(f"On that day we wrote about the {word}. Many children walked home.")
        assert text.language == "en"
        assert text.readings.sentences.low == 1, word


# What real texts and these tests have shown to be counted in ways that are easily forgotten.
TRAPS = [
    "It rained all day long. What did you say?!",
    "It rained all day long, and we stayed in!!!",
    "It rained all day long. What?!\n\nWe stayed in. Why?!",
    "The list holds the numbers [0. 1. 2.], which is what we wanted here.",
    "We walked home through the rain.(And then) we slept.",
    "It says [citation needed.]: child, as was to be expected of it.",
    "He said that it was “so.”—and that was the end of it for all of us.",
    "We left the old house. They stayed! )",
    "We saw the old town。 Then we left the house and went home.",
    "We saw the old town。\n\nThen we left the house and went home.",
    "'Tis nobler in the mind to suffer, and 'twas so for all of us that day.",
    "We cannot stay, we're gonna leave, we wanna go, we gotta run; lemme gimme.",
    "1. http://rain.org/falls is up again.\n\n2. Some other children walked home today.",
    "1. First of all\n2. Second of all\n3. The children walked home in the rain",
    "We walked home,**Bold.**Next one – it is – was over there.",
    "We walked home. **Bold.** The rain fell on the old town all day long.",
    "The rain – or so – fell - and fell — on the -- old town & its people.",
    "We walked\u00a0home\u2003in the rain\u3000and sang all the way to the end.",
    "We walked home in the rain.\n\n\u00a0\n\nThen we slept until the morning.",
    "We wrote this:\n\n```\nprint(1. + 2.) # so. on\n```\n\nIt works for all of the children.",
    "The children wrote ๑๒๓ and २०२४ and ۱۲ on the walls of the school.",
]


@needs_punkt
@pytest.mark.parametrize("string", TRAPS)
def test_traps(punkt: Any, string: str) -> None:
    """What has been miscounted once is counted in every way."""
    text = Text(string)
    text.__dict__["language"] = "en"
    assert wrong(text, {"ends": ends, "Punkt": punkt.tokenize}) == []


@pytest.mark.parametrize(
    ("string", "name", "interval"),
    [
        ("", "words", (0, 0)),
        ("The cat can't see. It sleeps.", "words", (6, 7)),
        ("- one\n- two", "words", (2, 4)),
        ("We cannot go.", "words", (3, 4)),
        ("well-known snake_case 3.5 & so", "words", (4, 6)),
        ("今天下雨了。", "words", (5, 6)),
        ("今天 rain", "words", (2, 7)),
        ("", "sentences", (0, 0)),
        ("It rained all day. We stayed in.", "sentences", (2, 2)),
        ("It rained all day. We met Dr. Smith.", "sentences", (2, 3)),
        ("# A title\n\nIt rained all day. We stayed in.", "sentences", (2, 3)),
        ("- It rained all day\n- We stayed in", "sentences", (1, 2)),
        ("今天早上下雨了。我们没有出门！", "sentences", (2, 2)),
        ("!?!? It rained all day.", "sentences", (1, 5)),
        ("Why?!no", "sentences", (1, 2)),
        ("আজ বৃষ্টি হয়েছে। আমরা ঘরে ছিলাম।", "sentences", (1, 2)),
        ("", "sentence_words", (0, 0)),
        ("It rained all day. We stayed in.", "sentence_words", (3, 4)),
        ("- It rained all day\n- We stayed in", "sentence_words", (3, 9)),
        ("", "paragraphs", (0, 0)),
        ("One.\n\nTwo.", "paragraphs", (2, 2)),
        ("One.\n\nTwo.\nStill two.", "paragraphs", (2, 3)),
        ("# Title\n\n- one\n- two", "paragraphs", (0, 3)),
        ("Play:\n\n| C | D |\n\n| E | F |\n\nThen stop.", "paragraphs", (2, 4)),
        ("It rained.\n\nWe all stayed in.", "paragraph_words", (2, 4)),
        ("It rained.\nWe stayed.\n\nWhy?", "paragraph_words", (1, 4)),
        ("It rained all day. We stayed in.\n\nWhy?", "paragraph_sentences", (1, 2)),
        ("", "longest_word", (0, 0)),
        ("one well-known.", "longest_word", (5, 11)),
        ("", "lines", (0, 1)),
        ("a\n \nb\n", "lines", (2, 4)),
        ("", "characters", (0, 0)),
        ("a b\n", "characters", (2, 4)),
    ],
)
def test_intervals(string: str, name: str, interval: tuple[int, int]) -> None:
    """An interval reaches from the fewest to the most that a fair count gives, and no further."""
    assert getattr(Text(string).readings, name) == interval


@pytest.mark.parametrize(
    ("string", "first"),
    [
        ("", ""),
        ("no stop at all", "no stop at all"),
        ("It rained. We left.", "It rained."),
        ("Dr. Smith left. He ran.", "Dr."),
        ("First line\nsecond line. More.", "First line"),
        ("A list (v2.), then rain. More.", "A list (v2."),
        ("今天下雨。我们走了。", "今天下雨。"),
        ('"আজ বৃষ্টি হয়েছে। আমরা ঘরে ছিলাম।"', '"আজ বৃষ্টি হয়েছে।'),
    ],
)
def test_first_cut(string: str, first: str) -> None:
    """The first sentence ends at the earliest stop or line end that anyone could mean."""
    assert string[: Text(string).readings.first_cut] == first


def test_words_of_a_part() -> None:
    """Parts of a text are counted as wholes are."""
    text = Text("We can't go - now. So it is.")
    readings = text.readings
    assert (readings.fewest_words(0, 18), readings.most_words(0, 18)) == (4, 5)
    assert (readings.fewest_words(19, 28), readings.most_words(19, 28)) == (3, 3)
    assert (readings.fewest_words(5, 5), readings.most_words(5, 5)) == (0, 0)
