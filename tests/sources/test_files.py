"""Inputs are opened, measured and named."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from io import BufferedReader, BytesIO, TextIOWrapper
from pathlib import Path

import pytest

from crab.errors import SourceError
from crab.sources import read, total_bytes
from crab.sources.files import Opened, is_pipe, listed, stem


def test_single_path_is_one_input() -> None:
    """A path given alone is not taken for a list of its characters."""
    assert listed("a.jsonl") == listed(Path("a.jsonl")) == listed(["a.jsonl"]) == ["a.jsonl"]


@pytest.mark.parametrize(
    ("path", "name"),
    [("x/train.jsonl", "train"), ("a.b.csv.gz", "a.b"), ("-", "stdin"), ("raw", "raw")],
)
def test_stem(path: str, name: str) -> None:
    """A data set is called after its file, without the endings."""
    assert stem(path) == name


@pytest.mark.parametrize("call", [lambda path: read([path]), lambda path: total_bytes([path])])
def test_what_cannot_be_opened(tmp_path: Path, call: Callable[[Path], object]) -> None:
    """A missing file, a folder and a name that cannot be are told at once, with the path."""
    for path, what in (
        (tmp_path / "none.jsonl", "does not exist"),
        (tmp_path, "is a folder"),
        (tmp_path / "a\0b", "cannot be opened"),
        (tmp_path / ("x" * 5000), "cannot be opened"),
    ):
        with pytest.raises(SourceError, match=what) as caught:
            call(path)
        assert str(path) in str(caught.value)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_forbidden_file(tmp_path: Path) -> None:
    """A file that may not be read is told so."""
    path = tmp_path / "a"
    path.touch(mode=0)
    with pytest.raises(SourceError, match="check that you may read it"):
        read([path])


def test_read_error_names_the_file(
    write: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk that fails while the file is read is an error that names the file."""

    class Failing:
        def read1(self, size: int) -> bytes:
            raise OSError(5, "Input/output error")

    class Stdin:
        buffer = Failing()

    monkeypatch.setattr(sys, "stdin", Stdin())
    with pytest.raises(SourceError, match="- cannot be read on: Input/output error"):
        list(read(["-"]))


@pytest.mark.parametrize("gz", [False, True])
def test_bytes_are_reported(write: Callable[..., Path], gz: bool) -> None:
    """The bytes reported sum up to the total, compressed ones where the file is."""
    paths = [
        write([{"instruction": f"{i}", "output": "b" * i} for i in range(2000)], f"{n}", gz=gz)
        for n in range(2)
    ]
    seen: list[int] = []
    assert len(list(read(paths, on_bytes=seen.append))) == 4000
    assert sum(seen) == total_bytes(paths) == sum(path.stat().st_size for path in paths)
    assert all(size > 0 for size in seen)


def test_pipes_have_no_total(tmp_path: Path) -> None:
    """Standard input and named pipes have no size, and a pipe is not opened to look at it."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    assert is_pipe(str(pipe))
    assert total_bytes([pipe]) is None
    assert total_bytes(["-"]) is None
    assert total_bytes([]) == 0
    read([pipe])


def test_byte_order_mark_is_taken_off(write: Callable[..., Path]) -> None:
    """A UTF-8 byte order mark is no part of the content, plain or gzipped."""
    for gz in (False, True):
        opened = Opened(str(write(b"\xef\xbb\xbf{}", gz=gz)))
        assert (opened.head, opened.whole, opened.gzipped) == (b"{}", True, gz)
        assert b"".join(opened.chunks()) == b"{}"


def test_closing_early(write: Callable[..., Path]) -> None:
    """A reader that is left half-way closes its file."""
    rows = read([write([{"instruction": "a", "output": "b" * 1000}] * 1000)])
    next(rows)
    del rows  # an unclosed file would be a ResourceWarning, which is an error here


def test_standard_input(monkeypatch: pytest.MonkeyPatch, write: Callable[..., Path]) -> None:
    """A dash reads standard input, byte by byte if that is how it comes, gzipped or not."""
    for gz in (False, True):
        data = write([{"instruction": "a", "output": "b"}], gz=gz).read_bytes()

        class Slow(BytesIO):
            def read1(self, size: int | None = -1) -> bytes:
                return self.read(1)

        for buffer in (Slow(data), BufferedReader(BytesIO(data))):
            monkeypatch.setattr(sys, "stdin", TextIOWrapper(buffer))
            (pair,) = read(["-"])
            assert pair.model_dump()["source"] == "stdin"
