"""Tests of `crab.rewards.trl`: a reward function as TRL calls it, and TRL itself."""

from __future__ import annotations

import inspect
import json
import pickle
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from crab.errors import UsageError
from crab.rewards import Reward, TRLReward

from .page import block

SHORT = [{"kind": "word_count", "at_most": 5}]
BOTH = [*SHORT, {"kind": "keywords", "include": ["snow"]}]
JUDGED = [{"kind": "audience", "text": "Write for children."}]


def said(content: Any, role: str = "assistant") -> list[dict[str, Any]]:
    """Return a conversation of one message."""
    return [{"role": role, "content": content}]


def test_texts_and_conversations_earn_alike():
    """A completion is a text or a conversation, whose last message is the answer."""
    completions = [
        "It rained.",
        said("It rained."),
        said([{"type": "text", "text": "It "}, {"type": "text", "text": "rained."}]),
        [*said("Let me look up the weather of today."), *said("Rain", "tool"), *said("It rained.")],
    ]
    earned = TRLReward()([""] * 4, completions, constraints=[BOTH] * 4)
    assert earned == [0.5] * 4


@pytest.mark.parametrize(
    "completion",
    [
        None,
        7,
        "",
        [],
        [None],
        ["It rained."],
        said(None),
        said(7),
        said([]),
        said([None, {"type": "image"}, {"text": 7}]),
        said("It rained.", "user"),
        [{"content": "It rained."}],
        [*said("Let me see."), *said("Rain", "tool")],
    ],
)
def test_no_answer_earns_nothing(completion):
    """A completion without an answer earns nothing, and nothing is raised."""
    assert TRLReward()(["Hi."], [completion], constraints=[BOTH]) == [0.0]


def test_rows_without_a_decision_are_skipped():
    """Where nothing can be decided there is None, in its place."""
    labels = [BOTH, [], None, JUDGED, "nonsense", SHORT]
    earned = TRLReward()(prompts=[""] * 6, completions=["Hi."] * 6, constraints=labels)
    assert earned == [0.5, None, None, None, None, 1.0]


def test_labels_of_another_column():
    """Labels come from the column that is named, and `kwargs` beside `instruction_id_list`."""
    ids, kwargs = ["punctuation:no_comma"], [{"num_words": None}]
    text = repr([{"instruction_id": ids, "kwargs": [None]}])
    call = partial(dict, prompts=[""], completions=["It rained, then it did not."])
    assert TRLReward(column="ground_truth")(**call(ground_truth=[text])) == [0.0]
    ifeval = TRLReward(column="instruction_id_list")
    assert ifeval(**call(instruction_id_list=[ids], kwargs=[kwargs])) == [0.0]
    assert ifeval(**call(instruction_id_list=[ids])) == [0.0]
    assert ifeval(["", ""], ["a", "b"], instruction_id_list=[ids, None], kwargs=[kwargs, None]) == [
        1.0,
        None,
    ]


def test_a_missing_column_is_an_error():
    """A column that the data set has not is a mistake in the call, and said at once."""
    with pytest.raises(UsageError, match="no column 'constraints'; it has: ground_truth"):
        TRLReward()(["Hi."], ["Hi."], ground_truth=[SHORT])


