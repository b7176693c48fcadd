"""Tests of `crab.benchmarks.reading`: prompts from files and rows, and what is none."""

from __future__ import annotations

import gzip
import json
import pickle
from typing import Any

import pytest

from crab.benchmarks.reading import key_of, read_prompts
from crab.errors import SourceError, UnknownKind, UsageError

WORDS = "length_constraints:number_words"
ROW: dict[str, Any] = {
    "key": 1000,
    "prompt": "Write without commas.",
    "instruction_id_list": ["punctuation:no_comma", WORDS],
    "kwargs": [{}, {"num_words": 3, "relation": "at least"}],
}


def test_prompts():
    """A prompt has its key, its text, and its instructions in their order."""
    [prompt] = read_prompts("ifeval", [ROW])
    assert (prompt.key, prompt.text) == (1000, "Write without commas.")
    assert [rule.id for rule in prompt.instructions] == ROW["instruction_id_list"]
    assert prompt.instructions[1].arguments == ROW["kwargs"][1]
    assert pickle.loads(pickle.dumps(prompt)) == prompt  # noqa: S301


def test_padding_is_no_argument():
    """Kwargs that are padded with nulls, or null, are those without padding."""
    padded = {**ROW["kwargs"][1], "keywords": None, "N": None}
    assert read_prompts("ifeval", [ROW | {"kwargs": [None, padded]}]) == read_prompts(
        "ifeval", [ROW]
    )


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_files(tmp_path, pack):
    """A file gives what its rows give; blank lines do not count, and it may be gzipped."""
    file = tmp_path / "prompts.jsonl"
    file.write_bytes(pack(f"\n{json.dumps(ROW)}\n\n".encode()))
    assert read_prompts("ifeval", file) == read_prompts("ifeval", str(file))
    assert read_prompts("ifeval", file) == read_prompts("ifeval", [ROW])


KEYS = [
    (7, 7),
    (7.0, 7),
    ("7", "7"),
    ("", ""),
    ("a\ud800", "a\ufffd"),
    (2**62, 2**62),
    (2**63, None),
    (0.5, None),
    (float("nan"), None),
    (True, None),
    (None, None),
    ([], None),
]


@pytest.mark.parametrize(("value", "key"), KEYS)
def test_keys(value, key):
    """A key is a whole number or a text."""
    assert key_of(value) == key
    assert type(key_of(value)) is type(key)


WRONG = [
    ({"key": None}, "key: None is not a whole number or a text"),
    ({"key": True}, "key: True is not"),
    ({"prompt": 5}, "prompt: 5 is not a text"),
    ({"instruction_id_list": "punctuation:no_comma"}, "instruction_id_list: 'punctuation:no_comma"),
    ({"instruction_id_list": [], "kwargs": []}, "instruction_id_list: it is empty"),
    ({"instruction_id_list": [5, WORDS]}, "instruction_id_list: 5 (number 1) is no text"),
    ({"kwargs": None}, "kwargs: None is not a list"),
    ({"kwargs": [{}]}, "kwargs: 1 for the 2 instructions of instruction_id_list"),
    ({"kwargs": [{}, ROW["kwargs"][1], {}]}, "kwargs: 3 for the 2 instructions"),
    ({"kwargs": [{}, {"num_words": 3}]}, f"instruction 2: ifeval {WORDS}: the argument 'relation'"),
    ({"kwargs": [{"a": 1}, ROW["kwargs"][1]]}, "instruction 1: ifeval punctuation:no_comma"),
    ({"kwargs": [[], {}]}, "instruction 1: ifeval punctuation:no_comma: kwargs are an object"),
]


@pytest.mark.parametrize(("change", "told"), WRONG)
def test_wrong_rows(tmp_path, change, told):
    """What is wrong with a prompt is told with its file, line, field and instruction."""
    rows = [ROW | {"key": 1}, ROW | change]
    file = tmp_path / "prompts.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    with pytest.raises(UsageError) as caught:
        read_prompts("ifeval", file)
    assert str(caught.value).startswith(f"{file}, line 2: {told}")
    with pytest.raises(UsageError) as caught:
        read_prompts("ifeval", rows)
    assert str(caught.value).startswith(f"row 2: {told}")


@pytest.mark.parametrize("name", ["key", "prompt", "instruction_id_list", "kwargs"])
def test_missing_fields(name):
    """A field that is missing is named."""
    row = {key: value for key, value in ROW.items() if key != name}
    with pytest.raises(UsageError, match=f"row 1: {name}: missing; it is a"):
        read_prompts("ifeval", [row])


def test_unknown_instruction():
    """An id that the benchmark lacks is an unknown kind, told with what may be meant."""
    row = ROW | {"instruction_id_list": ["punctuation:no_commas", WORDS]}
    with pytest.raises(UnknownKind, match=r"row 1: instruction 1: .*did you mean .*no_comma"):
        read_prompts("ifeval", [row])


def test_unknown_benchmark():
    """A benchmark that is not known is told with those that are."""
    with pytest.raises(UnknownKind, match="ifbench"):
        read_prompts("ifeva", [ROW])


BROKEN = [
    (b"{", "line 1: broken_json"),
    (b"[1]", "line 1: a prompt is an object with key, prompt, instruction_id_list and kwargs"),
    (b"\xff", "line 1: invalid_utf8"),
    (b"", "no prompt"),
    (b"\n \n", "no prompt"),
]


@pytest.mark.parametrize(("data", "told"), BROKEN)
def test_broken_files(tmp_path, data, told):
    """A file without a prompt, or with a line that is none, is refused with its name."""
    file = tmp_path / "prompts.jsonl"
    file.write_bytes(data)
    with pytest.raises(UsageError) as caught:
        read_prompts("ifeval", file)
    assert str(file) in str(caught.value)
    assert told in str(caught.value)


@pytest.mark.parametrize("keys", [(5, 5), (5, "5")])
def test_equal_keys(keys):
    """Two prompts with one key cannot be told apart."""
    with pytest.raises(UsageError, match=r"row 2: key: .* of an earlier prompt too"):
        read_prompts("ifeval", [ROW | {"key": key} for key in keys])


def test_missing_file(tmp_path):
    """A file that does not exist is told."""
    with pytest.raises(SourceError, match="does not exist"):
        read_prompts("ifeval", tmp_path / "none.jsonl")
