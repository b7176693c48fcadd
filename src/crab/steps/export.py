"""Export: records as JSON lines, the same bytes for the same record."""

from __future__ import annotations

from typing import Any

import orjson

from crab.records import Dropped, Messages, Pair, Record, Sample

__all__ = ["UNWRITTEN", "line"]

UNWRITTEN = {"score", "file", "line"}
"""What a pair knows of itself that is not written with its sample."""

_ALWAYS = {
    Sample: ("id", "source", "instruction", "response", "language", "license"),
    Messages: ("id", "messages", "constraints"),
    Dropped: ("id", "what", "step", "reason", "file", "line", "data"),
}


def line(record: Record) -> bytes:
    """Return a record as one line of JSON: UTF-8, fields in order, no null inside constraints.

    >>> line(Dropped(id="a", what="record", step="select", reason="exact_repeat: of b"))[:36]
    b'{"id":"a","what":"record","step":"se'
    """
    exclude = UNWRITTEN if isinstance(record, Pair) else None
    data: dict[str, Any] = record.model_dump(mode="json", exclude=exclude)
    if data.get("original", "") is None:
        del data["original"]
    order = _ALWAYS.get(type(record), ())
    ordered = {name: data[name] for name in order} | data
    return orjson.dumps(ordered) + b"\n"
