"""The words that nltk's tokenizer finds, without asking it about words that are plain."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

import regex

from crab.benchmarks.measures import lowered
from crab.benchmarks.punkt import spans

if TYPE_CHECKING:
    from nltk.tokenize import NLTKWordTokenizer

    from crab.text import Span, Text

__all__ = ["capital_words", "pronouns", "tokens", "words"]

_SPLIT = frozenset("cannot gimme gonna gotta lemme wanna".split())
"""Words in which the tokenizer finds two."""
_HOLDS_SPLIT = re.compile("cannot|gimme|gonna|gotta|lemme|wanna|'t(?:is|was)")
_DEPENDS = re.compile(r"'$|^(?=.*\.).*(?:'|wanna)", re.IGNORECASE | re.DOTALL)
"""Chunks that are cut otherwise at the end of a sentence."""
_CLOSERS = r"\])}>\"»”’"
_LAST = frozenset("])}>\"»”’'")
_SEPARATORS = frozenset("\x1c\x1d\x1e\x1f")
"""White space to Python's patterns, and none to nltk's."""
_CUT = (*_SPLIT, "d'ye", "more'n", "'tis", "'twas")
"""What the tokenizer cuts in two wherever it stands."""
_PAIRS = (",,", "::", ",:", ":,", "--", "..", "''", '""', "'\"", "\"'", "\x00", "\x01")
"""Marks side by side that the tokenizer joins or passes over."""
_ODD_QUOTE = re.compile(r"[^\S ]\"")
_ODD_APOSTROPHE = re.compile(r"'\S*'|[^a-zA-Z0-9_\s(\[{]'")
_ODD_END = re.compile(rf"(?:^|[\s.])['{_CLOSERS}]*'['{_CLOSERS}]*$|(?:^|\s)[{_CLOSERS}]+$")
_OPENING = re.compile(r"(^|[ (\[{<«“‘„`])\"")
_SPLIT_MARKS = r";@#$%&?!*()\[\]{}<>«»“”‘’„‒–—―"
_PARTS = re.compile(
    rf"``|[`\x00\x01]|[:,](?!\d)|[{_SPLIT_MARKS}]|(?:[^\s:,`\x00\x01{_SPLIT_MARKS}]|[:,](?=\d))+"
)
_WRITTEN = {"\x00": "``", "\x01": "''"}
"""How the tokenizer writes the opening and the closing of a quotation."""
_QUOTE = regex.compile(r"'(?!(?:re|ve|ll|m|t|s|d|n)\b)(?=\w)", regex.IGNORECASE)
_ENDINGS = (
    re.compile(r"(.*[^'])('[sSmMdD]?)", re.DOTALL),
    re.compile(r"(.*[^'])('ll|'LL|'re|'RE|'ve|'VE|n't|N'T)", re.DOTALL),
)
_FINAL = re.compile(rf"(?<=[^.])\.([{_CLOSERS}]*)\Z")

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


@cache
def _tokenizer() -> NLTKWordTokenizer:
    from nltk.tokenize import NLTKWordTokenizer  # noqa: PLC0415 - kept off the import path

    return NLTKWordTokenizer()


def words(sentence: str) -> list[str]:
    """Return the words and marks of one sentence, as ``NLTKWordTokenizer`` does."""
    if _is_odd(sentence):
        return list(_tokenizer().tokenize(sentence))
    final = _FINAL.search(sentence)
    if final:
        sentence = sentence[: final.start()]
    quoted = '"' in sentence
    if quoted:
        sentence = _OPENING.sub("\\1\x00", sentence).replace('"', "\x01")
    found = _PARTS.findall(sentence)
    if "'" in sentence:
        found = [part for word in found for part in _around_apostrophes(word)]
    if quoted:
        found = [_WRITTEN.get(word, word) for word in found]
    if final:
        found += [".", *("''" if mark == '"' else mark for mark in final[1])]
    return found


def _is_odd(sentence: str) -> bool:
    """Return whether the tokenizer must be asked about a sentence."""
    low = sentence.lower()
    return (
        not _SEPARATORS.isdisjoint(sentence)
        or any(pair in sentence for pair in _PAIRS)
        or any(word in low for word in _CUT)
        or ('"' in sentence and _ODD_QUOTE.search(sentence) is not None)
        or ("'" in sentence and _ODD_APOSTROPHE.search(sentence) is not None)
        or (sentence[-1:] in _LAST and _ODD_END.search(sentence) is not None)
    )


def _around_apostrophes(word: str) -> list[str]:
    """Return a word cut after a quotation mark at its start and before the clitics at its end."""
    if "'" not in word or word == "'":
        return [word]
    start: list[str] = []
    ends: list[str] = []
    if _QUOTE.match(word):
        start, word = ["'"], word[1:]
    for ending in _ENDINGS:
        if cut := ending.fullmatch(word):
            word = cut[1]
            ends.insert(0, cut[2])
    return [*start, word, *ends]


def tokens(text: Text) -> Iterator[str]:
    """Yield the words and marks of a text, as ``nltk.word_tokenize`` does."""
    for start, end in spans(text.string):
        yield from words(text.string[start:end])


def capital_words(text: Text) -> int:
    """Return how many of the tokens of a text are in capitals, as ``str.isupper`` has it."""
    if any(char in text.string for char in _SEPARATORS):
        return sum(map(str.isupper, tokens(text)))
    count, odd = 0, []
    for chunk in _with_capitals(text.string):
        low = chunk.lower()
        if chunk.isalpha() and low not in _SPLIT:
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
        count += sum(map(str.isupper, _tokenizer().tokenize(f"x {' x '.join(odd)} x")))
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
    if any(char in string for char in _SEPARATORS):
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
