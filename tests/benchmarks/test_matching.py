"""Tests of `crab.benchmarks.matching`: which response answers which prompt."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from crab.benchmarks.matching import Skipped, matched, named
from crab.benchmarks.reading import Prompt, read_prompts
from crab.errors import SourceError, UsageError

ASKED = {"instruction_id_list": ["punctuation:no_comma"], "kwargs": [{}]}
TEXTS = ((1, "One?"), ("two", "Two? "), (3, "Three?"), (4, "Three?"))
PROMPTS = read_prompts("ifeval", [{"key": key, "prompt": text, **ASKED} for key, text in TEXTS])


def found(*rows: object, prompts: tuple[Prompt, ...] = PROMPTS) -> list[str | None]:
    """The responses to the prompts."""
    answers = matched(prompts, "mine", rows)  # type: ignore[arg-type]
    return list(answers.responses)


def skipped(*rows: object) -> list[Skipped]:
    """What was not scored beside a response to the first prompt, which is line 1."""
    return list(matched(PROMPTS, "mine", [{"key": 1, "response": "A"}, *rows]).skipped)  # type: ignore[list-item]


def test_by_key():
    """A key finds its prompt, as a number or as its digits."""
    assert found({"key": "1", "response": "A"}, {"key": "two", "response": "B"}) == [
        "A",
        "B",
        None,
        None,
    ]
    assert found({"key": 1.0, "response": "A"})[0] == "A"


def test_by_text():
    """The text finds its prompts, whatever white space is around it, if the key does not."""
    assert found({"prompt": " One?\n", "response": "A"})[0] == "A"
    assert found({"prompt": "Two?", "key": 99, "response": "B"})[1] == "B"
    assert found({"prompt": "Three?", "response": "C"}) == [None, None, "C", "C"]


def test_key_before_text():
    """Of prompts with the same text, the key chooses; an unknown text does not matter beside it."""
    assert found({"prompt": "Three?", "key": 4, "response": "C"}) == [None, None, None, "C"]
    assert found({"prompt": "<user>One?</user>", "key": 1, "response": "A"})[0] == "A"


def test_key_of_another_prompt():
    """A key that contradicts the text is not trusted: keys may count something else."""
    [line] = skipped({"key": 3, "prompt": "Two?", "response": "B"})
    assert line == Skipped(2, "unreadable", "prompt: it is not that of key 3, but of another")


def test_first_response_counts():
    """Of several responses to a prompt the first counts, and the others are told."""
    assert found({"key": 1, "response": "A"}, {"prompt": "One?", "response": "B"})[0] == "A"
    assert skipped({"key": 1, "response": "B"}) == [
        Skipped(2, "repeated", "prompt 1 has a response already")
    ]


def test_blank_response_is_a_response():
    """A response that is blank is one."""
    assert found({"key": 1, "response": ""}, {"key": 1, "response": "B"})[0] == ""


def test_unasked():
    """What answers no prompt is told."""
    lines = skipped({"key": 8, "response": "B"}, {"prompt": "Eight?", "response": "B"})
    assert [(line.line, line.why) for line in lines] == [(2, "unasked"), (3, "unasked")]


UNREADABLE = [
    ({"response": "A"}, "neither key nor prompt"),
    ({"key": [], "response": "A"}, "neither key nor prompt"),
    ({"key": 1}, "response: it is missing or no text"),
    ({"key": 1, "response": None}, "response: it is missing or no text"),
    ({"key": 1, "response": ["A"]}, "response: it is missing or no text"),
    ([1], "no object"),
    (None, "no object"),
]


@pytest.mark.parametrize(("row", "told"), UNREADABLE)
def test_unreadable(row, told):
    """A row that cannot be read is told with its line and what is wrong."""
    [line] = skipped(row)
    assert (line.line, line.why) == (2, "unreadable")
    assert told in line.reason


def test_files(tmp_path):
    """A file is read line by line, and lines that are no JSON are told."""
    file = tmp_path / "mine.jsonl"
    good = json.dumps({"key": 1, "response": "A"}).encode()
    file.write_bytes(b"{broken\n\n" + good + b"\n\xff\n" + good[:-3])
    answers = matched(PROMPTS, "mine", file)
    assert answers.responses[0] == "A"
    assert [(line.line, line.why) for line in answers.skipped] == [
        (1, "unreadable"),
        (4, "unreadable"),
        (5, "unreadable"),
    ]


@pytest.mark.parametrize("rows", [[], [{"key": 9, "response": "A"}], [5]])
def test_nothing_answered(rows, tmp_path):
    """Responses that answer none of the prompts are refused: they are to others."""
    with pytest.raises(UsageError, match="mine answers none of the 4 prompts"):
        matched(PROMPTS, "mine", rows)
    file = tmp_path / "mine.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    with pytest.raises(UsageError, match=r"mine\.jsonl answers none"):
        matched(PROMPTS, "mine", file)


def test_missing_file(tmp_path):
    """A file that does not exist is told."""
    with pytest.raises(SourceError, match="does not exist"):
        matched(PROMPTS, "mine", tmp_path / "none.jsonl")


NAMES = [
    ("a/gpt.jsonl", {"gpt": "a/gpt.jsonl"}),
    (Path("gpt.jsonl.gz"), {"gpt": "gpt.jsonl.gz"}),
    (["a/x.jsonl", "b/y.jsonl"], {"x": "a/x.jsonl", "y": "b/y.jsonl"}),
    (["a/x.jsonl", "b/x.jsonl"], {"a/x.jsonl": "a/x.jsonl", "b/x.jsonl": "b/x.jsonl"}),
    ({"mine": "a/x.jsonl"}, {"mine": "a/x.jsonl"}),
]


@pytest.mark.parametrize(("given", "names"), NAMES)
def test_names(given, names):
    """A model is called after its file, by the whole path where two files are called alike."""
    assert named(given) == names


WRONG = [([], "no responses"), ({}, "no responses"), (["x", "x"], "twice"), ([{}], "name of their")]


@pytest.mark.parametrize(("given", "told"), WRONG)
def test_wrong_names(given, told):
    """No responses, a file named twice, and rows without a name are refused."""
    with pytest.raises(UsageError, match=told):
        named(given)
