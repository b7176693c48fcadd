"""The shape of the whole response: its title and sections, how its items look, what it is."""

from __future__ import annotations

import json
import re
from abc import abstractmethod
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import lru_cache
from random import Random
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, Self

import orjson
from pydantic import Field, StringConstraints, field_validator

from crab.constraints.base import Example, Rule, Verdict
from crab.constraints.bounds import Bounded, Measure
from crab.constraints.format import (
    BulletCount,
    CodeBlockCount,
    Format,
    HeadingCount,
    HighlightCount,
    NumberedItemCount,
    QuoteBlockCount,
    TableCount,
)
from crab.constraints.inline import marks, outside
from crab.text import Span, Text

if TYPE_CHECKING:
    from jsonschema_rs import Validator

__all__ = [
    "BoldLeadIns",
    "DialogueLines",
    "EmphasisStyle",
    "HeadingLevel",
    "ItemStyle",
    "JsonOutput",
    "NoLists",
    "NoMarkdown",
    "ParagraphSeparator",
    "Postscript",
    "SectionCount",
    "Title",
    "WrappedInQuotes",
]

_JSON_FENCES = ("```json", "```Json", "```JSON", "```")
_SECTION_HEAD = r"[ \t]*(?:#{1,6}[ \t]+)?[*_]{0,3}"
_SECTION_LINE = re.compile(rf"{_SECTION_HEAD}([^\W\d_]{{2,15}})[ \t]?(\d{{1,3}})\b")
_FOUR_LETTERS = re.compile(r"(?<![^\W\d_])[^\W\d_]{4,}")
_FILLED = re.compile(r"\w")
_TAG = re.compile(r"</?(?:b|i|em|strong|u|mark)>", re.IGNORECASE)
_OTHER_MARKS = {
    "bold": re.compile(r"\*[^*\n]+\*|(?<!\w)_[^_\n]+_(?!\w)"),
    "italic": re.compile(r"\*\*|__"),
}
_QUOTATION_MARKS = {'"': '"', "“": "”", "„": "“”", "«": "»", "「": "」"}
_SPEECH = re.compile(
    r"[ \t]*[*_]{0,3}([^\W\d_][^\n\r:：*_.,;!?]{0,30})[*_]{0,3}[:：][*_]{0,3}[ \t]*\S"
)
_NO_SPEAKERS = frozenset(
    {"pro", "pros", "con", "cons", "upsides", "downsides", "advantages", "disadvantages"}
    | {"input", "output", "question", "answer", "before", "after"}
)
_FURTHER_POSTSCRIPT = re.compile(r"[ \t]*[*_]{0,3}(?:P\.[ \t]?){2,}S\.")
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
_LONGEST_SEPARATOR = 6


_Line = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, pattern=r"^[^\r\n]+$")
]
"""Some text on one line."""


class _Fixed(Format, Rule):
    """A rule without fields to choose."""

    @classmethod
    @abstractmethod
    def likely(cls, text: Text) -> bool:
        """Whether the rule is worth a check and every other reading agrees with it."""

    @classmethod
    def propose(cls, text: str | Text, rng: Random) -> Iterator[Self]:  # noqa: ARG003
        """Yield the rule where it is likely and met."""
        text = Text.of(text)
        if cls.likely(text):
            rule = cls.model_validate({})
            if rule.check(text).met:
                yield rule


