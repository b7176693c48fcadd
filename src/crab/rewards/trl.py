"""Rewards for TRL: a reward function of its GRPO, RLOO and other online trainers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from crab.errors import UsageError
from crab.rewards.reward import Reward

__all__ = ["TRLReward"]


@dataclass(frozen=True)
class TRLReward:
    """A reward function for TRL, whose labels stand in a column of the data set.

    A completion is a text or a conversation; of a conversation, the answer is its last message,
    if that is the assistant's. A row in which nothing can be decided is skipped, by None.

    Args:
        reward: What a response earns.
        column: The column of the labels. With ``instruction_id_list`` goes the column ``kwargs``.
        name: What TRL's logs call the reward.

    >>> earned = TRLReward(Reward(how="all"))
    >>> earned(prompts=["Be brief.", "Hi."], completions=["Yes.", "Yes."],
    ...        constraints=[[{"kind": "word_count", "at_most": 5}], []])
    [1.0, None]
    """

    reward: Reward = field(default_factory=Reward)
    column: str = "constraints"
    name: str = "crab"

    @property
    def __name__(self) -> str:
        return self.name

    def __call__(
        self, prompts: list[Any], completions: list[Any], **columns: Any
    ) -> list[float | None]:
        """Return what each completion earns; None for a row that is to be skipped.

        Raises:
            UsageError: The data set has no such column.
        """
        if self.column not in columns:
            raise UsageError(
                f"the data set has no column {self.column!r}; it has: {', '.join(sorted(columns))}"
            )
        labels = columns[self.column]
        if not hasattr(labels, "__len__") or len(labels) != len(completions):
            raise UsageError(f"the column {self.column!r} has no label for each completion")
        if self.column == "instruction_id_list":
            arguments = columns.get("kwargs") or [None] * len(labels)
            labels = [
                {"instruction_id_list": ids, "kwargs": kwargs}
                for ids, kwargs in zip(labels, arguments, strict=True)
            ]
        return [
            self.reward(_answer(completion), label)
            for completion, label in zip(completions, labels, strict=True)
        ]


def _answer(completion: Any) -> Any:
    """Return the text of a completion; one that ends before the assistant speaks has none."""
    if not isinstance(completion, list | tuple):
        return completion
    last = completion[-1] if completion else None
    if not isinstance(last, Mapping) or last.get("role") != "assistant":
        return ""
    content = last.get("content")
    if isinstance(content, list | tuple):
        texts = [part.get("text") for part in content if isinstance(part, Mapping)]
        return "".join(text for text in texts if isinstance(text, str))
    return "" if content is None else content
