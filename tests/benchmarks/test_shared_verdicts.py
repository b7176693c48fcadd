"""Recorded verdicts of the benchmarks' own code on real answers, where they are present."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from crab.benchmarks import instruction

CHECKERS = Path(__file__).parents[3] / "shared" / "data" / "checkers"
FILES = {"pairs": ("checker", 1709), "unit_vectors": ("src", 255)}
SOURCES = {"google": "ifeval"}

pytestmark = pytest.mark.skipif(not CHECKERS.is_dir(), reason="needs ../shared/data/checkers")

DECIDE = """
import json
import sys
from crab.benchmarks import instruction
for line in sys.stdin:
    source, id_, kwargs, text = json.loads(line)
    print(json.dumps(instruction(source, id_, kwargs).check(text)))
"""


def cases(name: str) -> list[tuple[str, str, dict, str, bool]]:
    """The recorded cases of a file."""
    named, number = FILES[name]
    rows = [json.loads(line) for line in (CHECKERS / f"{name}.jsonl").read_text().splitlines()]
    assert len(rows) == number
    return [
        (SOURCES.get(row[named], row[named]), row["id"], row["kwargs"], row["text"], row["verdict"])
        for row in rows
    ]


@pytest.mark.slow
@pytest.mark.parametrize("name", FILES)
def test_recorded_verdicts(name):
    """Every verdict is the recorded one."""
    wrong = Counter(
        f"{source} {id_}"
        for source, id_, kwargs, text, met in cases(name)
        if instruction(source, id_, kwargs).check(text).met != met
    )
    assert wrong == {}


@pytest.mark.slow
def test_verdicts_do_not_depend_on_what_was_decided_before():
    """Another process, with other hashes and the reverse order, decides and explains alike."""
    heads = [case[:4] for case in cases("pairs")][::2]
    asked = "".join(json.dumps(head) + "\n" for head in reversed(heads))
    done = subprocess.run(
        [sys.executable, "-c", DECIDE],
        input=asked,
        env={**os.environ, "PYTHONHASHSEED": "17"},
        capture_output=True,
        text=True,
        check=True,
    )
    theirs = [json.loads(line) for line in reversed(done.stdout.splitlines())]
    ours = [instruction(*head).check(text) for *head, text in heads]
    assert theirs == json.loads(json.dumps(ours))
