"""Rewards for open-instruct: a verifier to make a subclass of its ``VerifierFunction`` from.

open-instruct finds the direct subclasses of ``VerifierFunction`` when its training starts. So this
belongs into the script that starts it::

    from open_instruct.ground_truth_utils import VerifierFunction
    from crab.rewards import Verifier

    class Crab(Verifier, VerifierFunction):
        pass
"""

from __future__ import annotations

import asyncio
import re
from typing import Any, ClassVar, NamedTuple

from crab.rewards.reward import Reward

__all__ = ["Verification", "Verifier"]

_MARKS = re.compile(r"<\|assistant\|>|</?answer>")


class Verification(NamedTuple):
    """What open-instruct asks of a verifier's result."""

    score: float
    cost: float = 0.0
    reasoning: str | None = None


class Verifier:
    """A verifier for open-instruct, for rows whose ``dataset`` is its name.

    Like open-instruct's own verifier of instructions, it leaves out the reasoning, the marks
    ``<answer>``, ``</answer>`` and ``<|assistant|>``, and white space around the answer. A
    subclass may set the name, the weight and the reward.

    >>> Verifier()([], "<think>Hm, well.</think> Yes.", '{"kind": "no_punctuation", "mark": ","}')
    Verification(score=1.0, cost=0.0, reasoning=None)
    """

    name: ClassVar[str] = "crab"
    weight: ClassVar[float] = 1.0
    reward: ClassVar[Reward] = Reward(thinking="think")

    def __init__(self, verifier_config: Any = None) -> None:
        self.verifier_config = verifier_config

    def __call__(
        self,
        tokenized_prediction: list[int],
        prediction: str,
        label: Any,
        query: str | None = None,
        rollout_state: Any = None,
    ) -> Verification:
        """Return what a prediction earns; 0 where nothing can be decided."""
        earned = self.reward(_unmarked(prediction), label)
        return Verification(earned or 0.0)

    async def async_call(
        self,
        tokenized_prediction: list[int],
        prediction: str,
        label: Any,
        query: str | None = None,
        rollout_state: Any = None,
    ) -> Verification:
        """Return the same, in a thread, so that nothing else has to wait."""
        return await asyncio.to_thread(self, tokenized_prediction, prediction, label)


def _unmarked(prediction: Any) -> Any:
    """Return a prediction without the marks that open-instruct removes."""
    return _MARKS.sub("", prediction).strip() if isinstance(prediction, str) else prediction
