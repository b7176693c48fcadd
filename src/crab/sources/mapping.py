"""A mapping that the user gives: which field of a row holds what."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crab.errors import UsageError
from crab.sources.rows import RowError, well_formed

__all__ = ["checked", "fields", "mapped"]

_KEYS = ("instruction", "response", "input", "id", "source", "language", "license", "score")
_LISTED = 20


def checked(mapping: Mapping[str, Any] | None) -> dict[str, str]:
    """The mapping, if it can be used.

    Raises:
        UsageError: It has an unknown key, a value that is no field name, or half a pair.
    """
    found = dict(mapping) if mapping else {}
    for key, name in found.items():
        if key not in _KEYS:
            raise UsageError(f"a mapping has no key {key!r}; its keys are {', '.join(_KEYS)}")
        if not isinstance(name, str) or not name:
            raise UsageError(f"the mapping of {key} must name a field, not {name!r}")
    if ("instruction" in found) != ("response" in found):
        raise UsageError("a mapping names both the instruction and the response, or neither")
    return found


def mapped(row: Mapping[str, Any], mapping: Mapping[str, str]) -> dict[str, Any]:
    """What the row holds for each key of the mapping.

    A dotted name that is no field itself reaches into nested objects, a number into a list.

    >>> mapped({"q": "Why?", "a": [{"text": "So."}]}, {"instruction": "q", "response": "a.0.text"})
    {'instruction': 'Why?', 'response': 'So.'}

    Raises:
        RowError: The row lacks a field; the reason lists the row's fields.
    """
    return {key: _reached(row, name) for key, name in mapping.items()}


def fields(row: Mapping[str, Any]) -> str:
    """The names of the row's fields, for a reason."""
    names = [well_formed(str(name))[:40] for name in row]
    if not names:
        return "the row has no fields"
    more = f" and {len(names) - _LISTED} more" if len(names) > _LISTED else ""
    return f"the row has: {', '.join(names[:_LISTED])}{more}"


def _reached(row: Mapping[str, Any], name: str) -> object:
    if name in row:
        return row[name]
    value: Any = row
    for part in name.split("."):
        if isinstance(value, dict) and part in value:
            value = value[part]
        elif isinstance(value, list) and part.isdecimal() and int(part) < len(value):
            value = value[int(part)]
        else:
            raise RowError(f"missing_field: {name} ({fields(row)})")
    return value
