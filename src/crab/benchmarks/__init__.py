"""The instructions of public benchmarks, decided as their own code decides them.

>>> instruction("ifeval", "punctuation:no_comma").check("Rain and snow.").met
True
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from crab.benchmarks.base import Instruction
from crab.benchmarks.catalogue import (
    SOURCES,
    instruction,
    instruction_class,
    instruction_classes,
)

if TYPE_CHECKING:
    from crab.benchmarks.mapping import from_instruction, to_instructions
    from crab.benchmarks.scoring import score

_HOMES = {
    "from_instruction": "crab.benchmarks.mapping",
    "score": "crab.benchmarks.scoring",
    "to_instructions": "crab.benchmarks.mapping",
}

__all__ = [
    "SOURCES",
    "Instruction",
    "from_instruction",
    "instruction",
    "instruction_class",
    "instruction_classes",
    "score",
    "to_instructions",
]


def __getattr__(name: str) -> Any:
    """Import what is not needed to decide an instruction at its first use."""
    if name not in _HOMES:
        raise AttributeError(f"module 'crab.benchmarks' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
