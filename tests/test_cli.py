"""Tests of `crab.cli`: the commands as people type them, and how they end."""

from __future__ import annotations

import gzip
import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import crab
from crab.config import PRESETS

SEEDS = Path(__file__).parents[1] / "examples" / "seeds.jsonl"
RESPONSE = "The sea is wide, and the boats lie still in the harbour until evening."


@pytest.fixture
def seeds(tmp_path) -> Path:
    """A file with a few pairs."""
    file = tmp_path / "seeds.jsonl"
    rows = [
        {"id": str(n), "instruction": f"Describe it {n}.", "response": f"{RESPONSE} {n}"}
        for n in range(4)
    ]
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return file


@pytest.fixture
def quick(tmp_path) -> Path:
    """Settings for a quick run in which nothing is vacuous."""
    file = tmp_path / "quick.toml"
    file.write_text('kinds = ["word_count", "no_punctuation"]\nvacuous = 1\n')
    return file


def rows(path: Path) -> list[dict[str, Any]]:
    """The records of a file of JSON lines."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def config(out: Path) -> dict[str, Any]:
    """The configuration that ``run.json`` holds."""
    return json.loads((out / "run.json").read_bytes())["config"]


@pytest.mark.parametrize("words", [["--help"], ["-h"]])
def test_help(command, words):
    """The help lists every command with what it does."""
    ended = command(*words)
    assert ended.status == 0
    for name in ("build", "check", "kinds"):
        assert f"  {name} " in ended.out


HELP = [
    (
        "build",
        ["SEEDS", "--out", "--seed", "--workers", "--limit", "--preset", "--config", "--map"],
    ),
    ("build", ["samples.jsonl", "train.jsonl", "dropped.jsonl", "run.json", "standard input"]),
    ("check", ["FILE", "Exit status 1"]),
    ("kinds", ["[KIND]"]),
]


@pytest.mark.parametrize(("name", "parts"), HELP)
def test_help_of_a_command(command, name, parts):
    """The help of a command names its options and what it writes."""
    ended = command(name, "--help")
    assert ended.status == 0
    assert all(part in ended.out for part in parts)


def test_version(command):
    """The version is that of the distribution."""
    ended = command("--version")
    assert (ended.status, ended.out.split()[-1].count(".")) == (0, 2)


USAGE = [
    ["bogus"],
    ["--bogus"],
    ["build"],
    ["build", "seeds.jsonl"],
    ["build", "-o", "out"],
    ["build", "seeds.jsonl", "-o", "out", "--seed", "x"],
    ["build", "seeds.jsonl", "-o", "out", "--workers", "0"],
    ["build", "seeds.jsonl", "-o", "out", "--limit", "-1"],
    ["build", "seeds.jsonl", "-o", "out", "--bogus"],
    ["check"],
    ["check", "a", "b"],
    ["kinds", "a", "b"],
]


@pytest.mark.parametrize("words", USAGE, ids=" ".join)
def test_wrong_usage(command, words, tmp_path, monkeypatch):
    """A command that is typed wrongly ends with status 2 and a hint, and makes nothing."""
    monkeypatch.chdir(tmp_path)
    ended = command(*words)
    assert (ended.status, ended.out) == (2, "")
    assert "Error" in ended.err
    assert list(tmp_path.iterdir()) == []


def test_build(command, seeds, quick, tmp_path):
    """A build writes the four files, says what it made and ends with status 0."""
    ended = command("build", seeds, "-o", tmp_path / "out", "--config", quick)
    assert (ended.status, ended.err) == (0, "")
    names = {"samples.jsonl", "train.jsonl", "dropped.jsonl", "run.json"}
    assert names <= {file.name for file in (tmp_path / "out").iterdir()}
    assert "4 samples with " in ended.out
    assert "word_count" in ended.out
    samples = rows(tmp_path / "out" / "samples.jsonl")
    assert [one["id"] for one in samples] == list("0123")
    assert [one["source"] for one in samples] == ["seeds"] * 4
    assert all(len(one["constraints"]) == len(one["checks"]) > 0 for one in samples)


def test_build_with_drops_is_done(command, quick, tmp_path):
    """Records that are dropped do not make a build fail."""
    file = tmp_path / "bad.jsonl"
    file.write_text('{"instruction": "Go.", "response": "It goes."}\nbroken\n{"a": 1}\n')
    ended = command("build", file, "-o", tmp_path / "out", "--config", quick)
    assert ended.status == 0
    assert "1 read: broken_json, 1 read: unknown_shape" in ended.out


def test_build_again_is_done(command, seeds, quick, tmp_path):
    """The same command on a finished folder shows the same and ends with status 0."""
    words = ("build", seeds, "-o", tmp_path / "out", "--config", quick)
    assert command(*words) == command(*words)


def test_build_into_a_used_folder(command, seeds, quick, tmp_path):
    """Another configuration is refused with status 2 and everything that differs."""
    command("build", seeds, "-o", tmp_path / "out", "--config", quick)
    ended = command("build", seeds, "-o", tmp_path / "out", "--seed", 5, "--limit", 3)
    assert (ended.status, ended.out) == (2, "")
    for part in (
        "another configuration",
        "config.seed: 0 -> 5",
        "config.limit: null -> 3",
        "config.kinds",
    ):
        assert part in ended.err


def test_options_go_before_the_configuration_and_that_before_the_preset(command, seeds, tmp_path):
    """What is typed counts most, then the file, then the preset."""
    file = tmp_path / "settings.toml"
    file.write_text('preset = "paper"\nseed = 3\nlimit = 2\nmost = 7\n')
    assert command("build", seeds, "-o", tmp_path / "a", "--config", file, "--limit", 1).status == 0
    found = config(tmp_path / "a")
    assert (found["limit"], found["seed"], found["most"]) == (1, 3, 7)
    assert (found["min_words"], found["min_score"]) == (300, 9)
    assert (
        command("build", seeds, "-o", tmp_path / "b", "--seed", 0, "--preset", "paper").status == 0
    )
    assert config(tmp_path / "b") == crab.Config.build("paper").model_dump(mode="json")


WRONG_SETTINGS = [
    ("sed = 1", ["sed", "known settings: seed, limit"]),
    ("same = 2", ["same", "less than or equal to 1"]),
    ('kinds = "word_count"', ["kinds", "tuple"]),
    ('kinds = ["bogus"]', ["'bogus'", "known: "]),
    ('kinds = ["audience"]', ["audience is decided by a reader"]),
    ('preset = "bogus"', ["'bogus'", *PRESETS]),
    ("seed = ", ["cannot read the configuration", "settings.toml"]),
    ("\xff", ["settings.toml"]),
]


@pytest.mark.parametrize(("text", "parts"), WRONG_SETTINGS)
def test_wrong_settings(command, seeds, tmp_path, text, parts):
    """A wrong or unreadable configuration ends with status 2 and names what is wrong."""
    file = tmp_path / "settings.toml"
    file.write_text(text, "latin-1")
    ended = command("build", seeds, "-o", tmp_path / "out", "--config", file)
    assert (ended.status, ended.out) == (2, "")
    assert all(part in ended.err for part in parts)


@pytest.mark.parametrize("name", ["missing.toml", "."])
def test_missing_configuration(command, seeds, tmp_path, name):
    """A configuration that is not there, or is no file, ends with status 2."""
    ended = command("build", seeds, "-o", tmp_path / "out", "--config", tmp_path / name)
    assert ended.status == 2
    assert not (tmp_path / "out").exists()


def test_unknown_preset(command, seeds, tmp_path):
    """A preset that is not there ends with status 2 and the names of those that are."""
    ended = command("build", seeds, "-o", tmp_path / "out", "--preset", "papers")
    assert ended.status == 2
    assert "no preset 'papers'; known: paper" in ended.err
    assert not (tmp_path / "out").exists()


def test_missing_input(command, tmp_path):
    """An input that does not exist fails with its name, and no folder is made."""
    ended = command("build", tmp_path / "missing.jsonl", "-o", tmp_path / "out")
    assert ended.status in (1, 2)
    assert "missing.jsonl" in ended.err
    assert not (tmp_path / "out").exists()


def test_out_is_a_file(command, seeds):
    """A file in place of the output folder ends with status 2 and its name."""
    ended = command("build", seeds, "-o", seeds)
    assert ended.status == 2
    assert str(seeds) in ended.err


def test_standard_input(command, seeds, quick, tmp_path):
    """``-`` reads standard input, with the same outcome but for the name of the source."""
    data = seeds.read_bytes()
    assert command("build", "-", "-o", tmp_path / "a", "--config", quick, stdin=data).status == 0
    assert command("build", seeds, "-o", tmp_path / "b", "--config", quick).status == 0
    first, second = (rows(tmp_path / name / "samples.jsonl") for name in "ab")
    assert [one["source"] for one in first] == ["stdin"] * 4
    assert [one | {"source": ""} for one in first] == [one | {"source": ""} for one in second]


def test_standard_input_of_a_finished_run(command, seeds, quick, tmp_path):
    """Standard input cannot be known again: a finished folder is refused, not passed off as new."""
    data = seeds.read_bytes()
    command("build", "-", "-o", tmp_path / "a", "--config", quick, stdin=data)
    again = command(
        "build", "-", "-o", tmp_path / "a", "--config", quick, stdin=data.replace(b"sea", b"lake")
    )
    assert again.status != 0


def test_compressed_input(command, seeds, quick, tmp_path):
    """Gzipped input gives the same samples as plain input."""
    packed = tmp_path / "seeds.jsonl.gz"
    packed.write_bytes(gzip.compress(seeds.read_bytes()))
    for name, file in (("a", packed), ("b", seeds)):
        assert command("build", file, "-o", tmp_path / name, "--config", quick).status == 0
    first, second = ((tmp_path / name / "samples.jsonl").read_bytes() for name in "ab")
    assert first == second


def test_several_inputs(command, seeds, quick, tmp_path):
    """Several inputs of several formats are read one after another."""
    table = tmp_path / "table.csv"
    table.write_text("instruction,response\nGo.,It goes.\n")
    assert command("build", seeds, table, "-o", tmp_path / "out", "--config", quick).status == 0
    found = rows(tmp_path / "out" / "samples.jsonl")
    assert [one["source"] for one in found] == ["seeds"] * 4 + ["table"]


def test_mapping(command, quick, tmp_path):
    """``--map`` says where other shapes keep what."""
    file = tmp_path / "odd.jsonl"
    file.write_text(json.dumps({"q": "Go.", "a": [{"text": RESPONSE}], "nr": 7}) + "\n")
    given = "instruction=q, response=a.0.text,id=nr"
    assert (
        command("build", file, "-o", tmp_path / "out", "--map", given, "--config", quick).status
        == 0
    )
    [found] = rows(tmp_path / "out" / "samples.jsonl")
    assert (found["id"], found["instruction"], found["response"]) == ("7", "Go.", RESPONSE)


@pytest.mark.parametrize(
    ("given", "part"),
    [
        ("instruction", "--map takes"),
        ("instruction=", "--map takes"),
        ("=q", "--map takes"),
        ("", "--map takes"),
        ("instruction=q,,response=a", "--map takes"),
        ("question=q,response=a", "no key 'question'"),
        ("instruction=q", "both the instruction and the response"),
    ],
)
def test_wrong_mapping(command, seeds, tmp_path, given, part):
    """A mapping that cannot be used ends with status 2 and says why."""
    ended = command("build", seeds, "-o", tmp_path / "out", "--map", given)
    assert ended.status == 2
    assert part in ended.err


@pytest.fixture
def built(command, seeds, quick, tmp_path) -> Path:
    """A data set."""
    assert command("build", seeds, "-o", tmp_path / "out", "--config", quick).status == 0
    return tmp_path / "out"


@pytest.mark.parametrize("name", ["samples", "train"])
def test_check_of_a_true_data_set(command, built, name):
    """A data set of which everything holds ends with status 0 and the numbers."""
    ended = command("check", built / f"{name}.jsonl")
    assert (ended.status, ended.err) == (0, "")
    assert "4 records" in " ".join(ended.out.split())
    assert "word_count" in ended.out
    assert "false:" not in ended.out


@pytest.mark.parametrize("name", ["samples", "train"])
def test_check_finds_a_planted_false_constraint(command, built, name):
    """One false constraint ends with status 1 and is shown with its line, id, kind and reason."""
    file = built / f"{name}.jsonl"
    lines = rows(file)
    lines[2]["constraints"].append({"kind": "keywords", "include": ["harbour", "snow"]})
    file.write_text("".join(json.dumps(line) + "\n" for line in lines))
    ended = command("check", file)
    assert ended.status == 1
    assert f"false: line 3, id {lines[2]['id']}: keywords: missing: snow" in ended.out
    assert ended.out.count("false: ") == 1


def test_check_of_unreadable_lines(command, built):
    """A line that cannot be read ends with status 2; a false constraint beside it, with 1."""
    file = built / "samples.jsonl"
    good = file.read_bytes()
    file.write_bytes(good + b"{\n")
    ended = command("check", file)
    assert ended.status == 2
    assert "cannot read line 5: broken JSON" in ended.out
    false = json.dumps(
        rows_of(good)[0] | {"constraints": [{"kind": "keywords", "include": ["snow"]}]}
    )
    file.write_bytes(good + b"{\n" + false.encode())
    assert command("check", file).status == 1


def rows_of(data: bytes) -> list[dict[str, Any]]:
    """The records of a file's bytes."""
    return [json.loads(line) for line in data.splitlines()]


