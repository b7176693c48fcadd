"""A constraint kind for crab: the first letters of the lines spell a word."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from random import Random
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import StringConstraints

from crab import Constraint, Example, Rule, Text, Verdict
from crab.text import Span, fold

__all__ = ["Acrostic", "Verse"]

Letters = Annotated[str, StringConstraints(min_length=2, max_length=100, pattern=r"^\p{L}+$")]


class Verse(Constraint):
    """How the lines of a poem are made."""

    family: ClassVar[str] = "verse"
    hint: ClassVar[str] = "How the lines of a poem are made: what their first letters spell."


class Acrostic(Verse, Rule):
    r"""The first letters of the lines, read downwards, spell ``word``.

    A line's first letter is the first that stands in it, after a list marker or a quotation mark,
    say. Lines without a letter do not count, and case does not matter.

    >>> Acrostic(word="sea").check("Salt in the air,\n\nend of the pier,\nall boats are in.")
    Verdict(met=True, reason='the lines spell "Sea"', spans=((0, 1), (18, 19), (35, 36)))
    """

    hint: ClassVar[str] = "The word that the first letters of the lines spell, read downwards."
    weight: ClassVar[float] = 0.5
    phrasings: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        "en": {
            "say": [
                "The first letters of the lines should spell {word:quoted}.",
                "Write an acrostic of {word:quoted}.",
                "Read downwards, the first letters of your lines must give {word:quoted}.",
                "Could you begin the lines with the letters of {word:quoted}, one after another?",
            ]
        },
        "zh": {
            "say": [
                "每行的第一个字连起来应为{word:quoted}。",
                "请写一首藏头诗，各行首字依次组成{word:quoted}。",
                "从上往下读，每行开头的字要拼成{word:quoted}。",
            ]
        },
    }
    example: ClassVar[Example] = Example(
        {"word": "rain"},
        "Rivers rise,\nall the gutters sing,\nivy shines,\nnobody goes out.",
        "Rivers rise,\nand all the gutters sing.",
    )

    kind: Literal["acrostic"] = "acrostic"
    word: Letters
    """What the first letters spell."""

    def check(self, text: str | Text) -> Verdict:
        """Return whether the lines spell the word; the spans are their first letters."""
        text = Text.of(text)
        letters = _first_letters(text)
        spelled = "".join(text[letter] for letter in letters)
        shown = spelled if len(spelled) <= 60 else f"{spelled[:57]}..."
        reason = f'the lines spell "{shown}"' if spelled else "no line with a letter"
        return Verdict(fold(spelled) == fold(self.word), reason, tuple(letters))

    @classmethod
    def propose(cls, text: str | Text, rng: Random) -> Iterator[Self]:
        """Yield what the lines spell where it is a word that the text itself holds.

        The rule holds for all who count: no line begins with anything but a letter, so nobody can
        read a marker or a quotation mark as the beginning.
        """
        text = Text.of(text)
        letters = _first_letters(text)
        if not 3 <= len(letters) <= 30:
            return
        lines = [text[line].strip() for line in text.lines]
        if not all(line[0].isalpha() for line in lines if line):
            return
        spelled = "".join(text[letter] for letter in letters)
        if spelled.isalpha() and _holds(text, fold(spelled)):
            yield cls(word=spelled)


def _first_letters(text: Text) -> list[Span]:
    """Return where the first letter of each line stands."""
    found = []
    for start, end in text.lines:
        at = next((at for at in range(start, end) if text.string[at].isalpha()), None)
        if at is not None:
            found.append((at, at + 1))
    return found


def _holds(text: Text, spelled: str) -> bool:
    """Whether the text holds the word: as a whole one, where its script divides words."""
    return spelled in (text.folded if text.unspaced else text.word_set)
