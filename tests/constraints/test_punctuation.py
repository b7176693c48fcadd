"""Tests of `crab.constraints.punctuation`: marks that a text does without, or uses so often."""

from __future__ import annotations

import time
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from crab.constraints import NoPunctuation, PunctuationCount
from crab.constraints.punctuation import MARKS
from crab.text import Text

COMMAS = ",，、،"
WORDS = "the rain fell on the old town all day long and we stayed in " * 3


@pytest.mark.parametrize("comma", COMMAS)
def test_no_commas_means_none_of_any_script(comma: str) -> None:
    """A comma of any script breaks the rule against commas, and nothing else does."""
    rule = NoPunctuation(mark=",")
    assert rule.check(f"rain{comma} wind") == (False, "1 found", ((4, 5),))
    assert rule.check("rain. wind; sun: all—so 'on' `x`") == (True, "none found", ())


@pytest.mark.parametrize(
    ("mark", "text", "spans"),
    [
        (",", "a, b，c、d،", [(1, 2), (4, 5), (6, 7), (8, 9)]),
        (".", "Dr. 3.5 。．", [(2, 3), (5, 6), (8, 9), (9, 10)]),
        ("!", "Hi! ¡Hi！", [(2, 3), (4, 5), (7, 8)]),
        ("?", "¿So? ？؟", [(0, 1), (3, 4), (5, 6), (6, 7)]),
        (";", "a; b；c؛", [(1, 2), (4, 5), (6, 7)]),
        (":", "a: b：", [(1, 2), (4, 5)]),
        ("—", "a — b – c - d", [(2, 3), (6, 7)]),
        ("(", "(a) （b）", [(0, 1), (2, 3), (4, 5), (6, 7)]),
        (
            '"',
            '"a" “b” «c» 「d」',
            [(0, 1), (2, 3), (4, 5), (6, 7), (8, 9), (10, 11), (12, 13), (14, 15)],
        ),
        ("#", "#a ＃b", [(0, 1)]),
        ("😀", "😀!", [(0, 1)]),
        ("，", "a, b，", [(4, 5)]),
        (",", "", []),
    ],
)
def test_forms(mark: str, text: str, spans: list[tuple[int, int]]) -> None:
    """A mark counts in every form that scripts give it; one without forms is just itself."""
    count = len(spans)
    found = NoPunctuation(mark=mark).check(text)
    assert found == (not spans, f"{count} found" if spans else "none found", tuple(spans))
    assert PunctuationCount(mark=mark, at_least=count, at_most=count).check(text).spans == tuple(
        spans
    )
    assert PunctuationCount(mark=mark, at_most=count).check(text) == (
        True,
        f"{count} marks",
        tuple(spans),
    )
    assert PunctuationCount(mark=mark, at_least=count + 1).check(text).met is False
    if count:
        assert PunctuationCount(mark=mark, at_least=count).check(text).met is True
        assert PunctuationCount(mark=mark, at_most=count - 1).check(text).met is False


@pytest.mark.parametrize(
    "mark", ["", "a", "5", "_", " ", "\n", "\u00a0", ",,", ",\n", "雨", "\u0301", "\ud800", None, 3]
)
@pytest.mark.parametrize("kind", [NoPunctuation, PunctuationCount])
def test_what_is_no_mark(kind: type[NoPunctuation], mark: Any) -> None:
    """A mark is one character: no letter, digit, underscore, combining mark or white space."""
    bounds = {} if kind is NoPunctuation else {"at_least": 1}
    with pytest.raises(ValidationError):
        kind(mark=mark, **bounds)


def test_every_form_is_a_mark_of_its_own() -> None:
    """Each mark is its own first form, and no form belongs to two marks."""
    forms = "".join(MARKS.values())
    assert len(set(forms)) == len(forms)
    assert all(several[0] == mark for mark, several in MARKS.items())
    assert {NoPunctuation(mark=form).mark for form in forms} == set(forms)
    assert set(COMMAS) <= set(MARKS[","])


def test_rules_on_one_mark_are_about_one_thing() -> None:
    """Both kinds are about their mark, and none of it is the same as zero of it."""
    none, few = NoPunctuation(mark=","), PunctuationCount(mark=",", at_most=0)
    assert none.topics() == few.topics() == {","}
    assert none.facts() == few.facts()
    assert NoPunctuation(mark=";").facts().keys().isdisjoint(none.facts())
    assert NoPunctuation.absence is True
    assert PunctuationCount.absence is False


def proposed(kind: type[NoPunctuation | PunctuationCount], text: str) -> set[Any]:
    """Return what a kind proposes for many seeds."""
    return {rule for seed in range(60) for rule in kind.propose(text, Random(seed))}


def test_absent_commas_come_first() -> None:
    """Where a text does without commas, that is proposed, and else one of the other marks."""
    assert {rule.mark for rule in proposed(NoPunctuation, WORDS)} == {","}
    assert {rule.mark for rule in proposed(NoPunctuation, f"{WORDS},")} == set(';:—("')


@pytest.mark.parametrize("comma", COMMAS)
def test_a_comma_of_any_script_stops_the_proposal(comma: str) -> None:
    """No rule against commas is proposed where a comma of any script stands."""
    assert "," not in {rule.mark for rule in proposed(NoPunctuation, f"{WORDS}{comma}")}


def test_marks_that_are_there_are_counted() -> None:
    """Marks that a text uses are counted, on bounds that hold for the written form alone, too."""
    assert {rule.mark for rule in proposed(PunctuationCount, f"{WORDS},,,;;;")} == {",", ";"}
    assert {rule.mark for rule in proposed(PunctuationCount, f"{WORDS}，，，")} == set()
    assert proposed(PunctuationCount, WORDS) == set()


@pytest.mark.parametrize("kind", [NoPunctuation, PunctuationCount])
def test_nothing_is_proposed_for_a_short_text(kind: type[NoPunctuation]) -> None:
    """Of 29 words nothing is said; of 30 something is."""
    assert proposed(kind, "a," * 9 + "a " * 20) == set()
    assert proposed(kind, "a," * 9 + "a " * 21) != set()


@settings(max_examples=200, deadline=None)
@given(
    st.text(st.sampled_from(f'a b.{COMMAS};:；：—–!?()（）"“”«\ud800😀'), max_size=80),
    st.integers(0, 2**32),
)
def test_proposals_hold_for_every_form(string: str, seed: int) -> None:
    """What is proposed holds for the mark alone and for all of its forms."""
    text = Text(f"{string} {'so it is ' * 10}")
    for rule in NoPunctuation.propose(text, Random(seed)):
        assert rule.check(text).met
        assert set(MARKS[rule.mark]).isdisjoint(text.string)
    for rule in PunctuationCount.propose(text, Random(seed)):
        assert rule.check(text).met
        [(low, high)] = rule.facts().values()
        counts = [text.string.count(rule.mark), sum(map(text.string.count, MARKS[rule.mark]))]
        assert all(low <= count <= high for count in counts)


def test_many_marks_take_no_time() -> None:
    """A text of marks alone is counted at once."""
    began = time.process_time()
    assert PunctuationCount(mark='"', at_least=200_000).check('"”' * 100_000).met
    assert time.process_time() - began < 1.0
