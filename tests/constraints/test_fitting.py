"""Tests of `fitted`: a rule that somebody suggests is made true of the response, or refused."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crab.constraints import (
    BulletCount,
    EndsWith,
    FirstSentenceContains,
    ForbiddenWords,
    KeywordCount,
    Keywords,
    LetterCount,
    NoPunctuation,
    ParagraphCount,
    PunctuationCount,
    Rule,
    SentenceCount,
    SentencesPerParagraph,
    StartsWith,
    WordCount,
    WordCountNear,
    WordsPerSentence,
)
from crab.constraints.bounds import Bounded
from crab.constraints.registry import kinds
from crab.testing import NASTY, TEXTS
from crab.text import Text

RULES = [kind for kind in kinds().values() if issubclass(kind, Rule)]
BOUNDED = [kind for kind in RULES if issubclass(kind, Bounded)]
SEEDS = Path(__file__).parents[2] / "examples" / "seeds.jsonl"


@cache
def texts() -> tuple[Text, ...]:
    """Ordinary responses of many forms and languages."""
    seeds = [orjson.loads(line)["response"] for line in SEEDS.read_bytes().splitlines()[:30]]
    return tuple(map(Text, (*TEXTS, *seeds)))


LONG = Text(
    "In short, the lettuce needs water. Water the lettuce in the morning, and the 12 tomato plants "
    "in the evening.\n\nThe tomato plants need light; the lettuce needs shade. That is what they "
    "do best, and so it is."
)
SHORT = Text("In short, the lettuce needs water, and so it is.")


def true_of(rule: Rule, text: Text) -> bool:
    """Whether a rule is met, and stays so however a fair person counts."""
    if not rule.check(text).met:
        return False
    if isinstance(rule, WordCountNear):
        words, slack = text.readings.words, rule.target * rule.tolerance + 1e-9
        return rule.target - slack <= words.low <= words.high <= rule.target + slack
    if isinstance(rule, Bounded):
        found = rule.measure(text)
        assert found is not None
        return (rule.at_least is None or rule.at_least <= found.low) and (
            rule.at_most is None or rule.at_most >= found.high
        )
    return True


def form(rule: Bounded) -> tuple[bool, bool]:
    """Which bounds a rule has."""
    return rule.at_least is not None, rule.at_most is not None


@pytest.mark.parametrize("kind", RULES)
def test_an_example_fits_or_is_refused(kind: type[Rule]) -> None:
    """A kind's own example, fitted to any text, is true there or None, whatever the text holds."""
    example = kind(**kind.example.fields)
    for text in (Text(kind.example.met), Text(kind.example.unmet), *texts()):
        fitted = example.fitted(text)
        assert fitted is None or (type(fitted) is kind and true_of(fitted, text)), text.string[:60]


@pytest.mark.parametrize("kind", RULES)
def test_what_a_kind_proposes_is_fitted(kind: type[Rule]) -> None:
    """What a kind proposes of a text is true of it after fitting; its bounds stay as they are."""
    for text in texts():
        for seed in range(2):
            for rule in kind.propose(text, Random(seed)):
                fitted = rule.fitted(text)
                assert fitted is None or true_of(fitted, text)
                if isinstance(rule, Bounded):
                    assert fitted in (rule, None)


@pytest.mark.parametrize("kind", RULES)
def test_no_text_breaks_fitting(kind: type[Rule]) -> None:
    """Texts that nobody would write get a true rule or none."""
    example = kind(**kind.example.fields)
    for string in NASTY:
        text = Text(string[:5000])
        fitted = example.fitted(text)
        assert fitted is None or true_of(fitted, text)


@settings(deadline=None, max_examples=300)
@given(st.data())
def test_bounds_are_made_true(data: st.DataObject) -> None:
    """Any bounds on anything countable become bounds that hold, of the same form or of a part."""
    kind = data.draw(st.sampled_from(BOUNDED))
    text = data.draw(st.sampled_from(texts()))
    own = {
        name: value
        for name, value in kind.example.fields.items()
        if name not in ("at_least", "at_most")
    }
    low = data.draw(st.one_of(st.none(), st.integers(0, 400)))
    high = data.draw(st.one_of(st.none(), st.integers(low or 0, 800)))
    if high is None and not low:
        low = 1
    fitted = kind(**own, at_least=low, at_most=high).fitted(text)
    if fitted is None:
        return
    assert true_of(fitted, text)
    assert fitted.measured_fields() == kind.subject(**own).measured_fields()
    assert (low is not None) >= (fitted.at_least is not None)
    assert (high is not None) >= (fitted.at_most is not None)


WRITTEN = st.lists(
    st.sampled_from(
        [
            "The rain stopped. ",
            "Was it late? ",
            "word ",
            "- tea\n",
            "1. milk\n",
            "\n\n",
            "# Head\n\n",
            "雨停了。",
            "Dr. Who, 3.5 km! ",
            "`a.b` ",
            "| a | b |\n|---|---|\n| 1 | 2 |\n\n",
            "e.g. ",
        ]
    ),
    max_size=40,
).map("".join)


@settings(deadline=None, max_examples=200)
@given(WRITTEN, st.sampled_from(BOUNDED), st.integers(0, 60), st.integers(0, 60))
def test_bounds_are_made_true_of_any_text(
    string: str, kind: type[Bounded], low: int, more: int
) -> None:
    """Whatever the text, what is fitted holds under every reading."""
    text = Text(string)
    own = {**kind.example.fields, "at_least": low, "at_most": low + more}
    fitted = kind(**own).fitted(text)
    assert fitted is None or true_of(fitted, text)


