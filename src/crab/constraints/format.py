"""How many of the things that Markdown knows stand in the response, and how large they are."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import pairwise
from math import inf
from random import Random
from typing import Annotated, ClassVar, Literal, Self

from pydantic import StringConstraints

from crab.constraints.base import Constraint, Example
from crab.constraints.bounds import Bounded, Measure
from crab.constraints.inline import (
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

_NUMBER_LINE = re.compile(r"\d+[.)](?:\s|\Z)")
_NUMBER_START = re.compile(r"\d+\.")
_FENCE_LINE = re.compile(r"(?:`{3,}|~{3,})[ \t]*([^\s`]*)")
_ADDRESS = re.compile(r"https?://")
_INDENT = re.compile(r"^([^\S\n]*)(?:[-*+•]|\d{1,9}[.)])[ \t]+\S", re.MULTILINE)
_CELL_EDGE = re.compile(r"(?<!\\)\|")
_NOTHING = Measure(0, 0, 0, 0)
_FILL_IN = re.compile(
    r"\b(?:your|names?|insert|date|address|company|phone number|e-?mail|title|position|city"
    r"|contact|recipient|sender|provide|specify|nombre|fecha|direcci[oó]n|empresa|nom|pr[eé]nom|votre"
    r"|adresse|entreprise|dein|ihr|datum|firma|nome|endere[cç]o|indirizzo|имя|ваш[ae]?|ваше"
    r"|дата|адрес|اسم)|name|名|您|你的|日期|地址|住所|이름|날짜",
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
    code_alike: ClassVar[bool] = True
    """Whether lines of code that lack a fence may look like what is counted."""

    @classmethod
    def subjects(cls, text: Text, rng: Random) -> Iterator[Self]:  # noqa: ARG003
        """Yield the rule without bounds where the text may hold what it counts."""
        if any(trace in text.string for trace in cls.traces) and not (
            cls.code_alike and marks(text).loose_code
        ):
            yield cls.subject()

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
    traces: ClassVar[tuple[str, ...]] = ("- ", "* ")
    example: ClassVar[Example] = Example({"at_least": 2}, "- tea\n- milk", "- tea and milk")

    kind: Literal["bullet_count"] = "bullet_count"

    def measure(self, text: Text) -> Measure:
        """Count the bullet points; others leave out those inside bullet points."""
        found = marks(text)
        spans = [(item.start, item.end) for item in found.items if item.kind == "bullet"]
        if not spans:
            return _NOTHING
        return Measure.items(spans, len(outermost(spans)), found.ifeval_bullets)


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
    code_alike: ClassVar[bool] = False
    example: ClassVar[Example] = Example({"at_least": 2}, "1. tea\n2. milk", "- tea\n- milk")

    kind: Literal["numbered_item_count"] = "numbered_item_count"

    def measure(self, text: Text) -> Measure:
        """Count the numbered items; others leave out inner ones or count by the line."""
        found = marks(text)
        spans = [(item.start, item.end) for item in found.items if item.kind == "numbered"]
        if not spans:
            return _NOTHING
        numbers = [line for line in found.lines if line[:1].isdigit()]
        lines = sum(1 for line in numbers if _NUMBER_LINE.match(line))
        starts = sum(1 for line in numbers if _NUMBER_START.match(line))
        return Measure.items(spans, len(outermost(spans)), lines, starts)


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
        """Count the headings; others count lines with ``#``, or take single ones for comments."""
        found = [block for block in text.blocks if block.kind == "heading"]
        if not found:
            return _NOTHING
        spans = [(block.start, block.end) for block in found]
        comments = len(found) > 1 and all(block.level == 1 for block in found)
        return Measure.items(spans, len(marks(text).heading_lines), 0 if comments else len(found))


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
        if not found.highlights:
            return _NOTHING
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
        if not spans:
            return _NOTHING
        rows = sum(1 for line in marks(text).lines if _is_table_rule(line))
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
                yield cls.subject(language=named[0])

    def measure(self, text: Text) -> Measure:
        """Count the blocks; others count pairs of fences, or indented blocks too."""
        found = marks(text).code_blocks
        if not found:
            return _NOTHING
        lines = [_FENCE_LINE.match(line) for line in marks(text).lines]
        fences = [line[1].lower() for line in lines if line]
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
            return _NOTHING
        contents = {text[span].lower() for span in spans}
        certain = len(contents) if any(_FILL_IN.search(content) for content in contents) else 0
        return Measure.items(spans, certain, ifeval_placeholders(text.string))


