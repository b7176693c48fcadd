"""Tests of `crab.benchmarks.training_rows`: examples as rows whose responses follow them."""

from __future__ import annotations

import ast
import json
from pathlib import Path

import pytest

from crab.benchmarks import instruction
from crab.benchmarks.reading import read_prompts
from crab.benchmarks.scoring import score
from crab.benchmarks.training_rows import TARGETS, Exported, export, read_messages
from crab.constraints import (
    Audience,
    Keywords,
    NoExclamations,
    NoPunctuation,
    NoQuestions,
    StartsWith,
    WordCount,
)
from crab.errors import MissingData, UsageError
from crab.records import Dropped, Message, Messages
from crab.rewards import Verifier
from crab.rewards.labels import read_label
from crab.rewards.verl import compute_score

RESPONSE = "Sure, it rained all day and C++ is a language"
RULES = (
    WordCount(at_least=5, at_most=12),
    Keywords(include=("C++", "rained")),
    NoExclamations(),
    NoQuestions(),
)


def example(*constraints, response: str = RESPONSE, id_: str = "a", **more) -> Messages:
    """One example of a train file."""
    turns = [
        Message(role="user", content="Say something."),
        Message(role="assistant", content=response),
    ]
    return Messages(id=id_, messages=tuple(turns), constraints=constraints, **more)


def split(examples, target: str) -> tuple[list[Exported], list[Dropped]]:
    """What is exported, and what is left out."""
    found = list(export(examples, target))
    return (
        [one for one in found if isinstance(one, Exported)],
        [one for one in found if isinstance(one, Dropped)],
    )


def test_prompts_of_a_benchmark():
    """An example becomes a prompt with its instructions; the rest is left out with the reason."""
    [one], left = split([example(*RULES)], "ifeval")
    assert one.row == {
        "key": "a",
        "prompt": "Say something.",
        "instruction_id_list": [
            "length_constraints:number_words",
            "length_constraints:number_words",
            "keywords:existence",
        ],
        "kwargs": [
            {"num_words": 5, "relation": "at least"},
            {"num_words": 13, "relation": "less than"},
            {"keywords": [r"C\+\+", "rained"]},
        ],
    }
    assert one.answer == {"key": "a", "prompt": "Say something.", "response": RESPONSE}
    assert [(two.data["kind"], two.reason.partition(":")[0]) for two in left] == [
        ("no_exclamations", "inexpressible"),
        ("no_questions", "inexpressible"),
    ]
    assert {(two.id, two.what, two.step) for two in left} == {("a", "constraint", "export")}


def test_responses_follow_their_prompts():
    """Scored by the benchmark, the responses follow every instruction."""
    rows, _ = split([example(*RULES), example(NoPunctuation(mark="!"), id_="b")], "iftrain")
    found = score("iftrain", [one.row for one in rows], {"own": [one.answer for one in rows]})
    assert len(found["own"].outcomes) == 5
    assert found["own"].overall()["prompt_strict"].share == 1.0


def test_what_the_benchmark_finds_unmet_is_left_out():
    """An instruction that the response does not follow by the benchmark's check is left out."""
    rule = StartsWith(text="sure")
    assert rule.check(RESPONSE).met
    [one], [left] = split([example(rule, NoExclamations())], "iftrain")
    assert one.row["instruction_id_list"] == ["punctuation:punctuation_exclamation"]
    assert left.reason == "not_met: iftrain/first_word:first_word_answer: it begins with Sure,"
    assert left.data == {"kind": "starts_with", "version": 1, "text": "sure"}


def test_both_bounds_go_together():
    """Where one of two instructions for a constraint is not followed, both are left out."""
    rows, left = split([example(WordCount(at_least=5, at_most=9))], "ifeval")
    assert rows == []
    assert [one.what for one in left] == ["constraint", "record"]
    assert left[1].reason.startswith("nothing_left: ")


def test_instructions_are_exported_as_they_are():
    """A benchmark's own instruction among the constraints is written as it is."""
    rule = instruction("ifeval", "punctuation:no_comma")
    [one], _ = split([example(rule, response="It rained.")], "ifbench")
    assert one.constraints == (rule,)
    assert one.row["kwargs"] == [{}]


def test_blank_responses_follow_nothing():
    """A blank response follows no instruction, as in the benchmark's harness."""
    for target in TARGETS:
        rows, _ = split([example(NoPunctuation(mark=","), response=" \n")], target)
        assert rows == []


@pytest.mark.parametrize(
    ("messages", "target", "why"),
    [
        ([], "verl", "no_response"),
        ([("user", "Say.")], "verl", "no_response"),
        ([("assistant", "Yes.")], "ifeval", "no_response"),
        ([("assistant", "Yes."), ("assistant", "Yes.")], "ifeval", "no_response"),
        ([("system", "Be."), ("user", "Say."), ("assistant", "Yes.")], "ifeval", "several_turns"),
        ([("system", "Be."), ("user", "Say."), ("assistant", "Yes.")], "open-instruct", None),
        ([("system", "Be."), ("user", "Say."), ("assistant", "Yes.")], "verl", None),
    ],
)
def test_examples_that_are_no_rows(messages, target, why):
    """An example without a response is left out, and one of several turns where it does not fit."""
    turns = tuple(Message(role=role, content=content) for role, content in messages)
    one = Messages(id="a", messages=turns, constraints=(NoPunctuation(mark=","),))
    [found] = export([one], target)
    if why is None:
        assert isinstance(found, Exported)
        key = "prompt" if target == "verl" else "messages"
        assert [turn["role"] for turn in found.row[key]] == ["system", "user"]
    else:
        assert isinstance(found, Dropped)
        assert (found.what, found.reason.partition(":")[0]) == ("record", why)


