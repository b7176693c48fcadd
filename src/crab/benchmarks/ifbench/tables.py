"""IFBench's ``custom`` instructions about data between delimiters, each about one prompt."""

from __future__ import annotations

import csv
import io
import re
from typing import Literal

from crab.benchmarks.base import verdict
from crab.benchmarks.ifbench.family import IFBench
from crab.constraints.base import Example, Verdict
from crab.text import Text

__all__ = ["CsvCity", "CsvQuotes", "CsvSpecialCharacter"]

_CITY = ["ID", "Country", "City", "Year", "Count"]
_SPECIAL = re.compile(r"[^\w\s]")


def _header(columns: str, between: str) -> re.Pattern[str]:
    names = [rf'(?:{name}|"{name}")' for name in columns.split()]
    return re.compile(between.join(names))


_PRODUCTS = _header("ProductID Category Brand Price Stock", ",[ \\t]*")
_STUDENTS = _header("StudentID Subject Grade Semester Score", "\\t *")


def _rows(string: str, delimiter: str = ",") -> list[list[str]] | None:
    """Return the fields of each row; None where the text cannot be read as such."""
    try:
        return list(csv.reader(io.StringIO(string), delimiter=delimiter))
    except csv.Error:
        return None


def _sized(rows: list[list[str]] | None, number: int) -> Verdict | None:
    """Return why the rows are too few or too many; None where they are not."""
    if rows is None:
        return Verdict(False, "no rows")
    return None if len(rows) == number else Verdict(False, f"{len(rows)} rows")


class CsvCity(IFBench):
    """A header of fixed columns and seven rows of five fields each, with commas between."""

    says = "Write 7 rows of CSV with the columns ID, Country, City, Year and Count."
    example = Example(
        {}, "ID,Country,City,Year,Count\n" + "1,Chad,Sarh,2020,7\n" * 7, "ID,Country,City"
    )

    kind: Literal["ifbench/custom:csv_city"] = "ifbench/custom:csv_city"

    def decide(self, text: Text) -> Verdict:
        """Return whether the table is as it should be."""
        rows = _rows(text.string)
        if wrong := _sized(rows, 8):
            return wrong
        assert rows is not None  # noqa: S101 - else it would be wrong
        met = rows[0] == _CITY and all(len(row) == 5 for row in rows[1:])
        return verdict(met, "7 rows", "another header, or rows of other lengths")


class CsvSpecialCharacter(IFBench):
    """A header of fixed columns and fourteen rows, one with a mark between quotation marks.

    The rows after the first such one are not looked at (no thread reports it).
    """

    says = (
        "Write 14 rows of CSV with the columns ProductID, Category, Brand, Price and Stock; one "
        "field holds a special character and stands in double quotation marks."
    )
    example = Example(
        {},
        'ProductID,Category,Brand,Price,Stock\n1,toys,"A&B",2,3\n' + "2,toys,C,2,3\n" * 13,
        "ProductID,Category,Brand,Price,Stock\n" + "2,toys,C,2,3\n" * 14,
    )

    kind: Literal["ifbench/custom:csv_special_character"] = "ifbench/custom:csv_special_character"

    def decide(self, text: Text) -> Verdict:
        """Return whether the table is as it should be."""
        if not _PRODUCTS.fullmatch(text.string.split("\n", 1)[0].strip()):
            return Verdict(False, "another header")
        rows = _rows(text.string.replace('"', '"""'))
        if wrong := _sized(rows, 15):
            return wrong
        for row in (rows or [])[1:]:
            if len(row) != 5:
                return Verdict(False, f"a row of {len(row)} fields")
            if any(map(_is_special, row)):
                return Verdict(True, "a special character in quotation marks")
        return Verdict(False, "no special character in quotation marks")


def _is_special(field: str) -> bool:
    line = field.split("\n", 1)[0]
    return line[:1] == '"' and _SPECIAL.search(line, 1, max(line.rfind('"'), 1)) is not None


class CsvQuotes(IFBench):
    """A header of fixed columns and three rows with tabs between, each field in quotation marks."""

    says = (
        "Write 3 rows with the columns StudentID, Subject, Grade, Semester and Score, with tabs "
        "between the fields and each field in double quotation marks."
    )
    example = Example(
        {},
        '"StudentID"\t"Subject"\t"Grade"\t"Semester"\t"Score"\n'
        + '"1"\t"Art"\t"A"\t"2"\t"9"\n' * 3,
        "StudentID\tSubject\tGrade\tSemester\tScore\n" + "1\tArt\tA\t2\t9\n" * 3,
    )

    kind: Literal["ifbench/custom:csv_quotes"] = "ifbench/custom:csv_quotes"

    def decide(self, text: Text) -> Verdict:
        """Return whether the table is as it should be."""
        if not _STUDENTS.fullmatch(text.string.split("\n", 1)[0].strip()):
            return Verdict(False, "another header")
        rows = _rows(text.string.replace('"', '"""'), "\t")
        if wrong := _sized(rows, 4):
            return wrong
        fields = [field.strip() for row in rows or [] for field in row]
        met = all(len(row) == 5 for row in rows or []) and all(
            field[:1] == field[-1:] == '"' for field in fields
        )
        return verdict(met, "3 rows in quotation marks", "fields without quotation marks")
