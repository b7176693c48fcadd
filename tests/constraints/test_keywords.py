"""Tests of `crab.constraints.keywords`: which words a text holds, where, and how often."""

from __future__ import annotations

import re
import time
from math import inf
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from crab.constraints import (
    EndsWith,
    FirstSentenceContains,
    ForbiddenWords,
    KeywordCount,
    Keywords,
    LetterCount,
    Lexical,
    Rule,
    StartsWith,
)
from crab.constraints.phrases import occurrences
from crab.constraints.registry import kinds
from crab.text import Text

KINDS = [kind for kind in kinds().values() if issubclass(kind, Lexical)]

PIECES = st.sampled_from(
    [
        *("The garden gate creaked. ", "Water the lettuce, Anna! ", "Of course, "),
        "In short, the lettuce. ",
        *("lettuce's ", "LETTUCE ", "lettuces ", "x-lettuce ", "garden gate, ", "# Lettuce\n"),
        *("- gate\n", "\n\n"),
        *("学习语言很重要。", "语言学习。", "コーヒーを飲む。", "Der Garten, der Garten. "),
        *("and so it is. ", "ΟΔΟΣ "),
        *("İ", "\ud800", "\0", "😀", "and that is what we do with it. ", "library of the town "),
    ]
)
WRITTEN = st.lists(st.one_of(PIECES, st.text(max_size=4)), max_size=40).map("".join)

LONG = (
    "In short, the lettuce needs water. Water the lettuce in the morning, and the tomato plants in "
    "the evening. The tomato plants need light; the lettuce needs shade. That is what they do best."
)


@pytest.mark.parametrize(
    ("string", "phrase", "spans"),
    [
        ("", "rain", []),
        ("rain", "rain", [(0, 4)]),
        ("RAIN Rain rAiN", "rain", [(0, 4), (5, 9), (10, 14)]),
        ("rain", "RAIN", [(0, 4)]),
        ("rains brain rain_ 2rain rain2", "rain", []),
        ("rain-coat, rain's (rain)", "rain", [(0, 4), (11, 15), (19, 23)]),
        ("rain rain", "rain rain", [(0, 9)]),
        ("rain rain rain", "rain rain", [(0, 9)]),
        ("rain  rain", "rain rain", []),
        ("a.b a+b", "a.b", [(0, 3)]),
        ("C++ and C#", "C++", [(0, 3)]),
        ("C++11", "C++", [(0, 3)]),
        ("été ÉTÉ", "été", [(0, 3), (4, 7)]),
        ("étés", "été", []),
        ("今天下雨了", "下雨", [(2, 4)]),
        ("下雨rain下雨", "rain", [(2, 6)]),
        ("รักฝน", "ฝน", [(3, 5)]),
        ("비가 비", "비", [(3, 4)]),
        ("തോന്നിയത് തോന്നി", "തോന്നി", [(10, 16)]),
        ("cafe\u0301 cafe", "cafe", [(6, 10)]),
        ("ОДИН один одинокий", "Один", [(0, 4), (5, 9)]),
        ("ΟΔΟΣ οδος", "οδος", [(0, 4), (5, 9)]),
        ("İstanbul ΟΔΟΣ", "ΟΔΟΣ", [(9, 13)]),
        ("Straße STRASSE", "straße", [(0, 6)]),
        ("aaa aa", "aa", [(4, 6)]),
        ("x\ud800y", "\ufffd", [(1, 2)]),
        ("!!!", "!", [(0, 1), (1, 2), (2, 3)]),
    ],
)
def test_occurrences(string: str, phrase: str, spans: list[tuple[int, int]]) -> None:
    """Whole words are found in any case, apart; in scripts without spaces, anywhere."""
    assert occurrences(Text(string), phrase) == spans


@settings(max_examples=200, deadline=None)
@given(
    WRITTEN,
    st.sampled_from(["lettuce", "garden gate", "语言", "İ", "gate", "t", "ΟΔΟΣ", "the", "."]),
)
def test_occurrences_are_whole_and_apart(string: str, phrase: str) -> None:
    """Each occurrence is the phrase but for its case, and touches no letter that would join it."""
    text, last = Text(string), 0
    for start, end in occurrences(text, phrase):
        assert start >= last
        assert text[(start, end)].lower() == phrase.lower()
        if phrase[0].isascii() and phrase[0].isalpha():
            assert not re.search(r"[A-Za-z0-9_]\Z", text.string[:start])
            assert not re.match(r"[A-Za-z0-9_]", text.string[end:])
        last = end
    if phrase.isascii() and phrase.isalpha() and text.string.isascii():
        plain = re.findall(rf"(?<!\w){phrase}(?!\w)", text.string, re.IGNORECASE)
        assert len(plain) == len(occurrences(text, phrase))


