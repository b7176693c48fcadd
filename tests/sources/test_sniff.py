"""The format is recognised by the content."""

from __future__ import annotations

import gzip
import io
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from crab.errors import SourceError
from crab.sources import read
from crab.sources.files import Opened
from crab.sources.shapes import FIELDS
from crab.sources.sniff import Format, sniffed

LINES = Format("json_lines")
ROW = '{"instruction": "a", "output": "b"}'
LONG = "x" * 400_000


@pytest.mark.parametrize(
    ("content", "form"),
    [
        ("", LINES),
        (" \n", LINES),
        (ROW, LINES),
        (f"{ROW}\n{ROW}\n", LINES),
        (f"\n\n{ROW}\n", LINES),
        (f"oops\n{ROW}\n", LINES),
        (f"oops, oops\n{ROW}\n", LINES),
        (f"[INFO] start\n{ROW}\n{ROW}", LINES),
        (f"[1, 2]\n{ROW}", LINES),
        (f"{ROW[:-1]}\n{ROW}\n{ROW}", LINES),
        (f'{{"a": 1,\n{ROW}\n{ROW}', LINES),
        ('{"a": "b', LINES),
        (f'{{"messages": "{LONG}"}}\n{ROW}', LINES),
        ('{"instruction": "a", "output": "b", "examples": [{"c": 1}]}', LINES),
        ('{"messages": [{"role": "user"}]}', LINES),
        ('"a"\n"b, c"', LINES),
        ("hello", LINES),
        ("[", Format("json_arrays")),
        ("[]", Format("json_arrays")),
        (f"[{ROW},\n{ROW}\n]", Format("json_arrays")),
        (f"[\n{ROW},\n{ROW}\n]", Format("json_arrays")),
        (f"[{ROW}]\n{ROW}", Format("json_arrays")),
        (f'[{{"a": "{LONG}"}}]', Format("json_arrays")),
        (f'{{"data": [\n{ROW},\n{ROW}\n]}}', Format("json_object", "data")),
        (f'{{"v": "1", "rows": [{ROW}]}}', Format("json_object", "rows")),
        (f'{{"train": [{{"a": "{LONG}"}}]}}', Format("json_object", "train")),
        (f'{{"pairs": [{ROW}]}}', Format("json_object", "pairs")),
        (f'{{\n  "pairs": [\n{ROW}]}}', Format("json_object", "pairs")),
        ('{\n  "instruction": "a",\n  "output": "b"\n}\n', Format("json_values")),
        ('{\n  "messages": [\n    {\n', Format("json_values")),
        (f"{ROW},\n{ROW},\n", Format("json_values")),
        ("instruction,response\na,b", Format("delimited", ",")),
        ("id\tprompt\tcompletion\n", Format("delimited", "\t")),
        ("instruction;response\na;b", Format("delimited", ";")),
        ('"instruction","response"\n"a","b"', Format("delimited", ",")),
        ("q,a\n1,2", Format("delimited", ",")),
        (f"q,a\n{ROW}", LINES),
        (f'instruction,response\n"\n{ROW}\n",b', Format("delimited", ",")),
        ("q,,a\n1,2,3", LINES),
        ("PAR1\0", Format("parquet")),
    ],
)
def test_formats(write: Callable[..., Path], content: str, form: Format) -> None:
    """Each format is known by its beginning, plain and gzipped, whatever the file is called."""
    for gz in (False, True):
        opened = Opened(str(write(content, "data.csv", gz=gz)))
        assert sniffed(opened, FIELDS) == form
        opened.close()


def archive() -> bytes:
    """A zip archive."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        file.writestr("a.jsonl", ROW)
    return buffer.getvalue()


def tarball() -> bytes:
    """A gzipped tar archive."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as file:
        file.addfile(tarfile.TarInfo("a.jsonl"))
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (archive(), "zip archive"),
        (gzip.compress(archive(), mtime=0), "zip archive"),
        (tarball(), "tar archive"),
        (ROW.encode("utf-16"), "save it as UTF-8"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n", "git lfs pull"),
    ],
    ids=["zip", "gzipped zip", "gzipped tar", "UTF-16", "LFS pointer"],
)
def test_foreign_formats(write: Callable[..., Path], content: bytes, what: str) -> None:
    """What crab does not read is refused at once, with what to do."""
    with pytest.raises(SourceError, match=what):
        read([write(content, "rows.jsonl")])
