"""Tests of `crab.rechecking`: every constraint of a data set is checked again."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

import crab
from crab.config import Config
from crab.errors import SourceError
from crab.rechecking import Finding, Recheck, recheck
from crab.running import run

SEEDS = Path(__file__).parents[1] / "examples" / "seeds.jsonl"
TRUE = {"kind": "word_count", "version": 1, "at_least": 3}
FALSE = {"kind": "keywords", "include": ["snow"]}
JUDGED = {"kind": "semantic_element", "text": "Say why."}


def sample(*constraints: object, **fields: object) -> dict[str, Any]:
    """A line of a samples file."""
    return {
        "id": "a",
        "instruction": "Go.",
        "response": "It rained all day.",
        "constraints": list(constraints),
    } | fields


def train(*constraints: object) -> dict[str, Any]:
    """A line of a train file."""
    turns = [
        ("system", "Be kind."),
        ("user", "snow"),
        ("assistant", "snow"),
        ("user", "Go."),
        ("assistant", "It rained."),
    ]
    messages = [{"role": role, "content": content} for role, content in turns]
    return {"id": "t", "messages": messages, "constraints": list(constraints)}


@pytest.fixture
def found(tmp_path):
    """What rechecking a file of these lines finds."""

    def rechecked(*lines: object) -> Recheck:
        file = tmp_path / "samples.jsonl"
        parts = [line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines]
        file.write_bytes(b"\n".join(parts))
        return recheck(file)

    return rechecked


def test_true_constraints(found):
    """What holds is counted by kind, and nothing is false."""
    result = found(sample(TRUE, TRUE), sample({"kind": "word_count", "at_most": 4}), sample())
    assert (result.records, result.met) == (3, Counter({"word_count": 3}))
    assert (result.unmet, result.unjudged, result.false, result.unreadable) == ({}, {}, [], [])


def test_false_constraint_is_found(found):
    """A planted false constraint is found with its line, id, kind and what was measured."""
    result = found(sample(TRUE), sample(TRUE, FALSE, id="b"), b"", sample(FALSE, id=7))
    assert result.false == [
        Finding(2, "b", "keywords", "missing: snow"),
        Finding(4, None, "keywords", "missing: snow"),
    ]
    assert (result.met, result.unmet) == ({"word_count": 2}, {"keywords": 2})


def test_stated_checks_count_for_nothing(found):
    """What a file says about its checks is not believed."""
    checks = [{"origin": "rule", "met": True, "reason": "trust me", "spans": []}]
    assert len(found(sample(FALSE, checks=checks)).false) == 1


def test_judged_constraints_are_neither(found):
    """What only a reader can decide is counted apart."""
    result = found(sample(JUDGED, TRUE))
    assert (result.unjudged, result.met, result.unmet) == (
        {"semantic_element": 1},
        {"word_count": 1},
        {},
    )


def test_last_answer_of_a_chat_is_checked(found):
    """In a train file the constraints are about the last message of the assistant."""
    result = found(train({"kind": "word_count", "at_most": 2}, FALSE))
    assert result.met == {"word_count": 1}
    assert result.false == [Finding(1, "t", "keywords", "missing: snow")]


UNREADABLE = [
    (b"{", "broken JSON"),
    (b'{"id": "\xff"}', "broken JSON"),
    (b"[]", "no record"),
    (b"7", "no record"),
    ({"response": "x"}, "no list of constraints"),
    ({"response": "x", "constraints": {}}, "no list of constraints"),
    ({"response": "x", "constraints": None}, "no list of constraints"),
    ({"constraints": []}, "no response"),
    ({"response": 5, "constraints": []}, "no response"),
    ({"messages": [], "constraints": []}, "no response"),
    ({"messages": [{"role": "user", "content": "x"}], "constraints": []}, "no response"),
    ({"messages": ["x", {"role": "assistant", "content": 5}], "constraints": []}, "no response"),
    (sample({"kind": "bogus"}), "no constraint of kind 'bogus'"),
    (sample(TRUE, "text"), "constraint 1: a constraint is an object"),
    (sample({"at_most": 3}), "a constraint is an object with a 'kind'"),
    (sample({"kind": "word_count"}), "give at_least, at_most or both"),
    (sample({"kind": "word_count", "at_least": 5, "at_most": 4}), "greater"),
    (sample({"kind": "word_count", "at_least": -1}), "greater than or equal to 0"),
    (sample({"kind": "word_count", "at_least": 1, "more": 2}), "Extra inputs"),
    (
        sample({"kind": "word_count", "at_least": 1, "version": 999}),
        "version 1 of the definition, not 999",
    ),
]


@pytest.mark.parametrize(("line", "reason"), UNREADABLE, ids=[reason for _, reason in UNREADABLE])
def test_unreadable_line_is_named(found, line, reason):
    """A line that is no record is named with why, and the lines around it are checked."""
    result = found(sample(TRUE), line, sample(FALSE))
    [finding] = result.unreadable
    assert (finding.line, finding.id, finding.kind) == (2, None, None)
    assert reason in finding.reason
    assert result.records == 2
    assert [one.line for one in result.false] == [3]


def test_null_fields_are_no_fields(found):
    """Fields that a data frame filled with null do not matter."""
    nulls = TRUE | {"at_most": None, "include": None, "text": None}
    assert found(sample(nulls)).met == {"word_count": 1}


@pytest.mark.parametrize("data", [b"", b"\n\n  \n"])
def test_empty_file(found, data):
    """A file without lines holds no records and nothing wrong."""
    result = found(data)
    assert (result.records, result.false, result.unreadable) == (0, [], [])


@pytest.mark.parametrize("number", [1000, 1001])
def test_findings_are_kept_up_to_a_thousand(found, number):
    """A thousand findings are kept; all are counted."""
    result = found(*[sample(FALSE)] * number, *[b"{"] * number)
    assert (len(result.false), len(result.unreadable)) == (1000, 1000)
    assert result.unmet == {"keywords": number}


def test_texts_of_any_kind_are_checked(found):
    """Responses with NUL, escaped surrogates or none at all are checked like others."""
    raw = rb'{"response": "\u0000\ud83d\ude00 one two three", "constraints": [%s]}'
    assert found(raw % json.dumps(TRUE).encode(), sample(TRUE, response="")).met == {
        "word_count": 1
    }


@pytest.mark.parametrize("name", ["missing.jsonl", "."])
def test_file_that_cannot_be_opened(tmp_path, name):
    """A file that is not there, or is none, is a source error that names it."""
    with pytest.raises(SourceError, match="cannot read"):
        recheck(tmp_path / name)


@pytest.mark.slow
def test_what_crab_builds_is_true(tmp_path):
    """Every constraint of what crab builds holds, in both files, and is counted as in run.json."""
    counts = run([str(SEEDS)], tmp_path, Config())
    samples, examples = (recheck(tmp_path / f"{name}.jsonl") for name in ("samples", "train"))
    assert (samples.records, examples.records) == (counts["samples"], counts["train"])
    assert samples.met == counts["kinds"]
    for result in (samples, examples):
        assert sum(result.met.values()) > 200
        assert (result.unmet, result.unjudged, result.false, result.unreadable) == ({}, {}, [], [])


@pytest.mark.slow
def test_constraints_of_other_answers_are_found_false(tmp_path):
    """With the answers exchanged, many constraints are false, each for the reason of its check."""
    run([str(SEEDS)], tmp_path, Config(languages=("en",), limit=20))
    rows = [
        json.loads(line) for line in (tmp_path / "samples.jsonl").read_text("utf-8").splitlines()
    ]
    file = tmp_path / "exchanged.jsonl"
    for row, other in zip(rows, [*rows[1:], rows[0]], strict=True):
        row["other"] = other["response"]
    file.write_text(
        "\n".join(json.dumps(row | {"response": row["other"]}) for row in rows), "utf-8"
    )
    result = recheck(file)
    expected = [
        Finding(line, row["id"], rule.kind, verdict.reason)
        for line, row in enumerate(rows, 1)
        for rule, verdict in crab.check(
            row["other"], [crab.Constraint.model_validate(data) for data in row["constraints"]]
        )
        if not verdict.met
    ]
    assert len(expected) > 50
    assert result.false == expected