@pytest.mark.parametrize(
    ("rule", "fields"),
    [
        (WordCount(at_least=500), {"at_least": 35}),
        (WordCount(at_most=5), {"at_most": 40}),
        (WordCount(at_least=500, at_most=600), {"at_least": 35, "at_most": 600}),
        (WordCount(at_least=20), {"at_least": 20}),
        (WordCount(at_least=99, at_most=99), {"at_least": 39, "at_most": 39}),
        (SentenceCount(at_least=9, at_most=9), {"at_least": 4, "at_most": 4}),
        (SentenceCount(at_least=9), {"at_least": 4}),
        (SentenceCount(at_most=1), {"at_most": 4}),
        (ParagraphCount(at_least=5, at_most=6), {"at_least": 2, "at_most": 6}),
        (SentencesPerParagraph(at_least=3, at_most=3), {"at_least": 2, "at_most": 2}),
        (KeywordCount(word="lettuce", at_least=7), {"word": "lettuce", "at_least": 3}),
        (KeywordCount(word="rain", at_least=7), None),
        (BulletCount(at_least=3), None),
    ],
)
def test_false_bounds_become_true(rule: Bounded, fields: dict[str, Any] | None) -> None:
    """A false bound becomes the nearest round one that holds; of what is not there, none does."""
    fitted = rule.fitted(LONG)
    found = fitted and fitted.model_dump(exclude_none=True, exclude={"kind", "version"})
    assert found == fields
    assert fitted is None or form(fitted) == form(rule)


@pytest.mark.parametrize(
    ("rule", "fits"),
    [
        (Keywords(include=("lettuce",)), True),
        (Keywords(include=("tomato plants",)), True),
        (Keywords(include=("12 tomato",)), False),
        (Keywords(include=("12",)), False),
        (Keywords(include=("water the lettuce in",)), False),
        (Keywords(include=("lettuce needs water",)), True),
        (Keywords(include=("Lettuce",)), False),
        (Keywords(include=("let",)), False),
        (StartsWith(text="In short,"), True),
        (StartsWith(text="In short"), True),
        (StartsWith(text="in short"), False),
        (StartsWith(text="In short, the lettuce"), False),
        (StartsWith(text="In sho"), False),
        (EndsWith(text="so it is."), True),
        (EndsWith(text="so it is"), False),
        (EndsWith(text="best, and so it is."), False),
        (FirstSentenceContains(text="lettuce"), True),
        (FirstSentenceContains(text="tomato"), False),
        (KeywordCount(word="the 12 tomato", at_least=1), False),
        (NoPunctuation(mark=":"), True),
        (NoPunctuation(mark=","), False),
        (PunctuationCount(mark=",", at_least=2), True),
        (PunctuationCount(mark=":", at_least=1), False),
        (LetterCount(letter="w", at_least=3), True),
    ],
)
def test_words_and_marks(rule: Rule, fits: bool) -> None:
    """Words fit that stand alone as written, without digits and at most three; marks that count."""
    assert (rule.fitted(LONG) == rule) is fits
    assert fits or rule.fitted(LONG) is None


def test_words_that_are_absent_are_left_out() -> None:
    """Of several words those remain that hold; a word inside another is not absent."""
    assert Keywords(include=("lettuce", "rain")).fitted(LONG) == Keywords(include=("lettuce",))
    long = Text(LONG.string + " " + "The garden is green and quiet. " * 4)
    assert ForbiddenWords(words=("rain", "let")).fitted(long) == ForbiddenWords(words=("rain",))
    assert ForbiddenWords(words=("let", "Water")).fitted(long) is None


@pytest.mark.parametrize(
    "rule",
    [
        Keywords(include=("lettuce",)),
        KeywordCount(word="lettuce", at_least=1),
        StartsWith(text="In short"),
        EndsWith(text="so it is."),
        FirstSentenceContains(text="lettuce"),
        ForbiddenWords(words=("rain",)),
        LetterCount(letter="w", at_least=1),
        NoPunctuation(mark=":"),
        PunctuationCount(mark=",", at_least=1),
    ],
)
def test_short_answers_are_never_quoted(rule: Rule) -> None:
    """Of a short answer no word, letter or mark may be asked for: it would be the answer itself."""
    assert rule.check(SHORT).met
    assert rule.fitted(SHORT) is None


@pytest.mark.parametrize(
    ("rule", "fields"),
    [
        (WordCountNear(target=37, tolerance=0.1), {"target": 37, "tolerance": 0.1}),
        (WordCountNear(target=200, tolerance=0.1), {"target": 40, "tolerance": 0.1}),
    ],
)
def test_targets_come_close(rule: WordCountNear, fields: dict[str, Any]) -> None:
    """A target that is missed becomes the nearest round one."""
    fitted = rule.fitted(LONG)
    assert fitted is not None
    assert fitted.model_dump(exclude={"kind", "version"}) == fields


def test_readings_that_lie_apart_take_no_bound() -> None:
    """Where fair people count too differently, no bound is fitted, however wide it is."""
    apart = Text("a-b-c-d-e/f/g/h " * 20)
    words = apart.readings.words
    assert words.high > 1.3 * words.low
    assert WordCount(at_least=5).fitted(apart) is None
    assert WordCount(at_most=5000).fitted(apart) is None


def test_each_needs_more_than_one() -> None:
    """Bounds on every sentence are not fitted to a text of one."""
    assert WordsPerSentence(at_most=50).fitted(Text("One sentence " + "of words " * 20)) is None
    assert WordsPerSentence(at_most=50).fitted(LONG) == WordsPerSentence(at_most=50)
