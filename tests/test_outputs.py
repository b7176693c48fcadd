"""Tests of `crab.outputs`: what a command writes is refused beforehand, or whole."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from crab.errors import UsageError
from crab.outputs import check_outputs, whole_files


@pytest.fixture(autouse=True)
def _here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def write(text: str, **paths: Path) -> None:
    """Write a text to each file."""
    with whole_files(paths) as files:
        for file in files.values():
            file.write(text.encode())


def test_a_new_file_has_the_usual_mode():
    """A file is written with the rights that any other would get, and nothing is left beside it."""
    write("x", a=Path("a"))
    Path("b").write_text("x", "utf-8")
    assert Path("a").read_text("utf-8") == "x"
    assert stat.S_IMODE(Path("a").stat().st_mode) == stat.S_IMODE(Path("b").stat().st_mode)
    assert sorted(path.name for path in Path().iterdir()) == ["a", "b"]


def test_the_mode_of_a_file_stays():
    """A file that is replaced keeps its rights."""
    Path("a").write_text("old", "utf-8")
    Path("a").chmod(0o640)
    write("new", a=Path("a"))
    assert Path("a").read_text("utf-8") == "new"
    assert stat.S_IMODE(Path("a").stat().st_mode) == 0o640


def test_an_error_leaves_all_as_it_was():
    """Where the work fails, no file has changed and none is left behind."""
    Path("a").write_text("old", "utf-8")
    with pytest.raises(KeyError), whole_files({"a": Path("a"), "b": Path("b")}) as files:
        files["a"].write(files["no such file"].read())
    assert list(Path().iterdir()) == [Path("a")]
    assert Path("a").read_text("utf-8") == "old"


def test_a_link_is_followed():
    """What a link points to is written; the link stays."""
    Path("folder").mkdir()
    Path("link").symlink_to("folder/a")
    write("x", a=Path("link"))
    assert Path("link").is_symlink()
    assert Path("folder/a").read_text("utf-8") == "x"


def test_a_device_stays_a_device():
    """What is no plain file is written to, and a full one says so."""
    write("x", a=Path("/dev/null"))
    assert Path("/dev/null").is_char_device()
    with pytest.raises(UsageError, match="/dev/full cannot be written: No space left"):
        write("x", a=Path("/dev/full"))
    assert Path("/dev/full").is_char_device()


@pytest.mark.parametrize(
    ("outputs", "why"),
    [
        (["-"], "- is no file"),
        (["nowhere/a"], "nowhere is no folder"),
        (["a", "./a"], "a is written twice"),
        (["read"], "read is read"),
        (["hard"], "hard is read"),
        (["soft"], "soft is read"),
        (["build/run.json"], "is in the folder of a build"),
        (["build"], "build is a folder"),
        (["loop"], "loop cannot be written: "),
        (["a" * 300], "cannot be written: File name too long"),
        (["dangling"], "is no folder"),
    ],
)
def test_what_must_not_be_written_is_refused(outputs, why):
    """Files that are read, written twice or a build's own are refused before any work."""
    Path("read").write_text("x", "utf-8")
    os.link("read", "hard")
    Path("soft").symlink_to("read")
    Path("build").mkdir()
    Path("loop").symlink_to("loop")
    Path("dangling").symlink_to("nowhere/a")
    with pytest.raises(UsageError, match=why):
        check_outputs(map(Path, outputs), [Path("read")], Path("build"))
    check_outputs([Path("a"), Path("b")], [Path("read")], Path("build"))


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is forbidden to root")
def test_a_forbidden_folder_is_refused():
    """A folder in which nothing may be written is told before any work."""
    Path("folder").mkdir(mode=0o500)
    with pytest.raises(UsageError, match="permission denied"):
        check_outputs([Path("folder/a")], [])


def test_what_is_open_already_is_added_to(capfd):
    """Standard output is written where it stands, and what is in its file stays."""
    with Path("log").open("ab") as log:
        log.write(b"before\n")
        log.flush()
        write("after", a=Path(f"/dev/fd/{log.fileno()}"))
    assert Path("log").read_text("utf-8") == "before\nafter"
    write("shown", a=Path("/dev/stdout"))
    assert capfd.readouterr().out == "shown"


def test_a_pipe_is_written_to():
    """A pipe gets what is written."""
    read, written = os.pipe()
    write("x", a=Path(f"/dev/fd/{written}"))
    os.close(written)
    assert os.read(read, 10) == b"x"
    os.close(read)