class JsonOutput(_Fixed):
    r"""The response is a JSON object or array and nothing else, bare or in one fenced code block.

    It is JSON as RFC 8259 has it: no comments, no trailing commas, no ``NaN`` and ``Infinity``. A
    bare number, string or ``null`` is no JSON output. With ``json_schema`` it also matches that
    JSON Schema, whose patterns do without look-around and which refers to nothing outside itself.

    >>> JsonOutput().check('```json\n{"tea": "hot"}\n```').reason
    'a JSON object'
    >>> JsonOutput(json_schema='{"required": ["milk"]}').check('{"tea": "hot"}').met
    False
    """

    hint: ClassVar[str] = "The whole response is JSON, if need be of a given JSON Schema."
    example: ClassVar[Example] = Example(
        {"json_schema": '{"type":"array"}'}, '["tea", "milk"]', '{"tea": "milk"}'
    )

    kind: Literal["json_output"] = "json_output"
    json_schema: str | None = None
    """A JSON Schema, as JSON text, that the response must match."""

    @field_validator("json_schema")
    @classmethod
    def _canonical(cls, schema: str | None) -> str | None:
        if schema is None:
            return None
        try:
            data = orjson.loads(schema)
        except ValueError as error:
            raise ValueError(f"json_schema is not JSON: {error}") from None
        canonical = orjson.dumps(data, option=orjson.OPT_SORT_KEYS).decode()
        try:
            _validator(canonical)
        except ValueError as error:
            first, _, _ = str(error).partition("\n")
            raise ValueError(f"json_schema is not a usable JSON Schema: {first}") from None
        return canonical

    def variant(self) -> str:
        """Return ``schema`` where a schema is demanded."""
        return "schema" if self.json_schema else ""

    def check(self, text: str | Text) -> Verdict:
        """Return whether the text is JSON and matches the schema."""
        text = Text.of(text)
        part = _json_part(text)
        if part is None:
            return Verdict(False, "not a JSON object or array alone")
        try:
            data = orjson.loads(text[part])
        except ValueError as error:
            return Verdict(False, f"not JSON: {error}")
        breach = None if self.json_schema is None else _breach(self.json_schema, data)
        if breach is not None:
            return Verdict(False, breach, (part,))
        return Verdict(True, f"a JSON {'object' if isinstance(data, dict) else 'array'}", (part,))

    @classmethod
    def likely(cls, text: Text) -> bool:
        """Whether IFEval's check is met too, and something is in it."""
        bare = text.string.strip()
        return bare[:1] in ("{", "[", "`") and bare[-1:] in ("}", "]", "`") and _ifeval_json(bare)


class Title(_Fixed):
    r"""The first line that is not blank is a title.

    That is a Markdown heading of level 1, or a text in double angle brackets, ``<<like this>>``,
    which may stand inside marks of emphasis.

    >>> Title().check("# Tea\n\nIt is hot.").met, Title().check("## Tea\n\nIt is hot.").met
    (True, False)
    """

    hint: ClassVar[str] = "The response begins with a title: '# Title' or '<<Title>>'."
    example: ClassVar[Example] = Example({}, "<<Tea>>\n\nIt is hot.", "Tea\n\nIt is hot.")

    kind: Literal["title"] = "title"

    def check(self, text: str | Text) -> Verdict:
        """Return whether the first line is a title."""
        text = Text.of(text)
        heading = _title_heading(text)
        span = heading or _bracketed_title(text)
        return Verdict(span is not None, "a title" if span else "no title", (span,) if span else ())

    @classmethod
    def likely(cls, text: Text) -> bool:
        """Whether the title is the only one and more follows."""
        bare = text.string.strip()
        if bare.startswith("# ") and not marks(text).loose_code:
            tops = sum(1 for block in text.blocks if block.kind == "heading" and block.level == 1)
            return tops == 1 and len(text.blocks) > 1
        return bare.startswith("<<") and "\n" in bare


class SectionCount(Format, Bounded):
    r"""The response has between ``at_least`` and ``at_most`` sections that begin with ``marker``.

    Such a section begins on a new line, outside code, with the marker, at most one space and a
    number; ``#`` with a space and marks of emphasis may stand before. Case matters.

    >>> SectionCount(marker="Step", at_least=2).check("## Step 1\nBoil.\n**Step 2:** Pour.").met
    True
    """

    hint: ClassVar[str] = "The number of sections that begin with a word and a number, as 'Step 1'."
    unit: ClassVar[str] = "sections"
    small: ClassVar[int] = 2
    sides: ClassVar[tuple[str, ...]] = ("exactly", "between", "at_least")
    example: ClassVar[Example] = Example(
        {"marker": "Step", "at_least": 2}, "Step 1: Boil.\nStep 2: Pour.", "Step 1: Boil and pour."
    )

    kind: Literal["section_count"] = "section_count"
    marker: _Line
    """What a section begins with before its number, such as ``Step``."""

    @classmethod
    def subjects(cls, text: Text, rng: Random) -> Iterator[Self]:  # noqa: ARG003
        """Yield the rule for each word whose numbers run 1, 2, 3 and so on."""
        if " 1" not in text.string or " 2" not in text.string:
            return
        found: dict[str, list[str]] = {}
        for line in text.lines:
            match = _SECTION_LINE.match(text.string, *line)
            if match:
                found.setdefault(match[1], []).append(match[2])
        for word, numbers in found.items():
            if word[0].isupper() and numbers == [str(n + 1) for n in range(len(numbers))]:
                yield cls.subject(marker=word)

    def bounds(self, found: Measure, rng: Random) -> tuple[int | None, int | None]:
        """Return bounds where every reading finds two sections."""
        return (None, None) if found.low < self.small else super().bounds(found, rng)

    def measure(self, text: Text) -> Measure:
        """Count the sections; others count the marker and a number anywhere, in any case."""
        if self.marker not in text.string:
            return Measure(0, 0, 0, 0)
        marker = re.escape(self.marker)
        line = re.compile(rf"{_SECTION_HEAD}({marker}[ \t]?\d+)", re.IGNORECASE)
        found = [line.match(text.string, *span) for span in text.lines]
        spans = [match.span(1) for match in found if match]
        exact = [span for span in spans if text.string.startswith(self.marker, span[0])]
        anywhere = len(re.findall(rf"{marker}\s?\d+", text.string))
        return Measure.items(marks(text).outside_code(exact), anywhere, len(spans))


