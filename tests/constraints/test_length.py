"""Tests of `crab.constraints.length`: each count, on its bounds and one past them."""

from __future__ import annotations

import re
from math import inf
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from crab.constraints import (
    Bounded,
    CharacterCount,
    CharactersPerWord,
    Length,
    LineCount,
    ParagraphCount,
    SentenceCount,
    SentencesPerParagraph,
    WordCount,
    WordCountNear,
    WordsPerParagraph,
    WordsPerSentence,
)
from crab.constraints.registry import kinds
from crab.text import Text

LETTER = (
    "# A letter\n\nDear Ms. Lee,\n\nit rained all day. We stayed in!\n\n"
    "- bread\n- milk. And tea.\n\n```\nx = 1\n```\n\nYours"
)
CHINESE = "今天下雨了。我们在家。\n\n你呢？"

WHOLE = [
    # kind, text, count
    (WordCount, LETTER, 2 + 3 + 4 + 3 + 1 + 3 + 2 + 1),
    (WordCount, "Don't e-mail me: x_1, 3.5!", 6),
    (WordCount, CHINESE, 5 + 4 + 2),
    (WordCount, "", 0),
    (SentenceCount, LETTER, 1 + 2 + 1 + 2 + 1),
    (SentenceCount, CHINESE, 3),
    (SentenceCount, "# Title only", 0),
    (ParagraphCount, LETTER, 3),
    (ParagraphCount, CHINESE, 2),
    (ParagraphCount, "- item", 0),
    (CharacterCount, "a b\r\n😀é", 7),
    (CharacterCount, "", 0),
    (LineCount, LETTER, 9),
    (LineCount, "one\r\n \t\r\ntwo\rthree\n", 3),
    (LineCount, "\n\n", 0),
]
EACH = [
    # kind, text, smallest, largest
    (WordsPerSentence, LETTER, 1, 4),
    (WordsPerSentence, CHINESE, 2, 5),
    (WordsPerParagraph, LETTER, 1, 7),
    (WordsPerParagraph, CHINESE, 2, 9),
    (SentencesPerParagraph, LETTER, 1, 2),
    (SentencesPerParagraph, CHINESE, 1, 2),
    (CharactersPerWord, "An up-to-date list, isn't it", 2, 10),
    (CharactersPerWord, CHINESE, 1, 1),
]
PIECES = [
    *("The rain fell on the old town all day long. ", "We stayed in! "),
    *("Dr. Smith can't see it. ", "Why? "),
    *("- item one\n", "1. first\n", "# Title\n", "\n\n", "\n", "well-known — so-called "),
    *("今天下雨了。", "What?! "),
    *("```\ncode. x\n```\n", "| a | b |\n|---|---|\n", "(See below.) ", "http://x.io/a.b "),
    *("• dot\n", "'Tis so. "),
]


@pytest.mark.parametrize(
    ("kind", "text", "count"), WHOLE, ids=lambda value: getattr(value, "__name__", None)
)
def test_counts_of_the_whole(kind: type[Bounded], text: str, count: int) -> None:
    """Each count keeps bounds on itself, and none one past itself."""
    met = [kind(at_least=count, at_most=count), kind(at_most=count), kind(at_most=count + 1)]
    unmet = [kind(at_least=count + 1)]
    if count:
        met.append(kind(at_least=count))
        unmet.append(kind(at_most=count - 1))
    assert [rule.check(text).met for rule in met] == [True] * len(met)
    assert [rule.check(text).met for rule in unmet] == [False] * len(unmet)
    assert met[0].check(text).reason == f"{count} {kind.unit}"


