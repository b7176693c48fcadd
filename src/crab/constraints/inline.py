"""Emphasis and code spans inside a block, as CommonMark has them, found in one pass."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

from crab.text import Span

__all__ = ["Emphasis", "scan_inline"]

_MARK = re.compile(
    r"\\[!-/:-@\[-`{-~]"
    r"|(?P<ticks>`+)"
    r"|(?P<run>\*+|_+)"
    r"|</?[A-Za-z][\w.+-]*(?:[:\s][^<>\n]*)?>"
    r"|\]\([^\s()]*\)"
)


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


def scan_inline(string: str, part: Span, emphases: list[Emphasis], code: list[Span]) -> None:
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


def _is_mark(char: str) -> bool:
    return not char.isalnum() and unicodedata.category(char)[0] in "PS"