class ParagraphSeparator(Format, Rule):
    r"""Lines that hold just ``separator`` divide the response into two parts or more.

    Spaces around it do not matter, lines in code blocks do not count, and at least two of the parts
    hold more than white space.

    >>> ParagraphSeparator(separator="***").check("It rained.\n\n***\n\nWe stayed in.").reason
    '2 parts'
    """

    hint: ClassVar[str] = "Parts of the response are divided by lines such as *** or ---."
    example: ClassVar[Example] = Example(
        {"separator": "***"}, "It rained.\n\n***\n\nWe left.", "It rained.\n\n---\n\nWe left."
    )

    kind: Literal["paragraph_separator"] = "paragraph_separator"
    separator: _Line
    """All that stands on the dividing lines, such as ``***``."""

    def check(self, text: str | Text) -> Verdict:
        """Return whether such lines divide the text."""
        text = Text.of(text)
        dividers = self._dividers(text)
        parts = len(_filled(text, dividers))
        return Verdict(bool(dividers) and parts >= 2, f"{parts} parts", tuple(dividers))

    def _dividers(self, text: Text) -> list[Span]:
        if self.separator not in text.string:
            return []
        lines = [span for span in text.lines if text[span].strip() == self.separator]
        blocks = [(block.start, block.end) for block in text.blocks if block.kind == "code"]
        return outside(blocks, lines)

    @classmethod
    def propose(cls, text: str | Text, rng: Random) -> Iterator[Self]:  # noqa: ARG003
        """Yield the rule where Markdown sees the same rules, all alike, and no part is blank."""
        text = Text.of(text)
        if not any(mark in text.string for mark in ("---", "***", "___", "* * *", "- - -")):
            return
        rules = [(block.start, block.end) for block in text.blocks if block.kind == "rule"]
        separators = {text[span].strip() for span in rules}
        if len(separators) == 1 and len(min(separators)) <= _LONGEST_SEPARATOR:
            rule = cls(separator=separators.pop())
            dividers = rule._dividers(text)
            alone = text.string.count(rule.separator) == len(rules) == len(dividers)
            if alone and len(_filled(text, dividers)) == len(dividers) + 1:
                yield rule


