"""The records that flow: a pair comes in, a sample carries constraints, messages are trained on.

``Dropped`` is what becomes of anything that cannot go on: it is written down, never lost.
"""

from __future__ import annotations

from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, StringConstraints, model_validator

from crab.constraints.base import Constraint
from crab.text import Span

__all__ = ["Checked", "Dropped", "Message", "Messages", "Pair", "Sample"]

NonBlank = Annotated[str, StringConstraints(pattern=r"\S")]


class Record(BaseModel):
    """A frozen value that is written as one JSON line."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class Pair(Record):
    """An instruction and the response that answers it."""

    id: NonBlank
    """Unique in its data set; every random choice for the record is derived from it."""
    source: str = ""
    """The data set that the pair comes from."""
    instruction: NonBlank
    """What was asked, with its input passage, if any."""
    response: NonBlank
    """What was answered. It is never changed."""
    language: str | None = None
    """ISO 639-1 code of the language the instruction is written in."""
    license: str | None = None
    """The licence of the pair, as its source states it."""
    score: float | None = None
    """The quality its source gives the response; higher is better."""
    file: str | None = None
    """The input file, for what was read from one."""
    line: int | None = None
    """1-based line (or row) number in that file."""


class Checked(Record):
    """Where a constraint of a sample comes from and what its check found."""

    origin: str
    """``rule`` where code found it; a backend's name where a model did."""
    met: bool | None
    """The verdict; None for a judged constraint that nobody has judged."""
    reason: str
    """What was measured."""
    spans: tuple[Span, ...] = ()
    """Code-point offsets of the evidence in the response; the first hundred."""
    selectivity: float | None = None
    """The share of the answers in the same language that meet the constraint by chance."""


class Sample(Pair):
    """A pair with the constraints that its response meets, each verified."""

    original: str | None = None
    """The instruction as it was read, where a model refined it."""
    constraints: tuple[Constraint, ...] = ()
    """What the response meets."""
    checks: tuple[Checked, ...] = ()
    """In step with ``constraints``."""

    @model_validator(mode="after")
    def _in_step(self) -> Self:
        if len(self.constraints) != len(self.checks):
            raise ValueError("constraints and checks differ in number")
        return self


class Message(Record):
    """One turn of a chat."""

    role: str
    content: str


class Messages(Record):
    """One training example: a chat, and the constraints that its prompt states."""

    id: NonBlank
    """The sample's id."""
    source: str = ""
    """The data set that the sample comes from."""
    messages: tuple[Message, ...]
    """The prompt and the response."""
    constraints: tuple[Constraint, ...] = ()
    """What the prompt asks for, in the order in which it does."""
    language: str | None = None
    """ISO 639-1 code of the language the prompt is written in."""
    license: str | None = None
    """The licence of the pair, as its source states it."""


class Dropped(Record):
    """Something that does not go on, and why."""

    id: str | None = None
    """The record's id, where one is known."""
    what: str
    """``record`` or ``constraint``."""
    step: str
    """The step that dropped it: ``read``, ``select``, ``propose``, ``verify``, ``prune`` …"""
    reason: str
    """A short snake_case name to count by; what was found follows after a colon."""
    file: str | None = None
    """The input file, for what was read from one."""
    line: int | None = None
    """1-based line (or row) number in that file."""
    data: Any = None
    """What was dropped, cut to a readable length where it is long."""

    @classmethod
    def record(cls, pair: Pair, step: str, reason: str) -> Self:
        """Return that a step drops a pair, or the sample that it became."""
        return cls(
            id=pair.id, what="record", step=step, reason=reason, file=pair.file, line=pair.line
        )

    @classmethod
    def constraint(cls, pair: Pair, step: str, reason: str, data: Any) -> Self:
        """Return that a step drops a constraint of a pair."""
        dropped = cls.record(pair, step, reason)
        return dropped.model_copy(update={"what": "constraint", "data": data})
