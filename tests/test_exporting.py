"""Tests of `crab.exporting`: ``crab export`` as people type it, and how it ends."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from crab.benchmarks.training_rows import TARGETS
from crab.exporting import export

SEEDS = Path(__file__).parents[1] / "examples" / "seeds.jsonl"


@pytest.fixture
def command(command, monkeypatch, tmp_path):
    """Run a command in the test's own folder."""
    monkeypatch.chdir(tmp_path)
    return command


@pytest.fixture
def train(tmp_path) -> Path:
    """The folder of a build with two examples."""
    rules = [
        {"kind": "no_punctuation", "mark": ","},
        {"kind": "word_count", "at_least": 2, "at_most": 9},
        {"kind": "no_questions"},
    ]
    rows = [
        {
            "id": name,
            "messages": [
                {"role": "user", "content": f"Describe it {name}."},
                {"role": "assistant", "content": "It rained all day."},
            ],
            "constraints": rules[start:],
        }
        for name, start in (("a", 0), ("b", 2))
    ]
    folder = tmp_path / "out"
    folder.mkdir()
    text = "".join(json.dumps(row) + "\n" for row in rows)
    (folder / "train.jsonl").write_text(text, "utf-8")
    return folder


def read(path: Path | str) -> list[dict]:
    """The rows of a file."""
    return [json.loads(line) for line in Path(path).read_text("utf-8").splitlines()]


def test_build_export_eval(command, tmp_path):
    """What a build writes is exported, and its own responses follow all of its prompts."""
    kinds = tmp_path / "config.toml"
    kinds.write_text('kinds = ["word_count", "keyword_count", "no_punctuation", "starts_with"]\n')
    assert command("build", SEEDS, "-o", "out", "--config", kinds).status == 0
    ended = command("export", "out", "--as", "ifeval", "-o", "p", "--responses", "r")
    assert ended.status == 0
    ended = command("eval", "ifeval", "--prompts", "p", "--responses", "r", "--json")
    found = json.loads(ended.out)["models"]["r"]
    assert found["prompt_strict"]["accuracy"] == found["instruction_strict"]["accuracy"] == 1.0
    assert found["unanswered"] == []


@pytest.mark.parametrize("target", TARGETS)
def test_rows_are_written_and_counted(command, train, target):
    """Rows, and what is left out by kind and reason, are written and told."""
    ended = command("export", train, "--as", target, "-o", "rows", "--dropped", "left")
    assert ended.status == 0
    rows, left = read("rows"), read("left")
    if target == "verl":
        assert (len(rows), left) == (2, [])
        return
    assert len(rows) == 1
    assert "1 rows" in ended.out
    assert "left out: 2 no_questions: inexpressible: no instruction asks for it" in ended.out
    assert "left out: 1 record: nothing_left: no constraint can be exported" in ended.out
    assert [one["what"] for one in left] == ["constraint", "constraint", "record"]
    assert {one["step"] for one in left} == {"export"}
    assert sorted(Path().iterdir()) == [Path("left"), Path("out"), Path("rows")]


def test_a_file_and_the_same_bytes(command, train):
    """The train file itself will do, and the same input gives the same bytes."""
    for name, what in (("one", train), ("two", train / "train.jsonl")):
        command("export", what, "--as", "ifeval", "-o", name, "--responses", f"{name}.r")
    assert Path("one").read_bytes() == Path("two").read_bytes()
    assert read("one.r") == [
        {"key": "a", "prompt": "Describe it a.", "response": "It rained all day."}
    ]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["nowhere", "--as", "ifeval", "-o", "x"], "nowhere"),
        (["out", "--as", "bbh", "-o", "x"], "'bbh' is not one of 'ifeval', 'ifbench'"),
        (["out", "-o", "x"], "--as"),
        (["out", "--as", "verl", "-o", "x", "--responses", "y"], "--responses goes with"),
        (["out", "--as", "ifeval", "-o", "x/y"], "x is no folder"),
        (["out", "--as", "ifeval", "-o", "x", "--dropped", "x"], "written twice"),
        (["out", "--as", "ifeval", "-o", "out/train.jsonl"], "is in the folder of a build"),
        (["out", "--as", "ifeval", "-o", "out/run.json"], "is in the folder of a build"),
        (["out/train.jsonl", "--as", "ifeval", "-o", "out/train.jsonl"], "is read"),
        (["out", "--as", "ifeval", "-o", "-"], "is no file"),
        (["samples", "--as", "ifeval", "-o", "x"], "line 1: messages: "),
    ],
)
def test_what_cannot_be_done_is_refused(command, train, words, told):
    """A wrong word ends with status 2 and one sentence, and leaves nothing behind."""
    Path("samples").write_text('{"id": "a", "instruction": "b", "response": "c"}\n')
    ended = command("export", *words)
    assert ended.status == 2
    assert told in ended.err
    assert sorted(Path().iterdir()) == [Path("out"), Path("samples")]
    assert sorted(train.iterdir()) == [train / "train.jsonl"]


def test_a_failed_export_leaves_the_old_file(command, train):
    """A file is replaced when all is written, and not before."""
    Path("rows").write_text("old")
    (train / "train.jsonl").write_text("{}\n")
    assert command("export", train, "--as", "verl", "-o", "rows").status == 2
    assert Path("rows").read_text() == "old"
    assert sorted(Path().iterdir()) == [Path("out"), Path("rows")]


def test_what_cannot_be_written_is_told(command, train):
    """A file that cannot be written ends the command with one sentence; a device stays one."""
    ended = command("export", train, "--as", "verl", "-o", "/dev/full")
    assert ended.status == 2
    assert ended.err == "crab: /dev/full cannot be written: No space left on device\n"
    assert Path("/dev/full").is_char_device()


def test_targets_are_those_of_the_library():
    """The command knows the targets of the library without loading it."""
    [option] = [option for option in export.params if option.name == "target"]
    assert tuple(option.type.choices) == TARGETS
