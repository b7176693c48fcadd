"""Words as the regular expressions that benchmarks read them as, and back."""

from __future__ import annotations

import re

__all__ = ["escaped", "unescaped"]

_SPECIAL = re.compile(r"[.^$*+?{}\[\]\\|()]")
_ESCAPED = re.compile(rf"\\({_SPECIAL.pattern})")


def escaped(word: str) -> str:
    r"""Return the regular expression that finds a word as it stands.

    >>> escaped("C++"), escaped("well-known")
    ('C\\+\\+', 'well-known')
    """
    return _SPECIAL.sub(r"\\\g<0>", word)


def unescaped(pattern: str) -> str:
    r"""Return the word that a regular expression shows to a reader of the instruction.

    >>> unescaped(r"C\+\+"), unescaped("C++")
    ('C++', 'C++')
    """
    return _ESCAPED.sub(r"\1", pattern)
