"""What IFBench's instructions share."""

from __future__ import annotations

from abc import ABC

from crab.benchmarks.base import Instruction

__all__ = ["IFBench"]


class IFBench(Instruction, ABC):
    """An instruction of IFBench, decided as version 0.2.0 of its own code decides it.

    Copies of older code (such as lighteval's) differ in positions, spans, names and pronouns, and
    fail on texts without sentences (allenai/IFBench#19, allenai/IFBench#25).
    """

    source = "ifbench"
