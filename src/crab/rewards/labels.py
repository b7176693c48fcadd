"""The labels of training examples, read as the constraints that they hold."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple

import orjson
from pydantic import ValidationError

from crab.benchmarks import instruction
from crab.constraints.base import Constraint
from crab.errors import UnknownKind, UsageError
from crab.rewards.literals import read_literal

__all__ = ["Label", "read_label"]

_LONGEST = 100_000
_SOURCES = ("ifeval", "iftrain", "ifbench")
"""The benchmarks that an instruction may be of."""


class Label(NamedTuple):
    """The constraints of a label, or what is wrong with it."""

    constraints: tuple[Constraint, ...] = ()
    problem: str = ""


def read_label(label: Any) -> Label:
    """Return the constraints of a label, be it data or JSON text of it. Never raises.

    A label is one of these, or a list of them; what is null does not count:

    - a constraint of crab's, as a value or as an object with ``kind``;
    - ``{"instruction_id_list": [...], "kwargs": [...]}``, as IFEval and IFBench have it;
    - ``{"instruction_id": [...], "kwargs": [...]}``, as open-instruct has it, in a Python literal.

    A label of which any part cannot be read has no constraints: a reward for the rest would say
    more than is known.

    >>> read_label("[{'instruction_id': ['punctuation:no_comma'], 'kwargs': [None]}]").constraints
    (NoComma(kind='ifeval/punctuation:no_comma', version=1),)
    """
    try:
        if isinstance(label, Constraint):
            return Label((label,))
        if isinstance(label, list | tuple) and all(isinstance(one, Constraint) for one in label):
            return Label(tuple(label))
        return _read(label if isinstance(label, str) else _written(label))
    except Exception as error:
        return Label(problem=_told(error))


def _written(label: Any) -> str:
    """Return a label as JSON text: what is read is a copy, and can be kept by its text."""
    return orjson.dumps(label, default=_plain, option=orjson.OPT_SERIALIZE_NUMPY).decode()


def _plain(value: Any) -> Any:
    if isinstance(value, Constraint):
        return value.model_dump(mode="json", exclude_none=True)
    if hasattr(value, "tolist"):
        return value.tolist()
    raise TypeError(f"{type(value).__name__} is no data of a label")


@lru_cache(maxsize=1024)
def _read(text: str) -> Label:
    """Return what a label holds; all answers to a prompt come with the same label."""
    if len(text) > _LONGEST:
        return Label(problem=f"it has more than {_LONGEST:,} characters")
    try:
        return Label(tuple(_constraints(_data(text))))
    except Exception as error:
        return Label(problem=_told(error))


def _data(text: str) -> Any:
    if not text or text.isspace():
        return None
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return read_literal(text)


def _constraints(data: Any) -> Iterator[Constraint]:
    match data:
        case None:
            return
        case str():
            yield from _constraints(_data(data))
        case list():
            for one in data:
                yield from _constraints(one)
        case {"kind": str()}:
            yield Constraint.model_validate(data)
        case {"instruction_id_list": list() as ids} | {"instruction_id": list() as ids}:
            yield from _instructions(ids, data.get("kwargs"))
        case _:
            raise UsageError("a label has constraints with 'kind', or 'instruction_id_list'")


def _instructions(ids: list[Any], kwargs: Any) -> Iterator[Constraint]:
    kwargs = _data(kwargs) if isinstance(kwargs, str) else kwargs
    kwargs = [None] * len(ids) if kwargs is None else kwargs
    if not isinstance(kwargs, list) or len(kwargs) != len(ids):
        raise UsageError(f"kwargs is no list of {len(ids)}, one for each instruction")
    for id_, arguments in zip(ids, kwargs, strict=True):
        yield _instruction(id_, _data(arguments) if isinstance(arguments, str) else arguments)


def _instruction(id_: Any, arguments: Any) -> Constraint:
    for source in _SOURCES:
        try:
            return instruction(source, id_, arguments)
        except UnknownKind:
            continue
    raise UnknownKind(f"no benchmark has an instruction {id_!r:.60}")


def _told(error: Exception) -> str:
    """Return in one line what is wrong with a label."""
    if isinstance(error, ValidationError):
        found = error.errors(include_url=False, include_input=False)
        told = "; ".join(": ".join([*map(str, one["loc"]), one["msg"]]) for one in found)
    elif isinstance(error, ValueError | UsageError):
        told = str(error)
    else:
        told = f"{type(error).__name__}: {error}"
    return f"{' '.join(told.split()):.300}"
