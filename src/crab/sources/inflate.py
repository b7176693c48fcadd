"""Gzip, inflated chunk by chunk; what a truncated file still holds is kept."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator

from crab.sources.rows import TailError

__all__ = ["MAGIC", "inflate"]

MAGIC = b"\x1f\x8b"
_CHUNK = 2**18
_STEP = 16
_GZIP = zlib.MAX_WBITS | 16


def inflate(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The inflated chunks of one gzip member or of several, one after another.

    Raises:
        TailError: The file is truncated or damaged here; what was yielded stands.
    """
    member = before = zlib.decompressobj(_GZIP)
    rest = b""
    try:
        for chunk in chunks:
            rest = chunk
            while rest:
                if member.eof:
                    rest = rest.lstrip(b"\0")  # padding between members and at the end
                    if not rest:
                        break
                    member = zlib.decompressobj(_GZIP)
                before = member.copy()
                if piece := member.decompress(rest, _CHUNK):
                    yield piece
                rest = member.unused_data if member.eof else member.unconsumed_tail
        if piece := member.flush():
            yield piece
    except zlib.error as error:
        yield from _salvaged(before, rest)
        raise TailError(f"broken_gzip: {error}; the rest of the file is not read") from error
    if not member.eof:
        raise TailError("truncated_gzip: the file ends too early; what came before was read")


def _salvaged(member: zlib._Decompress, data: bytes) -> Iterator[bytes]:
    """What can be inflated of damaged data, a few bytes at a time."""
    try:
        for at in range(0, len(data), _STEP):
            if piece := member.decompress(data[at : at + _STEP]):
                yield piece
    except zlib.error:
        return
