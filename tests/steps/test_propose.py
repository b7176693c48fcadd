"""Tests of `crab.steps.propose`: from a pair to a sample with the rules that it seems to meet."""

from __future__ import annotations

from typing import Literal

import pytest

import crab
from crab.config import Config
from crab.constraints import Lexical, registry
from crab.constraints.base import Rule, Verdict
from crab.errors import UnknownKind, UsageError
from crab.records import Checked, Dropped, Pair, Sample
from crab.steps.propose import propose

ANSWER = (
    "The harbour was quiet, and the boats lay still until evening. Then the wind rose; the gulls "
    "came back to the harbour, and the boats began to knock against the wall. Nobody spoke.\n\n"
    "My sister counted the boats twice. She found eleven boats the first time and twelve boats the "
    "second, so we stayed at the harbour until a man with a lamp told us to go home."
)
PAIR = Pair(id="a", source="s", instruction="Tell me.", response=ANSWER, language="en", score=2)


@pytest.fixture
def scratch():
    """Kinds that a test defines are forgotten afterwards."""
    crab.kinds()
    before = dict(registry._classes)
    yield
    registry._classes.clear()
    registry._classes.update(before)


def breaking(after: int) -> type[Rule]:
    """A kind that raises after so many proposals."""

    class Breaking(Lexical, Rule):
        kind: Literal["breaking"] = "breaking"
        number: int

        def check(self, text):
            return Verdict(True, "fine")

        @classmethod
        def propose(cls, text, rng):
            for number in range(after):
                yield cls(number=number)
            raise LookupError("no such {thing}")

    return Breaking


def test_pair_becomes_a_sample():
    """A sample has every field of its pair, and rules whose checks are still to come."""
    [sample] = propose([PAIR], Config())
    assert isinstance(sample, Sample)
    assert all(getattr(sample, name) == getattr(PAIR, name) for name in Pair.model_fields)
    assert len(sample.constraints) > 5
    unverified = Checked(origin="rule", met=None, reason="not yet verified")
    assert set(sample.checks) == {unverified}
    assert all(isinstance(rule, Rule) for rule in sample.constraints)


def test_response_without_rules_is_a_sample():
    """A pair of which nothing can be said becomes a sample without constraints."""
    given = PAIR.model_copy(update={"response": "x"})
    [sample] = propose([given], Config(kinds=("word_count", "keywords")))
    assert (sample.id, sample.constraints, sample.checks) == ("a", (), ())


def test_only_the_named_kinds_propose():
    """``kinds`` limits what is proposed, and changes nothing about what is."""
    named = ("keywords", "sentence_count", "no_punctuation")
    [every] = propose([PAIR], Config())
    [some] = propose([PAIR], Config(kinds=named))
    assert set(some.constraints) == {rule for rule in every.constraints if rule.kind in named}
    assert {rule.kind for rule in some.constraints} == set(named)


@pytest.mark.parametrize(
    ("kind", "error"), [("no_such_kind", UnknownKind), ("writing_style", UsageError)]
)
def test_kinds_that_cannot_propose_are_refused(kind, error):
    """A kind that does not exist, or that only a reader decides, is an error that names it."""
    with pytest.raises(error, match=kind):
        list(propose([PAIR], Config(kinds=(kind,))))


def test_draws_depend_on_seed_and_id_alone():
    """The same seed and id draw the same rules, alone or among others; others draw differently."""
    others = [PAIR.model_copy(update={"id": str(number)}) for number in range(10)]
    [alone] = propose([PAIR], Config())
    *_, last = propose([*others, PAIR], Config())
    assert last == alone
    assert len({sample.constraints for sample in propose(others, Config())}) > 3
    assert len({next(propose([PAIR], Config(seed=seed))).constraints for seed in range(10)}) > 3


def test_dropped_passes_through_in_place():
    """What an earlier step dropped comes out as it went in, where it stood."""
    dropped = Dropped(id="x", what="record", step="read", reason="broken_json")
    found = list(propose([PAIR, dropped, PAIR], Config()))
    assert [type(one) for one in found] == [Sample, Dropped, Sample]
    assert found[1] is dropped


@pytest.mark.parametrize("after", [0, 2])
def test_kind_that_raises_is_dropped_and_named(scratch, after):
    """A kind that raises is dropped before its sample, by name and with what it raised.

    What it proposed before stands, and so does what the other kinds propose.
    """
    [whole] = propose([PAIR], Config())
    breaking(after)
    [dropped, sample] = propose([PAIR], Config())
    assert (dropped.id, dropped.what, dropped.step) == ("a", "constraint", "propose")
    assert dropped.reason.startswith("propose_failed: ")
    assert "Breaking: LookupError: no such {thing}" in dropped.reason
    assert dropped.data == {"kind": "breaking"}
    own = [rule for rule in sample.constraints if rule.kind == "breaking"]
    assert [rule.number for rule in own] == list(range(after))
    assert {*sample.constraints} - {*own} == {*whole.constraints}


@pytest.mark.parametrize("yielded", ["a string", None, {"kind": "keywords", "include": ["x"]}])
def test_kind_that_yields_no_rule_is_dropped_and_named(scratch, yielded):
    """A kind that proposes something else than rules of its own is dropped by name."""

    class Babbling(Lexical, Rule):
        kind: Literal["babbling"] = "babbling"

        def check(self, text):
            return Verdict(True, "fine")

        @classmethod
        def propose(cls, text, rng):
            yield yielded

    [dropped, sample] = propose([PAIR], Config())
    assert dropped.data == {"kind": "babbling"}
    assert all(isinstance(rule, Rule) for rule in sample.constraints)