class ItemStyle(Format, Rule):
    r"""The response has at least two list items, and all begin with ``marker``.

    The items are those of all lists, of every depth. ``1.`` stands for any number with a full stop.

    >>> ItemStyle(marker="-").check("- tea\n- milk\n\n1. sugar").reason
    '1 of 3 list items marked otherwise'
    """

    hint: ClassVar[str] = "The mark that begins every list item: '-', '*', '•' or a number ('1.')."
    weight: ClassVar[float] = 0.5
    example: ClassVar[Example] = Example({"marker": "-"}, "- tea\n- milk", "* tea\n* milk")

    kind: Literal["item_style"] = "item_style"
    marker: Literal["-", "*", "•", "1."]
    """What every list item begins with; ``1.`` for numbers."""

    def variant(self) -> str:
        """Return ``number`` for numbered items, else ``mark``."""
        return "number" if self.marker == "1." else "mark"

    def check(self, text: str | Text) -> Verdict:
        """Return whether every list item is marked so."""
        items = marks(Text.of(text)).items
        wanted = "." if self.marker == "1." else self.marker
        others = [(item.start, item.end) for item in items if item.marker != wanted]
        if others:
            reason = f"{len(others)} of {len(items)} list items marked otherwise"
            return Verdict(False, reason, tuple(others))
        spans = tuple([(item.start, item.end) for item in items])
        return Verdict(len(items) >= 2, f"{len(items)} list items marked so", spans)

    @classmethod
    def propose(cls, text: str | Text, rng: Random) -> Iterator[Self]:  # noqa: ARG003
        """Yield the rule where there are three items and lines in code look no different."""
        text = Text.of(text)
        found = marks(text)
        if 3 <= len(found.items) == len(found.item_lines) and not found.loose_code:
            markers = {item.marker for item in found.items} | set(found.item_lines)
            marker = markers.pop()
            if not markers and marker in "-*•.":
                yield cls(marker="1." if marker == "." else marker)


class BoldLeadIns(_Fixed):
    r"""The response has at least two list items, and each begins with a bold label.

    The items are those of all lists, of every depth. After the bold text the item has to go on.

    >>> BoldLeadIns().check("- **Tea**: hot\n- **Milk**").reason
    '1 of 2 list items without a bold label'
    """

    hint: ClassVar[str] = "Every list item begins with a bold label, such as '- **Name**: ...'."
    example: ClassVar[Example] = Example({}, "- **Tea**: hot\n- **Milk**: cold", "- Tea\n- Milk")

    kind: Literal["bold_lead_ins"] = "bold_lead_ins"

    def check(self, text: str | Text) -> Verdict:
        """Return whether every list item begins so."""
        text = Text.of(text)
        found = marks(text)
        ends = {start: end for start, end, bold in reversed(found.emphases) if bold}
        labels: list[Span] = []
        others: list[Span] = []
        for item in found.items:
            start = item.text_start
            end = ends.get(start, ends.get(start + 1, item.end))
            labelled = end < item.end and _FILLED.search(text.string, end, item.end)
            (labels if labelled else others).append((start, end if labelled else item.end))
        if others:
            reason = f"{len(others)} of {len(found.items)} list items without a bold label"
            return Verdict(False, reason, tuple(others))
        return Verdict(len(labels) >= 2, f"{len(labels)} bold labels", tuple(labels))

    @classmethod
    def likely(cls, text: Text) -> bool:
        """Whether there are three items, all begin with ``**`` and all see the same ones."""
        if " **" not in text.string:
            return False
        found = marks(text)
        bold = all(text.string.startswith("**", item.text_start) for item in found.items)
        return bold and 3 <= len(found.items) == len(found.item_lines)


class HeadingLevel(Format, Rule):
    r"""The response has a Markdown heading, and all its headings are of level ``level``.

    >>> HeadingLevel(level=2).check("## Tea\n\n### Green").reason
    '1 of 2 headings of another level'
    """

    hint: ClassVar[str] = "The level, 1 to 6, of all headings; 2 is '## ...'."
    weight: ClassVar[float] = 0.6
    example: ClassVar[Example] = Example({"level": 2}, "## Tea\n\nHot.", "# Tea\n\nHot.")

    kind: Literal["heading_level"] = "heading_level"
    level: Annotated[int, Field(ge=1, le=6)]
    """How many ``#`` the headings have."""

    def check(self, text: str | Text) -> Verdict:
        """Return whether all headings are of the level."""
        headings = [block for block in Text.of(text).blocks if block.kind == "heading"]
        others = [(block.start, block.end) for block in headings if block.level != self.level]
        if others:
            reason = f"{len(others)} of {len(headings)} headings of another level"
            return Verdict(False, reason, tuple(others))
        spans = tuple([(block.start, block.end) for block in headings])
        return Verdict(bool(headings), f"{len(headings)} headings of this level", spans)

    def said_fields(self) -> dict[str, Any]:
        """Return the fields with the heading's marks, as ``hashes``."""
        return super().said_fields() | {"hashes": "#" * self.level}

    @classmethod
    def propose(cls, text: str | Text, rng: Random) -> Iterator[Self]:  # noqa: ARG003
        """Yield the rule where there are two headings and lines in code look no different."""
        text = Text.of(text)
        if "# " not in text.string:
            return
        found = marks(text)
        levels = [block.level for block in text.blocks if block.kind == "heading"]
        alike = len(levels) >= 2 and levels[0] >= 2 and len(set(levels)) == 1
        if alike and found.heading_lines == levels and not found.loose_code:
            yield cls(level=levels[0])


