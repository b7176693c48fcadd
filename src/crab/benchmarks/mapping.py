"""Between crab's own kinds and the instructions of benchmarks, both ways.

>>> from crab.constraints import WordCount
>>> said = to_instructions([WordCount(at_least=50, at_most=80)], "ifeval")
>>> said.kwargs
[{'num_words': 50, 'relation': 'at least'}, {'num_words': 81, 'relation': 'less than'}]
>>> [from_instruction(one) for one in said.instructions]  # doctest: +NORMALIZE_WHITESPACE
[(WordCount(kind='word_count', version=1, at_least=50, at_most=None),),
 (WordCount(kind='word_count', version=1, at_least=None, at_most=80),)]
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from pydantic import ValidationError

from crab.benchmarks.asking import asked
from crab.benchmarks.base import Instruction
from crab.benchmarks.catalogue import SOURCES, instruction, instruction_classes
from crab.benchmarks.rereading import READINGS
from crab.constraints.base import Constraint
from crab.errors import UsageError

__all__ = ["Expressed", "Inexpressible", "from_instruction", "to_instructions"]


class Inexpressible(NamedTuple):
    """A constraint that no instruction of a benchmark asks for, and why."""

    constraint: Constraint
    reason: str


@dataclass(frozen=True)
class Expressed:
    """What a benchmark's instructions say of constraints, and what they cannot say."""

    instructions: tuple[Instruction, ...] = ()
    """The instructions, in the order of the constraints."""
    constraints: tuple[Constraint, ...] = ()
    """In step with them: the constraint that each belongs to. One may take two instructions."""
    inexpressible: tuple[Inexpressible, ...] = ()
    """The constraints that have no counterpart."""

    @property
    def instruction_id_list(self) -> list[str]:
        """The benchmark's ids of the instructions."""
        return [one.id for one in self.instructions]

    @property
    def kwargs(self) -> list[dict[str, Any]]:
        """The arguments of each instruction."""
        return [one.arguments for one in self.instructions]


def to_instructions(constraints: Iterable[Constraint], source: str) -> Expressed:
    """Return the instructions of a benchmark that ask for the same as constraints.

    An instruction is taken where its own words ask for the same; what its check counts as a word,
    a sentence or a bullet may differ.

    Args:
        constraints: Crab's own, or instructions of the benchmark, which stand for themselves.
        source: ``ifeval``, ``ifbench`` or ``iftrain``.

    Raises:
        UnknownKind: There is no such benchmark.
    """
    instruction_classes(source)
    said: list[Instruction] = []
    step: list[Constraint] = []
    unsaid: list[Inexpressible] = []
    for constraint in constraints:
        found = _said(constraint, source)
        if isinstance(found, str):
            unsaid.append(Inexpressible(constraint, found))
        else:
            said += found
            step += [constraint] * len(found)
    return Expressed(tuple(said), tuple(step), tuple(unsaid))


def _said(constraint: Constraint, source: str) -> list[Instruction] | str:
    """Return the instructions of a benchmark for one constraint, or why there are none."""
    if isinstance(constraint, Instruction):
        return _missing(constraint.id, type(constraint), source) or [constraint]
    wanted = asked(constraint, source)
    if isinstance(wanted, str):
        return wanted
    for id_, _ in wanted:
        missing = _missing(id_, None, source)
        if missing:
            return missing
    try:
        return [instruction(source, id_, kwargs) for id_, kwargs in wanted]
    except UsageError as error:
        return f"the instruction cannot be made: {error}"


def _missing(id_: str, cls: type[Instruction] | None, source: str) -> str | None:
    """Return that a benchmark lacks an instruction; None where it has it."""
    found = instruction_classes(source).get(id_)
    if found is not None and cls in (None, found):
        return None
    others = [other for other in SOURCES if id_ in instruction_classes(other)]
    return f"{source} has no {id_}, as {' and '.join(others)} has"


def from_instruction(instruction: Instruction) -> tuple[Constraint, ...] | None:
    """Return crab's own constraints that decide by an instruction's words; None if there are none.

    The benchmark's check may decide otherwise: where it contradicts the instruction's words, and
    where it counts words and the like in another way.

    >>> from crab.benchmarks import instruction
    >>> from_instruction(instruction("ifeval", "keywords:existence", {"keywords": ["war"]}))
    (Keywords(kind='keywords', version=1, include=('war',)),)
    """
    reading = READINGS.get(instruction.kind)
    if reading is None:
        return None
    try:
        return reading(instruction) or None
    except ValidationError:
        return None
