"""Tests of `crab.steps.verify`: only what holds goes on, read back as it is written."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import pytest
from pydantic import field_serializer

import crab
from crab.constraints import (
    KeywordCount,
    Keywords,
    Lexical,
    SemanticElement,
    SentenceCount,
    WordCount,
    registry,
)
from crab.constraints.base import Constraint, Rule, Verdict
from crab.records import Checked, Dropped, Sample
from crab.steps.verify import verify

RESPONSE = "Rain fell all night. The rain stopped at dawn."


@pytest.fixture(autouse=True)
def scratch():
    """Kinds that a test defines are forgotten afterwards."""
    crab.kinds()
    before = dict(registry._classes)
    yield
    registry._classes.clear()
    registry._classes.update(before)


def sample(*constraints: Constraint, response: str = RESPONSE, origin: str = "rule") -> Sample:
    """A sample with constraints that nobody has verified."""
    checks = tuple(Checked(origin=origin, met=None, reason="not yet verified") for _ in constraints)
    return Sample(
        id="a", instruction="Tell.", response=response, constraints=constraints, checks=checks
    )


def plugin(verdict: Any) -> Rule:
    """A rule of a plug-in that raises or returns what is given."""

    class Foreign(Lexical, Rule):
        kind: Literal["foreign"] = "foreign"

        def check(self, text):
            if isinstance(verdict, Exception):
                raise verdict
            return verdict

    return Foreign()


def unreadable(written: object) -> Rule:
    """A rule of a plug-in that writes something else than what it holds."""

    class Foreign(Lexical, Rule):
        kind: Literal["foreign"] = "foreign"
        number: int = 1

        @field_serializer("number")
        def _write(self, number: int) -> object:
            if isinstance(written, Exception):
                raise written
            return written

        def check(self, text):
            return Verdict(True, "fine")

    return Foreign()


def test_what_holds_goes_on_with_its_evidence():
    """A met constraint carries its origin, the measured reason and the spans that prove it."""
    constraints = (WordCount(at_least=9, at_most=9), Keywords(include=("rain", "dawn")))
    [found] = verify([sample(*constraints, origin="gpt")])
    assert found.constraints == constraints
    assert found.checks == (
        Checked(origin="gpt", met=True, reason="9 words"),
        Checked(origin="gpt", met=True, reason="all present", spans=((0, 4), (41, 45))),
    )
    assert [RESPONSE[start:end] for start, end in found.checks[1].spans] == ["Rain", "dawn"]


def test_false_rule_is_dropped():
    """A rule that does not hold is dropped before its sample, with what was measured."""
    false = WordCount(at_least=10)
    [dropped, found] = verify([sample(WordCount(at_least=9), false, SentenceCount(at_most=2))])
    assert dropped == Dropped(
        id="a",
        what="constraint",
        step="verify",
        reason="not_met: 9 words",
        data={"kind": "word_count", "version": 1, "at_least": 10},
    )
    assert Constraint.model_validate(dropped.data) == false
    assert found.constraints == (WordCount(at_least=9), SentenceCount(at_most=2))
    assert [checked.reason for checked in found.checks] == ["9 words", "2 sentences"]


def test_claimed_verdict_counts_for_nothing():
    """What an earlier step says about a constraint does not make it true."""
    claimed = Checked(origin="rule", met=True, reason="trust me", spans=((0, 4),))
    given = sample(Keywords(include=("snow",))).model_copy(update={"checks": (claimed,)})
    [dropped, found] = verify([given])
    assert dropped.reason == "not_met: missing: snow"
    assert (found.constraints, found.checks) == ((), ())


def test_judged_constraint_that_nobody_judged_is_dropped():
    """What only a reader can decide does not go on without a reader."""
    [dropped, found] = verify([sample(SemanticElement(text="Say why it rained."))])
    assert dropped.reason.startswith("not_met: ")
    assert dropped.data["kind"] == "semantic_element"
    assert found.constraints == ()


@pytest.mark.parametrize(("count", "kept"), [(99, 99), (100, 100), (101, 100), (250, 100)])
def test_at_most_a_hundred_spans_are_kept(count, kept):
    """The first hundred spans are kept, and no more."""
    rule = KeywordCount(word="rain", at_least=2)
    [found] = verify([sample(rule, response="rain " * count)])
    assert found.checks[0].reason == f"{count} occurrences"
    assert found.checks[0].spans == tuple((5 * at, 5 * at + 4) for at in range(kept))


@pytest.mark.parametrize(
    "error", [LookupError("no {thing}"), RecursionError("deep"), ValueError("")]
)
def test_check_that_raises_is_dropped_and_named(error):
    """A plug-in whose check raises is dropped by its kind; the rest goes on."""
    [dropped, found] = verify([sample(plugin(error), WordCount(at_least=9))])
    assert dropped.reason == f"not_met: the check failed: {type(error).__name__}: {error}"
    assert dropped.data["kind"] == "foreign"
    assert found.constraints == (WordCount(at_least=9),)


@pytest.mark.parametrize("met", [False, None, 1, "yes"])
def test_only_true_is_met(met):
    """A verdict that is anything but True does not let a rule go on."""
    [dropped, found] = verify([sample(plugin(Verdict(met, "so it seems")))])
    assert dropped.reason == "not_met: so it seems"
    assert found.constraints == ()


MALFORMED = [
    None,
    True,
    (True, "fine"),
    Verdict(True, None),
    Verdict(True, "fine", None),
    Verdict(True, "fine", ((0, "1"), 3)),
    Verdict(True, "fine", ((0, len(RESPONSE) + 1),)),
]


@pytest.mark.parametrize("verdict", MALFORMED, ids=repr)
def test_malformed_verdict_is_dropped(verdict):
    """What a plug-in returns in place of a verdict does not let a rule go on, nor stop the run."""
    [dropped, found] = verify([sample(plugin(verdict), WordCount(at_least=9))])
    assert dropped.data["kind"] == "foreign"
    assert found.constraints == (WordCount(at_least=9),)


@pytest.mark.parametrize(
    ("written", "reason"),
    [(2, "not_readable: it reads back as another constraint"), ("two", "not_readable: ")],
)
@pytest.mark.filterwarnings("ignore:Pydantic serializer warnings")
def test_constraint_that_reads_back_otherwise_is_dropped(written, reason):
    """What is not the same when read back from JSON does not go on, though it holds."""
    [dropped, found] = verify([sample(unreadable(written))])
    assert dropped.reason.startswith(reason)
    assert dropped.data["kind"] == "foreign"
    assert found.constraints == ()


def test_constraint_that_cannot_be_written_is_dropped():
    """A plug-in's rule that cannot be written as JSON does not go on, nor stop the run."""
    [dropped, found] = verify([sample(unreadable(LookupError("boom")), WordCount(at_least=9))])
    assert dropped.reason.startswith("not_readable: ")
    assert found.constraints == (WordCount(at_least=9),)


