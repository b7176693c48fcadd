"""Tests of `crab.benchmarks.scoring`: verdicts on the responses of several models."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from crab.benchmarks.matching import matched
from crab.benchmarks.reading import read_prompts
from crab.benchmarks.scores import Outcome
from crab.benchmarks.scoring import score, scored
from crab.errors import MissingData, UsageError

DATA = Path(__file__).parents[3] / "shared" / "data"
WORDS = "length_constraints:number_words"
COMMA = "punctuation:no_comma"
QUOTED = "startend:quotation"
PROMPTS: list[dict[str, Any]] = [
    {
        "key": 1,
        "prompt": "One?",
        "instruction_id_list": [COMMA, WORDS],
        "kwargs": [{}, {"num_words": 3, "relation": "at least"}],
    },
    {"key": "b", "prompt": "Two?", "instruction_id_list": [QUOTED], "kwargs": [{"N": None}]},
]
MODELS = {
    "good": [
        {"key": 1, "response": "All is well"},
        {"prompt": "Two?", "response": 'Well, here it is:\n"All is well."'},
    ],
    "poor": [{"key": "b", "response": " \n"}, {"key": "b", "response": '"Late."'}],
}


def test_outcomes():
    """Each instruction of each prompt gets its verdicts, in the order of models and prompts."""
    scores = score("ifeval", PROMPTS, MODELS)
    assert scores.outcomes == (
        Outcome("good", 1, 0, COMMA, strict=True, loose=True),
        Outcome("good", 1, 1, WORDS, strict=True, loose=True),
        Outcome("good", "b", 0, QUOTED, strict=False, loose=True),
        Outcome("poor", 1, 0, COMMA, strict=False, loose=False),
        Outcome("poor", 1, 1, WORDS, strict=False, loose=False),
        Outcome("poor", "b", 0, QUOTED, strict=False, loose=False),
    )


def test_what_is_missing_counts_as_not_followed():
    """A prompt without a response is told, and so is a second response; neither helps."""
    scores = score("ifeval", PROMPTS, MODELS)
    assert (scores["good"].unanswered, scores["poor"].unanswered) == ((), (1,))
    assert [(line.line, line.why) for line in scores["poor"].skipped] == [(2, "repeated")]
    assert scores["poor"].overall()["instruction_loose"].of == 3


def test_files(tmp_path):
    """Files give what their rows give; a model is called after its file."""
    files = {}
    for name, rows in {"prompts": PROMPTS, **MODELS}.items():
        files[name] = tmp_path / f"{name}.jsonl"
        files[name].write_text("".join(json.dumps(row) + "\n" for row in rows))
    found = score("ifeval", files["prompts"], [files["good"], files["poor"]])
    assert found == score("ifeval", PROMPTS, MODELS)
    alone = score("ifeval", files["prompts"], files["good"])
    assert alone.models == found.models[:1]


@pytest.mark.slow
@pytest.mark.parametrize("workers", [2, 3])
def test_workers_change_nothing(workers):
    """Any number of processes finds the same in the same order."""
    prompts = [PROMPTS[number % 2] | {"key": number} for number in range(70)]
    models = {
        name: [{"key": n, "response": f"{n}, " * (n % 5) + '"so"'} for n in range(first, 70)]
        for name, first in (("a", 0), ("b", 9))
    }
    assert score("ifeval", prompts, models, workers) == score("ifeval", prompts, models)


def test_progress():
    """What is done is told, up to the number of responses."""
    prompts = read_prompts("ifeval", [PROMPTS[0] | {"key": number} for number in range(40)])
    rows = [{"key": number, "response": "So."} for number in range(1, 40)]
    told: list[int] = []
    scored("ifeval", prompts, [matched(prompts, "a", rows)], on_done=told.append)
    assert (sum(told), len(told)) == (39, 3)


@pytest.mark.usefixtures("_no_nltk_data")
def test_missing_data_stop_the_scoring():
    """A check that lacks data of nltk ends the scoring with the command that installs them."""
    kwargs = {"num_sentences": 3, "relation": "less than"}
    prompt = PROMPTS[0] | {
        "instruction_id_list": ["length_constraints:number_sentences"],
        "kwargs": [kwargs],
    }
    response = "It rained in St. Ives. It did; see p. 5. So."
    with pytest.raises(MissingData, match=r"python -m nltk\.downloader punkt_tab"):
        score("ifeval", [prompt], {"a": [{"key": 1, "response": response}]})


def test_rows_need_a_name():
    """Rows at hand need the name of their model."""
    with pytest.raises(UsageError, match="name of their model"):
        score("ifeval", PROMPTS, MODELS["good"])  # type: ignore[arg-type]


OFFICIAL = [
    ("ifeval", "input_data", "responses_gpt4", "verdicts_gpt4"),
    ("ifeval", "input_data", "responses_mistral-7b", "verdicts_mistral-7b"),
    ("ifeval", "input_data", "responses_qwen2.5-0.5b", "verdicts_qwen2.5-0.5b"),
    ("ifbench", "test", "sample_output", "verdicts_sample_output"),
]


@pytest.mark.slow
@pytest.mark.skipif(not DATA.is_dir(), reason="needs ../shared/data")
@pytest.mark.parametrize(("source", "prompts", "responses", "verdicts"), OFFICIAL)
def test_official_verdicts(source, prompts, responses, verdicts):
    """Every verdict on real answers is that of the benchmark's own code."""
    folder = DATA / source
    found = score(source, folder / f"{prompts}.jsonl", folder / f"{responses}.jsonl")
    ours = {(one.key, one.index): (one.id, one.strict, one.loose) for one in found.outcomes}
    lines = (folder / f"{verdicts}.jsonl").read_text("utf-8").splitlines()
    official = list(map(json.loads, lines))
    theirs = {
        (one["key"], one["index"]): (one["id"], one["strict"], one["loose"]) for one in official
    }
    assert len(theirs) == len(official) > 300
    assert {key: ours[key] for key in theirs} == theirs
