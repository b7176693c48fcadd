"""Tests of `crab.benchmarks.summary`: scores as tables."""

from __future__ import annotations

from crab.benchmarks.matching import Skipped
from crab.benchmarks.scores import ModelScores, Outcome, Scores
from crab.benchmarks.summary import html, lines, notes, text


def model(name: str, *verdicts: bool, **more: object) -> ModelScores:
    """A model with verdicts on one instruction each; loosely, all are followed."""
    outcomes = tuple(
        Outcome(name, key, 0, f"f{key % 2}:x", verdict, True)
        for key, verdict in enumerate(verdicts)
    )
    return ModelScores(name, outcomes, **more)  # type: ignore[arg-type]


SCORES = Scores("ifeval", (model("a", True, True, False, True), model("<b>", *[False] * 4)))


def test_lines():
    """Strict and loose, the table has prompts and instructions, then each family or id."""
    labels = [(line.scoring, line.of, line.first) for line in lines(SCORES)]
    assert labels == [
        (scoring, of, of in ("prompts", "f0"))
        for scoring in ("strict", "loose")
        for of in ("prompts", "instructions", "f0", "f1")
    ]
    assert [line.of for line in lines(SCORES, "id")][2:4] == ["f0:x", "f1:x"]


def test_text():
    """The plain table has a column for each model, with intervals in percent."""
    shown = text(SCORES).splitlines()
    assert shown[0] == "ifeval: % followed [95 % interval]"
    assert shown[1].split() == ["scoring", "of", "n", "a", "<b>"]
    assert shown[2] == "strict   prompts       4  75.0 [30.1, 95.4]    0.0 [0.0, 49.0]"
    assert shown[-1] == "loose    f1            2  100.0 [34.2, 100.0]  100.0 [34.2, 100.0]"
    assert len(shown) == 10


def test_html():
    """The table for notebooks escapes names."""
    shown = html(SCORES)
    assert "<th>&lt;b&gt;</th>" in shown
    assert "<b>" not in shown
    assert "<td>75.0 [30.1, 95.4]</td>" in shown
    assert shown.count("<tr") == 9


def test_notes():
    """What was not answered or not scored is told, the first few of each with their lines."""
    assert list(notes(SCORES)) == []
    skipped = [Skipped(line, "unreadable", "broken") for line in range(1, 8)]
    odd = model("a", True, unanswered=(4,), skipped=(*skipped, Skipped(9, "repeated", "again")))
    told = list(notes(Scores("ifeval", (odd,))))
    assert told == [
        "a: 1 prompt without a response, counted as not followed: 4",
        "a: 7 unreadable lines not scored: "
        + "; ".join(f"line {line}: broken" for line in range(1, 6))
        + " and 2 more",
        "a: 1 repeated line not scored: line 9: again",
    ]
    for shown in (text, html):
        assert all(note in shown(Scores("ifeval", (odd,))) for note in told)