class EmphasisStyle(Format, Rule):
    """The response emphasises in ``style`` and in neither of the two others.

    Bold and italics are Markdown's; ``***both***`` is both. Capitals are words, or parts between
    marks and digits, of four or more letters, all capital, outside code. At least one of the style
    must be there.

    >>> EmphasisStyle(style="bold").check("**Tea** is hot, NASA says.").reason
    '1 bold, 0 italic, 1 in capitals'
    """

    hint: ClassVar[str] = "The only way words are emphasised: bold, italic or capitals."
    weight: ClassVar[float] = 0.6
    example: ClassVar[Example] = Example(
        {"style": "bold"}, "**Tea** is hot.", "**Tea** is *very* hot."
    )

    kind: Literal["emphasis_style"] = "emphasis_style"
    style: Literal["bold", "italic", "capitals"]
    """The style of emphasis."""

    def variant(self) -> str:
        """Return the style."""
        return self.style

    def check(self, text: str | Text) -> Verdict:
        """Return whether this style is used and no other."""
        styles = _styles(Text.of(text))
        others = [span for style, spans in styles.items() if style != self.style for span in spans]
        bold, italic, capitals = (len(spans) for spans in styles.values())
        reason = f"{bold} bold, {italic} italic, {capitals} in capitals"
        met = bool(styles[self.style]) and not others
        return Verdict(met, reason, tuple(styles[self.style] if met else others))

    @classmethod
    def propose(cls, text: str | Text, rng: Random) -> Iterator[Self]:  # noqa: ARG003
        """Yield bold or italic where plain patterns see no other; capitals may be acronyms."""
        text = Text.of(text)
        found = marks(text).emphases if "*" in text.string else []
        kinds = {emphasis.bold for emphasis in found}
        starred = all(text.string[emphasis.start] == "*" for emphasis in found)
        if len(kinds) != 1 or len(found) < 2 or not starred or _TAG.search(text.string):
            return
        rule = cls(style="bold" if kinds.pop() else "italic")
        other = _OTHER_MARKS[rule.style]
        alone = not marks(text).loose_code and not other.search(_without_marks(text))
        if alone and rule.check(text).met:
            yield rule


class WrappedInQuotes(_Fixed):
    """The whole response stands in one pair of double quotation marks.

    The pair is straight ("...") or typographic (“...”, „...“, «...», 「...」), something stands
    inside, and it ends where the response ends: no mark inside closes it before. A straight mark
    inside closes it where it is the first and stands right after a letter, digit, stop or bracket.

    >>> WrappedInQuotes().check('"Tea is hot."').met, WrappedInQuotes().check('"a" and "b"').met
    (True, False)
    """

    hint: ClassVar[str] = "The whole response stands in double quotation marks."
    example: ClassVar[Example] = Example({}, '"Tea is hot."', '"Tea" is hot.')

    kind: Literal["wrapped_in_quotes"] = "wrapped_in_quotes"

    def check(self, text: str | Text) -> Verdict:
        """Return whether one pair of marks holds the whole text."""
        string = Text.of(text).string
        bare = string.strip()
        start = string.find(bare)
        span = (start, start + len(bare))
        closing = _QUOTATION_MARKS.get(bare[:1])
        if closing is None or len(bare) < 2 or bare[-1] not in closing or not bare[1:-1].strip():
            return Verdict(False, "not wrapped in quotation marks")
        if _closes_early(bare[0], closing, bare[1:-1]):
            return Verdict(False, "the quotation ends before the response does")
        return Verdict(True, "wrapped in quotation marks", (span,))

    @classmethod
    def likely(cls, text: Text) -> bool:
        """Whether the marks are straight, as IFEval wants them, and none stands inside."""
        bare = text.string.strip()
        return len(bare) > 2 and bare[0] == bare[-1] == '"' and bare.count('"') == 2


