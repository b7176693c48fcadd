"""Contractions: that a response holds none that an apostrophe marks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from random import Random
from typing import ClassVar, Literal, Self

from crab.constraints.base import Example, Rule, Verdict
from crab.constraints.style import FEWEST_WORDS, Style, absent, written
from crab.constraints.word_lists import CONTRACTIONS
from crab.constraints.word_matching import holds_any
from crab.text import Span, Text

__all__ = ["NoContractions"]

_APOSTROPHE = re.compile("['’‘ʼ＇]")
_APOSTROPHE_LIKE = "'’‘ʼ＇`´′"
_TOUCHED_APOSTROPHE = re.compile(r"['’‘ʼ＇](?:(?<=\w.)|(?=\w))|[`´′](?<=\w.)(?=\w)")
_APOSTROPHE_WORD = re.compile(r"\b\w+(?:'\w+)+")
_CLIPPED = re.compile(r"(?<!\w)'(?:tis|twas|twere|twill|twould|em)\b(?!')")
_CONTRACTED_ENDINGS = ("n't", "'ll", "'re", "'ve", "'d", "'m")
_ENTITY = re.compile("&(?:#|apos|[rl]squo)")


class NoContractions(Style, Rule):
    """The response holds no English contraction that is written with an apostrophe.

    Contractions are words in ``n't 'll 're 've 'd 'm``; ``'s`` after it, he, she, that, what, who,
    where, when, why, how, there, here and let; y'all, c'mon, d'you, 'tis, 'twas and 'em. Any other
    ``'s`` counts as a possessive. Straight and typographic apostrophes are the same.

    >>> NoContractions().check("It’s John's, isn't it?").reason
    "2 contractions: It’s, isn't"
    """

    absence: ClassVar[bool] = True
    hint: ClassVar[str] = 'No contractions ("do not" instead of "don\'t"); English only.'
    example: ClassVar[Example] = Example({}, "It is John's coat.", "It's John's coat.")

    kind: Literal["no_contractions"] = "no_contractions"

    def check(self, text: str | Text) -> Verdict:
        """Return whether there is no contraction; the spans are the contractions."""
        text = Text.of(text)
        return absent(text, _contractions(text), "contraction", "contractions")

    @classmethod
    def propose(cls, text: str | Text, rng: Random) -> Iterator[Self]:
        """Yield the rule for an English text where no letter touches an apostrophe."""
        text = Text.of(text)
        string = text.string
        if (
            len(text.words) >= 2 * FEWEST_WORDS
            and not _letter_touches_apostrophe(string)
            and not ("&" in string and _ENTITY.search(string))
            and written(text)
            and text.language == "en"
            and not holds_any(text, CONTRACTIONS.doubtful)
            and text.certain_language == "en"
        ):
            yield cls()


def _letter_touches_apostrophe(string: str) -> bool:
    marked = any(mark in string for mark in _APOSTROPHE_LIKE)
    return marked and _TOUCHED_APOSTROPHE.search(string) is not None


def _contractions(text: Text) -> list[Span]:
    if not _APOSTROPHE.search(text.string):
        return []
    straight = _APOSTROPHE.sub("'", text.folded)
    spans = [
        match.span()
        for match in _APOSTROPHE_WORD.finditer(straight)
        if match.group().endswith(_CONTRACTED_ENDINGS) or match.group() in CONTRACTIONS.words
    ]
    return sorted(spans + [match.span() for match in _CLIPPED.finditer(straight)])
