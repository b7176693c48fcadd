"""Plain text: the response does without lists, or without any mark of Markdown."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import ClassVar, Literal

from crab.constraints.base import Example, Verdict
from crab.constraints.bounds import Bounded
from crab.constraints.code_blocks import CodeBlockCount
from crab.constraints.emphasis import HighlightCount
from crab.constraints.format import Fixed
from crab.constraints.headings import HeadingCount
from crab.constraints.lists import BulletCount, NumberedItemCount
from crab.constraints.marks import marks
from crab.constraints.quotes import QuoteBlockCount
from crab.constraints.tables import TableCount
from crab.text import Text

__all__ = ["NoLists", "NoMarkdown"]

_LIST_LIKE = re.compile(
    r"[-*+•·●○▪■◦‣⁃–—→➢✓✔✅☐①-⑳]"
    r"|[(（]?(?:\d{1,3}|[A-Za-z]|[ivxIVX]{1,5}|[一二三四五六七八九十]{1,3})[.)）、．:：]"
    r"|\d\ufe0f?\u20e3"
    r"|[#*_]{0,6} ?[^\W\d_]{2,15} \d{1,3}[.:)]"
)
_MARKS = tuple("*`|~#<>[]")
_LINE_MARK = re.compile(r"[-+•–—]\s|\d+[.)]\s|---|===")
_UNDERSCORED = re.compile(r"__|(?<!\w)_|_(?!\w)")
_ENOUGH_WORDS = 50


class NoLists(Fixed):
    r"""The response has no list items, neither bullets nor numbers.

    >>> NoLists().check("Tea:\n\n- green\n- black").reason
    '2 list items'
    """

    hint: ClassVar[str] = "The response has no bulleted and no numbered lists."
    weight: ClassVar[float] = 0.5
    absence: ClassVar[bool] = True
    example: ClassVar[Example] = Example({}, "Tea is green or black.", "- green\n- black")

    kind: Literal["no_lists"] = "no_lists"

    def check(self, text: str | Text) -> Verdict:
        """Return whether there are no list items."""
        spans = tuple([(item.start, item.end) for item in marks(Text.of(text)).items])
        return Verdict(not spans, f"{len(spans)} list items", spans)

    def facts(self) -> Mapping[str, tuple[float, float]]:
        """Return that there are no bullet points and no numbered items."""
        return _none_of(BulletCount, NumberedItemCount)

    @classmethod
    def likely(cls, text: Text) -> bool:
        """Whether the text has some length, and no lines look like items or stand in a row."""
        found = marks(text)
        if found.items or found.ifeval_bullets or not _long_prose(text) or "<li" in text.folded:
            return False
        if any(text[paragraph].count("\n") >= 2 for paragraph in text.paragraphs):
            return False
        return not any(_LIST_LIKE.match(line) for line in found.lines)


class NoMarkdown(Fixed):
    """The response is plain text without any mark of Markdown.

    It has no headings, list items, tables, block quotes, rules, fenced code, bold or italic text,
    code spans, links and images. Addresses that stand alone are plain text.

    >>> NoMarkdown().check("Tea is **hot**.").reason
    '1 mark of Markdown'
    """

    hint: ClassVar[str] = "The response is plain text, without Markdown formatting."
    weight: ClassVar[float] = 0.5
    absence: ClassVar[bool] = True
    example: ClassVar[Example] = Example({}, "Tea is hot.", "Tea is **hot**.")

    kind: Literal["no_markdown"] = "no_markdown"

    def check(self, text: str | Text) -> Verdict:
        """Return whether there is no mark of Markdown."""
        text = Text.of(text)
        found = marks(text)
        spans = [
            (block.start, block.end)
            for block in text.blocks
            if block.kind not in ("paragraph", "html") and (block.kind != "code" or block.marker)
        ]
        links = [span for span in found.links if text.string[span[0]] == "["]
        spans = sorted([*spans, *found.highlights, *found.code_spans, *links, *found.images])
        marked = "1 mark" if len(spans) == 1 else f"{len(spans) or 'no'} marks"
        return Verdict(not spans, f"{marked} of Markdown", tuple(spans))

    def facts(self) -> Mapping[str, tuple[float, float]]:
        """Return that there is nothing of Markdown that other kinds count, nor anything else."""
        counted = _none_of(BulletCount, NumberedItemCount, HeadingCount, HighlightCount)
        return {
            **counted,
            **_none_of(TableCount, CodeBlockCount, QuoteBlockCount),
            self.kind: (0, 0),
        }

    @classmethod
    def likely(cls, text: Text) -> bool:
        """Whether the text has some length and nothing in it looks like a mark."""
        string = text.string
        if any(mark in string for mark in _MARKS) or not _long_prose(text):
            return False
        plain = "_" not in string or not _UNDERSCORED.search(string)
        plain = plain and not any(_LINE_MARK.match(line) for line in marks(text).lines)
        return plain and all(block.kind == "paragraph" for block in text.blocks)


def _long_prose(text: Text) -> bool:
    """Whether a text is long enough to do without something, and no JSON."""
    return text.string.lstrip()[:1] not in ("{", "[") and len(text.words) >= _ENOUGH_WORDS


def _none_of(*kinds: type[Bounded]) -> dict[str, tuple[float, float]]:
    """Return the fact that there is nothing of what the kinds count."""
    return {kind.subject().quantity: (0, 0) for kind in kinds}
