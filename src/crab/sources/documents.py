"""JSON documents, streamed: an array of rows, an object that holds one, rows one after another."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import count

from crab.sources.rows import Broken, Row, TailError, decoded
from crab.sources.scan import Scanner

__all__ = ["ARRAY_NAMES", "json_arrays", "json_object", "json_values"]

ARRAY_NAMES = frozenset(
    b"data rows train examples instances items records samples test validation".split()
)
"""What an array of rows is called in the object that holds it."""

_OPEN_ARRAY = ord("[")
_TOO_EARLY = "truncated_json: the {} is not closed; what came before was read"


def json_arrays(chunks: Iterable[bytes]) -> Iterator[Row | Broken]:
    """The elements of an array, and of arrays that follow it, as rows."""
    return _document(chunks, _arrays)


def json_object(chunks: Iterable[bytes], name: bytes) -> Iterator[Row | Broken]:
    """The elements of the array that an object holds under this name, as rows."""

    def array(scanner: Scanner, numbers: Iterator[int]) -> Iterator[Row | Broken]:
        scanner.first()
        scanner.open_array({name})
        yield from _elements(scanner, numbers)
        while other := scanner.ended and scanner.open_array(ARRAY_NAMES):
            reason = f"unknown_shape: {other.decode()} is a second array of rows; it is not read"
            yield Broken(next(numbers), reason)
            for _ in scanner.values(in_array=True):
                pass
        if not scanner.ended:
            yield Broken(next(numbers), _TOO_EARLY.format("object"), scanner.rest())
        elif scanner.first():
            yield _after_the_end(scanner, numbers)

    return _document(chunks, array)


def json_values(chunks: Iterable[bytes]) -> Iterator[Row | Broken]:
    """Objects that follow one another, each over as many lines as it likes, as rows."""
    return _document(chunks, _values)


def _document(
    chunks: Iterable[bytes], inside: Callable[[Scanner, Iterator[int]], Iterator[Row | Broken]]
) -> Iterator[Row | Broken]:
    numbers, scanner = count(1), Scanner(chunks)
    try:
        yield from inside(scanner, numbers)
    except TailError as error:
        yield Broken(next(numbers), str(error), scanner.rest())


def _arrays(scanner: Scanner, numbers: Iterator[int]) -> Iterator[Row | Broken]:
    while (first := scanner.first()) == _OPEN_ARRAY:
        yield from _elements(scanner, numbers)
        if not scanner.ended:
            yield Broken(next(numbers), _TOO_EARLY.format("array"), scanner.rest())
            return
    if first:
        yield _after_the_end(scanner, numbers)


def _values(scanner: Scanner, numbers: Iterator[int]) -> Iterator[Row | Broken]:
    yield from _rows(scanner.values(in_array=False), numbers)
    if rest := scanner.rest():
        yield Broken(next(numbers), _TOO_EARLY.format("last object"), rest)


def _elements(scanner: Scanner, numbers: Iterator[int]) -> Iterator[Row | Broken]:
    return _rows(scanner.values(in_array=True), numbers)


def _rows(values: Iterable[bytes], numbers: Iterator[int]) -> Iterator[Row | Broken]:
    return (decoded(next(numbers), raw) for raw in values)


def _after_the_end(scanner: Scanner, numbers: Iterator[int]) -> Broken:
    return Broken(next(numbers), "broken_json: text after the end; it is not read", scanner.rest())
