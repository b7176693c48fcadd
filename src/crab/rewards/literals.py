"""Data written as a Python literal, read without running anything."""

from __future__ import annotations

import re
from ast import literal_eval
from collections.abc import Iterator
from typing import Any

import orjson

__all__ = ["read_literal"]

_ESCAPE = r"\\(?:[\\'\"abfnrtv]|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8})"
_TOKEN = re.compile(
    rf"(?P<string>'(?:[^'\\\n]|{_ESCAPE})*+'|\"(?:[^\"\\\n]|{_ESCAPE})*+\")"
    r"|(?P<name>True|False|None)"
    r"|(?P<last>,(?=\s*[\])}]))"
    r"|(?P<rest>[\s,:\[\]{}()]|-?[0-9][0-9.eE+-]*+)"
)
_NAMES = {"True": "true", "False": "false", "None": "null"}
_BRACKETS = str.maketrans("()", "[]")


def read_literal(text: str) -> Any:
    r"""Return the data that ``repr`` writes of lists, tuples and dicts of plain values.

    The text is translated to JSON piece by piece; nothing but a single string is given to
    ``ast.literal_eval``. Tuples come back as lists.

    Raises:
        ValueError: The text is no such literal.

    >>> read_literal("[{'keywords': ['rain', \"it's\"], 'n': None}]")
    [{'keywords': ['rain', "it's"], 'n': None}]
    """
    try:
        return orjson.loads("".join(_translated(text)))
    except (SyntaxError, TypeError, ValueError):
        raise ValueError("neither JSON nor a Python literal") from None


def _translated(text: str) -> Iterator[str]:
    at = 0
    for token in _TOKEN.finditer(text):
        if token.start() != at:
            break
        at = token.end()
        found = token[0]
        if token.lastgroup == "string":
            yield orjson.dumps(literal_eval(found)).decode()
        elif token.lastgroup != "last":
            yield _NAMES.get(found) or found.translate(_BRACKETS)
    if at != len(text):
        raise ValueError(f"no literal at character {at}")