@pytest.mark.parametrize(
    ("kind", "text", "smallest", "largest"),
    EACH,
    ids=lambda value: getattr(value, "__name__", None),
)
def test_counts_of_each_part(kind: type[Bounded], text: str, smallest: int, largest: int) -> None:
    """The smallest part keeps the lower bound, the largest the upper one, and none one past it."""
    assert kind(at_least=smallest, at_most=largest).check(text).met is True
    assert kind(at_most=largest).check(text).met is True
    assert kind(at_most=largest - 1).check(text).met is False
    assert kind(at_least=smallest).check(text).met is True
    assert kind(at_least=smallest + 1).check(text).met is False
    reason = f"{smallest} to {largest} {kind.unit} in each {kind.each}"
    assert kind(at_least=1).check(text).reason == reason


@pytest.mark.parametrize(
    ("kind", "text", "reason"),
    [
        (WordsPerSentence, "# Title", "no sentence"),
        (WordsPerParagraph, "- item", "no paragraph"),
        (SentencesPerParagraph, "", "no paragraph"),
        (CharactersPerWord, "?! 😀", "no word"),
    ],
)
def test_without_parts_no_bound_is_kept(kind: type[Bounded], text: str, reason: str) -> None:
    """A text without sentences, paragraphs or words does not keep bounds on each of them."""
    assert kind(at_most=9).check(text) == (False, reason, ())


@pytest.mark.parametrize(
    ("target", "tolerance", "met"),
    [
        *((10, 0, True), (9, 0, False), (11, 0, False), (20, 0.5, True), (21, 0.5, False)),
        (8, 0.25, True),
        *((8, 0.24, False), (7, 0.4, False), (100, 0.9, True), (101, 0.9, False)),
        (10, 0.1, True),
    ],
)
def test_word_count_near(target: int, tolerance: float, met: bool) -> None:
    """The count may differ by the tolerance's share of the target, exactly that included."""
    rule = WordCountNear(target=target, tolerance=tolerance)
    assert rule.check("one two three four five six seven eight nine ten") == (met, "10 words", ())


def test_tolerance_is_ten_percent_unless_it_is_given() -> None:
    """Ten percent is what people mean by about."""
    assert [WordCountNear(target=100).check("a " * count).met for count in (89, 90, 110, 111)] == [
        False,
        True,
        True,
        False,
    ]


@pytest.mark.parametrize(
    "fields", [{}, {"target": 0}, {"target": 5, "tolerance": 1}, {"target": 5, "tolerance": -0.1}]
)
def test_wrong_targets(fields: dict[str, float]) -> None:
    """A target is positive, and a tolerance smaller than the whole."""
    with pytest.raises(ValidationError):
        WordCountNear(**fields)


def test_what_near_says() -> None:
    """The tolerance is told in percent, and the fact is the interval it leaves."""
    rule = WordCountNear(target=200, tolerance=0.15)
    assert rule.describe() == "Write about 200 words, give or take 15 percent."
    assert rule.facts() == {"word_count": (170, 230)}
    assert WordCount(at_least=170, at_most=230).facts() == rule.facts()


@pytest.mark.parametrize(
    ("words", "target"), [(100, 100), (104, 100), (88, 90), (130, 150), (480, 500), (1009, 1000)]
)
def test_proposed_targets_are_round(words: int, target: int) -> None:
    """The proposed target is the nearest ten, or fifty from 100 words on, with enough tolerance."""
    [rule] = WordCountNear.propose("a " * words, Random(0))
    assert rule.target == target
    assert abs(words - target) <= rule.tolerance * target


@pytest.mark.parametrize("text", ["a " * 29, "- a\n" * 60, ""])
def test_no_target_is_proposed(text: str) -> None:
    """Short texts, and those that readers count differently, get no target."""
    assert list(WordCountNear.propose(text, Random(0))) == []


def test_topics() -> None:
    """All that bounds the whole length is about one thing; the rest is not."""
    total = WordCount(at_most=5).topics()
    assert CharacterCount(at_most=5).topics() == WordCountNear(target=5).topics() == total
    assert SentenceCount(at_most=5).topics() != total
    assert WordsPerSentence(at_most=5).topics().isdisjoint(total)