def test_ids_are_unique():
    """The second example of an id is left out."""
    rows, [left] = split([example(NoPunctuation(mark="!"))] * 2, "verl")
    assert len(rows) == 1
    assert left.reason.startswith("repeated_id")


def test_open_instruct():
    """The ground truth is a Python literal and JSON at once, and its verifier's own shape."""
    [one], _ = split([example(*RULES)], "open-instruct")
    assert list(one.row) == ["key", "messages", "ground_truth", "dataset"]
    assert one.row["messages"] == [{"role": "user", "content": "Say something."}]
    assert one.row["dataset"] == "ifeval"
    [truth] = ast.literal_eval(one.row["ground_truth"])
    assert [truth] == json.loads(one.row["ground_truth"])
    assert truth["instruction_id"][-1] == "punctuation:punctuation_exclamation"
    assert len(truth["kwargs"]) == len(truth["instruction_id"]) == 4
    assert Verifier()([], RESPONSE, one.row["ground_truth"]).score == 1.0
    assert Verifier()([], "No!", one.row["ground_truth"]).score == 0.25


def test_verl():
    """The ground truth is crab's own constraints, all that code decides, and its reward is 1."""
    rules = (*RULES, Audience(text="Write for children."), WordCount(at_most=2))
    rows, left = split([example(*rules, source="mine"), example(*RULES, id_="b")], "verl")
    row = rows[0].row
    assert (row["data_source"], row["ability"]) == ("mine", "if")
    assert row["prompt"] == [{"role": "user", "content": "Say something."}]
    assert row["reward_model"]["style"] == "rule"
    assert row["extra_info"] == {"index": 0, "id": "a"}
    assert read_label(row["reward_model"]["ground_truth"]).constraints == RULES
    assert compute_score("mine", RESPONSE, row["reward_model"]["ground_truth"]) == 1.0
    assert [one.reason.partition(":")[0] for one in left] == ["judged", "not_met"]
    assert rows[1].row["data_source"] == "crab"
    assert rows[1].row["extra_info"]["index"] == 1


def test_what_was_dropped_before_is_passed_on():
    """What could not be read stays among what is left out."""
    broken = Dropped(what="record", step="read", reason="no_example: x")
    assert list(export([broken], "verl")) == [broken]


def test_unknown_target():
    """A target that there is not is an error that names those there are."""
    with pytest.raises(UsageError, match=r"no target 'trl'; known: ifeval, .*verl"):
        list(export([], "trl"))


def test_missing_data_is_an_error(monkeypatch):
    """Data of nltk that are missing end the export: they are no verdict."""
    rule = instruction("ifeval", "punctuation:no_comma")

    def missing(self, text):
        raise MissingData("get punkt_tab")

    monkeypatch.setattr(type(rule), "decide", missing)
    with pytest.raises(MissingData):
        list(export([example(rule)], "ifeval"))


def test_files_are_read_line_by_line(tmp_path: Path):
    """Each line is an example, or is named with what is wrong; nulls of Arrow are no fields."""
    file = tmp_path / "train.jsonl"
    good = json.loads(example(NoPunctuation(mark=",")).model_dump_json())
    padded = {**good, "constraints": [{**good["constraints"][0], "at_least": None}]}
    lines = [json.dumps(good), "{", json.dumps({"id": "b"}), json.dumps(padded)]
    file.write_text("\n".join(lines) + "\n", "utf-8")
    found = list(read_messages(file))
    assert [type(one) for one in found] == [Messages, Dropped, Dropped, Messages]
    assert found[0] == found[3]
    assert [one.line for one in found if isinstance(one, Dropped)] == [2, 3]
    assert "messages" in found[2].reason


@pytest.mark.parametrize("target", ["ifeval", "ifbench", "iftrain"])
def test_arrow_reads_what_is_written(target, tmp_path):
    """Prompts go through Arrow and Parquet, which fill kwargs with nulls, and stay the same."""
    pyarrow_json = pytest.importorskip("pyarrow.json")
    parquet = pytest.importorskip("pyarrow.parquet")
    rows, _ = split([example(*RULES), example(*RULES[:2], id_="b")], target)
    file = tmp_path / "prompts.jsonl"
    file.write_text("".join(json.dumps(one.row) + "\n" for one in rows), "utf-8")
    parquet.write_table(pyarrow_json.read_json(file), tmp_path / "prompts.parquet")
    back = parquet.read_table(tmp_path / "prompts.parquet").to_pylist()
    assert None in back[0]["kwargs"][0].values()
    assert read_prompts(target, back) == read_prompts(target, file)