@pytest.mark.parametrize(
    ("rule", "text", "verdict"),
    [
        (Keywords(include=("rain",)), "Rain!", (True, "all present", ((0, 4),))),
        (
            Keywords(include=("rain", "wind")),
            "Wind, rain, rain",
            (True, "all present", ((6, 10), (0, 4))),
        ),
        (Keywords(include=("rain", "wind")), "Rain", (False, "missing: wind", ((0, 4),))),
        (Keywords(include=("rain", "wind")), "Rainy, windy", (False, "missing: rain, wind", ())),
        (
            KeywordCount(word="rain", at_least=2),
            "rain Rain",
            (True, "2 occurrences", ((0, 4), (5, 9))),
        ),
        (
            KeywordCount(word="rain", at_least=3),
            "rain Rain",
            (False, "2 occurrences", ((0, 4), (5, 9))),
        ),
        (KeywordCount(word="rain", at_most=0), "brain", (True, "0 occurrences", ())),
        (KeywordCount(word="rain", at_most=0), "rain", (False, "1 occurrences", ((0, 4),))),
        (ForbiddenWords(words=("very", "really")), "Every day", (True, "none found", ())),
        (
            ForbiddenWords(words=("very", "really", "so")),
            "So VERY so",
            (False, "found: very, so", ((0, 2), (3, 7), (8, 10))),
        ),
        (
            StartsWith(text="Of course"),
            " \n\tof course!",
            (True, 'begins with "of course"', ((3, 12),)),
        ),
        (StartsWith(text="Of course"), "Of courses", (False, 'begins with "Of course"', ())),
        (StartsWith(text="Of course"), "Of", (False, 'begins with "Of"', ())),
        (StartsWith(text="Of course"), "", (False, 'begins with ""', ())),
        (StartsWith(text='"Go'), '"Go away', (True, 'begins with ""Go"', ((0, 3),))),
        (StartsWith(text="今天"), "今天下雨", (True, 'begins with "今天"', ((0, 2),))),
        (
            EndsWith(text="good luck!"),
            "So, GOOD luck! \n",
            (True, 'ends with "GOOD luck!"', ((4, 14),)),
        ),
        (EndsWith(text="luck"), "good luck!", (False, 'ends with "uck!"', ())),
        (EndsWith(text="luck!"), "pluck!", (False, 'ends with "luck!"', ())),
        (EndsWith(text="luck!"), "luck!", (True, 'ends with "luck!"', ((0, 5),))),
        (EndsWith(text="luck!"), "!", (False, 'ends with "!"', ())),
        (EndsWith(text="..."), "so...", (True, 'ends with "..."', ((2, 5),))),
        (
            FirstSentenceContains(text="rain"),
            "The rain. The rain.",
            (True, 'the first sentence holds "rain"', ((4, 8),)),
        ),
        (
            FirstSentenceContains(text="rain"),
            "The sun. The rain.",
            (False, 'the first sentence does not hold "rain"', ()),
        ),
        (FirstSentenceContains(text="rain"), "# Rain", (False, "no sentence", ())),
        (
            FirstSentenceContains(text="rain fell"),
            "So the rain\nfell. It did.",
            (False, 'the first sentence does not hold "rain fell"', ()),
        ),
        (LetterCount(letter="r", at_least=3), "Rain, rivers", (True, "3 occurrences", ())),
        (LetterCount(letter="R", at_most=2), "Rain, rivers", (False, "3 occurrences", ())),
        (LetterCount(letter="é", at_least=2), "Été", (True, "2 occurrences", ())),
        (LetterCount(letter="Σ", at_least=3), "ΟΔΟΣ σας", (True, "3 occurrences", ())),
    ],
)
def test_verdicts(
    rule: Rule, text: str, verdict: tuple[bool, str, tuple[tuple[int, int], ...]]
) -> None:
    """The verdict says what was found and where."""
    assert rule.check(text) == verdict


def test_long_evidence_is_cut() -> None:
    """A reason quotes at most sixty characters."""
    phrase = "a" * 61
    assert EndsWith(text=phrase).check(phrase).reason == f'ends with "{"a" * 57}..."'
    assert EndsWith(text="a" * 60).check("a" * 60).reason == f'ends with "{"a" * 60}"'


@pytest.mark.parametrize(
    "phrase", ["", " ", " rain", "rain ", "\n", "rain\u00a0", "a" * 501, None, 3, "\ud800"]
)
@pytest.mark.parametrize(
    ("kind", "field"),
    [
        (Keywords, "include"),
        (KeywordCount, "word"),
        (ForbiddenWords, "words"),
        (StartsWith, "text"),
        (EndsWith, "text"),
        (FirstSentenceContains, "text"),
    ],
)
def test_what_is_no_phrase(kind: type[Lexical], field: str, phrase: Any) -> None:
    """A phrase is not empty, has no white space around it, and is at most 500 characters long."""
    value = (phrase,) if field in ("include", "words") else phrase
    bounds = {"at_least": 1} if kind is KeywordCount else {}
    with pytest.raises(ValidationError):
        kind(**{field: value}, **bounds)