@pytest.mark.parametrize("name", ["missing.jsonl", "."])
def test_check_of_what_is_no_file(command, tmp_path, name):
    """A file that is missing, or is none, ends with status 2 and its name."""
    ended = command("check", tmp_path / name)
    assert (ended.status, ended.out) == (2, "")
    assert str(tmp_path) in ended.err


@pytest.mark.parametrize("data", ["", "\n"])
def test_check_of_an_empty_file(command, tmp_path, data):
    """A file without a record proves nothing: it ends with status 2 and says so."""
    file = tmp_path / "empty.jsonl"
    file.write_text(data)
    ended = command("check", file)
    assert ended.status == 2
    assert "holds no record" in ended.err


def test_check_of_dropped(command, built):
    """A file that is no data set is not passed as one."""
    (built / "dropped.jsonl").write_text('{"id": "a", "what": "record"}\n')
    assert command("check", built / "dropped.jsonl").status == 2


def test_kinds(command):
    """Every kind is listed with its family."""
    ended = command("kinds")
    assert (ended.status, ended.err) == (0, "")
    for name, cls in crab.kinds().items():
        [row] = [line for line in ended.out.splitlines() if line.startswith(f"│ {name} ")]
        assert row.split("│")[2].strip() == cls.family


def test_kind(command):
    """One kind is shown with its definition, fields, sentences and example."""
    ended = command("kinds", "word_count")
    assert (ended.status, ended.err) == (0, "")
    for part in (
        "word_count (length)",
        "The response has between at_least and at_most words.",
        "The lower bound, included.",
        "Your answer should have between 3 and 5 words.",
        '"at_least":3,"at_most":5',
        "The rain has stopped.",
    ):
        assert part in ended.out


