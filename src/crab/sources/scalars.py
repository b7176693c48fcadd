"""Single values as data sets write them: numbers, language codes, identifiers."""

from __future__ import annotations

import math

from crab.sources.rows import well_formed

__all__ = ["identifier", "is_blank", "is_true", "label", "language_code", "number"]

_EXACT = 2**53


def number(value: object) -> float | None:
    """The finite number that a value is, or that its text writes (a CSV cell is always text).

    >>> number(4), number("4.5"), number("good"), number(float("nan")), number(True)
    (4.0, 4.5, None, None, None)
    """
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        found = float(value)
    except (ValueError, OverflowError):
        return None
    return found if math.isfinite(found) else None


def is_blank(value: object) -> bool:
    """True of a text without a character that is no white space."""
    return isinstance(value, str) and (not value or value.isspace())


def is_true(value: object) -> bool:
    """True of true, and of a CSV cell that says so."""
    return value is True or (isinstance(value, str) and value.strip().lower() == "true")


def label(value: object) -> str | None:
    """A text that is not blank, or None."""
    return well_formed(value) if isinstance(value, str) and not is_blank(value) else None


def language_code(value: object) -> str | None:
    """The bare ISO 639-1 code of a language tag, or None where it begins with none.

    >>> language_code("uk-UA"), language_code("ZH_cn"), language_code("bar"), language_code(None)
    ('uk', 'zh', None, None)
    """
    if not isinstance(value, str):
        return None
    code = value.strip().lower().replace("_", "-").partition("-")[0]
    return code if len(code) == 2 and code.isascii() and code.isalpha() else None


def identifier(value: object) -> str | None:
    """An identifier as text, or None where the value cannot be one.

    >>> identifier(" a1"), identifier(7), identifier(7.0), identifier(7.5), identifier("")
    (' a1', '7', '7', None, None)
    """
    if isinstance(value, float) and value.is_integer() and abs(value) < _EXACT:
        return str(int(value))
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return label(value)
