r"""The marks inside a text's blocks, each found once; and what plain patterns count in their place.

Emphasis, code spans and links are those of CommonMark, found by one pass over each block. The
counts of IFEval and of plain patterns are those of the same patterns, written to be linear.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from functools import cached_property
from typing import NamedTuple

from crab.markdown import Block
from crab.text import Span, Text

__all__ = [
    "Emphasis",
    "Marks",
    "ifeval_highlights",
    "ifeval_placeholders",
    "marks",
    "outermost",
    "outside",
]

_MARK = re.compile(
    r"\\[!-/:-@\[-`{-~]"
    r"|(?P<ticks>`+)"
    r"|(?P<run>\*+|_+)"
    r"|</?[A-Za-z][\w.+-]*(?:[:\s][^<>\n]*)?>"
    r"|\]\([^\s()]*\)"
)
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
_STARRED = re.compile(r"\*[^\n*]*\*")
_DOUBLE_STARRED = re.compile(r"\*\*[^\n*]*\*\*")


class Emphasis(NamedTuple):
    """A bold or italic span, its marks included."""

    start: int
    end: int
    bold: bool


class _Run:
    """A run of ``*`` or ``_`` that may open or close emphasis, and what is left of it."""

    __slots__ = ("char", "closes", "end", "length", "opens", "serial", "start")

    def __init__(self, string: str, span: Span, part: Span, serial: int) -> None:
        self.start, self.end = span
        self.char, self.length, self.serial = string[self.start], self.end - self.start, serial
        before = string[self.start - 1] if self.start > part[0] else " "
        after = string[self.end] if self.end < part[1] else " "
        blank_before, blank_after = before.isspace(), after.isspace()
        mark_before, mark_after = _is_mark(before), _is_mark(after)
        left = not blank_after and (not mark_after or blank_before or mark_before)
        right = not blank_before and (not mark_before or blank_after or mark_after)
        inside = self.char == "*"
        self.opens = left and (inside or not right or mark_before)
        self.closes = right and (inside or not left or mark_after)

    def fits(self, closer: _Run) -> bool:
        """Whether the run can open what ``closer`` closes."""
        if self.char != closer.char or not self.opens:
            return False
        thirds = (self.length + closer.length) % 3 == 0 and (self.length % 3 or closer.length % 3)
        return not ((self.closes or closer.opens) and thirds)


class Marks:
    """The marks of one text."""

    def __init__(self, text: Text) -> None:
        self._text = text
        self._string = text.string

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
        r"""What IFEval counts as bullets: ``^\s*\*[^\*].*$`` and ``^\s*-.*$`` in each line.

        >>> marks(Text("* one\n- two\n---\n**bold**\n+ plus")).ifeval_bullets
        3
        """
        count, swallowed = 0, False
        for number, line in enumerate(self.lines, 1):
            star = line[:1] == "*" and line[1:2] != "*" and not swallowed
            swallowed = star and len(line) == 1
            if line[:1] == "-" or (star and not (swallowed and number == len(self.lines))):
                count += 1
        return count

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
                _scan(self._string, part, emphases, code)
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
    """Return the marks of a text, the same object for the same text."""
    return text.remembered(Marks)


def outermost(spans: list[Span]) -> list[Span]:
    """Return the spans that stand in no other; they are given in the order of their starts."""
    found: list[Span] = []
    reach = -1
    for start, end in spans:
        if start >= reach:
            found.append((start, end))
            reach = end
    return found


def ifeval_highlights(string: str) -> int:
    r"""Count what IFEval counts as highlights: ``*some*`` and ``**some**`` that hold some text.

    >>> ifeval_highlights("*a* **b** ***c*** ** _d_")
    4
    """
    single = sum(1 for found in _STARRED.findall(string) if found.strip("*").strip())
    double = sum(1 for found in _DOUBLE_STARRED.findall(string) if found[2:-2].strip())
    return single + double


def ifeval_placeholders(string: str) -> int:
    r"""Count what IFEval counts as placeholders, ``\[.*?\]``, in linear time.

    >>> ifeval_placeholders("[a] [b [c] [ ] [d\n]")
    3
    """
    count = 0
    for line in string.split("\n"):
        start = line.find("[")
        while start >= 0:
            end = line.find("]", start + 1)
            if end < 0:
                break
            count += 1
            start = line.find("[", end + 1)
    return count


def outside(parts: list[Span], spans: list[Span]) -> list[Span]:
    """Return those of the spans that begin in none of the parts, which are in order."""
    if not parts:
        return spans
    starts = [start for start, _ in parts]

    def free(position: int) -> bool:
        index = bisect_right(starts, position) - 1
        return index < 0 or parts[index][1] <= position

    return [span for span in spans if free(span[0])]


def _is_mark(char: str) -> bool:
    return not char.isalnum() and unicodedata.category(char)[0] in "PS"


def _scan(string: str, part: Span, emphases: list[Emphasis], code: list[Span]) -> None:
    """Add the emphasis and the code spans of one block."""
    found = list(_MARK.finditer(string, *part))
    closing = _closing_ticks(found)
    stack: list[_Run] = []
    bottoms: dict[tuple[str, bool, int], int] = {}
    skip_to = -1
    for index, match in enumerate(found):
        if match.start() < skip_to:
            continue
        if match["ticks"] and index in closing:
            skip_to = closing[index]
            code.append((match.start(), skip_to))
        elif match["run"]:
            run = _Run(string, match.span(), part, index)
            if run.closes:
                _close(run, stack, bottoms, emphases)
            if run.opens and run.start < run.end:
                stack.append(run)


def _closing_ticks(found: list[re.Match[str]]) -> dict[int, int]:
    """Return, for each run of backticks that a run of equal length follows, where that ends."""
    following: dict[int, int] = {}
    closing: dict[int, int] = {}
    for index in range(len(found) - 1, -1, -1):
        ticks = found[index]["ticks"]
        if ticks:
            length = len(ticks)
            if length in following:
                closing[index] = following[length]
            following[length] = found[index].end()
    return closing


def _close(
    run: _Run,
    stack: list[_Run],
    bottoms: dict[tuple[str, bool, int], int],
    emphases: list[Emphasis],
) -> None:
    """Pair a closing run with the openers before it, as CommonMark does."""
    key = (run.char, run.opens, run.length % 3)
    while run.start < run.end:
        bottom = bottoms.get(key, -1)
        index = len(stack) - 1
        while index >= 0 and stack[index].serial > bottom and not stack[index].fits(run):
            index -= 1
        if index < 0 or stack[index].serial <= bottom:
            bottoms[key] = stack[-1].serial if stack else -1
            return
        opener = stack[index]
        size = 2 if opener.end - opener.start >= 2 and run.end - run.start >= 2 else 1
        opener.end -= size
        run.start += size
        emphases.append(Emphasis(opener.end, run.start, bold=size == 2))
        del stack[index + (opener.start < opener.end) :]
