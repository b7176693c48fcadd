"""Tests of `crab.showing_scores`: what ``crab eval`` prints."""

from __future__ import annotations

import json
import re

import pytest

from crab import console
from crab.benchmarks.matching import Skipped
from crab.benchmarks.scores import ModelScores, Outcome, Scores
from crab.showing_scores import show_scores, tell_scores

NAME = "[/red] [bold]x[/bold] 模型"
OUTCOMES = tuple(
    Outcome(NAME, key, 0, f"punctuation:{'no_comma' if key else '[b]'}", key < 2, True)
    for key in range(4)
)
SKIPPED = (Skipped(3, "unreadable", "broken [b]"),)
SCORES = Scores("ifeval", (ModelScores(NAME, OUTCOMES, (9,), SKIPPED),))


@pytest.fixture(autouse=True)
def wide(monkeypatch):
    """A terminal that breaks no line."""
    monkeypatch.setattr(console.console, "_width", 250)


@pytest.mark.parametrize(("by", "parts"), [("family", 1), ("id", 2)])
def test_table(capsys, by, parts):
    """Models are columns; the table is broken down by family or id, and the notes stand below."""
    show_scores(SCORES, by)
    told = capsys.readouterr()
    assert told.err == ""
    assert NAME in told.out
    rows = [re.sub(r"\s*│\s*", "|", row) for row in told.out.splitlines() if row.startswith("│")]
    assert len(rows) == 2 * (2 + parts)
    assert rows[0] == "|strict|prompts|4|50.0 [15.0, 85.0]|"
    assert ("|loose|punctuation:[b]|1|100.0 [20.7, 100.0]|" in rows) == (by == "id")
    assert "1 prompt without a response, counted as not followed: 9" in told.out
    assert "1 unreadable line not scored: line 3: broken [b]" in told.out


def test_json(capfdbinary):
    """Standard output is JSON and nothing else; what was not scored is said aside too."""
    tell_scores(SCORES)
    told = capfdbinary.readouterr()
    assert json.loads(told.out) == SCORES.to_dict()
