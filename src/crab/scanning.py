r"""Where words, ``\\w+`` runs and white-space tokens stand in a text, found in one pass by table.

The table covers the Basic Multilingual Plane; what it finds is exactly what Python's ``re`` finds.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["JOINERS", "Scan", "scan"]

JOINERS = "'’-‐‑"
"""What joins two runs of letters into one word."""

_WORD, _SPACE, _JOINER = 1, 2, 4


class Scan(NamedTuple):
    """Offsets of what was found."""

    words: list[tuple[int, int]]
    r"""``\w+(?:[JOINERS]\w+)*``"""
    runs: list[int]
    r"""The starts of ``\w+``."""
    tokens: list[tuple[int, int]]
    r"""``\S+``"""


@cache
def _classes() -> NDArray[np.uint8]:
    import numpy as np  # noqa: PLC0415 - kept off the import path

    chars = map(chr, range(0x10000))
    return np.array(
        [
            _WORD * (char.isalnum() or char == "_")
            | _SPACE * char.isspace()
            | _JOINER * (char in JOINERS)
            for char in chars
        ],
        dtype=np.uint8,
    )


def scan(string: str) -> Scan:
    r"""Find words, runs and tokens in a text without characters beyond U+FFFF.

    >>> scan("it's so-so")
    Scan(words=[(0, 4), (5, 10)], runs=[0, 3, 5, 8], tokens=[(0, 4), (5, 10)])
    """
    import numpy as np  # noqa: PLC0415

    encoded = f" {string} ".encode("utf-16-le", "surrogatepass")
    classes = _classes()[np.frombuffer(encoded, dtype="<u2")]
    word = (classes & _WORD).view(bool)
    joined = word.copy()
    joined[1:-1] |= (classes[1:-1] & _JOINER).astype(bool) & word[:-2] & word[2:]
    solid = classes & _SPACE == 0
    words, tokens = _edges(joined), _edges(solid)
    runs = np.flatnonzero(word[1:] & ~word[:-1]).tolist()
    return Scan(
        list(zip(words[::2], words[1::2], strict=True)),
        runs,
        list(zip(tokens[::2], tokens[1::2], strict=True)),
    )


def _edges(mask: NDArray[np.bool_]) -> list[int]:
    """Return where runs of true begin and end, in turn; offsets without the leading blank."""
    import numpy as np  # noqa: PLC0415

    edges: list[int] = np.flatnonzero(mask[1:] != mask[:-1]).tolist()
    return edges
