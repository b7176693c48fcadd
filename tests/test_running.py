"""Tests of `crab.running`: real `crab build` processes, killed, interrupted, resumed, compared."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import suppress
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import pytest

from crab.config import Config
from crab.errors import FolderInUse, SourceError
from crab.running import run

SEEDS = Path(__file__).parents[1] / "examples" / "seeds.jsonl"
NAMES = ("samples", "train", "dropped")
CRAB = "from crab.cli import main; main()"
OFTEN = f"import crab.folder; crab.folder._SECONDS_BETWEEN_CHECKPOINTS = 0.05; {CRAB}"
"""The command with a checkpoint after nearly every part."""
QUICK = 'reference = 20\nkinds = ["word_count", "sentence_count", "keywords", "no_punctuation"]\n'
ENVIRONMENT = os.environ | {"PYTHONUTF8": "1", "COLUMNS": "200"}


def command(*arguments: object, code: str = CRAB) -> list[str]:
    """A command line that runs crab."""
    return [sys.executable, "-c", code, *map(str, arguments)]


def crab(*arguments: object, **options: Any) -> subprocess.CompletedProcess[str]:
    """Run crab to its end."""
    return subprocess.run(
        command(*arguments),
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=300,
        check=False,
        **options,
    )


def contents(path: Path) -> dict[str, bytes]:
    """What the three files of a run hold."""
    return {name: (path / f"{name}.jsonl").read_bytes() for name in NAMES}


def state(path: Path) -> dict[str, Any]:
    """What ``run.json`` says."""
    return json.loads((path / "run.json").read_bytes())


def far(path: Path) -> int:
    """How many records a run has dealt with by its last checkpoint."""
    return state(path)["checkpoint"]["records"] if (path / "run.json").exists() else -1


def further(path: Path, before: int) -> bool:
    """Whether a run has dealt with more records than that."""
    return far(path) > before


def lines(data: bytes) -> list[dict[str, Any]]:
    """The records of a file."""
    return [json.loads(line) for line in data.splitlines()]


def until(holds: Any, process: subprocess.Popen[str], seconds: float = 120) -> None:
    """Wait until something holds, or the process has ended."""
    end = time.monotonic() + seconds
    while not holds() and process.poll() is None:
        assert time.monotonic() < end, "nothing happens"
        time.sleep(0.01)


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A folder with a big input, its settings, and what an undisturbed run makes of it."""
    folder = tmp_path_factory.mktemp("runs")
    rows = [json.loads(line) for line in SEEDS.read_text("utf-8").splitlines()]
    with (folder / "big.jsonl").open("w", encoding="utf-8") as file:
        for number in range(500):
            row = rows[number % len(rows)] | {"id": f"r{number}"}
            row["instruction"] = f"{row['instruction']} ({number})"
            print("{" if number % 50 == 7 else json.dumps(row), file=file)
    (folder / "quick.toml").write_text(QUICK)
    return folder


def build(place: Path, out: Path, *more: object) -> list[object]:
    """The arguments that build the big input."""
    return ["build", place / "big.jsonl", "-o", out, "--config", place / "quick.toml", *more]


@pytest.fixture(scope="module")
def undisturbed(place):
    """The bytes of a run that nobody disturbed."""
    done = crab(*build(place, place / "undisturbed"))
    assert done.returncode == 0, done.stderr
    found = contents(place / "undisturbed")
    assert (len(lines(found["samples"])), len(lines(found["train"])) > 200) == (490, True)
    return found


