"""How many of the things that Markdown knows stand in the response, and how large they are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from random import Random
from typing import Annotated, ClassVar, Literal, Self

from pydantic import StringConstraints

from crab.constraints.base import Constraint, Example
from crab.constraints.bounds import Bounded, Measure
from crab.constraints.inline import (
    heading_lines,
    ifeval_bullets,
    ifeval_highlights,
    ifeval_placeholders,
    marks,
    outermost,
)
from crab.text import Text

__all__ = [
    "BulletCount",
    "CodeBlockCount",
    "Format",
    "HeadingCount",
    "HighlightCount",
    "ItemWordCount",
    "LinkCount",
    "ListDepth",
    "NumberedItemCount",
    "PlaceholderCount",
    "QuoteBlockCount",
    "TableColumns",
    "TableCount",
    "TableRows",
]

_NUMBER_LINE = re.compile(r"^[^\S\n]*\d+[.)]\s", re.MULTILINE)
_NUMBER_START = re.compile(r"^[^\S\n]*\d+\.", re.MULTILINE)
_FENCE_LINE = re.compile(r"^[^\S\n]*(?:`{3,}|~{3,})[ \t]*([^\s`]*)", re.MULTILINE)
_QUOTED_LINES = re.compile(r"(?:^[^\S\n]*>[^\n]*\n?)+", re.MULTILINE)
_ADDRESS = re.compile(r"https?://")
_INDENT = re.compile(r"^([^\S\n]*)(?:[-*+•]|\d{1,9}[.)])[ \t]+\S", re.MULTILINE)
_CELL_EDGE = re.compile(r"(?<!\\)\|")
_STAGE_WORDS = re.compile(
    r"\[\s*(?:verse|chorus|bridge|intro|outro|hook|refrain|pre-chorus|scene|act|end|music|cut|fade|"
    r"laugh|sigh|pause|applause|sound|enter|exit|sic|note|edit|citation)",
    re.IGNORECASE,
)


class Format(Constraint):
    """Which shape and which marks the response has."""

    family: ClassVar[str] = "format"
    hint: ClassVar[str] = (
        "The shape of the response: its lists, headings, tables, code blocks, links, placeholders, "
        "sections, bold and italic text, always with numbers; a title; a postscript; JSON output; "
        "or that it is plain text. Never what the response is about."
    )


class _Counted(Format, Bounded):
    """A number of things; no bounds are proposed where a fair reading finds too few of them."""

    traces: ClassVar[tuple[str, ...]] = ()
    """A text without any of these holds nothing to count."""

    @classmethod
    def subjects(cls, text: Text, rng: Random) -> Iterator[Self]:
        """Yield the rule without bounds where the text may hold what it counts."""
        if any(trace in text.string for trace in cls.traces):
            yield from super().subjects(text, rng)

    def bounds(self, found: Measure, rng: Random) -> tuple[int | None, int | None]:
        """Return bounds where every reading finds enough of what is counted."""
        return (None, None) if found.low < self.small else super().bounds(found, rng)


class BulletCount(_Counted):
    r"""The response has between ``at_least`` and ``at_most`` bullet points, of every depth.

    A bullet point is a Markdown list item marked ``-``, ``*`` or ``+``, or a line that begins with
    ``•``. Numbered items are none.

    >>> BulletCount(at_least=3).check("- tea\n- milk\n\n1. sugar").reason
    '2 bullet points'
    """

    hint: ClassVar[str] = "The number of bullet points (not numbered)."
    unit: ClassVar[str] = "bullet points"
    small: ClassVar[int] = 2
    traces: ClassVar[tuple[str, ...]] = ("-", "*")
    example: ClassVar[Example] = Example({"at_least": 2}, "- tea\n- milk", "- tea and milk")

    kind: Literal["bullet_count"] = "bullet_count"

    def measure(self, text: Text) -> Measure:
        """Count the bullet points; others leave out those inside bullet points."""
        spans = [(item.start, item.end) for item in marks(text).items if item.kind == "bullet"]
        return Measure.items(spans, len(outermost(spans)), ifeval_bullets(text.string))


class NumberedItemCount(_Counted):
    r"""The response has between ``at_least`` and ``at_most`` numbered list items, of every depth.

    A numbered item is a Markdown list item marked with a number and ``.`` or ``)``.

    >>> NumberedItemCount(at_most=2).check("1. tea\n2. milk\n3. sugar").reason
    '3 numbered items'
    """

    hint: ClassVar[str] = "The number of items in numbered lists."
    unit: ClassVar[str] = "numbered items"
    small: ClassVar[int] = 2
    traces: ClassVar[tuple[str, ...]] = ("1.", "1)", "2.", "2)")
    example: ClassVar[Example] = Example({"at_least": 2}, "1. tea\n2. milk", "- tea\n- milk")

    kind: Literal["numbered_item_count"] = "numbered_item_count"

    def measure(self, text: Text) -> Measure:
        """Count the numbered items; others leave out inner ones or count by the line."""
        spans = [(item.start, item.end) for item in marks(text).items if item.kind == "numbered"]
        lines = len(_NUMBER_LINE.findall(text.string)), len(_NUMBER_START.findall(text.string))
        return Measure.items(spans, len(outermost(spans)), *lines)


class HeadingCount(_Counted):
    r"""The response has between ``at_least`` and ``at_most`` Markdown headings, of every level.

    A heading is a line that begins with one to six ``#`` and a space, or text that is underlined
    with ``===`` or ``---``. Bold lines are none.

    >>> HeadingCount(at_least=2).check("# Tea\n\n**Milk**\n\n## Sugar").met
    True
    """

    hint: ClassVar[str] = "The number of Markdown headings."
    unit: ClassVar[str] = "headings"
    traces: ClassVar[tuple[str, ...]] = ("#",)
    example: ClassVar[Example] = Example(
        {"at_least": 2}, "# Tea\n\nHot.\n\n## Milk\n\nCold.", "# Tea\n\nHot."
    )

    kind: Literal["heading_count"] = "heading_count"

    def measure(self, text: Text) -> Measure:
        """Count the headings; others count lines that begin with ``#``."""
        spans = [(block.start, block.end) for block in text.blocks if block.kind == "heading"]
        return Measure.items(spans, len(heading_lines(text.string)))


