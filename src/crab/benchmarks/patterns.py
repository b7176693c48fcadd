r"""Patterns from data sets, matched as Python's ``re`` does, in time linear in the text.

IFEval's checks read keywords as regular expressions. A keyword without special characters is given
to ``re``. Any other runs on RE2, which knows neither Python's letters nor its word boundaries, and
therefore on a text in another alphabet: characters that no part of the pattern tells apart become
one ASCII character, a word character for a word character. What RE2 cannot express is refused when
the instruction is made.

>>> LinearPattern(r"(a+)+$").search("a" * 50_000 + "b")
False
>>> LinearPattern(r"C++").count("C, c and C++")
3
"""

from __future__ import annotations

import re
from functools import cached_property, lru_cache
from typing import Annotated, Any
from unicodedata import category

from pydantic import AfterValidator

from crab.benchmarks.measures import lowered
from crab.benchmarks.pattern_translation import translated
from crab.text import Span, Text

__all__ = ["BoundedPattern", "CountedPattern", "LinearPattern", "Pattern", "linear"]

_SPECIAL = re.compile(r"[.^$*+?{}\[\]\\|()]")
_LONGEST_LITERAL = 200
_WORD = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"
_MARKS = "".join(chr(code) for code in range(1, 128) if chr(code) not in f"{_WORD}\n")
_MORE = "".join(map(chr, range(0x100, 0x2000)))
_NO_CHARACTER = r"[^\x00-\x{10FFFF}]"
_ODD_CASES = re.compile("[İıſ\N{KELVIN SIGN}]")


class LinearPattern:
    r"""A regular expression of Python's, matched in linear time.

    Args:
        pattern: The expression.
        flags: Flags of ``re``; letters of either case match by default.
        bounded: Whether ``\b`` is put before and after the pattern.

    Raises:
        ValueError: The pattern is none, or cannot be matched in linear time.
    """

    def __init__(self, pattern: str, flags: int = re.IGNORECASE, *, bounded: bool = False) -> None:
        self.literal = not _SPECIAL.search(pattern) and (
            len(pattern) <= _LONGEST_LITERAL or _has_one_case(pattern)
        )
        """Whether the pattern has no special character, and is matched as it stands."""
        self.countable = True
        """Whether its matches have a definite number."""
        self._low = pattern.lower() if self.literal and _has_one_case(pattern) else None
        self._bounded = bounded
        self._source = rf"\b{pattern}\b" if bounded else pattern
        self._flags = flags
        if not self.literal:
            self._translate()

    @cached_property
    def _plain(self) -> re.Pattern[str]:
        return re.compile(self._source, self._flags)

    def _translate(self) -> None:
        try:
            found = translated(self._source, self._flags)
            self._matchers, self._parts, self._flags, self.countable = found
            self._compiled({})
        except (re.error, OverflowError, RecursionError, ValueError) as error:
            raise ValueError(f"{self._source!r:.100} cannot be matched: {error}") from None

    def found(self, text: Text) -> bool:
        """Return whether the pattern, which ignores case, matches somewhere in a text."""
        if self._low is None or not _has_plain_cases(text):
            return self.search(text.string)
        string = lowered(text)
        return _holds_word(string, self._low) if self._bounded else self._low in string

    def times(self, text: Text) -> int:
        """Return how often the pattern, which ignores case, matches in a text."""
        if self._low is not None and not self._bounded and _has_plain_cases(text):
            return lowered(text).count(self._low)
        return self.count(text.string)

    def search(self, string: str) -> bool:
        """Return whether the pattern matches somewhere."""
        if self.literal:
            return self._plain.search(string) is not None
        compiled, coded = self._coded(string)
        return compiled.search(coded) is not None

    def count(self, string: str) -> int:
        """Return how often the pattern matches, each match after the one before."""
        return len(self._plain.findall(string) if self.literal else self.spans(string))

    def spans(self, string: str) -> list[Span]:
        """Return where the pattern matches, each match after the one before."""
        if self.literal:
            return [match.span() for match in self._plain.finditer(string)]
        compiled, coded = self._coded(string)
        found = (match.span() for match in compiled.finditer(coded))
        # RE2's iterator may find the same empty match twice.
        return list(dict.fromkeys(found))

    def _coded(self, string: str) -> tuple[Any, str]:
        """Return the pattern and the text in an alphabet of characters it tells apart."""
        word = re.compile(r"\w", self._flags & re.ASCII)
        signs: dict[str, tuple[bool, ...]] = {}
        known: dict[tuple[bool, ...], str] = {}
        codings = {}
        pools = {True: iter(_WORD + _MORE), False: iter(_MARKS + _MORE[::-1])}
        for char in sorted(set(string)):
            met = tuple(bool(matcher.fullmatch(char)) for matcher in self._matchers)
            is_word = bool(word.fullmatch(char))
            if char == "\n" and self._flags & re.MULTILINE:
                known[*met, is_word, True] = "\n"
            traits = (*met, is_word, char == "\n")
            if traits not in known:
                known[traits] = next(pools[is_word])
            codings[ord(char)] = known[traits]
            signs[known[traits]] = met
        coded = string.translate(codings)
        if string.endswith("\n"):
            signs["\n"] = signs[coded[-1]]
            coded = coded[:-1] + "\n"
        return self._compiled(signs), coded

    def _compiled(self, signs: dict[str, tuple[bool, ...]]) -> Any:
        import re2  # noqa: PLC0415 - kept off the import path

        classes = []
        for number in range(len(self._matchers)):
            met = [sign for sign, traits in signs.items() if traits[number]]
            listed = "".join(rf"\x{{{ord(sign):x}}}" for sign in met)
            classes.append(f"[{listed}]" if met else _NO_CHARACTER)
        options = re2.Options()
        options.log_errors = False
        options.max_mem = 1 << 26
        joined = "".join(part if isinstance(part, str) else classes[part] for part in self._parts)
        try:
            return re2.compile(joined, options)
        except re2.error as error:
            raise ValueError(f"RE2 says: {error}") from None