@pytest.mark.parametrize(
    "phrase", ["a", "rain\nand wind", "a" * 500, "{0} \\1", "雨", ".*", "\u200b"]
)
def test_what_is_a_phrase(phrase: str) -> None:
    """Anything else is a phrase, and means itself."""
    assert Keywords(include=(phrase,)).check(f"({phrase})").met is True
    assert EndsWith(text=phrase).check(f"({phrase}").met is True
    assert StartsWith(text=phrase).check(f"{phrase}!").met is True


@pytest.mark.parametrize("kind", [Keywords, ForbiddenWords])
def test_no_words_are_no_rule(kind: type[Lexical]) -> None:
    """A list of words holds at least one."""
    field = "include" if kind is Keywords else "words"
    with pytest.raises(ValidationError, match="at least 1"):
        kind(**{field: ()})


@pytest.mark.parametrize("letter", ["", "ab", None])
def test_one_letter(letter: Any) -> None:
    """A letter is one character, and kept in lower case."""
    with pytest.raises(ValidationError):
        LetterCount(letter=letter, at_least=1)
    assert LetterCount(letter="Q", at_least=1) == LetterCount(letter="q", at_least=1)


def test_topics() -> None:
    """Rules about the same word are about the same thing, whatever its case."""
    assert "rain" in Keywords(include=("Rain", "wind")).topics()
    assert "rain" in KeywordCount(word="RAIN", at_least=1).topics()
    assert "rain" in FirstSentenceContains(text="rain").topics()
    assert StartsWith(text="rain").topics() == {"starts_with"}


def test_facts() -> None:
    """A word that must occur occurs at least once; in the first sentence, it also occurs at all."""
    [quantity] = Keywords(include=("rain",)).facts()
    assert Keywords(include=("Rain", "wind")).facts()[quantity] == (1, inf)
    assert KeywordCount(word="RAIN", at_least=2, at_most=3).facts() == {quantity: (2, 3)}
    assert FirstSentenceContains(text="rain").facts()[quantity] == (1, inf)
    assert len(FirstSentenceContains(text="rain").facts()) == 2


def test_conjuncts() -> None:
    """Several words say the same as each of them alone."""
    words = ("rain", "wind")
    assert Keywords(include=words).conjuncts() == (
        Keywords(include=("rain",)),
        Keywords(include=("wind",)),
    )
    assert ForbiddenWords(words=words).conjuncts() == (
        ForbiddenWords(words=("rain",)),
        ForbiddenWords(words=("wind",)),
    )
    assert StartsWith(text="rain").conjuncts() == (StartsWith(text="rain"),)


RULES = [
    Keywords(include=("lettuce", "garden gate")),
    Keywords(include=("LETTUCE's", "语言")),
    KeywordCount(word="Gate", at_least=1),
    KeywordCount(word="gate", at_most=1),
    KeywordCount(word="garden gate", at_most=1),
    ForbiddenWords(words=("lettuce", "gate")),
    ForbiddenWords(words=("lettuce", "garden gate")),
    StartsWith(text="The garden"),
    EndsWith(text="garden gate,"),
    EndsWith(text="lettuce."),
    FirstSentenceContains(text="gate"),
]


@settings(max_examples=150, deadline=None)
@given(WRITTEN)
def test_required_and_barred_words(string: str) -> None:
    """No text meets a rule without its required words, and any text does without barred ones."""
    words = set(re.findall(r"[^\W\d_]+", Text(string).folded))
    for rule in RULES:
        met = rule.check(string).met
        assert not met or rule.required_words() <= words, rule
        barred = rule.barred_words()
        assert met or not barred or barred & words, rule


@pytest.mark.parametrize(
    ("rule", "required", "barred"),
    [
        (Keywords(include=("Rain", "wind speed")), {"rain", "wind", "speed"}, set()),
        (Keywords(include=("don't", "x1", "下雨")), set(), set()),
        (KeywordCount(word="Rain", at_least=1), {"rain"}, set()),
        (KeywordCount(word="Rain", at_most=1), set(), {"rain"}),
        (KeywordCount(word="Rain", at_least=0, at_most=1), set(), {"rain"}),
        (ForbiddenWords(words=("Rain", "wind")), set(), {"rain", "wind"}),
        (ForbiddenWords(words=("rain", "don't")), set(), set()),
        (StartsWith(text="Of course"), {"of", "course"}, set()),
        (EndsWith(text="the good luck!"), {"good", "luck"}, set()),
        (FirstSentenceContains(text="rain"), {"rain"}, set()),
        (LetterCount(letter="r", at_least=1), set(), set()),
    ],
)
def test_which_words_are_required_or_barred(
    rule: Rule, required: set[str], barred: set[str]
) -> None:
    """Words of letters only are required or barred, in lower case; others are not spoken of."""
    assert (rule.required_words(), rule.barred_words()) == (required, barred)