PARTS = ["facts", "topics", "conjuncts", "required_words", "barred_words", "describe", "__hash__"]


@pytest.mark.parametrize("part", PARTS)
def test_rule_of_which_a_part_raises_is_dropped(part):
    """A plug-in's rule of which anything raises that later steps use does not go on."""

    class Foreign(Lexical, Rule):
        phrasings: ClassVar = {"en": {"say": ["Be there."]}}
        kind: Literal["foreign"] = "foreign"

        def check(self, text):
            return Verdict(True, "fine")

    def broken(self, *arguments, **options):
        raise LookupError("boom")

    setattr(Foreign, part, broken)
    [dropped, found] = verify([sample(Foreign(), WordCount(at_least=9))])
    assert "LookupError: boom" in dropped.reason
    assert dropped.data["kind"] == "foreign"
    assert found.constraints == (WordCount(at_least=9),)


ODD = {
    "topics": lambda self: ["a list"],
    "facts": lambda self: {"words": (2, 1)},
    "conjuncts": lambda self: (),
    "required_words": lambda self: ["a list"],
    "barred_words": lambda self: frozenset({1}),
    "describe": lambda self, rng=None, language="en": None,
    "__eq__": lambda self, other: False,
    "weight": 0.0,
    "phrasings": {"en": {"say": ["Be there.", "Be {nowhere}."]}},
}


@pytest.mark.parametrize("part", ODD)
def test_rule_of_which_a_part_is_odd_is_dropped(part):
    """A plug-in's rule that later steps could not use does not go on."""

    class Foreign(Lexical, Rule):
        phrasings: ClassVar = {"en": {"say": ["Be there."]}}
        kind: Literal["foreign"] = "foreign"

        def check(self, text):
            return Verdict(True, "fine")

        __hash__ = Rule.__hash__

    setattr(Foreign, part, ODD[part])
    [dropped, found] = verify([sample(Foreign(), WordCount(at_least=9))])
    assert dropped.data["kind"] == "foreign"
    assert found.constraints == (WordCount(at_least=9),)


@pytest.mark.parametrize(
    "verdict",
    [
        Verdict(True, "fine", ((0.0, 2.0),)),
        Verdict(True, "fine", (span for span in [(0, 2)])),
        Verdict(True, "odd \ud800", ((0, 2),)),
    ],
)
def test_verdicts_are_made_sound(verdict):
    """What a plug-in's verdict holds comes out as whole numbers and as text that can be written."""
    [found] = verify([sample(plugin(verdict))])
    [checked] = found.checks
    assert checked.spans == ((0, 2),)
    checked.model_dump_json().encode()


def test_constraint_of_a_forgotten_kind_is_dropped():
    """A kind that is registered no more cannot be read back by anyone."""
    rule = plugin(Verdict(True, "fine"))
    del registry._classes["foreign"]
    [dropped, found] = verify([sample(rule)])
    assert dropped.reason.startswith("not_readable: no constraint of kind 'foreign'")
    assert found.constraints == ()


def test_dropped_passes_through_in_place():
    """What an earlier step dropped comes out as it went in, where it stood."""
    dropped = Dropped(id="x", what="record", step="read", reason="broken_json")
    found = list(verify([sample(), dropped, sample()]))
    assert [type(one) for one in found] == [Sample, Dropped, Sample]
    assert found[1] is dropped


def test_verifying_again_changes_nothing():
    """What was verified holds when it is verified once more."""
    [once] = verify([sample(WordCount(at_least=9), Keywords(include=("rain",)))])
    assert list(verify([once])) == [once]