@pytest.mark.parametrize(("benchmark", "number"), [("ifeval", 25), ("ifbench", 83)])
def test_instructions_of_a_benchmark(command, benchmark, number):
    """A benchmark's instructions are listed with their arguments and an example in words."""
    ended = command("kinds", benchmark)
    assert (ended.status, ended.err) == (0, "")
    rows = [line for line in ended.out.splitlines() if re.match("│ if[a-z]+/", line)]
    assert len(rows) == number
    assert rows == sorted(rows)
    [row] = [row for row in rows if "/punctuation:no_comma " in row]
    assert [cell.strip() for cell in row.split("│")[2:4]] == ["", "Use no commas."]


def test_instruction(command):
    """One instruction of a benchmark is shown as other kinds are."""
    ended = command("kinds", "ifbench/count:word_count_range")
    assert (ended.status, ended.err) == (0, "")
    for part in ("ifbench/count:word_count_range (benchmark)", "The fewest words.", "2 to 3 words"):
        assert part in ended.out


def test_unknown_kind(command):
    """A kind that does not exist ends with status 2 and the names of those that may be meant."""
    ended = command("kinds", "word_counts")
    assert (ended.status, ended.out) == (2, "")
    assert "'word_counts'" in ended.err
    assert "did you mean word_count or " in ended.err
    assert "known: audience, " in command("kinds", "xyz").err


