"""Verdicts of others on small texts: about twelve for each of the 112 instructions.

The texts of vectors.jsonl are pieces of the responses of examples/seeds.jsonl and the examples of
the instructions, changed as benchmarks/parity.py changes texts. Their verdicts are those of the
benchmarks' own code: of lm-eval's copy of IFEval's, of lighteval's copy of IFBench's with the
changes of IFBench 0.2.0, and of open-instruct's IFEvalG, with langdetect's seed 0, in Python 3.11.
Where two versions of nltk (3.9.1 and 3.10.4) make that code decide differently, or where it raises,
there is no verdict.
"""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path

import pytest

from crab.benchmarks import SOURCES, instruction, instruction_classes

FILE = Path(__file__).with_name("vectors.jsonl")
BY_KIND = defaultdict(list)
for line in FILE.read_text("utf-8").splitlines():
    vector = json.loads(line)
    BY_KIND[f"{vector['source']}/{vector['id']}"].append(vector)


@pytest.mark.parametrize("kind", BY_KIND)
def test_verdicts_of_upstream(kind):
    """Every verdict is that of the benchmark's own code."""
    for one in BY_KIND[kind]:
        rule = instruction(one["source"], one["id"], one["kwargs"])
        assert rule.check(one["text"]).met == one["met"], one


def test_all_instructions_are_there():
    """Each instruction is decided on several texts, some of which meet it and some do not."""
    own = {cls for source in SOURCES for cls in instruction_classes(source).values()}
    assert BY_KIND.keys() == {cls.model_fields["kind"].default for cls in own}
    for kind, vectors in BY_KIND.items():
        met = sum(one["met"] for one in vectors)
        assert met >= 3, kind
        assert len(vectors) - met >= 3, kind
