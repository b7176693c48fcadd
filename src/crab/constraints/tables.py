"""Tables: how many there are, and how many rows and columns each has."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from math import inf
from random import Random
from typing import ClassVar, Literal, Self

from crab.constraints.base import Example
from crab.constraints.bounds import Bounded, Measure
from crab.constraints.format import NOTHING, Counted, Format
from crab.constraints.marks import marks
from crab.text import Text

__all__ = ["TableColumns", "TableCount", "TableRows"]

_CELL_EDGE = re.compile(r"(?<!\\)\|")


class TableCount(Counted):
    r"""The response has between ``at_least`` and ``at_most`` Markdown tables.

    >>> TableCount(at_least=1).check("| tea | milk |\n|---|---|\n| hot | cold |").met
    True
    """

    hint: ClassVar[str] = "The number of Markdown tables."
    unit: ClassVar[str] = "tables"
    sides: ClassVar[tuple[str, ...]] = ("exactly", "at_least")
    traces: ClassVar[tuple[str, ...]] = ("|",)
    example: ClassVar[Example] = Example(
        {"at_least": 1}, "| tea | milk |\n|---|---|\n| hot | cold |", "tea | milk\nhot | cold"
    )

    kind: Literal["table_count"] = "table_count"

    def measure(self, text: Text) -> Measure:
        """Count the tables; others count the rows of dashes and bars, in code too."""
        spans = [(block.start, block.end) for block in text.blocks if block.kind == "table"]
        if not spans:
            return NOTHING
        rows = sum(1 for line in marks(text).lines if _is_table_rule(line))
        return Measure.items(spans, rows, len(spans) + text.string.count("<table"))


class _TableSize(Format, Bounded):
    """Bounds that every table keeps."""

    each: ClassVar[str] = "table"

    def facts(self) -> Mapping[str, tuple[float, float]]:
        """Return the bounds, and that there is a table."""
        return {**super().facts(), TableCount.subject().quantity: (1, inf)}

    @classmethod
    def subjects(cls, text: Text, rng: Random) -> Iterator[Self]:
        """Yield the rule where the text has a table."""
        if "|" in text.string and any(block.kind == "table" for block in text.blocks):
            yield cls.subject()


class TableColumns(_TableSize):
    r"""Every Markdown table has between ``at_least`` and ``at_most`` columns.

    The columns are the cells of the header row; a response without tables does not meet the rule.

    >>> TableColumns(at_most=3).check("| tea | milk |\n|---|---|\n| hot | cold |").reason
    '2 to 2 columns in each table'
    """

    hint: ClassVar[str] = "Bounds on the number of columns that every table keeps."
    unit: ClassVar[str] = "columns"
    small: ClassVar[int] = 2
    sides: ClassVar[tuple[str, ...]] = ("exactly", "at_most")
    example: ClassVar[Example] = Example(
        {"at_least": 2}, "| tea | milk |\n|---|---|\n| hot | cold |", "| tea |\n|---|\n| hot |"
    )

    kind: Literal["table_columns"] = "table_columns"

    def measure(self, text: Text) -> Measure | None:
        """Count the columns; others count the cells of any row."""
        tables = [block for block in text.blocks if block.kind == "table"]
        if not tables:
            return None
        sizes = [table.columns for table in tables]
        found = marks(text)
        cells = [_cells(text[row]) for table in tables for row in found.rows(table)] + sizes
        spans = tuple([(table.start, table.end) for table in tables])
        return Measure(min(sizes), max(sizes), min(cells), max(cells), spans)

    def bounds(self, found: Measure, rng: Random) -> tuple[int | None, int | None]:
        """Return the number of columns where all rows of all tables have the same."""
        if found.low == found.high >= self.small:
            return int(found.low), int(found.low)
        return super().bounds(found, rng)


class TableRows(_TableSize):
    r"""Every Markdown table has between ``at_least`` and ``at_most`` rows below its header.

    A response without tables does not meet the rule.

    >>> TableRows(at_least=2).check("| tea |\n|---|\n| hot |").reason
    '1 to 1 rows in each table'
    """

    hint: ClassVar[str] = "Bounds on the number of rows below the header that every table keeps."
    unit: ClassVar[str] = "rows"
    weight: ClassVar[float] = 0.5
    small: ClassVar[int] = 2
    sides: ClassVar[tuple[str, ...]] = ("exactly", "at_least", "at_most")
    example: ClassVar[Example] = Example(
        {"at_least": 2}, "| tea |\n|---|\n| hot |\n| cold |", "| tea |\n|---|\n| hot |"
    )

    kind: Literal["table_rows"] = "table_rows"

    def measure(self, text: Text) -> Measure | None:
        """Count the rows below the header."""
        tables = [block for block in text.blocks if block.kind == "table"]
        if not tables:
            return None
        sizes = [max(table.rows - 1, 0) for table in tables]
        spans = tuple([(table.start, table.end) for table in tables])
        return Measure(min(sizes), max(sizes), min(sizes), max(sizes), spans)


def _is_table_rule(line: str) -> bool:
    """Whether a line is the rule below a table's header, such as ``|---|:-:|``."""
    return "|" in line and "-" in line and not line.strip("|:- \t")


def _cells(row: str) -> int:
    """Count the cells of one line of a table."""
    edges = len(_CELL_EDGE.findall(row))
    bare = row.strip()
    return edges + 1 - bare.startswith("|") - (bare.endswith("|") and not bare.endswith("\\|"))