@pytest.mark.parametrize("kind", [WordsPerSentence, WordsPerParagraph, SentencesPerParagraph])
def test_bounds_on_each_need_several(kind: type[Bounded]) -> None:
    """Nothing is said of every part where there is only one."""
    single = "The rain fell on the old town all day and all night long until the next morning came."
    for seed in range(20):
        assert list(kind.propose(single, Random(seed))) == []
    several = f"{single} {single}\n\n{single} {single}"
    assert any(list(kind.propose(several, Random(seed))) for seed in range(20))


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (WordCount, "one two three four five six seven eight nine"),
        (CharacterCount, "a" * 48),
        (SentenceCount, "- a\n- b\n- c\n- d\n- e"),
        (LineCount, "one\ntwo"),
    ],
)
def test_nothing_worth_saying_is_not_said(kind: type[Bounded], text: str) -> None:
    """Small counts get no lower bound, and counts that readers dispute get none at all."""
    for seed in range(20):
        assert all(rule.at_least is None for rule in kind.propose(text, Random(seed)))


def counts(string: str) -> dict[str, list[int]]:
    """Count in plain ways that others use, by kind."""
    lines = [line for line in re.split(r"\r\n|\r|\n", string) if line.strip()]
    blocks = [block for block in re.split(r"\n\s*\n", string) if block.strip()]
    words = [
        len(re.findall(r"\w+", string)),
        len(string.split()),
        len(re.findall(r"[\w'-]*\w", string)),
    ]
    return {
        "word_count": words,
        "word_count_near": words,
        "character_count": [len(string), len("".join(string.split()))],
        "line_count": [len(lines), len(string.split("\n"))],
        "paragraph_count": [len(blocks), len([b for b in string.split("\n\n") if b.strip()])],
        "words_per_paragraph": [len(block.split()) for block in blocks],
        "characters_per_word": [len(token) for token in string.split()],
    }


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join), st.integers(0, 2**32))
def test_proposals_hold_for_plain_counts(string: str, seed: int) -> None:
    """What is proposed holds however the words, lines and paragraphs are counted."""
    text = Text(string)
    if text.unspaced:
        return
    plain = counts(string)
    lengths = [kind for kind in kinds().values() if issubclass(kind, Length)]
    rules = [rule for kind in lengths for rule in kind.propose(text, Random(seed))]
    for rule in rules:
        assert rule.check(string).met
        for value in plain.get(rule.kind, []):
            [(low, high)] = rule.facts().values()
            assert low <= value <= high, (rule, value)


def proposed(text: str) -> set[str]:
    """Return the kinds of this family that any of many seeds proposes."""
    lengths = [kind for kind in kinds().values() if issubclass(kind, Length)]
    rules = (
        rule for kind in lengths for seed in range(30) for rule in kind.propose(text, Random(seed))
    )
    return {rule.kind for rule in rules}


def test_prose_brings_out_most_lengths() -> None:
    """Of a few paragraphs everything is proposed but lines, since some count the empty ones."""
    prose = (
        "The rain fell on the old town all day long. We stayed in and read the papers. Nobody came "
        "to see us before the evening.\n\n"
    )
    assert proposed((prose * 4).strip()) == {
        *("word_count", "word_count_near", "sentence_count", "paragraph_count"),
        "character_count",
        *("words_per_sentence", "words_per_paragraph", "sentences_per_paragraph"),
        "characters_per_word",
    }


def test_verse_brings_out_lines() -> None:
    """Of verse without empty lines the number of lines is proposed."""
    assert "line_count" in proposed("The rain fell on the town\n" * 7 + "and all the rivers rose")


def test_only_upper_bounds_on_word_sizes() -> None:
    """Nobody asks for words of at least so many letters."""
    for seed in range(20):
        for rule in CharactersPerWord.propose("The rain fell on the old town.", Random(seed)):
            assert (rule.at_least, rule.facts()["characters_per_word"][0]) == (None, 0)
            assert rule.facts()["characters_per_word"][1] < inf
