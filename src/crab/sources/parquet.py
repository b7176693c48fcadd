"""Parquet, read in batches by pyarrow, which is imported here and only when it is needed."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import IO, Any

from crab.errors import MissingExtra, SourceError
from crab.sources.files import Opened, is_pipe
from crab.sources.rows import Broken, Row, TailError

__all__ = ["parquet", "pyarrow_parquet"]

_BATCH = 256
_UNREADABLE = (ValueError, OverflowError)
"""What a value raises that has no Python form: text that is not UTF-8, a date past year 9999."""


def pyarrow_parquet() -> ModuleType:
    """The module ``pyarrow.parquet``.

    Raises:
        MissingExtra: pyarrow is not installed.
    """
    try:
        return import_module("pyarrow.parquet")
    except ImportError:
        raise MissingExtra("pyarrow", "parquet") from None


def parquet(opened: Opened, on_bytes: Callable[[int], None] | None) -> Iterator[Row | Broken]:
    """The rows of a Parquet file; ``line`` is the number of the row.

    A Parquet file is read from its end, so a gzipped or piped one is first laid down in a
    temporary file.

    Raises:
        SourceError: No row of the file can be read.
    """
    if not (opened.gzipped or is_pipe(opened.path)):
        unreported = Path(opened.path).stat().st_size - opened.consumed
        with Path(opened.path).open("rb") as file:
            yield from _rows(file, opened.path, _Share(unreported, on_bytes))
        return
    with tempfile.TemporaryFile() as file:
        try:
            file.writelines(opened.chunks())
        except TailError as error:
            yield Broken(1, str(error))
            return
        yield from _rows(file, opened.path, _Share(0, None))


class _Share:
    """Reports the bytes of a file in step with the share of its rows that has been read."""

    def __init__(self, size: int, on_bytes: Callable[[int], None] | None) -> None:
        self._size = size
        self._on_bytes = on_bytes
        self._reported = 0

    def report(self, done: int, total: int) -> None:
        """``done`` of ``total`` rows have been read."""
        now = self._size * done // total if total else self._size
        if self._on_bytes is not None and now > self._reported:
            self._on_bytes(now - self._reported)
        self._reported = now


def _rows(file: IO[bytes], path: str, share: _Share) -> Iterator[Row | Broken]:
    module = pyarrow_parquet()
    import pyarrow  # noqa: PLC0415

    try:
        table = module.ParquetFile(file)
    except (pyarrow.ArrowException, OSError) as error:
        raise SourceError(f"{path} is not a readable Parquet file: {error}") from error
    total, number = table.metadata.num_rows, 0
    with table:
        share.report(0, total)
        try:
            for batch in table.iter_batches(batch_size=_BATCH):
                yield from _batch_rows(batch, number + 1)
                number += batch.num_rows
                share.report(number, total)
        except (pyarrow.ArrowException, OSError) as error:
            yield Broken(number + 1, f"broken_parquet: {error}; what follows is not read")


def _batch_rows(batch: Any, first: int) -> Iterator[Row | Broken]:
    """The rows of a batch; where one value cannot be read, the others are, one by one."""
    try:
        values = batch.to_pylist()
    except _UNREADABLE:
        for index in range(batch.num_rows):
            try:
                yield Row(first + index, batch.slice(index, 1).to_pylist()[0])
            except UnicodeDecodeError:
                yield Broken(first + index, "invalid_utf8")
            except _UNREADABLE as error:
                yield Broken(first + index, f"broken_parquet: {error}")
    else:
        for line, value in enumerate(values, first):
            yield Row(line, value)
