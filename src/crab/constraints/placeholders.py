"""Placeholders: how many texts in square brackets are to be filled in."""

from __future__ import annotations

import re
from typing import ClassVar, Literal

from crab.constraints.base import Example
from crab.constraints.bounds import Measure
from crab.constraints.format import NOTHING, Counted
from crab.constraints.ifeval import ifeval_placeholders
from crab.constraints.marks import marks
from crab.text import Text

__all__ = ["PlaceholderCount"]

_FILL_IN = re.compile(
    r"\b(?:your|names?|insert|date|address|company|phone number|e-?mail|title|position|city"
    r"|contact|recipient|sender|provide|specify|nombre|fecha|direcci[oó]n|empresa|nom|pr[eé]nom|votre"
    r"|adresse|entreprise|dein|ihr|datum|firma|nome|endere[cç]o|indirizzo|имя|ваш[ae]?|ваше"
    r"|дата|адрес|اسم)|name|名|您|你的|日期|地址|住所|이름|날짜",
    re.IGNORECASE,
)


_EDITORIAL = frozenset(
    f"[{word}]"
    for word in ("sic", "emphasis added", "emphasis mine", "citation needed", "laughs", "pause")
)
"""What editors put in brackets, and what nobody is to fill in."""


class PlaceholderCount(Counted):
    """The response has between ``at_least`` and ``at_most`` placeholders such as ``[your name]``.

    A placeholder stands in square brackets on one line, begins with a letter and has two or more
    letters, digits, spaces and marks of these: ``' . , / & ( ) - _``. Links, images, footnotes,
    check boxes, numbers such as ``[1]``, what stands in code, and brackets right after a letter, a
    digit or a closing bracket are none.

    >>> PlaceholderCount(at_least=2).check("Dear [name], see [this](x.md) [1] [x] for [city].").met
    True
    """

    hint: ClassVar[str] = "The number of placeholders in square brackets, such as [address]."
    unit: ClassVar[str] = "placeholders"
    sides: ClassVar[tuple[str, ...]] = ("exactly", "at_least")
    traces: ClassVar[tuple[str, ...]] = ("[",)
    example: ClassVar[Example] = Example(
        {"at_least": 2}, "Dear [name], meet me in [city].", "Dear [name], meet me in Rome [1]."
    )

    kind: Literal["placeholder_count"] = "placeholder_count"

    def measure(self, text: Text) -> Measure:
        """Count the placeholders; others count each once, all brackets, or none without a cue."""
        spans = marks(text).placeholders
        if not spans:
            return NOTHING
        contents = {text[span].lower() for span in spans} - _EDITORIAL
        certain = len(contents) if any(_FILL_IN.search(content) for content in contents) else 0
        return Measure.items(spans, certain, ifeval_placeholders(text.string))
