"""How many of the words that nltk finds are in capitals, and how many are pronouns."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import TYPE_CHECKING

from crab.benchmarks.measures import lowered
from crab.benchmarks.punkt import spans
from crab.benchmarks.tokens import SEPARATORS, SPLIT, tokenizer, tokens, words

if TYPE_CHECKING:
    from crab.text import Span, Text

__all__ = ["capital_words", "pronouns"]

_HOLDS_SPLIT = re.compile("cannot|gimme|gonna|gotta|lemme|wanna|'t(?:is|was)")
_DEPENDS = re.compile(
    r"'$|^(?=.*\.).*(?:'|wanna)|[.?!][^\w\s].*\w|(?:not|me|na|ta|n|ye)'t(?:is|was)",
    re.IGNORECASE | re.DOTALL,
)
"""Chunks in which a sentence may end, or that are cut otherwise at its end."""
_BARE = r"[\s!-/:-@\[-`{-~“”–—…•]*"
_CURLY_OR_SPACE = re.compile(r"[‘’“”«»„]|[^\S ]")
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")
_CAPITAL = re.compile(r"[A-Z](?:(?![a-z])|(?=n't))")
_OTHER_BLANKS = "\n\t\r\v\f\x1c\x1d\x1e\x1f"
_ONE_WORD = re.compile(rf"{_BARE}(\w+(?:[-./]\w+)*){_BARE}")
_CLITIC = re.compile(
    r"[\"(*]*([A-Za-z]+)('s|'S|'m|'M|'d|'D|'ll|'LL|'re|'RE|'ve|'VE)[,;?!]?", re.ASCII
)
_NEGATION = re.compile(r"[\"(*]*([A-Za-z]+?)(n't|N'T)[,;?!]?", re.ASCII)


def capital_words(text: Text) -> int:
    """Return how many of the tokens of a text are in capitals, as ``str.isupper`` has it."""
    if any(odd in text.string for odd in (*SEPARATORS, "'Tis", "'Twas")):
        return sum(map(str.isupper, tokens(text)))
    count, odd = 0, []
    for chunk in _with_capitals(text.string):
        low = chunk.lower()
        if chunk.isalpha() and low not in SPLIT:
            count += chunk.isupper()
        elif _HOLDS_SPLIT.search(low):
            odd.append(chunk)
        elif one := _ONE_WORD.fullmatch(chunk):
            count += one[1].isupper()
        elif two := _CLITIC.fullmatch(chunk) or _NEGATION.fullmatch(chunk):
            count += two[1].isupper() + two[2].isupper()
        else:
            odd.append(chunk)
    if any(map(_DEPENDS.search, odd)):
        return sum(map(str.isupper, tokens(text)))
    if odd:
        count += sum(map(str.isupper, tokenizer().tokenize(f"x {' x '.join(odd)} x")))
    return count


def _with_capitals(string: str) -> Iterator[str]:
    """Yield what white space and curly marks separate, where it may hold a word in capitals.

    In such a word, a capital is followed by no small letter.
    """
    if not string.isascii():
        if any(map(str.isupper, _NOT_ASCII.findall(string))):
            yield from (chunk for chunk in string.split() if any(map(str.isupper, chunk)))
            return
        string = _CURLY_OR_SPACE.sub(" ", string)
    else:
        for blank in _OTHER_BLANKS:
            string = string.replace(blank, " ")
    end = 0
    for match in _CAPITAL.finditer(string):
        at = match.start()
        if at >= end:
            end = string.find(" ", at)
            end = len(string) if end < 0 else end
            yield string[string.rfind(" ", 0, at) + 1 : end]


_PRONOUNS = frozenset(
    """i me we us you he him she her it they them my mine our ours your yours his hers its their
    theirs myself ourselves yourself yourselves himself herself itself themselves this that these
    those who whom whose which what whoever whomever whatever whichever anybody anyone anything
    everybody everyone everything nobody nothing somebody someone something each either neither
    both all some any none""".split()
)
_PRONOUN = "|".join(sorted(_PRONOUNS, key=len, reverse=True))
_CANDIDATE = re.compile(rf"(?<![^\W_])(?:(?:{_PRONOUN})(?:(?![^\W_])|n't)|gimme|lemme)")
_PLAIN_END = re.compile(r"(?:'(?:s|re|ve|ll|d|m))?[,;:?!]?(?!\S)")


def pronouns(text: Text) -> int:
    """Return how many tokens of the text in lower case are pronouns, ``/`` read as a space."""
    string = lowered(text).replace("/", " ")
    if any(char in string for char in SEPARATORS):
        return _pronouns_in(string, list(spans(string)))
    plain: list[int] = []
    odd: list[int] = []
    for match in _CANDIDATE.finditer(string):
        start = match.start()
        alone = match[0] in _PRONOUNS and (start == 0 or string[start - 1].isspace())
        found = plain if alone and _PLAIN_END.match(string, match.end()) else odd
        found.append(start)
    if not odd:
        return len(plain)
    cut = list(spans(string))
    ends = [end for _, end in cut]
    asked = {bisect_right(ends, start) for start in odd}
    counted = sum(bisect_right(ends, start) not in asked for start in plain)
    return counted + _pronouns_in(string, [cut[place] for place in asked])


def _pronouns_in(string: str, parts: list[Span]) -> int:
    return sum(word in _PRONOUNS for start, end in parts for word in words(string[start:end]))
