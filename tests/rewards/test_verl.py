"""Tests of `crab.rewards.verl`: the function that verl calls, and verl itself."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from crab.rewards.verl import compute_score

from .page import block

SHORT = {"kind": "word_count", "at_most": 5}
BOTH = json.dumps([SHORT, {"kind": "keywords", "include": ["snow"]}])
IFEVAL = json.dumps({"instruction_id_list": ["punctuation:no_comma"], "kwargs": [{}]})


@pytest.mark.parametrize(
    ("solution", "label", "options", "score"),
    [
        ("It rained.", BOTH, {}, 0.5),
        ("It rained.", BOTH, {"how": "all"}, 0.0),
        ("It rained.", [SHORT], {"how": "all"}, 1.0),
        ("It rained.", BOTH, {"weights": {"keywords": 3}}, 0.25),
        ("It rained.", BOTH, {"gate": {"kind": "keywords", "include": ["sun"]}}, 0.0),
        ("<think>a, b</think>It rained.", IFEVAL, {"thinking": "think"}, 1.0),
        ("It rained, again.", IFEVAL, {}, 0.0),
        ("It rained.", [], {}, 0.0),
        ("It rained.", None, {}, 0.0),
        ("It rained.", "nonsense", {}, 0.0),
        (None, BOTH, {}, 0.0),
    ],
)
def test_scores(solution, label, options, score):
    """A response is scored by its label; 0 where nothing can be decided, as verl skips nothing."""
    found = compute_score("mine", solution, label, {"index": 1}, **options)
    assert isinstance(found, float)
    assert found == score


def test_wrong_options_are_errors():
    """An option with a wrong value stops the training at its first step."""
    with pytest.raises(ValidationError, match="how"):
        compute_score("mine", "It rained.", BOTH, how="most")


def test_other_arguments_are_named(caplog):
    """An argument that nothing knows is named once; what verl itself hands over is not."""
    for _ in range(3):
        assert compute_score("a", "b", [SHORT], reward_router_address="c", thinkin="think") == 1.0
    assert caplog.messages == ["compute_score does not use the argument 'thinkin'"]


class Characters:
    """A tokenizer whose tokens are code points."""

    def decode(self, ids: Any, skip_special_tokens: bool) -> str:
        """Return the text of tokens."""
        return "".join(map(chr, ids.tolist()))


@pytest.mark.hf
@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")
@pytest.mark.filterwarnings("ignore::UserWarning")
def test_verl_loads_and_calls_it():
    """With the lines of the docs, verl finds the function, and its reward manager scores by it."""
    pytest.importorskip("verl", reason="needs verl: make test-hf")
    import numpy as np
    import torch
    import verl
    from omegaconf import OmegaConf
    from tensordict import TensorDict
    from verl.trainer.ppo.reward import load_reward_manager

    own = Path(verl.__file__).parent / "trainer" / "config" / "reward" / "reward.yaml"
    config = OmegaConf.create({"reward": OmegaConf.load(own)})
    changes = [line.removeprefix("+") for line in block("verl").splitlines()]
    config = OmegaConf.merge(config, OmegaConf.from_dotlist(changes))

    def batch(response: str, label: Any) -> Any:
        row = {"data_source": "mine", "extra_info": {}}
        row["reward_model"] = {"style": "rule", "ground_truth": label}
        size, padding = len(response), 3
        tensors = {
            "prompts": torch.zeros(1, 2, dtype=torch.long),
            "responses": torch.tensor([[*map(ord, response), *[0] * padding]]),
            "attention_mask": torch.tensor([[1] * (2 + size) + [0] * padding]),
        }
        return verl.DataProto(
            batch=TensorDict(tensors, batch_size=[1]),
            non_tensor_batch={key: np.array([value], dtype=object) for key, value in row.items()},
        )

    async def scores() -> list[Any]:
        manager = load_reward_manager(config, Characters())
        responses = {"<think>Hm.</think> It will rain.": BOTH, "It snowed.": BOTH, "rain": IFEVAL}
        batches = [batch(*item) for item in responses.items()]
        found = [await manager.run_single(one) for one in batches]
        last = manager.assemble_rm_scores(batches[0], [found[0]["reward_score"]])
        assert last.sum() == 0.75
        return found

    expected = [
        {"reward_score": one, "reward_extra_info": {"acc": one}} for one in (0.75, 0.0, 1.0)
    ]
    assert asyncio.run(scores()) == expected
