"""What IFEval's instructions share."""

from __future__ import annotations

from abc import ABC

from crab.benchmarks.base import Instruction

__all__ = ["IFEval"]


class IFEval(Instruction, ABC):
    """An instruction of IFEval, decided as the newest code of google-research decides it.

    IFBench and IFTrain take these instructions too, and decide them alike.
    """

    source = "ifeval"