class LinkCount(_Counted):
    """The response has between ``at_least`` and ``at_most`` links.

    A link is a Markdown link ``[text](address)`` or an address that stands alone and begins with
    ``http://``, ``https://`` or ``www.``. Images and what stands in code are none.

    >>> LinkCount(at_least=2).check("See [this](a.md) or <https://example.org>.").reason
    '2 links'
    """

    hint: ClassVar[str] = "The number of links."
    unit: ClassVar[str] = "links"
    weight: ClassVar[float] = 0.6
    sides: ClassVar[tuple[str, ...]] = ("exactly", "between", "at_least")
    traces: ClassVar[tuple[str, ...]] = ("://", "](", "www.")
    code_alike: ClassVar[bool] = False
    example: ClassVar[Example] = Example(
        {"at_least": 1}, "See [the map](https://example.org/map).", "See the map."
    )

    kind: Literal["link_count"] = "link_count"

    def measure(self, text: Text) -> Measure:
        """Count the links; others count web addresses, in code too."""
        spans = marks(text).links
        return Measure.items(spans, len(_ADDRESS.findall(text.string))) if spans else _NOTHING


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
        if not spans:
            return _NOTHING
        quoted = [line[:1] == ">" for line in marks(text).lines]
        runs = sum(1 for before, here in pairwise([False, *quoted]) if here and not before)
        return Measure.items(outermost(spans), len(spans), runs)


class ListDepth(_Counted):
    r"""The lists of the response have between ``at_least`` and ``at_most`` levels.

    A list that stands in no item of another is the first level, a list inside its items the second,
    and so on. A response without lists has none.

    >>> ListDepth(at_least=2).check("- tea\n  - green\n- milk").reason
    '2 levels of lists'
    """

    hint: ClassVar[str] = "How many levels deep lists are nested; a flat list has one level."
    unit: ClassVar[str] = "levels of lists"
    weight: ClassVar[float] = 0.6
    small: ClassVar[int] = 2
    sides: ClassVar[tuple[str, ...]] = ("exactly", "at_least")
    traces: ClassVar[tuple[str, ...]] = ("\n ", "\n\t")
    example: ClassVar[Example] = Example({"at_least": 2}, "- tea\n  - green", "- tea\n- milk")

    kind: Literal["list_depth"] = "list_depth"

    def measure(self, text: Text) -> Measure:
        """Find the deepest level; others go by the indentation of lines."""
        items = marks(text).items
        if not items:
            return _NOTHING
        depth = max(item.level for item in items)
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
    weight: ClassVar[float] = 0.5
    each: ClassVar[str] = "item"
    small: ClassVar[int] = 3
    sides: ClassVar[tuple[str, ...]] = ("between", "at_least", "at_most")
    example: ClassVar[Example] = Example(
        {"at_most": 2}, "- green tea\n- milk", "- green tea\n- milk and honey"
    )

    kind: Literal["item_word_count"] = "item_word_count"

    @classmethod
    def subjects(cls, text: Text, rng: Random) -> Iterator[Self]:  # noqa: ARG003
        """Yield the rule where the text has two items or more, and all see the same ones."""
        found = marks(text)
        if 2 <= len(found.items) == len(found.item_lines) and not found.loose_code:
            yield cls.subject()

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
        readings = text.readings
        low = min(readings.fewest_words(a, _line_end(text.string, a, b)) for a, b in own)
        high = max(readings.most_words(item.start, item.end) for item in items)
        return Measure(min(counts), max(counts), min(low, *counts), max(high, *counts), tuple(own))


class _TableSize(Format, Bounded):
    """Bounds that every table keeps."""

    each: ClassVar[str] = "table"

    def facts(self) -> Mapping[str, tuple[float, float]]:
        """Return the bounds, and that there is a table."""
        return {**super().facts(), TableCount.subject().quantity: (1, inf)}

    @classmethod
    def subjects(cls, text: Text, rng: Random) -> Iterator[Self]:  # noqa: ARG003
        """Yield the rule where the text has a table."""
        if "|" in text.string and any(block.kind == "table" for block in text.blocks):
            yield cls.subject()


class TableColumns(_TableSize):
    r"""Every Markdown table has between ``at_least`` and ``at_most`` columns.

    The columns are the cells of the header row; a response without tables does not meet the rule.

    >>> TableColumns(at_most=3).check("| tea | milk |\n|---|---|\n| hot | cold |").reason
    '2 to 2 columns in each table'
    """

    hint: ClassVar[str] = "Bounds on the number of columns that every table keeps."
    unit: ClassVar[str] = "columns"
    small: ClassVar[int] = 2
    sides: ClassVar[tuple[str, ...]] = ("exactly", "at_most")
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

    def bounds(self, found: Measure, rng: Random) -> tuple[int | None, int | None]:
        """Return the number of columns where all rows of all tables have the same."""
        if found.low == found.high >= self.small:
            return int(found.low), int(found.low)
        return super().bounds(found, rng)


class TableRows(_TableSize):
    r"""Every Markdown table has between ``at_least`` and ``at_most`` rows below its header.

    A response without tables does not meet the rule.

    >>> TableRows(at_least=2).check("| tea |\n|---|\n| hot |").reason
    '1 to 1 rows in each table'
    """

    hint: ClassVar[str] = "Bounds on the number of rows below the header that every table keeps."
    unit: ClassVar[str] = "rows"
    weight: ClassVar[float] = 0.5
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
