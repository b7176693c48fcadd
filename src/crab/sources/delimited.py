"""CSV and TSV: the first record names the fields; a quoted cell may hold line feeds."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator

from crab.sources.lines import lines
from crab.sources.rows import KEPT, LIMIT, Broken, Row, TailError

__all__ = ["delimited"]

_CELL_LIMIT = 2**24
"""Characters of one cell: a quote that is never closed must not take the file into memory."""


class _Feed:
    """The lines that go into the CSV reader, and what they were since the record began."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._lines = lines(chunks)
        self._number = 0
        self.begin()

    def begin(self) -> None:
        """A new record begins with the next line."""
        self.first = self._number + 1
        self.raw = b""
        self.fault = ""

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        self._number, raw, whole = next(self._lines)
        if len(self.raw) < KEPT:
            self.raw += raw[:KEPT] + b"\n"
        if not whole:
            self.fault = f"too_long: a line of more than {LIMIT // 2**20} MB"
            return "\n"  # a quote that its beginning opens would never be closed
        try:
            return raw.decode() + "\n"
        except UnicodeDecodeError as error:
            self.fault = self.fault or f"invalid_utf8: byte {raw[error.start]:#04x}"
            return raw.decode(errors="replace") + "\n"

    def broken(self, reason: str) -> Broken:
        """The record as a broken one; the reason names its lines where they are several."""
        several = f" (lines {self.first} to {self._number})" if self._number > self.first else ""
        return Broken(self.first, reason + several, self.raw.rstrip(b"\n"))


def delimited(chunks: Iterable[bytes], delimiter: str) -> Iterator[Row | Broken]:
    """A row of named cells for each record below the header; ``line`` is where it begins.

    Quoting is read strictly: a record that is quoted wrongly is broken rather than read amiss. The
    process's ``csv.field_size_limit`` is raised to 16 million characters where it is lower.
    """
    csv.field_size_limit(max(csv.field_size_limit(), _CELL_LIMIT))
    feed = _Feed(chunks)
    reader = csv.reader(feed, delimiter=delimiter, strict=True)
    names: list[str] | None = None
    while True:
        feed.begin()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except TailError as error:
            feed.raw += error.rest
            yield feed.broken(str(error))
            return
        except csv.Error as error:
            yield feed.broken(f"broken_csv: {error}")
            continue
        if names is not None and feed.fault:
            yield feed.broken(feed.fault)
        elif names is not None and any(cells):
            yield _row(feed, names, cells)
        elif any(cells):
            names = [cell.strip() for cell in cells]


def _row(feed: _Feed, names: list[str], cells: list[str]) -> Row | Broken:
    if any(cells[len(names) :]):
        return feed.broken(f"broken_csv: {len(cells)} cells, and the header names {len(names)}")
    return Row(feed.first, dict(zip(names, cells, strict=False)), feed.raw.rstrip(b"\n"))
