"""The instructions of public benchmarks, decided as their own code decides them.

>>> instruction("ifeval", "punctuation:no_comma").check("Rain and snow.").met
True
"""

from __future__ import annotations

from crab.benchmarks.base import Instruction
from crab.benchmarks.catalogue import (
    SOURCES,
    instruction,
    instruction_class,
    instruction_classes,
)

__all__ = ["SOURCES", "Instruction", "instruction", "instruction_class", "instruction_classes"]
