"""Readers of the files that people have: each row becomes a ``Pair``, or a ``Dropped`` with why.

The trip of a row: ``files`` opens and inflates, ``sniff`` recognises the format by its content,
``lines``, ``documents``, ``delimited`` and ``parquet`` cut it into rows, ``trees`` gathers
message trees, ``shapes`` (with ``chat``, ``alpaca`` and ``mapping``) finds the pair in a row.
Files are streamed: memory does not grow with them.
"""

from __future__ import annotations

from crab.sources.files import total_bytes
from crab.sources.reader import read

__all__ = ["read", "total_bytes"]
