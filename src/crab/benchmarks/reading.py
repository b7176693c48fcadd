"""The prompts of a benchmark and their instructions, read from JSON Lines or from rows at hand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from crab.benchmarks.base import Instruction
from crab.benchmarks.catalogue import instruction
from crab.errors import UsageError
from crab.sources.files import Opened
from crab.sources.lines import json_lines
from crab.sources.rows import Broken, Row, well_formed

__all__ = ["Key", "Prompt", "Rows", "key_of", "read_prompts", "rows"]

_TOO_LARGE = 2**63

Key = int | str
"""What a prompt is called in its data set."""
Rows = str | Path | Iterable[Mapping[str, Any]]
"""A file of JSON Lines (it may be gzipped), or its rows."""


@dataclass(frozen=True)
class Prompt:
    """A prompt of a benchmark with the instructions that are in it."""

    key: Key
    text: str
    instructions: tuple[Instruction, ...]


def rows(given: Rows) -> Iterator[Row | Broken]:
    """Yield the rows of a file or those at hand, and what is none.

    Raises:
        SourceError: The file cannot be read.
    """
    if not isinstance(given, str | Path):
        yield from (Row(number, row) for number, row in enumerate(given, 1))
        return
    with closing(Opened(str(given))) as opened:
        yield from json_lines(opened.chunks())


def read_prompts(source: str, given: Rows) -> tuple[Prompt, ...]:
    """Return the prompts of a benchmark.

    A row has ``key``, ``prompt``, ``instruction_id_list`` and, for each instruction, ``kwargs``,
    which may be padded with nulls.

    Args:
        source: ``ifeval``, ``ifbench`` or ``iftrain``.
        given: The rows, or the file that holds them.

    Raises:
        SourceError: The file cannot be read.
        UsageError: A row is no prompt, or its instruction none of the benchmark's; the error names
            the file, the line, the field and the instruction.
        UnknownKind: There is no such instruction.
    """
    found: dict[str, Prompt] = {}
    for row in rows(given):
        at = f"{given}, line {row.line}" if isinstance(given, str | Path) else f"row {row.line}"
        try:
            prompt = _prompt(source, row)
        except UsageError as error:
            raise type(error)(f"{at}: {error}") from None
        if str(prompt.key) in found:
            raise UsageError(f"{at}: key: {prompt.key!r} is the key of an earlier prompt too")
        found[str(prompt.key)] = prompt
    if not found:
        raise UsageError(f"{given if isinstance(given, str | Path) else 'prompts'}: no prompt")
    return tuple(found.values())


def _prompt(source: str, row: Row | Broken) -> Prompt:
    if isinstance(row, Broken):
        raise UsageError(row.reason)
    value = row.value
    if not isinstance(value, Mapping):
        raise UsageError("a prompt is an object with key, prompt, instruction_id_list and kwargs")
    key, text = key_of(value.get("key")), value.get("prompt")
    if key is None:
        raise UsageError(_unlike("key", "a whole number or a text", value))
    if not isinstance(text, str):
        raise UsageError(_unlike("prompt", "a text", value))
    return Prompt(key, well_formed(text), tuple(_instructions(source, value)))


def key_of(value: object) -> Key | None:
    """Return the key that a value is, if it is one; ``7.0``, as tables write it, is ``7``."""
    if isinstance(value, str):
        return well_formed(value)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    whole = isinstance(value, int) and not isinstance(value, bool)
    return cast("int", value) if whole and abs(cast("int", value)) < _TOO_LARGE else None


def _instructions(source: str, row: Mapping[str, Any]) -> Iterator[Instruction]:
    ids, arguments = (_listed(name, row) for name in ("instruction_id_list", "kwargs"))
    if not ids:
        raise UsageError("instruction_id_list: it is empty")
    if len(ids) != len(arguments):
        raise UsageError(
            f"kwargs: {len(arguments)} for the {len(ids)} instructions of instruction_id_list"
        )
    for number, (id_, kwargs) in enumerate(zip(ids, arguments, strict=True), 1):
        if not isinstance(id_, str):
            raise UsageError(f"instruction_id_list: {id_!r:.60} (number {number}) is no text")
        try:
            yield instruction(source, id_, kwargs)
        except UsageError as error:
            raise type(error)(f"instruction {number}: {error}") from None


def _listed(name: str, row: Mapping[str, Any]) -> list[Any]:
    value = row.get(name)
    if not isinstance(value, list | tuple):
        raise UsageError(_unlike(name, "a list", row))
    return list(value)


def _unlike(name: str, wanted: str, row: Mapping[str, Any]) -> str:
    found = f"{row[name]!r:.60} is not {wanted}" if name in row else f"missing; it is {wanted}"
    return f"{name}: {found}"
