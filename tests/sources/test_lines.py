"""JSON Lines: a line, a row."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crab.sources import lines as module
from crab.sources.lines import json_lines, lines
from crab.sources.rows import Broken, Row, TailError


@given(st.lists(st.binary(max_size=20)))
def test_lines_are_those_of_the_whole(chunks: list[bytes]) -> None:
    """However the chunks are cut, the lines are those of their sum, numbered from 1."""
    whole = b"".join(chunks).split(b"\n")
    if not whole[-1]:
        whole.pop()
    assert [(line.number, line.raw) for line in lines(chunks)] == list(enumerate(whole, 1))


def test_blank_lines_count_but_give_nothing() -> None:
    """A blank line gives no row, and the numbers of the others are those an editor shows."""
    rows = list(json_lines([b'\n{"a":1}\r\n \t\r\n\r\n[2]\noops']))
    assert [(row.line, type(row)) for row in rows] == [(2, Row), (5, Row), (6, Broken)]


def test_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    """A line above the limit is broken, is not held, and the next one is read."""
    monkeypatch.setattr(module, "LIMIT", 100)
    rows = list(json_lines([b'{"a": "', *[b"x" * 60] * 100, b'"}\n{}\n', b"y" * 101]))
    assert [row.line for row in rows] == [1, 2, 3]
    assert rows[1] == Row(2, {}, b"{}")
    for row in (rows[0], rows[2]):
        assert isinstance(row, Broken)
        assert row.reason.startswith("too_long")
        assert row.raw
        assert len(row.raw) <= 8_000


@pytest.mark.parametrize(
    ("last", "rows"),
    [(b'{"b": 2}', [1, 2, 2]), (b'{"b": ', [1, 2]), (b"12", [1, 2]), (b"", [1, 2])],
)
def test_lost_tail(last: bytes, rows: list[int]) -> None:
    """Where the tail is lost, a last row that is whole is kept, and the loss is one broken row."""

    def chunks() -> Iterator[bytes]:
        yield b'{"a": 1}\n' + last
        raise TailError("truncated_gzip: …")

    found = list(json_lines(chunks()))
    assert [row.line for row in found] == rows
    assert found[-1] == Broken(2, "truncated_gzip: …", last)
    assert all(isinstance(row, Row) for row in found[:-1])
