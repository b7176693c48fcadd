"""What nltk's English Punkt decides of a mark: whether it ends a sentence.

For a plain word before a plain word, the decision (Kiss and Strunk 2006,
doi 10.1162/coli.2006.32.4.485) depends on four tables alone; those are looked up here. Anything
else is put to nltk itself.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from crab.benchmarks.nltk_data import punkt

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["Model", "model"]

_WORD = re.compile(r'[*"(\[]*([A-Za-z]+(?:[.-][A-Za-z]+)*)', re.ASCII)
_NUMBER = re.compile(r"[0-9]+", re.ASCII)
_NEXT = re.compile(r"([A-Za-z]+)(?:[,;:]|(\.))?", re.ASCII)
_NUMBER_NEXT = re.compile(r"[0-9]+\.?", re.ASCII)
_MARKED = re.compile(r'[*"(\[][^.?!]*')
_A_NUMBER = "##number##"
_APART = frozenset(')"]}*')
"""Marks after which a full stop stands alone, and ends a sentence."""
_NEVER_FIRST = frozenset(";:,.!?")
# How a word was seen in training: in lower case, in lower case at the start of a sentence, with a
# capital, with a capital within a sentence.
_LOW, _LOW_FIRST, _HIGH, _HIGH_WITHIN = 0b1110000, 0b10000, 0b1110, 0b100


class Model(NamedTuple):
    """The patterns and tables of Punkt."""

    candidates: re.Pattern[str]
    """Finds the marks that may end a sentence, with what follows: a mark, or a word."""
    realigned: re.Pattern[str]
    """Finds the closing marks that belong to the sentence before them."""
    abbreviations: frozenset[str]
    collocations: frozenset[tuple[str, str]]
    collocated: frozenset[str]
    starters: frozenset[str]
    cases: Mapping[str, int]
    decides: Callable[[str], bool]

    def ends(self, word: str, mark: str, match: re.Match[str]) -> bool:
        """Return whether the mark after a word ends a sentence."""
        if mark != ".":
            return True
        if word.isalpha() and len(word) > 1:
            low = word.lower()
            if low not in self.abbreviations and low not in self.collocated:
                return True
        elif (not word or word[-1] in _APART) and "." not in self.collocated:
            return True
        found = self._looked_up(word, match[1], match[2])
        return self.decides(word + mark + match[1]) if found is None else found

    def _looked_up(self, word: str, after: str, following: str | None) -> bool | None:
        """Return what the tables say of a full stop; None where they do not tell."""
        plain = _WORD.fullmatch(word)
        if plain:
            low = kind = plain[1].lower()
            shortened = low in self.abbreviations or low.rpartition("-")[2] in self.abbreviations
        elif _NUMBER.fullmatch(word):
            low, kind, shortened = word, _A_NUMBER, word in self.abbreviations
        else:
            return None
        upper = lower = False
        next_word = following or after
        if following and (found := _NEXT.fullmatch(following)):
            next_word = found[1].lower()
            upper = found[1][0].isupper()
            lower = not upper
            if found[2] and next_word in self.abbreviations:
                next_word += "."
        elif following and _NUMBER_NEXT.fullmatch(following):
            next_word = _A_NUMBER
        elif following and _MARKED.fullmatch(following):
            next_word = following[0]
        elif following:
            return None
        if kind in self.collocated and (kind, next_word) in self.collocations:
            return False
        cases = self.cases.get(next_word, 0)
        initial = len(low) == 1 and plain is not None
        starts = self._starts(next_word, cases, upper=upper, lower=lower)
        if shortened and not initial and (starts or (upper and next_word in self.starters)):
            return True
        if initial or kind == _A_NUMBER:
            known = starts is not None or not initial or not upper or bool(cases & _LOW)
            if starts is False or not known:
                return False
        return not shortened

    def _starts(self, word: str, cases: int, *, upper: bool, lower: bool) -> bool | None:
        """Return whether a word starts a sentence, as far as its case tells."""
        if word in _NEVER_FIRST:
            return False
        if upper and cases & _LOW and not cases & _HIGH_WITHIN:
            return True
        if lower and (cases & _HIGH or not cases & _LOW_FIRST):
            return False
        return None


@cache
def model() -> Model:
    """Return the model, read once.

    Raises:
        MissingData: It is not installed.
    """
    tokenizer = punkt()
    language, parameters = tokenizer._lang_vars, tokenizer._params
    return Model(
        candidates=re.compile(language.period_context_re().pattern, re.VERBOSE),
        realigned=re.compile(language.re_boundary_realignment.pattern, re.MULTILINE),
        abbreviations=frozenset(parameters.abbrev_types),
        collocations=frozenset(parameters.collocations),
        collocated=frozenset(first for first, _ in parameters.collocations),
        starters=frozenset(parameters.sent_starters),
        cases=dict(parameters.ortho_context),
        decides=tokenizer.text_contains_sentbreak,
    )
