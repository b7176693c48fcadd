"""Tests of `crab.benchmarks.variants`: a response is read loosely as the benchmark reads it."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from crab.benchmarks import SOURCES, Instruction, instruction, instruction_classes
from crab.benchmarks.variants import Variants
from crab.constraints.base import Verdict
from crab.errors import MissingData
from crab.text import Text

DATA = Path(__file__).parents[3] / "shared" / "data"

HAND_MADE = [
    ("keywords:existence", {"keywords": ["rain", "snow"]}),
    ("keywords:existence", {"keywords": ["rain$"]}),
    ("keywords:frequency", {"keyword": "rain", "frequency": 2, "relation": "at least"}),
    ("keywords:frequency", {"keyword": "rain", "frequency": 2, "relation": "less than"}),
    ("keywords:frequency", {"keyword": "r.*n", "frequency": 1, "relation": "at least"}),
    ("keywords:forbidden_words", {"forbidden_words": ["rain"]}),
    ("keywords:letter_frequency", {"letter": "r", "let_frequency": 3, "let_relation": "at least"}),
    ("keywords:letter_frequency", {"letter": "*", "let_frequency": 3, "let_relation": "less than"}),
    ("length_constraints:number_words", {"num_words": 4, "relation": "at least"}),
    ("length_constraints:number_words", {"num_words": 4, "relation": "less than"}),
    ("length_constraints:number_sentences", {"num_sentences": 2, "relation": "less than"}),
    ("length_constraints:number_paragraphs", {"num_paragraphs": 2}),
    ("detectable_content:postscript", {"postscript_marker": "P.S."}),
    ("detectable_format:number_bullet_lists", {"num_bullets": 1}),
    ("detectable_format:number_highlighted_sections", {"num_highlights": 1}),
    ("detectable_format:multiple_sections", {"section_spliter": "SECTION", "num_sections": 2}),
    ("detectable_content:number_placeholders", {"num_placeholders": 1}),
    ("change_case:english_lowercase", {}),
    (
        "change_case:capital_word_frequency",
        {"capital_frequency": 1, "capital_relation": "at least"},
    ),
    ("startend:quotation", {}),
    ("startend:end_checker", {"end_phrase": "The end."}),
]  # fmt: skip
PIECES = [
    "", " ", "\t", "Sure!", "rain", "The rain has stopped.", "RAIN and SNOW", "*", "* a", "  * b",
    "**bold**", "*rain*", "***", "******", "- c", "1. d", '"', '"quoted"', "[name]", "<<Title>>",
    "SECTION 1", "P.S. rain", "The end.", "# head", "```json", "{}", "```", "a, b",
    "r\ra\x0bi\u2028n", "It is wet. It is cold.", "rain\n", "no", "\ud800", "雨が降る。",
    "    indented rain", "\x1c",
]  # fmt: skip


def brute(rule: Instruction, response: str) -> tuple[bool, bool]:
    """The verdicts of IFEval's own harness, variant by variant."""
    lines = response.split("\n")
    variants = [
        response,
        "\n".join(lines[1:]).strip(),
        "\n".join(lines[:-1]).strip(),
        "\n".join(lines[1:-1]).strip(),
    ]
    variants += [variant.replace("*", "") for variant in variants]
    strict = bool(response.strip() and rule.check(response).met)
    return strict, any(variant.strip() and rule.check(variant).met for variant in variants)


@cache
def rules() -> list[Instruction]:
    """Instructions of every kind: an example of each, some made by hand, those of IFEval's data."""
    found = [instruction("ifeval", *one) for one in HAND_MADE]
    for source in SOURCES:
        found += [cls(**cls.example.fields) for cls in instruction_classes(source).values()]
    file = DATA / "ifeval" / "input_data.jsonl"
    for line in file.read_text("utf-8").splitlines() if file.exists() else ():
        row = json.loads(line)
        pairs = zip(row["instruction_id_list"], row["kwargs"], strict=True)
        found += [instruction("ifeval", *pair) for pair in pairs]
    return list(dict.fromkeys(found))


@cache
def examples() -> list[str]:
    """Texts that meet an instruction, or fail it."""
    return [text for one in rules() for text in (one.example.met, one.example.unmet)]


