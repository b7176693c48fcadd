"""Tests of `crab.benchmarks.scores`: accuracies from verdicts."""

from __future__ import annotations

import json
from dataclasses import FrozenInstanceError

import pytest

from crab.benchmarks.accuracy import accuracy
from crab.benchmarks.matching import Skipped
from crab.benchmarks.scores import ModelScores, Outcome, Scores

VERDICTS = [  # key, id, strict, loose
    (1, "a:x", True, True),
    (1, "a:y", True, True),
    (2, "a:x", False, True),
    (2, "b:x", True, True),
    (3, "b:x", False, False),
    (3, "b:x", False, True),
]
MODEL = ModelScores(
    "mine",
    tuple(Outcome("mine", key, 0, *rest) for key, *rest in VERDICTS),
    unanswered=(3,),
    skipped=(Skipped(9, "repeated", "prompt 1 has a response already"),),
)
SCORES = Scores("ifeval", (MODEL,))


def test_overall():
    """A prompt is followed where all of its instructions are."""
    assert MODEL.overall() == {
        "prompt_strict": accuracy([[True], [False], [False]]),
        "instruction_strict": accuracy([[True, True], [False, True], [False, False]]),
        "prompt_loose": accuracy([[True], [True], [False]]),
        "instruction_loose": accuracy([[True, True], [True, True], [False, True]]),
    }


def test_by_family():
    """A family is what an id has before its colon; the instructions of a prompt stay together."""
    assert MODEL.by("family") == {
        "a": {
            "strict": accuracy([[True, True], [False]]),
            "loose": accuracy([[True, True], [True]]),
        },
        "b": {
            "strict": accuracy([[True], [False, False]]),
            "loose": accuracy([[True], [False, True]]),
        },
    }


def test_by_id():
    """Each id has its accuracies, in alphabetical order."""
    found = MODEL.by("id")
    assert list(found) == ["a:x", "a:y", "b:x"]
    assert found["b:x"] == MODEL.by("family")["b"]


def test_models_by_name():
    """The scores of a model are found by its name."""
    assert SCORES["mine"] is MODEL
    assert list(SCORES) == [MODEL]
    assert len(SCORES) == 1
    with pytest.raises(KeyError):
        SCORES["other"]


def test_frozen():
    """Scores cannot be changed."""
    with pytest.raises(FrozenInstanceError):
        SCORES.source = "ifbench"  # type: ignore[misc]
    with pytest.raises(FrozenInstanceError):
        MODEL.outcomes[0].strict = False  # type: ignore[misc]


def test_as_json():
    """Everything but the verdicts is ready for JSON."""
    written = json.loads(json.dumps(SCORES.to_dict()))
    assert written["source"] == "ifeval"
    mine = written["models"]["mine"]
    low, high = accuracy([[True], [False], [False]])[2:]
    assert mine["prompt_strict"] == {"accuracy": 1 / 3, "met": 1, "of": 3, "low": low, "high": high}
    assert mine["by_family"]["a"]["loose"]["accuracy"] == 1
    assert mine["by_id"]["b:x"]["strict"]["of"] == 3
    assert mine["unanswered"] == [3]
    assert mine["skipped"] == [
        {"line": 9, "why": "repeated", "reason": "prompt 1 has a response already"}
    ]


def test_printed():
    """Scores print as a table, in a notebook as HTML."""
    assert "instructions" in str(SCORES)
    assert "<table>" in SCORES._repr_html_()