def test_failure_is_status_1(command, seeds, tmp_path, monkeypatch):
    """What crab cannot help ends with status 1 and one line."""
    monkeypatch.setattr(sys, "argv", ["crab"])
    ended = command("build", tmp_path, "-o", tmp_path / "out")
    assert ended.status == 1
    assert ended.err.startswith("crab: ")
    assert len(ended.err.splitlines()) == 1


@pytest.mark.parametrize(
    "start", [[Path(sys.executable).with_name("crab")], [sys.executable, "-m", "crab"]]
)
def test_installed_command(start):
    """The installed command and ``python -m crab`` are this one."""
    done = subprocess.run(
        [*start, "kinds", "keywords"],
        env=os.environ | {"PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )
    assert "keywords (keywords)" in done.stdout


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="sends a signal")
def test_interrupted_check(tmp_path):
    """Ctrl-C ends a check with status 130 and one line."""
    file = tmp_path / "fifo"
    os.mkfifo(file)
    process = subprocess.Popen(
        [sys.executable, "-c", "from crab.cli import main; main()", "check", str(file)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with file.open("wb") as writer:
        writer.write(b'{"response": "So.", "constraints": []}\n')
        writer.flush()
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (130, "")
    assert "interrupted" in err
    assert "Traceback" not in err