@pytest.mark.slow
def test_number_of_workers_changes_no_byte(tmp_path):
    """One, two and four processes write the same bytes; another seed writes others."""
    found = {}
    for name, more in (
        ("1", ()),
        ("2", ("--workers", 2)),
        ("4", ("--workers", 4)),
        ("seed", ("--seed", 1)),
    ):
        done = crab("build", SEEDS, "-o", tmp_path / name, "--limit", 40, *more)
        assert done.returncode == 0, done.stderr
        found[name] = contents(tmp_path / name)
    assert found["1"] == found["2"] == found["4"]
    assert len(lines(found["1"]["samples"])) == 40
    assert all(found["1"][name] != found["seed"][name] for name in NAMES)
    assert [one["id"] for one in lines(found["1"]["samples"])] == [
        one["id"] for one in lines(found["seed"]["samples"])
    ]
    others = ["config", "inputs", "versions", "counts"]
    assert [state(tmp_path / "1")[name] for name in others] == [
        state(tmp_path / "4")[name] for name in others
    ]


@pytest.mark.slow
@pytest.mark.parametrize(("workers", "times"), [(1, 4), (2, 2)])
def test_killed_run_goes_on_to_the_same_bytes(place, undisturbed, workers, times):
    """A run that is killed again and again ends with the bytes of an undisturbed one."""
    out, rng, kills = place / f"killed{workers}", Random(workers), 0
    arguments = build(place, out, "--workers", workers)
    while kills < times:
        before = far(out)
        process = subprocess.Popen(
            command(*arguments, code=OFTEN),
            env=ENVIRONMENT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        until(partial(further, out, before), process)
        time.sleep(rng.uniform(0, 0.15))
        children = _children(process.pid)
        process.kill()
        process.wait()
        for child in children:
            _end(child)
        if process.returncode == 0:
            break
        assert process.returncode == -signal.SIGKILL
        kills += 1
        assert state(out)["state"] == "running"
        for name, size in state(out)["checkpoint"]["bytes"].items():
            assert (out / f"{name}.jsonl").stat().st_size >= size
    assert kills >= 1
    done = crab(*arguments)
    assert done.returncode == 0, done.stderr
    assert contents(out) == undisturbed
    assert state(out)["state"] == "done"
    assert state(out)["counts"] == state(place / "undisturbed")["counts"]


def _children(pid: int) -> list[int]:
    """The processes that a process has started."""
    found = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(child) for child in found.read_text().split()] if found.exists() else []


def _end(pid: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def _lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="reads /proc")
def test_killed_run_leaves_no_process(place, tmp_path):
    """The workers of a run that is killed end by themselves."""
    process = subprocess.Popen(
        command(*build(place, tmp_path / "out", "--workers", 2), code=OFTEN), env=ENVIRONMENT
    )
    until(partial(further, tmp_path / "out", 0), process)
    workers = _children(process.pid)
    assert len(workers) >= 2
    process.kill()
    process.wait()
    end = time.monotonic() + 5
    try:
        while any(map(_lives, workers)) and time.monotonic() < end:
            time.sleep(0.05)
        assert not any(map(_lives, workers))
    finally:
        for worker in workers:
            _end(worker)


def test_run_killed_at_once_goes_on(place, tmp_path):
    """A run that is killed before it wrote anything is begun again by the same command."""
    out = tmp_path / "out"
    arguments = ["build", SEEDS, "-o", out, "--limit", 5, "--config", place / "quick.toml"]
    process = subprocess.Popen(command(*arguments), env=ENVIRONMENT, stderr=subprocess.DEVNULL)
    until((out / "dropped.jsonl").exists, process)
    process.kill()
    process.wait()
    done = crab(*arguments)
    assert (done.returncode, done.stderr) == (0, "")
    assert len(lines(contents(out)["samples"])) == 5


