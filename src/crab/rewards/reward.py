"""Reward: what a response earns by the constraints that it meets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from crab.checking import sound
from crab.constraints.base import Rule
from crab.constraints.registry import kind_class
from crab.errors import CrabError, MissingData
from crab.rewards.labels import read_label
from crab.rewards.problems import report
from crab.text import Text

__all__ = ["Reward"]


def _pairs(weights: Any) -> Any:
    return tuple(sorted(weights.items())) if isinstance(weights, Mapping) else weights


def _known(kind: str) -> str:
    kind_class(kind)
    return kind


Kind = Annotated[str, BeforeValidator(_known)]
Weight = Annotated[float, Field(ge=0, le=1_000_000)]


class Reward(BaseModel):
    """What a response earns, from 0 to 1, by the constraints of its prompt that it meets.

    Called with a response and constraints, or a label that holds some, it never raises. It gives

    - None where nothing can be decided: there are no constraints, only a reader can decide them,
      the label cannot be read, or data of nltk that a check needs are not installed;
    - 0.0 for what is no text, or blank;
    - the same verdicts as :func:`crab.check` otherwise. A check that raises is not met.

    What is wrong is logged once, as a warning of the logger ``crab.rewards``, without the
    response.

    >>> from crab.constraints import BulletCount, WordCount
    >>> rules = [WordCount(at_most=5), BulletCount(at_least=2)]
    >>> Reward()("It rained all day.", rules)
    0.5
    >>> Reward(how="all")("It rained all day.", rules)
    0.0
    >>> Reward(weights={"word_count": 3})("It rained all day.", rules)
    0.75
    """

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    how: Literal["share", "all"] = "share"
    """``share``: the share of the constraints that are met; ``all``: 1 where all are, else 0."""
    weights: Annotated[tuple[tuple[Kind, Weight], ...], BeforeValidator(_pairs)] = ()
    """How much a kind counts, as a mapping; other kinds count 1, and what counts 0 is left out."""
    gate: Rule | None = None
    """A rule without which nothing is earned, whatever the prompt asks for."""
    thinking: Annotated[str, StringConstraints(pattern=r"^[A-Za-z][\w-]*$")] | None = None
    """The tag of reasoning that is left out, such as ``think``.

    The answer is what follows the last ``</think>`` and white space. Where ``<think>`` is open
    there, the answer has not begun, and nothing is met. A response without either tag is an answer.
    """

    def __call__(self, response: Any, constraints: Any) -> float | None:
        """Return what a response earns; None where nothing can be decided.

        Args:
            response: The text of a model.
            constraints: What its prompt asks for: constraints, or any label that
                :func:`crab.rewards.labels.read_label` reads.
        """
        label = read_label(constraints)
        if label.problem:
            report(f"a label cannot be read: {label.problem}")
        weights = dict(self.weights)
        rules = [rule for rule in label.constraints if isinstance(rule, Rule)]
        counting = [(rule, weights.get(rule.kind, 1.0)) for rule in rules]
        counting = [(rule, weight) for rule, weight in counting if weight]
        if not counting:
            return None
        try:
            return self._earned(counting, response)
        except MissingData as error:
            report(f"nothing is decided: {error}")
            return None

    def _earned(self, counting: list[tuple[Rule, float]], response: Any) -> float:
        text = self._answer(response)
        if text is None or (self.gate is not None and not _met(self.gate, text)):
            return 0.0
        if self.how == "all":
            return float(all(_met(rule, text) for rule, _ in counting))
        met = sum(weight for rule, weight in counting if _met(rule, text))
        return met / sum(weight for _, weight in counting)

    def _answer(self, response: Any) -> Text | None:
        """Return the answer in a response, if there is one."""
        if not isinstance(response, str):
            report(f"a response is a text, not {type(response).__name__}")
            return None
        if self.thinking is not None:
            _, closed, response = response.rpartition(f"</{self.thinking}>")
            response = response.lstrip() if closed else response
            if f"<{self.thinking}>" in response:
                return None
        return Text(response) if response and not response.isspace() else None


def _met(rule: Rule, text: Text) -> bool:
    try:
        return sound(rule.check(text), text).met is True
    except MissingData:
        raise
    except Exception as error:
        told = f": {error}" if isinstance(error, CrabError) else ""
        report(f"the check of {rule.kind} failed: {type(error).__name__}{told}")
        return False
