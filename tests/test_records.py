"""Tests of `crab.records`: the values that flow through a run."""

from __future__ import annotations

import pickle
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from crab.constraints.keywords import Keywords
from crab.constraints.length import WordCount
from crab.records import Checked, Dropped, Message, Messages, Pair, Sample

PAIR = Pair(id="1", instruction="Describe the rain.", response="It rained {{ all }} day.\r\n")
CHECKED = Checked(origin="rule", met=True, reason="4 words", spans=((0, 2),), selectivity=0.25)
SAMPLE = Sample(
    **dict(PAIR),
    constraints=(WordCount(at_most=5), Keywords(include=("rained",))),
    checks=(CHECKED,) * 2,
)
RECORDS = [
    PAIR,
    Pair(
        id="é\0",
        source="s",
        instruction="?",
        response="\0",
        language="en",
        license="MIT",
        score=9.5,
    ),
    CHECKED,
    Checked(origin="openai:x", met=None, reason=""),
    SAMPLE,
    Sample(**dict(PAIR)),
    Message(role="user", content=""),
    Messages(
        id="1",
        messages=(Message(role="user", content="Rain?"),),
        constraints=(WordCount(at_least=1),),
    ),
    Dropped(what="record", step="read", reason="no_response", data={"a": [1, None]}),
    Dropped(id="1", what="constraint", step="verify", reason="unmet", file="a.jsonl", line=3),
]


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: type(record).__name__)
def test_round_trip(record: BaseModel) -> None:
    """A record is read back from its JSON, and from pickle, as it was."""
    assert type(record).model_validate_json(record.model_dump_json()) == record
    assert type(record).model_validate(record.model_dump(mode="json")) == record
    assert pickle.loads(pickle.dumps(record)) == record  # noqa: S301 - written in this line


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: type(record).__name__)
def test_records_are_frozen(record: BaseModel) -> None:
    """No field of a record can be changed."""
    for name in type(record).model_fields:
        with pytest.raises(ValidationError, match="frozen"):
            setattr(record, name, None)


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: type(record).__name__)
def test_unknown_fields_are_refused(record: BaseModel) -> None:
    """A field that a record does not know is an error, not lost."""
    with pytest.raises(ValidationError, match="Extra inputs"):
        type(record).model_validate({**dict(record), "extra": 1})


@pytest.mark.parametrize("field", ["id", "instruction", "response"])
@pytest.mark.parametrize("blank", ["", " \n\t", "\u00a0\u3000", None, 7])
def test_what_a_pair_cannot_do_without(field: str, blank: Any) -> None:
    """Id, instruction and response hold more than white space."""
    with pytest.raises(ValidationError) as caught:
        Pair.model_validate({**dict(PAIR), field: blank})
    assert [error["loc"] for error in caught.value.errors()] == [(field,)]


def test_text_is_kept_as_it_is() -> None:
    """White space, braces and line ends of a response are never touched."""
    assert (
        Pair.model_validate_json(PAIR.model_dump_json()).response == "It rained {{ all }} day.\r\n"
    )


def test_constraints_are_read_by_their_kind() -> None:
    """The constraints of a sample come back as the classes that they were."""
    read = Sample.model_validate_json(SAMPLE.model_dump_json())
    assert [type(one) for one in read.constraints] == [WordCount, Keywords]
    assert read.constraints[0].check("one two").met is True  # type: ignore[attr-defined]


@pytest.mark.parametrize(("constraints", "checks"), [(2, 1), (0, 1), (1, 0)])
def test_constraints_and_checks_are_in_step(constraints: int, checks: int) -> None:
    """A sample with more constraints than checks, or fewer, is refused."""
    fields = dict(PAIR) | {
        "constraints": (WordCount(at_most=5),) * constraints,
        "checks": (CHECKED,) * checks,
    }
    with pytest.raises(ValidationError, match="differ in number"):
        Sample(**fields)


@pytest.mark.parametrize(
    "constraint",
    [{"kind": "no_such_kind"}, {"kind": "word_count"}, {"at_most": 3}, "word_count", None],
)
def test_unreadable_constraints_are_refused(constraint: Any) -> None:
    """A constraint that cannot be read makes its record unreadable."""
    with pytest.raises(ValidationError):
        Messages.model_validate({"id": "1", "messages": [], "constraints": [constraint]})


@pytest.mark.parametrize(
    "record", [Pair, Sample, Checked, Dropped], ids=lambda record: record.__name__
)
def test_every_field_is_explained(record: type[BaseModel]) -> None:
    """The fields of what is written say in their schema what they mean."""
    own = {
        name: field for name, field in record.model_fields.items() if name in record.__annotations__
    }
    assert own
    assert [name for name, field in own.items() if not field.description] == []