@settings(max_examples=150, deadline=None)
@given(WRITTEN, st.integers(0, 2**32))
def test_proposals_hold_for_every_way_to_look(string: str, seed: int) -> None:
    """What is proposed is met, and holds for plain searches of words and of parts of words."""
    text = Text(string)
    for kind in KINDS:
        for rule in kind.propose(text, Random(seed)):
            assert rule.check(string).met, rule
            if isinstance(rule, Keywords):
                assert all(word in text.string for word in rule.include)
            if isinstance(rule, KeywordCount):
                [(low, high)] = rule.facts().values()
                whole = re.findall(rf"\b{re.escape(rule.word)}\b", text.string)
                for count in (len(whole), text.string.lower().count(rule.word.lower())):
                    assert text.unspaced or low <= count <= high, rule
            if isinstance(rule, ForbiddenWords):
                assert not any(word in text.string.lower() for word in rule.words)
            if isinstance(rule, LetterCount):
                [(low, high)] = rule.facts().values()
                assert low <= text.string.lower().count(rule.letter) <= high
            if isinstance(rule, StartsWith):
                assert text.string.strip().startswith(rule.text)
            if isinstance(rule, EndsWith):
                assert text.string.strip().endswith(rule.text)


def proposed(kind: type[Rule], text: str) -> set[Rule]:
    """Return what a kind proposes for many seeds."""
    return {rule for seed in range(60) for rule in kind.propose(text, Random(seed))}


def test_what_is_proposed_for_a_plain_text() -> None:
    """Proposed are the words that a text is about, its opening and its ending."""
    words = {word for rule in proposed(Keywords, LONG) for word in rule.include}
    assert {"lettuce", "tomato plants"} <= words
    assert {rule.text for rule in proposed(FirstSentenceContains, LONG)} == {"lettuce"}
    assert {rule.text for rule in proposed(StartsWith, LONG)} == {"In short"}
    assert {rule.text for rule in proposed(EndsWith, LONG)} == {"they do best."}
    assert all(rule.word in words for rule in proposed(KeywordCount, LONG))
    assert proposed(LetterCount, LONG)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_nothing_is_proposed_for_a_short_text(kind: type[Rule]) -> None:
    """A text of 29 words gives no rule on words: it would give the answer away."""
    assert proposed(kind, "In short, the lettuce grew. " + "the lettuce " * 12) == set()


@pytest.mark.parametrize(
    "beginning",
    [
        "Anna said that",
        "Yes, and so",
        "Lettuce is what",
        "1. In short,",
        "# In short\n\n",
        '"In short',
    ],
)
def test_openings_that_say_something_are_kept_back(beginning: str) -> None:
    """An opening that holds names, topics or marks is not proposed."""
    assert proposed(StartsWith, f"{beginning} {LONG[10:]}") == set()


@pytest.mark.parametrize(
    "ending", ["eat more lettuce.", "ask Anna today.", "it was 1815.", "this (so)", "of it", "- it"]
)
def test_endings_that_say_something_are_kept_back(ending: str) -> None:
    """An ending that holds names, topics or numbers, or no stop, is not proposed."""
    assert proposed(EndsWith, f"{LONG} {ending}") == set()


def test_overused_words_are_forbidden() -> None:
    """Forbidden are two or three overused words that the text does without, in order."""
    rules = proposed(ForbiddenWords, LONG * 2)
    assert rules
    assert all(
        2 <= len(rule.words) <= 3 and list(rule.words) == sorted(rule.words) for rule in rules
    )


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (KeywordCount(word="the", at_least=1), "the " * 50_000),
        (KeywordCount(word="the cat", at_least=1), "the cat " * 25_000),
        (Keywords(include=("a" * 500,)), "a" * 200_000),
        (Keywords(include=("ab" * 250,)), "ab" * 100_000),
        (ForbiddenWords(words=("aaa", "aa a")), "aa " * 70_000),
        (StartsWith(text="*"), "*" * 200_000),
        (EndsWith(text="." * 500), "." * 200_000),
        (FirstSentenceContains(text="a"), "a. " * 60_000),
        (LetterCount(letter="a", at_least=1), "ɑaA" * 60_000),
    ],
    ids=lambda value: value.kind if isinstance(value, Rule) else "",
)
def test_long_texts_take_no_time(rule: Rule, text: str) -> None:
    """A check and a proposal end within about a second on long and repetitive texts."""
    rule.check("warm")
    began = time.process_time()
    assert rule.check(text).met is not None
    assert time.process_time() - began < 1.5
