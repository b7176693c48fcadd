"""The reading grade, and the syllables that it counts."""

from __future__ import annotations

from random import Random

import pytest

from crab.constraints import ReadingGrade
from crab.constraints.readability import syllables


@pytest.mark.parametrize(
    ("rule", "text", "met"),
    [
        (ReadingGrade(at_most=3), "The cat sat on the mat. It was warm there.", True),
        (ReadingGrade(at_least=10), "The cat sat on the mat. It was warm there.", False),
        (ReadingGrade(at_most=18), "Der Zug nach Bremen fährt heute von Gleis sieben ab.", False),
        (ReadingGrade(at_most=18), "", False),
    ],
)
def test_cases(rule, text, met):
    """The definition on its edges."""
    assert rule.check(text).met is met


@pytest.mark.parametrize(
    ("word", "count"),
    [
        ("the", 1), ("rain", 1), ("make", 1), ("makes", 1), ("boxes", 2), ("table", 2),
        ("called", 1), ("wanted", 2),
        ("handled", 2), ("people", 2), ("nation", 2), ("special", 2), ("media", 3), ("area", 3),
        ("idea", 3),
        ("create", 2), ("science", 2), ("patient", 2), ("experience", 4), ("usually", 4),
        ("question", 2),
        ("management", 3), ("something", 2), ("studying", 3), ("being", 2), ("didn't", 2),
        ("don't", 1), ("it's", 1),
        ("well-known", 2), ("2019", 1), ("café", 2), ("rhythm", 1), ("information", 4),
        ("university", 5),
    ],
)  # fmt: skip
def test_syllables(word, count):
    """Syllables of ordinary words are counted as a dictionary counts them."""
    assert syllables(word) == count


def test_the_grade_is_the_formula():
    """The grade is Flesch and Kincaid's, on crab's words and sentences."""
    text = "We walked to the harbour. Nobody answered."
    grade = 0.39 * 7 / 2 + 11.8 * (1 + 1 + 1 + 1 + 2 + 3 + 2) / 7 - 15.59
    assert ReadingGrade(at_most=9).check(text).reason == f"Flesch-Kincaid grade {grade:.2f}"


def test_the_variant_says_which_bounds():
    """Each form of bounds is said in its own way."""
    forms = [
        {"at_least": 5},
        {"at_most": 5},
        {"at_least": 5, "at_most": 9},
        {"at_least": 5, "at_most": 5},
    ]
    assert [ReadingGrade(**form).variant() for form in forms] == [
        "at_least", "at_most", "between", "exactly"
    ]  # fmt: skip


def test_bounds_are_proposed_around_plain_readings():
    """The bounds leave room for other counts of syllables and sentences."""
    sentence = (
        "The boats came back before the rain, and nobody on the quay talked about the storm. "
    )
    rules = [rule for seed in range(6) for rule in ReadingGrade.propose(sentence * 5, Random(seed))]
    assert rules
    for share in (0.9, 1.0, 1.1):
        grade = 0.39 * 16 + 11.8 * share * 20 / 16 - 15.59
        for rule in rules:
            assert rule.at_least is None or rule.at_least <= grade, (rule, grade)
            assert rule.at_most is None or grade <= rule.at_most, (rule, grade)


def test_other_languages_have_no_grade():
    """A text in another language gets no bounds."""
    text = "Der Zug nach Bremen fährt heute von Gleis sieben ab. " * 8
    assert not list(ReadingGrade.propose(text, Random(0)))
