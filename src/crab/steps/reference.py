"""How many answers meet a constraint by chance, measured on the first answers of a run."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from functools import partial, reduce
from math import inf

import regex

from crab.checking import verdict
from crab.constraints.base import Rule
from crab.constraints.bounds import Bounded, Measure
from crab.text import Text

__all__ = ["Reference"]

_FEWEST = 20
_MOST_REMEMBERED = 20_000
_UNSPACED = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}ー]")
_LETTERS = re.compile(r"[^\W\d_]+")


class Reference:
    """Answers by language, and the share of them that meets a rule.

    A language with fewer than 20 answers is measured on the answers in all languages; with fewer
    than 20 in all, nothing can be said.
    """

    def __init__(self, answers: Iterable[tuple[str | None, str]]) -> None:
        self._groups: dict[str | None, _Group] = {}
        texts: dict[str | None, list[Text]] = defaultdict(list)
        for language, response in answers:
            texts[language].append(Text(response))
        every = _Group([text for group in texts.values() for text in group])
        self._groups = {
            language: _Group(group) for language, group in texts.items() if len(group) >= _FEWEST
        }
        self._every = every

    def share(self, rule: Rule, language: str | None) -> float | None:
        """Return the share of a language's answers that meets the rule; None below 20 answers."""
        return self._groups.get(language, self._every).share(rule)


class _Group:
    def __init__(self, texts: list[Text]) -> None:
        self._texts = texts
        self._all = (1 << len(texts)) - 1
        self._counts: dict[Rule, int] = {}
        self._masks: dict[Rule, int] = {}
        self._measures: dict[str, list[tuple[float, float]]] = {}
        self._postings: dict[str, int] | None = None

    def share(self, rule: Rule) -> float | None:
        if len(self._texts) < _FEWEST:
            return None
        if rule not in self._counts:
            if len(self._counts) > _MOST_REMEMBERED:
                self._counts.clear()
                self._masks.clear()
            self._counts[rule] = self._count(rule)
        return self._counts[rule] / len(self._texts)

    def _count(self, rule: Rule) -> int:
        if isinstance(rule, Bounded) and not rule.required_words() and not rule.barred_words():
            return self._within(rule)
        return reduce(int.__and__, map(self._mask, rule.conjuncts())).bit_count()

    def _mask(self, rule: Rule) -> int:
        """Return the texts that meet a rule, as the bits of an integer."""
        if rule not in self._masks:
            required, barred = rule.required_words(), rule.barred_words()
            if required:
                mask = self._met(rule, reduce(int.__and__, map(self._posting, required)))
            elif barred:
                held = reduce(int.__or__, map(self._posting, barred))
                mask = self._all & ~held | self._met(rule, held)
            else:
                mask = self._met(rule, self._all)
            self._masks[rule] = mask
        return self._masks[rule]

    def _met(self, rule: Rule, candidates: int) -> int:
        mask = 0
        while candidates:
            lowest = candidates & -candidates
            if verdict(rule, self._texts[lowest.bit_length() - 1]).met is True:
                mask |= lowest
            candidates ^= lowest
        return mask

    def _within(self, rule: Bounded) -> int:
        """Count by the measures of all texts, taken once for each quantity."""
        if rule.quantity not in self._measures:
            self._measures[rule.quantity] = [
                (found.smallest, found.largest)
                for found in map(partial(_measured, rule), self._texts)
                if found is not None
            ]
        low, high = rule.at_least or 0, inf if rule.at_most is None else rule.at_most
        return sum(
            low <= smallest and largest <= high
            for smallest, largest in self._measures[rule.quantity]
        )

    def _posting(self, word: str) -> int:
        """Return the texts that may hold a word, as the bits of an integer."""
        if self._postings is None:
            postings: dict[str, int] = defaultdict(int)
            for number, text in enumerate(self._texts):
                parts = _UNSPACED.sub(" ", text.folded)
                for found in set(_LETTERS.findall(parts)):
                    postings[found] |= 1 << number
            self._postings = dict(postings)
        return self._postings.get(word, 0)


def _measured(rule: Bounded, text: Text) -> Measure | None:
    """Return the measure; None where there is none, or where a plug-in's raises."""
    try:
        return rule.measure(text)
    except Exception:
        return None