class HighlightCount(_Counted):
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
        """Count the outermost spans; others count the inner ones too, or as IFEval does."""
        found = marks(text)
        return Measure.items(found.highlights, len(found.emphases), ifeval_highlights(text.string))


class TableCount(_Counted):
    r"""The response has between ``at_least`` and ``at_most`` Markdown tables.

    >>> TableCount(at_least=1).check("| tea | milk |\n|---|---|\n| hot | cold |").met
    True
    """

    hint: ClassVar[str] = "The number of Markdown tables."
    unit: ClassVar[str] = "tables"
    sides: ClassVar[tuple[str, ...]] = ("exactly", "at_least")
    traces: ClassVar[tuple[str, ...]] = ("|",)
    example: ClassVar[Example] = Example(
        {"at_least": 1}, "| tea | milk |\n|---|---|\n| hot | cold |", "tea | milk\nhot | cold"
    )

    kind: Literal["table_count"] = "table_count"

    def measure(self, text: Text) -> Measure:
        """Count the tables; others count the rows of dashes and bars, in code too."""
        spans = [(block.start, block.end) for block in text.blocks if block.kind == "table"]
        rows = sum(1 for start, end in text.lines if _is_table_rule(text.string[start:end]))
        return Measure.items(spans, rows, len(spans) + text.string.count("<table"))


