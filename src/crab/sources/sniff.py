"""The format of a file, recognised by how it begins; its name is not looked at."""

from __future__ import annotations

import csv
import re
from collections.abc import Collection
from itertools import pairwise
from typing import Literal, NamedTuple

from crab.errors import SourceError
from crab.sources.documents import ARRAY_NAMES
from crab.sources.files import Opened
from crab.sources.rows import RowError, decode
from crab.sources.scan import Scanner

__all__ = ["Format", "sniffed"]

_FOREIGN = (
    (b"PK\x03\x04", "is a zip archive or an Excel workbook; unpack it, or save it as CSV"),
    (b"7z\xbc\xaf\x27\x1c", "is a 7z archive; unpack it"),
    (b"\xfd7zXZ\0", "is xz-compressed; unpack it"),
    (b"\x28\xb5\x2f\xfd", "is zstd-compressed; unpack it"),
    (b"BZh91AY&SY", "is bzip2-compressed; unpack it"),
    (b"ARROW1", "is an Arrow file; save it as Parquet or JSON Lines"),
    (b"\xff\xfe", "is UTF-16; save it as UTF-8"),
    (b"\xfe\xff", "is UTF-16; save it as UTF-8"),
    (b"version https://git-lfs", "is a Git LFS pointer, not the data; run: git lfs pull"),
)
_TAR = (257, b"ustar")
_FIRST_ARRAY = re.compile(rb'\s*\{\s*"([^"\\]+)"\s*:\s*\[\s*\{')
_DELIMITERS = (",", "\t", ";")
_GOES_ON = (b"{", b"[", b",", b":")
"""How a line ends after which a JSON document goes on."""


class Format(NamedTuple):
    """A format, and what its reader must know."""

    name: Literal["parquet", "json_lines", "json_arrays", "json_object", "json_values", "delimited"]
    detail: str = ""
    """The delimiter of a table, or the name of the array in an object."""


def sniffed(opened: Opened, fields: Collection[str]) -> Format:
    """The format of an input; ``fields`` are the names by which a table's header is known.

    Raises:
        SourceError: It is no format that crab reads; the error says what to do.
    """
    head = opened.head
    if head.startswith(b"PAR1"):
        return Format("parquet")
    for magic, what in _FOREIGN:
        if head.startswith(magic):
            raise SourceError(f"{opened.path} {what}")
    if head.startswith(_TAR[1], _TAR[0]):
        raise SourceError(f"{opened.path} is a tar archive; unpack it")
    lines = [line.strip() for line in head.split(b"\n")]
    if not opened.whole:
        lines.pop()
    lines = [line for line in lines if line]
    start = head.lstrip()[:1]
    if start == b"[":
        rows = _has_own_lines(lines) and not _holds_objects(lines[0])
        return Format("json_lines" if rows else "json_arrays")
    if start == b"{":
        return _of_object(opened, lines, fields)
    return _of_text(lines, fields)


def _of_object(opened: Opened, lines: list[bytes], fields: Collection[str]) -> Format:
    first = _object(lines[0]) if lines else None
    alone = opened.whole and first is not None and first.keys().isdisjoint(fields)
    if _has_own_lines(lines) or (first is not None and not alone):
        return Format("json_lines")
    unfinished = bool(lines) and lines[0].endswith(_GOES_ON)
    if name := _array_name(opened.head):
        return Format("json_object", name)
    only = _FIRST_ARRAY.match(opened.head)
    if only and (alone or unfinished) and only[1].decode(errors="replace") not in fields:
        return Format("json_object", only[1].decode(errors="replace"))
    return Format("json_values" if unfinished else "json_lines")


def _of_text(lines: list[bytes], fields: Collection[str]) -> Format:
    header = lines[0].decode(errors="replace") if lines else ""
    delimiter, names = max(
        ((delimiter, _cells(header, delimiter)) for delimiter in _DELIMITERS),
        key=lambda found: len(found[1]),
    )
    known = not set(names).isdisjoint(fields)
    table = known or (all(names) and not any(map(_object, lines)))
    return Format("delimited", delimiter) if len(names) > 1 and table else Format("json_lines")


def _cells(header: str, delimiter: str) -> list[str]:
    try:
        return [name.strip() for name in next(csv.reader([header], delimiter=delimiter), [])]
    except csv.Error:
        return []


def _has_own_lines(lines: list[bytes]) -> bool:
    """True where a line below the first is an object by itself, and not a part of a document."""
    return any(
        not above.endswith(_GOES_ON) and _object(line) is not None
        for above, line in pairwise(lines)
    )


def _object(line: bytes) -> dict[str, object] | None:
    value = _value(line) if line.startswith(b"{") else None
    return value if isinstance(value, dict) else None


def _holds_objects(line: bytes) -> bool:
    value = _value(line)
    return isinstance(value, list) and any(isinstance(element, dict) for element in value)


def _value(line: bytes) -> object:
    try:
        return decode(line)
    except RowError:
        return None


def _array_name(head: bytes) -> str | None:
    """The array of rows that the object holds, where it has a usual name."""
    scanner = Scanner([head])
    scanner.first()
    name = scanner.open_array(ARRAY_NAMES)
    return name.decode() if name and scanner.first() in (ord("{"), ord("]")) else None
