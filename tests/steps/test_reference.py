"""Tests of `crab.steps.reference`: shares that are counted quickly are those of the plain count."""

from __future__ import annotations

import json
from collections import defaultdict
from functools import cache
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import crab
from crab.constraints import (
    Bounded,
    EndsWith,
    FirstSentenceContains,
    ForbiddenWords,
    KeywordCount,
    Keywords,
    Lexical,
    Measure,
    SentenceCount,
    SentencesPerParagraph,
    StartsWith,
    WordCount,
    WordCountNear,
    WordsPerParagraph,
    WordsPerSentence,
    registry,
)
from crab.constraints.base import Rule, Verdict
from crab.steps import reference
from crab.steps.reference import Reference
from crab.testing import TEXTS
from crab.text import Text

SEEDS = Path(__file__).parents[2] / "examples" / "seeds.jsonl"

TRICKY = (
    *TEXTS,
    "",
    "!",
    "rain",
    "RAIN, Rain; rain.",
    "rainy rain_fall 3rain rain3 m² rain² ½rain",
    "rain-fall self-rain don't rain",
    "cafe\u0301 café CAFÉ naïve",
    "雨rain雨 我们rain今天 レインrainレイン ฝนrainฝน",
    "ΟΔΟΣ ΣΟΦΟΣ οδος İstanbul ISTANBUL straße STRASSE ﬁsh",
    "# Rain\n\n- rain\n- snow\n",
    "```\nrain()\n```\n",
    "It rained. Rain fell.\n\nThe rain stopped.",
    "rain\ud800fall \x00rain\x00",
    "The machine learning of machines. Machine  learning, machine-learning, machine\nlearning.",
    "good luck! Good luck!",
    "of course, rain. Of course",
    "Привет, ДОЖДЬ идёт. дождь",
    "مطر المطر، مطر",
    "비가 비 오는 비",
)
WORDS = (
    "rain", "Rain", "RAIN", "rainy", "snow", "a", "the", "of course", "machine learning",
    "good luck!", "don't", "don", "self-rain", "cafe\u0301", "café", "cafe", "雨", "雨rain", "我们",
    "rain雨", "レイン", "ฝน", "οδος", "ΟΔΟΣ", "ς", "istanbul", "İstanbul", "strasse", "straße",
    "ﬁsh", "fish", "m", "m²", "3rain", "rain_fall", "-", "!", "3,000.50", "дождь", "مطر", "비",
    "\ufffd", "\x00rain", "😀", "ー",
)  # fmt: skip
MARGINS = ((1, None), (2, None), (0, 0), (None, 1), (1, 1), (1, 3), (2, 40), (5, 20), (None, 12))


@cache
def texts() -> dict[str, list[Text]]:
    """The example responses by their language."""
    rows = [json.loads(line) for line in SEEDS.read_text("utf-8").splitlines()]
    found = defaultdict(list)
    for row in rows:
        found[row["language"]].append(Text(row["response"]))
    return dict(found)


def plain(rule: Rule, answers: list[Text]) -> float:
    """The share of the answers that meet a rule, counted one by one."""
    return sum(rule.check(text).met for text in answers) / len(answers)


def wrong(rules: set[Rule], measured: Reference, language: str | None, answers: list[Text]) -> dict:
    """One example for each kind of which a share differs from the plain count."""
    found = {}
    for rule in sorted(rules, key=repr):
        share, expected = measured.share(rule, language), plain(rule, answers)
        if share != expected:
            found[rule.kind] = f"{share} in place of {expected}: {rule!r}"
    return found


@pytest.fixture
def scratch():
    """Kinds that a test defines are forgotten afterwards."""
    crab.kinds()
    before = dict(registry._classes)
    yield
    registry._classes.clear()
    registry._classes.update(before)


@pytest.fixture(scope="module")
def proposed():
    """Every rule that is proposed for one of the example responses."""
    return {
        rule
        for group in texts().values()
        for text in group
        for seed in (0, 1)
        for rule in crab.propose(text, seed=seed)
    }


@pytest.fixture(scope="module")
def measured():
    """The reference of the example responses."""
    return Reference([(name, text.string) for name, group in texts().items() for text in group])


@pytest.mark.slow
def test_share_of_every_proposal_in_all_languages(proposed, measured):
    """The share of every proposed rule among all answers is exactly that of the plain count."""
    everything = [text for group in texts().values() for text in group]
    assert len({rule.kind for rule in proposed}) > 20
    assert wrong(proposed, measured, None, everything) == {}


@pytest.mark.slow
def test_share_of_every_proposal_in_english(proposed, measured):
    """The share of every proposed rule among the English answers is that of the plain count."""
    assert len(texts()["en"]) >= 20
    assert wrong(proposed, measured, "en", texts()["en"]) == {}


def written() -> set[Rule]:
    """Rules on words that stand in all sorts of places."""
    rules: set[Rule] = set()
    for number, word in enumerate(WORDS):
        other = WORDS[number - 1]
        rules |= {
            Keywords(include=(word,)),
            Keywords(include=(word, other)),
            ForbiddenWords(words=(word,)),
            ForbiddenWords(words=(word, other)),
            StartsWith(text=word),
            EndsWith(text=word),
            FirstSentenceContains(text=word),
        }
        rules |= {KeywordCount(word=word, at_least=low, at_most=high) for low, high in MARGINS}
    return rules