class Postscript(Format, Rule):
    r"""The response ends with a postscript that begins with ``marker``.

    A line begins with the marker, marks of emphasis before it aside, and text follows it. No
    paragraph stands after the postscript's, but for further postscripts such as ``P.P.S.``.

    >>> Postscript(marker="P.S.").check("Come soon.\n\nP.S. Bring tea.").met
    True
    """

    hint: ClassVar[str] = "The response ends with a postscript, marked P.S. or P.P.S."
    example: ClassVar[Example] = Example(
        {"marker": "P.S."}, "Come soon.\n\nP.S. Bring tea.", "P.S. Bring tea.\n\nCome soon."
    )

    kind: Literal["postscript"] = "postscript"
    marker: Literal["P.S.", "P.P.S."]
    """What the postscript begins with."""

    def check(self, text: str | Text) -> Verdict:
        """Return whether the text ends with such a postscript."""
        text = Text.of(text)
        found: Span | None = None
        after_blank = False
        for start, end in text.lines if self.marker in text.string else ():
            line = text.string[start:end].lstrip(" \t*_")
            if line.startswith(self.marker):
                found = (end - len(line), end)
            elif found and after_blank and line and not _FURTHER_POSTSCRIPT.match(line):
                found = None
            after_blank = not line or line.isspace()
        if found is None or not _FILLED.search(text.string, found[0] + len(self.marker)):
            return Verdict(False, f"no {self.marker} at the end")
        return Verdict(True, f"{self.marker} at the end", (found,))

    @classmethod
    def propose(cls, text: str | Text, rng: Random) -> Iterator[Self]:  # noqa: ARG003
        """Yield the rule for each marker that is met."""
        text = Text.of(text)
        if "P.S." in text.string:
            for rule in (cls(marker="P.S."), cls(marker="P.P.S.")):
                if rule.check(text).met:
                    yield rule


class DialogueLines(Format, Bounded):
    r"""The response has between ``at_least`` and ``at_most`` lines of the form ``Name: speech``.

    The line begins, marks of emphasis aside, with a letter; the name has at most 31 characters and
    no punctuation of sentences; something follows the colon on the same line.

    >>> DialogueLines(at_least=2).check("**Ann:** Tea?\nBob (yawning): Milk.").met
    True
    """

    hint: ClassVar[str] = "The number of lines of a dialogue, written as 'Name: speech'."
    unit: ClassVar[str] = "lines of dialogue"
    small: ClassVar[int] = 4
    sides: ClassVar[tuple[str, ...]] = ("exactly", "between", "at_least")
    example: ClassVar[Example] = Example(
        {"at_least": 2}, "Ann: Some tea?\nBob: Yes, please.", "Ann asks for tea. Bob agrees."
    )

    kind: Literal["dialogue_lines"] = "dialogue_lines"

    @classmethod
    def subjects(cls, text: Text, rng: Random) -> Iterator[Self]:  # noqa: ARG003
        """Yield the rule where the text is little else than the lines of two to four speakers."""
        if text.string.count(":") + text.string.count("：") < cls.small:
            return
        speeches = [_SPEECH.match(text.string, *line) for line in text.lines]
        names = Counter([match[1] for match in speeches if match])
        few = 2 <= len(names) <= 4 and min(names.values()) >= 2
        if few and not any(name.strip().lower() in _NO_SPEAKERS for name in names):
            lines = [line for span in text.lines if (line := text[span].rstrip())]
            spoken = [line for line in lines if line.rstrip("*_\"'”’)] ")[-1:] in ".!?…。！？—"]
            if min(names.total(), len(spoken)) >= 0.75 * len(lines):
                yield cls.subject()

    def measure(self, text: Text) -> Measure:
        """Count the lines."""
        found = [_SPEECH.match(text.string, *line) for line in text.lines]
        return Measure.items([match.span() for match in found if match])


class NoLists(_Fixed):
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
        if found.items or found.ifeval_bullets or not _long_prose(text):
            return False
        if any(text[paragraph].count("\n") >= 2 for paragraph in text.paragraphs):
            return False
        return not any(_LIST_LIKE.match(line) for line in found.lines)


class NoMarkdown(_Fixed):
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


