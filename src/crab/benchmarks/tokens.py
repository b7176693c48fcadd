"""The words that nltk's tokenizer finds, without asking it about words that are plain."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

from crab.benchmarks.measures import lowered
from crab.benchmarks.punkt import sentences, spans

if TYPE_CHECKING:
    from nltk.tokenize import NLTKWordTokenizer

    from crab.text import Text

__all__ = ["capital_words", "pronouns", "tokens", "words"]

_SPLIT = frozenset("cannot gimme gonna gotta lemme wanna".split())
"""Words in which the tokenizer finds two."""
_HOLDS_SPLIT = re.compile("cannot|gimme|gonna|gotta|lemme|wanna|'t(?:is|was)")
_DEPENDS = re.compile(r"'$|^(?=.*\.).*(?:'|wanna)", re.IGNORECASE | re.DOTALL)
"""Chunks that are cut otherwise at the end of a sentence."""
_SIMPLE = re.compile(r"(?:[A-Za-z0-9]+[,;:?!]?\s+)*[A-Za-z0-9]+[.?!]?\s*", re.ASCII)
_PIECES = re.compile(r"[A-Za-z0-9]+|[,;:.?!]", re.ASCII)

_BARE = r"[\s!-&(-/:-@\[-`{-~“”–—…•]*"
_ONE_WORD = re.compile(rf"{_BARE}(\w+(?:[-./]\w+)*){_BARE}")
_CLITIC = re.compile(
    r"[\"(*]*([A-Za-z]+)('s|'S|'m|'M|'d|'D|'ll|'LL|'re|'RE|'ve|'VE)[,;?!]?", re.ASCII
)
_NEGATION = re.compile(r"[\"(*]*([A-Za-z]+?)(n't|N'T)[,;?!]?", re.ASCII)


@cache
def _tokenizer() -> NLTKWordTokenizer:
    from nltk.tokenize import NLTKWordTokenizer  # noqa: PLC0415 - kept off the import path

    return NLTKWordTokenizer()


def words(sentence: str) -> list[str]:
    """Return the words and marks of one sentence, as ``NLTKWordTokenizer`` does."""
    if _SIMPLE.fullmatch(sentence):
        found = _PIECES.findall(sentence)
        if _SPLIT.isdisjoint(map(str.lower, found)):
            return found
    return list(_tokenizer().tokenize(sentence))


def tokens(text: Text) -> Iterator[str]:
    """Yield the words and marks of a text, as ``nltk.word_tokenize`` does."""
    for sentence in sentences(text):
        yield from words(sentence)


def capital_words(text: Text) -> int:
    """Return how many of the tokens of a text are in capitals, as ``str.isupper`` has it."""
    count, odd = 0, []
    for chunk in text.string.split():
        low = chunk.lower()
        if low == chunk and (chunk.isascii() or not any(map(str.isupper, chunk))):
            continue
        if chunk.isalpha() and low not in _SPLIT:
            count += chunk.isupper()
            continue
        if _HOLDS_SPLIT.search(low):
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
        count += sum(map(str.isupper, _tokenizer().tokenize(f"x {' x '.join(odd)} x")))
    return count


_PRONOUNS = frozenset(
    """i me we us you he him she her it they them my mine our ours your yours his hers its their
    theirs myself ourselves yourself yourselves himself herself itself themselves this that these
    those who whom whose which what whoever whomever whatever whichever anybody anyone anything
    everybody everyone everything nobody nothing somebody someone something each either neither
    both all some any none""".split()
)
_PRONOUN = "|".join(sorted(_PRONOUNS, key=len, reverse=True))
_CANDIDATE = re.compile(rf"(?<![^\W_])(?:{_PRONOUN})(?![^\W_])")
_PLAIN_END = re.compile(r"(?:'(?:s|re|ve|ll|d|m))?[,;:?!]?(?!\S)")


def pronouns(text: Text) -> int:
    """Return how many tokens of the text in lower case are pronouns, ``/`` read as a space."""
    string = lowered(text).replace("/", " ")
    plain: list[int] = []
    odd: list[int] = []
    for match in _CANDIDATE.finditer(string):
        start = match.start()
        alone = start == 0 or string[start - 1].isspace()
        found = plain if alone and _PLAIN_END.match(string, match.end()) else odd
        found.append(start)
    if not odd:
        return len(plain)
    cut = spans(string)
    ends = [end for _, end in cut]
    asked = {bisect_right(ends, start) for start in odd}
    counted = sum(bisect_right(ends, start) not in asked for start in plain)
    for start, end in (cut[place] for place in asked):
        counted += sum(map(_PRONOUNS.__contains__, words(string[start:end])))
    return counted