def test_share_of_rules_on_words():
    """Words are found in whatever script, case and neighbourhood a check finds them."""
    answers = [Text(text) for text in TRICKY]
    measured = Reference([("xx", text) for text in TRICKY])
    assert wrong(written(), measured, "xx", answers) == {}
    met = {plain(rule, answers) for rule in written()}
    assert len(met) > 10


@pytest.mark.parametrize(
    "kind",
    [
        WordCount,
        SentenceCount,
        pytest.param(WordsPerSentence),
        pytest.param(WordsPerParagraph),
        pytest.param(SentencesPerParagraph),
    ],
)
def test_share_of_rules_on_counts(kind):
    """Bounds count the texts inside both, and no text that holds nothing to measure."""
    answers = [Text(text) for text in TRICKY]
    measured = Reference([("xx", text) for text in TRICKY])
    for low, high in MARGINS:
        rule = kind(at_least=low, at_most=high)
        assert measured.share(rule, "xx") == plain(rule, answers), rule


@given(
    st.lists(
        st.lists(
            st.sampled_from(
                [
                    "rain",
                    "Rain ",
                    "snow",
                    " ",
                    ". ",
                    "-",
                    "'",
                    "3",
                    "_",
                    "雨",
                    "\u0301",
                    "\n\n",
                    "ß",
                ]
            ),
            max_size=8,
        ).map("".join),
        min_size=1,
        max_size=6,
    ),
    st.sampled_from(sorted(WORDS)),
    st.sampled_from(MARGINS),
)
@settings(max_examples=150, deadline=None)
def test_share_of_rules_on_any_texts(answers, word, margin):
    """The share is that of the plain count whatever the answers are."""
    low, high = margin
    rules = {
        Keywords(include=("rain", word)),
        ForbiddenWords(words=("snow", word)),
        KeywordCount(word=word, at_least=low, at_most=high),
        StartsWith(text=word),
        EndsWith(text=word),
        FirstSentenceContains(text=word),
        WordCount(at_least=low, at_most=high),
        WordCountNear(target=3, tolerance=0.4),
    }
    enough = answers * -(-20 // len(answers))
    measured = Reference([(None, text) for text in enough])
    assert wrong(rules, measured, None, [Text(text) for text in enough]) == {}


@pytest.mark.parametrize(("number", "expected"), [(19, 19 / 29), (20, 1.0)])
def test_language_with_few_answers_is_measured_on_all(number, expected):
    """From 20 answers on a language is measured on its own, below that on all answers."""
    answers = [("en", "rain")] * number + [("fr", "pluie")] * 10
    measured = Reference(answers)
    assert measured.share(Keywords(include=("rain",)), "en") == expected


@pytest.mark.parametrize("language", ["de", None])
def test_language_without_answers_is_measured_on_all(language):
    """A language that no answer is in, or none at all, is measured on the answers in all."""
    measured = Reference([("en", "rain")] * 30 + [("fr", "pluie")] * 10)
    assert measured.share(Keywords(include=("rain",)), language) == 0.75


@pytest.mark.parametrize(("number", "expected"), [(0, None), (1, None), (19, None), (20, 1.0)])
def test_share_of_few_answers(number, expected):
    """With fewer than 20 answers in all languages nothing is said."""
    answers = [("en" if at % 2 else "fr", "rain") for at in range(number)]
    assert Reference(answers).share(Keywords(include=("rain",)), "en") == expected


def test_share_is_the_same_again():
    """Asking again, after other rules, gives the same."""
    measured = Reference([("xx", text) for text in TRICKY])
    rules = sorted(written(), key=repr)
    first = [measured.share(rule, None) for rule in rules]
    assert [measured.share(rule, None) for rule in reversed(rules)] == first[::-1]


def test_forgetting_changes_no_share(monkeypatch):
    """What is remembered is bounded, and forgetting it changes nothing."""
    monkeypatch.setattr(reference, "_MOST_REMEMBERED", 2)
    answers = [Text(text) for text in TRICKY]
    measured = Reference([("xx", text) for text in TRICKY])
    rules = {Keywords(include=(word, "rain")) for word in WORDS}
    assert wrong(rules, measured, "xx", answers) == {}
    assert wrong(rules, measured, "xx", answers) == {}


def test_check_that_raises_counts_as_unmet(scratch):
    """A plug-in's rule is not met by the answers on which its check raises."""

    class Foreign(Lexical, Rule):
        kind: Literal["foreign"] = "foreign"

        def check(self, text):
            if "snow" in Text.of(text).string:
                raise LookupError
            return Verdict(True, "fine")

    measured = Reference([(None, word) for word in ("rain", "snow", "hail", "wind")] * 5)
    assert measured.share(Foreign(), None) == 0.75


def test_measure_that_raises_counts_as_unmet(scratch):
    """A plug-in's bounds are not kept by the answers that it cannot measure."""

    class Foreign(Lexical, Bounded):
        unit = "flakes"
        kind: Literal["foreign"] = "foreign"

        def measure(self, text):
            if "snow" in text.string:
                raise LookupError
            return Measure(3, 3, 3, 3)

    measured = Reference([(None, word) for word in ("rain", "snow", "hail", "wind")] * 5)
    assert measured.share(Foreign(at_most=4), None) == 0.75
