"""Opening: a path becomes chunks of plain bytes, inflated where they are gzip."""

from __future__ import annotations

import stat
import sys
from collections.abc import Callable, Generator, Iterable, Iterator
from io import SEEK_END, BufferedReader, FileIO
from pathlib import Path
from typing import cast

from crab.errors import SourceError
from crab.sources.inflate import MAGIC, inflate
from crab.sources.rows import TailError

__all__ = ["STDIN", "Opened", "is_pipe", "listed", "stem", "total_bytes"]

STDIN = "-"
_CHUNK = 2**18
_HEAD = 2**16
_BOM = b"\xef\xbb\xbf"


class Opened:
    """An input whose beginning has been read, to recognise it by.

    Raises:
        SourceError: It does not exist, is a folder, or cannot be opened or read.
    """

    def __init__(self, path: str, on_bytes: Callable[[int], None] | None = None) -> None:
        self.path = path
        self.consumed = 0
        """Bytes read so far, as they lie on the disk."""
        self.gzipped = False
        self.whole = False
        """True where the head is all there is."""
        self._on_bytes = on_bytes
        self._failure: TailError | None = None
        self._rest = self._plain()
        self.head = self._read_head().removeprefix(_BOM)

    def chunks(self) -> Iterator[bytes]:
        """The whole content, head included; where its tail is lost, a TailError ends it."""
        if self.head:
            yield self.head
        if self._failure is not None:
            raise self._failure
        yield from self._rest

    def close(self) -> None:
        """Closes the file, however much of it has been read."""
        self._rest.close()

    def _read_head(self) -> bytes:
        head = bytearray()
        try:
            while len(head) < _HEAD and not self.whole:
                piece = next(self._rest, b"")
                head += piece
                self.whole = not piece
        except TailError as error:
            self._failure = error
        return bytes(head)

    def _plain(self) -> Generator[bytes, None, None]:
        if self.path == STDIN:
            yield from self._decoded(cast("BufferedReader", sys.stdin.buffer).read1)
            return
        with _open(self.path) as file:
            yield from self._decoded(file.read)

    def _decoded(self, read: Callable[[int], bytes | None]) -> Iterator[bytes]:
        pieces = self._pieces(read)
        start = b""
        while len(start) < len(MAGIC) and (piece := next(pieces, b"")):
            start += piece
        self.gzipped = start.startswith(MAGIC)
        return inflate(_after(start, pieces)) if self.gzipped else _after(start, pieces)

    def _pieces(self, read: Callable[[int], bytes | None]) -> Iterator[bytes]:
        while True:
            try:
                piece = read(_CHUNK)
            except OSError as error:
                raise SourceError(f"{self.path} cannot be read on: {error.strerror}") from error
            if not piece:
                return
            self.consumed += len(piece)
            if self._on_bytes is not None:
                self._on_bytes(len(piece))
            yield piece


def _after(start: bytes, pieces: Iterator[bytes]) -> Iterator[bytes]:
    if start:
        yield start
    yield from pieces


def _open(path: str) -> FileIO:
    try:
        if Path(path).is_dir():
            raise SourceError(f"{path} is a folder; name the files in it")
        return Path(path).open("rb", buffering=0)
    except FileNotFoundError:
        raise SourceError(
            f"{path} does not exist; check the path, it starts from {Path.cwd()}"
        ) from None
    except (OSError, ValueError) as error:
        raise SourceError(
            f"{path} cannot be opened ({error}); check that you may read it"
        ) from error


def listed(inputs: str | Path | Iterable[str | Path]) -> list[str]:
    """The inputs as text; a single path is a list of one."""
    return [str(inputs)] if isinstance(inputs, str | Path) else [str(path) for path in inputs]


def is_pipe(path: str) -> bool:
    """True of what can be opened only once: standard input, a named pipe, a device."""
    if path == STDIN:
        return True
    try:
        mode = Path(path).stat().st_mode
    except (OSError, ValueError):
        return False
    return not (stat.S_ISREG(mode) or stat.S_ISDIR(mode))


def stem(path: str) -> str:
    """What a data set is called after its file.

    >>> stem("data/train.jsonl.gz"), stem("-")
    ('train', 'stdin')
    """
    return "stdin" if path == STDIN else Path(Path(path).name.removesuffix(".gz")).stem


def total_bytes(inputs: str | Path | Iterable[str | Path]) -> int | None:
    """The bytes that ``read`` will report, or None where an input is a pipe or standard input.

    Raises:
        SourceError: An input does not exist or cannot be looked at.
    """
    paths = listed(inputs)
    if any(map(is_pipe, paths)):
        return None
    total = 0
    for path in paths:
        with _open(path) as file:
            total += file.seek(0, SEEK_END)
    return total
