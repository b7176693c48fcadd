"""What the patterns of IFEval's checks count, in linear time."""

from __future__ import annotations

import re

__all__ = ["ifeval_bullets", "ifeval_highlights", "ifeval_placeholders"]

_STARRED = re.compile(r"\*[^\n*]*\*")
_DOUBLE_STARRED = re.compile(r"\*\*[^\n*]*\*\*")


def ifeval_bullets(lines: list[str]) -> int:
    r"""Count what IFEval counts as bullets: ``^\s*\*[^\*].*$`` and ``^\s*-.*$`` in each line.

    The lines are those that ``\n`` ends, without the white space before them.

    >>> ifeval_bullets(["* one", "- two", "---", "**bold**", "+ plus"])
    3
    """
    count, swallowed = 0, False
    for number, line in enumerate(lines, 1):
        star = line[:1] == "*" and line[1:2] != "*" and not swallowed
        swallowed = star and len(line) == 1
        if line[:1] == "-" or (star and not (swallowed and number == len(lines))):
            count += 1
    return count


def ifeval_highlights(string: str) -> int:
    r"""Count what IFEval counts as highlights: ``*some*`` and ``**some**`` that hold some text.

    >>> ifeval_highlights("*a* **b** ***c*** ** _d_")
    4
    """
    if "*" not in string:
        return 0
    single = sum(1 for found in _STARRED.findall(string) if found.strip("*").strip())
    double = sum(1 for found in _DOUBLE_STARRED.findall(string) if found[2:-2].strip())
    return single + double


def ifeval_placeholders(string: str) -> int:
    r"""Count what IFEval counts as placeholders, ``\[.*?\]``, in linear time.

    >>> ifeval_placeholders("[a] [b [c] [ ] [d\n]")
    3
    """
    count = 0
    close = line_end = -1
    start = string.find("[")
    while start >= 0:
        if close <= start:
            close = string.find("]", start + 1)
        if line_end <= start:
            line_end = string.find("\n", start + 1)
            line_end = len(string) if line_end < 0 else line_end
        if close < 0:
            break
        closed = close < line_end
        count += closed
        start = string.find("[", close + 1 if closed else start + 1)
    return count
