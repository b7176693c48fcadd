"""Emojis: how many there are, and that there is none."""

from __future__ import annotations

import re
from collections.abc import Iterator
from random import Random
from typing import ClassVar, Literal, Self

import regex

from crab.constraints.base import Example, Rule, Verdict
from crab.constraints.bounds import Measure
from crab.constraints.style import Present, Style, absent, counted, written
from crab.text import Span, Text

__all__ = ["EmojiCount", "NoEmoji"]

_MAYBE_EMOJI = re.compile(
    "[©®‼⁉\u20e3™ℹ\u2190-\u21ff\u2300-\u23ff\u24c2\u25a0-\u27bf\u2900-\u297f\u2b00-\u2bff"
    "\u3030\u303d\u3297\u3299\U0001f000-\U0001ffff]"
)
_EMOJI = regex.compile(
    r"(?V1)\p{Regional_Indicator}{2}|[0-9#*]\ufe0f?\u20e3"
    r"|(?:[\p{Emoji_Presentation}[\p{Emoji}&&[\U0001f000-\U0001ffff]]](?!\ufe0e)"
    r"|\p{Extended_Pictographic}(?=\ufe0f|\p{Emoji_Modifier}|\u200d\p{Extended_Pictographic}))"
    r"[\ufe0f\p{Emoji_Modifier}]?[\U000e0020-\U000e007f]*"
    r"(?:\u200d\p{Extended_Pictographic}[\ufe0f\p{Emoji_Modifier}]?)*"
)
_EMOJI_PART = regex.compile(
    r"[\p{Extended_Pictographic}\p{Regional_Indicator}\p{Emoji_Modifier}\u20e3]"
)
_TYPED_FACES = (":)", ":-)", ";)", ";-)", ":(", ":-(", ":D", ":-D", ":P", "=)", "^^", "^_^", "<3")


class EmojiCount(Style, Present):
    """The response has between ``at_least`` and ``at_most`` emojis.

    An emoji is a pictograph beyond U+1F000, another that Unicode shows as a picture by default or
    that U+FE0F turns into one, a flag, or a keycap; what is joined to one picture is one emoji.
    Symbols that are text by default (``©``, ``™``, ``→``, ``✔``) and typed faces are none.

    >>> EmojiCount(at_most=1).check("Sun ☀️, family 👩‍👩‍👧, check ✔.").reason
    '2 emojis'
    """

    hint: ClassVar[str] = "The number of emojis."
    unit: ClassVar[str] = "emojis"
    example: ClassVar[Example] = Example({"at_least": 1}, "It rained 🌧", "It rained :(")

    kind: Literal["emoji_count"] = "emoji_count"

    @classmethod
    def subjects(cls, text: Text, rng: Random) -> Iterator[Self]:
        """Yield the rule for a text with emojis."""
        if text.remembered(_emojis):
            yield cls.subject()

    def measure(self, text: Text) -> Measure:
        """Count the emojis; others count each part of one, and symbols that may be pictures."""
        spans = text.remembered(_emojis)
        if not spans:
            return counted(spans)
        return counted(spans, len(_EMOJI_PART.findall(text.string)))


class NoEmoji(Style, Rule):
    """The response holds no emoji, as ``emoji_count`` counts them.

    >>> NoEmoji().check("Rain 🌧 today").reason
    '1 emoji: 🌧'
    """

    absence: ClassVar[bool] = True
    hint: ClassVar[str] = "No emoji at all."
    example: ClassVar[Example] = Example({}, "It rained :(", "It rained 🌧")

    kind: Literal["no_emoji"] = "no_emoji"

    def check(self, text: str | Text) -> Verdict:
        """Return whether there is no emoji; the spans are the emojis."""
        text = Text.of(text)
        return absent(text, text.remembered(_emojis), "emoji", "emojis")

    @classmethod
    def propose(cls, text: str | Text, rng: Random) -> Iterator[Self]:
        """Yield the rule for a text without emojis, pictorial symbols and typed faces."""
        text = Text.of(text)
        if (
            written(text)
            and not text.remembered(_maybe_emoji)
            and not any(face[0] in text.string and face in text.string for face in _TYPED_FACES)
        ):
            yield cls()


def _maybe_emoji(text: Text) -> bool:
    """Return whether there is an emoji, a part of one or a symbol that may be shown as one."""
    return not text.string.isascii() and _MAYBE_EMOJI.search(text.string) is not None


def _emojis(text: Text) -> list[Span]:
    """Return where each emoji stands, as ``emoji_count`` defines it."""
    if not text.remembered(_maybe_emoji):
        return []
    return [match.span() for match in _EMOJI.finditer(text.string)]
