"""JSON documents are read as streams."""

from __future__ import annotations

import gzip
import json
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from crab.records import Dropped, Pair
from crab.sources.documents import json_arrays
from crab.sources.files import Opened
from crab.sources.rows import Row

Outcome = Callable[..., "list[Pair | Dropped]"]
ROWS = [{"instruction": f"Say {i}.", "output": f"{i}"} for i in range(3)]


@pytest.mark.parametrize("gz", [False, True])
@pytest.mark.parametrize("indent", [None, 0, 4])
@pytest.mark.parametrize("name", [None, "data", "rows", "train", "pairs"])
def test_arrays(outcome: Outcome, name: str | None, indent: int | None, gz: bool) -> None:
    """An array of rows is read, alone or under a name in an object, however it is laid out."""
    document: Any = ROWS if name is None else {name: ROWS}
    found = outcome(json.dumps(document, indent=indent), gz=gz)
    assert [pair.model_dump()["response"] for pair in found] == ["0", "1", "2"]


@pytest.mark.parametrize("indent", [None, 2])
def test_named_array_among_other_members(outcome: Outcome, indent: int | None) -> None:
    """What stands before and after the array is passed over."""
    document = {
        "version": "1.1", "features": [{"name": "instruction"}], "meta": {"rows": [1]},
        "rows": ROWS, "count": 3, "partial": False,
    }  # fmt: skip
    assert len(outcome(json.dumps(document, indent=indent))) == 3


def test_second_array_is_reported(outcome: Outcome) -> None:
    """Another array of rows is not read, and not passed over in silence."""
    *pairs, dropped = outcome(json.dumps({"train": ROWS, "test": ROWS}))
    assert len(pairs) == 3
    assert isinstance(dropped, Dropped)
    assert dropped.reason == "unknown_shape: test is a second array of rows; it is not read"


@pytest.mark.parametrize(
    "empty", ["[]", "[ ]\n", '{"data": []}', '{"data": [\n]\n}', "", " \n\n", "\ufeff"]
)
def test_empty(outcome: Outcome, empty: str) -> None:
    """A file without rows gives nothing."""
    assert outcome(empty) == []


@pytest.mark.parametrize(
    "content",
    [
        "".join(json.dumps(row, indent=2) + "\n" for row in ROWS),
        ",\n".join(json.dumps(row, indent=2) for row in ROWS),
        "".join(json.dumps(row) + ",\n" for row in ROWS),
        json.dumps(ROWS[:2]) + "\n" + json.dumps(ROWS[2:]),
        json.dumps(ROWS).replace("}]", "},]"),
    ],
)
def test_loose_layouts(outcome: Outcome, content: str) -> None:
    """Pretty-printed objects in a row, lines with commas, and arrays put together are read."""
    assert [pair.model_dump()["response"] for pair in outcome(content)] == ["0", "1", "2"]


def test_one_pretty_printed_row(outcome: Outcome) -> None:
    """One row over many lines is a row, not an object that holds rows."""
    row = {"messages": [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Ho"}]}
    (found,) = outcome(json.dumps(row, indent=2))
    assert isinstance(found, Pair)


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        ('{"instruction": oops}', "broken_json: "),
        ('{"instruction": ["a"}', "broken_json: "),
        ("12", "unknown_shape: the row is not an object"),
        ("[" * 3000 + "]" * 3000, "broken_json: nested too deeply"),
    ],
)
def test_broken_element(outcome: Outcome, broken: str, reason: str) -> None:
    """A broken element is dropped with its number and its text, and the others are read."""
    first, last = json.dumps(ROWS[0]), json.dumps(ROWS[1])
    one, two, three = outcome(f"[{first}, {broken}, {last}]")
    assert isinstance(one, Pair)
    assert isinstance(two, Dropped)
    assert isinstance(three, Pair)
    assert (two.line, two.data) == (2, broken[:2000])
    assert two.reason.startswith(reason)


def test_invalid_utf8_costs_one_element(outcome: Outcome) -> None:
    """Bytes that are not UTF-8 cost the element they stand in."""
    found = outcome(json.dumps(ROWS).encode().replace(b"Say 1", b"Say \xff"))
    assert [row.model_dump().get("reason", "") for row in found] == [
        "",
        "invalid_utf8: byte 0xff at 21",
        "",
    ]


@pytest.mark.parametrize("content", [json.dumps(ROWS), json.dumps({"data": ROWS})])
def test_truncated(outcome: Outcome, content: str) -> None:
    """Where the end is missing, what came before is read and the loss is one dropped row."""
    for end in range(content.rindex(", {") + 2, len(content)):
        *pairs, dropped = outcome(content[:end])
        assert len(pairs) in (2, 3)
        assert all(isinstance(pair, Pair) for pair in pairs)
        assert isinstance(dropped, Dropped)
        assert dropped.reason.startswith("truncated_json")


def test_truncated_gzip(outcome: Outcome) -> None:
    """A truncated gzip of an array gives the elements before its end, and says so."""
    rows = [{**ROWS[0], "id": i} for i in range(20_000)]
    *pairs, dropped = outcome(gzip.compress(json.dumps(rows).encode())[:-500])
    assert [pair.model_dump()["id"] for pair in pairs] == [str(i) for i in range(len(pairs))]
    assert len(pairs) > 10_000
    assert isinstance(dropped, Dropped)
    assert dropped.reason.startswith("truncated_gzip")
    assert dropped.line == len(pairs) + 1


@pytest.mark.parametrize("after", ["]", "oops"])
@pytest.mark.parametrize("content", [json.dumps(ROWS), json.dumps({"data": ROWS})])
def test_text_after_the_end(outcome: Outcome, content: str, after: str) -> None:
    """What stands behind the end is reported."""
    *pairs, dropped = outcome(f"{content}\n {after}")
    assert len(pairs) == 3
    assert isinstance(dropped, Dropped)
    assert dropped.reason == "broken_json: text after the end; it is not read"
    assert dropped.data == after


@pytest.mark.slow
def test_memory_is_bounded(tmp_path: Path) -> None:
    """An array of 100,000 rows, 40 MB, is cut into rows in a few megabytes of memory."""
    path = tmp_path / "rows.json"
    row = json.dumps({"instruction": "Say it.", "output": "x" * 350})
    with path.open("w") as file:
        file.write("[" + ",\n".join([row] * 100_000) + "]")
    tracemalloc.start()
    count = sum(isinstance(row, Row) for row in json_arrays(Opened(str(path)).chunks()))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 100_000
    assert peak < 10 * 2**20
