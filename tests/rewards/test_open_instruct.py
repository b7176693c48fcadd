"""Tests of `crab.rewards.open_instruct`: a verifier as open-instruct finds and calls it."""

from __future__ import annotations

import asyncio
import inspect
import sys
from abc import ABC, abstractmethod
from types import ModuleType
from typing import Any

import pytest

from crab.rewards import Reward, Verifier
from crab.rewards.open_instruct import Verification

from .page import block

LABEL = repr(
    [
        {
            "instruction_id": ["punctuation:no_comma", "keywords:existence"],
            "kwargs": [None, {"keywords": ["rain"], "num_words": None}],
        }
    ]
)


class Config:
    """The configuration of a verifier, as open-instruct makes it."""

    @classmethod
    def from_args(cls, *args: Any) -> Config:
        """Return the configuration that the arguments say."""
        return cls()


class VerifierFunction(ABC):
    """The shape of open-instruct's base class, which is in no package index."""

    def __init__(self, name: str, weight: float = 1.0, verifier_config: Any = None) -> None:
        self.name, self.weight, self.verifier_config = name, weight, verifier_config

    @classmethod
    def get_config_class(cls) -> type[Config]:
        """Return the class of the configuration."""
        return Config

    @abstractmethod
    def __call__(
        self, tokenized_prediction: list[int], prediction: str, label: Any, query: Any = None
    ) -> Any:
        """Return what a prediction earns."""

    async def async_call(
        self, tokenized_prediction: list[int], prediction: str, label: Any, query: Any = None
    ) -> Any:
        """Return the same, asynchronously."""
        return self(tokenized_prediction, prediction, label, query)


class Crab(Verifier, VerifierFunction):
    """One with nothing of its own."""


class CrabAll(Verifier, VerifierFunction):
    """One with settings of its own."""

    name, weight, reward = "Crab_All", 0.5, Reward(how="all")


def test_open_instruct_finds_it():
    """A direct subclass is made with a configuration, and known by its name in small letters."""
    built = {}
    for found in VerifierFunction.__subclasses__():
        one = found(found.get_config_class().from_args(object()))
        built[one.name.lower()] = one
    assert set(built) == {"crab", "crab_all"}
    assert isinstance(built["crab"].verifier_config, Config)
    assert (built["crab"].weight, built["crab_all"].weight) == (1.0, 0.5)


def test_the_class_of_the_docs(monkeypatch: pytest.MonkeyPatch):
    """The block of the docs makes a verifier beside an open-instruct that is installed."""
    installed: Any = ModuleType("open_instruct.ground_truth_utils")
    installed.VerifierFunction = type("VerifierFunction", (VerifierFunction, ABC), {})
    monkeypatch.setitem(sys.modules, "open_instruct", ModuleType("open_instruct"))
    monkeypatch.setitem(sys.modules, "open_instruct.ground_truth_utils", installed)
    names: dict[str, Any] = {"__name__": "script"}
    exec(block("open-instruct"), names)  # noqa: S102 - the docs' own code
    [found] = installed.VerifierFunction.__subclasses__()
    assert found is names["Crab"]
    assert found().name == "crab"
    assert found()([], "<think>,</think>It will rain.", LABEL).score == 1.0


@pytest.mark.parametrize(
    ("prediction", "score"),
    [
        ("It will rain.", 1.0),
        ("Rain, and snow.", 0.5),
        ("<think>No, no.</think>\n<answer>It will rain.</answer>", 1.0),
        ("<|assistant|>It will rain.", 1.0),
        ("<think>It will rain.", 0.0),
        ("<answer> </answer>", 0.0),
        ("", 0.0),
        (None, 0.0),
    ],
)
def test_scores(prediction, score):
    """Reasoning and marks are left out, and the rest earns what it earns."""
    assert Crab()([], prediction, LABEL) == Verification(score)


@pytest.mark.parametrize("label", ["[]", "nonsense", None, [], 7])
def test_nothing_to_decide_earns_nothing(label):
    """open-instruct skips nothing, so where nothing can be decided there is 0."""
    assert Crab()([], "It will rain.", label) == (0.0, 0.0, None)


def test_calls_by_name():
    """Both ways to call it take open-instruct's names, and give the same."""
    call = {"tokenized_prediction": [1], "prediction": "Rain, and snow.", "label": LABEL}
    result = CrabAll()(**call, query="How is it?", rollout_state={})
    assert (result.score, result.cost, result.reasoning) == (0.0, 0.0, None)
    waited = Crab().async_call(**call, query=None)
    assert inspect.iscoroutine(waited)
    assert asyncio.run(waited).score == 0.5


def test_white_space_around_the_answer_is_left_out():
    """An answer begins and ends where its text does, as in open-instruct."""
    label = repr([{"instruction_id": ["startend:quotation"], "kwargs": [None]}])
    assert Crab()([], '<think>a</think>\n\n <answer> "Rain." </answer>\n', label).score == 1.0
