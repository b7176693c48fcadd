"""Spans among other spans: which stand in no other, and which begin outside some."""

from __future__ import annotations

from bisect import bisect_right

from crab.text import Span

__all__ = ["outermost", "outside"]


def outermost(spans: list[Span]) -> list[Span]:
    """Return the spans that stand in no other; they are given in the order of their starts."""
    found: list[Span] = []
    reach = -1
    for start, end in spans:
        if start >= reach:
            found.append((start, end))
            reach = end
    return found


def outside(parts: list[Span], spans: list[Span]) -> list[Span]:
    """Return those of the spans that begin in none of the parts, which are in order."""
    if not parts:
        return spans
    starts = [start for start, _ in parts]

    def free(position: int) -> bool:
        index = bisect_right(starts, position) - 1
        return index < 0 or parts[index][1] <= position

    return [span for span in spans if free(span[0])]
