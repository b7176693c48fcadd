"""Tests of `crab.progress`: how far a run is."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from crab.progress import meter


def progress(total: int | None, capsys: pytest.CaptureFixture[str]) -> list[str]:
    """The progress lines of a small run."""
    with meter(total) as shown:
        for _ in range(3):
            shown.read(100)
            assert len(list(shown.taking(range(1000)))) == 1000
            shown.done(1000)
    told = capsys.readouterr()
    assert told.out == ""
    return told.err.splitlines()


def test_progress_lines(monkeypatch, capsys):
    """Without a terminal, lines tell the records, the speed and the time that is left."""
    monkeypatch.setattr("crab.progress._SECONDS_BETWEEN_LINES", 0)
    lines = progress(600, capsys)
    assert len(lines) == 3
    for number, line in enumerate(lines, 1):
        assert re.fullmatch(rf"{number},000 records, [\d,]+ records/s, about \d+ s left", line)


def test_time_left_counts_what_is_read_ahead_and_what_is_skipped():
    """What is left is reckoned in records, however far ahead of the work they are read."""
    with meter(1000, skipped=4) as shown:
        assert shown.left is None
        shown.read(500)
        assert list(shown.taking("abcdefghij")) == list("abcdefghij")
        shown.done(2)
        assert shown.left == 20 - 4 - 2
        shown.read(500)
        shown.done(4)
        assert shown.left == 0


def test_no_more_is_left_than_the_limit():
    """A run that ends after so many records has no more left, however long its input."""
    with meter(1000, limit=12) as shown:
        shown.read(500)
        assert len(list(shown.taking(range(10)))) == 10
        shown.done(2)
        assert (shown.expected, shown.left) == (12, 10)


def test_progress_of_unknown_length(monkeypatch, capsys):
    """Where the length of the input is unknown, no time left is told."""
    monkeypatch.setattr("crab.progress._SECONDS_BETWEEN_LINES", 0)
    assert all(
        re.fullmatch(r"[\d,]+ records, [\d,]+ records/s", line) for line in progress(None, capsys)
    )


def test_progress_lines_are_few(capsys):
    """A run of less than a few seconds tells nothing."""
    assert progress(600, capsys) == []


BAR = """
import sys, time
from crab.progress import meter
with meter(int(sys.argv[1]) or None) as shown:
    for _ in range(20):
        shown.read(50)
        shown.done(123)
        time.sleep(0.05)
print("done")
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo terminal")
@pytest.mark.parametrize("total", [1000, 0])
def test_bar_on_a_terminal(tmp_path, total):
    """On a terminal a bar counts records, on standard error, and is gone at the end."""
    import pty

    ours, theirs = pty.openpty()
    environment = {
        name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "COLUMNS")
    }
    with subprocess.Popen(
        [sys.executable, "-c", BAR, str(total)],
        env=environment | {"TERM": "xterm", "COLUMNS": "100"},
        stdout=subprocess.PIPE,
        stderr=theirs,
        cwd=Path(tmp_path),
    ) as process:
        os.close(theirs)
        told = b""
        while piece := _read(ours):
            told += piece
        assert process.stdout.read() == b"done\n"
    os.close(ours)
    assert process.returncode == 0
    assert b"2,460 records" in told
    assert b"records/s" in told
    assert told.rstrip().endswith(b"\x1b[2K")


def _read(file: int) -> bytes:
    try:
        return os.read(file, 65536)
    except OSError:
        return b""
