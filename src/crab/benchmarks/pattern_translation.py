"""From a pattern of Python's to one that RE2 takes: characters apart, syntax translated."""

from __future__ import annotations

import re
from re import _constants as codes  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any, NamedTuple

__all__ = ["Part", "Translated", "translated"]

_MOST_REPEATS = 1000
_MOST_MATCHERS = 30
_MOST_DIFFERENT = 1000
_MOST_SETS = 5
_AT = {
    codes.AT_BEGINNING_STRING: r"\A",
    codes.AT_END_STRING: r"\z",
    codes.AT_BOUNDARY: r"\b",
    codes.AT_NON_BOUNDARY: r"\B",
}
_CATEGORIES = {
    codes.CATEGORY_DIGIT: r"\d",
    codes.CATEGORY_NOT_DIGIT: r"\D",
    codes.CATEGORY_SPACE: r"\s",
    codes.CATEGORY_NOT_SPACE: r"\S",
    codes.CATEGORY_WORD: r"\w",
    codes.CATEGORY_NOT_WORD: r"\W",
}

Part = str | int
"""A piece of RE2's syntax, or the number of a matcher of single characters."""


class Translated(NamedTuple):
    """A pattern in two parts.

    ``$`` becomes a place before any line feed or at the end. Where it has another meaning, without
    the flag ``m``, only the last character of a text may be put as a line feed.
    """

    matchers: list[re.Pattern[str]]
    """What the pattern asks of single characters."""
    parts: list[Part]
    """The pattern for RE2, with the numbers of matchers."""
    flags: int
    """The flags, with those that the pattern itself sets."""
    countable: bool
    """Whether the matches have a number that does not hang on how nothing is matched."""


def translated(pattern: str, flags: int) -> Translated:
    """Return the matchers of single characters and the pattern for RE2.

    Raises:
        re.error: The pattern is none.
        ValueError: RE2 cannot express it.
    """
    tree = parser.parse(pattern, flags)
    translation = _Translation()
    parts = translation.sequence(tree, tree.state.flags, last=True)
    matchers = translation.matchers
    bounded = any(part in (r"\b", r"\B") for part in parts)
    sets = sum(literal is False for literal in matchers.values())
    if len(matchers) > _MOST_DIFFERENT:
        raise ValueError(f"it has more than {_MOST_DIFFERENT} different characters")
    if bounded and (len(matchers) > _MOST_MATCHERS or sets > _MOST_SETS):
        raise ValueError("it has word boundaries beside too many different characters")
    compiled = [re.compile(source, own) for source, own in matchers]
    definite = tree.getwidth()[0] > 0 or not translation.chooses
    countable = definite and not translation.idles
    return Translated(compiled, parts, tree.state.flags, countable)


class _Translation:
    """From the tree of a pattern of Python's to the syntax of RE2."""

    def __init__(self) -> None:
        self.matchers: dict[tuple[str, int], bool] = {}
        self.chooses = False
        self.idles = False
        """Whether a repeat may repeat nothing, at which Python stops and RE2 does not."""

    def sequence(self, items: Any, flags: int, *, last: bool) -> list[Part]:
        """Translate items that follow each other; ``last`` where nothing follows them."""
        items = list(items)
        parts: list[Part] = []
        for number, (code, value) in enumerate(items, 1):
            end = last and number == len(items)
            following = None if number == len(items) else items[number]
            parts += self._item(code, value, flags, end, following)
        return parts

    def _item(self, code: Any, value: Any, flags: int, last: bool, following: Any) -> list[Part]:
        single = _single(code, value)
        if single is not None:
            key = (single, flags & (re.IGNORECASE | re.DOTALL | re.ASCII))
            self.matchers.setdefault(key, code is codes.LITERAL)
            return [list(self.matchers).index(key)]
        if code in (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT):
            self.chooses |= code is codes.MIN_REPEAT
            if code is codes.POSSESSIVE_REPEAT and not (last or _apart(value, following, flags)):
                raise ValueError("it gives nothing back (a possessive repeat)")
            return self._repeat(value, flags, lazy=code is codes.MIN_REPEAT)
        if code is codes.BRANCH:
            self.chooses = True
            parts: list[Part] = ["(?:"]
            for choice in value[1]:
                parts += [*self.sequence(choice, flags, last=last), "|"]
            return [*parts[:-1], ")"]
        if code is codes.SUBPATTERN:
            _, added, removed, inner = value
            if (added | removed) & (re.MULTILINE | re.ASCII):
                raise ValueError("a part of it alone has the flag m or a")
            return ["(?:", *self.sequence(inner, flags & ~removed | added, last=last), ")"]
        if code is codes.AT:
            return [_anchor(value, flags)]
        raise ValueError(f"it has a part ({str(code).lower()}) that takes more than linear time")

    def _repeat(self, bounds: tuple[int, int, Any], flags: int, *, lazy: bool) -> list[Part]:
        least, most, inner = bounds
        self.idles |= most > 1 and inner.getwidth()[0] == 0
        if least > _MOST_REPEATS or (most != codes.MAXREPEAT and most > _MOST_REPEATS):
            raise ValueError(f"it repeats something more than {_MOST_REPEATS} times")
        short = {(0, codes.MAXREPEAT): "*", (1, codes.MAXREPEAT): "+", (0, 1): "?"}
        written = f"{{{least},{'' if most == codes.MAXREPEAT else most}}}"
        times = short.get((least, most), written) + ("?" if lazy else "")
        return ["(?:", *self.sequence(inner, flags, last=False), ")", times]


def _single(code: Any, value: Any) -> str | None:
    """Return a pattern of Python's for an item that is one character; None for other items."""
    if code is codes.LITERAL:
        return re.escape(chr(value))
    if code is codes.NOT_LITERAL:
        return f"[^{re.escape(chr(value))}]"
    if code is codes.ANY:
        return "."
    return f"[{''.join(map(_listed, value))}]" if code is codes.IN else None


def _listed(item: Any) -> str:
    code, value = item
    if code is codes.NEGATE:
        return "^"
    if code is codes.RANGE:
        return "-".join(re.escape(chr(char)) for char in value)
    return _CATEGORIES[value] if code is codes.CATEGORY else re.escape(chr(value))


def _apart(repeat: tuple[int, int, Any], following: Any, flags: int) -> bool:
    """Return whether what follows a repeated character never begins within the repeats."""
    least, _, inner = repeat
    items = list(inner)
    single = _single(*items[0]) if len(items) == 1 else None
    if single is None or following is None:
        return False
    if following == (codes.AT, codes.AT_BOUNDARY):
        # Between two of the same character, no word begins or ends.
        return least > 0 and items[0][0] is codes.LITERAL
    if following[0] is not codes.LITERAL:
        return False
    char = chr(following[1])
    return not any(re.fullmatch(single, case, flags) for case in (char, char.swapcase()))


def _anchor(where: Any, flags: int) -> str:
    if where is codes.AT_BEGINNING:
        return "(?m:^)" if flags & re.MULTILINE else r"\A"
    return "(?m:$)" if where is codes.AT_END else _AT[where]
