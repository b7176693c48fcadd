"""Person: that a response speaks of itself, or to its reader, in no pronoun."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import ClassVar, Literal, Self

from crab.constraints.base import Example, Rule, Verdict
from crab.constraints.style import Style, absent, written
from crab.constraints.word_lists import PRONOUNS
from crab.constraints.word_matching import may_hold, occurrences
from crab.text import Text

__all__ = ["Person"]


class Person(Style, Rule):
    """The response holds no first-person, or no second-person, pronoun or possessive.

    What counts are the words of ``crab.constraints.word_lists`` for the response's language,
    whole, in any capitals, in quoted speech and contractions too ("I'm" holds "I"), whatever they
    mean; "US" and "i.e." do not. In Chinese and Japanese they count wherever they stand. For a
    language without a list, the rule is not met.

    >>> Person(avoid="first").check("The rain, we think, is my fault today.").reason
    '2 first-person words: we, my'
    """

    absence: ClassVar[bool] = True
    hint: ClassVar[str] = (
        'No first-person pronoun ("I", "we", "my"), or no second-person pronoun ("you", "your").'
    )
    example: ClassVar[Example] = Example(
        {"avoid": "first"},
        "The rain has not stopped since the early morning.",
        "I believe that the rain has not stopped since my breakfast.",
    )

    kind: Literal["person"] = "person"
    avoid: Literal["first", "second"]
    """The person that is avoided: ``first`` or ``second``."""

    def variant(self) -> str:
        """Return the person: each is said in its own way."""
        return self.avoid

    def topics(self) -> frozenset[str]:
        """Return the person: avoiding one and avoiding the other are two demands."""
        return frozenset({f"{self.kind}.{self.avoid}"})

    def check(self, text: str | Text) -> Verdict:
        """Return whether the person is avoided; the spans are its words."""
        text = Text.of(text)
        language, thing = text.language, f"{self.avoid}-person word"
        if language is None:
            return absent(text, [], thing, f"{thing}s")
        if language not in PRONOUNS:
            return Verdict(False, f"no word list for {language}")
        spans = occurrences(text, PRONOUNS[language][self.avoid])
        return absent(text, spans, thing, f"{thing}s")

    @classmethod
    def propose(cls, text: str | Text, rng: Random) -> Iterator[Self]:
        """Yield each person that no word of the text is in, not even a doubtful one."""
        text = Text.of(text)
        if not written(text) or text.language not in PRONOUNS:
            return
        persons: tuple[Literal["first", "second"], ...] = ("first", "second")
        for avoid in persons:
            words = PRONOUNS[text.language][avoid]
            if not may_hold(text, words) and text.certain_language is not None:
                yield cls(avoid=avoid)
