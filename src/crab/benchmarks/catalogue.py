"""From a benchmark and an id to its instruction."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from functools import cache
from importlib import import_module
from typing import Any

from pydantic import ValidationError

from crab.benchmarks.base import Instruction
from crab.constraints.base import Constraint
from crab.errors import UnknownKind, UsageError

__all__ = ["SOURCES", "instruction", "instruction_class", "instruction_classes"]

SOURCES = ("ifeval", "ifbench", "iftrain")
"""The benchmarks whose instructions are known."""


def instruction(source: str, id: str, kwargs: Mapping[str, Any] | None = None) -> Instruction:  # noqa: A002
    """Return an instruction of a benchmark.

    Args:
        source: ``ifeval``, ``ifbench`` or ``iftrain``; the latter two take IFEval's ids too.
        id: The benchmark's name of the instruction, such as ``punctuation:no_comma``.
        kwargs: Its arguments. Those that are None count as not given, as in tables that are padded
            with nulls; ``0``, ``""`` and ``[]`` are values like others.

    Raises:
        UnknownKind: The benchmark has no such instruction, or there is no such benchmark.
        UsageError: An argument is missing, unknown or ill-typed; the error names it.

    >>> rule = instruction("ifeval", "length_constraints:number_words",
    ...                    {"num_words": 3, "relation": "at least"})
    >>> rule.check("It rained all day.").met
    True
    """
    cls = instruction_class(source, id)
    if kwargs is None:
        kwargs = {}
    elif not isinstance(kwargs, Mapping):
        raise UsageError(f"{source} {id}: kwargs are an object, not {type(kwargs).__name__}")
    given = {name: value for name, value in kwargs.items() if value is not None}
    if "kind" in given or "version" in given:
        raise UsageError(f"{source} {id}: kind and version are none of its arguments")
    try:
        return cls.model_validate(given)
    except ValidationError as error:
        raise UsageError(f"{source} {id}: {_told(error, cls, kwargs)}") from None


def instruction_class(source: str, id: str) -> type[Instruction]:  # noqa: A002
    """Return the class of an instruction.

    Raises:
        UnknownKind: The benchmark has no such instruction, or there is no such benchmark.
    """
    known = instruction_classes(source)
    name = str(id)
    if name not in known:
        near = get_close_matches(name, known, 3)
        meant = f"; did you mean {' or '.join(near)}?" if near else ""
        raise UnknownKind(f"{source} has no instruction {id!r:.60}{meant}")
    return known[name]


def instruction_classes(source: str) -> Mapping[str, type[Instruction]]:
    """Return the class of each instruction that a benchmark takes, by its id.

    Raises:
        UnknownKind: There is no such benchmark.
    """
    if str(source) not in SOURCES:
        raise UnknownKind(f"no benchmark {source!r} is known; known: {', '.join(SOURCES)}")
    return _classes(source)


@cache
def _classes(source: str) -> Mapping[str, type[Instruction]]:
    found: dict[str, type[Instruction]] = {}
    for name in dict.fromkeys(("ifeval", source)):
        module = import_module(f"crab.benchmarks.{name}")
        classes = [getattr(module, public) for public in module.__all__]
        own = [cls for cls in classes if "kind" in cls.model_fields and _concrete(cls)]
        found |= {cls.model_fields["kind"].default.partition("/")[2]: cls for cls in own}
    return found


def _concrete(cls: type[Constraint]) -> bool:
    return isinstance(cls.model_fields["kind"].default, str)


def _told(error: ValidationError, cls: type[Instruction], kwargs: Mapping[str, Any]) -> str:
    """Return what is wrong with the arguments, argument by argument."""
    takes = [name for name in cls.model_fields if name not in ("kind", "version")]
    told = []
    for problem in error.errors(include_url=False):
        name = ".".join(map(str, problem["loc"]))
        if problem["type"] == "missing":
            given = "is null" if name in kwargs else "is missing"
            told.append(f"the argument {name!r} {given}")
        elif problem["type"] == "extra_forbidden":
            listed = ", ".join(takes) or "none"
            told.append(f"the argument {name!r} is unknown (it takes: {listed})")
        elif name:
            told.append(f"the argument {name!r}: {_plain(problem['msg'])}")
        else:
            told.append(_plain(problem["msg"]))
    return "; ".join(told)


def _plain(message: str) -> str:
    """Return pydantic's message in words of JSON."""
    return message.removeprefix("Value error, ").replace("valid tuple", "list")
