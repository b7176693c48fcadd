"""Tests of `crab.steps.export`: a record as one line of JSON."""

from __future__ import annotations

import json

import pytest

from crab.constraints import Keywords, SemanticElement, WordCount
from crab.records import Checked, Dropped, Message, Messages, Sample
from crab.steps.export import line

NASTY = 'a\nb\r\u2028\x00 "q" \\ {{ x }} {y} %s é 雨 😀 </script>'
SAMPLE = Sample(
    id="a",
    source="s",
    instruction=NASTY,
    response=NASTY,
    language="en",
    license="MIT",
    score=4.5,
    constraints=(
        WordCount(at_least=2),
        Keywords(include=("雨",)),
        SemanticElement(text="Say why."),
    ),
    checks=(
        Checked(origin="rule", met=True, reason="9 words", selectivity=0.5),
        Checked(origin="rule", met=True, reason="all present", spans=((3, 4), (7, 9))),
        Checked(origin="gpt", met=None, reason="not judged"),
    ),
)
MESSAGES = Messages(
    id="a",
    messages=(Message(role="user", content=NASTY), Message(role="assistant", content=NASTY)),
    constraints=SAMPLE.constraints,
)
DROPPED = Dropped(id="a", what="record", step="read", reason="broken_json: x", file="f", line=3)
RECORDS = [SAMPLE, MESSAGES, DROPPED, SAMPLE.model_copy(update={"constraints": (), "checks": ()})]


@pytest.mark.parametrize("record", RECORDS)
def test_record_is_one_line_of_json(record):
    """A record is a single line, ended by a line feed, that any JSON reader takes."""
    written = line(record)
    assert written.endswith(b"\n")
    assert written.count(b"\n") == 1
    assert written.splitlines(keepends=True) == [written]
    assert isinstance(json.loads(written), dict)


@pytest.mark.parametrize("record", RECORDS)
def test_record_reads_back_equal(record):
    """What is written reads back as the same record, but for the score."""
    again = type(record).model_validate_json(line(record))
    assert again == (
        record.model_copy(update={"score": None}) if record.__class__ is Sample else record
    )
    assert line(again) == line(record)


@pytest.mark.parametrize(
    ("record", "fields"),
    [
        (SAMPLE, "id source instruction response language license constraints checks"),
        (MESSAGES, "id messages constraints source language license"),
        (DROPPED, "id what step reason file line data"),
        (Dropped(what="record", step="read", reason="x"), "id what step reason file line data"),
    ],
)
def test_fields_stand_in_a_fixed_order(record, fields):
    """The fields are always the same and always in the same order, empty or not."""
    assert list(json.loads(line(record))) == fields.split()


def test_constraints_hold_no_null():
    """A constraint is written without the fields that it leaves open."""
    [count, keywords, judged] = json.loads(line(SAMPLE))["constraints"]
    assert count == {"kind": "word_count", "version": 1, "at_least": 2}
    assert keywords == {"kind": "keywords", "version": 1, "include": ["雨"]}
    assert judged == {"kind": "semantic_element", "version": 1, "text": "Say why."}


def test_checks_stand_in_step_with_constraints():
    """Each check says where its constraint comes from, what was found, where, and how rare."""
    [first, second, third] = json.loads(line(SAMPLE))["checks"]
    expected = {"origin": "rule", "met": True, "reason": "9 words", "spans": [], "selectivity": 0.5}
    assert first == expected
    assert second["spans"] == [[3, 4], [7, 9]]
    assert (third["origin"], third["met"], third["selectivity"]) == ("gpt", None, None)


def test_texts_are_written_as_they_are():
    """Letters of any script are written in UTF-8, unescaped; the texts come out unchanged."""
    written = line(SAMPLE)
    assert "é 雨 😀".encode() in written
    data = json.loads(written)
    assert (data["instruction"], data["response"]) == (NASTY, NASTY)