@lru_cache(maxsize=256)
def _validator(schema: str) -> Validator:
    """Return what validates against a schema: patterns in linear time, nothing fetched."""
    from jsonschema_rs import RegexOptions, validator_for

    def refuse(uri: str) -> Any:
        raise ValueError(f"{uri} is outside the schema")

    return validator_for(orjson.loads(schema), retriever=refuse, pattern_options=RegexOptions())


def _breach(schema: str, data: Any) -> str | None:
    """Return where the data break the schema, or None."""
    try:
        _validator(schema).validate(data)
    except ValueError as error:
        path = getattr(error, "instance_path", None)
        if path is None:
            return f"JSON that cannot be validated: {error}"
        place = "".join(f"/{step}" for step in path)
        return f"JSON that breaks the schema at {place[:80] or 'the top'}"
    return None


def _json_part(text: Text) -> Span | None:
    """Return where the JSON must stand: the whole text, or what its only block of code holds."""
    string = text.string
    bare = string.strip()
    start = len(string) - len(string.lstrip())
    end = start + len(bare)
    if bare[:3] in ("```", "~~~"):
        if len(text.blocks) != 1 or text.blocks[0].kind != "code":
            return None
        lines = [line for line in text.lines if text[line].strip()]
        closing = text[lines[-1]].strip()
        fence = text.blocks[0].marker
        if len(lines) < 3 or len(closing) < len(fence) or closing.strip(fence[0]):
            return None
        start, end = lines[0][1], lines[-1][0]
    return (start, end) if string[start:end].lstrip()[:1] in ("{", "[") else None


def _ifeval_json(bare: str) -> bool:
    """Whether IFEval takes a text for JSON, with no name given twice and something in it."""
    for fence in _JSON_FENCES:
        bare = bare.removeprefix(fence)
    try:
        data = json.loads(bare.removesuffix("```").strip(), object_pairs_hook=_unique)
    except (ValueError, RecursionError):
        return False
    return bool(data)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name stands twice")
    return found


def _title_heading(text: Text) -> Span | None:
    """Return the heading of level 1 with which the text begins, or None."""
    first = text.blocks[0] if text.blocks else None
    if first is None or first.kind != "heading" or first.level != 1:
        return None
    blank = not text.string[: first.start].strip()
    filled = text.string[first.text_start : first.end].strip("#= \t\r\n")
    return (first.start, first.end) if blank and filled else None


def _bracketed_title(text: Text) -> Span | None:
    """Return the ``<<title>>`` that is the first line with something on it, or None."""
    for span in text.lines:
        line = text[span].strip().strip("*_ \t")
        if text[span].strip():
            titled = line.startswith("<<") and line.endswith(">>") and line.strip("<> \t")
            return span if titled else None
    return None


def _filled(text: Text, dividers: list[Span]) -> list[Span]:
    """Return the parts between the dividers that hold more than white space."""
    edges = [0, *[edge for span in dividers for edge in span], len(text)]
    parts = zip(edges[::2], edges[1::2], strict=True)
    return [part for part in parts if text[part].strip()]


def _styles(text: Text) -> dict[str, list[Span]]:
    """Return what is bold, italic and in capitals."""
    found = marks(text)
    capitals = [m.span() for m in _FOUR_LETTERS.finditer(text.string) if m.group().isupper()]
    return {
        "bold": [(start, end) for start, end, bold in found.emphases if bold],
        "italic": [(start, end) for start, end, bold in found.emphases if not bold],
        "capitals": found.outside_code(capitals),
    }


def _without_marks(text: Text) -> str:
    """Return the text without its code and without the marks of its emphasis."""
    found = marks(text)
    cuts = list(found.code)
    for start, end, bold in found.emphases:
        size = 2 if bold else 1
        cuts += [(start, start + size), (end - size, end)]
    pieces, at = [], 0
    for start, end in sorted(cuts):
        pieces.append(text.string[at:start])
        at = max(at, end)
    return "".join([*pieces, text.string[at:]])


def _closes_early(opening: str, closing: str, inside: str) -> bool:
    """Whether the mark that opens a text is closed by one inside it."""
    if opening == '"':
        first = inside.find('"')
        return first > 0 and (inside[first - 1].isalnum() or inside[first - 1] in ".,;:!?…)]}*_")
    depth = 1
    for char in inside:
        depth += (char == opening) - (char in closing)
        if depth == 0:
            return True
    return False
