"""Questions and exclamations."""

from __future__ import annotations

from random import Random

import pytest

from crab.constraints import (
    EndsWithQuestion,
    ExclamationCount,
    NoExclamations,
    NoQuestions,
    QuestionCount,
)

PLAIN = (
    "The boats came back before the rain and nobody on the quay said a word about the storm. "
    "Later that evening the harbour fell quiet, and the gulls slept on the warm roofs. "
)


@pytest.mark.parametrize(
    ("rule", "text", "met"),
    [
        (NoQuestions(), "It rained.", True),
        (NoQuestions(), "雨？", False),
        (NoQuestions(), "هل؟", False),
        (NoQuestions(), "http://a.b?c", False),
        (NoExclamations(), "It rained.", True),
        (NoExclamations(), "Wow‼", False),
        (NoExclamations(), "¡Hola", False),
        (QuestionCount(at_least=2, at_most=2), "Why? How?! So.", True),
        (QuestionCount(at_least=1), "See http://a.b?c=d for more.", False),
        (QuestionCount(at_least=1, at_most=1), "He asked: “**Why?**”", True),
        (ExclamationCount(at_least=2, at_most=2), "Oh! No?! So.", True),
        (ExclamationCount(at_least=1), "It holds that a != b there.", False),
        (EndsWithQuestion(), 'So it rained. "Did it?" \n', True),
        (EndsWithQuestion(), "So it rained. **Did it?**", True),
        (EndsWithQuestion(), "Did it? Yes.", False),
        (EndsWithQuestion(), "雨？", True),
        (EndsWithQuestion(), "Really?!", False),
        (EndsWithQuestion(), " \n", False),
    ],
)
def test_cases(rule, text, met):
    """Each kind's definition on its edges."""
    assert rule.check(text).met is met


def test_the_greek_question_mark_silences_the_proposal():
    """A semicolon in Greek asks a question."""
    text = "Το πλοίο έφυγε από το λιμάνι πριν από τη βροχή, και κανείς δεν είπε τίποτα. " * 3
    assert list(NoQuestions.propose(text, Random(0))) == [NoQuestions()]
    assert not list(NoQuestions.propose(text + "Ποιος το είδε;", Random(0)))


def test_questions_are_proposed():
    """Questions that everybody sees are counted."""
    text = PLAIN + "Who saw the boats? And what became of the nets?"
    rules = [rule for seed in range(20) for rule in QuestionCount.propose(text, Random(seed))]
    assert rules
    assert all(rule.at_least in (1, 2) for rule in rules)
    assert not list(ExclamationCount.propose(PLAIN + "Here a != b holds.", Random(0)))


def test_a_last_question_is_proposed():
    """A bare question mark at the end is seen; one inside quotation marks is left alone."""
    text = PLAIN + "Who saw the boats? And what became of the nets?"
    assert list(EndsWithQuestion.propose(text, Random(0))) == [EndsWithQuestion()]
    assert not list(EndsWithQuestion.propose(text + '"', Random(0)))
