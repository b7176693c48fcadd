"""The blocks of a Markdown text, with their offsets: headings, paragraphs, items, tables, code.

Blocks are those of CommonMark with GitHub's tables (markdown-it-py). One thing is added: a line of
a paragraph that begins with ``•`` is a bullet item, as writers mean it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markdown_it import MarkdownIt
    from markdown_it.token import Token

__all__ = ["Block", "blocks", "line_spans"]

Kind = Literal[
    "paragraph", "heading", "bullet", "numbered", "table", "code", "quote", "rule", "html"
]

_LINE_END = re.compile(r"\r\n|\r|\n")
_DOT_BULLET = re.compile(r"[ \t]*•[ \t]*(?=\S)")
_PROSE_BEGINNINGS = "\"'“‘«¿¡(「『《“"
_BLOCK_KINDS: dict[str, Kind] = {
    "heading_open": "heading",
    "table_open": "table",
    "fence": "code",
    "code_block": "code",
    "blockquote_open": "quote",
    "hr": "rule",
    "html_block": "html",
}


@dataclass(frozen=True, slots=True)
class Block:
    """One block of a Markdown text; ``start`` and ``end`` are code-point offsets."""

    kind: Kind
    start: int
    end: int
    level: int = 0
    """Heading level 1-6; nesting depth of a list item, 1 for the outermost."""
    marker: str = ""
    """``-``, ``*``, ``+``, ``•``, ``.`` or ``)`` of an item; the character of a rule; the fence."""
    info: str = ""
    """The language tag of a fenced code block, in lower case."""
    rows: int = 0
    """Rows of a table, its header row included."""
    columns: int = 0
    """Columns of a table."""
    text_start: int = 0
    """Where the block's own text begins: after an item's marker or a heading's hashes."""
    in_list: bool = False
    """Whether a paragraph stands inside a list item."""


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt  # noqa: PLC0415 - kept off the import path

    return MarkdownIt("commonmark").enable("table").disable("inline")


def line_spans(string: str) -> list[tuple[int, int]]:
    r"""Return the span of every line without its end (``\n``, ``\r\n`` or ``\r``).

    >>> line_spans("ab\n\ncd\n")
    [(0, 2), (3, 3), (4, 6)]
    """
    if not string:
        return []
    ends = [match.span() for match in _LINE_END.finditer(string)]
    spans = [(before[1], after[0]) for before, after in pairwise([(0, 0), *ends])]
    last = ends[-1][1] if ends else 0
    if last < len(string):
        spans.append((last, len(string)))
    return spans


def blocks(string: str, lines: list[tuple[int, int]]) -> tuple[Block, ...]:
    """Return the blocks of ``string`` in order; ``lines`` are its line spans."""
    if _is_plain(string, lines):
        return tuple(_plain_paragraphs(lines))
    return tuple(_walk(string, lines, _parser().parse(string)))


def _is_plain(string: str, lines: list[tuple[int, int]]) -> bool:
    """Whether no line begins as anything but a paragraph can, so that no parser is needed."""
    return "•" not in string and all(
        start == end or string[start].isalpha() or string[start] in _PROSE_BEGINNINGS
        for start, end in lines
    )


def _plain_paragraphs(lines: list[tuple[int, int]]) -> Iterator[Block]:
    first: int | None = None
    last = 0
    for start, end in lines:
        if start < end:
            first, last = start if first is None else first, end
        elif first is not None:
            yield Block("paragraph", first, last, text_start=first)
            first = None
    if first is not None:
        yield Block("paragraph", first, last, text_start=first)


def _walk(string: str, lines: list[tuple[int, int]], tokens: list[Token]) -> Iterator[Block]:
    depth = 0
    for index, token in enumerate(tokens):
        name = token.type
        if name in ("bullet_list_open", "ordered_list_open"):
            depth += 1
        elif name in ("bullet_list_close", "ordered_list_close"):
            depth -= 1
        elif token.map is None:
            continue
        elif name == "list_item_open":
            start, end = _offsets(lines, token.map)
            text_start = _text_start(string, lines, tokens, index + 1, start)
            kind: Kind = "numbered" if token.markup in (".", ")") else "bullet"
            yield Block(kind, start, end, depth, token.markup, text_start=text_start)
        elif name == "paragraph_open":
            yield from _paragraph(string, lines, tokens, index, depth)
        elif name in _BLOCK_KINDS:
            start, end = _offsets(lines, token.map)
            yield _plain(token, start, end, _BLOCK_KINDS[name], string, lines, tokens, index)


def _plain(
    token: Token,
    start: int,
    end: int,
    kind: Kind,
    string: str,
    lines: list[tuple[int, int]],
    tokens: list[Token],
    index: int,
) -> Block:
    if kind == "heading":
        text_start = _text_start(string, lines, tokens, index + 1, start)
        return Block(kind, start, end, int(token.tag[1]), text_start=text_start)
    if kind == "table":
        rows, columns = _table_size(tokens, index)
        return Block(kind, start, end, rows=rows, columns=columns, text_start=start)
    if kind == "code":
        info = token.info.strip().split(None, 1)
        language = info[0].lower() if info else ""
        return Block(kind, start, end, marker=token.markup, info=language, text_start=start)
    return Block(kind, start, end, marker=token.markup[:1], text_start=start)


def _paragraph(
    string: str, lines: list[tuple[int, int]], tokens: list[Token], index: int, depth: int
) -> Iterator[Block]:
    first, last = tokens[index].map or [0, 0]
    start = _text_start(string, lines, tokens, index + 1, lines[first][0])
    end = lines[last - 1][1]
    if "•" not in string[start:end]:
        if not string[start:end].strip():  # a line of no-break spaces is no paragraph
            return
        yield Block("paragraph", start, end, text_start=start, in_list=depth > 0)
        return
    prose_start = start
    for number in range(first, last):
        line_start, line_end = max(lines[number][0], start), lines[number][1]
        bullet = _DOT_BULLET.match(string, line_start, line_end)
        if bullet:
            if string[prose_start:line_start].strip():
                yield Block(
                    "paragraph", prose_start, line_start, text_start=prose_start, in_list=depth > 0
                )
            yield Block("bullet", line_start, line_end, depth + 1, "•", text_start=bullet.end())
            yield Block("paragraph", bullet.end(), line_end, text_start=bullet.end(), in_list=True)
            prose_start = line_end
    if string[prose_start:end].strip():
        yield Block("paragraph", prose_start, end, text_start=prose_start, in_list=depth > 0)


def _offsets(lines: list[tuple[int, int]], line_map: list[int]) -> tuple[int, int]:
    first, last = line_map
    last = max(min(last, len(lines)), first + 1)
    while last > first + 1 and lines[last - 1][0] == lines[last - 1][1]:
        last -= 1
    return lines[first][0], lines[last - 1][1]


def _text_start(
    string: str, lines: list[tuple[int, int]], tokens: list[Token], index: int, default: int
) -> int:
    """Return where the next inline token's text stands in the source."""
    for token in tokens[index : index + 3]:
        if token.type == "inline" and token.map:
            start, end = lines[token.map[0]]
            found = string.rfind(token.content.split("\n", 1)[0], start, end)
            return found if found >= 0 else start
    return default


def _table_size(tokens: list[Token], index: int) -> tuple[int, int]:
    rows = columns = 0
    while tokens[index].type != "table_close":
        rows += tokens[index].type == "tr_open"
        columns += tokens[index].type == "th_open"
        index += 1
    return rows, columns
