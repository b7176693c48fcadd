"""From a row to a pair: its two texts, put together, and what is known of them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from crab.records import Pair
from crab.sources.alpaca import unwrapped
from crab.sources.chat import Exchange
from crab.sources.mapping import fields, mapped
from crab.sources.rows import RowError, well_formed
from crab.sources.scalars import identifier, is_blank, label, language_code, number
from crab.sources.shapes import exchange_of

__all__ = ["known_id", "pair_of"]

_T = TypeVar("_T")
_NAMES = {
    "id": ("id", "idx", "message_id", "prompt_id", "key", "message_tree_id"),
    "source": ("source",),
    "language": ("language", "lang"),
    "license": ("license", "licence"),
    "score": ("score",),
}
_NO_INPUT = "<noinput>"
"""What self-instruct writes for no input."""
_TYPES = {bool: "a boolean", int: "a number", float: "a number", list: "a list", dict: "an object"}


def pair_of(row: dict[str, Any], mapping: Mapping[str, str], source: str) -> Pair:
    r"""The pair that a row holds.

    The instruction is the system message, what was asked, and its input, where there are such, with
    a blank line between them and without Alpaca's prompt template. A row without an id is called by
    the first 16 hexadecimal digits of sha256(instruction + NUL + response). Lone surrogates become
    U+FFFD, one for one; the texts are otherwise left as they are.

    >>> pair_of({"instruction": "Add.", "input": "1, 2", "output": "3"}, {}, "sums").instruction
    'Add.\n\n1, 2'

    Args:
        row: The decoded row.
        mapping: Which field holds what; what it leaves out is recognised.
        source: What the pair's data set is called where the row does not say.

    Raises:
        RowError: There is no pair in it; the message is the reason.
    """
    given = mapped(row, mapping)
    if "instruction" in given:
        exchange = Exchange(given["instruction"], given["response"])
    else:
        exchange = exchange_of(row)
    passage = given.get("input", exchange.input)
    asked = _text("instruction", unwrapped(_text("instruction", exchange.instruction, row)), row)
    parts = (_optional("system", exchange.system), asked, _optional("input", passage))
    instruction = well_formed("\n\n".join(part for part in parts if part))
    response = well_formed(_text("response", exchange.response, row))
    places = (exchange.facts, row) if exchange.facts else (row,)
    return Pair(
        id=_known("id", identifier, given, places) or _digest(instruction, response),
        source=_known("source", label, given, places) or source,
        instruction=instruction,
        response=response,
        language=_known("language", language_code, given, places),
        license=_known("license", label, given, places),
        score=_known("score", number, given, places),
    )


def known_id(row: dict[str, Any], mapping: Mapping[str, str]) -> str | None:
    """The id of a row that may hold no pair, if it has one."""
    names = (mapping["id"], *_NAMES["id"]) if "id" in mapping else _NAMES["id"]
    return next(filter(None, (identifier(row.get(name)) for name in names)), None)


def _known(
    key: str,
    reading: Callable[[object], _T | None],
    given: Mapping[str, Any],
    places: Iterable[Mapping[str, Any]],
) -> _T | None:
    """The first value that can be read, in what is mapped or else under the names of the key."""
    if key in given:
        return reading(given[key])
    for place in places:
        for name in _NAMES[key]:
            if name in place and (value := reading(place[name])) is not None:
                return value
    return None


def _text(name: str, value: object, row: Mapping[str, Any]) -> str:
    if value is None:
        raise RowError(f"missing_field: {name} ({fields(row)})")
    if not isinstance(value, str):
        raise RowError(f"not_text: {name} is {_TYPES.get(type(value), type(value).__name__)}")
    if is_blank(value):
        raise RowError(f"empty_{name}")
    return value


def _optional(name: str, value: object) -> str | None:
    none = value is None or is_blank(value) or value == _NO_INPUT
    return None if none else _text(name, value, {})


def _digest(instruction: str, response: str) -> str:
    return hashlib.sha256(f"{instruction}\0{response}".encode()).hexdigest()[:16]
