"""What is cut out of a file: rows, and broken places with the reason why they are no rows."""

from __future__ import annotations

import json
import re
from typing import NamedTuple

import orjson

__all__ = [
    "KEPT",
    "LIMIT",
    "Broken",
    "Row",
    "RowError",
    "TailError",
    "decode",
    "decoded",
    "excerpt",
    "well_formed",
]

LIMIT = 64 * 2**20
"""Bytes of one row above which it is dropped: what keeps memory bounded."""
SHOWN = 2_000
"""Characters of a dropped row that are written down."""
KEPT = 4 * SHOWN
"""Bytes that are enough to show them."""
_SURROGATE = re.compile("[\ud800-\udfff]")


class Row(NamedTuple):
    """A decoded row and the place it comes from."""

    line: int
    """1-based line, or row number where the format has no lines."""
    value: object
    raw: bytes | str | None = None
    """The row as it was written; None where the format has no text."""


class Broken(NamedTuple):
    """A place that could not be decoded into a row."""

    line: int
    reason: str
    raw: bytes | str | None = None


class RowError(Exception):
    """This row cannot be read; its message is the reason."""


class TailError(Exception):
    """Nothing can be read from here to the end of the file; what came before stands."""

    def __init__(self, reason: str, rest: bytes = b"") -> None:
        super().__init__(reason)
        self.rest = rest


def decode(raw: bytes) -> object:
    r"""The JSON value that the bytes hold.

    What orjson refuses and Python's ``json`` reads is read: ``NaN`` (pandas writes it) and escaped
    lone surrogates. Nesting deeper than orjson's 1,024 levels is refused.

    >>> decode(b'{"a": [1, NaN, "\\ud800"]}')
    {'a': [1, nan, '\ud800']}

    Raises:
        RowError: The bytes are not UTF-8, or not JSON.
    """
    try:
        return orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        too_deep = "depth limit" in str(error)
    if not too_deep:
        try:
            return json.loads(raw.decode())
        except RecursionError:
            pass
        except UnicodeDecodeError as error:
            raise RowError(f"invalid_utf8: byte {raw[error.start]:#04x} at {error.start}") from None
        except ValueError as error:  # JSONDecodeError, and integers of over 4,300 digits
            raise RowError(f"broken_json: {error}") from None
    raise RowError("broken_json: nested too deeply") from None


def decoded(line: int, raw: bytes) -> Row | Broken:
    """The row that the bytes hold, or why they hold none."""
    try:
        return Row(line, decode(raw), raw)
    except RowError as error:
        return Broken(line, str(error), raw)


def well_formed(text: str) -> str:
    r"""The text with each lone surrogate replaced by U+FFFD, so that it can be written as UTF-8.

    >>> well_formed("a\ud800b")
    'a\ufffdb'
    """
    return text if text.isascii() else _SURROGATE.sub("\ufffd", text)


def excerpt(row: Row | Broken) -> str | None:
    """The beginning of a row as it was written, for people to read."""
    raw = row.raw
    if isinstance(raw, bytes):
        return raw[:KEPT].decode("utf-8", "replace")[:SHOWN]
    if raw is None and isinstance(row, Row):
        raw = json.dumps(row.value, ensure_ascii=False, default=str)
    return None if raw is None else well_formed(raw[:SHOWN])
