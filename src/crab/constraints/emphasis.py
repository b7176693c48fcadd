"""Emphasis: how much is bold or italic, and whether words are emphasised in one way only."""

from __future__ import annotations

import re
from collections.abc import Iterator
from random import Random
from typing import ClassVar, Literal, Self

from crab.constraints.base import Example, Rule, Verdict
from crab.constraints.bounds import Measure
from crab.constraints.format import NOTHING, Counted, Format
from crab.constraints.ifeval import ifeval_highlights
from crab.constraints.marks import marks
from crab.text import Span, Text

__all__ = ["EmphasisStyle", "HighlightCount"]

_FOUR_LETTERS = re.compile(r"(?<![^\W\d_])[^\W\d_]{4,}")
_TAG = re.compile(r"</?(?:b|i|em|strong|u|mark)>", re.IGNORECASE)
_OTHER_MARKS = {
    "bold": re.compile(r"\*[^*\n]+\*|(?<!\w)_[^_\n]+_(?!\w)"),
    "italic": re.compile(r"\*\*|__"),
}


class HighlightCount(Counted):
    """The response has between ``at_least`` and ``at_most`` bold or italic spans.

    They are Markdown's: ``**bold**``, ``*italic*``, ``__bold__``, ``_italic_``. A span inside
    another is not counted, and marks inside code are none.

    >>> HighlightCount(at_least=3).check("**Tea** is *hot*, ***very*** hot, 2 * 3 times.").reason
    '3 bold or italic spans'
    """

    hint: ClassVar[str] = "The number of passages highlighted in bold or italics."
    unit: ClassVar[str] = "bold or italic spans"
    sides: ClassVar[tuple[str, ...]] = ("exactly", "between", "at_least")
    traces: ClassVar[tuple[str, ...]] = ("*",)
    example: ClassVar[Example] = Example(
        {"at_least": 2}, "**Tea** is *hot*.", "**Tea** is 2 * 3 times hotter."
    )

    kind: Literal["highlight_count"] = "highlight_count"

    def measure(self, text: Text) -> Measure:
        """Count the outermost spans; others count inner ones, as IFEval does, or whole words."""
        found = marks(text)
        if not found.highlights:
            return NOTHING
        string = text.string
        whole = sum(not _inside_a_word(string, start, end) for start, end in found.highlights)
        return Measure.items(
            found.highlights, len(found.emphases), ifeval_highlights(string), whole
        )


class EmphasisStyle(Format, Rule):
    """The response emphasises in ``style`` and in neither of the two others.

    Bold and italics are Markdown's; ``***both***`` is both. Capitals are words, or parts between
    marks and digits, of four or more letters, all capital, outside code. At least one of the style
    must be there.

    >>> EmphasisStyle(style="bold").check("**Tea** is hot, NASA says.").reason
    '1 bold, 0 italic, 1 in capitals'
    """

    hint: ClassVar[str] = "The only way words are emphasised: bold, italic or capitals."
    weight: ClassVar[float] = 0.6
    example: ClassVar[Example] = Example(
        {"style": "bold"}, "**Tea** is hot.", "**Tea** is *very* hot."
    )

    kind: Literal["emphasis_style"] = "emphasis_style"
    style: Literal["bold", "italic", "capitals"]
    """The style of emphasis."""

    def variant(self) -> str:
        """Return the style."""
        return self.style

    def check(self, text: str | Text) -> Verdict:
        """Return whether this style is used and no other."""
        styles = _styles(Text.of(text))
        others = [span for style, spans in styles.items() if style != self.style for span in spans]
        bold, italic, capitals = (len(spans) for spans in styles.values())
        reason = f"{bold} bold, {italic} italic, {capitals} in capitals"
        met = bool(styles[self.style]) and not others
        return Verdict(met, reason, tuple(styles[self.style] if met else others))

    @classmethod
    def propose(cls, text: str | Text, rng: Random) -> Iterator[Self]:
        """Yield bold or italic of whole words where plain patterns see no other.

        Capitals may be acronyms.
        """
        text = Text.of(text)
        found = marks(text).emphases if "*" in text.string else []
        kinds = {emphasis.bold for emphasis in found}
        starred = all(
            text.string[start] == "*"
            and "\n" not in text[(start, end)]
            and not _inside_a_word(text.string, start, end)
            for start, end, _ in found
        )
        if len(kinds) != 1 or len(found) < 2 or not starred or _TAG.search(text.string):
            return
        rule = cls(style="bold" if kinds.pop() else "italic")
        other = _OTHER_MARKS[rule.style]
        alone = not marks(text).loose_code and not other.search(_without_marks(text))
        if alone and rule.check(text).met:
            yield rule


def _inside_a_word(string: str, start: int, end: int) -> bool:
    """Whether a letter or digit touches a span, as where a product is written with stars."""
    return string[start - 1 : start].isalnum() or string[end : end + 1].isalnum()


def _styles(text: Text) -> dict[str, list[Span]]:
    """Return what is bold, italic and in capitals."""
    found = marks(text)
    capitals = [m.span() for m in _FOUR_LETTERS.finditer(text.string) if m.group().isupper()]
    return {
        "bold": [(start, end) for start, end, bold in found.emphases if bold],
        "italic": [(start, end) for start, end, bold in found.emphases if not bold],
        "capitals": found.outside_code(capitals),
    }


def _without_marks(text: Text) -> str:
    """Return the text without its code and without the marks of its emphasis."""
    found = marks(text)
    cuts = list(found.code)
    for start, end, bold in found.emphases:
        size = 2 if bold else 1
        cuts += [(start, start + size), (end - size, end)]
    pieces, at = [], 0
    for start, end in sorted(cuts):
        pieces.append(text.string[at:start])
        at = max(at, end)
    return "".join([*pieces, text.string[at:]])
