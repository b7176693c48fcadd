"""Check every constraint of a data set again: of a samples or of a train file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import orjson
from pydantic import TypeAdapter, ValidationError

from crab.checking import verdict
from crab.constraints.base import Constraint
from crab.errors import CrabError, SourceError
from crab.text import Text

__all__ = ["Finding", "Recheck", "recheck"]

_CONSTRAINTS = TypeAdapter(tuple[Constraint, ...])


class Finding(NamedTuple):
    """A constraint that is false of its response, or a line that cannot be read."""

    line: int
    id: str | None
    kind: str | None
    reason: str


@dataclass
class Recheck:
    """What a data set's constraints are worth."""

    records: int = 0
    met: Counter[str] = field(default_factory=Counter)
    """Constraints that hold, by kind."""
    unmet: Counter[str] = field(default_factory=Counter)
    """Constraints that are false of their response, by kind."""
    unjudged: Counter[str] = field(default_factory=Counter)
    """Constraints that only a reader can decide, by kind."""
    false: list[Finding] = field(default_factory=list)
    """The false ones; the first thousand."""
    unreadable: list[Finding] = field(default_factory=list)
    """Lines that are no record; the first thousand."""


def recheck(path: Path) -> Recheck:
    """Return what checking every constraint of a file finds.

    Raises:
        SourceError: The file cannot be opened.
    """
    result = Recheck()
    for number, record in _lines(path):
        if isinstance(record, str):
            _note(result.unreadable, Finding(number, None, None, record))
            continue
        name, response, constraints = record
        result.records += 1
        text = Text(response)
        for constraint in constraints:
            found = verdict(constraint, text)
            if found.met is None:
                result.unjudged[constraint.kind] += 1
            elif found.met:
                result.met[constraint.kind] += 1
            else:
                result.unmet[constraint.kind] += 1
                _note(result.false, Finding(number, name, constraint.kind, found.reason))
    return result


def _note(findings: list[Finding], finding: Finding) -> None:
    if len(findings) < 1000:
        findings.append(finding)


def _lines(
    path: Path,
) -> Iterator[tuple[int, tuple[str | None, str, tuple[Constraint, ...]] | str]]:
    try:
        with path.open("rb") as file:
            for number, line in enumerate(file, 1):
                if line.strip():
                    yield number, _record(line)
    except OSError as error:
        raise SourceError(f"cannot read {path}: {error.strerror or error}") from None


def _record(line: bytes) -> tuple[str | None, str, tuple[Constraint, ...]] | str:
    """Return id, response and constraints of a line, or why it cannot be read."""
    try:
        data = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        return f"broken JSON: {error}"
    if not isinstance(data, dict) or not isinstance(data.get("constraints"), list):
        return "no record of a samples or train file: it has no list of constraints"
    response = data.get("response")
    if response is None and isinstance(data.get("messages"), list):
        turns = [turn for turn in data["messages"] if isinstance(turn, dict)]
        answers = [turn.get("content") for turn in turns if turn.get("role") == "assistant"]
        response = answers[-1] if answers else None
    if not isinstance(response, str):
        return "no response: neither a response nor an assistant's message"
    try:
        constraints = _CONSTRAINTS.validate_python(data["constraints"])
    except ValidationError as error:
        first = error.errors()[0]
        return f"constraint {'.'.join(map(str, first['loc']))}: {first['msg']}"
    except CrabError as error:
        return str(error)
    name = data.get("id")
    return name if isinstance(name, str) else None, response, constraints
