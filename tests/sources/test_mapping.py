"""A mapping says which field holds what."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from crab.errors import UsageError
from crab.records import Pair
from crab.sources import read
from crab.sources.mapping import fields, mapped
from crab.sources.rows import RowError


@pytest.mark.parametrize(
    ("name", "value"),
    [("a", 1), ("b.c", 2), ("d.e", 3), ("f.0.g", 4), ("f.1", 5)],
)
def test_names_reach(name: str, value: int) -> None:
    """A name is a field, else a path through objects and lists."""
    row = {"a": 1, "b": {"c": 2}, "d.e": 3, "f": [{"g": 4}, 5]}
    assert mapped(row, {"id": name}) == {"id": value}


@pytest.mark.parametrize("name", ["z", "a.b", "b.z", "f.2", "f.-1", "f.x", ".", "b."])
def test_missing_name_lists_the_fields(name: str) -> None:
    """A row that lacks the field is refused, and the reason lists the fields it has."""
    with pytest.raises(RowError, match=r"^missing_field: .* \(the row has: a, b, f\)$"):
        mapped({"a": 1, "b": {"c": 2}, "f": [1, 2]}, {"id": name})


def test_many_fields_are_cut() -> None:
    """A row of a thousand fields does not make a reason of a thousand names."""
    assert fields({str(i): 0 for i in range(1000)}).endswith("19 and 980 more")


@pytest.mark.parametrize(
    "mapping",
    [
        {"answer": "a"},
        {"instruction": "q"},
        {"response": "a"},
        {"instruction": "q", "response": ""},
        {"instruction": "q", "response": 3},
    ],
)
def test_unusable_mapping(mapping: Any) -> None:
    """An unknown key, half a pair and an empty name are errors when ``read`` is called."""
    with pytest.raises(UsageError):
        read([], mapping)


def test_whole_row(pair: Callable[..., Pair]) -> None:
    """Every key of a mapping reaches the pair, and beats the field of that name."""
    row = {
        "q": "Why?", "a": {"text": "So."}, "ctx": "It rains.", "uid": 9, "id": "no", "set": "mine",
        "lng": "de-AT", "lic": "MIT", "quality": {"help": 0.5}, "score": 7,
    }  # fmt: skip
    mapping = {
        "instruction": "q", "response": "a.text", "input": "ctx", "id": "uid", "source": "set",
        "language": "lng", "license": "lic", "score": "quality.help",
    }  # fmt: skip
    found = pair(row, mapping=mapping)
    assert found == Pair(
        id="9", source="mine", instruction="Why?\n\nIt rains.", response="So.",
        language="de", license="MIT", score=0.5, file=found.file, line=1,
    )  # fmt: skip


def test_optional_keys_alone(pair: Callable[..., Pair]) -> None:
    """A mapping may name facts only; the pair is then recognised by its shape."""
    row = {"prompt": "Why?", "completion": "So.", "meta": {"lang": "fr"}}
    assert pair(row, mapping={"language": "meta.lang"}).language == "fr"


def test_lacking_row_is_dropped(reason: Callable[..., str]) -> None:
    """A row without a mapped field is dropped, even when its shape is known."""
    row = {"instruction": "Why?", "output": "So."}
    mapping = {"instruction": "q", "response": "a.text"}
    assert reason(row, mapping=mapping) == "missing_field: q (the row has: instruction, output)"
