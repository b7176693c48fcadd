"""Parquet is read in batches."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from crab.errors import MissingExtra, SourceError
from crab.records import Dropped, Pair
from crab.sources import read, total_bytes

pa = pytest.importorskip("pyarrow", reason="the extra parquet is not installed")
pq = pytest.importorskip("pyarrow.parquet", reason="the extra parquet is not installed")


def table(rows: Sequence[dict[str, Any]], **options: Any) -> bytes:
    """The rows as the bytes of a Parquet file."""
    buffer = BytesIO()
    pq.write_table(pa.Table.from_pylist(list(rows)), buffer, **options)
    return buffer.getvalue()


def chats(count: int) -> list[dict[str, Any]]:
    """Rows of chats."""
    return [
        {
            "id": i,
            "messages": [
                {"role": "user", "content": f"Say {i}."},
                {"role": "assistant", "content": f"{i}\r\n"},
            ],
            "score": i / 2,
        }
        for i in range(count)
    ]


@pytest.mark.parametrize("gz", [False, True])
def test_nested_rows(write: Callable[..., Path], gz: bool) -> None:
    """Lists of structures come back as chats, and every byte of the file is reported."""
    path = write(table(chats(1000), row_group_size=300), gz=gz)
    seen: list[int] = []
    found = list(read([path], on_bytes=seen.append))
    assert sum(seen) == total_bytes([path])
    assert [pair.model_dump()["response"] for pair in found] == [f"{i}\r\n" for i in range(1000)]
    assert found[3] == Pair(
        id="3", source="file", instruction="Say 3.", response="3\r\n", score=1.5,
        file=str(path), line=4,
    )  # fmt: skip


def test_rows_are_numbered(write: Callable[..., Path]) -> None:
    """A dropped row is known by its number, and shown as JSON."""
    rows: list[Any] = [{"prompt": "a", "completion": "b"}, {"prompt": "é", "completion": None}]
    _, dropped = read([write(table(rows))])
    assert isinstance(dropped, Dropped)
    assert (dropped.line, dropped.data) == (2, '{"prompt": "é", "completion": null}')
    assert dropped.reason == "missing_field: response (the row has: prompt, completion)"


def test_invalid_utf8_costs_one_row(write: Callable[..., Path]) -> None:
    """A string column that holds other bytes costs the rows that have them."""
    texts = pa.array([b"a", b"\xff", b"c"], pa.binary()).view(pa.utf8())
    buffer = BytesIO()
    pq.write_table(pa.table({"instruction": texts, "output": ["x", "y", "z"]}), buffer)
    found = list(read([write(buffer.getvalue())]))
    assert [row.model_dump().get("reason") for row in found] == [None, "invalid_utf8", None]


def test_value_without_python_form(write: Callable[..., Path]) -> None:
    """A date that Python cannot hold costs its row."""
    when = pa.array([0, 10**12, 0], pa.timestamp("s"))
    columns = {"when": when, "instruction": ["a", "b", "c"], "output": ["x", "y", "z"]}
    buffer = BytesIO()
    pq.write_table(pa.table(columns), buffer)
    found = list(read([write(buffer.getvalue())]))
    assert [isinstance(row, Pair) for row in found] == [True, False, True]
    assert found[1].model_dump()["reason"].startswith("broken_parquet")


def test_no_rows(write: Callable[..., Path]) -> None:
    """A table without rows gives nothing and reports its bytes."""
    buffer = BytesIO()
    pq.write_table(pa.table({"instruction": pa.array([], pa.string())}), buffer)
    path = write(buffer.getvalue())
    seen: list[int] = []
    assert list(read([path], on_bytes=seen.append)) == []
    assert sum(seen) == total_bytes([path])


def test_damaged_file(write: Callable[..., Path]) -> None:
    """A file without its end cannot be read at all; one damaged inside gives what it can."""
    data = table(chats(1000), row_group_size=100, compression="none", use_dictionary=False)
    with pytest.raises(SourceError, match="not a readable Parquet file"):
        list(read([write(data[:-10])]))
    broken = bytearray(data)
    middle = len(data) // 2
    broken[middle : middle + 2000] = b"\xff" * 2000
    *pairs, dropped = read([write(bytes(broken))])
    assert len(pairs) >= 100
    assert isinstance(dropped, Dropped)
    assert dropped.reason.startswith(
        ("broken_parquet", "invalid_utf8", "not_text", "missing_field")
    )


def test_truncated_gzip(write: Callable[..., Path]) -> None:
    """A truncated gzip of Parquet holds no row that can be found; that is said."""
    path = write(table(chats(10)), gz=True)
    path.write_bytes(path.read_bytes()[:-20])
    (dropped,) = read([path])
    assert isinstance(dropped, Dropped)
    assert dropped.reason.startswith("truncated_gzip")


def test_without_pyarrow(write: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """Without pyarrow the call fails at once and names the command that installs it."""
    path = write(table(chats(1)))
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    with pytest.raises(MissingExtra, match=r"crab-constraints\[parquet\]"):
        read([path])