responses = st.one_of(
    st.lists(st.sampled_from(PIECES), max_size=7).map("\n".join),
    st.tuples(
        st.sampled_from(PIECES),
        st.deferred(lambda: st.sampled_from(examples())),
        st.sampled_from(PIECES),
    ).map("\n".join),
    st.text('*\n a"r\t.', max_size=25),
)


@pytest.mark.slow
@given(st.deferred(lambda: st.sampled_from(rules())), responses)
def test_verdicts_are_those_of_all_eight_variants(rule, response):
    """For every instruction, the variants that are tried decide as all eight do."""
    try:
        wanted = brute(rule, response)
    except MissingData:
        assume(False)
    assert Variants(response).verdicts(rule) == wanted


class Noting:
    """An instruction that nothing follows but one text, and that notes what it is asked about."""

    def __init__(self, grows: bool | None = None, follows: str | None = None) -> None:
        self.grown, self.follows = grows, follows
        self.asked: list[Text] = []

    def grows(self) -> bool | None:
        """Say what was given."""
        return self.grown

    def check(self, text: Text) -> Verdict:
        """Note the text."""
        self.asked.append(text)
        return Verdict(text.string == self.follows, "noted")


def asked(response: str, grows: bool | None = None) -> list[str]:
    """The texts that are looked at before an instruction is not followed."""
    rule: Any = Noting(grows)
    assert Variants(response).verdicts(rule) == (False, False)
    return [text.string for text in rule.asked]


EIGHT = [
    "Sure:\n*a*\nb\nBye*",
    "*a*\nb\nBye*",
    "Sure:\n*a*\nb",
    "*a*\nb",
    "Sure:\na\nb\nBye",
    "a\nb\nBye",
    "Sure:\na\nb",
    "a\nb",
]


def test_eight_variants():
    """All eight variants are looked at where an instruction says nothing of its own."""
    assert asked(EIGHT[0]) == EIGHT


@pytest.mark.parametrize("follows", EIGHT)
def test_one_variant_is_enough(follows):
    """One variant that follows the instruction makes it loosely followed; the rest is left out."""
    rule: Any = Noting(follows=follows)
    assert Variants(EIGHT[0]).verdicts(rule) == (follows == EIGHT[0], True)
    assert [text.string for text in rule.asked] == EIGHT[: EIGHT.index(follows) + 1]


def test_what_grows_is_looked_for_in_the_whole():
    """Where more lines can only help, the variants that lack lines are left out."""
    assert asked(EIGHT[0], grows=True) == [EIGHT[0], EIGHT[4]]


def test_what_shrinks_is_looked_for_in_the_least():
    """Where more lines can only harm, only the shortest variants are looked at."""
    assert asked(EIGHT[0], grows=False) == [EIGHT[0], EIGHT[3], EIGHT[7]]


ODD = [
    ("", None, []),
    (" \n\t\n", None, []),
    ("one", None, ["one"]),
    ("*one*", None, ["*one*", "one"]),
    ("***", None, ["***"]),
    ("a\na", None, ["a\na", "a"]),
    ("a\nb", False, ["a\nb", "b", "a"]),
    ("\n\na", None, ["\n\na", "a"]),
    ("a\n***\nb", False, ["a\n***\nb", "***", "\nb", "a\n"]),
    # What is stripped is more than whole lines: no variant stands for another.
    ("Sure:\n  * a", True, ["Sure:\n  * a", "* a", "Sure:", "Sure:\n   a", " a"]),
    ("a\n  b", False, ["a\n  b", "b", "a"]),
]  # fmt: skip


@pytest.mark.parametrize(("response", "grows", "wanted"), ODD)
def test_odd_responses(response, grows, wanted):
    """Blank variants and equal ones are left out; a blank response follows nothing."""
    assert asked(response, grows) == wanted


def test_measurements_are_shared():
    """All instructions are given the same text of each variant, whatever they say of themselves."""
    variants, rules = Variants(EIGHT[0]), [Noting(), Noting(), Noting(True), Noting(False)]
    for rule in rules:
        variants.verdicts(rule)  # type: ignore[arg-type]
    given = {text.string: text for text in rules[0].asked}
    assert all(text is given[text.string] for rule in rules for text in rule.asked)
