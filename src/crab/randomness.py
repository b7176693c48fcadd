"""Randomness that depends on names alone, so that no order of work can change a result."""

from __future__ import annotations

from hashlib import blake2b

__all__ = ["derived"]


def derived(seed: int, *names: str) -> int:
    """Return a 64-bit seed that the given seed and names determine.

    >>> derived(0, "id-1", "combine") == derived(0, "id-1", "combine")
    True
    """
    data = "\0".join([str(seed), *names]).encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(data, digest_size=8).digest(), "big")
