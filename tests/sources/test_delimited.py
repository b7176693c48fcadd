"""CSV and TSV are read record by record."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

import pytest

from crab.records import Dropped, Pair
from crab.sources import lines

Outcome = Callable[..., "list[Pair | Dropped]"]


def texts(found: list[Pair | Dropped]) -> list[tuple[str, str]]:
    """The two texts of each pair."""
    return [(pair.instruction, pair.response) for pair in found if isinstance(pair, Pair)]


@pytest.mark.parametrize("gz", [False, True])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_tables(outcome: Outcome, delimiter: str, end: str, gz: bool) -> None:
    """Cells come back as they were written: line feeds, quotes and delimiters included."""
    rows = [("Say\r\nit.\n", 'He said "a,b;c\td"'), ("é", "x\n\ny"), ("a", "b")]
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=delimiter, lineterminator=end)
    writer.writerows([("instruction", "response"), *rows])
    found = outcome("\ufeff" + buffer.getvalue(), gz=gz)
    assert texts(found) == rows


def test_facts_from_cells(outcome: Outcome) -> None:
    """A cell is always text; a score in one is still a number, an empty cell is nothing."""
    (pair,) = outcome("id,instruction,input,output,score,lang\n7,Add.,,3,4.5,en-GB\n")
    assert isinstance(pair, Pair)
    found = (pair.id, pair.instruction, pair.score, pair.language, pair.source)
    assert found == ("7", "Add.", 4.5, "en", "file")


def test_broken_records(outcome: Outcome) -> None:
    """A record that is broken is dropped with its line, and the next one is read."""
    content = (
        b"instruction,response\n"
        b"a,b\n"
        b"a,b,c\n"
        b'"a"x,b\n'
        b"\n"
        b'"a\n\xff",b\n'
        b"a\rb,c\n"
        b"alone\n"
        b",b\n"
        b'"two\nlines",b,,\n'
    )
    found = outcome(content)
    assert [(row.line, row.reason) for row in found if isinstance(row, Dropped)] == [
        (3, "broken_csv: 3 cells, and the header names 2"),
        (4, "broken_csv: ',' expected after '\"'"),
        (6, "invalid_utf8: byte 0xff (lines 6 to 7)"),
        (8, found[4].model_dump()["reason"]),
        (9, "missing_field: response (the row has: instruction)"),
        (10, "empty_instruction"),
    ]
    assert found[4].model_dump()["reason"].startswith("broken_csv: new-line character")
    assert found[3].model_dump()["data"] == '"a\n\ufffd",b'
    assert texts(found) == [("a", "b"), ("two\nlines", "b")]


def test_quote_that_is_never_closed(outcome: Outcome) -> None:
    """A quote without an end takes its lines into one dropped record, not into a response."""
    *pairs, dropped = outcome('instruction,response\na,b\nc,"d\ne,f\n')
    assert texts(pairs) == [("a", "b")]
    assert isinstance(dropped, Dropped)
    assert dropped.reason == "broken_csv: unexpected end of data (lines 3 to 4)"
    assert dropped.data == 'c,"d\ne,f'


def test_large_cells(outcome: Outcome) -> None:
    """A cell of 5 MB is read, though Python's own limit is 128 kB."""
    long = "x" * 5_000_000
    assert texts(outcome(f"instruction,response\na,{long}\n")) == [("a", long)]


def test_endless_cell_is_dropped(outcome: Outcome) -> None:
    """A cell above the limit is dropped instead of filling the memory."""
    found = outcome("instruction,response\na," + "x" * (2**24 + 1) + "\nc,d\n")
    assert isinstance(found[0], Dropped)
    assert found[0].reason.startswith("broken_csv: field larger than field limit")
    assert texts(found) == [("c", "d")]


def test_long_line(outcome: Outcome, monkeypatch: pytest.MonkeyPatch) -> None:
    """A line above the limit costs its record, even where it opens a quote."""
    monkeypatch.setattr(lines, "LIMIT", 300_000)
    found = outcome(f'instruction,response\na,"{"x" * 400_000}"\nc,d\n')
    assert [row.model_dump().get("reason", "")[:8] for row in found] == ["too_long", ""]
    assert found[0].model_dump()["line"] == 2


def test_header_that_is_not_utf8(outcome: Outcome) -> None:
    """A header with a bad name still names the other cells."""
    assert texts(outcome(b"instruction,response,\xff\na,b,c\n")) == [("a", "b")]


def test_truncated_gzip(outcome: Outcome, write: Callable[..., object]) -> None:
    """The record in which a truncated file ends is dropped: its last cell may be cut."""
    import gzip
    import random

    rows = "".join(f"{i},{random.Random(i).random()}\n" for i in range(10_000))
    *pairs, dropped = outcome(gzip.compress(f"instruction,response\n{rows}".encode())[:-1000])
    assert len(pairs) > 8_000
    assert isinstance(dropped, Dropped)
    assert dropped.reason.startswith("truncated_gzip")
    assert dropped.line == len(pairs) + 2


def test_header_alone(outcome: Outcome) -> None:
    """A table without records gives nothing."""
    assert outcome("instruction,response\n") == []


def test_chat_in_a_cell(outcome: Outcome) -> None:
    """A chat that stands in a cell as JSON is read."""
    chat = '[{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Ho"}]'
    buffer = io.StringIO()
    csv.writer(buffer).writerows([("id", "messages"), (1, chat)])
    assert texts(outcome(buffer.getvalue())) == [("Hi", "Ho")]
