"""What IFTrain's instructions share."""

from __future__ import annotations

from abc import ABC

from crab.benchmarks.base import Instruction

__all__ = ["IFTrain"]


class IFTrain(Instruction, ABC):
    """An instruction of IFTrain, decided as open-instruct's IFEvalG decides it."""

    source = "iftrain"
