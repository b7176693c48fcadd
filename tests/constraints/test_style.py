"""What the kinds of the style family share, and the kinds that a reader decides."""

from __future__ import annotations

from random import Random

import pytest

from crab import constraints
from crab.constraints import (
    CapitalWordCount,
    EmojiCount,
    ExclamationCount,
    Judged,
    NoContractions,
    NoEmoji,
    NoExclamations,
    NoQuestions,
    NumberCount,
    QuestionCount,
    QuotationCount,
    Rule,
    Style,
    UniqueWordCount,
    WritingStyle,
)
from crab.constraints.style import written
from crab.text import Text

KINDS = [
    kind
    for kind in map(vars(constraints).get, constraints.__all__)
    if issubclass(kind, Style) and kind is not Style
]
RULES = [kind for kind in KINDS if issubclass(kind, Rule)]
FILLER = "the boats came back before the rain and nobody on the quay said a word about the storm"
PLAIN = f"{FILLER}. {FILLER}. {FILLER}."


@pytest.mark.parametrize("kind", RULES)
def test_example(kind):
    """Every kind's example is right, and its reasons say something."""
    rule = kind(**kind.example.fields)
    assert rule.check(kind.example.met).met is True
    unmet = rule.check(kind.example.unmet)
    assert unmet.met is False
    assert unmet.reason


@pytest.mark.parametrize(
    ("kind", "text", "count"),
    [
        (CapitalWordCount, "USA, NASA and the EU", 3),
        (UniqueWordCount, "Rain and wind and sun", 4),
        (NumberCount, "1 2 3.5", 3),
        (QuotationCount, '"a" “b” 「c」', 3),
        (EmojiCount, "🙂🙂 🇩🇪", 3),
        (QuestionCount, "Why? Oh! How? No! Then it rained.", 2),
        (ExclamationCount, "Why? Oh! How? No! Then it rained.", 2),
    ],
)
def test_bounds_are_included(kind, text, count):
    """A count on a bound meets the rule, and one past it does not."""
    assert kind(at_least=count, at_most=count).check(text).met
    assert not kind(at_least=count + 1).check(text).met
    assert not kind(at_most=count - 1).check(text).met


def test_spans_are_few():
    """However often a rule is broken, its evidence stays short."""
    assert len(NoEmoji().check("🙂 " * 5000).spans) <= 500
    assert len(NumberCount(at_most=1).check("1 " * 5000).spans) <= 500


@pytest.mark.parametrize("kind", [NoContractions, NoEmoji, NoExclamations, NoQuestions])
def test_absence_is_proposed_for_prose_alone(kind):
    """What a few words or a listing of code leave out is no choice."""
    assert list(kind.propose(PLAIN, Random(0))) == [kind()]
    assert not list(kind.propose("No rain today.", Random(0)))
    assert written(Text(f"{FILLER}. {FILLER}."))
    assert not written(Text(FILLER))
    assert not written(Text("Code:\n\n```\n" + "print(x)\n" * 30 + "```\n"))


@pytest.mark.parametrize(
    "kind",
    [CapitalWordCount, NumberCount, QuotationCount, EmojiCount, QuestionCount, ExclamationCount],
)
def test_what_is_not_there_is_not_counted(kind):
    """A text without the thing gets no bound on it."""
    assert not [rule for seed in range(6) for rule in kind.propose(PLAIN, Random(seed))]


def test_judged_kinds_carry_their_words():
    """The kinds that a reader decides describe themselves by their text."""
    judged = [kind for kind in KINDS if issubclass(kind, Judged)]
    assert len(judged) == 3
    for kind in judged:
        rule = kind(**kind.example.fields)
        assert rule.describe() == kind.example.fields["text"]
    with pytest.raises(ValueError, match="text"):
        WritingStyle(text=" ")