class CodeBlockCount(_Counted):
    r"""The response has between ``at_least`` and ``at_most`` fenced code blocks.

    A fenced block stands between lines of three or more backticks or tildes. With ``language``,
    only those count whose opening fence names exactly this language, in upper or lower case.

    >>> CodeBlockCount(at_least=1, language="python").check("```Python\nprint()\n```").met
    True
    """

    hint: ClassVar[str] = "The number of fenced code blocks, in all or of one language."
    unit: ClassVar[str] = "code blocks"
    sides: ClassVar[tuple[str, ...]] = ("exactly", "between", "at_least")
    traces: ClassVar[tuple[str, ...]] = ("```", "~~~")
    example: ClassVar[Example] = Example(
        {"at_least": 1, "language": "python"}, "```python\nprint(1)\n```", "```\nprint(1)\n```"
    )

    kind: Literal["code_block_count"] = "code_block_count"
    language: Annotated[str, StringConstraints(min_length=1, pattern=r"^\S+$")] | None = None
    """The language that the opening fence must name, such as ``python``."""

    def variant(self) -> str:
        """Return ``language`` where a language is demanded."""
        return "language" if self.language else ""

    @classmethod
    def subjects(cls, text: Text, rng: Random) -> Iterator[Self]:
        """Yield the rule for all blocks and for the language of the first that names one."""
        for subject in super().subjects(text, rng):
            yield subject
            named = [block.info for block in marks(text).code_blocks if block.info]
            if named:
                yield subject.model_copy(update={"language": named[0]})

    def measure(self, text: Text) -> Measure:
        """Count the blocks; others count pairs of fences, or indented blocks too."""
        found = marks(text).code_blocks
        fences = [info.lower() for info in _FENCE_LINE.findall(text.string)]
        if self.language is not None:
            name = self.language.lower()
            spans = [(block.start, block.end) for block in found if block.info == name]
            return Measure.items(spans, fences.count(name))
        spans = [(block.start, block.end) for block in found]
        pairs = text.string.count("```") + text.string.count("~~~")
        indented = sum(1 for block in text.blocks if block.kind == "code")
        return Measure.items(spans, len(fences) // 2, pairs // 2, (pairs + 1) // 2, indented)


class PlaceholderCount(_Counted):
    """The response has between ``at_least`` and ``at_most`` placeholders such as ``[your name]``.

    A placeholder is a text in square brackets on one line that begins with a letter and has at
    least two characters, none of them a bracket, brace, backslash, double quotation mark, ``=`` or
    ``;``. Links, images, footnotes, check boxes, numbers such as ``[1]``, brackets right after a
    letter, digit or closing bracket, and what stands in code are none.

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
        """Count the placeholders; others count each only once, or every pair of brackets."""
        spans = marks(text).placeholders
        if not spans:
            return Measure(0, 0, 0, 0)
        plain = [text[span].lower() for span in spans if not _STAGE_WORDS.match(text[span])]
        return Measure.items(spans, len(set(plain)), ifeval_placeholders(text.string))


class LinkCount(_Counted):
    """The response has between ``at_least`` and ``at_most`` links.

    A link is a Markdown link ``[text](address)`` or an address that stands alone and begins with
    ``http://``, ``https://`` or ``www.``. Images and what stands in code are none.

    >>> LinkCount(at_least=2).check("See [this](a.md) or <https://example.org>.").reason
    '2 links'
    """

    hint: ClassVar[str] = "The number of links."
    unit: ClassVar[str] = "links"
    sides: ClassVar[tuple[str, ...]] = ("exactly", "between", "at_least")
    traces: ClassVar[tuple[str, ...]] = ("://", "](", "www.")
    example: ClassVar[Example] = Example(
        {"at_least": 1}, "See [the map](https://example.org/map).", "See the map."
    )

    kind: Literal["link_count"] = "link_count"

    def measure(self, text: Text) -> Measure:
        """Count the links; others count web addresses, in code too."""
        return Measure.items(marks(text).links, len(_ADDRESS.findall(text.string)))


class QuoteBlockCount(_Counted):
    r"""The response has between ``at_least`` and ``at_most`` Markdown block quotes.

    A block quote is a run of lines marked ``>``; one inside another is not counted.

    >>> QuoteBlockCount(at_most=1).check("> one\n> two\n\nthree\n\n> four").reason
    '2 block quotes'
    """

    hint: ClassVar[str] = "The number of Markdown block quotes."
    unit: ClassVar[str] = "block quotes"
    sides: ClassVar[tuple[str, ...]] = ("exactly", "at_least")
    traces: ClassVar[tuple[str, ...]] = (">",)
    example: ClassVar[Example] = Example({"at_least": 1}, "> Rain fell.", '"Rain fell."')

    kind: Literal["quote_block_count"] = "quote_block_count"

    def measure(self, text: Text) -> Measure:
        """Count the block quotes; others count the inner ones too, or runs of marked lines."""
        spans = [(block.start, block.end) for block in text.blocks if block.kind == "quote"]
        return Measure.items(outermost(spans), len(spans), len(_QUOTED_LINES.findall(text.string)))


class ListDepth(_Counted):
    r"""The lists of the response have between ``at_least`` and ``at_most`` levels.

    A list that stands in no item of another is the first level, a list inside its items the second,
    and so on. A response without lists has none.

    >>> ListDepth(at_least=2).check("- tea\n  - green\n- milk").reason
    '2 levels of lists'
    """

    hint: ClassVar[str] = "How many levels deep lists are nested; a flat list has one level."
    unit: ClassVar[str] = "levels of lists"
    small: ClassVar[int] = 2
    sides: ClassVar[tuple[str, ...]] = ("exactly", "at_least")
    traces: ClassVar[tuple[str, ...]] = ("\n ", "\n\t")
    example: ClassVar[Example] = Example({"at_least": 2}, "- tea\n  - green", "- tea\n- milk")

    kind: Literal["list_depth"] = "list_depth"

    def measure(self, text: Text) -> Measure:
        """Find the deepest level; others go by the indentation of lines."""
        items = marks(text).items
        depth = max((item.level for item in items), default=0)
        spans = tuple([(item.start, item.end) for item in items if item.level == depth])
        plain = _indentation_depth(text.string)
        return Measure(depth, depth, min(depth, plain), max(depth, plain), spans)


class ItemWordCount(Format, Bounded):
    r"""Every list item has between ``at_least`` and ``at_most`` words.

    The items are those of bulleted and numbered lists. An item's words are those after its marker,
    without the items inside it; a response without list items does not meet the rule.

    >>> ItemWordCount(at_most=2).check("- green tea\n- milk and honey").reason
    '2 to 3 words in each item'
    """

    hint: ClassVar[str] = "Bounds on the number of words that every list item keeps."
    unit: ClassVar[str] = "words"
    each: ClassVar[str] = "item"
    small: ClassVar[int] = 3
    sides: ClassVar[tuple[str, ...]] = ("between", "at_least", "at_most")
    example: ClassVar[Example] = Example(
        {"at_most": 2}, "- green tea\n- milk", "- green tea\n- milk and honey"
    )

    kind: Literal["item_word_count"] = "item_word_count"

    @classmethod
    def subjects(cls, text: Text, rng: Random) -> Iterator[Self]:
        """Yield the rule where the text has two items or more, and all see the same ones."""
        found = marks(text)
        if 2 <= len(found.items) == len(found.item_lines):
            yield from super().subjects(text, rng)

    def measure(self, text: Text) -> Measure | None:
        """Count the words; others count only the item's first line, or the inner items too."""
        items = marks(text).items
        if not items:
            return None
        nexts = [*[item.start for item in items[1:]], len(text)]
        own = [
            (item.text_start, max(item.text_start, min(item.end, following)))
            for item, following in zip(items, nexts, strict=True)
        ]
        counts = text.words_in(own)
        between = text.readings.words_between
        low = min(between(start, _line_end(text.string, start, end)).low for start, end in own)
        high = max(between(item.start, item.end).high for item in items)
        return Measure(min(counts), max(counts), min(low, *counts), max(high, *counts), tuple(own))


class _TableSize(Format, Bounded):
    """Bounds that every table keeps."""

    each: ClassVar[str] = "table"

    @classmethod
    def subjects(cls, text: Text, rng: Random) -> Iterator[Self]:
        """Yield the rule where the text has a table."""
        if "|" in text.string and any(block.kind == "table" for block in text.blocks):
            yield from super().subjects(text, rng)


class TableColumns(_TableSize):
    r"""Every Markdown table has between ``at_least`` and ``at_most`` columns.

    The columns are the cells of the header row; a response without tables does not meet the rule.

    >>> TableColumns(at_most=3).check("| tea | milk |\n|---|---|\n| hot | cold |").reason
    '2 to 2 columns in each table'
    """

    hint: ClassVar[str] = "Bounds on the number of columns that every table keeps."
    unit: ClassVar[str] = "columns"
    small: ClassVar[int] = 2
    sides: ClassVar[tuple[str, ...]] = ("exactly", "at_least", "at_most")
    example: ClassVar[Example] = Example(
        {"at_least": 2}, "| tea | milk |\n|---|---|\n| hot | cold |", "| tea |\n|---|\n| hot |"
    )

    kind: Literal["table_columns"] = "table_columns"

    def measure(self, text: Text) -> Measure | None:
        """Count the columns; others count the cells of any row."""
        tables = [block for block in text.blocks if block.kind == "table"]
        if not tables:
            return None
        sizes = [table.columns for table in tables]
        found = marks(text)
        cells = [_cells(text[row]) for table in tables for row in found.rows(table)] + sizes
        spans = tuple([(table.start, table.end) for table in tables])
        return Measure(min(sizes), max(sizes), min(cells), max(cells), spans)


class TableRows(_TableSize):
    r"""Every Markdown table has between ``at_least`` and ``at_most`` rows below its header.

    A response without tables does not meet the rule.

    >>> TableRows(at_least=2).check("| tea |\n|---|\n| hot |").reason
    '1 to 1 rows in each table'
    """

    hint: ClassVar[str] = "Bounds on the number of rows below the header that every table keeps."
    unit: ClassVar[str] = "rows"
    small: ClassVar[int] = 2
    sides: ClassVar[tuple[str, ...]] = ("exactly", "at_least", "at_most")
    example: ClassVar[Example] = Example(
        {"at_least": 2}, "| tea |\n|---|\n| hot |\n| cold |", "| tea |\n|---|\n| hot |"
    )

    kind: Literal["table_rows"] = "table_rows"

    def measure(self, text: Text) -> Measure | None:
        """Count the rows below the header."""
        tables = [block for block in text.blocks if block.kind == "table"]
        if not tables:
            return None
        sizes = [max(table.rows - 1, 0) for table in tables]
        spans = tuple([(table.start, table.end) for table in tables])
        return Measure(min(sizes), max(sizes), min(sizes), max(sizes), spans)


def _is_table_rule(line: str) -> bool:
    """Whether a line is the rule below a table's header, such as ``|---|:-:|``."""
    return "|" in line and "-" in line and not line.strip("|:- \t")


def _cells(row: str) -> int:
    """Count the cells of one line of a table."""
    edges = len(_CELL_EDGE.findall(row))
    bare = row.strip()
    return edges + 1 - bare.startswith("|") - (bare.endswith("|") and not bare.endswith("\\|"))


def _indentation_depth(string: str) -> int:
    """Return how many levels of lists the indentation of lines shows, code included."""
    levels: list[int] = []
    depth = 0
    for found in _INDENT.finditer(string):
        width = len(found[1].expandtabs(4))
        while levels and levels[-1] >= width:
            levels.pop()
        levels.append(width)
        depth = max(depth, len(levels))
    return depth


def _line_end(string: str, start: int, end: int) -> int:
    """Return where the line that holds ``start`` ends, at most ``end``."""
    found = string.find("\n", start, end)
    return end if found < 0 else found
