"""Tests of `crab.steps.calibrate`: demands whose truth is known, and what a judge makes of them."""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest

from crab.backends.base import Failure, Request
from crab.config import Config
from crab.records import Pair
from crab.steps.ask import calibrated
from crab.steps.calibrate import Calibration, Planted, planted
from crab.testing import ScriptedBackend

SEEDS = Path(__file__).parents[2] / "examples" / "seeds.jsonl"
PAIRS = [
    Pair.model_validate({**row, "file": None, "line": None})
    for row in map(orjson.loads, SEEDS.read_bytes().splitlines()[:40])
]


def truth() -> dict[str, bool]:
    """Whether each planted demand is true, by the number in its requests."""
    return {f"calibrate/{number}": one.true for number, one in enumerate(planted(PAIRS, 0))}


def judge(accept_true: bool, accept_false: bool) -> ScriptedBackend:
    """A judge that accepts what is true, what is false, both or neither."""
    known = truth()
    demands = list(planted(PAIRS, 0))

    def script(request: Request) -> object:
        name, kind = request.id.rsplit("/", 1)
        yes = accept_true if known[name] else accept_false
        if kind.startswith("breach"):
            return {"evidence": None, "breached": not yes}
        response = demands[int(name.split("/")[1])].pair.response
        return {"evidence": response[:120], "met": yes, "restricts": True, "better": None}

    return ScriptedBackend(script)


def test_what_is_planted() -> None:
    """Half as many true demands as false ones; code knows which is which; as the seed says."""
    found = list(planted(PAIRS, 0))
    for one in found:
        assert one.rule.check(one.pair.response).met is one.true, one
        assert one.rule.said_in(one.pair.language or "en")
    false = sum(not one.true for one in found)
    assert 30 <= false <= 40
    assert abs(2 * (len(found) - false) - false) <= 4
    assert found == list(planted(PAIRS, 0))
    assert found != list(planted(PAIRS, 1))
    many = [pair.model_copy(update={"id": f"{n}-{pair.id}"}) for n in range(4) for pair in PAIRS]
    more = list(planted(many, 0))
    assert sum(not one.true for one in more) <= 100
    assert sum(one.true for one in more) <= 50


def test_few_pairs_plant_little() -> None:
    """No pair plants nothing, and languages without phrasings plant nothing."""
    assert list(planted([], 0)) == []
    thai = Pair(id="a", instruction="ฝน", response="ฝนหยุดตกตอนเที่ยง", language="th")
    assert list(planted([thai], 0)) == []


@pytest.mark.parametrize(
    ("accept_true", "accept_false", "trusted"),
    [(True, False, True), (True, True, False), (False, False, True), (False, True, False)],
)
def test_trust(accept_true: bool, accept_false: bool, trusted: bool) -> None:
    """A judge is trusted where it accepts few falsehoods, however many truths it rejects."""
    found = calibrated(PAIRS, judge(accept_true, accept_false), Config())
    known = truth()
    assert found.falsehoods == sum(not true for true in known.values())
    assert found.truths == sum(known.values())
    assert found.false_accepted == (found.falsehoods if accept_false else 0)
    assert found.true_rejected == (0 if accept_true else found.truths)
    assert found.trusted(0.1) is trusted


@pytest.mark.parametrize(
    "said", ["Yes.", "", "{", Failure("timeout", "late"), {"met": True}], ids=repr
)
def test_what_cannot_be_read_accepts_nothing(said: object) -> None:
    """A reply that is missing or unreadable accepts nothing."""
    found = calibrated(PAIRS, ScriptedBackend(lambda request: said), Config())
    assert (found.false_accepted, found.true_rejected) == (0, found.truths)


def test_the_limit_is_included() -> None:
    """A share of falsehoods as large as the limit is trusted, a larger one is not."""
    assert Calibration(10, 100).trusted(0.1)
    assert not Calibration(11, 100).trusted(0.1)
    assert Calibration(0, 1).trusted(0.0)
    assert not Calibration(1, 1).trusted(0.5)
    assert not Calibration(0, 0, 0, 5).trusted(1.0)


def test_rates() -> None:
    """The rates come with their intervals; where nothing was shown, anything may be."""
    rates = Calibration(3, 30, 0, 0).rates()
    assert rates["false_accept"]["rate"] == 0.1
    assert rates["false_accept"]["low"] == pytest.approx(0.0346, abs=1e-4)
    assert rates["false_accept"]["high"] == pytest.approx(0.2562, abs=1e-4)
    assert rates["false_reject"] == {"rate": 0.0, "of": 0, "low": 0.0, "high": 1.0}
    assert Calibration(0, 20).rates()["false_accept"]["low"] == 0.0
    assert Calibration(20, 20).rates()["false_accept"]["high"] == pytest.approx(1)


def test_adding() -> None:
    """Each demand is counted by its truth and by what the judge said."""
    [first, *_] = planted(PAIRS, 0)
    found = Calibration()
    for true, accepted in ((True, True), (True, False), (False, True), (False, False)):
        found = found.add(Planted(first.pair, first.rule, true), accepted)
    assert found == Calibration(1, 2, 1, 2)