@lru_cache(maxsize=4096)
def linear(pattern: str, flags: int = re.IGNORECASE, *, bounded: bool = False) -> LinearPattern:
    """Return the pattern, made ready once."""
    return LinearPattern(pattern, flags, bounded=bounded)


def _has_one_case(pattern: str) -> bool:
    """Return whether letters outside ASCII have no case, so that lower case tells all."""
    return pattern.isascii() or all(
        char.isascii() or not char.isalpha() or category(char) == "Lo" for char in pattern
    )


def _holds_word(string: str, word: str) -> bool:
    r"""Return whether a word stands in a string between ``\b`` and ``\b``."""
    start = string.find(word)
    while start >= 0:
        end = start + len(word)
        if _bounds(string, start) and _bounds(string, end):
            return True
        start = string.find(word, start + 1)
    return False


def _bounds(string: str, at: int) -> bool:
    """Return whether a word begins or ends at a place."""
    before, after = string[at - 1 : at] if at else "", string[at : at + 1]
    return (before.isalnum() or before == "_") != (after.isalnum() or after == "_")


def _has_plain_cases(text: Text) -> bool:
    """Return whether no letter outside ASCII has one of ASCII as its other case."""
    return text.string.isascii() or not _ODD_CASES.search(text.string)


def _matched(pattern: str) -> str:
    linear(pattern)
    return pattern


def _counted(pattern: str) -> str:
    if not linear(pattern).countable:
        raise ValueError(f"{pattern!r:.100} may match nothing, which has no definite number")
    return pattern


def _matched_bounded(pattern: str) -> str:
    linear(pattern, bounded=True)
    return pattern


Pattern = Annotated[str, AfterValidator(_matched)]
"""A regular expression that can be matched in linear time."""
CountedPattern = Annotated[str, AfterValidator(_counted)]
"""One whose matches can be counted too."""
BoundedPattern = Annotated[str, AfterValidator(_matched_bounded)]
"""One that can be matched between ``\\b`` and ``\\b``."""
