"""Tests of `crab.ledger`: what model calls came to, and what they come to at the most."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest

from crab.backends.base import Failure, Reply, Request, Usage
from crab.config import Config
from crab.ledger import Bound, Ledger, bound
from crab.pipeline import Model, parts
from crab.records import Pair
from crab.testing import ScriptedBackend

SEEDS = Path(__file__).parents[1] / "examples" / "seeds.jsonl"
PAIRS = [
    Pair.model_validate({name: row[name] for name in ("id", "instruction", "response", "language")})
    for row in map(orjson.loads, SEEDS.read_bytes().splitlines()[:30])
]


def greedy(request: Request) -> Any:
    """The dearest model there is: many prohibitions, none met, each with better words."""
    if request.id.endswith("/propose"):
        items = [
            {"kind": "exclusion", "text": f"Say nothing about {name * 200}."}
            for name in "abcdefghijkl"
        ]
        return {"instruction": "", "constraints": items}
    number = int(request.id.split("/")[-2].split(".")[0])
    better = f"Leave out {chr(ord('a') + number % 26) * 300}."[:300]
    if request.template.startswith("breach"):
        return {"evidence": None, "breached": True}
    return {"evidence": "", "met": False, "restricts": True, "better": better}


def spent(pairs: list[Pair], config: Config) -> Bound:
    """What a run with the dearest model takes."""
    backend = ScriptedBackend(greedy)
    list(parts(pairs, config, model=Model(backend)))
    sizes = [sum(len(turn.content.encode()) for turn in one.messages) for one in backend.asked]
    most = sum(one.sampling.max_tokens for one in backend.asked)
    return Bound(len(pairs), len(backend.asked), sum(sizes), most)


@pytest.mark.parametrize("number", [1, 2, 3, 30])
@pytest.mark.parametrize("votes", [1, 3])
def test_the_bound_bounds(number: int, votes: int) -> None:
    """Not even the dearest model takes more calls or tokens than the bound tells."""
    config = Config(kinds=(), votes=votes)
    most, found = bound(PAIRS[:number], config), spent(PAIRS[:number], config)
    assert most.records == number
    assert 0.4 * most.calls < found.calls <= most.calls
    assert found.prompt_tokens <= most.prompt_tokens
    assert found.completion_tokens <= most.completion_tokens


def test_the_bound_of_nothing() -> None:
    """No record takes nothing; prices are for a million tokens."""
    assert bound([], Config()) == Bound()
    assert Bound(1, 1, 2_000_000, 500_000).price(0.5, 4.0) == 3.0


def noted(*replies: Reply, name: str = "a/propose") -> Ledger:
    """A ledger that has counted the replies."""
    ledger = Ledger()
    for reply in replies:
        ledger.note(Request(name, ()), reply)
    return ledger


def test_what_is_told() -> None:
    """Calls, tokens, what came from the cache, what was repeated and what failed, in words."""
    ledger = noted(
        Reply("1", usage=Usage(1000, 200)),
        Reply("2", usage=Usage(0, 5), attempts=3),
        Reply("3", usage=Usage(7, 7), cached=True),
        Reply("4", failure=Failure("timeout", "late")),
    )
    assert ledger.told(None) == "3 calls, 1,205 tokens, 25% cached, 2 repeated, 1 timeout"
    assert noted().told(None) == "0 calls, 0 tokens"
    assert noted(Reply("1", cached=True)).told(None) == "0 calls, 0 tokens, 100% cached"


def test_the_forecast() -> None:
    """After fifty records it is told what the run will come to, calibrating counted once."""
    ledger = noted(
        *(Reply(str(n), usage=Usage(10, 0)) for n in range(20)), name="calibrate/0/judge0"
    )
    for _ in range(49):
        ledger.asked(4, Usage(90, 10))
    assert ledger.forecast(1000) is None
    assert "in all" not in ledger.told(1000)
    ledger.asked(4, Usage(90, 10))
    assert ledger.forecast(1000) == (20 + 4000, 200 + 100_000)
    assert ledger.told(1000).endswith("in all about 4,020 calls, 100,200 tokens")
    assert "in all" not in ledger.told(None)
