"""Tests of `crab.evaluating`: ``crab eval`` as people type it, and how it ends."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from crab.benchmarks import SOURCES, scoring
from crab.evaluating import evaluate

COMMA, QUOTED = "punctuation:no_comma", "startend:quotation"


@pytest.fixture
def command(command, monkeypatch, tmp_path):
    """Run ``crab eval`` in the test's own folder."""
    monkeypatch.chdir(tmp_path)
    return partial(command, "eval")


@pytest.fixture(autouse=True)
def files(tmp_path) -> None:
    """Prompts, and the responses of two models."""
    ids = ([COMMA], [COMMA, QUOTED])
    prompts = [
        {"key": key, "prompt": f"{key}?", "instruction_id_list": one, "kwargs": [{}] * len(one)}
        for key, one in enumerate(ids)
    ]
    write(tmp_path / "prompts.jsonl", prompts)
    write(tmp_path / "a.jsonl", [{"key": 0, "response": "So."}, {"key": 1, "response": '"So."'}])
    write(tmp_path / "b.jsonl", [{"prompt": "1?", "response": 'So:\n"well, so"'}])


def write(path: Path, rows: list[Any]) -> None:
    """Write lines of JSON."""
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))


def rows(path: str) -> list[dict[str, Any]]:
    """The records of a file of JSON lines."""
    return [json.loads(line) for line in Path(path).read_text("utf-8").splitlines()]


BOTH = ("ifeval", "--prompts", "prompts.jsonl", "--responses", "a.jsonl", "b.jsonl")


def test_table(command):
    """A table has a column for each model, called after its file."""
    ended = command(*BOTH)
    assert (ended.status, ended.err) == (0, "")
    assert "ifeval: % followed [95 % interval]" in ended.out
    [head] = [line for line in ended.out.splitlines() if line.startswith("┃")]
    assert head.split() == ["┃", "scoring", "┃", "of", "┃", "n", "┃", "a", "┃", "b", "┃"]
    assert "b: 1 prompt without a response, counted as not followed: 0" in ended.out
    assert "punctuation " in ended.out


def test_table_by_id(command):
    """The table can be broken down by instruction."""
    assert COMMA in command(*BOTH, "--by", "id").out


def test_options_of_several_models(command):
    """Files may follow --responses, or each may have its own."""
    words = (*BOTH[:5], "--responses", "b.jsonl")
    assert command(*words) == command(*BOTH)


@pytest.mark.slow
def test_verdicts(command):
    """Each verdict is written as a line, the same with several processes."""
    assert command(*BOTH, "-o", "out.jsonl").status == 0
    found = rows("out.jsonl")
    assert len(found) == 6
    assert found[5] == {
        "model": "b", "key": 1, "index": 1, "id": QUOTED, "strict": False, "loose": True,
    }  # fmt: skip
    assert command(*BOTH, "-o", "more.jsonl", "--workers", 2).status == 0
    assert Path("more.jsonl").read_bytes() == Path("out.jsonl").read_bytes()


def test_json(command):
    """With --json, standard output is JSON; what was not scored is said aside too."""
    ended = command(*BOTH, "--json")
    assert ended.status == 0
    written = json.loads(ended.out)
    assert written["models"]["a"]["prompt_strict"]["accuracy"] == 1
    assert written["models"]["b"]["unanswered"] == [0]
    assert "b: 1 prompt without a response" in ended.err


@pytest.mark.parametrize("name", ["chart.svg", "chart.png"])
def test_chart(command, name):
    """A chart is drawn beside the table."""
    pytest.importorskip("matplotlib", reason="needs the extra plot")
    ended = command(*BOTH, "--chart", name)
    assert ended.status == 0
    assert Path(name).stat().st_size > 5000


def test_other_benchmarks(command):
    """IFBench takes IFEval's instructions too."""
    assert "ifbench: % followed" in command("ifbench", *BOTH[1:]).out


def test_every_benchmark_is_offered():
    """The command takes every benchmark that is known."""
    [source] = [one for one in evaluate.params if one.name == "source"]
    assert source.type.choices == SOURCES  # type: ignore[attr-defined]


WRONG = [
    ([], "SOURCE"),
    (["ifeval"], "--prompts"),
    (["other", *BOTH[1:]], "'other' is not one of"),
    (BOTH[:3], "--responses"),
    ([*BOTH, "--workers", "0"], "0 is not in the range"),
    ([*BOTH, "--by", "kind"], "'kind' is not one of"),
    ([*BOTH, "--chart", "c.pdf"], "ends in .svg or .png, not c.pdf"),
    ([*BOTH, "-o", "none/v.jsonl"], "none is no folder"),
    ([*BOTH, "-o", "b.jsonl"], "b.jsonl is read"),
    ([*BOTH, "a.jsonl"], "named twice"),
    ([*BOTH, "c.jsonl"], "c.jsonl does not exist"),
    ([*BOTH[:2], "c.jsonl", *BOTH[3:]], "c.jsonl does not exist"),
    ([*BOTH[:2], "a.jsonl", *BOTH[3:]], "a.jsonl, line 1: prompt: missing"),
]


@pytest.mark.parametrize(("words", "told"), WRONG)
def test_wrong_usage(command, words, told, monkeypatch):
    """What cannot be carried out ends with status 2 and says why, before anything is scored."""
    monkeypatch.delattr(scoring, "_batch")
    ended = command(*words)
    assert (ended.status, ended.out) == (2, "")
    assert told in ended.err


def test_prompts_that_cannot_be_read(command):
    """A prompt with an unknown instruction ends with status 2, its file, line and instruction."""
    prompt = rows("prompts.jsonl")[0]
    write(Path("prompts.jsonl"), [prompt, prompt | {"key": 7, "instruction_id_list": ["x:y"]}])
    ended = command(*BOTH)
    assert ended.status == 2
    assert ended.err.startswith("crab: prompts.jsonl, line 2: instruction 1: ifeval has no")


def test_responses_that_cannot_be_read(command):
    """Lines of responses that cannot be read are counted, and the rest is scored."""
    with Path("a.jsonl").open("a") as file:
        file.write('{"key": 0\n{"key": 0}\n')
    ended = command(*BOTH)
    assert ended.status == 0
    assert "a: 2 unreadable lines not scored: line 3: broken_json" in ended.out


def test_help(command):
    """The help names every option."""
    ended = command("--help")
    assert ended.status == 0
    for part in ("--prompts", "--responses", "-o, --out", "--json", "--chart", "--by", "--workers"):
        assert part in ended.out
