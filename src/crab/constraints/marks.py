"""The marks of Markdown inside a text, each kind of them found once."""

from __future__ import annotations

import re
from bisect import bisect_left
from functools import cached_property

from crab.constraints.ifeval import ifeval_bullets
from crab.constraints.inline import Emphasis, scan_inline
from crab.constraints.spans import outermost, outside
from crab.markdown import Block
from crab.memory import View
from crab.text import Span, Text

__all__ = ["Marks", "marks"]

_LINK = re.compile(
    r"(?P<image>!)?\[[^\[\]\n]*\]\([ \t]{0,3}<?[^\s()<>]*(?:\([^\s()]*\)[^\s()<>]*)*>?"
    r"(?:[ \t]{1,3}[\"'][^\"'\n]*[\"'])?[ \t]{0,3}\)"
    r"|(?<!\w)(?:https?://|www\.)[^\s<>\])\"']+"
)
_PLACEHOLDER = re.compile(
    r"(?<![\w!\\\])])\[[ \t]*[^\W\d_][\w \t'’.,/&()\-]+\](?![(\[]|:[ \t]*(?:<|https?:|/|#))"
)
_ITEM_LINE = re.compile(r"(?:([-*+•])|\d{1,9}([.)]))[ \t]+\S")
_HEADING_LINE = re.compile(r"(#{1,6})[ \t]+\S")
_CODE_LINE = re.compile(
    r"(?:import|from|def|class|return|public|private|static|const|let|var|function|using|package|fn"
    r"|func|if|for|while|elif|else|try|except|print)\b.*(?:[:;{})\]>\"']|\(.*\)|=.*)$"
    r"|#include\b|#!/|.*[;{}]\s*$|[\w.\[\]\"']+[ \t]*[-+*/|&:]?=[ \t]*\S|[\w.]+\([^.]*\)$"
)
_CODE_LINE_ENDS = ":;{})]>\"'"
_LONGEST_CODE_LINE = 200
_ITEM_STARTS = frozenset("-*+•0123456789")


class Marks(View):
    """The marks of one text."""

    @cached_property
    def items(self) -> list[Block]:
        """The list items, of every depth, in order."""
        return [block for block in self._text.blocks if block.kind in ("bullet", "numbered")]

    @cached_property
    def lines(self) -> list[str]:
        r"""The lines that ``\n`` ends, without the white space before them."""
        return [line.lstrip() for line in self._string.split("\n")]

    @cached_property
    def item_lines(self) -> list[str]:
        """The marker of every line that begins like a list item, wherever it stands."""
        found = [_ITEM_LINE.match(line) for line in self.lines if line[:1] in _ITEM_STARTS]
        return [match[1] or match[2] for match in found if match]

    @cached_property
    def heading_lines(self) -> list[int]:
        """The level of every line that begins with one to six ``#``, wherever it stands."""
        lines = self._string.split("\n") if "#" in self._string else []
        found = [_HEADING_LINE.match(line) for line in lines if line[:1] == "#"]
        return [len(match[1]) for match in found if match]

    @cached_property
    def ifeval_bullets(self) -> int:
        """What IFEval counts as bullets."""
        return ifeval_bullets(self.lines)

    @cached_property
    def code_blocks(self) -> list[Block]:
        """The fenced code blocks."""
        return [block for block in self._text.blocks if block.kind == "code" and block.marker]

    @cached_property
    def loose_code(self) -> bool:
        """Whether two lines outside the code blocks look like code, as where fences are missing."""
        blocks = [(block.start, block.end) for block in self._text.blocks if block.kind == "code"]
        found = 0
        for start, end in outside(blocks, self._text.lines):
            line = self._string[start:end].strip()
            if len(line) <= _LONGEST_CODE_LINE and (
                line[-1:] in _CODE_LINE_ENDS or "=" in line or line[:1] == "#"
            ):
                found += _CODE_LINE.match(line) is not None
            if found == 2:
                return True
        return False

    @cached_property
    def emphases(self) -> list[Emphasis]:
        """Every bold and italic span in the order of their starts, those inside others too."""
        return self._inline[0]

    @cached_property
    def highlights(self) -> list[Span]:
        """The bold and italic spans that stand in no other."""
        return outermost([(start, end) for start, end, _ in self.emphases])

    @cached_property
    def code_spans(self) -> list[Span]:
        """The code spans inside the blocks."""
        return self._inline[1]

    @cached_property
    def code(self) -> list[Span]:
        """Everything that is code: the blocks, fenced and indented, and the spans."""
        blocks = [(block.start, block.end) for block in self._text.blocks if block.kind == "code"]
        return sorted(blocks + self.code_spans)

    @cached_property
    def links(self) -> list[Span]:
        """The links: ``[text](address)`` and bare addresses, without images and code."""
        return self.outside_code([link.span() for link in self._links if not link["image"]])

    @cached_property
    def images(self) -> list[Span]:
        """The images ``![text](address)`` outside code."""
        return self.outside_code([link.span() for link in self._links if link["image"]])

    @cached_property
    def _links(self) -> list[re.Match[str]]:
        if not any(trace in self._string for trace in ("](", "://", "www.")):
            return []
        return list(_LINK.finditer(self._string))

    @cached_property
    def placeholders(self) -> list[Span]:
        """The texts in square brackets that stand for something to be filled in."""
        return self.outside_code([m.span() for m in _PLACEHOLDER.finditer(self._string)])

    def outside_code(self, spans: list[Span]) -> list[Span]:
        """Return those of the spans that do not begin in code."""
        return outside(self.code, spans) if spans else spans

    @cached_property
    def _inline(self) -> tuple[list[Emphasis], list[Span]]:
        emphases: list[Emphasis] = []
        code: list[Span] = []
        if any(char in self._string for char in "*_`"):
            for part in self._parts():
                scan_inline(self._string, part, emphases, code)
        emphases.sort(key=lambda found: (found.start, -found.end))
        return emphases, code

    def _parts(self) -> list[Span]:
        """Return what holds marks: paragraphs, headings and the rows of tables."""
        parts: list[Span] = []
        for block in self._text.blocks:
            if block.kind in ("paragraph", "heading"):
                parts.append((block.text_start, block.end))
            elif block.kind == "table":
                parts.extend(self.rows(block))
        return parts

    def rows(self, table: Block) -> list[Span]:
        """Return the lines of a table."""
        lines = self._text.lines
        first = bisect_left(lines, (table.start, 0))
        last = bisect_left(lines, (table.end, 0), first)
        return lines[first:last]


def marks(text: Text) -> Marks:
    """Return the marks of a text, each found once."""
    return Marks(text)