@pytest.mark.slow
@pytest.mark.parametrize("workers", [1, 2])
def test_interrupted_run_goes_on_to_the_same_bytes(place, undisturbed, workers):
    """Ctrl-C ends a run with status 130 and whole lines; the same command completes it."""
    out = place / f"interrupted{workers}"
    arguments = build(place, out, "--workers", workers)
    process = subprocess.Popen(
        command(*arguments, code=OFTEN),
        env=ENVIRONMENT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    until(partial(further, out, 0), process)
    os.killpg(process.pid, signal.SIGINT)
    _, told = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "interrupted" in told
    assert "Traceback" not in told
    found = state(out)
    assert found["state"] == "interrupted"
    sizes = {name: len(data) for name, data in contents(out).items()}
    assert found["checkpoint"]["bytes"] == sizes
    for name, data in contents(out).items():
        assert undisturbed[name].startswith(data)
        assert data == b"" or data.endswith(b"\n")
    assert 0 < len(lines(contents(out)["samples"])) == found["counts"]["samples"] < 490
    done = crab(*arguments)
    assert done.returncode == 0, done.stderr
    assert contents(out) == undisturbed
    assert state(out)["state"] == "done"


@pytest.mark.slow
def test_worker_that_dies_ends_the_run(place, undisturbed):
    """Where a worker is killed the run fails with a hint, and the same command completes it."""
    out = place / "died"
    arguments = build(place, out, "--workers", 2)
    process = subprocess.Popen(
        command(*arguments, code=OFTEN),
        env=ENVIRONMENT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    until(partial(further, out, 0), process)
    [*_, worker] = _children(process.pid)
    os.kill(worker, signal.SIGKILL)
    _, told = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "a worker process died" in told
    assert "Traceback" not in told
    assert state(out)["state"] == "failed"
    assert crab(*arguments).returncode == 0
    assert contents(out) == undisturbed


@pytest.mark.slow
def test_living_run_is_not_disturbed(place, undisturbed):
    """A second run into the folder of a living one is refused, and the first goes on unharmed."""
    out = place / "held"
    arguments = build(place, out)
    with subprocess.Popen(
        command(*arguments), env=ENVIRONMENT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        until((out / "samples.jsonl").exists, process)
        os.kill(process.pid, signal.SIGSTOP)
        second = crab(*arguments)
        os.kill(process.pid, signal.SIGCONT)
        assert process.wait(120) == 0
    assert second.returncode == 2
    assert "alive" in second.stderr
    assert str(out) in second.stderr
    assert contents(out) == undisturbed


@pytest.fixture
def small(tmp_path) -> Path:
    """An input of a few records."""
    file = tmp_path / "small.jsonl"
    file.write_bytes(b"".join(SEEDS.read_bytes().splitlines(keepends=True)[:6]))
    return file


KINDS = Config(kinds=("word_count", "no_punctuation", "sentence_count"), vacuous=1)


def test_counts_are_those_of_the_files(small, tmp_path):
    """A run returns the counts of ``run.json``, and they are those of its files."""
    counts = run([str(small)], tmp_path / "out", KINDS)
    found = {name: lines(data) for name, data in contents(tmp_path / "out").items()}
    assert counts == state(tmp_path / "out")["counts"]
    assert (counts["samples"], counts["train"]) == (6, len(found["train"]))
    kinds = Counter(one["kind"] for sample in found["samples"] for one in sample["constraints"])
    assert counts["kinds"] == kinds
    assert counts["constraints"] == sum(kinds.values()) > 0
    dropped = Counter(
        (one["what"], f"{one['step']}: {one['reason'].split(':')[0]}") for one in found["dropped"]
    )
    listed = {(what, why): n for what, whys in counts["dropped"].items() for why, n in whys.items()}
    assert listed == dropped


def test_run_json_holds_all_that_the_bytes_depend_on(small, tmp_path):
    """``run.json`` holds the whole configuration, the inputs, the mapping and the versions."""
    run(
        [str(small)],
        tmp_path / "out",
        KINDS,
        mapping={"instruction": "instruction", "response": "response"},
    )
    found = state(tmp_path / "out")
    assert Config(**found["config"]) == KINDS
    [source] = found["inputs"]
    assert (source["path"], source["bytes"]) == (str(small), small.stat().st_size)
    assert found["mapping"] == {"instruction": "instruction", "response": "response"}
    assert "crab-constraints" in found["versions"]


def test_times_stand_in_run_json_alone(small, tmp_path):
    """Runs at different times write the same bytes, but for the times in ``run.json``."""
    for name in ("a", "b"):
        run([str(small)], tmp_path / name, KINDS)
        time.sleep(1.1)
    assert contents(tmp_path / "a") == contents(tmp_path / "b")
    first, second = state(tmp_path / "a"), state(tmp_path / "b")
    assert first.pop("times") != second.pop("times")
    assert first == second
    year = time.strftime("%Y-")
    assert not any(year.encode() in data for data in contents(tmp_path / "a").values())


def test_finished_run_does_nothing_again(small, tmp_path):
    """The command of a finished run changes nothing and returns the same counts."""
    out = tmp_path / "out"
    counts = run([str(small)], out, KINDS)
    before = {file: file.read_bytes() for file in out.glob("*.json*")}
    written = (out / "run.json").stat().st_mtime_ns
    assert run([str(small)], out, KINDS) == counts
    assert {file: file.read_bytes() for file in out.glob("*.json*")} == before
    assert (out / "run.json").stat().st_mtime_ns == written


def changed_byte(file: Path) -> None:
    """Change one byte of the file and keep its size."""
    data = file.read_bytes()
    file.write_bytes(data[:-20] + b"x" + data[-19:])


CHANGES = [
    (lambda file: None, {"seed": 1}, {}, ["config.seed: 0 -> 1"]),
    (
        lambda file: None,
        {"limit": 5, "same": 0.5},
        {},
        ["config.limit: null -> 5", "config.same: 0.6 -> 0.5"],
    ),
    (lambda file: None, {}, {"mapping": {"instruction": "a", "response": "b"}}, ["mapping"]),
    (changed_byte, {}, {}, ["inputs"]),
    (lambda file: file.write_bytes(file.read_bytes() + b"\n"), {}, {}, ["inputs"]),
]


@pytest.mark.parametrize(("change", "settings", "options", "listed"), CHANGES)
def test_another_run_is_refused(small, tmp_path, change, settings, options, listed):
    """Another configuration, mapping or input is refused with what differs; the folder stays."""
    out = tmp_path / "out"
    run([str(small)], out, KINDS)
    before = contents(out)
    change(small)
    with pytest.raises(FolderInUse) as caught:
        run([str(small)], out, KINDS.model_copy(update=settings), **options)
    assert all(text in str(caught.value) for text in listed)
    assert contents(out) == before


def test_number_of_workers_is_no_difference(small, tmp_path):
    """A finished run may be asked for again with another number of workers."""
    counts = run([str(small)], tmp_path / "out", KINDS)
    assert run([str(small)], tmp_path / "out", KINDS, workers=2) == counts


def test_missing_input_makes_no_folder(tmp_path):
    """An input that does not exist is named, and no folder is made for it."""
    with pytest.raises(SourceError, match=r"missing\.jsonl"):
        run([str(tmp_path / "missing.jsonl")], tmp_path / "out", KINDS)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("kind", ["bogus", "audience"])
def test_wrong_kind_makes_no_folder(small, tmp_path, kind):
    """A kind that cannot propose is refused before a folder is made, which would then be taken."""
    with pytest.raises(Exception, match=kind):
        run([str(small)], tmp_path / "out", Config(kinds=(kind,)))
    assert not (tmp_path / "out").exists()


def test_several_inputs_are_one(small, tmp_path):
    """Inputs are read one after another; what one repeats of another is dropped."""
    other = tmp_path / "other.jsonl"
    rows = small.read_bytes().splitlines(keepends=True)
    other.write_bytes(rows[5] + b'{"instruction": "Go.", "response": "It goes."}\n')
    counts = run([str(small), str(other)], tmp_path / "out", KINDS)
    assert counts["samples"] == 7
    assert counts["dropped"]["record"]["select: exact_repeat"] == 1


MESSY = 400


def messy(path: Path) -> None:
    """Write a file in which every third line is wrong in one of many ways."""
    rng = Random(11)
    rows = [json.loads(line) for line in SEEDS.read_text("utf-8").splitlines()]
    good = [
        json.dumps(row | {"id": f"g{n}", "response": f"{row['response']} {n}"})
        for n, row in enumerate(rows)
    ]
    bad = [
        b'{"id": "b", "instruction": "Go", "response": "It',
        b"{]",
        b"nonsense",
        b"[1, 2]",
        b"null",
        b'"text"',
        b'{"id": "b1", "instruction": "Go."}',
        b'{"id": "b2", "response": "It goes."}',
        b'{"id": "b3", "instruction": "Go.", "response": ""}',
        b'{"id": "b4", "instruction": " ", "response": "It goes."}',
        b'{"id": "b5", "instruction": "Go.", "response": 5}',
        b'{"id": "b6", "instruction": "Go.", "response": null}',
        b'{"id": "b7", "instruction": "Go \xff\xfe.", "response": "It goes."}',
        b'\xef\xbb\xbf{"id": "b8", "a": 1}',
        b'{"id": "g1", "instruction": "Another.", "response": "It goes."}',
        b'{"id": "g1", "instruction": "Another.", "response": "It goes."}',
        b'{"id": "b9", "instruction": "Long.", "response": "' + b"word " * 1_000_000 + b'"}',
        b'{"instruction": "Lone \\ud800.", "response": "It goes \\udfff."}',
        b'{"instruction": "NUL \\u0000.", "response": "\\u0000"}',
        b'{"instruction": "Odd.", "response": "\\ufeff\\u202e [/red] {{ x }} *'
        + b"*" * 5000
        + b'"}',
    ]
    picked = [
        rng.choice(good).encode() if n % 3 else rng.choice(bad[:16] + bad[17:])
        for n in range(MESSY - 1)
    ]
    picked.insert(200, bad[16])
    blank = [b"", b"  ", b"\r"]
    with path.open("wb") as file:
        file.write(b"\n".join([b"{}", *picked[:100], *blank, *picked[100:]]))


@pytest.mark.slow
@pytest.mark.parametrize("workers", [1, 2])
def test_no_record_is_lost(tmp_path, workers):
    """Every record of a messy file is a sample or written down as dropped, with its place."""
    file, out = tmp_path / "messy.jsonl", tmp_path / "out"
    messy(file)
    settings = tmp_path / "settings.toml"
    settings.write_text(QUICK)
    done = crab("build", file, "-o", out, "--config", settings, "--workers", workers)
    assert (done.returncode, "Traceback" in done.stderr) == (0, False)
    found = {name: lines(data) for name, data in contents(out).items()}
    raw = file.read_bytes().split(b"\n")
    records = [number for number, line in enumerate(raw, 1) if line.strip()]
    assert len(records) == MESSY + 1
    read = [one for one in found["dropped"] if one["step"] == "read"]
    select = [one for one in found["dropped"] if one["step"] == "select"]
    assert len(found["samples"]) + len(read) + len(select) == len(records)
    assert all(one["what"] == "record" for one in [*read, *select])

    places = [one["line"] for one in read]
    assert places == sorted(set(places))
    assert set(places) <= set(records)
    for one in read:
        assert one["file"] == str(file)
        written = raw[one["line"] - 1].decode("utf-8", "replace")
        assert written.strip().startswith(one["data"][:50].strip())
        assert len(one["data"]) <= 2000
    reasons = Counter(one["reason"].split(":")[0] for one in read)
    assert {"broken_json", "invalid_utf8", "missing_field", "empty_response", "not_text"} <= set(
        reasons
    )
    chosen = Counter(one["reason"].split(":")[0] for one in select)
    assert {"exact_repeat", "duplicate_id", "too_long"} == set(chosen)
    assert chosen["too_long"] == 1

    ids = [sample["id"] for sample in found["samples"]]
    assert len(ids) == len(set(ids)) > 80
    assert {one["id"] for one in found["train"]} <= set(ids)
    combined = [
        one for one in found["dropped"] if (one["what"], one["step"]) == ("record", "combine")
    ]
    assert len(found["train"]) + len(combined) == len(ids)
    known = {*ids, *[one["id"] for one in select]}
    assert {one["id"] for one in found["dropped"] if one["what"] == "constraint"} <= known


def test_what_was_not_selected_has_its_place_too(small, tmp_path):
    """A record that was read and not selected is written down with its file and line."""
    small.write_bytes(small.read_bytes() + small.read_bytes().splitlines(keepends=True)[0])
    run([str(small)], tmp_path / "out", KINDS)
    [dropped] = [
        one for one in lines(contents(tmp_path / "out")["dropped"]) if one["step"] == "select"
    ]
    assert (dropped["file"], dropped["line"]) == (str(small), 7)


def test_progress_is_told_in_lines(small, tmp_path, monkeypatch, capfd):
    """Where no terminal is, progress is told in plain lines with records and speed."""
    monkeypatch.setattr("crab.progress._SECONDS_BETWEEN_LINES", 0)
    run([str(small)], tmp_path / "out", KINDS)
    told = capfd.readouterr()
    assert re.fullmatch(r"6 records, [\d,]+ records/s, about 0 s left\n", told.err)
    assert told.out == ""


def test_standard_input_cannot_be_read_again(small, tmp_path):
    """A stopped run that read standard input says that it cannot go on."""
    data, out = small.read_bytes(), tmp_path / "out"
    done = crab("build", "-", "-o", out, input=data.decode())
    assert done.returncode == 0, done.stderr
    assert len(lines(contents(out)["samples"])) == 6
    found = state(out)
    (out / "run.json").write_text(json.dumps(found | {"state": "interrupted"}))
    again = crab("build", "-", "-o", out, input=data.decode())
    assert again.returncode == 1
    assert "standard input" in again.stderr


def test_a_full_disk_costs_no_byte(tmp_path):
    """A run whose writing fails ends with one sentence, and is taken up where it was whole."""
    calm = crab("build", SEEDS, "-o", tmp_path / "calm")
    assert calm.returncode == 0, calm.stderr
    limited = f"import resource, signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); {LIMIT}"
    full = subprocess.run(
        command("build", SEEDS, "-o", tmp_path / "out", code=limited + CRAB),
        env=ENVIRONMENT, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert full.returncode == 1
    assert full.stderr.splitlines()[-1].startswith("crab: cannot write to")
    assert "Traceback" not in full.stderr
    assert crab("build", SEEDS, "-o", tmp_path / "out").returncode == 0
    assert contents(tmp_path / "out") == contents(tmp_path / "calm")


LIMIT = "resource.setrlimit(resource.RLIMIT_FSIZE, (150_000, -1)); "


def test_a_mapping_that_cannot_be_used_leaves_no_folder(small, tmp_path):
    """A typo in a mapping does not keep the folder from the corrected command."""
    assert crab("build", small, "-o", tmp_path / "out", "--map", "a=b").returncode == 2
    assert not (tmp_path / "out").exists()
    assert crab("build", small, "-o", tmp_path / "out").returncode == 0


@pytest.mark.parametrize("seed", ["99999999999999999999", "-99999999999999999999"])
def test_seeds_have_bounds(small, tmp_path, seed):
    """A seed of more than 64 bits is refused in words."""
    done = crab("build", small, "-o", tmp_path / "out", f"--seed={seed}")
    assert done.returncode == 2
    assert "seed" in done.stderr
    assert "Traceback" not in done.stderr
