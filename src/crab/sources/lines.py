"""JSON Lines: one row on each line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from crab.sources.rows import KEPT, LIMIT, Broken, Row, TailError, decoded

__all__ = ["Line", "json_lines", "lines"]


class Line(NamedTuple):
    """One line, without the line feed that ends it."""

    number: int
    raw: bytes
    whole: bool = True
    """False where it is too long; only its beginning is kept then."""


def lines(chunks: Iterable[bytes]) -> Iterator[Line]:
    r"""The lines of the chunks, blank ones included.

    >>> [line.raw for line in lines([b"a\n\nb", b"c"])]
    [b'a', b'', b'bc']

    Raises:
        TailError: The tail is lost; its ``rest`` is the line that was begun.
    """
    number, begun, size = 1, bytearray(), 0
    try:
        for chunk in chunks:
            *ended, rest = chunk.split(b"\n")
            for piece in ended:
                size += len(piece)
                raw = bytes(begun[:KEPT] if size > LIMIT else begun + piece) if begun else piece
                yield Line(number, raw, size <= LIMIT)
                number, size = number + 1, 0
                begun.clear()
            size += len(rest)
            begun += rest
            if size > LIMIT:
                del begun[KEPT:]
    except TailError as error:
        error.rest = bytes(begun)
        raise
    if size:
        yield Line(number, bytes(begun), size <= LIMIT)


def json_lines(chunks: Iterable[bytes]) -> Iterator[Row | Broken]:
    """A row, or a broken place, for each line that is not blank."""
    number = 0
    try:
        for number, raw, whole in lines(chunks):
            if not whole:
                yield Broken(number, f"too_long: a line of more than {LIMIT // 2**20} MB", raw)
            elif raw and not raw.isspace():
                yield decoded(number, raw)
    except TailError as error:
        last = decoded(number + 1, error.rest)
        if isinstance(last, Row) and isinstance(last.value, dict):  # whole, though the file is not
            yield last
        yield Broken(number + 1, str(error), error.rest)