def test_name_and_value():
    """TRL logs a reward by its `__name__`; it is picklable, hashable and not asynchronous."""
    reward = TRLReward(Reward(how="all"), name="all_met")
    assert reward.__name__ == "all_met"
    assert TRLReward().__name__ == "crab"
    assert TRLReward.__name__ == "TRLReward"
    assert pickle.loads(pickle.dumps(reward)) == reward  # noqa: S301
    assert hash(reward) == hash(TRLReward(Reward(how="all"), name="all_met"))
    assert not inspect.iscoroutinefunction(reward.__call__)


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A tiny model with random weights."""
    torch = pytest.importorskip("torch", reason="needs torch: make test-hf")
    pytest.importorskip("trl", reason="needs trl: make test-hf")
    from ..backends.tiny_model import build

    torch.set_num_threads(1)
    return str(build(tmp_path_factory.mktemp("model")))


def trained(model: str, rows: list[dict[str, Any]], reward: Any, folder: Path) -> Any:
    """Return a trainer after two steps of GRPO, four completions of two prompts each."""
    from datasets import Dataset
    from trl import GRPOConfig, GRPOTrainer

    options: dict[str, Any] = {"use_cpu": True, "bf16": False, "report_to": [], "seed": 1}
    arguments = GRPOConfig(
        output_dir=str(folder),
        per_device_train_batch_size=8,
        num_generations=4,
        max_completion_length=12,
        max_steps=2,
        logging_steps=1,
        learning_rate=1e-3,
        save_strategy="no",
        disable_tqdm=True,
        **options,
    )
    trainer = GRPOTrainer(
        model=model, reward_funcs=reward, args=arguments, train_dataset=Dataset.from_list(rows)
    )
    trainer.train()
    return trainer


class Recording(TRLReward):
    """A reward that keeps what TRL called it with, and what it gave."""

    calls: list[tuple[dict[str, Any], list[float | None]]] = []  # noqa: RUF012

    def __call__(self, prompts: Any, completions: Any, **columns: Any) -> list[float | None]:
        """Return what each completion earns, and keep it."""
        earned = super().__call__(prompts, completions, **columns)
        self.calls.append(({"completions": completions, **columns}, earned))
        return earned


@pytest.mark.hf
@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::FutureWarning")
def test_trl_trains_on_it(model, tmp_path, caplog):
    """TRL's GRPO learns from conversations and crab's constraints, which Arrow pads with nulls."""
    letters = [{"kind": "letter_count", "letter": letter, "at_least": 1} for letter in "aeiost"]
    rows = [
        {"prompt": said("Bake.", "user"), "constraints": letters},
        {"prompt": said("Bread?", "user"), "constraints": [*letters, *BOTH, *JUDGED]},
    ]
    Recording.calls.clear()
    trainer = trained(model, rows, Recording(name="letters"), tmp_path)
    steps = [entry for entry in trainer.state.log_history if "rewards/letters/mean" in entry]
    assert len(steps) == len(Recording.calls) == 2
    for step, (given, earned) in zip(steps, Recording.calls, strict=True):
        assert given["completions"][0][0]["role"] == "assistant"
        assert None in given["constraints"][0][0].values()
        scores = [score for score in earned if score is not None]
        assert len(scores) == 8
        assert len(set(scores)) > 1
        assert step["rewards/letters/mean"] == pytest.approx(sum(scores) / 8)
        assert step["grad_norm"] > 0
    assert [record for record in caplog.records if record.name == "crab.rewards"] == []


@pytest.mark.hf
@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::DeprecationWarning")
def test_the_script_of_the_docs(model, tmp_path, monkeypatch):
    """The block of the docs trains on what `crab build` writes, with another model and shorter."""
    import datasets

    seeds = tmp_path / "seeds.jsonl"
    lines = (Path(__file__).parents[2] / "examples" / "seeds.jsonl").read_text("utf-8").splitlines()
    seeds.write_text("\n".join(lines[:12]), "utf-8")
    build = [sys.executable, "-m", "crab", "build", str(seeds), "-o", str(tmp_path / "out")]
    subprocess.run(build, check=True, capture_output=True, timeout=60)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path / "cache")
    shorter = ", max_steps=1, max_completion_length=8, use_cpu=True, bf16=False, report_to=[])"
    script = block("TRL").replace("Qwen/Qwen3-0.6B", model)
    script = script.replace('output_dir="grpo")', f'output_dir="grpo"{shorter}')
    names: dict[str, Any] = {}
    exec(script, names)  # noqa: S102 - the docs' own code
    [step] = [one for one in names["trainer"].state.log_history if "rewards/crab/mean" in one]
    assert 0 <= step["rewards/crab/mean"] <= 1
    labels, answers = (
        names["rows"]["constraints"],
        [row["messages"][-1] for row in written(tmp_path)],
    )
    assert TRLReward()([], [[answer] for answer in answers], constraints=labels) == [1.0] * len(
        answers
    )


def written(folder: Path) -> list[dict[str, Any]]:
    """Return the training examples of a run."""
    lines = (folder / "out" / "train.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines]


@pytest.mark.hf
@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::FutureWarning")
def test_trl_skips_what_cannot_be_decided(model, tmp_path):
    """TRL leaves a row out of the mean for which there is None; IFEval's columns are read."""
    ids, kwargs = ["keywords:letter_frequency"], {"let_frequency": 1, "let_relation": "at least"}
    rows = [
        {
            "prompt": "Bake.",
            "instruction_id_list": [*ids, "punctuation:no_comma"],
            "kwargs": [{**kwargs, "letter": "a"}, {"num_words": None}],
        },
        {"prompt": "Bread?", "instruction_id_list": [], "kwargs": []},
    ]
    Recording.calls.clear()
    trainer = trained(model, rows, [Recording(column="instruction_id_list")], tmp_path)
    steps = [entry for entry in trainer.state.log_history if "rewards/crab/mean" in entry]
    assert len(steps) == 2
    for step, (_, earned) in zip(steps, Recording.calls, strict=True):
        scores = [score for score in earned if score is not None]
        assert (len(earned), len(scores)) == (8, 4)
        assert step["rewards/crab/mean"] == pytest.approx(sum(scores) / 4)
