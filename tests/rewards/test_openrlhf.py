"""Tests of `crab.rewards.openrlhf`: the function that OpenRLHF finds in a file."""

from __future__ import annotations

import importlib.util
import sys
import time
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from crab.rewards import Reward
from crab.rewards.openrlhf import reward_func

from .page import block

LABEL = '[{"kind": "ends_with", "text": "rained."}, {"kind": "word_count", "at_most": 2}]'


@pytest.fixture
def _torch(monkeypatch: pytest.MonkeyPatch) -> None:
    """Torch, or what the function needs of it."""
    if importlib.util.find_spec("torch") is None:
        module: Any = ModuleType("torch")
        module.tensor, module.float32 = lambda values, dtype: values, "float32"
        monkeypatch.setitem(sys.modules, "torch", module)


@pytest.mark.usefixtures("_torch")
@pytest.mark.parametrize(
    ("query", "prompt", "score"),
    [
        ("How was it? It rained.", "How was it? ", 1.0),
        ("<|user|>Hi<|end|><|assistant|>It rained.<|end|>", "<|user|>Hi<|end|><|assistant|>", 1.0),
        ("Hi\nIt rained.</s>", "Hi\n", 1.0),
        ("Hi\nIt rained.<｜end▁of▁sentence｜>", "Hi\n", 1.0),
        ("Hi\nIt rained.<|im_end|>\n<|endoftext|><|endoftext|>\n", "Hi\n", 1.0),
        ("Hi\nIt rained.<|im_end|> Yes, it did.", "Hi\n", 0.0),
        ("Hi\nIt rained.", "Another prompt", 0.0),
        ("Hi\n<|im_end|>", "Hi\n", 0.0),
        (None, "Hi", 0.0),
        ("Hi", None, 0.0),
        ("<pad><pad>Hi It rained.<pad>", "Hi ", 1.0),
    ],
)
def test_scores(query, prompt, score):
    """A response is what follows the prompt, without the special tokens at its end."""
    found = reward_func([query], [prompt], [LABEL], max_length=7)
    assert set(found) == {"rewards", "scores", "extra_logs"}
    assert [float(one) for one in found["rewards"]] == [score]
    assert [float(one) for one in found["scores"]] == [score]


@pytest.mark.usefixtures("_torch")
def test_the_file_of_the_docs(tmp_path: Path):
    """The block of the docs, in a file that is loaded as OpenRLHF does, is a reward function."""
    file = tmp_path / "reward_func.py"
    file.write_text(block("OpenRLHF"), "utf-8")
    spec = importlib.util.spec_from_file_location("reward_func", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    found = module.reward_func(
        queries=["Hi <think>Hm.</think>It rained."], prompts=["Hi "], labels=[LABEL]
    )
    assert [float(one) for one in found["rewards"]] == [1.0]


@pytest.mark.usefixtures("_torch")
def test_batches():
    """A batch earns in its order; where nothing can be decided there is 0."""
    labels = [LABEL, None, "nonsense", LABEL]
    queries = ["It rained.", "It rained.", "It rained.", "It rained again."]
    found = reward_func(queries, [""] * 4, labels, reward=Reward(how="all"))
    assert [float(one) for one in found["rewards"]] == [1.0, 0.0, 0.0, 0.0]


@pytest.mark.usefixtures("_torch")
@pytest.mark.parametrize("end", ["<", "<|", "<|a|> ", " ", "</s>", "<|a|>x"])
def test_long_ends_are_soon_cut(end):
    """A megabyte of special tokens, or almost, is soon decided."""
    start = time.monotonic()
    assert reward_func([f"It rained.{end * 200_000}"], [""], [LABEL])["rewards"][0] <= 1
    assert time.monotonic() - start < 5
