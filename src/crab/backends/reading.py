"""The JSON object that a model's reply holds, however the model wraps it; nothing is guessed."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

import orjson

__all__ = ["keeps_schema", "read_object"]

_MOST_TRIES = 8
_DECODER = json.JSONDecoder(object_pairs_hook=lambda pairs: _object(pairs))


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse an object that says the same thing twice: which one is meant is anyone's guess."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice")
    return found


def read_object(text: str) -> dict[str, Any] | None:
    """Return the JSON object in a reply, None where there is none, or more than one.

    It may stand in a code fence or between sentences; it must be whole. An object that has a key
    twice is none, nor is one that cannot be written as JSON again: half a surrogate pair, a number
    beyond 64 bits. Where a second one follows, it is anyone's guess which is meant.

    >>> read_object('Here you are: {"met": true} Anything else?')
    {'met': True}
    >>> read_object('{"met": true, "met": false}') is None
    True
    >>> read_object('{"met": true} No, I take that back: {"met": false}') is None
    True
    """
    try:
        found, end = _first(text, 0)
        if _first(text, end)[0]:
            return None
    except (ValueError, TypeError, RecursionError):
        return None
    return found


def _first(text: str, start: int) -> tuple[dict[str, Any] | None, int]:
    """Return the first object from an offset on, if need be an empty one, and where it ends."""
    empty: tuple[dict[str, Any] | None, int] = None, len(text)
    start = text.find("{", start)
    for _ in range(_MOST_TRIES):
        if start < 0:
            break
        try:
            found, end = _DECODER.raw_decode(text, start)
            orjson.dumps(found)
        except json.JSONDecodeError as error:
            start = text.find("{", max(error.pos, start + 1))
        else:
            if found:
                return found, end
            empty = found, end
            start = text.find("{", end)
    return empty


def keeps_schema(text: str, json_schema: str) -> bool:
    """Whether a reply is exactly one JSON value that keeps the schema.

    >>> keeps_schema('{"met": 1}', '{"properties": {"met": {"type": "boolean"}}}')
    False
    """
    try:
        return bool(_validator(json_schema).is_valid(orjson.loads(text)))
    except (orjson.JSONDecodeError, ValueError):
        return False


@lru_cache(maxsize=64)
def _validator(json_schema: str) -> Any:
    import jsonschema_rs  # noqa: PLC0415 - kept off the import path

    return jsonschema_rs.validator_for(orjson.loads(json_schema))
